package server

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// Administrator is the first account of an installation.
type Administrator struct {
	Name       string // as colleagues see it
	SignInName string
	Password   string
}

// Init makes an empty installation: keys, ledger, store, epoch, and the first administrator if one is given. A data folder that
// holds a store already is refused with Conflict. Keys that are there already are used: one key folder outlives its data folders.
func Init(ctx context.Context, c Config, first *Administrator) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.Store == "" {
		if err := vacant(c.Data); err != nil {
			return err
		}
	}
	if err := seal.Init(c.Keys); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	if err := c.initRules(); err != nil {
		return err
	}
	if c.Store == "" {
		if err := createLedger(c.Keys); err != nil {
			return err
		}
		if err := bolt.Init(c.Data); err != nil {
			return err
		}
	}
	if err := begin(ctx, c, bornByInit); err != nil {
		return err
	}
	s, err := Open(ctx, c)
	if err != nil {
		return err
	}
	if first != nil {
		_, err = s.identity.FirstAdministrator(ctx, first.Name, first.SignInName, first.Password)
	}
	return errors.Join(err, s.Close())
}

// initRules pins the key and activates the rules that an installation is made with.
func (c *Config) initRules() error {
	if c.Drafts {
		return draftRules(c.Keys)
	}
	if c.RulesKey != nil {
		if err := PinRules(c.Keys, c.RulesKey); err != nil {
			return err
		}
	}
	if c.Rules == nil {
		return nil
	}
	_, err := ActivateRules(c.Keys, c.Rules)
	return err
}

// vacant refuses a data folder that holds anything but what a stopped start may have left.
func vacant(data string) error {
	const op = "server.Init"
	if _, err := os.Stat(filepath.Join(data, "satchel.db")); err == nil {
		return fault.New(fault.Conflict, op, "There is a store in this folder already. It was left as it is.")
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(err, fault.Forbidden, op, "The data folder cannot be read by this user.")
	}
	return nil
}

// begin gives a fresh store its epoch, and writes into the ledger that this life began. Conflict: the database of a store has begun already.
func begin(ctx context.Context, c Config, how string) error {
	g, err := c.ground(ctx)
	if err != nil {
		return err
	}
	if c.Store != "" && g.ledger.present() != nil {
		return errors.Join(fault.New(fault.Conflict, "server.Init", "There is an installation in this database already. It was left as it is; a further node needs a copy of its key folder, and serve."), g.close())
	}
	epoch, err := newEpoch(c.Rand)
	if err == nil {
		err = putEpoch(ctx, seal.New(g.rows, g.keys), epoch)
	}
	if err == nil {
		err = g.ledger.add(ctx, entry{Life: &life{ID: g.life(), Epoch: epoch, How: how}})
	}
	return errors.Join(fault.Wrap(err, fault.Internal, "server.begin", "The epoch or the ledger cannot be written."), g.close())
}

// epochBytes is an epoch's length: 16 hex digits.
const epochBytes = 8

func newEpoch(chance io.Reader) (string, error) {
	raw := make([]byte, epochBytes)
	if _, err := io.ReadFull(chance, raw); err != nil {
		return "", fault.Wrap(err, fault.Internal, "server.newEpoch", "There is no chance to be had from this machine.")
	}
	return hex.EncodeToString(raw), nil
}

// installation is the record of what the process itself must keep. It is nobody's.
func installation() syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("server.installation")}
}

var epochKey = []byte("epoch")

type epochRow struct {
	V     int    `json:"v"`
	Epoch string `json:"epoch"`
}

func putEpoch(ctx context.Context, store syncing.Store, epoch string) error {
	row, err := json.Marshal(epochRow{1, epoch})
	if err != nil {
		return err
	}
	return store.Update(ctx, installation(), func(tx syncing.Tx) error {
		return tx.Put(syncing.TableIdentity, epochKey, row)
	})
}

func readEpoch(ctx context.Context, store syncing.Store) (string, error) {
	const op = "server.readEpoch"
	var row epochRow
	err := store.View(ctx, installation(), func(tx syncing.ReadTx) error {
		text, err := tx.Get(syncing.TableIdentity, epochKey)
		if err != nil {
			return err
		}
		if text == nil {
			return fault.New(fault.NotFound, op, "This store was made and never begun. If init was interrupted, remove the data folder and run it again.")
		}
		return json.Unmarshal(text, &row)
	})
	if err == nil && (row.V != 1 || len(row.Epoch) != 2*epochBytes) {
		err = fault.New(fault.Unsupported, op, "The epoch of this store was written by a newer version of the program.")
	}
	return row.Epoch, err
}
