package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// What one team has closed the other sees as closed, with what came of it; so does the person.
func TestSeed_B22_AConcernThatThePracticeClosedShowsClosedToOncology(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	pain := care.ConcernID(f.ada.reports(f.record, set{"phy.pain": 5}, nil), "phy.pain")

	h.refused(403, h.olive.deals(h.primary, f.record, "close", map[string]any{"outcome": "no-action", "seen": h.pia.rowOf(h.primary, f.record).Waiting}))
	h.refused(404, h.otto.deals(h.primary, f.record, "close", map[string]any{"outcome": "no-action", "seen": []any{}}))
	h.olive.isHeld(f.record, pain, set{"routeStatus." + h.primary.ID.String(): "no-action"}, syncing.Forbidden)
	h.done(h.pia.closes(h.primary, f.record, "managed-by-nurse", "New dose from tonight; I call again on Friday."))

	for _, a := range []*actor{h.olive, h.pia, f.ada} {
		require.Equal(t, [2]any{"closed", "managed-by-nurse"}, a.standing(f.record, pain, h.primary), a.name)
		require.Equal(t, [2]any{"new", nil}, a.standing(f.record, pain, h.oncology), a.name)
		told := a.told(f.record, pain)
		require.Len(t, told, 1)
		require.Contains(t, told[0], "A nurse at Synthetic pia, Millbrook nurses, took care of it and closed it.")
	}
	row := f.ada.shows(f.record, care.TriageID(f.record, h.primary.ID.String(), false))
	require.Equal(t, "New dose from tonight; I call again on Friday.", value(row, "outcomeNote"))
	require.Equal(t, "new", h.olive.rowOf(h.oncology, f.record).Status, "its own row is oncology's to close")
	require.Nil(t, f.carla.sees(f.record, pain), "Ada has not shared it")
}

// Nobody has to carry it from one team to the other: the phone says who has seen each concern and when, with no network.
func TestSeed_B23_ForEachConcernThePhoneSaysWhichTeamHasSeenItAndWhen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	report := f.ada.reports(f.record, set{"phy.fever": 5, "phy.pain": 5, "m.temp": "38.2"}, nil)
	fever, pain := care.ConcernID(report, "phy.fever"), care.ConcernID(report, "phy.pain")
	h.done(f.ada.sync(f.record))
	require.Equal(t, "Nobody has looked at it yet.", f.ada.carried(f.record, fever))

	h.refused(403, h.pia.deals(h.oncology, f.record, "seen", map[string]any{"seen": h.olive.rowOf(h.oncology, f.record).Waiting}))
	h.refused(403, f.ada.deals(h.oncology, f.record, "seen", map[string]any{"seen": h.olive.rowOf(h.oncology, f.record).Waiting}))
	h.refused(404, h.otto.deals(h.oncology, f.record, "seen", map[string]any{"seen": []any{}}))
	h.until(10, 2)
	h.done(h.olive.looks(h.oncology, f.record))
	h.until(11, 30)
	h.done(h.pia.looks(h.primary, f.record))

	h.done(f.ada.sync(f.record))
	f.ada.net.off.Store(true)
	h.until(12, 0)
	const both = "Riverside Oncology: seen 10:02; Millbrook nurses: seen 11:30."
	require.Equal(t, both, f.ada.carried(f.record, fever), "a fever is oncology's to act on, and the practice knows")
	require.Equal(t, both, f.ada.carried(f.record, pain))
	require.Contains(t, f.ada.told(f.record, pain), "Monday 23 November, 10:02: Synthetic olive, Riverside Oncology, has seen it.")
	require.Equal(t, both, h.olive.carriedNow(f.record, pain), "and the teams know of each other")
	require.Equal(t, both, h.pia.carriedNow(f.record, pain))

	require.Nil(t, f.carla.sees(f.record, pain))
	f.ada.net.off.Store(false)
	h.done(f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": []string{"schedule", "team", "concerns.physical"}}, nil))
	require.Equal(t, both, f.carla.carriedNow(f.record, pain), "the caregiver sees that they know already")
	require.Nil(t, f.carla.shows(f.record, care.TriageID(f.record, h.oncology.ID.String(), false)), "and nothing of the queue")
}

// carriedNow is carried after a sync.
func (a *actor) carriedNow(record syncing.RecordID, concern syncing.DocID) string {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	return a.carried(record, concern)
}

