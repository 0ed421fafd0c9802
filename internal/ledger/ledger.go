package ledger

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"satchel/internal/fault"
	"satchel/internal/flock"
)

// pendingMax is how many entries wait for the disk at most. One more is answered Busy.
const pendingMax = 4096

const busyRetry = time.Second

// Ledger appends to the file. It is safe for concurrent use.
type Ledger struct {
	file *os.File

	mu      sync.Mutex
	sums    []string // after the header, and after each line that is on disk
	pending *batch
	writing bool
	broken  error
	closed  bool
	idle    *sync.Cond // of mu: writing has become false
}

// batch is what goes to the disk together.
type batch struct {
	entries []string
	done    chan struct{}
	err     error
}

// Init makes an empty ledger; one that is there already is refused with Conflict.
func Init(path string) error {
	const op = "ledger.Init"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fault.Wrap(err, fault.Internal, op, "The folder of the ledger cannot be made.")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fault.Wrap(err, fault.Conflict, op, "There is a ledger in this folder already. It was left as it is.")
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, "The ledger cannot be made.")
	}
	_, err = f.WriteString(header + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	return fault.Wrap(err, fault.Internal, op, "The ledger cannot be written.")
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open opens a ledger for appending and returns what it holds. The faults are those of Read, and Conflict if another process has
// it open. A torn last line is cut off.
func Open(path string) (*Ledger, []string, error) {
	const op = "ledger.Open"
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, fault.Wrap(err, fault.Forbidden, op, "The ledger cannot be written by this user.")
	}
	if err == nil {
		if err := flock.Take(f, flock.Moment); err != nil {
			return nil, nil, errors.Join(fault.Wrap(err, fault.Conflict, op, "Another process has the ledger open. Stop it first."), f.Close())
		}
	}
	entries, sums, whole, err := load(path)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	l := &Ledger{file: f, sums: sums}
	l.idle = sync.NewCond(&l.mu)
	if err := l.mend(whole); err != nil {
		return nil, nil, errors.Join(fault.Wrap(err, fault.Internal, op, "The ledger cannot be written."), f.Close())
	}
	return l, entries, nil
}

// mend cuts a torn line off, and gives a whole one that lacks only its line feed what it lacks.
func (l *Ledger) mend(whole int64) error {
	if err := l.file.Truncate(whole); err != nil {
		return err
	}
	last := make([]byte, 1)
	if _, err := l.file.ReadAt(last, whole-1); err != nil {
		return err
	}
	if last[0] != '\n' {
		if _, err := l.file.WriteAt([]byte("\n"), whole); err != nil {
			return err
		}
		whole++
	}
	if _, err := l.file.Seek(whole, 0); err != nil {
		return err
	}
	return l.file.Sync()
}

// Append adds entries; they are on disk, together, when it returns nil. Callers that come at the same time share one fsync. After
// a write that may not have reached the disk every call fails, until the ledger is opened anew.
//
// An entry is one line of text; what it says is its writer's. JSON goes through Escape.
func (l *Ledger) Append(entries ...string) error {
	const op = "ledger.Append"
	for _, e := range entries {
		if err := checkEntry(e); err != nil {
			return err
		}
	}
	b, err := l.join(entries)
	if err != nil {
		return err
	}
	<-b.done
	return fault.Wrap(b.err, fault.Internal, op, "Something went wrong on our side. Please try again.")
}

// join adds entries to the batch that is written next, and sees to it that somebody writes it.
func (l *Ledger) join(entries []string) (*batch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, fault.Later(fault.Busy, "ledger.Append", "The server is stopping. Please try again in a moment.", busyRetry)
	case l.broken != nil:
		return nil, fault.Wrap(l.broken, fault.Internal, "ledger.Append", "Something went wrong on our side. Please try again.")
	}
	if l.pending == nil {
		l.pending = &batch{done: make(chan struct{})}
	}
	if len(l.pending.entries)+len(entries) > pendingMax {
		return nil, fault.Later(fault.Busy, "ledger.Append", "The server is busy. Please try again in a moment.", busyRetry)
	}
	l.pending.entries = append(l.pending.entries, entries...)
	b := l.pending
	if !l.writing {
		l.writing = true
		go l.write()
	}
	return b, nil
}

// write writes batches until none is left.
func (l *Ledger) write() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.pending != nil {
		b := l.pending
		l.pending = nil
		if b.err = l.broken; b.err == nil {
			from := l.sums[len(l.sums)-1]
			l.mu.Unlock()
			sums, err := l.put(from, b.entries)
			l.mu.Lock()
			if b.err, l.broken = err, err; err == nil {
				l.sums = append(l.sums, sums...)
			}
		}
		close(b.done)
	}
	l.writing = false
	l.idle.Broadcast()
}

// put writes one batch and syncs it. Only write calls it, one at a time.
func (l *Ledger) put(sum string, entries []string) (sums []string, err error) {
	var text strings.Builder
	for _, e := range entries {
		var one string
		one, sum = line(sum, e)
		text.WriteString(one)
		sums = append(sums, sum)
	}
	if _, err := l.file.WriteString(text.String()); err != nil {
		return nil, err
	}
	return sums, l.file.Sync()
}

// Mark is how far a ledger had come.
type Mark struct {
	Lines uint64 // entries
	Sum   string // of the last one
}

// Mark says how far the ledger has come.
func (l *Ledger) Mark() Mark {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.sums) - 1
	return Mark{uint64(last), l.sums[last]}
}

// Reaches reports whether the ledger holds what it held when the mark was made. An older copy does not.
func (l *Ledger) Reaches(m Mark) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return m.Lines < uint64(len(l.sums)) && l.sums[m.Lines] == m.Sum
}

// Close waits for what is under way.
func (l *Ledger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	for l.writing {
		l.idle.Wait()
	}
	return l.file.Close()
}
