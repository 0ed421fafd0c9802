package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"satchel/internal/fault"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

const (
	ledgerName    = "ledger.jsonl"
	ledgerVersion = 1
	// ledgerLineMax is the longest line that is read; ours are far shorter.
	ledgerLineMax = 64 << 10
)

// entry is one line of the ledger: what was ended, or which life of the store began. One of the pointers is set.
type entry struct {
	V          int                  `json:"v"`
	N          uint64               `json:"n"`    // 1, 2, 3 ...
	Prev       string               `json:"prev"` // SHA-256 of the line before, in hex
	At         int64                `json:"at"`   // ms since 1970 UTC
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
)

// ledger is the second place of what was ended: an append-only file beside the keys. It implements identity.Ledger.
type ledger struct {
	now   func() int64
	fatal func(error)

	mu      sync.Mutex
	file    *os.File
	size    int64
	n       uint64
	last    string // SHA-256 of the last line, in hex
	entries []entry
}

// createLedger makes an empty one; it leaves one that is there as it is.
func createLedger(keys string) error {
	f, err := os.OpenFile(filepath.Join(keys, ledgerName), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "server.createLedger", "The ledger cannot be made in the key folder.")
	}
	return errors.Join(f.Sync(), f.Close(), syncFolder(keys))
}

// openLedger reads and checks the whole ledger. A last line without its end was cut by a power cut and never answered: it is
// taken away. Anything else that does not chain is Corrupt.
func openLedger(keys string, now func() int64, fatal func(error)) (*ledger, error) {
	const op = "server.openLedger"
	f, err := os.OpenFile(filepath.Join(keys, ledgerName), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(err, fault.NotFound, op,
			"There is no ledger in the key folder. If this is a new installation, make one with init; if not, the key folder is the wrong one.")
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, op, "The ledger in the key folder cannot be written by this user.")
	}
	l := &ledger{now: now, fatal: fatal, file: f}
	if err := l.read(); err != nil {
		return nil, errors.Join(fault.Wrap(err, fault.Corrupt, op,
			"The ledger in the key folder is damaged. It says which accesses have ended, so nothing is served without it. Put back a copy of the key folder."), f.Close())
	}
	return l, nil
}

func (l *ledger) read() error {
	lines := bufio.NewReaderSize(l.file, ledgerLineMax)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil && len(line) < ledgerLineMax {
			break // the end, or a line that was cut: what was answered ends before it
		}
		if err != nil {
			return err
		}
		if err := l.take(line); err != nil {
			return err
		}
	}
	if err := l.file.Truncate(l.size); err != nil {
		return err
	}
	_, err := l.file.Seek(l.size, 0)
	return err
}

func (l *ledger) take(line []byte) error {
	var e entry
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return fmt.Errorf("line %d: %w", l.n+1, err)
	}
	if e.V != ledgerVersion || e.N != l.n+1 || e.Prev != l.last {
		return fmt.Errorf("line %d does not follow the one before it", l.n+1)
	}
	l.n, l.last, l.size = e.N, hashLine(line), l.size+int64(len(line))
	l.entries = append(l.entries, e)
	return nil
}

func hashLine(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// add appends an entry and returns when it would survive a power cut. After a failed fsync nobody knows what the disk holds: the
// process ends.
func (l *ledger) add(e entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.V, e.N, e.Prev, e.At = ledgerVersion, l.n+1, l.last, l.now()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if _, err := l.file.WriteAt(line, l.size); err != nil {
		return errors.Join(err, l.file.Truncate(l.size))
	}
	if err := l.file.Sync(); err != nil {
		l.fatal(fmt.Errorf("the ledger could not be made durable: %w", err))
		return err
	}
	l.n, l.last, l.size = e.N, hashLine(line), l.size+int64(len(line))
	l.entries = append(l.entries, e)
	return nil
}

// Append implements identity.Ledger.
func (l *ledger) Append(_ context.Context, r identity.Revocation) error {
	return l.add(entry{Revocation: &r})
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

// mark is how far the ledger has come.
func (l *ledger) mark() (n uint64, last string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n, l.last
}

// reaches reports whether the ledger holds a line of this number and hash.
func (l *ledger) reaches(n uint64, hash string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case n == 0:
		return true
	case n > l.n:
		return false
	case n == l.n:
		return l.last == hash
	}
	return l.entries[n].Prev == hash
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
