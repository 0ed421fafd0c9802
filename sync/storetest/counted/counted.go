package counted

import (
	"context"
	"fmt"

	syncing "satchel/sync"
)

// Store is a store of which each call, and each row that a walk visits, is noted in a few words: "view", "row of due". What runs under a
// context that Besides marks is not. Note is called by many at once.
type Store struct {
	syncing.Store
	Note func(what string)
}

type besides struct{}

// Besides marks what is done for nobody who is measured.
func Besides(ctx context.Context) context.Context { return context.WithValue(ctx, besides{}, true) }

func apart(ctx context.Context) bool { return ctx.Value(besides{}) != nil }

// Update implements syncing.Store.
func (s Store) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	if apart(ctx) {
		return s.Store.Update(ctx, record, fn)
	}
	s.Note("update")
	err := s.Store.Update(ctx, record, func(tx syncing.Tx) error { return fn(writing{tx, reading{tx, s.Note}}) })
	if err == nil {
		s.Note("update committed")
	}
	return err
}

// View implements syncing.Store.
func (s Store) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	if apart(ctx) {
		return s.Store.View(ctx, record, fn)
	}
	s.Note("view")
	return s.Store.View(ctx, record, func(tx syncing.ReadTx) error { return fn(reading{tx, s.Note}) })
}

// Scan implements syncing.Store.
func (s Store) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	if apart(ctx) {
		return s.Store.Scan(ctx, index, from, to, limit, fn)
	}
	s.Note("walk of " + index)
	return s.Store.Scan(ctx, index, from, to, limit, func(e syncing.IndexEntry) bool {
		s.Note("row of " + index)
		return fn(e)
	})
}

// Lookup implements syncing.Store.
func (s Store) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	if !apart(ctx) {
		s.Note("look into " + index)
	}
	return s.Store.Lookup(ctx, index, key)
}

// writing counts what is read; what is written is counted as the commit that it is part of.
type writing struct {
	syncing.Tx
	read reading
}

func (t writing) Get(table syncing.Table, key []byte) ([]byte, error) { return t.read.Get(table, key) }

func (t writing) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	return t.read.Scan(table, from, to, fn)
}

func (t writing) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	return t.read.Lookup(index, key)
}

func (t writing) Put(table syncing.Table, key, value []byte) error {
	t.read.note(fmt.Sprintf("write to table %d", table))
	return t.Tx.Put(table, key, value)
}

type reading struct {
	syncing.ReadTx
	note func(what string)
}

func (t reading) Get(table syncing.Table, key []byte) ([]byte, error) {
	t.note(fmt.Sprintf("get from table %d", table))
	return t.ReadTx.Get(table, key)
}

func (t reading) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	t.note(fmt.Sprintf("walk of table %d", table))
	return t.ReadTx.Scan(table, from, to, func(key, value []byte) (bool, error) {
		t.note(fmt.Sprintf("row of table %d", table))
		return fn(key, value)
	})
}

func (t reading) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	t.note("look into " + index)
	return t.ReadTx.Lookup(index, key)
}
