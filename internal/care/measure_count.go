package care

import (
	"slices"

	syncing "satchel/sync"
)

// What is counted beside deadlines, as the names under countPrefix begin.
const (
	countAdmission = "admission"
	countVisit     = "ed-visit"
	countFollowUp  = "follow-up" // and the kind of the team after a dot: where it took place
	countAvoided   = "duplicate-avoided"
)

type deriving func(syncing.Change, syncing.Reader) ([]syncing.Patch, error)

// countedOf are the types whose changes are counted, beside what follows from them.
var countedOf = map[string]func(syncing.Change) string{
	"appointment": visitCounts, healthEventName: eventCounts, labOrderName: avoidedCounts,
}

func (w *ward) counted(types ...*syncing.Type) []*syncing.Type {
	for _, t := range types {
		if what := countedOf[t.Name]; what != nil {
			t.Derive = w.counting(t.Derive, what)
		}
	}
	return types
}

// counting adds to what follows from a change what is counted of it.
func (w *ward) counting(derive deriving, what func(syncing.Change) string) deriving {
	return func(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
		list, err := derive(c, r)
		name := what(c)
		if err != nil || name == "" || bySystem(c) {
			return list, err
		}
		around, err := w.look(c.Record, r)
		if err != nil {
			return nil, err
		}
		m, err := measureOf(c.Record, r)
		if err != nil {
			return nil, err
		}
		if name == countFollowUp {
			if around.phase != phaseFollowUp {
				return list, nil
			}
			team, err := teamNamed(r, c.After.Text("ownerTeam"))
			if err != nil {
				return nil, err
			}
			name += "." + team.Text("kind")
		}
		m.count(name, c.Effective, around.zone)
		return append(patches(m.draft), list...), nil // what rings stays last: its rev is the head of what came
	}
}

// eventCounts: a stay in hospital and a visit to an emergency department are outcomes (seed B51).
func eventCounts(c syncing.Change) string {
	if c.Before.Exists() {
		return ""
	}
	switch c.After.Text("type") {
	case eventAdmission:
		return countAdmission
	case eventVisit:
		return countVisit
	}
	return ""
}

// visitCounts: an appointment in follow-up that took place.
func visitCounts(c syncing.Change) string {
	took := c.After.Text("status") == "fulfilled" && c.Before.Text("status") != "fulfilled"
	if took && slices.Contains([]string{"clinic", "video", "3-way", "ccr"}, c.After.Text("type")) {
		return countFollowUp
	}
	return ""
}

// avoidedCounts: an order that was found to repeat another, and that its team took back.
func avoidedCounts(c syncing.Change) string {
	if c.After.Text("status") == "revoked" && c.Before.Text("status") != "revoked" && len(c.Before.Elems("repeats")) > 0 {
		return countAvoided
	}
	return ""
}
