package server

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// RestoreReport says what was put back.
type RestoreReport struct {
	Sequence    uint64 // every commit of the old store up to this one is here
	Epoch       string // of the new life; phones that see it send again what they kept
	Records     int
	Revocations int // ended accesses that were ended again
	Erased      int // erased records that stay erased
}

// restoring is what a data folder is called until it is whole.
const restoring = ".restoring"

// Restore makes the data folder anew out of an encrypted backup and the operator's age key file. The key folder must be the newest
// there is: its ledger is read before anything is opened to anybody, so that an ended access stays ended. Everything is made
// beside its place and moved in at the end. A data folder that holds a store is refused with Conflict.
func Restore(ctx context.Context, c Config, backup io.Reader, keyFile []byte) (*RestoreReport, error) {
	if err := errors.Join(c.check(), c.onOneMachine("server.Restore")); err != nil {
		return nil, err
	}
	if err := vacant(c.Data); err != nil {
		return nil, fault.Wrap(err, fault.CodeOf(err), "server.Restore", "There is a store in the data folder. Move it away first, and keep it: it may hold what the backup lacks.")
	}
	plain, err := decrypted(backup, keyFile)
	if err != nil {
		return nil, err
	}
	fresh := strings.TrimSuffix(filepath.Clean(c.Data), string(filepath.Separator)) + restoring
	if err := os.RemoveAll(fresh); err != nil { // of a restore that did not end
		return nil, fault.Wrap(err, fault.Forbidden, "server.Restore", "What an earlier restore left behind cannot be removed.")
	}
	taken, err := bolt.Restore(fresh, plain)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(fresh))
	}
	beside := c
	beside.Data = fresh
	report, life, err := beside.revive(ctx)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(fresh))
	}
	report.Sequence = taken.Sequence
	return report, c.moveRestored(ctx, fresh, *life)
}

// revive checks a restored store whole, ends in it what the ledger says was ended, and gives it a new epoch.
func (c Config) revive(ctx context.Context) (report *RestoreReport, born *life, err error) {
	keys, err := seal.Open(c.Keys)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	report = &RestoreReport{}
	if report.Records, err = c.checkRestored(ctx, keys); err != nil {
		return nil, nil, err
	}
	l, err := openLedger(c.Keys, c.nowMs, c.Fatal)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	inner, err := bolt.Open(c.Data, c.bolt())
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, inner.Close()) }()
	s := &Server{config: c, ground: &ground{rows: inner, file: inner, keys: keys, ledger: l}, sealed: seal.New(inner, keys)}
	if err := s.endAgain(ctx, report); err != nil {
		return nil, nil, err
	}
	if report.Epoch, err = newEpoch(c.Rand); err != nil {
		return nil, nil, err
	}
	return report, &life{ID: s.life(), Epoch: report.Epoch, How: bornByRestore}, putEpoch(ctx, s.sealed, report.Epoch)
}

// checkRestored reads everything that the backup brought.
func (c Config) checkRestored(ctx context.Context, keys *seal.Keys) (records int, err error) {
	out := &VerifyReport{}
	found, err := bolt.Verify(ctx, c.Data, bolt.Checks{Record: func(ctx context.Context, inner syncing.Store, record syncing.RecordID) error {
		return out.checkRecord(ctx, seal.New(inner, keys), record)
	}})
	if err == nil && len(found.Problems) > 0 {
		err = fault.Wrap(errors.New(found.Problems[0]), fault.Corrupt, "server.Restore",
			"The backup does not open with this key folder, or is damaged. Nothing was put in place. Take the newest copy of the key folder that belongs to it, or another backup.")
	}
	return found.Records, err
}

// endAgain ends in the restored store what had been ended since the backup.
func (s *Server) endAgain(ctx context.Context, report *RestoreReport) error {
	if err := s.finishErasures(ctx); err != nil {
		return err
	}
	who, err := identity.New(ctx, s.identityOn(s.sealed))
	if err != nil {
		return err
	}
	ended := s.ledger.revocations()
	report.Revocations, report.Erased = len(ended), len(s.ledger.erased())
	return who.ApplyRevocations(ctx, s.withoutErased(ctx, ended))
}

// withoutErased leaves out what was ended in records that are erased: there is nothing left to end.
func (s *Server) withoutErased(ctx context.Context, list []identity.Revocation) []identity.Revocation {
	var rest []identity.Revocation
	for _, r := range list {
		if !r.Record.IsZero() {
			if err := s.sealed.View(ctx, r.Record, func(syncing.ReadTx) error { return nil }); errors.Is(err, seal.ErrErased) {
				continue
			}
		}
		rest = append(rest, r)
	}
	return rest
}

// moveRestored writes down that the new life began, and lets it begin.
func (c Config) moveRestored(ctx context.Context, fresh string, born life) error {
	const op, text = "server.Restore", "The restored data folder could not be moved into its place. Run restore again."
	l, err := openLedger(c.Keys, c.nowMs, c.Fatal)
	if err != nil {
		return err
	}
	err = l.add(ctx, entry{Life: &born})
	mark, unread := l.file.Mark(ctx)
	if err := errors.Join(err, unread, l.close()); err != nil {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	w := witness{Life: born.ID, Lines: mark.Lines, Last: mark.Sum}
	if err := w.write(c.Keys); err != nil {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	if err := os.Remove(filepath.Join(c.Data, "satchel.lock")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	_ = os.Remove(filepath.Join(c.Data, controlName)) // of a server that did not stop cleanly
	if err := os.Rename(fresh, c.Data); err != nil {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	return fault.Wrap(syncFolder(filepath.Dir(filepath.Clean(c.Data))), fault.Internal, op, text)
}
