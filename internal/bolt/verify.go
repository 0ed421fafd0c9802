package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// walkTime is how long opening one record or index may take while a store is verified.
const walkTime = time.Hour

// Checks are what Verify asks of a room that holds the keys: to read everything of a record, or of an index. They may be nil.
type Checks struct {
	Record func(ctx context.Context, store syncing.Store, id syncing.RecordID) error
	Index  func(ctx context.Context, store syncing.Store, name string) error
}

// Report is what Verify found.
type Report struct {
	Life     [16]byte
	Sequence uint64
	Pages    uint64 // of the used part of the file
	Free     uint64 // of these, pages that hold nothing
	Records  int
	Indexes  int
	Problems []string // each a sentence for an operator, free of patient data; empty: all is well
}

func (r *Report) problem(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// Verify reads a whole data folder that no process has open: every page in use against its sum, bbolt's own structure, and
// through checks every value. It changes nothing. Damage is in the report; an error says why there is none. Run it in a process
// of its own: a file that is damaged in a way that nobody foresaw may end the process.
func Verify(ctx context.Context, dir string, checks Checks) (Report, error) {
	lock, err := lockFolder(dir)
	if err != nil {
		return Report{}, err
	}
	defer lock.Close()
	r := &Report{}
	whole, err := r.pages(dir)
	if err == nil && whole {
		err = r.content(ctx, filepath.Join(dir, dataName), checks)
	}
	return *r, err
}

// pages compares pages with sums; false if what is in them cannot be trusted.
func (r *Report) pages(dir string) (whole bool, err error) {
	data, err := openReadOnly(filepath.Join(dir, dataName))
	if err != nil {
		return false, err
	}
	defer data.Close()
	f, err := examine(data)
	if err != nil {
		r.problem("The data file is damaged: %v.", err)
		return false, nil
	}
	r.Pages, r.Free = f.at.pages, uint64(len(f.free))
	sumsFile, err := openReadOnly(filepath.Join(dir, sumsName))
	if fault.Is(err, fault.NotFound) {
		r.problem("The file of page sums is missing.")
		return false, nil
	} else if err != nil {
		return false, err
	}
	defer sumsFile.Close()
	s, err := loadSums(sumsFile)
	if err != nil {
		r.problem("The file of page sums is damaged: %v.", err)
		return false, nil
	}
	r.Life = s.life
	for id, good := range f.whole {
		if !good && s.saved != f.at.txid { // else its sum says so
			r.problem("The data file is damaged: page %d: this root is torn. Starting the store once mends it.", id)
		}
	}
	if err := s.catchUp(f, false, func(d damage) { r.problem("The data file is damaged: %v.", d) }); err != nil {
		r.problem("The data file is damaged: %v.", err)
	}
	return len(r.Problems) == 0, nil
}

func openReadOnly(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, missing(err)
	}
	if err != nil {
		return nil, notOurs(err)
	}
	return f, nil
}

// content asks bbolt whether its structure is sound, and the checks whether every value opens.
func (r *Report) content(ctx context.Context, path string, checks Checks) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer caught("bolt.Verify", &err)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true, Timeout: lockWait})
	if err != nil {
		r.problem("bbolt cannot open the data file: %v.", err)
		return nil
	}
	defer db.Close()
	s := &Store{db: db, closed: true, life: r.Life}
	s.sums = &sums{life: r.Life}
	if err := s.admit(); fault.Is(err, fault.Corrupt) {
		r.problem("The data file is damaged: %v.", err)
		return nil
	} else if err != nil {
		return err
	}
	if err := db.View(func(tx *bbolt.Tx) error {
		r.Sequence = s.sequence(tx)
		for err := range tx.Check() {
			r.problem("The structure of the data file is damaged: %v.", err)
		}
		return nil
	}); err != nil {
		return err
	}
	return errors.Join(r.records(ctx, s, checks), r.indexes(ctx, s, checks))
}

// listBatch is how many records are listed at a time.
const listBatch = 1000

func (r *Report) records(ctx context.Context, s *Store, checks Checks) error {
	for from := (syncing.RecordID{}); ; {
		ids, err := s.Records(ctx, from, listBatch)
		if err != nil {
			return err
		}
		for _, id := range ids {
			r.Records++
			if checks.Record == nil {
				continue
			}
			if err := within(ctx, func(ctx context.Context) error { return checks.Record(ctx, s, id) }); err != nil {
				r.problem("Record %s cannot be read: %v.", id, err)
			}
		}
		if len(ids) < listBatch {
			return ctx.Err()
		}
		next := after(ids[len(ids)-1].UUID[:])
		if next == nil {
			return ctx.Err()
		}
		from.UUID = syncing.UUID(next)
	}
}

func (r *Report) indexes(ctx context.Context, s *Store, checks Checks) error {
	names, err := s.Indexes(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		r.Indexes++
		if checks.Index == nil {
			continue
		}
		if err := within(ctx, func(ctx context.Context) error { return checks.Index(ctx, s, name) }); err != nil {
			r.problem("Index %s cannot be read: %v.", name, err)
		}
	}
	return nil
}

func within(ctx context.Context, fn func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, walkTime)
	defer cancel()
	return fn(ctx)
}
