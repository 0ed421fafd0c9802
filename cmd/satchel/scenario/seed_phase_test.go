package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// Switching the phase proposes default owners; where another team has an activity, the difference waits for somebody who confirms.
func TestSeed_B20_APhaseProposesOwnersAndDifferencesAreConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	pain := h.offer(h.olive, f, h.oncology, h.oncology, set{"topic": "pain", "title": "Look after pain"})
	h.olive.accepts(f, pain)
	h.handsOver(f, plan)

	for _, a := range []*actor{f.ada, h.olive, h.pia, h.nils} {
		view := a.who(f)
		byTopic := map[string]care.ActivityView{}
		for _, v := range view.Activities {
			byTopic[v.Topic] = v
		}
		require.Equal(t, h.primary.ID.String(), value(a.sees(f.record, syncing.DocID(byTopic["surveillance"].Doc)), "accountableTeam"), "proposed by the template")
		require.Equal(t, care.Gap, byTopic["surveillance"].State, "and accepted by nobody yet")
		require.Equal(t, h.primary.ID.String(), byTopic["pain"].Suggested, "the phase would have the practice look after pain")
		require.Equal(t, h.oncology.ID.String(), byTopic["pain"].Lead, "nothing moves by itself")
	}
	h.settleBut(f, pain)
	require.Equal(t, map[syncing.DocID]string{pain: care.LackConfirmation}, h.missing(h.olive.publishes(f, plan, 1)))
	h.refused(403, h.nils.write(f.record, pain, set{"keptFor": "follow-up"}))
	h.done(h.olive.write(f.record, pain, set{"keptFor": "follow-up"}))
	require.Empty(t, h.pia.who(f).Missing)
	h.done(h.olive.publishes(f, plan, 1))

	// Back and forth: what is there is not proposed twice.
	before := len(h.olive.list(f.record, "activity"))
	h.done(h.olive.write(f.record, plan, set{"phase": "recurrence", "followUpLead": h.oncology.ID}))
	h.settle(f)
	h.confirms(f, "recurrence")
	h.handsOver(f, plan)
	topics := map[any]int{}
	for _, d := range h.olive.list(f.record, "activity") {
		topics[[2]any{value(d, "topic"), value(d, "title")}]++
	}
	for topic, n := range topics {
		require.Equal(t, 1, n, topic)
	}
	require.Greater(t, len(h.olive.list(f.record, "activity")), before)
	h.seesNothingOfPlan(f)
}

// A plan stores from which template it comes, with its version; so does each activity that the template proposed.
func TestSeed_B47_APlanStoresItsTemplateAndVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		require.Equal(t, "phases|1.1.0", value(a.sees(f.record, plan), "template"), a.name)
	}
	h.handsOver(f, plan)
	for _, d := range f.ada.list(f.record, "activity") {
		require.Equal(t, "phases|1.1.0", value(d, "template"))
	}
	h.settle(f)
	h.done(h.olive.publishes(f, plan, 1))
	require.Equal(t, "phases|1.1.0", value(f.ada.sees(f.record, care.PlanVersionID(plan, 1)), "template"))
	require.Equal(t, "phases|1.1.0", h.pia.who(f).Plan.Template)
	h.refused(403, h.pia.write(f.record, plan, set{"template": "mine|1.0.0"}))
	h.seesNothingOfPlan(f)
}

// Follow-up has a protocol that both teams and the person read: each activity that a phase proposes to the practice says how it is
// done and when it comes back.
func TestSeed_T07_FollowUpHasAProtocolThatEverybodyReads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	h.handsOver(f, plan)
	h.settle(f)
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		view := a.who(f)
		require.NotEmpty(t, view.Activities)
		for _, v := range view.Activities {
			if v.Lead == h.primary.ID.String() {
				require.NotEmpty(t, v.Protocol, "%s %s", a.name, v.Title)
				require.NotEmpty(t, v.ReturnIf, "%s %s", a.name, v.Title)
			}
		}
	}
	psa := h.offer(h.olive, f, h.oncology, h.primary, set{"protocolRef": nil, "topic": "bp", "title": "Blood pressure"})
	h.pia.accepts(f, psa)
	require.Equal(t, map[syncing.DocID]string{psa: care.LackProtocol}, h.missing(h.olive.publishes(f, plan, 1)))
	h.seesNothingOfPlan(f)
}

