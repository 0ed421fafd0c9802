package memory

import (
	"context"
	"maps"
	"sync"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// KeyBytes is the length of a key, of a row or in an index, up to which keys are kept.
const KeyBytes = 1024

type owner = syncing.RecordID

// Store is a syncing.Store without a disk, for the simulation: fast, the same in every run, and able to go back to an older
// state as a restored backup does. It is safe for concurrent use; functions run under its lock, one writer at a time.
type Store struct {
	mu     sync.RWMutex
	closed bool
	era    uint64 // grows with each snapshot: rows of an older era are copied before they are changed
	state  memoryState
}

// memoryState is all that a snapshot keeps. Rows lie under record and table, entries under the name of their index.
type memoryState struct {
	rows     map[memoryPlace]*memoryRows
	indexes  map[string]*memoryRows
	sequence uint64
	taken    uint64
	safe     uint64
}

type memoryPlace struct {
	record syncing.RecordID
	table  syncing.Table
}

// Snapshot is a state of a Memory, to come back to. It stays as it is, whatever the store does later.
type Snapshot struct{ state memoryState }

var _ syncing.Store = (*Store)(nil)

// New makes an empty store.
func New() *Store {
	return &Store{era: 1, state: memoryState{rows: map[memoryPlace]*memoryRows{}, indexes: map[string]*memoryRows{}}}
}

// Snapshot keeps the present state. It costs a little for each table that holds rows, and nothing for the rows.
func (m *Store) Snapshot() Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.era++
	return Snapshot{m.state.clone()}
}

// Restore goes back to a snapshot of this or another store, its sequence and durability included.
func (m *Store) Restore(s Snapshot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.era++
	m.state = s.state.clone()
}

// SetDurability sets what Durability answers from now on: the commits that a backup holds, and those that outlive the machine.
func (m *Store) SetDurability(taken, safe uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.taken, m.state.safe = taken, safe
}

// Sequence is that of the latest commit.
func (m *Store) Sequence() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.state.sequence
}

// clone shares the rows and copies what points to them.
func (s memoryState) clone() memoryState {
	s.rows, s.indexes = maps.Clone(s.rows), maps.Clone(s.indexes)
	return s
}

// Update implements syncing.Store.
func (m *Store) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.open(ctx); err != nil {
		return err
	}
	tx := &memoryTx{memoryView: memoryView{m: m, record: record, sequence: m.state.sequence + 1}}
	kept := false
	defer func() { // also when fn panics
		if !kept {
			tx.rollback()
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	kept = true
	if len(tx.undo) > 0 {
		m.state.sequence++
	}
	return nil
}

// View implements syncing.Store.
func (m *Store) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.open(ctx); err != nil {
		return err
	}
	return fn(&memoryView{m: m, record: record, sequence: m.state.sequence})
}

// Scan implements syncing.Store.
func (m *Store) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.open(ctx); err != nil {
		return err
	}
	for i, r := range m.state.indexes[index].between(from, to) {
		if i >= limit || !fn(r.entry()) {
			break
		}
	}
	return nil
}

// Lookup implements syncing.Store.
func (m *Store) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.open(ctx); err != nil {
		return syncing.IndexEntry{}, false, err
	}
	return m.lookup(index, key)
}

// Close implements syncing.Store.
func (m *Store) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func (m *Store) open(ctx context.Context) error {
	if m.closed {
		return fault.New(fault.Busy, "memory.Store", "The store is closed.")
	}
	return fault.Wrap(ctx.Err(), fault.Busy, "memory.Store", "The request ended before anything was done.")
}
