package care

import (
	"slices"

	syncing "satchel/sync"
)

// deriveTeam says what follows when a team comes or leaves.
func (w *ward) deriveTeam(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	circle, err := w.deriveCareTeam(c, r)
	if err != nil {
		return nil, err
	}
	gaps, err := gapsOfTeam(c, r)
	if err != nil {
		return nil, err
	}
	orders, err := ordersOfTeam(c, r)
	if err != nil {
		return nil, err
	}
	counted, err := measureTeams(c, r)
	if err != nil {
		return nil, err
	}
	invites, err := w.invitesOfTeam(c, r)
	if err != nil {
		return nil, err
	}
	links, err := linksOfTeam(c, r)
	return append(circle, patches(slices.Concat(gaps, orders, counted, invites, links)...)...), err
}

// gapsOfTeam brings the tasks about activities up to date when a team comes or leaves: what it answered for is a gap while it is
// away, what it was asked nobody can answer, and navigators who come see what nobody has accepted.
func gapsOfTeam(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	if c.Before.Text("status") == c.After.Text("status") {
		return nil, nil
	}
	docs, err := r.Documents(careTeamName)
	if err != nil {
		return nil, err
	}
	now := teamsIn(docs)
	for i, doc := range docs {
		if doc.ID() == c.After.ID() {
			docs[i] = c.Before
		}
	}
	before := teamsIn(docs)
	activities, err := r.Documents(activityName)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, a := range activities {
		e := errandOf(a)
		tasks, err := e.taskDrafts(r, e.calls(before), e.calls(now), false, c.Now)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, tasks...)
	}
	return drafts, nil
}

// ordersOfTeam brings the tasks about tests up to date: a test of a team that is away is done by nobody.
func ordersOfTeam(c syncing.Change, r syncing.Reader) (drafts []*draft, err error) {
	if c.Before.Text("status") == c.After.Text("status") {
		return nil, nil
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	orders, err := r.Documents(labOrderName)
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		if !isFollowed(order) || order.Text("handshake") == "" {
			continue
		}
		tasks, err := askedOf(order).taskDrafts(r, teams, c.Now)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, tasks...)
	}
	return drafts, nil
}
