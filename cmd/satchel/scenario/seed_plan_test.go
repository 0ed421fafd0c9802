package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// What primary care takes on is written down: nothing is published that has no accountable team, and "who handles pain?" has one
// answer, offline.
func TestSeed_A08_APlanWithoutAnAccountableTeamIsNotPublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	pain := newDoc("activity")
	h.done(h.olive.write(f.record, pain, set{"title": "Look after pain", "kind": "monitoring", "topic": "pain", "proposedBy": h.oncology.ID, "status": "proposed"}))
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)
	bp := h.offer(h.olive, f, h.oncology, h.primary, set{"topic": "bp", "title": "Blood pressure"})
	h.done(h.pia.declines(f, bp, "We are closed"))

	lacking := h.missing(h.olive.publishes(f, plan, 1))
	require.Equal(t, map[syncing.DocID]string{pain: care.LackTeam, psa: care.LackAnswer, bp: care.LackReassign}, lacking)
	require.Empty(t, f.ada.list(f.record, "planVersion"), "a refused publication leaves nothing")
	require.Equal(t, care.Gap, f.ada.knows(f, "pain").State)
	h.refused(422, h.olive.write(f.record, plan, set{"version": 1})) // nor by writing the number

	h.done(h.olive.write(f.record, pain, set{"accountableTeam": h.oncology.ID, "status": "offered"}))
	h.olive.accepts(f, pain)
	h.pia.accepts(f, psa)
	h.done(h.olive.write(f.record, bp, set{"status": "cancelled"}))
	h.refused(403, h.pia.publishes(f, plan, 1))
	h.refused(409, h.olive.publishes(f, plan, 2))
	h.refused(404, h.otto.publishes(f, plan, 1))
	h.done(h.olive.publishes(f, plan, 1))
	h.refused(403, f.ada.publishes(f, plan, 2))

	h.done(f.ada.sync(f.record))
	answer := f.ada.knows(f, "pain")
	require.Equal(t, h.oncology.ID.String(), answer.Team)
	require.Contains(t, answer.Says, "Riverside Oncology")
	require.Equal(t, answer, h.pia.about(f, "pain"), "phone and server say the same")
	h.refused(400, f.ada.get("/v1/records/"+f.record.UUID.String()+"/who?topic=weather", nil))
	h.seesNothingOfPlan(f)
}

// Roles are agreed when both teams have said so, and not before: the person reads the date only then.
func TestSeed_T06_AgreedByBothTeamsOnlyWithBothAcknowledgements(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	pain := h.offer(h.olive, f, h.oncology, h.oncology, set{"topic": "pain", "title": "Look after pain"})
	h.olive.accepts(f, pain)
	h.done(h.olive.publishes(f, plan, 1))
	version := care.PlanVersionID(plan, 1)

	h.refused(403, h.olive.acknowledges(f, version, h.primary))
	h.refused(403, h.nils.acknowledges(f, version, h.navigation))
	h.done(h.olive.acknowledges(f, version, h.oncology))
	h.done(f.ada.sync(f.record))
	require.Equal(t, care.Pending, f.ada.knows(f, "pain").State, "one of two is not both")
	require.NotContains(t, f.ada.agreement(f).Says, "Agreed by both")

	name := h.pia.change(f.record, addTo(version, "ackBy", h.primary.ID))
	h.done(h.pia.sync(f.record))
	require.Equal(t, syncing.Held, h.pia.outcome(f.record, name).Status, "it is acknowledged as it stands now, with a connection")

	h.done(h.pia.acknowledges(f, version, h.primary))
	h.done(f.ada.sync(f.record))
	require.Equal(t, "Agreed by both teams on 23 November 2026.", f.ada.agreement(f).Says)
	require.Contains(t, f.ada.knows(f, "pain").Says, "Agreed by both teams on 23 November 2026")
	require.Equal(t, care.Agreed, h.olive.about(f, "pain").State)
	require.True(t, h.pia.who(f).Agreement.Agreed)

	// The version is whole, and nobody changes it.
	shown := f.ada.shows(f.record, version)
	require.Equal(t, value(shown, "hash"), care.PlanHash(shown.Fields))
	for _, a := range []*actor{h.olive, h.pia, f.ada} {
		h.refused(403, a.write(f.record, version, set{"role.pain": h.primary.ID}))
	}
	h.refused(403, h.pia.act(f.record, "write", map[string]any{"doc": version, "remove": map[string]any{"ackBy": []any{h.primary.ID}}}, nil))

	// What changes afterwards is not agreed, until the next version is.
	h.offer(h.olive, f, h.oncology, h.primary, nil)
	h.done(f.ada.sync(f.record))
	require.Equal(t, "Not agreed: the plan has changed since it was last published.", f.ada.agreement(f).Says)
	h.done(h.olive.write(f.record, pain, set{"status": "cancelled"}))
	h.offer(h.pia, f, h.primary, h.primary, set{"topic": "pain", "title": "Look after pain", "status": "accepted"})
	h.done(f.ada.sync(f.record))
	require.Equal(t, care.Pending, f.ada.knows(f, "pain").State, "both agreed to another team than this one")
	require.Equal(t, h.primary.ID.String(), f.ada.knows(f, "pain").Team)
	h.seesNothingOfPlan(f)
}

