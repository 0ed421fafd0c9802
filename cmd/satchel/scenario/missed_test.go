package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// answers a reminder, as a phone does that rang by itself.
func (a *actor) answers(f family, code string, focus syncing.DocID, step, what string) {
	a.h.t.Helper()
	a.writes(f.record, newDoc("reminderReply"), set{
		"focus": focus, "what": what, "reminder": remind.ID(code, string(focus), step, remind.ForPatient), "at": a.h.clock.Now().UnixMilli(),
	})
}

// A team asks how somebody is, and 72 hours behind the reminder of that day nothing has come: one call for that team, which ends by itself with
// the answers that come late, or with the question.
func TestMissed_WhoeverWasAskedAndSendsNothingForThreeDaysIsCalled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, answered := h.family(), h.family()
	calls := func() int { return len(h.olive.shift().work(h.oncology, care.TaskNoAnswers)) }
	h.olive.wantsAnswers(f, h.oncology, "2026-11-25")
	h.olive.wantsAnswers(answered, h.oncology, "2026-11-25")
	h.pia.wantsAnswers(answered, h.primary, "2026-12-30")
	answered.ada.reports(answered.record, set{"phy.tired": 4}, nil)
	h.at("2026-11-28T09:59")
	require.Zero(t, calls())
	h.at("2026-11-28T10:01")
	require.Equal(t, 1, calls(), "and nobody who has answered")
	require.Empty(t, h.pia.shift().work(h.primary, care.TaskNoAnswers), "another team did not ask")
	require.Contains(t, h.olive.noticesFor(f.record, "team", h.oncology.ID.String()), care.NoticeSomethingToDo)
	require.Empty(t, h.nils.shift().list(f.record, "assessmentRequest"), "whoever navigates does not see what is asked")
	require.NotContains(t, h.nils.noticesFor(f.record, "team", h.navigation.ID.String()), care.NoticeSomethingToDo)
	h.follow()
	require.Equal(t, 1, calls(), "once")
	h.refused(403, h.pia.act(f.record, "complete-task", set{"task": h.olive.work(h.oncology, care.TaskNoAnswers)[0].Doc, "outcome": "reached"}, nil))

	f.ada.reports(f.record, set{"phy.tired": 2}, nil)
	require.Zero(t, calls(), "it came late")
	h.later(100 * time.Hour)
	require.Zero(t, calls())

	h.olive.shift()
	asked := h.olive.wantsAnswers(f, h.oncology, "2026-12-01")
	h.later(71 * time.Hour)
	require.Zero(t, calls(), "whoever is asked behind the day has three days, too")
	h.later(2 * time.Hour)
	require.Equal(t, 1, calls())
	h.done(h.olive.shift().write(f.record, asked, set{"status": "revoked"}))
	require.Zero(t, calls(), "it is not asked any more")
	h.done(h.olive.write(f.record, asked, set{"status": "active", "dueOn": "2026-12-20"}))
	h.later(100 * time.Hour)
	require.Zero(t, calls(), "it is asked for a later day")
	h.at("2026-12-23T10:01")
	require.Equal(t, 1, calls())
	h.done(h.olive.completes(h.olive.shift().work(h.oncology, care.TaskNoAnswers)[0], "reached"))
	h.later(100 * time.Hour)
	require.Zero(t, calls(), "whoever was reached is not called again")
}

// Answers that were sent by mistake and taken back are no answers: the three days begin anew.
func TestMissed_AnswersThatWereTakenBackLeaveTheQuestionOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.wantsAnswers(f, h.oncology, "2026-11-25")
	mistaken := f.ada.reports(f.record, set{"phy.tired": 4}, nil)
	h.at("2026-11-29T10:00")
	require.Empty(t, h.olive.shift().work(h.oncology, care.TaskNoAnswers))
	f.ada.writes(f.record, mistaken, set{"status": "entered-in-error"})
	h.later(71 * time.Hour)
	require.Empty(t, h.olive.shift().work(h.oncology, care.TaskNoAnswers))
	h.later(2 * time.Hour)
	require.Len(t, h.olive.shift().work(h.oncology, care.TaskNoAnswers), 1)
}

