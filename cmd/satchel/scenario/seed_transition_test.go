package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
)

// Nobody is sent right back: into follow-up a person goes when the papers are there, the roles are clear, the first visit has a date and
// the practice has accepted. What is missing is listed.
func TestSeed_A07_NobodyGoesIntoFollowUpBeforeTheOtherTeamAccepted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "end-of-treatment")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)
	into := func() error {
		return h.olive.write(f.record, plan, set{"phase": "follow-up", "followUpLead": h.primary.ID})
	}
	require.Equal(t, map[string]any{"no-treatment-summary": plan, "no-survivorship-plan": plan, "no-handover": plan, "not-accepted": psa}, anyOf(h.whys(into())))
	h.done(h.olive.sync(f.record))
	h.olive.isHeld(f.record, plan, set{"phase": "follow-up", "followUpLead": h.primary.ID}, "invalid")
	h.refused(422, h.olive.write(f.record, newDoc("carePlan"), set{
		"title": "Around it", "overallLead": h.oncology.ID, "followUpLead": h.primary.ID, "status": "active", "phase": "follow-up",
	}))

	h.papers(f)
	h.pia.accepts(f, psa)
	h.refused(403, h.pia.write(f.record, newDoc("phaseTransition"), set{
		"plan": string(plan), "to": "follow-up", "fromTeam": h.oncology.ID, "toTeam": h.primary.ID, "status": "offered",
	}))
	handover := h.handover(f, plan, h.primary, set{"status": "draft", "followUpOn": nil})
	require.Equal(t, map[string]any{"handover-not-accepted": handover, "no-follow-up-date": handover}, anyOf(h.whys(into())))
	h.done(h.olive.write(f.record, handover, set{"followUpOn": "2027-01-11", "status": "offered"}))
	require.Equal(t, handover, h.pia.work(h.primary, "offer")[0].Focus)
	h.refused(409, h.olive.write(f.record, handover, set{"followUpOn": "2027-02-11"})) // it may be accepted at any moment
	h.refused(403, h.olive.write(f.record, handover, set{"status": "accepted"}))
	h.refused(422, h.pia.write(f.record, handover, set{"status": "declined"}))
	h.pia.isHeld(f.record, handover, set{"status": "accepted"}, "forbidden") // with a connection, because it counts only for what stands now
	require.Equal(t, map[string]any{"handover-not-accepted": handover}, anyOf(h.whys(into())))
	require.Len(t, h.pia.handover(f.record).Missing, 1, "both teams read the list")
	h.refused(409, h.olive.write(f.record, handover, set{"status": "effective"}))

	h.done(h.pia.write(f.record, handover, set{"status": "accepted"}))
	require.Empty(t, h.pia.work(h.primary, "offer"))
	h.refused(422, h.olive.write(f.record, plan, set{"phase": "follow-up", "followUpLead": h.navigation.ID})) // who follows up has accepted it
	h.done(into())
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		require.Equal(t, "effective", value(a.sees(f.record, handover), "status"), a.name)
		require.Equal(t, "follow-up", value(a.sees(f.record, plan), "phase"), a.name)
	}
	h.seesNothingOfPlan(f)
}

// A handover that nobody accepts is on the navigator's list, so that nobody is lost between the teams.
func TestHazard_H32_AHandoverThatNobodyAcceptsIsOnTheNavigatorsList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "end-of-treatment")
	h.papers(f)
	handover := h.handover(f, plan, h.primary, nil)
	gaps := func() int { return len(h.nils.shift().work(h.navigation, "gap")) }
	h.later(4 * 24 * time.Hour)
	require.Zero(t, gaps())
	h.later(4 * 24 * time.Hour)
	require.Equal(t, 1, gaps(), "five working days have passed")
	require.Equal(t, handover, h.nils.work(h.navigation, "gap")[0].Focus)
	h.follow()
	require.Equal(t, 1, gaps(), "once")
	require.Len(t, h.olive.shift().work(h.oncology, "gap"), 1, "and with whoever wants to hand over")

	h.done(h.pia.shift().write(f.record, handover, set{"status": "declined", "statusReason": "Nobody here can do the tests"}))
	require.Equal(t, 1, gaps(), "declined is a gap too")
	require.NotEmpty(t, h.whys(h.olive.write(f.record, plan, set{"phase": "follow-up", "followUpLead": h.primary.ID})))
	h.done(h.olive.write(f.record, handover, set{"status": "offered"}))
	h.done(h.pia.write(f.record, handover, set{"status": "accepted"}))
	require.Zero(t, gaps())
	h.done(h.olive.write(f.record, plan, set{"phase": "follow-up", "followUpLead": h.primary.ID}))
}

// When treatment ends the practice is told once what it leads, from when, and when the review is due.
func TestSeed_B26_ThePracticeIsToldWhatItLeadsFromWhen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	for topic, title := range map[string]string{"bp": "Blood pressure", "fatigue": "Fatigue review"} {
		h.pia.accepts(f, h.offer(h.olive, f, h.oncology, h.primary, set{"topic": topic, "title": title}))
	}
	h.done(h.olive.write(f.record, plan, set{"diagnosedOn": "2026-02-02"}))
	require.Empty(t, h.pia.updates(f.record, h.primary)[plan])
	h.done(h.olive.write(f.record, plan, set{"phase": "end-of-treatment", "followUpLead": h.oncology.ID, "reengageOn": "2026-12-01"}))
	told := h.pia.updates(f.record, h.primary)[plan]
	require.Len(t, told, 1, "exactly one")
	require.Contains(t, told[0], "From 2026-12-01 you lead: ")
	for _, words := range []string{"Blood pressure", "Fatigue review", "Cancer care review", "review due 2027-02-02"} {
		require.Contains(t, told[0], words)
	}
	letters := h.pia.inbox(h.primary).Letters
	require.Len(t, letters, 1)
	require.Equal(t, "action-required", letters[0].Urgency)
	h.done(h.olive.write(f.record, plan, set{"title": "After treatment"}))
	require.Len(t, h.pia.updates(f.record, h.primary)[plan], 1)
	require.Empty(t, f.carla.list(f.record, "message"), "the caregiver does not share messages")
	require.Empty(t, h.otto.list(f.record, "message"))

	h.later(25 * time.Hour)
	require.NotEmpty(t, h.olive.shift().work(h.oncology, "message"), "nobody has opened it for a day: whoever sent it hears of it")
	h.pia.shift().opens(f.record, letters[0].Message, h.primary.ID.String(), care.StateAcknowledged)
	require.Empty(t, h.olive.work(h.oncology, "message"))
}