// A practice nurse completes a cancer care review, and it becomes a version of the plan: as soon as nothing is missing in it.
func TestSeed_B52_APracticeNursesCareReviewBecomesAVersionOfThePlan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "follow-up")
	review := newDoc("activity")
	h.pia.writes(f.record, review, offering(h.primary, h.primary, set{"title": "Cancer care review", "kind": "care-review", "topic": "care-review", "status": "accepted"}))
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)

	h.olive.isHeld(f.record, review, set{"status": "completed", "outcome": "Not mine"}, syncing.Forbidden)
	h.pia.writes(f.record, review, set{"status": "completed", "outcome": "Talked about pain, sleep and the blood pressure."})
	require.Empty(t, h.olive.list(f.record, "planVersion"), "an offer is open: the version waits")

	h.pia.accepts(f, psa)
	for _, a := range []*actor{h.olive, h.pia, f.ada} {
		versions := a.list(f.record, "planVersion")
		require.Len(t, versions, 1, a.name)
		require.Equal(t, "care-review", value(versions[0], "reason"))
		require.Equal(t, string(review), value(versions[0], "review"))
		require.Equal(t, h.primary.ID.String(), value(versions[0], "publishedTeam"))
		require.Equal(t, h.pia.Tokens().Account.String(), value(versions[0], "publishedBy"))
		require.Equal(t, string(versions[0].ID), value(a.sees(f.record, review), "version"))
	}
	require.Len(t, h.olive.list(f.record, "planVersion"), 1, "one review is one version")
	h.refused(409, h.olive.publishes(f, plan, 1))
	h.done(h.olive.publishes(f, plan, 2))
	require.Len(t, f.ada.list(f.record, "planVersion"), 2)
	h.seesNothingOfPlan(f)
}

// A plan that was begun takes what the template of its phase proposes when somebody asks for it, once; what was cancelled is proposed again only by asking.
func TestWhatATemplateProposesIsSeenAndTakenByTheTeamThatLeads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	offer := h.pia.who(f).Template
	require.Equal(t, "phases|1.1.0", offer.Key)
	require.Equal(t, "draft, not clinically approved", offer.Review)
	require.Len(t, offer.Proposes, 7)
	require.Equal(t, h.primary.ID.String(), offer.Proposes[3].Team, "blood pressure is the practice's")
	require.Equal(t, []string{h.oncology.ID.String()}, offer.Proposes[3].Inform)

	h.refused(403, h.pia.write(f.record, plan, set{"template": offer.Key}))
	h.done(h.olive.write(f.record, plan, set{"template": offer.Key}))
	made := h.olive.list(f.record, "activity")
	require.Len(t, made, 7)
	require.Empty(t, h.olive.who(f).Template.Proposes)
	h.done(h.olive.write(f.record, plan, set{"template": offer.Key}))
	require.Len(t, h.olive.list(f.record, "activity"), 7, "what is there is not proposed twice")
	require.Empty(t, f.ada.about(f, "bp").Team, "nobody has it before a team accepts")

	h.done(h.olive.write(f.record, made[0].ID, set{"status": "cancelled"}))
	require.Len(t, h.olive.who(f).Template.Proposes, 1)
	require.Len(t, h.olive.list(f.record, "activity"), 7)
	h.done(h.olive.write(f.record, plan, set{"template": offer.Key}))
	require.Len(t, h.olive.list(f.record, "activity"), 8)
	h.seesNothingOfPlan(f)
}
