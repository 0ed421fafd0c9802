package care

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// twins finds the assessments of the same questionnaire that were completed within minutes of this one: the person may have
// meant one. Both are kept, and nothing is merged: what counts is for a person to say.
func (w *ward) twins(c syncing.Change, r syncing.Reader) ([]syncing.Snapshot, error) {
	docs, err := r.Documents(assessmentName)
	if err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(c.After.Text("questionnaire"), "|")
	return slices.DeleteFunc(docs, func(doc syncing.Snapshot) bool {
		other, _, _ := strings.Cut(doc.Text("questionnaire"), "|")
		return doc.ID() == c.After.ID() || !isReported(doc) || other != name || !w.limits.duplicates(reportedAt(doc), c.Effective)
	}), nil
}

// twinDrafts marks each of the assessments with the other, as far as whoever reads one may know of the other.
func (w *ward) twinDrafts(own *draft, after syncing.Snapshot, twins []syncing.Snapshot) []*draft {
	var drafts []*draft
	tells := func(d *draft, of, about syncing.Snapshot) {
		category := w.categoriseAssessment(about)
		if category == CategoryAssessments || category == w.categoriseAssessment(of) {
			d.add("possibleDuplicate", []string{string(about.ID())})
		}
	}
	for _, twin := range twins {
		d := newDraft(twin.ID(), twin)
		tells(d, twin, after)
		tells(own, after, twin)
		drafts = append(drafts, d)
	}
	return drafts
}

// pair marks two reports that wait in one row as possible duplicates of each other. It adds to the new one, and gives what
// becomes of the others: each old element with its successor.
func pair(e *waiting, row syncing.Snapshot, twins []string) (successors map[string]jsontext.Value, err error) {
	successors = map[string]jsontext.Value{}
	for i, old := range waitingIn(row) {
		if old.Assessment == e.Assessment || !slices.Contains(twins, old.Assessment) {
			continue
		}
		e.Duplicates = either(e.Duplicates, []string{old.Assessment})
		old.Duplicates = either(old.Duplicates, []string{e.Assessment})
		value, err := old.value()
		if err != nil {
			return nil, err
		}
		successors[string(row.Elems("waiting")[i])] = value
	}
	return successors, nil
}

// reportsOf counts reports: possible duplicates count once.
func reportsOf(list []waiting) int {
	counted := map[string]bool{}
	n := 0
	for _, e := range list {
		if !slices.ContainsFunc(e.Duplicates, func(id string) bool { return counted[id] }) {
			n++
		}
		counted[e.Assessment] = true
	}
	return n
}
