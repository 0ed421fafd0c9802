package server

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// VerifyReport is what Verify found.
type VerifyReport struct {
	Pages, Free      uint64   // of the data file: used part, and of it what holds nothing
	Records, Indexes int      // that were read whole
	Erased           int      // records that were erased: nobody can read them, and nothing else is asked of them
	Sequence         uint64   // of the latest commit
	LedgerLines      uint64   // of the key folder's ledger
	Heads            int      // signed ones of this store, that its log was compared with
	HeadLines        uint64   // of the log of heads: rows that were signed
	Unsigned         uint64   // rows that are under no head yet: those since the last one
	Problems         []string // each a sentence for an operator; empty: all is well
}

// Verify reads a whole stopped installation: every page against its sum, bbolt's structure, every value under its key and at its
// place, every journal's chain, and whether store and ledger have come as far as the witness saw. It changes nothing. Run it in
// a process of its own: a data file can be damaged in ways that end the process which reads it. An error says why nothing could
// be verified: a missing folder, wrong keys, a server that runs.
func Verify(ctx context.Context, c Config) (*VerifyReport, error) {
	if err := errors.Join(c.check(), c.onOneMachine("server.Verify")); err != nil {
		return nil, err
	}
	keys, err := seal.Open(c.Keys)
	if err != nil {
		return nil, err
	}
	defer keys.Close()
	out := &VerifyReport{}
	if err := out.checkKeys(keys); err != nil {
		return nil, err
	}
	signed, err := out.readSigned(c, keys)
	if err != nil {
		return nil, err
	}
	found, err := bolt.Verify(ctx, c.Data, bolt.Checks{
		Record: func(ctx context.Context, inner syncing.Store, record syncing.RecordID) error {
			store := seal.New(inner, keys)
			err := signed.record(ctx, out, store, record)
			return cmp.Or(out.checkRecord(ctx, store, record), err)
		},
		Index: func(ctx context.Context, inner syncing.Store, name string) error {
			if name == identity.IndexReads {
				return signed.reads(ctx, out, seal.New(inner, keys))
			}
			return seal.New(inner, keys).Scan(ctx, name, nil, nil, math.MaxInt, func(syncing.IndexEntry) bool { return true })
		},
	})
	if err != nil {
		return nil, err
	}
	out.Pages, out.Free, out.Records, out.Indexes, out.Sequence = found.Pages, found.Free, found.Records, found.Indexes, found.Sequence
	out.Problems = append(out.Problems, found.Problems...)
	if len(found.Problems) > 0 && found.Records == 0 {
		out.checkWitness(ctx, c, found) // the store could not be read so far: everything that was signed would seem to be gone
		return out, nil
	}
	return out, signed.rest(out, c, found, out.checkWitness(ctx, c, found))
}

func (r *VerifyReport) problem(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// checkRecord reads every row of a record, and compares what is kept twice.
func (r *VerifyReport) checkRecord(ctx context.Context, store *seal.Store, record syncing.RecordID) error {
	err := store.View(ctx, record, func(tx syncing.ReadTx) error {
		for _, table := range syncing.Tables {
			if err := tx.Scan(table, nil, nil, func(_, _ []byte) (bool, error) { return true, nil }); err != nil {
				return err
			}
		}
		return syncing.Check(tx)
	})
	if errors.Is(err, seal.ErrErased) {
		r.Erased++
		return nil
	}
	return err
}

func (r *VerifyReport) checkKeys(keys *seal.Keys) error {
	_, _, err := keys.Check()
	if fault.Is(err, fault.Corrupt) {
		r.problem("The record keys are damaged: %v.", err)
		return nil
	}
	return err
}

// checkWitness compares store and ledger with what the witness saw of them. It returns what the ledger says was erased.
func (r *VerifyReport) checkWitness(ctx context.Context, c Config, found bolt.Report) (erased []syncing.RecordID) {
	l, err := openLedger(c.Keys, c.nowMs, c.Fatal)
	if err != nil {
		r.problem("%s (%v)", fault.TextOf(err), err)
		return nil
	}
	defer l.close()
	mark, err := l.file.Mark(ctx)
	if err != nil {
		r.problem("%s (%v)", fault.TextOf(err), err)
		return nil
	}
	r.LedgerLines = mark.Lines
	if len(found.Problems) > 0 && found.Sequence == 0 {
		return l.erased() // the store could not be read so far
	}
	if err := testify(ctx, c.Keys, l, hex.EncodeToString(found.Life[:]), found.Sequence); err != nil {
		r.problem("%s", fault.TextOf(err))
	}
	return l.erased()
}
