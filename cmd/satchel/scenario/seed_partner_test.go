package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// The practice puts the other conditions into the same plan: oncology sees them and cannot edit them, the phone shows them offline.
func TestSeed_A01_OtherConditionsAreInTheSamePlan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.plan(f, "active-treatment")
	hba1c := newDoc("activity")
	h.pia.writes(f.record, hba1c, set{
		"title": "HbA1c every 3 months", "kind": "comorbidity", "topic": "diabetes", "proposedBy": h.primary.ID, "accountableTeam": h.primary.ID,
		"status": "accepted", "repeat": "FREQ=MONTHLY;INTERVAL=3",
	})
	require.Equal(t, "HbA1c every 3 months", value(h.olive.sees(f.record, hba1c), "title"))
	h.olive.isHeld(f.record, hba1c, set{"title": "HbA1c every year"}, syncing.Forbidden)
	h.refused(403, h.olive.write(f.record, hba1c, set{"repeat": "FREQ=YEARLY"}))
	h.refused(403, h.olive.write(f.record, hba1c, set{"status": "cancelled"}))
	h.refused(403, f.ada.write(f.record, hba1c, set{"title": "Something else"}))

	h.done(f.ada.sync(f.record))
	f.ada.net.off.Store(true)
	require.Equal(t, "HbA1c every 3 months", value(f.ada.shows(f.record, hba1c), "title"))
	require.Equal(t, h.primary.ID.String(), f.ada.knows(f, "diabetes").Team)
	f.ada.note(f.record, hba1c, set{"patientDone": true, "patientNote": "I was there on Friday."})
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))
	require.Equal(t, "I was there on Friday.", value(h.pia.sees(f.record, hba1c), "patientNote"))
	require.Equal(t, "accepted", value(h.olive.sees(f.record, hba1c), "status"), "what the person says is beside what the team says")
	h.seesNothingOfPlan(f)
}

// A goal is in the person's own words: no clinician can overwrite them, only propose.
func TestSeed_B56_AGoalStaysInThePersonsWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	goal := newDoc("goal")
	f.ada.net.off.Store(true)
	f.ada.note(f.record, goal, set{"text": "walk my dog daily", "priority": 1})
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))
	for _, a := range []*actor{h.olive, h.pia, h.nils} {
		require.Equal(t, "walk my dog daily", value(a.sees(f.record, goal), "text"))
		a.isHeld(f.record, goal, set{"text": "30 minutes of exercise"}, syncing.Forbidden)
		h.refused(403, a.write(f.record, goal, set{"text": "30 minutes of exercise"}))
		h.refused(403, a.write(f.record, newDoc("goal"), set{"text": "stop smoking"}))
	}
	h.pia.writes(f.record, goal, set{"targetSuggestion": "Ten minutes at first"})
	shown := f.ada.sees(f.record, goal)
	require.Equal(t, "walk my dog daily", value(shown, "text"))
	require.Equal(t, "Ten minutes at first", value(shown, "targetSuggestion"))
	h.done(h.olive.publishes(f, plan, 1))
	copied := value(f.ada.sees(f.record, care.PlanVersionID(plan, 1)), "goal."+goal.ID()).(map[string]any)
	require.Equal(t, "walk my dog daily", copied["text"], "the version has them too")

	// A choice that is made together: the options are the team's, what matters and what is preferred the person's.
	choice := newDoc("decision")
	h.done(h.olive.act(f.record, "write", map[string]any{
		"doc": choice, "set": set{"title": "Radiotherapy or watching", "supportedBy": h.oncology.ID},
		"add": map[string]any{"option": []any{set{"name": "Radiotherapy", "bad": "Tiredness"}, set{"name": "Watching", "good": "No side effects"}}},
	}, nil))
	f.ada.writes(f.record, choice, set{"preference": "Watching", "matters": "The dog needs me every morning.", "sure": 7})
	require.Equal(t, "Watching", value(h.pia.sees(f.record, choice), "preference"))
	h.refused(403, h.olive.write(f.record, choice, set{"preference": "Radiotherapy"}))
	h.refused(403, h.pia.write(f.record, choice, set{"title": "Nothing to decide"}))
	h.seesNothingOfPlan(f)
}

// The person says "this is wrong" of anything, offline: it becomes a task of the team whose word it is.
func TestSeed_B59_ThisIsWrongBecomesATaskOfItsAuthor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)
	h.pia.accepts(f, psa)
	h.done(f.ada.sync(f.record))

	aboutPlan, aboutTest := newDoc("correction"), newDoc("correction")
	f.ada.net.off.Store(true)
	f.ada.note(f.record, aboutPlan, set{"about": plan, "field": "title", "text": "I have finished treatment."})
	f.ada.note(f.record, aboutTest, set{"about": psa, "text": "My last test was in May."})
	f.ada.net.off.Store(false)
	require.Empty(t, h.olive.work(h.oncology, care.TaskCorrection))
	h.done(f.ada.sync(f.record))

	oncology, practice := h.olive.work(h.oncology, care.TaskCorrection), h.pia.work(h.primary, care.TaskCorrection)
	require.Len(t, oncology, 1, "the header is the lead's word")
	require.Len(t, practice, 1, "the activity that of the team which answers for it")
	require.Equal(t, "I have finished treatment.", oncology[0].Note)
	require.Equal(t, "My last test was in May.", practice[0].Note)
	require.Equal(t, string(psa), value(h.pia.sees(f.record, practice[0].Focus), "about"))
	h.refused(403, h.olive.completes(practice[0], "corrected"))
	h.done(h.pia.completes(practice[0], "corrected"))
	require.Equal(t, "corrected", value(f.ada.sees(f.record, practice[0].Doc), "outcome"), "the person sees what came of it")

	f.ada.writes(f.record, aboutPlan, set{"withdrawn": true})
	require.Empty(t, h.olive.work(h.oncology, care.TaskCorrection))
	for _, a := range []*actor{h.olive, h.pia, h.nils} {
		h.refused(403, a.write(f.record, newDoc("correction"), set{"about": plan, "text": "No."}))
	}
	h.seesNothingOfPlan(f)

	// What is said about something private stays among those who see that.
	private := newDoc("correction")
	f.ada.writes(f.record, private, set{"about": newDoc("concern"), "text": "I never said that."})
	require.NotNil(t, h.olive.sees(f.record, private))
	require.Nil(t, h.nils.sees(f.record, private))
	require.Nil(t, f.carla.sees(f.record, private))
}
