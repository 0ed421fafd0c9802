package syncing

import (
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Section 7, names: a mutation keeps every name under which it came, so that it is applied once whichever comes first.

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// readWas reads the earlier names of a mutation and the revs it had in earlier epochs. What cannot be read counts for
// nothing: it can only make a write stand as concurrent.
func (m *Mutation) readWas(v jsontext.Value) {
	if v.Kind() != '{' {
		return
	}
	_ = eachMember(v, func(name string, value jsontext.Value) bool {
		switch {
		case name == "names" && value.Kind() == '[':
			_ = eachElement(value, func(item jsontext.Value) bool {
				if c, ok := readContinued(item); ok && len(m.names) < namesMax {
					m.names = append(m.names, c)
				}
				return true
			})
		case name == "revs" && value.Kind() == '{':
			_ = eachMember(value, func(epoch string, rev jsontext.Value) bool {
				if n, ok := intOf(rev); ok && n > 0 && len(epoch) <= 64 && len(m.was) < namesMax {
					m.was = append(m.was, EpochRev{epoch, Rev(n)})
				}
				return true
			})
		}
		return true
	})
}

func readContinued(v jsontext.Value) (c Continued, ok bool) {
	if v.Kind() != '{' {
		return c, false
	}
	err := eachMember(v, func(name string, value jsontext.Value) bool {
		switch name {
		case "replica":
			id, err := ParseUUID(textOf(value))
			c.Replica, ok = ReplicaID{id}, err == nil
		case "n":
			n, _ := intOf(value)
			c.N = uint64(max(n, 0))
		}
		return true
	})
	return c, ok && err == nil && c.N > 0
}

// others reports whether a replica is known as another account's: in this record, or anywhere.
func (w *work) others(replica ReplicaID, account AccountID) (bool, error) {
	row, err := w.replica(replica)
	if err != nil {
		return false, err
	}
	if row != nil {
		return row.account != account, nil
	}
	owner, known, err := replicaOwner(w.tx, replica)
	return known && owner != account, err
}

// own leaves out the names of other accounts' replicas: they count for nothing.
func (w *work) own(list []Continued, account AccountID) ([]Continued, error) {
	var own []Continued
	for _, c := range list {
		foreign, err := w.others(c.Replica, account)
		if err != nil {
			return nil, err
		}
		if !foreign {
			own = append(own, c)
		}
	}
	return own, nil
}

// earlier finds what became of this mutation under any of its names, with the same content; nil if it never came.
func (w *work) earlier(in *intake, m *Mutation) (*nameRow, error) {
	names := m.names
	if in.row.aliased {
		names = append([]Continued{{in.replica, m.N}}, names...)
	}
	for _, c := range names {
		row, err := w.namesake(c, m.hash)
		if err != nil || row != nil {
			return row, err
		}
	}
	return nil, nil
}

// namesake finds what became of the mutation of a name that has these words; nil if it never came.
func (w *work) namesake(c Continued, hash [32]byte) (*nameRow, error) {
	row, err := loadName(w.tx, c.Replica, c.N)
	if err != nil || row == nil || row.hash == hash && !row.skipped {
		return row, err
	}
	return loadNameAt(w.tx, namesakeKey(c.Replica, c.N, hash))
}

// spare keeps what came under a name before a mutation of other words takes the name.
func (w *work) spare(in *intake, m *Mutation) error {
	if !in.row.aliased {
		return nil
	}
	row, err := loadName(w.tx, in.replica, m.N)
	if err != nil || row == nil || row.skipped || row.hash == m.hash {
		return err
	}
	return w.tx.Put(TableNames, namesakeKey(in.replica, m.N, row.hash), row.encode())
}

// alias keeps what became of a mutation under its other names too, for those that have not come yet.
func (w *work) alias(m *Mutation, row *nameRow, account AccountID) error {
	for _, c := range m.names {
		known, err := loadName(w.tx, c.Replica, c.N)
		if err != nil {
			return err
		}
		key := nameKey(c.Replica, c.N)
		if known != nil {
			if known.hash == m.hash && !known.skipped {
				continue
			}
			key = namesakeKey(c.Replica, c.N, m.hash)
		}
		copied := *row
		copied.outcome.N = c.N
		if err := w.tx.Put(TableNames, key, copied.encode()); err != nil {
			return err
		}
		replica, err := w.replica(c.Replica)
		if err != nil {
			return err
		}
		if replica == nil {
			replica = &replicaRow{account: account}
			w.replicas[c.Replica] = replica
		}
		replica.aliased = true
	}
	return nil
}
