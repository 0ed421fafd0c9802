package care

import (
	"slices"
	"strings"

	syncing "satchel/sync"
)

const taskName = "task"

// TaskType is the document type of what somebody on a team must do.
const TaskType = taskName

// The kinds of tasks: what is not as it should be. Each is a list that a team works through.
const (
	TaskOffer       = "offer"       // an activity that was offered and that nobody has accepted
	TaskGap         = "gap"         // something for which no team answers
	TaskMessage     = "message"     // a message that nobody opened in time
	TaskAppointment = "appointment" // an appointment whose papers are not ready
	TaskLab         = "lab"         // a test that is overdue
	TaskOrder       = "order"       // a test that a team is asked to do
	TaskSample      = "sample"      // a sample was taken, and no result has come
	TaskHeld        = "held-dates"  // tests of somebody who is in hospital, or back from it: which dates count?
	TaskCorrection  = "correction"  // the person says that something is wrong
	TaskDuplicate   = "duplicate"   // another team has ordered again what this one has ordered or done
	TaskResult      = "result"      // a result that the responsible team has not acknowledged, or that another team is asked to take over
	TaskInvitation  = "invitation"  // an invitation to a meeting that the team has not answered
	TaskMeeting     = "meeting"     // a meeting about the person of which nobody has written what came of it
	TaskReview      = "review"      // somebody outside the teams opened the record in an emergency
	TaskOverdue     = "overdue"     // an activity whose day has passed
	TaskPlan        = "plan"        // no plan was published since the phase changed
	TaskSummary     = "summary"     // no treatment summary was published since treatment ended
	TaskSupport     = "support"     // nobody has talked about support since the diagnosis
	TaskCareReview  = "care-review" // the cancer care review is overdue
	TaskSilent      = "silent"      // no device of the person has been heard of for days, and something is due
	TaskCannotCome  = "cannot-come" // the person says that they cannot come to an appointment
	TaskNoShows     = "no-shows"    // the person did not come, and not the time before
	TaskNoAnswers   = "no-answers"  // a team asked how the person is, and nothing has come for days, or they say that they cannot
)

// TaskKinds are all of them.
var TaskKinds = []string{
	TaskOffer,
	TaskGap,
	TaskMessage,
	TaskAppointment,
	TaskLab,
	TaskCorrection,
	TaskEscalation,
	TaskResult,
	TaskReview,
	TaskDuplicate,
	TaskOrder,
	TaskSample,
	TaskHeld,
	TaskOverdue,
	TaskPlan,
	TaskSupport,
	TaskCareReview,
	TaskSummary,
	TaskInvitation,
	TaskMeeting,
	TaskSilent,
	TaskCannotCome,
	TaskNoShows,
	TaskNoAnswers,
}

// taskOutcomes are how a task may be closed.
var taskOutcomes = []string{"arranged", "reached", "passed-on", "corrected", "not-needed", "could-not", "justified", "not-justified"}

// TaskID names the task of a team about a document: it is made once, however often its cause is seen.
func TaskID(kind, team string, focus syncing.DocID) syncing.DocID {
	return syncing.NewDocID(taskName, syncing.DerivedUUID(taskName, kind, team, string(focus)))
}

// taskType is FHIR's Task: something is not as it should be, and a team looks after it. Only system makes one, from what it
// sees in the record; it is cancelled when its cause goes away, and whoever completes it says what came of it.
func (w *ward) taskType() *syncing.Type {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: taskName, Category: CategoryPlan, Creators: nobody,
		Doc: "Something that a team must look after (FHIR Task), made by the rules. Seen by those who see what it is about.",
		Fields: []syncing.FieldSpec{
			told("kind", syncing.Code, "what is not as it should be", required, codes(TaskKinds...)),
			told("focus", syncing.Reference, "the document that it is about", required),
			told("team", syncing.Reference, "id of the team that looks after it", required),
			told("audience", syncing.Code, "category of what it is about: who sees that, sees this"),
			told("note", syncing.Text, "what the person or the sender said about it", upTo(noteMax)),
			told("cause", syncing.Text, "tells tasks of one kind about one document apart, such as a date", upTo(lineMax)),
			told("due", syncing.Date, "which of the dates of an order it is about"),
			told("openedAt", syncing.Instant, "since when"),
			told("dueBy", syncing.Instant, "by when it should be looked after"),
			field("status", syncing.Code, syncing.FSM, staff, "FHIR task status; cancelled when the cause went away", required,
				moves(first("requested"), from("requested", "accepted", "completed", "cancelled"), from("accepted", "requested", "completed", "cancelled"),
					from("completed", "requested"), from("cancelled", "requested"))),
			field("takenBy", syncing.Reference, syncing.CAS, staff, "account that looks after it; the first wins"),
			field("outcome", syncing.Code, syncing.CAS, staff, "what came of it; given with the completion", codes(taskOutcomes...)),
			field("outcomeNote", syncing.Text, syncing.CAS, staff, "in plain words", upTo(noteMax)),
		},
		Categorise: func(s syncing.Snapshot) string {
			if audience := s.Text("audience"); audience != "" {
				return audience
			}
			return CategoryPlan
		},
		Allow:  allowTask,
		Derive: w.deriveTask,
		Index:  indexTask,
	}
}

