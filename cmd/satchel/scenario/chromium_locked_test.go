package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// A database that is sealed in a browser: any of its tabs unlocks and locks for all, in the one that leads; when that one is gone the next is
// locked; nothing readable lies in IndexedDB; ten wrong PINs are ten, in however many tabs they are said, and then nothing is left.
func TestChromium_ASealedDatabaseIsLockedInEveryTabAndTenTriesAreTen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	canary := "yrnsealed"
	doc := newDoc("note")
	play := chromium.Start(t, "locked.mjs", h.base, set{"record": doc.ID(), "doc": doc, "canary": canary, "pin": "271828"})
	type rows struct {
		Parts    int
		Readable bool
	}
	var said struct {
		Open, Shut, Guesses []string
		Wrong, Alone        string
		Leads               []bool
		Raw                 rows
	}
	play.Hears(&said)
	require.Equal(t, []string{canary, canary}, said.Open)

	play.Asks(set{"go": "lock"}, &said)
	require.Equal(t, []string{"locked", "locked"}, said.Shut)
	require.Equal(t, "wrong 9", said.Wrong)
	require.Equal(t, []string{canary, canary}, said.Open)
	require.Equal(t, []bool{true, false}, said.Leads)

	play.Asks(set{"go": "close"}, &said)
	require.Equal(t, "locked", said.Alone)
	require.Equal(t, []string{canary}, said.Open)
	require.Equal(t, rows{Parts: 4}, said.Raw, "the ways, the database, the record, one change")

	play.Asks(set{"go": "guess"}, &said)
	require.Equal(t, []string{
		"destroyed", "unknown", "unknown", "wrong 1", "wrong 2", "wrong 3", "wrong 4", "wrong 5", "wrong 6", "wrong 7", "wrong 8", "wrong 9",
	}, said.Guesses)
	require.Equal(t, rows{}, said.Raw)
	require.Empty(t, play.Ends())
}
