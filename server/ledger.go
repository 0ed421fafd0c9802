package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"satchel/internal/fault"
	"satchel/internal/identity"
	ledgerfile "satchel/internal/ledger"
	"satchel/internal/postgres"
	syncing "satchel/sync"
)

const (
	ledgerName    = "ledger.jsonl"
	ledgerVersion = 1
)

// entry is one line of the ledger: what was ended, or which life of the store began. One of the pointers is set.
type entry struct {
	V          int                  `json:"v"`
	At         int64                `json:"at"` // ms since 1970 UTC
	Life       *life                `json:"life,omitempty"`
	Revocation *identity.Revocation `json:"revocation,omitempty"`
	Erased     *syncing.RecordID    `json:"erased,omitempty"`
}

// life is a beginning of the store: by init, or by a restore.
type life struct {
	ID    string `json:"id"` // bolt's name of it, in hex
	Epoch string `json:"epoch"`
	How   string `json:"how"`
}

// The ways in which a life begins.
const (
	bornByInit    = "init"
	bornByRestore = "restore"
	bornByMove    = "move"
)

// ledgerLines is where the lines of a ledger lie: a file of the key folder, or a table that all nodes share.
type ledgerLines interface {
	Append(ctx context.Context, said string) error
	Mark(ctx context.Context) (ledgerfile.Mark, error)
	// Reaches reports whether it holds what it held when the mark was made.
	Reaches(ctx context.Context, m ledgerfile.Mark) (bool, error)
	Close() error
}

// fileLines are those of one machine.
type fileLines struct{ *ledgerfile.Ledger }

func (l fileLines) Append(_ context.Context, said string) error { return l.Ledger.Append(said) }

func (l fileLines) Mark(context.Context) (ledgerfile.Mark, error) { return l.Ledger.Mark(), nil }

func (l fileLines) Reaches(_ context.Context, m ledgerfile.Mark) (bool, error) {
	return l.Ledger.Reaches(m), nil
}

// sharedLines are those in a database.
type sharedLines struct{ postgres.Ledger }

func (l sharedLines) Mark(ctx context.Context) (m ledgerfile.Mark, err error) {
	m.Lines, m.Sum, err = l.Ledger.Mark(ctx)
	return m, err
}

func (l sharedLines) Reaches(ctx context.Context, m ledgerfile.Mark) (bool, error) {
	return l.Ledger.Reaches(ctx, m.Lines, m.Sum)
}

func (l sharedLines) Close() error { return nil }

// ledger is what the lines of the second place say. It implements identity.Ledger.
type ledger struct {
	now   func() int64
	fatal func(error)
	file  ledgerLines

	mu      sync.Mutex
	entries []entry
}

// createLedger makes an empty one; it leaves one that is there as it is.
func createLedger(keys string) error {
	if err := ledgerfile.Init(filepath.Join(keys, ledgerName)); !fault.Is(err, fault.Conflict) {
		return err
	}
	return nil
}

// openLedger reads and checks the whole ledger. Faults: those of ledger.Open, and Corrupt for a line that we did not write.
func openLedger(keys string, now func() int64, fatal func(error)) (*ledger, error) {
	file, texts, err := ledgerfile.Open(filepath.Join(keys, ledgerName))
	if err != nil {
		return nil, err
	}
	l := &ledger{now: now, fatal: fatal, file: fileLines{file}}
	if err := l.take(texts); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// sharedLedger reads and checks the ledger that all nodes share.
func sharedLedger(ctx context.Context, store *postgres.Store, now func() int64) (*ledger, error) {
	texts, _, err := store.Ledger().Lines(ctx)
	if err != nil {
		return nil, err
	}
	l := &ledger{now: now, fatal: func(error) {}, file: sharedLines{store.Ledger()}} // a database says what it has
	return l, l.take(texts)
}

func (l *ledger) take(texts []string) error {
	for i, text := range texts {
		e, err := readEntry(text)
		if err != nil {
			return fault.Wrap(fmt.Errorf("entry %d: %w", i+1, err), fault.Corrupt, "server.openLedger",
				"The ledger holds a line that this program does not know. It says which accesses have ended, so nothing is served without it.")
		}
		l.entries = append(l.entries, e)
	}
	return nil
}

func readEntry(text string) (e entry, err error) {
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err = dec.Decode(&e); err == nil && e.V != ledgerVersion {
		err = fmt.Errorf("version %d", e.V)
	}
	return e, err
}

// add appends an entry and returns when it would survive a power cut. After a failed fsync nobody knows what the disk holds: the
// process ends.
func (l *ledger) add(ctx context.Context, e entry) error {
	e.V, e.At = ledgerVersion, l.now()
	return l.copy(ctx, e)
}

// copy appends an entry as it is.
func (l *ledger) copy(ctx context.Context, e entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := l.file.Append(ctx, ledgerfile.Escape(text)); err != nil {
		if fault.Is(err, fault.Internal) {
			l.fatal(fmt.Errorf("the ledger could not be made durable: %w", err))
		}
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	return nil
}

// Append implements identity.Ledger.
func (l *ledger) Append(ctx context.Context, r identity.Revocation) error {
	return l.add(ctx, entry{Revocation: &r})
}

// revocations are all of them, in the order in which they were written.
func (l *ledger) revocations() []identity.Revocation {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []identity.Revocation
	for _, e := range l.entries {
		if e.Revocation != nil {
			list = append(list, *e.Revocation)
		}
	}
	return list
}

// erased are the records that were made unreadable.
func (l *ledger) erased() []syncing.RecordID {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []syncing.RecordID
	for _, e := range l.entries {
		if e.Erased != nil {
			list = append(list, *e.Erased)
		}
	}
	return list
}

// present is the life that began last; nil if none did.
func (l *ledger) present() *life {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.entries) - 1; i >= 0; i-- {
		if l.entries[i].Life != nil {
			return l.entries[i].Life
		}
	}
	return nil
}

func (l *ledger) close() error { return l.file.Close() }

// syncFolder makes the names in a folder outlive a power cut.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