// Nobody is called for who has died; who is in hospital, or does not want the app, not before they are back.
func TestMissed_NobodyIsCalledWhoHasDiedOrIsInHospitalOrLeftTheApp(t *testing.T) {
	t.Parallel()
	happened := func(what string) func(h *house, f family) {
		return func(h *house, f family) {
			f.ada.writes(f.record, newDoc("healthEvent"), set{"type": what, "at": h.clock.Now().UnixMilli()})
		}
	}
	person := func(field string, value any) func(h *house, f family) {
		return func(h *house, f family) {
			h.done(h.olive.shift().write(f.record, care.PersonID(f.record), set{field: value}))
		}
	}
	for what, c := range map[string]struct {
		stops, begins func(h *house, f family)
		calls         int
	}{
		"died":        {person("status", "deceased"), person("status", "active"), 0},
		"in hospital": {happened("admission"), happened("discharge"), 1},
		"left":        {person("engagementMode", "letter"), person("engagementMode", "app"), 1},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f := h.family()
			h.olive.wantsAnswers(f, h.oncology, "2026-11-25")
			c.stops(h, f)
			h.at("2026-11-28T10:01")
			require.Empty(t, h.olive.shift().work(h.oncology, care.TaskNoAnswers))
			h.later(48 * time.Hour)
			h.later(time.Minute)
			require.Empty(t, h.olive.shift().work(h.oncology, care.TaskNoAnswers))
			c.begins(h, f)
			h.later(25 * time.Hour)
			require.Len(t, h.olive.shift().work(h.oncology, care.TaskNoAnswers), c.calls)
		})
	}
}

// "I cannot" to a reminder is a call the same day, whatever the reminder was of: an appointment, a test, or questions.
func TestMissed_WhoeverSaysToAReminderThatTheyCannotIsCalled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	calls := func(kind string) []workLine { return h.nils.work(h.navigation, kind) }
	visit := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	f.ada.answers(f, care.NoticeAppointmentSoon, visit, "2026-11-26T14:00", care.ReplyDone)
	require.Empty(t, calls(care.TaskCannotCome), "whoever has seen it can")
	f.ada.answers(f, care.NoticeAppointmentSoon, visit, "2026-11-26T14:00", care.ReplyCannot)
	require.Len(t, calls(care.TaskCannotCome), 1)
	require.Len(t, h.olive.work(h.oncology, care.TaskCannotCome), 1)
	f.ada.answers(f, care.NoticeAppointmentToday, visit, "2026-11-26T14:00", care.ReplyCannot)
	require.Len(t, calls(care.TaskCannotCome), 1, "once")
	h.done(h.olive.write(f.record, visit, set{"place": "Room 2"}))
	require.Len(t, calls(care.TaskCannotCome), 1, "another room does not help")
	f.ada.writes(f.record, visit, set{"patientResponse": "accepted"})
	require.Empty(t, calls(care.TaskCannotCome), "she can now")
	gone := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-27T14:00", nil))
	h.done(h.olive.write(f.record, gone, set{"status": "cancelled"}))
	f.ada.answers(f, care.NoticeAppointmentSoon, gone, "2026-11-27T14:00", care.ReplyCannot)
	require.Empty(t, calls(care.TaskCannotCome), "it was called off")

	order := h.orders(f, h.primary, nil)
	f.ada.answers(f, care.NoticeTestTomorrow, order, "2026-11-30", care.ReplyCannot)
	require.Len(t, calls(care.TaskLab), 1)
	h.at("2026-12-03T08:01")
	h.nils.shift()
	f.ada.answers(f, care.NoticeTestToday, order, "2026-12-03", care.ReplyCannot)
	require.Len(t, calls(care.TaskLab), 2, "the date of which the reminder was")

	h.olive.shift()
	asked := h.olive.wantsAnswers(f, h.oncology, "2026-12-20")
	f.ada.answers(f, care.NoticeAssessmentDue, asked, "2026-12-20", care.ReplyCannot)
	require.Len(t, h.olive.work(h.oncology, care.TaskNoAnswers), 1)
	h.done(h.olive.completes(h.olive.work(h.oncology, care.TaskNoAnswers)[0], "reached"))
	h.at("2026-12-24T10:00")
	require.Empty(t, h.olive.shift().work(h.oncology, care.TaskNoAnswers), "they were called about it already")
}

// What was said to a reminder of a time that has been moved since is not about the new one.
func TestMissed_CannotIsAboutTheTimeOfWhichTheReminderWas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	h.at("2026-11-24T14:00")
	h.olive.shift()
	h.done(h.olive.write(f.record, visit, set{"start": "2026-12-04T14:00"}))
	f.ada.answers(f, care.NoticeAppointmentSoon, visit, "2026-11-26T14:00", care.ReplyCannot)
	require.Empty(t, h.nils.shift().work(h.navigation, care.TaskCannotCome))
	f.ada.answers(f, care.NoticeAppointmentSoon, visit, "2026-12-04T14:00", care.ReplyCannot)
	require.Len(t, h.nils.work(h.navigation, care.TaskCannotCome), 1)
}
