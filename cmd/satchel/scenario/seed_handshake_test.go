package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

const day = 24 * time.Hour

// A declined task is a gap for everybody within the same request, and never do two teams both think that the other acts.
func TestHazard_H22_WhatWasDeclinedIsAGapWithinOneRequest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.plan(f, "follow-up")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)
	require.Equal(t, []string{care.TaskOffer}, h.pia.openTasks(f, h.primary, psa), "who was asked must answer")
	h.done(f.ada.sync(f.record))
	require.Equal(t, care.Pending, f.ada.knows(f, "surveillance").State)

	h.done(h.pia.declines(f, psa, "We cannot draw blood here"))
	for _, a := range []*actor{h.olive, h.nils, h.pia, f.ada} {
		said := a.about(f, "surveillance")
		require.Equal(t, care.Gap, said.State, a.name)
		require.Empty(t, said.Team, "nobody answers, and nobody is said to")
		require.Equal(t, h.oncology.ID.String(), said.Ask, "whom to ask meanwhile")
	}
	require.Equal(t, []string{care.TaskGap}, h.olive.openTasks(f, h.oncology, psa))
	require.Equal(t, []string{care.TaskGap}, h.nils.openTasks(f, h.navigation, psa))
	require.Empty(t, h.pia.openTasks(f, h.primary, psa))
	h.done(f.ada.sync(f.record))
	require.Contains(t, f.ada.knows(f, "surveillance").Says, "being arranged")
	h.seesNothingOfPlan(f)

	// A team that hands over still answers until the other has taken it.
	h.done(h.olive.write(f.record, psa, set{"accountableTeam": h.oncology.ID, "status": "offered"}))
	h.olive.accepts(f, psa)
	h.done(h.olive.write(f.record, psa, set{"transferTo": h.primary.ID}))
	require.Equal(t, h.oncology.ID.String(), h.pia.about(f, "surveillance").Team)
	h.refused(403, h.olive.act(f.record, "take-activity", set{"activity": psa, "team": h.primary.ID}, nil))
	h.done(h.pia.act(f.record, "take-activity", set{"activity": psa, "team": h.primary.ID}, nil))
	require.Equal(t, h.primary.ID.String(), h.olive.about(f, "surveillance").Team)
	h.refused(403, h.olive.write(f.record, psa, set{"outcome": "done"}))
}

// Declining opens the gap again at once, tells the team that asked, and the person sees that it is being arranged; an offer that
// nobody answers in time is a gap too.
func TestSeed_B18_AGapIsSeenAtOnceByThoseWhoMustClose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.plan(f, "follow-up")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)

	h.later(4 * day)
	require.NotContains(t, h.nils.shift().openTasks(f, h.navigation, psa), care.TaskGap)
	h.later(4 * day)
	for _, a := range []*actor{h.olive.shift(), h.pia.shift(), h.nils.shift()} {
		require.Equal(t, care.Gap, a.about(f, "surveillance").State, "five working days have passed")
	}
	require.ElementsMatch(t, []string{care.TaskGap, care.TaskOffer}, h.nils.openTasks(f, h.navigation, psa))
	h.follow()
	require.ElementsMatch(t, []string{care.TaskGap, care.TaskOffer}, h.olive.openTasks(f, h.oncology, psa), "once")

	h.pia.accepts(f, psa)
	require.Empty(t, h.olive.openTasks(f, h.oncology, psa), "what is accepted is nobody's gap any more")
	require.Empty(t, h.pia.openTasks(f, h.primary, psa))
	require.Empty(t, h.nils.openTasks(f, h.navigation, psa))
	h.done(f.ada.sync(f.record))
	require.Equal(t, h.primary.ID.String(), f.ada.knows(f, "surveillance").Team)
	require.Equal(t, care.Agreed, f.ada.knows(f, "surveillance").State, "one offered, the other accepted")
	h.otto.shift()
	h.seesNothingOfPlan(f)
	h.refused(404, h.otto.act(f.record, "accept", set{"activity": psa}, nil))
	h.refused(404, h.pia.act(f.record, "accept", set{"activity": newDoc("activity")}, nil))

	// A team that cannot go on gives back what it does for another, and cannot make it go away.
	h.refused(403, h.pia.write(f.record, psa, set{"status": "cancelled"}))
	h.done(h.pia.declines(f, psa, "Our nurse has left"))
	require.Equal(t, care.Gap, h.olive.about(f, "surveillance").State)
	require.Len(t, h.nils.work(h.navigation, care.TaskGap), 1)
	require.Len(t, h.olive.work(h.oncology, care.TaskGap), 1)
	h.refused(409, h.pia.act(f.record, "accept", set{"activity": psa}, nil))
}

