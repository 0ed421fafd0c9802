package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// A red assessment is in both queues when the sync that carried it is answered: nobody waits for a follower.
func TestQueue_ARedAssessmentIsInBothQueuesWhenItsSyncIsAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	other := h.admit("Ben Example")
	h.enrol(other, identity.KindPatient, "ben").reports(other, set{"phy.nausea": 8, "emo.low": 8}, nil)
	f.ada.net.off.Store(true)
	f.ada.note(f.record, newDoc("assessment"), answers(set{"phy.fever": 5, "m.temp": "38.4"}, nil))
	require.Error(t, f.ada.sync(f.record))
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))

	for _, desk := range []struct {
		a    *actor
		team identity.Team
		own  string
		why  string
	}{{h.olive, h.oncology, "red", "Red: first contact within an hour."}, {h.pia, h.primary, "info", "Red: another team acts on it; you are told because it is urgent."}} {
		first := desk.a.queue(desk.team)[0]
		require.Equal(t, f.record, first.Record, "first in order")
		require.Equal(t, "red", first.Level)
		require.Equal(t, desk.own, first.Own, "one team acts")
		require.Contains(t, first.Why, desk.why)
		require.Equal(t, 1, first.Reports)
		require.Len(t, desk.a.queue(desk.team), 2)
	}
	require.Empty(t, h.nils.queue(h.navigation))
	h.refused(404, h.otto.get("/v1/teams/"+h.oncology.ID.String()+"/queue", nil))
}

// Whoever is not reached in time climbs the ladder: each step once, however often the server stops between them.
func TestQueue_TheLadderSurvivesRestartsBetweenItsSteps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.breath": 8, "m.breathrest": true}, nil)
	steps := func() (list []string) {
		for _, x := range h.olive.rowOf(h.oncology, f.record).Escalated {
			list = append(list, x.To)
		}
		return list
	}
	open := func(a *actor, team identity.Team) int { return len(a.work(team, "escalation")) }

	h.later(14 * time.Minute)
	require.Empty(t, steps())
	require.False(t, h.olive.rowOf(h.oncology, f.record).Overdue)
	h.stop()
	h.clock.pass(2 * time.Minute) // the time comes while nobody is there
	h.restart(f.ada, f.carla)
	h.follow()
	require.Equal(t, []string{"backup"}, steps())
	require.True(t, h.olive.rowOf(h.oncology, f.record).Overdue)
	h.restart(f.ada, f.carla)
	h.follow()
	h.follow()
	require.Equal(t, []string{"backup"}, steps(), "nothing is doubled")
	h.done(h.olive.deals(h.oncology, f.record, "claim", nil))
	h.later(15 * time.Minute)
	require.Equal(t, []string{"backup", "on-call"}, steps(), "taking it is not reaching the person")
	require.Zero(t, open(h.nils, h.navigation))
	h.stop()
	h.clock.pass(10 * time.Hour)
	h.restart(f.ada, f.carla)
	h.follow()
	h.restart(f.ada, f.carla)
	h.follow()
	require.Equal(t, []string{"backup", "on-call", "navigator", "other-team"}, steps(), "nothing is skipped")
	require.Equal(t, 1, open(h.nils, h.navigation))
	require.Equal(t, 1, open(h.pia, h.primary))

	h.done(f.ada.sync(f.record))
	row := care.TriageID(f.record, h.oncology.ID.String(), false)
	told := strings.Join(f.ada.told(f.record, row), "\n")
	require.Equal(t, 1, strings.Count(told, "Riverside Oncology had not reached the person in time. The backup nurse was told."), "the person can read it: %s", told)
	require.Nil(t, f.carla.sees(f.record, row))

	h.refused(403, h.pia.tries(h.oncology, f.record, "reached"))
	h.done(h.olive.tries(h.oncology, f.record, "reached"))
	require.Empty(t, steps())
	require.Zero(t, open(h.nils, h.navigation)+open(h.pia, h.primary), "and what others were given goes away")
	h.later(100 * time.Hour)
	h.olive.shift()
	require.False(t, h.olive.rowOf(h.oncology, f.record).Overdue)
}

