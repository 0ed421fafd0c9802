package scenario

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// What the companion may cost, compressed: what of ours a first visit loads, and one changed field, both ways.
const (
	firstVisitMost = 150 << 10
	oneFieldMost   = 1536
	// yearsOf are the documents of a record that was kept for years.
	yearsOf = 2000
)

// wire is what went over it, bytes.
type wire struct {
	Requests               int
	Ours, Others, Up, Down int
	Headers                int
	First                  int // of the first request, both ways
	Heaviest               []string
}

// The companion is light in a real browser: its first visit, and a change. How long it takes to open on a slow phone with no network, and to answer a
// hand in a record of years, is said and judged by whoever reads it: machines that run tests are no phones.
func TestTheCompanionIsLightInABrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	for i := range yearsOf {
		f.ada.note(f.record, newDoc("note"), set{"text": fmt.Sprintf("What I wanted to say on day %d: it was a long day, and I slept well after it.", i)})
	}
	h.done(f.ada.sync(f.record))
	play := chromium.Start(t, "budget.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "documents": yearsOf})
	var light struct{ Files, Sync wire }
	play.Hears(&light)
	t.Logf("a first visit: %d bytes of ours and %d of libraries in %d files, with %d of headers; the heaviest are %v",
		light.Files.Ours, light.Files.Others, light.Files.Requests, light.Files.Headers, light.Files.Heaviest)
	t.Logf("one changed field: %d bytes both ways, with headers %d", light.Sync.First, light.Sync.Up+light.Sync.Down+light.Sync.Headers)
	require.Equal(t, 1, light.Sync.Requests, "the hint of one's own write asks for nothing")
	require.Greater(t, light.Files.Ours, firstVisitMost/10)
	require.LessOrEqual(t, light.Files.Ours, firstVisitMost)
	require.Greater(t, light.Sync.First, oneFieldMost/10)
	require.LessOrEqual(t, light.Sync.First, oneFieldMost)

	var slow struct {
		Screens   []string
		Documents int
		Answers   []struct {
			What, Screen string
			MS           float64
		}
		Cold []float64
	}
	play.Hears(&slow)
	t.Logf("%d screens with %d documents; the slowest answers to a hand: %v", len(slow.Screens), slow.Documents, slow.Answers)
	t.Logf("to something readable with no network, at a quarter of the speed, ms: %.0f", slow.Cold)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
