package server

import (
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	ledgerfile "satchel/internal/ledger"
	"satchel/internal/postgres"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// rows is what keeps the rows of an installation: a bbolt file, or a PostgreSQL that several nodes share.
type rows interface {
	syncing.Store
	// Life names this life of the store.
	Life() [16]byte
	// Sequence is a commit that was made, with every one before it.
	Sequence() (uint64, error)
	// Records gives records from one on, in the order of their ids.
	Records(ctx context.Context, from syncing.RecordID, limit int) ([]syncing.RecordID, error)
	// Indexes lists the names of the indexes that have an entry.
	Indexes(ctx context.Context) ([]string, error)
}

// ground is what an installation stands on.
type ground struct {
	rows
	keys    *seal.Keys
	ledger  *ledger
	file    *bolt.Store     // nil on PostgreSQL
	shared  *postgres.Store // nil on one machine
	secrets *postgres.Store // where the secrets of records lie, if that is another database than shared
}

// ground opens what the installation stands on. The faults are those of bolt.Open, postgres.Open and seal.Open.
func (c *Config) ground(ctx context.Context) (g *ground, err error) {
	g = &ground{}
	if c.Store == "" {
		err = g.openFiles(c)
	} else {
		err = g.openShared(ctx, c)
	}
	if err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

func (g *ground) openFiles(c *Config) (err error) {
	if g.keys, err = seal.Open(c.Keys); err != nil {
		return err
	}
	if _, err := ledgerfile.Read(filepath.Join(c.Keys, ledgerName)); fault.Is(err, fault.Unsupported) { // before a table is added to the store of a version that is not read
		return err
	}
	if g.file, err = bolt.Open(c.Data, c.bolt()); err != nil { // before the ledger: its lock says most plainly who is here already
		return err
	}
	g.rows = g.file
	g.ledger, err = openLedger(c.Keys, c.nowMs, c.Fatal)
	return err
}

func (g *ground) openShared(ctx context.Context, c *Config) (err error) {
	if g.shared, err = postgres.Open(ctx, c.Store, postgres.Options{Connections: c.Connections}); err != nil {
		return err
	}
	g.rows = g.shared
	place := g.shared
	if c.Secrets != "" {
		if g.secrets, err = postgres.Open(ctx, c.Secrets, postgres.Options{Connections: secretsConnections}); err != nil {
			return err
		}
		place = g.secrets
	}
	if g.keys, err = seal.OpenShared(c.Keys, place.Secrets()); err != nil {
		return err
	}
	g.ledger, err = sharedLedger(ctx, g.shared, c.nowMs)
	return err
}

// secretsConnections are enough for secrets, of which those of 4096 records stay in memory.
const secretsConnections = 8

// reached is a sequence that the store has come to at least.
func (g *ground) reached(ctx context.Context) (uint64, error) {
	if g.shared != nil {
		return g.shared.Reached(ctx)
	}
	return g.rows.Sequence()
}

// life names the store's present life, in hex.
func (g *ground) life() string {
	id := g.rows.Life()
	return hex.EncodeToString(id[:])
}

// close lets go of everything, in the order in which it hangs together.
func (g *ground) close() error {
	var all []error
	if g.file != nil {
		all = append(all, g.file.Close())
	}
	if g.shared != nil {
		all = append(all, g.shared.Close())
	}
	if g.keys != nil {
		all = append(all, g.keys.Close())
	}
	if g.secrets != nil {
		all = append(all, g.secrets.Close())
	}
	if g.ledger != nil {
		all = append(all, g.ledger.close())
	}
	return errors.Join(all...)
}

// onOneMachine refuses what is done to the files of an installation where there are none.
func (c *Config) onOneMachine(op string) error {
	if c.Store == "" {
		return nil
	}
	return fault.New(fault.Unsupported, op, "This installation stands on PostgreSQL, and this command works on the files of one machine. "+
		"Back up, restore and verify the database with its own tools; docs/postgresql.md says how.")
}
