package bolt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Store is a syncing.Store on one bbolt file.
type Store struct {
	marks
	options Options
	life    [16]byte
	lock    *os.File
	data    *os.File // our own eyes on the data file, beside bbolt's
	db      *bbolt.DB
	sums    *sums  // the writer's
	window  window // the writer's
	torn    bool   // the older root was torn when the store was opened
	unread  bool   // the pages were not compared with their sums when it was opened

	gate    sync.RWMutex // held to enter the queue, and by Close to shut it
	closed  bool
	queue   chan *request
	stopped chan struct{}
	current []*request // the writer's: the group under way
	writer  atomic.Uint64
	broken  atomic.Pointer[error] // why nothing is written any more
	stuck   bool                  // the writer's: bbolt panicked within a commit
}

var _ syncing.Store = (*Store)(nil)

// Life names this life of the store: 16 random bytes that Init makes, and Restore anew. Sequences of two lives do not compare.
func (s *Store) Life() [16]byte { return s.life }

// Sequence is that of the latest commit.
func (s *Store) Sequence() (uint64, error) {
	var n uint64
	err := s.read(context.Background(), "bolt.Sequence", func(tx *bbolt.Tx) error {
		n = s.sequence(tx)
		return nil
	})
	return n, err
}

func (s *Store) sequence(tx *bbolt.Tx) uint64 { return s.base.Load() + uint64(tx.ID()) }

// durability clamps the marks: a view may be older than a mark that was set after it began.
func (s *Store) durability(sequence uint64) syncing.Durability {
	return syncing.Durability{Sequence: sequence, Taken: min(s.taken.Load(), sequence), Safe: min(s.safe.Load(), sequence)}
}

// read runs fn in a read transaction. Pages that cannot be read are a panic of fn's, not the end of the process.
func (s *Store) read(ctx context.Context, op string, fn func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(err, fault.Busy, op, textEnded)
	}
	tx, err := s.db.Begin(false)
	if err != nil {
		return beginFailed(op, err)
	}
	defer func() { _ = tx.Rollback() }()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return fn(tx)
}

// View implements syncing.Store.
func (s *Store) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	return s.read(ctx, "bolt.View", func(tx *bbolt.Tx) error {
		return fn(&view{tx: tx, store: s, record: record, buckets: make([]*bbolt.Bucket, tables)})
	})
}

// Lookup implements syncing.Store.
func (s *Store) Lookup(ctx context.Context, index string, key []byte) (e syncing.IndexEntry, ok bool, err error) {
	err = s.read(ctx, "bolt.Lookup", func(tx *bbolt.Tx) (err error) {
		e, ok, err = lookup(tx, index, key)
		return err
	})
	return e, ok, err
}

// Scan implements syncing.Store.
func (s *Store) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	return s.read(ctx, "bolt.Scan", func(tx *bbolt.Tx) error {
		b, err := bucket(tx, indexBucket(index))
		if b == nil || err != nil {
			return err
		}
		c := b.Cursor()
		key, value, err := seek(c, from)
		for ; limit > 0 && err == nil && key != nil && (to == nil || bytes.Compare(key, to) < 0); limit-- {
			e, err := entryOf(key, value)
			if err != nil {
				return err
			}
			if !fn(e) {
				return nil
			}
			if key, value, err = next(c); err != nil {
				return err
			}
		}
		return err
	})
}

// Close waits for what is in the queue, saves the sums and lets go of the files. Closing twice is no error.
func (s *Store) Close() error {
	s.gate.Lock()
	if s.closed {
		s.gate.Unlock()
		return nil
	}
	s.closed = true
	close(s.queue)
	s.gate.Unlock()
	<-s.stopped
	var err error
	if s.broken.Load() == nil { // else what the disk holds is unknown, and nothing more is said of it
		err = s.sums.saveForSure(s.window.read)
	}
	s.window.close()
	if !s.stuck { // else bbolt would wait for a transaction that never ends
		err = errors.Join(err, s.db.Close())
	}
	return fault.Wrap(errors.Join(err, s.sums.file.Close(), s.data.Close(), s.lock.Close()),
		fault.Internal, "bolt.Close", "The store could not be closed in order.")
}
