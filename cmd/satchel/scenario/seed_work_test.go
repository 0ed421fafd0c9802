package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// clinic is an appointment of oncology that somebody has found not to be ready.
func (h *house) notReady(record syncing.RecordID, title string) syncing.DocID {
	h.t.Helper()
	clinic := newDoc("appointment")
	h.olive.writes(record, clinic, set{
		"start": "2026-12-01T09:30", "zone": "Europe/London", "ownerTeam": h.oncology.ID, "title": title, "status": "booked",
	})
	h.olive.writes(record, clinic, set{"readiness": "not-ready", "readinessReason": "the scan has not been reported"})
	return clinic
}

// One endpoint gives the navigator what is not as it should be; closing a line asks what came of it.
func TestSeed_B29_TheNavigatorHasFiveListsAndClosesWithAnOutcome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	clinic := h.notReady(f.record, "Clinic after the scan")

	var page struct {
		Lists []workPage `json:"lists"`
	}
	path := "/v1/teams/" + h.navigation.ID.String() + "/work"
	h.done(h.nils.get(path, &page))
	kinds := map[string]int{}
	for _, list := range page.Lists {
		kinds[list.Kind] = len(list.Tasks)
	}
	for _, kind := range []string{"offer", "lab", "message", "appointment", "gap"} {
		require.Contains(t, kinds, kind)
	}
	require.Equal(t, 1, kinds["appointment"])
	line := h.nils.work(h.navigation, "appointment")[0]
	require.Equal(t, clinic, line.Focus)
	require.Equal(t, "Ada Example", line.Person.Name)
	require.Contains(t, line.Why, "Clinic after the scan")
	require.Equal(t, "the scan has not been reported", line.Note)

	h.done(h.nils.act(f.record, "take-task", map[string]any{"task": line.Doc}, nil))
	nora := h.hire(identity.KindNavigator, "nora", h.navigation)
	h.refused(409, nora.act(f.record, "take-task", map[string]any{"task": line.Doc}, nil))
	h.refused(409, nora.completes(line, "arranged"))
	h.done(h.nils.act(f.record, "return-task", map[string]any{"task": line.Doc}, nil))
	h.done(nora.act(f.record, "take-task", map[string]any{"task": line.Doc}, nil))
	require.Equal(t, nora.Tokens().Account.String(), h.nils.work(h.navigation, "appointment")[0].TakenBy)

	h.refused(422, nora.act(f.record, "complete-task", map[string]any{"task": line.Doc}, nil))
	h.refused(403, h.pia.completes(line, "arranged"))
	h.refused(404, h.otto.completes(line, "arranged"))
	h.done(nora.completes(line, "arranged"))
	require.Empty(t, h.nils.work(h.navigation, "appointment"))
	for _, a := range []*actor{f.ada, h.olive, h.pia, f.carla} {
		require.Equal(t, "arranged", value(a.sees(f.record, line.Doc), "outcome"), a.name)
	}
	require.Empty(t, h.otto.list(f.record, "task"))
	h.refused(404, h.otto.get(path, nil))
	h.refused(404, f.ada.get(path, nil))
}

// A line goes away by itself with its cause, comes back with it, and a list is read a page at a time.
func TestSeed_T08_TheListsOfACoordinatorFollowTheirCauses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	var clinics []syncing.DocID
	for range 3 {
		clinics = append(clinics, h.notReady(f.record, "Clinic"))
	}
	h.done(h.olive.write(f.record, clinics[0], set{"readiness": "ready"}))
	require.Len(t, h.nils.work(h.navigation, "appointment"), 2)
	h.done(h.olive.write(f.record, clinics[1], set{"status": "cancelled"}))
	require.Len(t, h.nils.work(h.navigation, "appointment"), 1, "what does not take place needs no papers")
	h.done(h.olive.write(f.record, clinics[0], set{"readiness": "not-ready"}))
	require.Len(t, h.nils.work(h.navigation, "appointment"), 2)

	path := "/v1/teams/" + h.navigation.ID.String() + "/work?kind=appointment&limit=1"
	var seen []syncing.DocID
	for after := ""; ; {
		var page struct {
			Lists []workPage `json:"lists"`
		}
		h.done(h.nils.get(path+after, &page))
		require.Len(t, page.Lists, 1)
		for _, line := range page.Lists[0].Tasks {
			seen = append(seen, line.Focus)
		}
		if page.Lists[0].Next == "" {
			break
		}
		after = "&after=" + page.Lists[0].Next
	}
	require.ElementsMatch(t, []syncing.DocID{clinics[0], clinics[2]}, seen)
	h.refused(400, h.nils.get("/v1/teams/"+h.navigation.ID.String()+"/work?kind=gossip", nil))
	h.refused(400, h.nils.get("/v1/teams/"+h.navigation.ID.String()+"/work?after=AAAA", nil))

	h.done(f.ada.remove("/v1/records/" + f.record.UUID.String() + "/teams/" + h.navigation.ID.String()))
	require.Empty(t, h.nils.work(h.navigation, "appointment"), "the person has ended the navigators' access")
	h.refused(404, h.nils.act(f.record, "take-task", map[string]any{"task": newDoc("task")}, nil))
}

// A person whose practice has not joined within a week is on the navigator's list, until it does.
func TestSeed_B28_APersonWithoutAPracticeForAWeekIsOnTheNavigatorsList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admitWith("Ada Example", h.oncology, h.primary, h.navigation)
	complete := h.admit("Ben Specimen")
	h.done(h.nils.write(record, careTeam(h.navigation), set{"status": "active"}))
	ada := h.enrol(record, identity.KindPatient, "ada")
	day := 24 * time.Hour

	h.later(6 * day)
	require.Empty(t, h.nils.shift().work(h.navigation, "gap"))
	h.later(day + time.Hour)
	gaps := h.nils.shift().work(h.navigation, "gap")
	require.Len(t, gaps, 1)
	require.Equal(t, record, gaps[0].Record, "not Ben, whose practice is there")
	require.NotEqual(t, complete, gaps[0].Record)
	require.Contains(t, gaps[0].Why, "No practice")
	require.NotNil(t, ada.sees(record, gaps[0].Doc), "the person sees it too")
	h.follow()
	require.Len(t, h.nils.work(h.navigation, "gap"), 1, "once")

	h.refused(422, h.nils.act(record, "complete-task", map[string]any{"task": gaps[0].Doc}, nil))
	h.done(h.nils.completes(gaps[0], "could-not"))
	require.Empty(t, h.nils.work(h.navigation, "gap"))
	h.later(8 * day)
	require.Len(t, h.nils.shift().work(h.navigation, "gap"), 1, "closing it brought no practice: it comes back")

	h.done(h.pia.shift().write(record, careTeam(h.primary), set{"status": "active"}))
	require.Empty(t, h.nils.work(h.navigation, "gap"), "the practice is here")
	h.later(20 * day)
	require.Empty(t, h.nils.shift().work(h.navigation, "gap"))
	require.Equal(t, "cancelled", value(ada.sees(record, gaps[0].Doc), "status"))
}
