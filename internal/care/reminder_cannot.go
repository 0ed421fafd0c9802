package care

import (
	"slices"

	"satchel/internal/lab"
	syncing "satchel/sync"
)

// deriveReply gives somebody to call a person who says to a reminder that they cannot (REMINDERS 9): to an appointment, to a test, or to the
// questions that a team asked. All else that is said to a reminder is between the person and their phone.
func deriveReply(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.Before.Exists() || c.After.Text("what") != ReplyCannot {
		return nil, nil
	}
	focus, err := r.Document(syncing.DocID(c.After.Text("focus")))
	if err != nil || !focus.Exists() {
		return nil, err
	}
	told, err := r.Document(syncing.DocID(c.After.Text("reminder")))
	if err != nil {
		return nil, err
	}
	if told.Text("focus") != string(focus.ID()) { // it rang on the phone alone, or spoke of several
		told = syncing.Snapshot{}
	}
	var drafts []*draft
	switch focus.ID().Type() {
	case appointmentName:
		drafts, err = cannotCome(focus, told, r, c.Now)
	case labOrderName:
		drafts, err = cannotBeTested(focus, told, r, c.Now)
	case assessmentRequestName:
		drafts, err = cannotAnswer(focus, r, c.Now)
	}
	return patches(drafts...), err
}

// cannotCome: unless the appointment is over, or the reminder was of another time of it.
func cannotCome(appointment, told syncing.Snapshot, r syncing.Reader, now int64) ([]*draft, error) {
	step := told.Text("step")
	moved := step != "" && !isStepOf(step, appointment.Text("start"))
	if moved || !slices.Contains(ahead, appointment.Text("status")) || categoryOfAppointment(appointment) != CategorySchedule {
		return nil, nil
	}
	return attend(appointment, r, TaskCannotCome, now)
}

// isStepOf reports whether a reminder is of a time, also if it came the second time.
func isStepOf(step, of string) bool {
	return len(of) > 0 && len(step) >= len(of) && step[:len(of)] == of
}

// cannotBeTested is about the date that the reminder named; if the server knows of none, about the first that is still to be done.
func cannotBeTested(order, told syncing.Snapshot, r syncing.Reader, now int64) ([]*draft, error) {
	schedule, err := LabSchedule(order)
	if err != nil || !isFollowed(order) {
		return nil, nil //nolint:nilerr // what nobody could follow has no dates
	}
	dates, err := datesOf(order, schedule, BinderOf(r), now)
	if err != nil {
		return nil, err
	}
	open := []lab.State{lab.Planned, lab.Due, lab.Overdue, lab.Missed}
	due := told.Text("due")
	at := slices.IndexFunc(dates, func(o lab.Occurrence) bool {
		named := due == "" && o.State != lab.Missed || due == o.Date.String()
		return named && slices.Contains(open, o.State)
	})
	if at < 0 {
		return nil, nil
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	return cannotGo(r, teams, order, dates[at].Date.String(), "cannot-go", now)
}

// cannotAnswer calls at once, and not again when the time has passed.
func cannotAnswer(request syncing.Snapshot, r syncing.Reader, now int64) ([]*draft, error) {
	assessments, err := BinderOf(r)(assessmentName)
	if err != nil || !isAsked(request) || RequestAnswered(request, assessments) {
		return nil, err
	}
	return callForAnswers(r, request, now)
}
