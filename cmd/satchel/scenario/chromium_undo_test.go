package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// A closing can be taken back for a moment, in which nothing is sent; it is never lost, though the tab is closed, and one that was refused says so. Single
// letters are switched off, and all of it is done by the Tab key.
func TestChromium_AClosingIsTakenBackByAKeyAndIsNotLostWithItsTab(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5}, nil)
	others := map[string]syncing.RecordID{}
	for _, name := range []string{"Ben Example", "Cara Example"} {
		others[name] = h.admit(name)
		h.enrol(others[name], identity.KindPatient, name).reports(others[name], set{"phy.nausea": 5}, nil)
	}
	h.follow()
	play := chromium.Start(t, "undo.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "oscar": h.browsing(h.oscar.Tokens().Account),
	})
	var held struct{ Left, There int }
	play.Hears(&held)
	require.Equal(t, 2, held.Left, "it is gone from the desk at once")
	require.Equal(t, 3, held.There)
	require.Len(t, h.olive.queue(h.oncology), 3, "and nothing was sent")

	f.ada.note(f.record, newDoc("note"), set{"text": "Something else"})
	h.done(f.ada.sync(f.record))
	play.Tells(set{"go": "back"})
	var back struct {
		Back  string
		News  string
		Kept  []string
		Wrong []string
	}
	play.Hears(&back)
	require.Contains(t, back.Back, "Ada", "the nurse is at the row that came back")
	require.Equal(t, []string{"advice-given", "Spoke with her."}, back.Kept, "nobody writes it twice")
	require.NotContains(t, back.News, "new", "what was closed here is not brought in as new while it waits")
	require.Empty(t, back.Wrong)

	var closed struct{ Wrong []string }
	play.Hears(&closed)
	require.Empty(t, closed.Wrong)
	notes := map[string]any{}
	for name, record := range map[string]syncing.RecordID{"Ada": f.record, "Ben": others["Ben Example"], "Cara": others["Cara Example"]} {
		notes[name] = value(h.olive.shift().list(record, "triage")[0], "outcomeNote")
	}
	require.Equal(t, map[string]any{"Ada": "Spoke with her.", "Ben": "He is well.", "Cara": nil}, notes, "what was closed with its tab arrived; what was refused is open")

	var quiet struct {
		Panels, Hints int
		Address       string
		Wrong         []string
	}
	play.Hears(&quiet)
	require.Zero(t, quiet.Panels+quiet.Hints)
	require.NotContains(t, quiet.Address, "record", "no letter did anything")
	require.Empty(t, quiet.Wrong)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 409", "nothing but the closing of what a colleague has")
	}
}

// A row is asked of another team by one key, from the queue; both boards show at once what becomes of it, and until somebody accepts it stays where it is.
func TestChromium_ARowIsAskedOfAnotherTeamAndBothBoardsShowWhatBecomesOfIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5}, nil)
	h.follow()
	play := chromium.Start(t, "reroute.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "pia": h.browsing(h.pia.Tokens().Account), "practice": h.primary.Name,
	})
	var said struct {
		Wrong              []string
		Offer, Row, Record string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	inOrder(t, said.Offer, "Your team is asked", "Ada Example, 65", "5 of 10", h.oncology.Name+" asks, since", "Her practice knows this best.", "Your team has asked nobody.")
	require.Contains(t, said.Row, "We are closed until Monday.")
	inOrder(t, said.Record, h.primary.Name+" cannot take it over.", "Her practice knows this best.", "We are closed until Monday.")
	require.Empty(t, play.Ends())
	require.Len(t, h.pia.queue(h.primary), 1)
	require.Empty(t, h.olive.queue(h.oncology))
}
