package care

import syncing "satchel/sync"

const reminderReplyName = "reminderReply"

// ReminderReplyType is the document type of what a person says to a reminder.
const ReminderReplyType = reminderReplyName

// The answers to a reminder.
const (
	ReplyDone   = "done"
	ReplySnooze = "snooze"
	ReplyCannot = "cannot"
	ReplyOpened = "opened" // a plan or a summary was opened: nobody need be reminded of it
)

// snoozeMin and snoozeMax bound how long a reminder is put off, in minutes (REMINDERS 7).
const snoozeMin, snoozeMax = 10, 240

// reminderReplyType is the event "I have seen it": what the person says to a reminder, or that they opened what they were to read.
func reminderReplyType() *syncing.Type {
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, person, doc, more...)
	}
	return &syncing.Type{
		Name: reminderReplyName, Category: CategorySchedule, Event: true, Creators: person,
		Doc: "What the person says to a reminder: done, later, or that they cannot; or that they opened what they were to read. Written once.",
		Fields: []syncing.FieldSpec{
			once("focus", syncing.Reference, "the document that the reminder is about", required),
			once("what", syncing.Code, "the answer", required, codes(ReplyDone, ReplySnooze, ReplyCannot, ReplyOpened)),
			once("reminder", syncing.Reference, "the reminder, by its id; of all but opened"),
			once("minutes", syncing.Int, "of later: for how long, 10 to 240", unit("min")),
			once("at", syncing.Instant, "when", required),
		},
		Categorise: func(s syncing.Snapshot) string { return categoryOfReminded(s.Text("focus")) },
		Allow: func(c syncing.Change) *syncing.Refusal {
			minutes, what := number(c.After, "minutes"), c.After.Text("what")
			switch {
			case what == ReplySnooze && (minutes < snoozeMin || minutes > snoozeMax):
				return refuse(syncing.Invalid, "A reminder is put off by 10 minutes to 4 hours.")
			case what != ReplyOpened && c.After.Text("reminder") == "":
				return refuse(syncing.Invalid, "Say which reminder this answers.")
			}
			return nil
		},
		Derive: deriveReply,
	}
}

// categoryOfReminded is who sees what a person says to a reminder: those who see what it is about, so that nobody learns of a plan by it.
func categoryOfReminded(focus string) string {
	switch syncing.DocID(focus).Type() {
	case planVersionName, summaryVersionName:
		return CategoryPlan
	case medicationName:
		return CategoryMedication
	case assessmentRequestName:
		return CategoryAssessments
	}
	return CategorySchedule
}
