package scenario

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"satchel/server"
	syncing "satchel/sync"
)

// counter counts what an answer costs: each call of the store, by table or index, each row that a walk visits, and each hash. The
// store under it is the real one.
type counter struct {
	mu sync.Mutex
	of map[string]int
}

// idHashes blind the id of an index entry that is counted itself; the sender of wake-ups makes them too, at any time.
var idHashes = []string{"team", "account"}

// counts is an option of newHouse.
func (c *counter) counts(config *server.Config) {
	config.Between = func(store syncing.Store) syncing.Store { return countedStore{store, c} }
	config.Hashed = func(purpose string) {
		if !slices.Contains(idHashes, purpose) {
			c.note("hash of " + purpose)
		}
	}
}

func (c *counter) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.of[what]++
}

// taken gives what was counted since the last time, a line each.
func (c *counter) taken() string {
	if c == nil { // nobody counts
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(c.of)) {
		fmt.Fprintf(&b, "%4d %s\n", c.of[what], what)
	}
	c.of = nil
	return b.String()
}

type besides struct{}

// besideRequests marks what the server does for nobody's request, so that it is not counted as the work of one.
func besideRequests(ctx context.Context) context.Context {
	return context.WithValue(ctx, besides{}, true)
}

type countedStore struct {
	syncing.Store
	*counter
}

func (s countedStore) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	if ctx.Value(besides{}) != nil {
		return s.Store.Update(ctx, record, fn)
	}
	s.note("update")
	err := s.Store.Update(ctx, record, func(tx syncing.Tx) error { return fn(countedTx{tx, countedRead{tx, s.counter}}) })
	if err == nil {
		s.note("update committed")
	}
	return err
}

func (s countedStore) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	if ctx.Value(besides{}) != nil {
		return s.Store.View(ctx, record, fn)
	}
	s.note("view")
	return s.Store.View(ctx, record, func(tx syncing.ReadTx) error { return fn(countedRead{tx, s.counter}) })
}

func (s countedStore) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	if ctx.Value(besides{}) != nil {
		return s.Store.Scan(ctx, index, from, to, limit, fn)
	}
	s.note("walk of " + index)
	return s.Store.Scan(ctx, index, from, to, limit, func(e syncing.IndexEntry) bool {
		s.note("row of " + index)
		return fn(e)
	})
}

func (s countedStore) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	if ctx.Value(besides{}) == nil {
		s.note("look into " + index)
	}
	return s.Store.Lookup(ctx, index, key)
}

// countedTx counts what is read; what is written is counted as the commit that it is part of.
type countedTx struct {
	syncing.Tx
	read countedRead
}

func (t countedTx) Get(table syncing.Table, key []byte) ([]byte, error) {
	return t.read.Get(table, key)
}

func (t countedTx) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	return t.read.Scan(table, from, to, fn)
}

func (t countedTx) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	return t.read.Lookup(index, key)
}

func (t countedTx) Put(table syncing.Table, key, value []byte) error {
	t.read.note(fmt.Sprintf("write to table %d", table))
	return t.Tx.Put(table, key, value)
}

type countedRead struct {
	syncing.ReadTx
	*counter
}

func (t countedRead) Get(table syncing.Table, key []byte) ([]byte, error) {
	t.note(fmt.Sprintf("get from table %d", table))
	return t.ReadTx.Get(table, key)
}

func (t countedRead) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	t.note(fmt.Sprintf("walk of table %d", table))
	return t.ReadTx.Scan(table, from, to, func(key, value []byte) (bool, error) {
		t.note(fmt.Sprintf("row of table %d", table))
		return fn(key, value)
	})
}

func (t countedRead) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	t.note("look into " + index)
	return t.ReadTx.Lookup(index, key)
}
