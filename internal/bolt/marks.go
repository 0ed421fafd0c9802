package bolt

import (
	"context"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// marks are the numbers that Durability answers with, kept in memory so that a view reads no row for them.
type marks struct {
	base, taken, safe atomic.Uint64
}

// MarkTaken notes that a backup was begun which holds every commit up to sequence. Marks never go back.
func (s *Store) MarkTaken(ctx context.Context, sequence uint64) error {
	return s.mark(ctx, sequence, s.safe.Load())
}

// MarkSafe notes that every commit up to sequence survives the loss of this machine: a backup that holds it was read back.
func (s *Store) MarkSafe(ctx context.Context, sequence uint64) error {
	return s.mark(ctx, sequence, sequence)
}

func (s *Store) mark(ctx context.Context, taken, safe uint64) error {
	err := s.submit(ctx, &request{raw: func(tx *bbolt.Tx) error {
		m := tx.Bucket(metaBucket)
		taken, safe = max(taken, uint64Of(m.Get(takenRow))), max(safe, uint64Of(m.Get(safeRow)))
		if err := m.Put(takenRow, bytesOf(taken)); err != nil {
			return err
		}
		return m.Put(safeRow, bytesOf(safe))
	}})
	if err != nil {
		return err
	}
	raise(&s.taken, taken)
	raise(&s.safe, safe)
	return nil
}

// raise sets n to at least to.
func raise(n *atomic.Uint64, to uint64) {
	for old := n.Load(); old < to && !n.CompareAndSwap(old, to); old = n.Load() {
	}
}
