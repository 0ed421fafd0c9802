package bolt

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

const (
	// queueMax is how many updates wait at most. One more is answered Busy.
	queueMax = 1024
	// groupMax is how many updates share one commit at most.
	groupMax = 256
	// nestedAfter is how long a request waits before it looks whether it waits for itself.
	nestedAfter = time.Second
)

// request is one caller's place in the queue: exactly one of the functions is set.
type request struct {
	record  syncing.RecordID
	fn      func(syncing.Tx) error
	raw     func(*bbolt.Tx) error // of this room: marks
	between func() error          // runs while no write transaction is open
	needed  bool                  // is taken in also when little room is left

	begun    atomic.Bool // claimed by the writer to be run, or by the caller to be given up
	done     chan error
	panicked any // what fn panicked with
	panics   bool
}

var errGone = errors.New("the function ended its goroutine")

// Update implements syncing.Store.
func (s *Store) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return s.submit(ctx, &request{record: record, fn: fn, needed: syncing.IsNeeded(ctx)})
}

// submit waits for a request to be done. One that has begun is waited for to its end, which is a commit away: its function may
// still touch what belongs to the caller.
func (s *Store) submit(ctx context.Context, r *request) error {
	const op = "bolt.Update"
	if err := ctx.Err(); err != nil {
		return fault.Wrap(err, fault.Busy, op, textEnded)
	}
	r.done = make(chan error, 1)
	if err := s.enqueue(r); err != nil {
		return err
	}
	late := time.NewTimer(nestedAfter)
	defer late.Stop()
	select {
	case err := <-r.done:
		return r.result(err)
	case <-late.C:
		return s.awaitLate(ctx, r)
	case <-ctx.Done():
		return s.giveUp(ctx, r)
	}
}

// awaitLate looks at what was too dear to look at each time: a request from inside a function would wait for itself for ever.
func (s *Store) awaitLate(ctx context.Context, r *request) error {
	if goroutine() == s.writer.Load() && r.begun.CompareAndSwap(false, true) {
		return fault.New(fault.Internal, "bolt.Update", "A transaction was begun inside another one.")
	}
	select {
	case err := <-r.done:
		return r.result(err)
	case <-ctx.Done():
		return s.giveUp(ctx, r)
	}
}

// giveUp leaves the queue if the writer has not come that far.
func (s *Store) giveUp(ctx context.Context, r *request) error {
	if r.begun.CompareAndSwap(false, true) {
		return fault.Wrap(ctx.Err(), fault.Busy, "bolt.Update", textEnded)
	}
	return r.result(<-r.done)
}

// result panics again, where the caller can see it.
func (r *request) result(err error) error {
	if r.panics {
		panic(r.panicked)
	}
	return err
}

func (s *Store) enqueue(r *request) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return busy("bolt.Update", textClosed)
	}
	select {
	case s.queue <- r:
		return nil
	default:
		return busy("bolt.Update", textBusy)
	}
}

// run is the writer: it takes whatever waits and commits it together, without waiting for more.
func (s *Store) run() {
	s.writer.Store(goroutine())
	defer s.ended()
	debug.SetPanicOnFault(true)
	for first := range s.queue {
		group := append(s.current[:0], first)
		for len(group) < groupMax {
			select {
			case r, open := <-s.queue:
				if !open {
					break
				}
				group = append(group, r)
				continue
			default:
			}
			break
		}
		s.current = group
		s.commitGroup()
	}
}

// ended is reached when the queue is shut, or when a function has ended the writer's goroutine (as a failing test does): then
// another takes over.
func (s *Store) ended() {
	if len(s.current) == 0 {
		close(s.stopped)
		return
	}
	for _, r := range s.current {
		r.begun.Store(true)
		r.done <- fault.Wrap(errGone, fault.Internal, "bolt.Update", textOurs)
	}
	s.current = nil
	go s.run()
}

// commitGroup runs the group's functions in one transaction, each with its own result, and commits what the good ones wrote.
func (s *Store) commitGroup() {
	results := make([]error, len(s.current))
	group := s.current[:0]
	for _, r := range s.current {
		if r.begun.CompareAndSwap(false, true) {
			group = append(group, r)
		}
	}
	s.current = group
	scarce := s.scarce()
	err := s.commit(func(tx *bbolt.Tx) (writes int) {
		for i, r := range group {
			if scarce && r.fn != nil && !r.needed {
				results[i] = full("bolt.Update", errScarce)
				continue
			}
			n := 0
			n, results[i] = s.runOne(tx, r)
			writes += n
		}
		return writes
	})
	for i, r := range group {
		switch {
		case r.between != nil:
			results[i] = r.between()
		case err != nil: // also for those who failed by what a neighbour wrote and did not keep
			results[i] = err
		}
	}
	for i, r := range group {
		r.done <- results[i]
	}
	clear(group)
	s.current = group[:0]
}

