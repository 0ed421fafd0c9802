package server

import (
	"bytes"
	"context"
	"sync"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// notedMax is how many rows wait to be told to the log of heads. With one more none of them is kept: the next turn looks through the
// store instead.
const notedMax = 200_000

// The kinds of rows that are written once and never again.
const (
	notedJournal = "journal" // of a record
	notedAccess  = "access"  // a line of an access log
	notedRead    = "read"    // somebody was shown something of a record; the row is the reader's
)

// notedRow is one of them. said is what must stay as it is: of a journal row its hash in the chain, of others the row.
type notedRow struct {
	kind   string
	record syncing.RecordID
	key    string
	said   []byte
}

func journalRow(record syncing.RecordID, key, value []byte) notedRow {
	return notedRow{notedJournal, record, string(key), bytes.Clone(value[:min(len(value), chainBytes)])}
}

// chainBytes is how much of a journal row is its hash over the row before and itself.
const chainBytes = 32

// notebook collects rows from the moment they are durable until the log of heads has them. To note costs a commit nothing but memory.
type notebook struct {
	mu   sync.Mutex
	rows []notedRow
	lost bool
	many chan struct{} // holds a token when it is half full
}

func newNotebook() *notebook { return &notebook{many: make(chan struct{}, 1)} }

func (b *notebook) note(rows []notedRow) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rows)+len(rows) > notedMax {
		b.rows, b.lost = nil, true
	}
	if !b.lost {
		b.rows = append(b.rows, rows...)
	}
	if b.lost || len(b.rows) > notedMax/2 {
		select {
		case b.many <- struct{}{}:
		default:
		}
	}
}

// take gives what was noted since; lost says that it is not all.
func (b *notebook) take() (rows []notedRow, lost bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rows, lost, b.rows, b.lost = b.rows, b.lost, nil, false
	return rows, lost
}

// noted notes what goes through a store and must never be rewritten, once it is durable.
type noted struct {
	syncing.Store
	book *notebook
}

// Update implements syncing.Store.
func (s noted) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	tx := &notedTx{}
	err := s.Store.Update(ctx, record, func(inner syncing.Tx) error {
		tx.Tx = inner
		return fn(tx)
	})
	if err == nil && len(tx.rows) > 0 {
		s.book.note(tx.rows)
	}
	return err
}

type notedTx struct {
	syncing.Tx
	rows []notedRow
}

// Put implements syncing.Tx.
func (t *notedTx) Put(table syncing.Table, key, value []byte) error {
	switch {
	case table == syncing.TableJournal:
		t.rows = append(t.rows, journalRow(t.Record(), key, value))
	case identity.Audited(table, key):
		t.rows = append(t.rows, notedRow{notedAccess, t.Record(), string(key), bytes.Clone(value)})
	}
	return t.Tx.Put(table, key, value)
}

// PutIndex implements syncing.Tx.
func (t *notedTx) PutIndex(index string, key, value []byte) error {
	if index == identity.IndexReads {
		t.rows = append(t.rows, notedRow{notedRead, t.Record(), string(key), bytes.Clone(value)})
	}
	return t.Tx.PutIndex(index, key, value)
}
