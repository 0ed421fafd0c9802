package beside

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	syncing "satchel/sync"
	"satchel/sync/storetest/memory"
)

// Store is a store with the model of a store beside it: whatever is asked is asked of both, and a panic says where the store answers otherwise than the
// model. What a store says of its own durability is the model's, so that a run comes to the same answers on every store. It is used by one goroutine.
type Store struct {
	*memory.Store
	beside  syncing.Store
	records map[syncing.RecordID]bool // that were ever written to
	entries map[entry]bool
}

// entry names a place in the index.
type entry struct{ index, key string }

// New puts an empty model beside an empty store.
func New(store syncing.Store) *Store {
	return &Store{Store: memory.New(), beside: store, records: map[syncing.RecordID]bool{}, entries: map[entry]bool{}}
}

// agree panics if the store says anything else than the model.
func agree(said, wanted any, of string, where ...any) {
	if a, b := fmt.Sprintf("%x", said), fmt.Sprintf("%x", wanted); a != b {
		panic(fmt.Sprintf("%s %v: the store says %s, and the model %s", of, where, a, b))
	}
}

// Update implements syncing.Store.
func (b *Store) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return b.beside.Update(ctx, record, func(tx syncing.Tx) error {
		return b.Store.Update(ctx, record, func(model syncing.Tx) error {
			b.records[record] = true
			return fn(&besideTx{besideView{tx, model}, tx, model, b})
		})
	})
}

// View implements syncing.Store.
func (b *Store) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	return b.beside.View(ctx, record, func(tx syncing.ReadTx) error {
		return b.Store.View(ctx, record, func(model syncing.ReadTx) error { return fn(besideView{tx, model}) })
	})
}

// Scan implements syncing.Store.
func (b *Store) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	var model []syncing.IndexEntry
	if err := b.Store.Scan(ctx, index, from, to, limit, func(e syncing.IndexEntry) bool { model = append(model, e); return true }); err != nil {
		return err
	}
	n, more := 0, true
	err := b.beside.Scan(ctx, index, from, to, limit, func(e syncing.IndexEntry) bool {
		agree(e, model[n], "entry of the index", index, n)
		n, more = n+1, fn(e)
		return more
	})
	if more && err == nil {
		agree(n, len(model), "number of entries in the index", index)
	}
	return err
}

// Lookup implements syncing.Store.
func (b *Store) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	e, ok, err := b.beside.Lookup(ctx, index, key)
	model, there, _ := b.Store.Lookup(ctx, index, key)
	if err == nil {
		agree([]any{e, ok}, []any{model, there}, "entry", index, key)
	}
	return e, ok, err
}

// Restore puts model and store back to an earlier state, as a restored backup does.
func (b *Store) Restore(to memory.Snapshot) {
	b.Store.Restore(to)
	for _, put := range []bool{false, true} { // first whatever is there no more, so that an entry may have had another owner
		for record := range b.records {
			if err := b.makeLike(record, put); err != nil {
				panic(fmt.Sprintf("a store did not go back: %v", err))
			}
		}
	}
}

type pair struct{ key, value []byte }

func rowsIn(tx syncing.ReadTx, table syncing.Table) (rows []pair, err error) {
	err = tx.Scan(table, nil, nil, func(key, value []byte) (bool, error) {
		rows = append(rows, pair{key, value})
		return true, nil
	})
	return rows, err
}

// makeLike writes a record so that it is as in the model.
func (b *Store) makeLike(record syncing.RecordID, put bool) error {
	ctx := context.Background()
	return b.beside.Update(ctx, record, func(tx syncing.Tx) error {
		return b.Store.View(ctx, record, func(model syncing.ReadTx) error {
			for _, table := range syncing.Tables {
				if err := likeRows(tx, model, table, put); err != nil {
					return err
				}
			}
			for at := range b.entries {
				if err := likeEntry(tx, model, at, put); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func likeRows(tx syncing.Tx, model syncing.ReadTx, table syncing.Table, put bool) error {
	from, to := syncing.ReadTx(tx), model
	if put {
		from, to = to, from
	}
	rows, err := rowsIn(from, table)
	if err != nil {
		return err
	}
	for _, r := range rows {
		other, err := to.Get(table, r.key)
		switch {
		case err != nil:
			return err
		case put && !bytes.Equal(other, r.value):
			err = tx.Put(table, r.key, r.value)
		case !put && other == nil:
			err = tx.Delete(table, r.key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func likeEntry(tx syncing.Tx, model syncing.ReadTx, at entry, put bool) error {
	is, there, err := tx.Lookup(at.index, []byte(at.key))
	if err != nil {
		return err
	}
	wanted, exists, err := model.Lookup(at.index, []byte(at.key))
	switch {
	case err != nil:
		return err
	case put && exists && wanted.Record == tx.Record() && !(there && bytes.Equal(is.Value, wanted.Value)):
		return tx.PutIndex(at.index, []byte(at.key), wanted.Value)
	case !put && there && is.Record == tx.Record() && !(exists && wanted.Record == tx.Record()):
		return tx.DeleteIndex(at.index, []byte(at.key))
	}
	return nil
}

type besideView struct{ store, model syncing.ReadTx }

func (v besideView) Record() syncing.RecordID { return v.store.Record() }

func (v besideView) Durability() syncing.Durability { return v.model.Durability() }

func (v besideView) Get(table syncing.Table, key []byte) ([]byte, error) {
	value, err := v.store.Get(table, key)
	wanted, _ := v.model.Get(table, key)
	if err == nil {
		agree([]any{value, value == nil}, []any{wanted, wanted == nil}, "row", table, key)
	}
	return value, err
}

// Ahead implements syncing.ReadTx.
func (v besideView) Ahead(table syncing.Table, keys [][]byte) error {
	return v.store.Ahead(table, keys)
}

func (v besideView) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	var model []pair
	if err := v.model.Scan(table, from, to, func(key, value []byte) (bool, error) {
		model = append(model, pair{slices.Clone(key), value})
		return true, nil
	}); err != nil {
		return err
	}
	n, over := 0, false
	err := v.store.Scan(table, from, to, func(key, value []byte) (bool, error) {
		agree(pair{key, value}, model[n], "row in order", table, n)
		n++
		more, err := fn(key, value)
		over = !more || err != nil
		return more, err
	})
	if !over && err == nil {
		agree(n, len(model), "number of rows", table)
	}
	return err
}

func (v besideView) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	e, ok, err := v.store.Lookup(index, key)
	model, there, _ := v.model.Lookup(index, key)
	if err == nil {
		agree([]any{e, ok}, []any{model, there}, "entry", index, key)
	}
	return e, ok, err
}

type besideTx struct {
	besideView
	tx, model syncing.Tx
	of        *Store
}

// both does the same to store and model, which must come to the same.
func both(what string, store, model error) error {
	agree(store == nil, model == nil, what, store, model)
	return store
}

func (t *besideTx) Put(table syncing.Table, key, value []byte) error {
	return both("put", t.tx.Put(table, key, value), t.model.Put(table, key, value))
}

func (t *besideTx) Delete(table syncing.Table, key []byte) error {
	return both("delete", t.tx.Delete(table, key), t.model.Delete(table, key))
}

func (t *besideTx) PutIndex(index string, key, value []byte) error {
	t.of.entries[entry{index, string(key)}] = true
	return both("put into the index", t.tx.PutIndex(index, key, value), t.model.PutIndex(index, key, value))
}

func (t *besideTx) DeleteIndex(index string, key []byte) error {
	return both("delete from the index", t.tx.DeleteIndex(index, key), t.model.DeleteIndex(index, key))
}