func allowTask(c syncing.Change) *syncing.Refusal {
	before, after := c.Before.Text("status"), c.After.Text("status")
	switch {
	case bySystem(c):
	case !actsForTeam(c, c.Before.Text("team")):
		return refuse(syncing.Forbidden, "Only members of the team that looks after this can do that.")
	case c.Wrote("takenBy") && c.After.Text("takenBy") != "" && c.After.Text("takenBy") != c.By.Account().String():
		return refuse(syncing.Forbidden, "Nobody can take this for somebody else.")
	case after == "cancelled" && before != after:
		return refuse(syncing.Transition, "This goes away by itself when its cause does. Complete it and say what came of it.")
	case after == "requested" && before != "accepted" && before != after:
		return refuse(syncing.Transition, "This comes back by itself if its cause does.")
	case after == "completed" && before != after && (!c.Wrote("outcome") || c.After.Text("outcome") == ""):
		return refuse(syncing.Invalid, "Please say what came of it before closing.")
	}
	if refusal := allowReview(c); refusal != nil {
		return refusal
	}
	return allowTaking(c)
}

// openTask is the draft of a task that is there while its cause is: made, or opened again if it was cancelled. One that
// somebody completed stays so.
func openTask(r syncing.Reader, kind, team string, focus syncing.Snapshot, audience string, at, dueBy int64) (*draft, error) {
	return openTaskAbout(r, kind, team, focus.ID(), audience, at, dueBy)
}

// openTaskAbout is openTask for a document that is being made by the same change.
func openTaskAbout(r syncing.Reader, kind, team string, focus syncing.DocID, audience string, at, dueBy int64) (*draft, error) {
	return openTaskFor(r, TaskID(kind, team, focus), kind, team, focus, audience, at, dueBy)
}

// openTaskCause is openTaskAbout for one of several causes in one document, such as a date of an order: each has a task of its own, so
// that one which was closed never has to be opened again for another.
func openTaskCause(r syncing.Reader, kind, team string, focus syncing.DocID, cause, audience string, at, dueBy int64) (*draft, error) {
	id := syncing.NewDocID(taskName, syncing.DerivedUUID(taskName, kind, team, string(focus), cause))
	d, err := openTaskFor(r, id, kind, team, focus, audience, at, dueBy)
	if err == nil {
		d.textOnce("cause", cause)
	}
	return d, err
}

func openTaskFor(r syncing.Reader, id syncing.DocID, kind, team string, focus syncing.DocID, audience string, at, dueBy int64) (*draft, error) {
	stands, err := r.Document(id)
	if err != nil {
		return nil, err
	}
	d := newDraft(id, stands)
	d.textOnce("kind", kind)
	d.textOnce("focus", string(focus))
	d.textOnce("team", team)
	d.text("audience", audience)
	switch stands.Text("status") {
	case "":
		d.text("status", "requested")
		d.once("openedAt", at)
	case "cancelled":
		d.text("status", "requested")
		d.integer("openedAt", at)
		d.clear("takenBy")
	}
	if dueBy != 0 {
		d.once("dueBy", dueBy)
	}
	return d, nil
}

// endTask is the draft that cancels a task whose cause went away; it is empty if there is nothing to cancel.
func endTask(r syncing.Reader, kind, team string, focus syncing.DocID) (*draft, error) {
	id := TaskID(kind, team, focus)
	stands, err := r.Document(id)
	if err != nil {
		return nil, err
	}
	d := newDraft(id, stands)
	if isOpenTask(stands) {
		d.text("status", "cancelled")
	}
	return d, nil
}

func isOpenTask(s syncing.Snapshot) bool {
	status := s.Text("status")
	return s.Exists() && (status == "requested" || status == "accepted")
}

// WorkIndex holds the open tasks of every team, by kind, the longest waiting first.
const WorkIndex = "work"

// WorkRange gives the bounds of a team's tasks of one kind in WorkIndex: from <= key < to.
func WorkRange(team syncing.TeamID, kind string) (from, to []byte) {
	from = slices.Concat(team.UUID[:], []byte(kind), []byte{0})
	return from, append(from[:len(from)-1:len(from)-1], 1)
}

func indexTask(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	team, err := syncing.ParseUUID(s.Text("team"))
	if err != nil || !isOpenTask(s) || strings.ContainsRune(s.Text("kind"), 0) {
		return nil
	}
	opened, _ := s.Int("openedAt")
	key := slices.Concat(team[:], []byte(s.Text("kind")), []byte{0}, keyOfTime(opened), record.UUID[:], []byte(s.ID()))
	return []syncing.IndexKey{{Index: WorkIndex, Key: key, Value: []byte(s.ID())}}
}