// Handing over is made easy for who takes over: one view says what is missing, one action accepts, one message says what is expected.
func TestSeed_T10_TakingOverIsOneViewOneActionAndOneMessage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	h.done(h.olive.write(f.record, plan, set{"phase": "end-of-treatment", "followUpLead": h.oncology.ID}))
	h.settle(f)
	h.papers(f)
	handover := h.handover(f, plan, h.primary, nil)
	require.Equal(t, "Blood pressure every 3 months.", value(h.pia.sees(f.record, handover), "expectations"))
	require.Len(t, h.pia.handover(f.record).Papers, 2, "summary and plan in one answer")
	h.done(h.pia.write(f.record, handover, set{"status": "accepted"}))
	h.done(h.olive.write(f.record, plan, set{"phase": "follow-up", "followUpLead": h.primary.ID}))
	told := f.ada.timelineOf(f.record)
	h.tells(told, "Riverside Oncology published version 1 of the treatment summary.")
	h.tells(told, "Millbrook nurses was asked by Riverside Oncology to take over.", "Millbrook nurses has accepted to take over.")
	require.Len(t, h.pia.updates(f.record, h.primary)[plan], 2, "one for the end of treatment, one for follow-up")
	require.Len(t, h.pia.inbox(h.primary).Letters, 1, "and only one asks for something")
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/handover", nil))
}

// Follow-up makes preventive activities of the practice with a day each; one whose day has passed is on the practice's list.
func TestSeed_A02_FollowUpMakesPreventiveActivitiesOfThePractice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "end-of-treatment")
	h.handsOver(f, plan)
	due := map[any]any{}
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		found := 0
		for _, d := range a.list(f.record, "activity") {
			if value(d, "kind") == "preventive" {
				found++
				require.Equal(t, h.primary.ID.String(), value(d, "accountableTeam"))
				due[value(d, "title")] = value(d, "dueBy")
			}
		}
		require.Equal(t, 3, found, a.name)
	}
	require.Equal(t, map[any]any{"Flu vaccination": "2027-01-22", "Pneumococcal vaccination": "2027-02-21", "Screening for other cancers that is due": "2027-05-22"}, due)

	h.later(60 * 24 * time.Hour)
	require.Empty(t, h.pia.shift().work(h.primary, "overdue"), "on its day it is not overdue")
	h.later(24 * time.Hour)
	late := h.pia.shift().work(h.primary, "overdue")
	require.Len(t, late, 1)
	require.Contains(t, late[0].Why, "Flu vaccination")
	h.follow()
	require.Len(t, h.pia.work(h.primary, "overdue"), 1)
	require.Empty(t, h.olive.shift().work(h.oncology, "overdue"))
	h.refused(403, h.pia.write(f.record, late[0].Focus, set{"dueBy": "2027-03-01"})) // until it has accepted, the terms are oncology's
	h.done(h.olive.write(f.record, late[0].Focus, set{"status": "offered"}))
	h.pia.accepts(f, late[0].Focus)
	h.done(h.pia.write(f.record, late[0].Focus, set{"dueBy": "2027-03-01"}))
	require.Empty(t, h.pia.work(h.primary, "overdue"), "it has another day")
	h.done(h.pia.write(f.record, late[0].Focus, set{"status": "completed", "outcome": "Given"}))
	h.later(60 * 24 * time.Hour)
	require.Len(t, h.pia.shift().work(h.primary, "overdue"), 1, "the other vaccination alone")
}

// A treatment summary that nobody has published 30 days after the last cycle is on oncology's list.
func TestSeed_B36_ASummaryThatIsMissing30DaysAfterTheLastCycleIsOnOncologysList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	regimen := newDoc("regimen")
	h.done(h.olive.write(f.record, regimen, regimenFields(h.oncology, set{"lastCycle": "2026-11-20"})))
	h.later(27 * 24 * time.Hour)
	require.Empty(t, h.olive.shift().work(h.oncology, "summary"))
	h.later(24 * time.Hour)
	late := h.olive.shift().work(h.oncology, "summary")
	require.Len(t, late, 1)
	require.Equal(t, f.record, late[0].Record)
	require.Contains(t, late[0].Why, "No treatment summary")
	h.follow()
	require.Len(t, h.olive.work(h.oncology, "summary"), 1)
	require.Empty(t, h.pia.shift().work(h.primary, "summary"))
	summary := h.olive.drafted(f.record, "treatmentSummary", summaryFields(h.oncology, nil))
	h.done(h.olive.publishesDraft(f.record, summary, 1))
	require.Empty(t, h.olive.work(h.oncology, "summary"))
	h.later(40 * 24 * time.Hour)
	require.Empty(t, h.olive.shift().work(h.oncology, "summary"))
}

func anyOf[K comparable, V any](m map[K]V) map[K]any {
	all := map[K]any{}
	for k, v := range m {
		all[k] = v
	}
	return all
}
