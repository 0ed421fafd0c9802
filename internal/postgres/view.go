package postgres

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	syncing "satchel/sync"
)

const (
	// pageRows is how many rows are read ahead of a scan.
	pageRows = 256
	// loadedMost is how many rows of the loaded tables come with the beginning of a transaction; a record that has more is asked row by row.
	loadedMost = 64
	// rememberedBytes is how long a row may be that is kept for whoever asks for it again in the same transaction.
	rememberedBytes = 64 << 10
)

// loadedTables are read with the first exchange of each transaction: nearly every round needs them, and they are small. The rows of an account, which every request
// asks for, are in TableIdentity.
var loadedTables = []int16{
	int16(syncing.TableHead), int16(syncing.TableGrants), int16(syncing.TableKeys), int16(syncing.TableReplicas), int16(syncing.TableIdentity), int16(syncing.TableWaiting),
}

// row is a row of a record.
type row struct {
	table syncing.Table
	key   []byte
	value []byte
}

// view reads one record on one snapshot.
type view struct {
	ctx      context.Context
	conn     *pgxpool.Conn
	store    *Store
	record   syncing.RecordID
	sequence uint64

	loaded []row // of loadedTables, by table and key, if whole
	whole  bool

	fetched map[place][]byte // by Ahead, or asked for once already; nil: there is none
}

// copied gives bytes away; empty ones are not nil, which means absent.
func copied(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

func known(t syncing.Table) bool { return slices.Contains(syncing.Tables, t) }

func (v *view) Record() syncing.RecordID { return v.record }

// Durability says that what a synchronous standby has is safe. Without one nothing is, until an operator's backup is marked.
func (v *view) Durability() syncing.Durability { return syncing.Durability{Sequence: v.sequence} }

func (v *view) queueLoaded(batch *pgx.Batch) {
	batch.Queue(wordsFor(v.record).loaded, v.record.UUID[:], loadedTables, loadedMost+1)
}

func (v *view) takeLoaded(results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return failed("postgres.Tx", err)
	}
	v.loaded, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (found row, err error) {
		var table int16
		err = r.Scan(&table, &found.key, &found.value)
		found.table = syncing.Table(table)
		return found, err
	})
	v.whole = len(v.loaded) <= loadedMost
	return failed("postgres.Tx", err)
}

// at finds where a row of the loaded tables is, or would be.
func (v *view) at(table syncing.Table, key []byte) (int, bool) {
	return slices.BinarySearchFunc(v.loaded, row{table: table, key: key}, func(a, b row) int {
		if a.table != b.table {
			return int(a.table) - int(b.table)
		}
		return bytes.Compare(a.key, b.key)
	})
}

func (v *view) isLoaded(table syncing.Table) bool {
	return v.whole && slices.Contains(loadedTables, int16(table))
}

func (v *view) Get(table syncing.Table, key []byte) ([]byte, error) {
	if !known(table) {
		return nil, errTable
	}
	if v.isLoaded(table) {
		if i, there := v.at(table, key); there {
			return copied(v.loaded[i].value), nil
		}
		return nil, nil
	}
	if value, fetched := v.fetched[place{table, string(key)}]; fetched {
		if value == nil {
			return nil, nil
		}
		return copied(value), nil
	}
	var value []byte
	err := v.conn.QueryRow(v.ctx, wordsFor(v.record).get, v.record.UUID[:], int16(table), whole(key)).Scan(&value)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, failed("postgres.Get", err)
	}
	if len(value) <= rememberedBytes {
		v.remember(table, key, value)
		value = bytes.Clone(value)
	}
	return value, nil
}

func (v *view) remember(table syncing.Table, key, value []byte) {
	if v.fetched == nil {
		v.fetched = map[place][]byte{}
	}
	v.fetched[place{table, string(key)}] = value
}

// Ahead implements syncing.ReadTx.
func (v *view) Ahead(table syncing.Table, keys [][]byte) error {
	if !known(table) {
		return errTable
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(key []byte) bool { _, is := v.fetched[place{table, string(key)}]; return is })
	if v.isLoaded(table) || len(keys) < 2 {
		return nil
	}
	rows, err := v.conn.Query(v.ctx, wordsFor(v.record).ahead, v.record.UUID[:], int16(table), keys)
	if err != nil {
		return failed("postgres.Ahead", err)
	}
	for _, key := range keys {
		v.remember(table, key, nil)
	}
	var key, value []byte
	_, err = pgx.ForEachRow(rows, []any{&key, &value}, func() error {
		v.remember(table, key, copied(value))
		return nil
	})
	return failed("postgres.Ahead", err)
}

func (v *view) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	if !known(table) {
		return errTable
	}
	if v.isLoaded(table) {
		i, _ := v.at(table, from)
		for ; i < len(v.loaded) && v.loaded[i].table == table && (to == nil || bytes.Compare(v.loaded[i].key, to) < 0); i++ {
			if more, err := fn(copied(v.loaded[i].key), copied(v.loaded[i].value)); err != nil || !more {
				return err
			}
		}
		return nil
	}
	for from, query := whole(from), wordsFor(v.record).from; ; query = wordsFor(v.record).after {
		page, err := v.page(table, from, to, query)
		if err != nil {
			return err
		}
		for _, r := range page {
			if more, err := fn(r.key, r.value); err != nil || !more {
				return err
			}
		}
		if len(page) < pageRows {
			return nil
		}
		from = bytes.Clone(page[len(page)-1].key)
	}
}

// page reads the next rows of a table: whole, so that what is done with one may ask for others.
func (v *view) page(table syncing.Table, from, to []byte, query string) ([]row, error) {
	rows, err := v.conn.Query(v.ctx, query, v.record.UUID[:], int16(table), from, to, pageRows)
	if err != nil {
		return nil, failed("postgres.Scan", err)
	}
	page, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (found row, err error) {
		err = r.Scan(&found.key, &found.value)
		return found, err
	})
	return page, failed("postgres.Scan", err)
}

func (v *view) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	return lookup(v.ctx, v.conn, index, key)
}