// After three attempts that failed nobody alone decides that somebody could not be reached.
func TestQueue_ThreeFailedContactsOnRedNeedALeadWhoSaysWhatIsDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.breath": 8, "m.breathrest": false}, nil)
	h.refused(422, h.olive.closes(h.oncology, f.record, "unable-to-reach", ""))
	for range 3 {
		h.later(10 * time.Minute)
		h.done(h.olive.tries(h.oncology, f.record, "no-answer"))
	}
	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, 3, row.Failed)
	require.Contains(t, row.Why, "3 attempts to reach the person failed.")
	for _, outcome := range []string{"unable-to-reach", "no-action"} {
		require.Contains(t, h.refused(403, h.olive.closes(h.oncology, f.record, outcome, "")), "welfare check")
	}
	arranged := map[string]any{"arranged": "The district nurse looks in before noon."}
	h.refused(403, h.olive.deals(h.oncology, f.record, "sign-off", arranged))
	h.refused(403, h.olive.put("/v1/teams/"+h.oncology.ID.String()+"/leads/"+h.olive.Tokens().Account.String(), nil, nil))
	h.lead(h.oscar, h.oncology)
	h.done(h.oscar.deals(h.oncology, f.record, "sign-off", arranged))
	h.refused(403, h.pia.deals(h.oncology, f.record, "sign-off", arranged))
	h.done(h.olive.closes(h.oncology, f.record, "unable-to-reach", ""))

	h.done(f.ada.sync(f.record))
	told := strings.Join(f.ada.told(f.record, row.Doc), "\n")
	require.Contains(t, told, "Synthetic oscar, Riverside Oncology, signed off what is done because nobody was reached. The district nurse looks in before noon.")
	require.Equal(t, 3, strings.Count(told, "tried to reach the person"))
}

// A colleague whose shift has ended still has the row: a lead takes it over, and whoever comes back sees who has it.
func TestQueue_ALeadTakesOverFromAColleagueWhoseShiftHasEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	f.ada.reports(f.record, set{"phy.nausea": 7}, nil)
	h.done(h.olive.deals(h.oncology, f.record, "claim", nil))
	from := map[string]any{"from": h.olive.Tokens().Account}
	h.refused(403, h.oscar.deals(h.oncology, f.record, "take-over", from))
	h.refused(403, h.oscar.deals(h.oncology, f.record, "hand-back", nil))
	h.lead(h.oscar, h.oncology)
	h.refused(409, h.oscar.deals(h.oncology, f.record, "claim", nil))
	h.refused(409, h.oscar.deals(h.oncology, f.record, "take-over", map[string]any{"from": h.pia.Tokens().Account}))
	h.done(h.oscar.deals(h.oncology, f.record, "take-over", from))
	require.Equal(t, "Synthetic oscar", h.olive.rowOf(h.oncology, f.record).ClaimedName)
	h.refused(409, h.olive.closes(h.oncology, f.record, "advice-given", ""))
	h.done(h.oscar.deals(h.oncology, f.record, "hand-back", nil))
	h.done(h.olive.deals(h.oncology, f.record, "claim", nil))
	h.refused(404, h.otto.deals(h.oncology, f.record, "take-over", from))
}

