package memory

import (
	"bytes"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// memoryView reads one record under the store's lock.
type memoryView struct {
	m        *Store
	record   syncing.RecordID
	sequence uint64
}

// memoryTx writes in place and remembers how to take each write back.
type memoryTx struct {
	memoryView
	undo []func()
}

func (tx *memoryTx) rollback() {
	for i := len(tx.undo) - 1; i >= 0; i-- {
		tx.undo[i]()
	}
}

// copied gives a value away: nil means absent, so an empty one must not be nil.
func copied(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

func (r memoryRow) entry() syncing.IndexEntry {
	return syncing.IndexEntry{Key: []byte(r.key), Record: r.owner, Value: copied(r.value)}
}

func known(table syncing.Table) error {
	if table < syncing.Tables[0] || table > syncing.Tables[len(syncing.Tables)-1] {
		return fault.New(fault.Internal, "memory.Store", "The store was asked for a table that does not exist.")
	}
	return nil
}

func (tx *memoryView) Record() syncing.RecordID { return tx.record }

func (tx *memoryView) Durability() syncing.Durability {
	return syncing.Durability{Sequence: tx.sequence, Taken: tx.m.state.taken, Safe: tx.m.state.safe}
}

func (tx *memoryView) Get(table syncing.Table, key []byte) ([]byte, error) {
	if err := known(table); err != nil {
		return nil, err
	}
	r, found := tx.m.state.rows[memoryPlace{tx.record, table}].get(string(key))
	if !found {
		return nil, nil
	}
	return copied(r.value), nil
}

// Ahead implements syncing.ReadTx: nothing here is far away.
func (tx *memoryView) Ahead(syncing.Table, [][]byte) error { return nil }

func (tx *memoryView) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	if err := known(table); err != nil {
		return err
	}
	for _, r := range tx.m.state.rows[memoryPlace{tx.record, table}].between(from, to) {
		if more, err := fn([]byte(r.key), copied(r.value)); err != nil || !more {
			return err
		}
	}
	return nil
}

func (tx *memoryView) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	return tx.m.lookup(index, key)
}

func (m *Store) lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	r, found := m.state.indexes[index].get(string(key))
	if !found {
		return syncing.IndexEntry{}, false, nil
	}
	return r.entry(), true, nil
}

func (tx *memoryTx) Put(table syncing.Table, key, value []byte) error {
	if err := known(table); err != nil {
		return err
	}
	if len(key) > KeyBytes {
		return tooLong()
	}
	return change(tx, tx.m.state.rows, memoryPlace{tx.record, table}, memoryRow{key: string(key), value: bytes.Clone(value)}, true)
}

func (tx *memoryTx) Delete(table syncing.Table, key []byte) error {
	if err := known(table); err != nil {
		return err
	}
	return change(tx, tx.m.state.rows, memoryPlace{tx.record, table}, memoryRow{key: string(key)}, false)
}

func (tx *memoryTx) PutIndex(index string, key, value []byte) error {
	if index == "" || len(key) == 0 || len(key) > KeyBytes {
		return tooLong()
	}
	row := memoryRow{key: string(key), value: bytes.Clone(value), owner: tx.record}
	return tx.changeIndex(index, row, true)
}

func (tx *memoryTx) DeleteIndex(index string, key []byte) error {
	return tx.changeIndex(index, memoryRow{key: string(key)}, false)
}

func (tx *memoryTx) changeIndex(index string, row memoryRow, present bool) error {
	if held, taken := tx.m.state.indexes[index].get(row.key); taken && held.owner != tx.record {
		return fault.New(fault.Conflict, "memory.Store", "This is already taken.")
	}
	return change(tx, tx.m.state.indexes, index, row, present)
}

func tooLong() error {
	return fault.New(fault.Invalid, "memory.Store", "The key is empty or too long.")
}

// change puts or removes one row, and remembers the way back.
func change[K comparable](tx *memoryTx, all map[K]*memoryRows, at K, row memoryRow, present bool) error {
	set := func(row memoryRow, present bool) {
		if present {
			all[at] = all[at].put(tx.m.era, row)
		} else {
			all[at] = all[at].remove(tx.m.era, row.key)
		}
	}
	before, was := all[at].get(row.key)
	before.key = row.key
	tx.undo = append(tx.undo, func() { set(before, was) })
	set(row, present)
	return nil
}
