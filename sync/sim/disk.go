package sim

import (
	"context"
	"errors"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// errPower is what a transaction comes to when the machine stops in it.
var errPower = errors.New("the machine stops")

// shaky is a store whose machine may stop before or after a commit, and whose disk may be full.
type shaky struct {
	syncing.Store
	full   bool
	before int // which commit from now on does not happen, with the machine; 0: none
	after  int // after which commit from now on the machine stops; 0: none
	off    bool
}

// replug lets the machine run again.
func (s *shaky) replug() { s.before, s.after, s.off = 0, 0, false }

func (s *shaky) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	if s.off {
		return errPower
	}
	if s.full {
		return s.tryFull(ctx, record, fn)
	}
	err := s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if s.before > 0 {
			if s.before--; s.before == 0 {
				s.off = true
				return errPower
			}
		}
		return nil
	})
	if err == nil && s.after > 0 {
		if s.after--; s.after == 0 {
			s.off = true
			return errPower
		}
	}
	return err
}

// tryFull runs the transaction and takes all of it back, as a disk does that has no room for its last page.
func (s *shaky) tryFull(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return fault.New(fault.Full, "sim.shaky", "The disk is full.")
	})
}

func (s *shaky) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	if s.off {
		return errPower
	}
	return s.Store.View(ctx, record, fn)
}

func (s *shaky) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	if s.off {
		return errPower
	}
	return s.Store.Scan(ctx, index, from, to, limit, fn)
}

func (s *shaky) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	if s.off {
		return syncing.IndexEntry{}, false, errPower
	}
	return s.Store.Lookup(ctx, index, key)
}
