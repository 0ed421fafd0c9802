package care

import syncing "satchel/sync"

// An activity with a day is on the list of the team that answers for it once that day has passed at home (seed A02). Overdue is no state of
// it: a new day, an end or another team takes it off.

// dayDrafts follow the day of an activity that was changed. own is the draft of the activity itself.
func dayDrafts(own *draft, c syncing.Change, r syncing.Reader, zone string) ([]*draft, error) {
	moved := c.Before.Text("accountableTeam") != c.After.Text("accountableTeam")
	again := moved || c.Before.Text("dueBy") != c.After.Text("dueBy") || isLive(c.Before) != isLive(c.After)
	if !again {
		return nil, nil
	}
	own.clear("overdueAt")
	if from := endOfText(c.After.Text("dueBy"), zone); from != 0 && isLive(c.After) {
		own.integer("overdueFrom", from)
	} else {
		own.clear("overdueFrom")
	}
	if !c.Before.Has("overdueAt") {
		return nil, nil
	}
	tasks, err := tasksAbout(r, TaskOverdue, c.After.ID())
	return endAll(tasks), err
}

// dueDay puts an activity whose day has passed onto the list of the team that answers for it, else of the one that proposed it.
func dueDay(m moment) ([]syncing.Patch, error) {
	from, set := m.doc.Int("overdueFrom")
	if !set || from > m.now || !isLive(m.doc) {
		return nil, nil
	}
	d := newDraft(m.doc.ID(), m.doc)
	d.clear("overdueFrom")
	d.integer("overdueAt", m.now)
	team := m.doc.Text("accountableTeam")
	if team == "" {
		team = m.doc.Text("proposedBy")
	}
	task, err := openTask(m.reader, TaskOverdue, team, m.doc, CategoryPlan, m.now, 0)
	if err != nil {
		return nil, err
	}
	if task.stands.Text("status") == "completed" { // it has another day now
		task.reopen(m.now)
	}
	return patches(d, task), nil
}
