package care

import syncing "satchel/sync"

// deriveTeam says what follows when a team comes or leaves.
func (w *ward) deriveTeam(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	circle, err := w.deriveCareTeam(c, r)
	if err != nil {
		return nil, err
	}
	gaps, err := gapsOfTeam(c, r)
	return append(circle, patches(gaps...)...), err
}

// gapsOfTeam tells the teams that proposed, and the navigators, of what a team answered for that is here no more; and takes it
// back when the team is here again.
func gapsOfTeam(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	team := c.After.ID().ID()
	was, is := c.Before.Text("status") == "active", c.After.Text("status") == "active"
	if was == is {
		return nil, nil
	}
	now, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	activities, err := r.Documents(activityName)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, a := range activities {
		e := errandOf(a)
		if e.accountable != team || !isTaken(a) || e.status == "completed" {
			continue
		}
		for _, id := range union([]string{e.proposer, now.byKind[KindNavigation]}, nil) {
			d, err := gapDraft(r, a, id, is, c.Now)
			if err != nil {
				return nil, err
			}
			drafts = append(drafts, d)
		}
	}
	return drafts, nil
}

func gapDraft(r syncing.Reader, a syncing.Snapshot, team string, here bool, now int64) (*draft, error) {
	switch {
	case team == "":
		return newDraft(a.ID(), a), nil
	case here:
		return endTask(r, TaskGap, team, a.ID())
	}
	d, err := openTask(r, TaskGap, team, a, CategoryPlan, now, 0)
	if err == nil && d.stands.Text("status") == "completed" {
		d.text("status", "requested")
		d.integer("openedAt", now)
	}
	return d, err
}
