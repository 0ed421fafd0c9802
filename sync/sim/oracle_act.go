package sim

import (
	"maps"
	"slices"

	syncing "satchel/sync"
)

// act is an action, as the oracle understands it: applied, or nothing is left behind.
func (s *scribe) act(account syncing.AccountID, p syncing.Patch) (syncing.Reason, *origin) {
	replicaID := syncing.ReplicaID{UUID: syncing.DerivedUUID("actions", s.r.id.String(), account.String())}
	row := s.r.replicas[replicaID]
	n := uint64(1)
	if row != nil {
		n = row.last + 1
	}
	m := &words{n: n, doc: p.Doc, named: string(p.Doc), schema: 1, sets: nil, adds: elementsOf(p.Add), drops: elementsOf(p.Remove)}
	for _, field := range sorted(p.Set) {
		value := string(p.Set[field])
		if value == "null" {
			value = ""
		}
		m.sets = append(m.sets, assignment{field, value})
	}
	o := &origin{name: name{replicaID, n}, by: account, at: s.now, effective: s.now}
	g := s.standing(account)
	reason := s.apply(&attempt{m: m, by: g, base: s.everything(), o: o})
	if reason != "" {
		return reason, o
	}
	if row == nil {
		row = &speaker{account: account}
		s.r.replicas[replicaID] = row
	}
	row.last, s.r.clock = n, s.now
	s.r.names[o.name] = &told{content: "action", doc: m.doc, outcome: syncing.Outcome{N: n, Status: syncing.Applied, Rev: o.rev}}
	return "", o
}

// entries counts a record's journal.
func (o *oracle) entries(id syncing.RecordID) uint64 {
	if r := o.life.records[id]; r != nil {
		return uint64(r.rev) + r.held
	}
	return 0
}

// visibleIDs lists what a grant shows, in a fixed order.
func (o *oracle) visibleIDs(r *ledger, g grant) []syncing.DocID {
	return slices.Sorted(maps.Keys(o.visible(r, g)))
}