// runOne runs one function; what it wrote is undone if it fails.
func (s *Store) runOne(tx *bbolt.Tx, r *request) (writes int, err error) {
	if r.raw != nil {
		if err := r.raw(tx); err != nil {
			return 0, err
		}
		return 1, nil
	}
	if r.between != nil {
		return 0, nil
	}
	t := &update{view: view{tx: tx, store: s, record: r.record, buckets: make([]*bbolt.Bucket, tables)}}
	good := false
	defer func() {
		if good {
			return
		}
		if p := recover(); p != nil {
			r.panicked, r.panics = p, true
			writes, err = 0, t.rollback()
		}
	}()
	err = r.fn(t)
	good = true
	if err != nil {
		return 0, errors.Join(err, t.rollback())
	}
	return len(t.undo), nil
}

// commit runs fn in bbolt's one write transaction and makes it durable, if fn says that it wrote.
func (s *Store) commit(fn func(*bbolt.Tx) (writes int)) (err error) {
	const op = "bolt.Update"
	if broken := s.broken.Load(); broken != nil {
		return fault.Wrap(*broken, fault.Internal, op, textOurs)
	}
	if err := s.roomForRow(); err != nil {
		return err
	}
	tx, err := s.db.Begin(true)
	if err != nil {
		return beginFailed(op, err)
	}
	committing := false
	defer func() {
		if !committing { // fn wrote nothing, failed, or ended this goroutine
			_ = tx.Rollback()
		}
	}()
	if fn(tx) == 0 {
		return nil
	}
	if broken := s.broken.Load(); broken != nil {
		return fault.Wrap(*broken, fault.Internal, op, textOurs)
	}
	if err := s.putRow(tx); err != nil {
		return err
	}
	committing = true
	return s.makeDurable(tx)
}

// commitRaw is commit for this room's own writes, outside the queue.
func (s *Store) commitRaw(fn func(*bbolt.Tx) error) error {
	var failed error
	err := s.commit(func(tx *bbolt.Tx) int {
		if failed = fn(tx); failed != nil {
			return 0
		}
		return 1
	})
	return fault.Wrap(errors.Join(err, failed), fault.CodeOf(errors.Join(err, failed)), "bolt.Open", textOurs)
}

// roomForRow refuses updates when satchel.sums could not be written for so long that the rows of sumsBucket would be overwritten.
func (s *Store) roomForRow() error {
	if s.sums.at.txid+1-s.sums.saved >= saveEvery {
		if err := s.sums.save(s.window.read); err != nil && !outOfSpace(err) {
			return s.fatal(err)
		} else if err != nil && s.sums.at.txid+2-s.sums.synced >= ringRows {
			return full("bolt.Update", err)
		}
	}
	return nil
}

// putRow keeps the sums of the commit before in this one.
func (s *Store) putRow(tx *bbolt.Tx) error {
	if s.sums.last.txid != s.sums.at.txid {
		return nil // just opened: what came before was saved
	}
	key, value := s.sums.row()
	return fault.Wrap(tx.Bucket(sumsBucket).Put(key, value), fault.Internal, "bolt.Update", textOurs)
}

// makeDurable commits, and notes the sums of what was written. An error that is not for want of room means that nobody knows
// what the disk holds: it is never answered with a second try.
func (s *Store) makeDurable(tx *bbolt.Tx) (err error) {
	if err := commitCaught(tx); err != nil {
		s.stuck = fault.Is(err, fault.Corrupt)
		if outOfSpace(err) {
			return full("bolt.Update", err)
		}
		return s.fatal(err)
	}
	if err := s.sums.advance(s.window.read); err != nil {
		return s.fatal(err)
	}
	return nil
}

func commitCaught(tx *bbolt.Tx) (err error) {
	defer caught("bolt.Update", &err)
	return tx.Commit()
}

// fatal ends all writing, and by the hook the process.
func (s *Store) fatal(cause error) error {
	s.broken.Store(&cause)
	s.options.Fatal(cause)
	return fault.Wrap(cause, fault.Internal, "bolt.Update", textOurs)
}