// The practice declines with a reason; oncology must find another, and the history shows who said what.
func TestSeed_B19_ATeamDeclinesWithAReasonAndTheOtherMustReassign(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.plan(f, "follow-up")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)

	h.refused(422, h.pia.declines(f, psa, ""))
	h.refused(403, h.nils.declines(f, psa, "It is not ours"))
	h.refused(403, f.ada.declines(f, psa, "No"))
	h.pia.isHeld(f.record, psa, set{"status": "declined", "statusReason": "Written on a train"}, syncing.Forbidden)
	require.Equal(t, "offered", value(h.olive.sees(f.record, psa), "status"), "an answer needs a connection")

	h.done(h.pia.declines(f, psa, "We cannot draw blood on Mondays"))
	require.Equal(t, "We cannot draw blood on Mondays", value(h.olive.sees(f.record, psa), "statusReason"))
	h.refused(422, h.olive.write(f.record, psa, set{"status": "offered"}))
	h.refused(403, h.pia.write(f.record, psa, set{"accountableTeam": h.oncology.ID, "status": "offered"}))

	h.done(h.olive.write(f.record, psa, set{"status": "offered", "accountableTeam": h.nursing.ID}))
	h.done(h.olive.write(f.record, psa, set{"accountableTeam": h.primary.ID}))
	h.refused(422, h.pia.act(f.record, "counter", set{"activity": psa}, nil))
	h.done(h.pia.act(f.record, "counter", set{"activity": psa, "date": "2027-01-04", "terms": "On Tuesdays"}, nil))
	require.Equal(t, "On Tuesdays", value(h.olive.sees(f.record, psa), "counterTerms"))
	require.Equal(t, []string{care.TaskGap}, h.olive.openTasks(f, h.oncology, psa), "the team that asked decides")
	h.done(h.olive.write(f.record, psa, set{"status": "offered", "dueBy": "2027-01-04", "description": "On Tuesdays"}))
	h.pia.accepts(f, psa)
	require.Equal(t, "accepted", value(f.ada.sees(f.record, psa), "status"))

	var history struct {
		Entries []struct {
			By    string `json:"by"`
			Field string `json:"field"`
			Value any    `json:"value"`
		} `json:"entries"`
	}
	h.done(f.ada.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(psa)+"/history", &history))
	declined := false
	for _, e := range history.Entries {
		declined = declined || e.Field == "status" && e.Value == "declined" && e.By == h.pia.Tokens().Account.String()
	}
	require.True(t, declined, "the history shows who declined")
	h.seesNothingOfPlan(f)
}

// What is handed to the practice says how it is done and when it comes back, to the practice and to the person.
func TestSeed_B14_WhatIsDelegatedSaysHowAndWhenItComesBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "follow-up")
	psa := h.offer(h.olive, f, h.oncology, h.primary, set{"returnCriteria": nil})
	h.pia.accepts(f, psa)
	require.Equal(t, map[syncing.DocID]string{psa: care.LackProtocol}, h.missing(h.olive.publishes(f, plan, 1)), "without it nothing is published")
	h.refused(403, h.olive.write(f.record, psa, set{"returnCriteria": "Too late"}))
	h.done(h.pia.write(f.record, psa, set{"returnCriteria": "Return to oncology if PSA doubles in 3 months."}))
	h.done(h.olive.publishes(f, plan, 1))

	h.done(f.ada.sync(f.record))
	f.ada.net.off.Store(true)
	for _, a := range []*actor{f.ada, h.pia} {
		if a == h.pia {
			h.done(a.sync(f.record))
		}
		shown := a.shows(f.record, psa)
		require.Equal(t, "PSA every 3 months.", value(shown, "protocolRef"), a.name)
		require.Equal(t, "Return to oncology if PSA doubles in 3 months.", value(shown, "returnCriteria"), a.name)
	}
	require.Equal(t, "Return to oncology if PSA doubles in 3 months.", h.pia.who(f).Activities[0].ReturnIf)
	f.ada.net.off.Store(false)
	h.seesNothingOfPlan(f)
}

// Each activity has one team that leads, and any number that help or are told.
func TestSeed_B25_OneTeamLeadsAndOthersHelpOrAreTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.plan(f, "follow-up")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)
	add := func(by *actor, field string, team syncing.TeamID) error {
		return by.act(f.record, "write", map[string]any{"doc": psa, "add": map[string]any{field: []any{team}}}, nil)
	}
	h.done(add(h.olive, "supportTeams", h.oncology.ID))
	h.done(add(h.olive, "informTeams", h.navigation.ID))
	h.refused(422, add(h.olive, "supportTeams", h.primary.ID))
	h.refused(403, add(h.nils, "informTeams", h.nursing.ID))
	h.pia.accepts(f, psa)
	h.refused(403, add(h.olive, "informTeams", h.nursing.ID))
	for _, a := range []*actor{f.ada, h.olive, h.pia, h.nils} {
		view := a.who(f).Activities[0]
		require.Equal(t, h.primary.ID.String(), view.Lead, a.name)
		require.Equal(t, []string{h.oncology.ID.String()}, view.Support)
		require.Equal(t, []string{h.navigation.ID.String()}, view.Inform)
	}
	h.done(f.ada.sync(f.record))
	require.Equal(t, []string{h.oncology.ID.String()}, f.ada.knows(f, "surveillance").Support)
	h.seesNothingOfPlan(f)
}
