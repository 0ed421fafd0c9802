package sim

import (
	"context"
	"errors"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// ErrPower is what a transaction comes to when the machine stops in it.
var ErrPower = errors.New("the machine stops")

// Machine is a store whose machine may stop before or after a commit, and whose disk may be full.
type Machine struct {
	syncing.Store
	Full   bool
	Before int // which commit from now on does not happen, with the machine; 0: none
	After  int // after which commit from now on the machine stops; 0: none
	Off    bool
}

// Replug lets the machine run again.
func (m *Machine) Replug() { m.Before, m.After, m.Off = 0, 0, false }

func (m *Machine) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	if m.Off {
		return ErrPower
	}
	if m.Full {
		return m.tryFull(ctx, record, fn)
	}
	err := m.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if m.Before > 0 {
			if m.Before--; m.Before == 0 {
				m.Off = true
				return ErrPower
			}
		}
		return nil
	})
	if err == nil && m.After > 0 {
		if m.After--; m.After == 0 {
			m.Off = true
			return ErrPower
		}
	}
	return err
}

// tryFull runs the transaction and takes all of it back, as a disk does that has no room for its last page.
func (m *Machine) tryFull(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return m.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return fault.New(fault.Full, "sim.Machine", "The disk is full.")
	})
}

func (m *Machine) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	if m.Off {
		return ErrPower
	}
	return m.Store.View(ctx, record, fn)
}

func (m *Machine) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	if m.Off {
		return ErrPower
	}
	return m.Store.Scan(ctx, index, from, to, limit, fn)
}

func (m *Machine) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	if m.Off {
		return syncing.IndexEntry{}, false, ErrPower
	}
	return m.Store.Lookup(ctx, index, key)
}
