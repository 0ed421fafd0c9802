package server

import (
	"context"
	"encoding/json"
	"errors"

	"satchel/internal/fault"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

const (
	// passNow is the latest pass that this version knows; a version whose rules write something that follows from old documents counts on.
	//  1: the clock of reminders, when somebody calls for an assessment, and since when an account is silent.
	//  2: what waits in a record for somebody to settle it.
	passNow = 2
	// passBatch is how many records are looked at before how far it has come is written down; a killed process looks at those of one batch again.
	passBatch = 64
	// passTurn is how many batches a turn takes, so that others get theirs.
	passTurn = 16
)

var passKey = []byte("pass")

// passRow is how far the store has been brought to what this version derives from its documents.
type passRow struct {
	V    int           `json:"v"`
	Done int           `json:"done"`           // the pass that has been through all records
	At   *syncing.UUID `json:"at,omitempty"`   // of the pass under way: the last record that was looked at
	Seen int           `json:"seen,omitempty"` // of it: how many records
}

// followPasses brings records from an older version to what rules of this one would have written when they were changed: each record is read
// once, in order, a few at a time, and a process that is killed goes on where it was. What it writes follows from what stands, so looking
// twice changes nothing. Once it is through it asks the store nothing more.
func (s *Server) followPasses(ctx context.Context) error {
	if s.passed.Load() {
		return nil
	}
	row, err := s.readPass(ctx)
	if err != nil {
		return err
	}
	for range passTurn {
		if row.Done >= passNow {
			s.passed.Store(true)
			return nil
		}
		if row, err = s.passOn(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// passOn looks at a batch of records and writes down how far it came.
func (s *Server) passOn(ctx context.Context, row passRow) (passRow, error) {
	from, limit := syncing.RecordID{}, passBatch
	if row.At != nil {
		from, limit = syncing.RecordID{UUID: *row.At}, passBatch+1
	}
	ids, err := s.rows.Records(ctx, from, limit)
	if err != nil {
		return row, err
	}
	whole := len(ids) < limit
	if row.At != nil && len(ids) > 0 && ids[0] == from {
		ids = ids[1:] // the last of the batch before
	}
	for _, record := range ids {
		if err := s.pass(ctx, record); err != nil {
			return row, err
		}
		row.Seen++
		row.At = &record.UUID
	}
	if whole {
		s.config.Log.Info("the records from before were looked at", "records", row.Seen)
		row = passRow{Done: passNow}
	}
	return row, s.putPass(ctx, row)
}

// pass looks at one record. One that was erased has nothing to look at, and one that cannot be read stands in nobody's way.
func (s *Server) pass(ctx context.Context, record syncing.RecordID) error {
	account, err := s.identity.BeginQuiet(ctx, record)
	if err == nil && !account {
		if err = s.begin(ctx, record); err == nil {
			_, err = s.engine.Relist(ctx, record)
		}
	}
	switch {
	case errors.Is(err, seal.ErrErased):
		return nil
	case fault.Is(err, fault.Corrupt):
		s.config.Log.Error("a record could not be brought to what this version derives: it cannot be read", "record", record)
		return nil
	}
	return err
}

func (s *Server) begin(ctx context.Context, record syncing.RecordID) error {
	return s.engine.Follow(ctx, record, func(r syncing.Reader, now int64) ([]syncing.Patch, error) {
		return s.clock.Begin(record, r, now)
	})
}

func (s *Server) readPass(ctx context.Context) (row passRow, err error) {
	err = s.store.View(ctx, installation(), func(tx syncing.ReadTx) error {
		text, err := tx.Get(syncing.TableIdentity, passKey)
		if err != nil || text == nil {
			return err
		}
		return json.Unmarshal(text, &row)
	})
	return row, err
}

func (s *Server) putPass(ctx context.Context, row passRow) error {
	row.V = 1
	text, err := json.Marshal(row)
	if err != nil {
		return err
	}
	return s.store.Update(ctx, installation(), func(tx syncing.Tx) error { return tx.Put(syncing.TableIdentity, passKey, text) })
}