// Who follows the person up is named with each phase and acknowledged by both teams: until the practice has, the plan is shown
// as not agreed.
func TestSeed_B03_WhoFollowsUpIsNamedAndAcknowledgedByBoth(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	h.refused(422, h.olive.write(f.record, plan, set{"phase": "follow-up"}))
	h.refused(403, h.pia.write(f.record, plan, set{"phase": "follow-up", "followUpLead": h.primary.ID}))
	h.handsOver(f, plan)
	h.settle(f)
	h.done(h.olive.publishes(f, plan, 1))
	version := care.PlanVersionID(plan, 1)
	h.done(h.olive.acknowledges(f, version, h.oncology))

	h.done(f.ada.sync(f.record))
	require.Equal(t, "Not agreed: not yet confirmed by Millbrook nurses.", f.ada.agreement(f).Says)
	for _, a := range []*actor{h.olive, h.pia, h.nils} {
		require.False(t, a.who(f).Agreement.Agreed, a.name)
		require.Equal(t, []string{h.primary.ID.String()}, a.who(f).Agreement.WaitingFor)
	}
	h.done(h.pia.acknowledges(f, version, h.primary))
	h.done(f.ada.sync(f.record))
	require.True(t, f.ada.agreement(f).Agreed)
	require.Equal(t, h.primary.ID.String(), f.ada.who(f).Plan.FollowUpLead)

	h.done(h.olive.write(f.record, plan, set{"followUpLead": h.oncology.ID}))
	h.done(f.ada.sync(f.record))
	require.False(t, f.ada.agreement(f).Agreed, "another lead was not agreed by anybody")
	h.seesNothingOfPlan(f)
}

// The overall lead stands on every view, beside the lead of each activity.
func TestSeed_B46_TheOverallLeadIsOnEveryView(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "follow-up")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)
	h.pia.accepts(f, psa)
	h.done(h.olive.publishes(f, plan, 1))
	lead := h.oncology.ID.String()
	for _, a := range []*actor{f.ada, h.olive, h.pia, h.nils} {
		view := a.who(f)
		require.Equal(t, lead, view.Plan.OverallLead, a.name)
		require.Equal(t, "Riverside Oncology", view.Teams[lead])
		require.Equal(t, h.primary.ID.String(), view.Activities[0].Lead)
		require.Equal(t, lead, value(a.sees(f.record, plan), "overallLead"))
		require.Equal(t, lead, value(a.sees(f.record, care.PlanVersionID(plan, 1)), "header.overallLead"))
	}
	require.Equal(t, lead, f.ada.knows(f, "fertility").Ask, "for what nobody handles, too")
	h.refused(403, h.pia.write(f.record, plan, set{"overallLead": h.primary.ID}))
	h.seesNothingOfPlan(f)

	// A caregiver sees who leads when the person shares plan and teams: half of it would look like gaps.
	for _, half := range [][]string{{"schedule", "team"}, {"schedule", "plan"}} {
		h.done(f.ada.put(caregiverPath(f.record, f.carla), set{"categories": half}, nil))
		h.refused(404, f.carla.get("/v1/records/"+f.record.UUID.String()+"/who", nil))
	}
	h.done(f.ada.put(caregiverPath(f.record, f.carla), set{"categories": []string{"schedule", "plan", "team"}}, nil))
	require.Equal(t, lead, f.carla.who(f).Plan.OverallLead)
	h.refused(403, f.carla.write(f.record, psa, set{"patientDone": true}))
	h.refused(403, f.carla.act(f.record, "accept", set{"activity": psa}, nil))
}
