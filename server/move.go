package server

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// MoveReport says what was moved, and compared at the end.
type MoveReport struct {
	Records int // with rows
	Rows    int
	Entries int // of indexes
	Secrets int // of records, erased ones among them
	Lines   int // of the ledger
}

// Move carries an installation from its data folder into the PostgreSQL of c.Store, or back, while nobody serves it: rows and entries as they are sealed, the
// secrets of records, and the ledger. The epoch stays: phones notice nothing. It may be interrupted, and goes on where it was when it is run again. At the end
// everything is compared; then the place that was left is refused to whoever would serve it. progress is told how far it is, of 1.
//
// Faults: Conflict, if something else lies where it goes, if somebody serves, or if both differ at the end; those of Open.
func Move(ctx context.Context, c Config, back bool, progress func(doing string, done float64)) (*MoveReport, error) {
	const op = "server.Move"
	if c.Data == "" || c.Store == "" {
		return nil, fault.New(fault.Invalid, op, "Name both the data folder and the PostgreSQL store.")
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	files, shared := c, c
	files.Store, files.Secrets, shared.Data = "", "", ""
	if err := files.check(); err != nil {
		return nil, err
	}
	if back {
		if err := files.roomForFiles(); err != nil {
			return nil, err
		}
	}
	m := &mover{report: &MoveReport{}, progress: progress}
	one, err := files.ground(ctx)
	if err != nil {
		return nil, err
	}
	other, err := shared.ground(ctx)
	if err != nil {
		return nil, errors.Join(err, one.close())
	}
	m.from, m.to = one, other
	if back {
		m.from, m.to = other, one
	}
	return m.report, errors.Join(m.move(ctx, c), one.close(), other.close())
}

// roomForFiles makes an empty data folder to move into, unless one is there.
func (c *Config) roomForFiles() error {
	if err := createLedger(c.Keys); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Data, "satchel.db")); err == nil {
		return nil
	}
	return bolt.Init(c.Data)
}

// mover is a move under way.
type mover struct {
	from, to *ground
	report   *MoveReport
	progress func(doing string, done float64)
}

func (m *mover) move(ctx context.Context, c Config) (err error) {
	const op = "server.Move"
	born := m.from.ledger.present()
	switch {
	case born == nil:
		return fault.New(fault.Conflict, op, "There is no installation where this should be moved from.")
	case born.ID == m.to.life() && m.to.ledger.present() != nil && m.to.ledger.present().ID == m.to.life():
		return fault.New(fault.Conflict, op, "It was moved already. Serve it where it is.")
	case born.ID != m.from.life() && born.ID != m.to.life():
		return fault.New(fault.Conflict, op, "The installation was moved elsewhere, or a backup of it was put back. It is not the present one.")
	}
	if born.ID == m.from.life() { // else only the ledger is left to be written
		if err := m.vacant(ctx); err != nil {
			return err
		}
		if err := m.alone(ctx); err != nil {
			return err
		}
		before, err := m.from.reached(ctx)
		if err != nil {
			return err
		}
		if err := m.carry(ctx); err != nil {
			return err
		}
		after, err := m.from.reached(ctx)
		if err != nil {
			return err
		}
		if before != after {
			return fault.New(fault.Conflict, op, "Somebody wrote while it was moved: stop every node, and run it again.")
		}
	}
	return m.settle(ctx, c, born.Epoch)
}

// alone refuses while other nodes work: on one machine the folder's lock does.
func (m *mover) alone(ctx context.Context) error {
	for _, g := range []*ground{m.from, m.to} {
		if g.shared == nil {
			continue
		}
		if leased, err := g.shared.Leased(ctx); err != nil || leased {
			return errors.Join(err, fault.New(fault.Conflict, "server.Move", "A node works on this database, or was killed a moment ago. Stop every node, and run it again."))
		}
	}
	return nil
}

// carry copies and compares.
func (m *mover) carry(ctx context.Context) (err error) {
	if m.report.Secrets, err = seal.CopySecrets(m.from.keys, m.to.keys); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{m.copyRecords, m.copyIndexes, m.compareRecords, m.compareIndexes} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settle ends the life that was left, and lets the other begin: first the one, so that both are never served.
func (m *mover) settle(ctx context.Context, c Config, epoch string) error {
	born := entry{Life: &life{ID: m.to.life(), Epoch: epoch, How: bornByMove}}
	if m.from.ledger.present().ID != m.to.life() {
		if err := m.from.ledger.add(ctx, born); err != nil {
			return err
		}
	}
	lines, there := m.from.ledger.entries, m.to.ledger.entries
	for i, e := range there {
		if i >= len(lines) || !sameEntry(e, lines[i]) {
			return fault.New(fault.Conflict, "server.Move", "The ledger of another installation lies where this one should be moved to.")
		}
	}
	for _, e := range lines[len(there):] {
		if err := m.to.ledger.copy(ctx, e); err != nil {
			return err
		}
	}
	m.report.Lines = len(lines)
	mark, err := m.to.ledger.file.Mark(ctx)
	if err != nil {
		return err
	}
	w := witness{V: witnessVersion, Life: m.to.life()}
	w.Lines, w.Last = mark.Lines, mark.Sum
	if err := w.write(c.Keys); err != nil {
		return fault.Wrap(err, fault.Internal, "server.Move", "The witness cannot be written into the key folder.")
	}
	return m.to.Update(ctx, moved(), func(tx syncing.Tx) error { return tx.Delete(syncing.TableBlobs, movedKey) })
}
