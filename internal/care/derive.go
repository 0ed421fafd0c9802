package care

import (
	"encoding/json"

	syncing "satchel/sync"
)

// deriveAssessment says what follows from an assessment: nothing while it is a draft, concerns and rows once it is completed
// or amended, a mark on its concerns when it was sent by mistake.
func (w *ward) deriveAssessment(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	switch {
	case bySystem(c):
		return nil, nil
	case c.After.Text("status") == "entered-in-error" && isReported(c.Before):
		return withdraw(c.After.ID(), r)
	case !reports(c):
		return nil, nil
	}
	j, err := w.judge(c, r)
	if err != nil {
		return nil, err
	}
	concerns, err := w.concernDrafts(c, r, j)
	if err != nil {
		return nil, err
	}
	rows, err := w.rowDrafts(c, r, j)
	if err != nil {
		return nil, err
	}
	return patches(append(concerns, rows...)...), nil
}

// withdraw marks the concerns and leaves them and their rows where they are: a nurse looks, and closes.
func withdraw(assessment syncing.DocID, r syncing.Reader) ([]syncing.Patch, error) {
	concerns, err := concernsOf(assessment, r)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, concern := range concerns {
		d := newDraft(concern.ID(), concern)
		d.truth("withdrawn", true)
		drafts = append(drafts, d)
	}
	return patches(drafts...), nil
}

// severityIn reads the severity of an item; 0 if it was not ticked.
func severityIn(answers map[string]json.RawMessage, code string) int64 {
	var n int64
	if json.Unmarshal(answers[code], &n) != nil {
		return 0
	}
	return n
}