// Two teams never both think that the other acts: a concern moves when the other team accepts, and not before (hazard H22).
func TestQueue_AConcernMovesWhenTheOtherTeamAcceptsAndNotBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	report := f.ada.reports(f.record, set{"phy.nausea": 7, "phy.mouth": 4}, nil)
	nausea, mouth := care.ConcernID(report, "phy.nausea"), care.ConcernID(report, "phy.mouth")
	offer := func(to identity.Team, concern syncing.DocID) map[string]any {
		return map[string]any{"to": to.ID, "concerns": []any{concern}, "reason": "It began with her new blood pressure tablets."}
	}
	h.refused(422, h.olive.deals(h.oncology, f.record, "re-route", offer(h.elsewhere, nausea)))
	h.refused(422, h.olive.deals(h.oncology, f.record, "re-route", offer(h.navigation, nausea)))
	h.refused(422, h.olive.deals(h.oncology, f.record, "re-route", offer(h.primary, care.ConcernID(report, "phy.rash"))))
	h.refused(403, h.pia.deals(h.oncology, f.record, "re-route", offer(h.primary, nausea)))
	h.refused(404, h.otto.deals(h.oncology, f.record, "re-route", offer(h.primary, nausea)))
	before := h.olive.rowOf(h.oncology, f.record)
	h.done(h.olive.deals(h.oncology, f.record, "re-route", offer(h.primary, nausea)))

	asked := h.pia.reroutes(h.primary)
	require.Len(t, asked, 1)
	require.Equal(t, "It began with her new blood pressure tablets.", asked[0].Reason)
	require.Len(t, h.olive.reroutes(h.oncology), 1)
	h.refused(404, h.otto.get("/v1/teams/"+h.primary.ID.String()+"/re-routes", nil))
	require.Equal(t, before.Concerns, h.olive.rowOf(h.oncology, f.record).Concerns, "oncology stays responsible")
	require.Empty(t, h.pia.queue(h.primary))
	say := func(a *actor, action, answer string) error {
		return a.act(f.record, action, map[string]any{"reroute": asked[0].Reroute, "answer": answer}, nil)
	}
	h.refused(403, say(h.olive, "accept-re-route", ""))
	h.refused(404, say(h.otto, "accept-re-route", ""))
	h.refused(422, say(h.pia, "decline-re-route", ""))
	h.done(say(h.pia, "decline-re-route", "We are closed tomorrow."))
	require.Equal(t, before.Concerns, h.olive.rowOf(h.oncology, f.record).Concerns, "nothing has changed")
	require.Empty(t, h.pia.reroutes(h.primary))
	h.refused(409, say(h.pia, "accept-re-route", ""))

	h.later(time.Hour)
	h.done(h.olive.deals(h.oncology, f.record, "re-route", offer(h.primary, nausea)))
	asked = h.pia.reroutes(h.primary)
	h.done(say(h.pia, "accept-re-route", "We call her today."))
	require.Equal(t, []string{string(mouth)}, h.olive.rowOf(h.oncology, f.record).Concerns)
	require.Equal(t, []string{string(nausea)}, h.pia.rowOf(h.primary, f.record).Concerns)
	require.Equal(t, "amber", h.pia.rowOf(h.primary, f.record).Own)
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		require.Equal(t, [2]any{"closed", "re-routed"}, a.standing(f.record, nausea, h.oncology), a.name)
		require.Equal(t, [2]any{"new", nil}, a.standing(f.record, nausea, h.primary), a.name)
		told := a.told(f.record, nausea)
		require.Len(t, told, 4)
		require.Contains(t, told[0], "Synthetic olive, Riverside Oncology, has asked Millbrook nurses to take it over, and looks after it until they accept.")
		require.Contains(t, told[1], "cannot take it over from Riverside Oncology; it stays where it was. We are closed tomorrow.")
		require.Contains(t, told[3], "Synthetic pia, Millbrook nurses, has taken it over from Riverside Oncology. We call her today.")
	}
	require.Nil(t, f.carla.sees(f.record, nausea))
	h.later(24 * time.Hour)
	require.True(t, h.pia.shift().rowOf(h.primary, f.record).Overdue, "the promise to the person did not begin anew")
}

// reroutes are the open offers of a team.
func (a *actor) reroutes(team identity.Team) []rerouteLine {
	a.h.t.Helper()
	var page struct {
		Reroutes []rerouteLine `json:"reroutes"`
	}
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/re-routes", &page))
	return page.Reroutes
}

type rerouteLine struct {
	Reroute syncing.DocID `json:"reroute"`
	Reason  string        `json:"reason"`
}
