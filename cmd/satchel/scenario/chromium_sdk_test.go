package scenario

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// pageOfTheDocs is the page that stands in docs/sdk.md, and how many lines its script has.
func pageOfTheDocs(t testing.TB) (page string, lines int) {
	t.Helper()
	text, err := os.ReadFile("../../../docs/sdk.md")
	require.NoError(t, err)
	_, page, found := strings.Cut(string(text), "```html\n")
	require.True(t, found)
	page, _, found = strings.Cut(page, "```")
	require.True(t, found)
	return page, strings.Count(page, "\n")
}

// The page that the documentation shows works as it stands there: in several tabs, of which one leads; without a network; when the leading
// tab is closed, also in the middle of a write. Each note is there once, on the screen and at the server.
func TestThePageOfTheDocumentationLosesAndDoublesNothingInSeveralTabs(t *testing.T) {
	t.Parallel()
	page, lines := pageOfTheDocs(t)
	require.LessOrEqual(t, lines, 48, "it is called 40 lines")
	h := newHouse(t)
	f := h.family()
	me := set{"account": f.ada.Tokens().Account.String(), "record": f.record.UUID.String(), "accessToken": f.ada.Tokens().AccessToken}
	play := chromium.Start(t, "tabs.mjs", h.base, set{"page": page, "me": me})
	var said struct {
		Leaders int
		Notes   []string
	}
	play.Hears(&said)
	require.Equal(t, 1, said.Leaders)
	require.Equal(t, []string{"from the second tab"}, said.Notes)

	play.Asks(set{"go": "offline"}, &said)
	want := []string{"after the first tab was closed", "from the second tab", "written in a tunnel"}
	require.Equal(t, want, said.Notes)

	play.Asks(set{"go": "closing"}, &said)
	for i := range 12 {
		want = append(want, fmt.Sprintf("round %d", i))
	}
	require.ElementsMatch(t, want, said.Notes)
	var there []string
	h.done(f.ada.sync(f.record))
	for _, note := range f.ada.list(f.record, "note") {
		there = append(there, strings.Trim(string(note.Fields["text"]), `"`))
	}
	require.ElementsMatch(t, want, there)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
