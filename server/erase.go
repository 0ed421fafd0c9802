package server

import (
	"context"
	"errors"
	"strconv"

	"satchel/internal/fault"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// Erase makes a record unreadable for ever: here, in its index entries, and in every backup of the data folder that was ever
// taken. It is written into the ledger first, so that it is finished after a power cut, and done again if an older copy of the
// keys is put back. What the person's phones hold is not reached: they are told that their access has ended. Fault: NotFound, for
// a record that never was.
func (s *Server) Erase(ctx context.Context, record syncing.RecordID) error {
	if err := s.erasable(ctx, record); err != nil {
		return err
	}
	if err := s.ledger.add(ctx, entry{Erased: &record}); err != nil {
		return fault.Wrap(err, fault.Busy, "server.Erase", "The erasure could not be written into the ledger. Nothing was erased; do it again.")
	}
	slot, err := s.sealed.SlotOf(ctx, record)
	if err == nil {
		err = s.sealed.Erase(ctx, record)
	}
	if err != nil {
		return err
	}
	if s.shared != nil {
		if err := s.shared.TellNow(ctx, lineErased+" "+strconv.FormatUint(uint64(slot), 10)); err != nil {
			return fault.Wrap(err, fault.Busy, "server.Erase", "The record was erased, and other nodes that have it in memory could not be told. Do it again, or start them anew.")
		}
	}
	s.config.Log.Info("a record was erased", "record", record)
	s.committed(record)
	return nil
}

// erasable refuses whatever is not the record of a person: accounts and the installation itself lie in the same store.
func (s *Server) erasable(ctx context.Context, record syncing.RecordID) error {
	err := s.sealed.View(ctx, record, func(tx syncing.ReadTx) error {
		head, err := tx.Get(syncing.TableHead, nil)
		if err == nil && head == nil {
			err = fault.New(fault.NotFound, "server.Erase", "There is no such record.")
		}
		return err
	})
	if errors.Is(err, seal.ErrErased) {
		return nil // once more does no harm, and finishes what was begun
	}
	return err
}

// finishErasures does again what the ledger says was done: a power cut may have come between, or older keys been put back.
func (s *Server) finishErasures(ctx context.Context) error {
	for _, record := range s.ledger.erased() {
		err := s.sealed.View(ctx, record, func(syncing.ReadTx) error { return nil })
		if errors.Is(err, seal.ErrErased) {
			continue
		}
		if err == nil {
			err = s.sealed.Erase(ctx, record)
		}
		if err != nil && !fault.Is(err, fault.NotFound) { // a backup from before the record began has nothing of it
			return err
		}
	}
	return nil
}

// EraseRecord erases a record of an installation, by its running server if there is one.
func EraseRecord(ctx context.Context, c Config, record syncing.RecordID) error {
	if err := c.check(); err != nil {
		return err
	}
	if _, running, err := c.order(ctx, order{Erase: &record}); running {
		return err
	}
	s, err := Open(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(s.Erase(ctx, record), s.Close())
}
