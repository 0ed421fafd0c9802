package care

import (
	syncing "satchel/sync"
)

// sampleDrafts is what follows for a date of an order when a result answers it: nobody asks for the result any more, nobody calls, and
// that a sample was taken stands where those read it who see the schedule and not the results.
func sampleDrafts(r syncing.Reader, order syncing.DocID, date string, taken, now int64) ([]*draft, error) {
	collections, err := r.Documents(collectionName)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	said := false
	for _, c := range collections {
		if c.Text("order") != string(order) || c.Text("due") != date && c.Text("due") != "" {
			continue
		}
		said = said || c.Text("due") == date
		d := newDraft(c.ID(), c)
		d.once("resultAt", now)
		drafts = append(drafts, d)
	}
	if !said {
		id := syncing.NewDocID(collectionName, syncing.DerivedUUID(collectionName, string(order), date))
		stands, err := r.Document(id)
		if err != nil {
			return nil, err
		}
		d := newDraft(id, stands)
		d.textOnce("order", string(order))
		d.textOnce("due", date)
		d.once("collectedAt", taken)
		d.once("resultAt", now)
		drafts = append(drafts, d)
	}
	for _, kind := range []string{TaskLab, TaskSample} {
		standing, err := tasksAbout(r, kind, order)
		if err != nil {
			return nil, err
		}
		for _, task := range standing {
			if task.Text("due") == date {
				drafts = append(drafts, endAll([]syncing.Snapshot{task})...)
			}
		}
	}
	return drafts, nil
}
