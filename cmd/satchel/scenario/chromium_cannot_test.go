package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/care"
	"satchel/internal/identity"
)

// Whoever cannot go to a test or to a visit says so with one press, and somebody is to call them; what they say next stands in its place, also from a tunnel.
// What they only looked at, or began to write, changes nothing.
func TestChromium_WhoeverCannotGoSaysSoAndSomebodyIsToCallThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	test := newDoc("labOrder")
	h.done(h.olive.orders(f.record, test, ordering(h.oncology, "cbc.panel", "Blood count", "2026-11-23", set{"performerTeam": h.primary.ID, "windowAfterDays": 1})))
	visit := h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	id := strings.TrimPrefix(string(visit), "appointment/")
	play := chromium.Start(t, "cannot.mjs", h.base, set{
		"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli(), "visit": id,
	})
	calls := func(kind string) (notes []string) {
		for _, line := range h.nils.work(h.navigation, kind) {
			notes = append(notes, line.Note)
		}
		return notes
	}
	callFor := func(said string) {
		t.Helper()
		h.eventually(func() bool { notes := calls(care.TaskLab); return len(notes) == 1 && notes[0] == said }, said)
	}
	var said string
	play.Hears(&said)
	callFor("The person says that they cannot go.")
	play.Asks(set{"go": "help"}, &said)
	callFor("The person says that they need help.")

	play.Asks(set{"go": "the visit"}, &said)
	h.eventually(func() bool { return len(calls(care.TaskCannotCome)) == 1 }, "somebody calls who cannot come")
	callFor("The person says that they need help.")
	h.done(f.ada.sync(f.record))
	require.Empty(t, f.ada.list(f.record, "collection"), "nobody said that it was done")
	play.Asks(set{"go": "after all"}, &said)
	h.eventually(func() bool { return len(calls(care.TaskCannotCome)) == 0 }, "nobody has to call who comes after all")

	var left struct {
		Wrong, Alone []string
		Main         string
		Steps        int
	}
	play.Asks(set{"go": "a note"}, &left)
	require.Empty(t, left.Wrong)
	require.NotContains(t, left.Main, "Never mind")
	require.Equal(t, 1, left.Steps, "back leads where it led before")
	require.Equal(t, []string{"#/appointments/" + id, "#/appointments/" + id}, left.Alone)
	h.done(h.olive.sync(f.record))
	require.Equal(t, "This one", value(h.olive.shows(f.record, visit), "patientNote"))
	require.Equal(t, 1, h.olive.wrote(f.record, visit, "patientNote"), "what was left as it was is nowhere")
	require.Equal(t, "accepted", value(h.olive.shows(f.record, visit), "patientResponse"))
	require.Equal(t, 3, h.olive.wrote(f.record, visit, "patientResponse"), "the same answer twice is one")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
