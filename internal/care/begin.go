package care

import (
	"slices"

	syncing "satchel/sync"
)

// Begin says what rules of this version would have written into a record from before: a clock of reminders where there is something to be
// reminded of, and when somebody calls for answers that were asked for. Of a record that has them, nothing: saying it twice changes nothing.
// What would have rung before now is past (0120). Errors are those of the reader.
func (k *Clock) Begin(record syncing.RecordID, r syncing.Reader, now int64) ([]syncing.Patch, error) {
	var drafts []*draft
	clock, err := r.Document(ReminderClockID(record))
	if err != nil {
		return nil, err
	}
	if !clock.Exists() {
		reminded, err := holdsAny(r, remindable)
		if err != nil {
			return nil, err
		}
		if reminded {
			d, err := wound(record, r, now, true)
			if err != nil {
				return nil, err
			}
			drafts = append(drafts, d)
		}
	}
	calls, err := k.ward.beginCalls(record, r, now)
	return patches(append(drafts, calls...)...), err
}

// holdsAny reports whether a record has a document of one of these types.
func holdsAny(r syncing.Reader, kinds []string) (bool, error) {
	for _, kind := range kinds {
		docs, err := r.Documents(kind)
		if err != nil || len(docs) > 0 {
			return len(docs) > 0, err
		}
	}
	return false, nil
}

// beginCalls says when somebody calls for what was asked before that was kept; whom nobody would call by now has three days from now.
func (w *ward) beginCalls(record syncing.RecordID, r syncing.Reader, now int64) (drafts []*draft, err error) {
	requests, err := r.Documents(assessmentRequestName)
	if err != nil || len(requests) == 0 {
		return nil, err
	}
	around, err := w.look(record, r)
	if err != nil {
		return nil, err
	}
	assessments, err := BinderOf(r)(assessmentName)
	if err != nil {
		return nil, err
	}
	for _, request := range requests {
		called, err := tasksAbout(r, TaskNoAnswers, request.ID())
		if err != nil {
			return nil, err
		}
		about := func(task syncing.Snapshot) bool { return task.Text("cause") == request.Text("dueOn") }
		if !isAsked(request) || RequestAnswered(request, assessments) || slices.ContainsFunc(called, about) {
			continue
		}
		d := newDraft(request.ID(), request)
		d.once("callAt", max(callFrom(request, around.zone), now+silences.Assessment.CallAfterHours*hourMs))
		drafts = append(drafts, d)
	}
	return drafts, nil
}