// The report of a team says how much its nurses managed themselves; one concern goes to a doctor, with the reason.
func TestSeed_B30_TheReportSaysWhatNursesClosedWithoutEscalation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	report := f.ada.reports(f.record, set{"phy.nausea": 5, "phy.mouth": 5, "phy.rash": 5}, nil)
	rash := care.ConcernID(report, "phy.rash")
	h.done(h.olive.sync(f.record))
	route, note := "routeStatus."+h.oncology.ID.String(), "routeNote."+h.oncology.ID.String()
	h.olive.isHeld(f.record, rash, set{route: "escalated"}, syncing.Invalid)
	h.olive.writes(f.record, rash, set{route: "escalated", note: "It spreads since yesterday. Could it be the new drug?"})
	require.Contains(t, value(h.oscar.sees(f.record, rash), note), "new drug", "the doctor reads why")
	h.done(h.olive.closes(h.oncology, f.record, "managed-by-nurse", ""))

	got := h.olive.figures(h.oncology)
	require.Equal(t, 2, got.Closed.Count)
	require.Equal(t, 3, got.Closed.Of)
	require.Equal(t, 66, *got.Closed.Percent)
	require.Equal(t, [2]any{"closed", "escalated-doctor"}, f.ada.standing(f.record, rash, h.oncology))
	require.Zero(t, h.pia.figures(h.primary).Closed.Of, "each team's are its own")
	for _, a := range []*actor{h.otto, h.pia, f.ada, f.carla} {
		h.refused(404, a.get("/v1/teams/"+h.oncology.ID.String()+"/figures", nil))
	}
	h.refused(400, h.olive.get("/v1/teams/"+h.oncology.ID.String()+"/figures?days=367", nil))
}

// A nurse of either team works through the queue of the own team.
func TestSeed_B52_ANurseOfThePracticeTriagesItsOwnQueue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	low := care.ConcernID(f.ada.reports(f.record, set{"emo.low": 5}, nil), "emo.low")
	require.Empty(t, h.olive.queue(h.oncology), "this one is the practice's")
	h.refused(403, h.olive.deals(h.primary, f.record, "claim", nil))
	h.done(h.pia.looks(h.primary, f.record))
	h.done(h.pia.deals(h.primary, f.record, "claim", nil))
	h.refused(409, h.paul.deals(h.primary, f.record, "claim", nil))
	require.Equal(t, "Synthetic pia", h.paul.rowOf(h.primary, f.record).ClaimedName)
	require.Equal(t, [2]any{"in-progress", nil}, f.ada.standing(f.record, low, h.primary))
	h.done(h.pia.tries(h.primary, f.record, "reached"))
	h.done(h.pia.closes(h.primary, f.record, "referred", "The counsellor rings on Wednesday."))
	require.Equal(t, [2]any{"closed", "referred"}, h.olive.standing(f.record, low, h.primary))
	require.Empty(t, h.pia.queue(h.primary))
	h.otto.nothingOf(f.record, low)
}

// With few people and much to do the order of the queue decides: level, overdue, wish, late arrival, then who has waited longest.
func TestSeed_B57_TheQueueStandsInTheOrderInWhichItIsWorkedThrough(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	red := set{"phy.breath": 8, "m.breathrest": false}
	send := func(name string, of, more set, ago time.Duration) {
		record := h.admit(name)
		phone := h.enrol(record, identity.KindPatient, name)
		family{record: record}.settled(h)
		h.done(phone.sync(record))
		doc := newDoc("assessment")
		phone.note(record, doc, answers(of, more))
		h.clock.pass(ago)
		h.done(phone.sync(record))
	}
	send("Amber", set{"phy.nausea": 7}, nil, 0)
	h.later(24*time.Hour + time.Minute)
	for _, a := range []*actor{h.olive, h.pia, h.nils} {
		a.shift()
	}
	send("Green", set{"phy.nausea": 4}, nil, 0)
	send("Green who asks", set{"phy.nausea": 4}, set{"urgency": "this-week"}, 0)
	send("Red", red, nil, 0)
	send("Red who asks", red, set{"urgency": "now"}, 0)
	send("Amber, fresh", set{"phy.nausea": 7}, nil, 0)
	send("Emergency", set{"phy.breath": 8, "m.breathrest": true}, nil, 0)
	send("Red, late", red, nil, 3*time.Hour)
	h.follow()

	var order []string
	for _, row := range h.olive.queue(h.oncology) {
		order = append(order, row.Person.Name)
	}
	require.Equal(t, []string{
		"Emergency", "Red who asks", "Red", "Red, late", "Amber", "Amber, fresh", "Green who asks", "Green",
	}, order)
}
