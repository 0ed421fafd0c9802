package care

import (
	"slices"
	"strings"

	syncing "satchel/sync"
)

// Work is an open task of a team, as a list shows it.
type Work struct {
	Doc      syncing.DocID `json:"doc"`
	Kind     string        `json:"kind"`
	Focus    syncing.DocID `json:"focus"`
	Note     string        `json:"note,omitzero"`
	Status   string        `json:"status"` // "requested" or "accepted"
	OpenedAt int64         `json:"openedAt"`
	DueBy    int64         `json:"dueBy,omitzero"`
	TakenBy  string        `json:"takenBy,omitzero"`
}

// WorkOf reads a task; open is false if nobody has to do anything about it any more.
func WorkOf(s syncing.Snapshot) (work Work, open bool) {
	if !isOpenTask(s) {
		return Work{}, false
	}
	work = Work{Doc: s.ID(), Kind: s.Text("kind"), Focus: syncing.DocID(s.Text("focus")), Note: s.Text("note"), Status: s.Text("status"), TakenBy: s.Text("takenBy")}
	work.OpenedAt, _ = s.Int("openedAt")
	work.DueBy, _ = s.Int("dueBy")
	return work, true
}

// TakeTask takes a task for an account: the first has it.
func TakeTask(task syncing.DocID, account syncing.AccountID) syncing.Patch {
	d := newDraft(task, syncing.Snapshot{})
	d.text("status", "accepted")
	d.text("takenBy", account.String())
	return d.patch
}

// ReturnTask puts a task that was taken back onto the list of its team.
func ReturnTask(task syncing.DocID) syncing.Patch {
	d := newDraft(task, syncing.Snapshot{})
	d.text("status", "requested")
	d.patch.Set["takenBy"] = nil
	return d.patch
}

// CompleteTask closes a task with what came of it. Without an outcome it is refused.
func CompleteTask(task syncing.DocID, outcome, note string) syncing.Patch {
	d := newDraft(task, syncing.Snapshot{})
	d.text("status", "completed")
	if outcome != "" {
		d.text("outcome", outcome)
	}
	if note != "" {
		d.text("outcomeNote", note)
	}
	return d.patch
}

// reopen lets a task that was closed wait anew.
func (d *draft) reopen(now int64) {
	d.text("status", "requested")
	d.integer("openedAt", now)
	for _, field := range []string{"takenBy", "outcome", "outcomeNote"} {
		d.clear(field)
	}
}

// allowTaking keeps a task in the hands of whoever took it first.
func allowTaking(c syncing.Change) *syncing.Refusal {
	had, has, me := c.Before.Text("takenBy"), c.After.Text("takenBy"), c.By.Account().String()
	switch {
	case has != "" && had != "" && had != has:
		return refuse(syncing.Stale, "A colleague has taken this already. They can hand it back.")
	case c.After.Text("status") == "completed" && c.Before.Text("status") != "completed" && had != "" && had != me:
		return refuse(syncing.Stale, "A colleague has taken this. Hand it back before you close it.")
	}
	return nil
}

var workWords = map[string]string{
	TaskOffer:       "Offered, and nobody has accepted it yet",
	TaskGap:         "No team answers for this",
	TaskMessage:     "Nobody has opened this message",
	TaskAppointment: "This appointment is not ready",
	TaskLab:         "This test is overdue",
	TaskOrder:       "Your team is asked to do this test",
	TaskSample:      "A sample was taken, and no result has come",
	TaskHeld:        "In hospital, or back from it: which dates of this test count",
	TaskCorrection:  "The person says that something is wrong",
	TaskDuplicate:   "Another team has ordered again what you have ordered or done",
	TaskResult:      "A result waits for a decision",
	TaskInvitation:  "You are invited, and nobody has answered",
	TaskMeeting:     "This person is on the list of a meeting; write here what came of it",
	TaskReview:      "Somebody outside the teams opened the record in an emergency",
	TaskOverdue:     "Its day has passed, and it is not done",
	TaskPlan:        "No plan was published since the phase changed",
	TaskSummary:     "No treatment summary was published since treatment ended",
	TaskSupport:     "Nobody has talked about support within three months of the diagnosis",
	TaskSilent:      "No phone of this person has been here for days, and something is due: call them",
	TaskCannotCome:  "The person says that they cannot come",
	TaskNoShows:     "The person did not come, and not the time before",
	TaskNoAnswers:   "This person was asked how they are, and has not answered: call them",
	TaskCareReview:  "The cancer care review is overdue: a year has passed since the diagnosis",
}

// WorkHere says why a task is on its list, and what it is about. focus may be nothing, for whoever does not see it. now is in ms;
// zone is that of the reader.
func (w Words) WorkHere(work Work, focus syncing.Snapshot, now int64, zone string) string {
	words, known := workWords[work.Kind]
	if work.Kind == TaskGap && work.Focus.Type() == personName {
		words = "No practice is on the team of this person"
	}
	if !known {
		words = "This must be looked after"
	}
	if title := focus.Text("title"); title != "" {
		words += ": " + title
	}
	parts := []string{words + ".", "Waiting for " + Lasting(now-work.OpenedAt) + "."}
	if work.DueBy != 0 {
		parts = append(parts, "Due "+When(work.DueBy, zone)+".")
	}
	if work.TakenBy == "" {
		parts = append(parts, "Nobody has taken it yet.")
	}
	return strings.Join(parts, " ")
}

// WorkBehind is the least key behind an entry of WorkIndex, so that a list goes on where its page before ended.
func WorkBehind(key []byte) []byte { return append(slices.Clone(key), 0) }
