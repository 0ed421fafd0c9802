package care

import (
	"cmp"
	"slices"
	"strings"

	syncing "satchel/sync"
)

// twinsMax is how many reports one is marked as a possible duplicate of: the first ones. Whoever sends hundreds within minutes is
// shown as that all the same.
const twinsMax = 4

// twins finds the assessments of the same questionnaire that were completed within minutes of this one: the person may have
// meant one. Both are kept, and nothing is merged: what counts is for a person to say.
func (w *ward) twins(c syncing.Change, r syncing.Reader) ([]syncing.Snapshot, error) {
	docs, err := r.Documents(assessmentName)
	if err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(c.After.Text("questionnaire"), "|")
	docs = slices.DeleteFunc(docs, func(doc syncing.Snapshot) bool {
		other, _, _ := strings.Cut(doc.Text("questionnaire"), "|")
		return doc.ID() == c.After.ID() || !isReported(doc) || other != name || !w.limits.duplicates(reportedAt(doc), c.Effective)
	})
	slices.SortStableFunc(docs, func(a, b syncing.Snapshot) int { return cmp.Compare(reportedAt(a), reportedAt(b)) })
	return docs[:min(len(docs), twinsMax)], nil
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

// pair names the reports in a row that may be duplicates of a new one. Those that are there stay as they are: a phone that has not
// seen them could not replace them.
func pair(e *waiting, row syncing.Snapshot, twins []string) {
	for _, old := range waitingIn(row) {
		if old.Assessment != e.Assessment && slices.Contains(twins, old.Assessment) {
			e.Duplicates = either(e.Duplicates, []string{old.Assessment})
		}
	}
}

// oneEach joins the elements of a row that come from one assessment: two phones that had not seen each other's can both have put one
// there. What may be duplicates of each other names the other from both sides.
func oneEach(list []waiting) []waiting {
	var joined []waiting
	at := map[string]int{}
	for _, e := range list {
		if i, there := at[e.Assessment]; there && e.Assessment != "" {
			joined[i] = together(joined[i], e, false)
			continue
		}
		at[e.Assessment] = len(joined)
		joined = append(joined, e)
	}
	back := make([][]string, len(joined)) // joined once for each: a thousand reports within minutes name one another
	for _, e := range joined {
		for _, other := range e.Duplicates {
			if i, there := at[other]; there {
				back[i] = append(back[i], e.Assessment)
			}
		}
	}
	for i := range joined {
		joined[i].Duplicates = either(joined[i].Duplicates, back[i])
	}
	return joined
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
