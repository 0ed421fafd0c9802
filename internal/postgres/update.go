package postgres

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// The limits of what is kept: those of every store.
const (
	keyBytesMax   = 1024
	indexNameMax  = 64
	valueBytesMax = 4<<20 + 4<<10 // 4 MiB and the envelope around it
)

// commitMost is how long a commit is waited for: with a standby that is away none ends. What came of it is not known then.
const commitMost = 20 * time.Second

// warning marks a connection on which the server warned of something since it was last looked.
const warning = "warned"

// warned is told what the server says beside its answers. A commit that was not waited for to its end is answered as one that was, with a warning.
func warned(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if notice.SeverityUnlocalized == "WARNING" {
		conn.CustomData()[warning] = true
	}
}

// update is a view that writes. What it wrote stays here, in `rows` and `entries`, until it is over.
type update struct {
	view
	rows    map[place]*[]byte // nil: removed
	entries map[entryPlace]*[]byte
}

type place struct {
	table syncing.Table
	key   string
}

type entryPlace struct{ index, key string }

// Update implements syncing.Store.
func (s *Store) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) (err error) {
	const op = "postgres.Update"
	leave, err := s.enter(ctx, op)
	if err != nil {
		return err
	}
	defer leave()
	conn, err := s.begun(ctx, op)
	if err != nil {
		return err
	}
	defer end(ctx, conn)
	u := &update{view: view{ctx: ctx, conn: conn, store: s, record: record}, rows: map[place]*[]byte{}, entries: map[entryPlace]*[]byte{}}
	if err := u.lock(); err != nil {
		return failed(op, err)
	}
	if err := fn(u); err != nil {
		return err
	}
	return u.commit(context.WithoutCancel(ctx)) // once it is sent, whether it holds is waited for
}

// lock begins, and takes the record for this transaction, in one exchange with what it reads first. A record that is not here yet is made first, so that there
// is something to lock.
func (u *update) lock() error {
	for begun := false; ; begun = true {
		batch := &pgx.Batch{}
		if !begun {
			batch.Queue("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE") // each statement sees what was committed before the lock was had
		} else {
			batch.Queue(wordsFor(u.record).begin, u.record.UUID[:])
		}
		batch.Queue(wordsFor(u.record).lock, u.record.UUID[:])
		batch.Queue("SELECT nextval('commits')") // behind the lock: a later commit of a record has a higher one
		leased := queueLease(u.ctx, batch)
		u.queueLoaded(batch)
		if there, err := u.takeLocked(u.conn.SendBatch(u.ctx, batch), leased); err != nil || there {
			return err
		}
	}
}

func (u *update) takeLocked(results pgx.BatchResults, leased bool) (there bool, err error) {
	defer func() { _ = results.Close() }()
	if _, err := results.Exec(); err != nil {
		return false, err
	}
	var was, next int64
	if err := results.QueryRow().Scan(&was); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return false, err
	} else if err == nil {
		there = true
	}
	if err := results.QueryRow().Scan(&next); err != nil {
		return false, err
	}
	u.sequence = uint64(next)
	if leased {
		if err := takeLease(results); err != nil {
			return false, err
		}
	}
	return there, u.takeLoaded(results)
}

// commit sends what is left to be written, and the commit, in one exchange. Who wrote nothing may have found what came before and say that it is there: that
// must lie where all that is acknowledged does. So it commits, too, a word that nobody reads, and what stands before it in the log is waited for with it.
func (u *update) commit(ctx context.Context) error {
	batch, wrote := &pgx.Batch{}, len(u.rows)+len(u.entries) > 0
	if !wrote {
		batch.Queue("SELECT pg_logical_emit_message(true, '', '')")
	} else {
		u.queueWrites(batch)
		batch.Queue(wordsFor(u.record).stamp, u.record.UUID[:], int64(u.sequence))
	}
	batch.Queue("COMMIT")
	notices := u.conn.Conn().PgConn().CustomData()
	delete(notices, warning)
	ctx, cancel := context.WithTimeout(ctx, commitMost)
	defer cancel()
	if err := u.conn.SendBatch(ctx, batch).Close(); err != nil {
		return failed("postgres.Update", err)
	}
	if notices[warning] != nil { // somebody cancelled the wait for the standby: it lies on one machine alone
		return busy("postgres.Update", textAway)
	}
	if wrote {
		u.store.seen(u.sequence)
	}
	return nil
}

// queueWrites queues what was written, and forgets it: one statement for each kind of write, in the order of keys, so that two transactions do not wait for
// each other.
func (u *update) queueWrites(batch *pgx.Batch) {
	record := u.record.UUID[:]
	if n, indexes, keys, values := u.entryArrays(true); n > 0 {
		batch.Queue(`WITH put AS (INSERT INTO entries (index, key, record, value) SELECT i, k, $1, v FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS e(i, k, v)
			ON CONFLICT (index, key) DO UPDATE SET value = excluded.value WHERE entries.record = excluded.record RETURNING 1)
			SELECT claimed(count(*), $5) FROM put`, record, indexes, keys, values, n)
	}
	if n, indexes, keys, _ := u.entryArrays(false); n > 0 {
		batch.Queue("DELETE FROM entries USING unnest($2::text[], $3::bytea[]) AS e(i, k) WHERE index = i AND key = k AND record = $1", record, indexes, keys)
	}
	if n, tables, keys, values := u.rowArrays(true); n > 0 {
		batch.Queue(wordsFor(u.record).put, record, tables, keys, values)
	}
	if n, tables, keys, _ := u.rowArrays(false); n > 0 {
		batch.Queue(wordsFor(u.record).remove, record, tables, keys)
	}
	clear(u.rows)
	clear(u.entries)
}

// rowArrays are the rows that were put, or those that were removed, as a statement takes them.
func (u *update) rowArrays(put bool) (n int, tables []int16, keys, values [][]byte) {
	places := slices.SortedFunc(maps.Keys(u.rows), func(a, b place) int { return cmp.Or(cmp.Compare(a.table, b.table), strings.Compare(a.key, b.key)) })
	for _, p := range places {
		if value := u.rows[p]; (value != nil) == put {
			n, tables, keys = n+1, append(tables, int16(p.table)), append(keys, []byte(p.key))
			if put {
				values = append(values, *value)
			}
		}
	}
	return n, tables, keys, values
}

func (u *update) entryArrays(put bool) (n int, indexes []string, keys, values [][]byte) {
	places := slices.SortedFunc(maps.Keys(u.entries), func(a, b entryPlace) int {
		return cmp.Or(strings.Compare(a.index, b.index), strings.Compare(a.key, b.key))
	})
	for _, p := range places {
		if value := u.entries[p]; (value != nil) == put {
			n, indexes, keys = n+1, append(indexes, p.index), append(keys, []byte(p.key))
			if put {
				values = append(values, *value)
			}
		}
	}
	return n, indexes, keys, values
}

func (u *update) Get(table syncing.Table, key []byte) ([]byte, error) {
	if value, written := u.rows[place{table, string(key)}]; written && value == nil {
		return nil, nil
	} else if written {
		return copied(*value), nil
	}
	return u.view.Get(table, key)
}

// Ahead asks for nothing that was written here.
func (u *update) Ahead(table syncing.Table, keys [][]byte) error {
	return u.view.Ahead(table, slices.DeleteFunc(slices.Clone(keys), func(key []byte) bool { _, is := u.rows[place{table, string(key)}]; return is }))
}

// Scan goes through the rows of the database and those that were written here, in the order of keys.
func (u *update) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	var here []string
	if !u.isLoaded(table) {
		here = u.written(table, from, to)
	}
	if len(here) == 0 {
		return u.view.Scan(table, from, to, fn)
	}
	over := false
	before := func(bound []byte) error { // those that come before a row of the database; nil: all that are left
		for !over && len(here) > 0 && (bound == nil || here[0] < string(bound)) {
			key := here[0]
			here = here[1:]
			value := u.rows[place{table, key}]
			if value == nil {
				continue
			}
			more, err := fn([]byte(key), copied(*value))
			if over = !more; err != nil {
				return err
			}
		}
		return nil
	}
	err := u.view.Scan(table, from, to, func(key, value []byte) (bool, error) {
		if err := before(key); err != nil || over {
			return false, err
		}
		if len(here) > 0 && here[0] == string(key) { // written over, or removed
			err := before(append(key, 0))
			return !over, err
		}
		more, err := fn(key, value)
		over = !more
		return more, err
	})
	if err != nil {
		return err
	}
	return before(nil)
}

// written are the keys of a table, within bounds, that this transaction wrote or removed.
func (u *update) written(table syncing.Table, from, to []byte) (keys []string) {
	for p := range u.rows {
		if p.table == table && p.key >= string(from) && (to == nil || p.key < string(to)) {
			keys = append(keys, p.key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (u *update) Lookup(index string, key []byte) (e syncing.IndexEntry, ok bool, err error) {
	if value, written := u.entries[entryPlace{index, string(key)}]; written && value == nil {
		return e, false, nil
	} else if written {
		return syncing.IndexEntry{Key: bytes.Clone(key), Record: u.record, Value: copied(*value)}, true, nil
	}
	return u.view.Lookup(index, key)
}

func (u *update) Put(table syncing.Table, key, value []byte) error {
	if err := fits(key, value); err != nil {
		return err
	}
	return u.write(table, key, new(copied(value)))
}

func (u *update) Delete(table syncing.Table, key []byte) error { return u.write(table, key, nil) }

// write notes a row; in the loaded tables at once, so that they stay what they are.
func (u *update) write(table syncing.Table, key []byte, value *[]byte) error {
	if !known(table) {
		return errTable
	}
	u.rows[place{table, string(key)}] = value
	delete(u.fetched, place{table, string(key)})
	if !u.isLoaded(table) {
		return nil
	}
	switch i, there := u.at(table, key); {
	case there && value == nil:
		u.loaded = slices.Delete(u.loaded, i, i+1)
	case there:
		u.loaded[i].value = *value
	case value != nil:
		u.loaded = slices.Insert(u.loaded, i, row{table, copied(key), *value})
	}
	return nil
}

func (u *update) PutIndex(index string, key, value []byte) error {
	if err := fits(key, value); err != nil {
		return err
	}
	if len(key) == 0 || index == "" || len(index) > indexNameMax {
		return invalid(textIndex)
	}
	if _, err := u.mine(index, key); err != nil {
		return err
	}
	u.entries[entryPlace{index, string(key)}] = new(copied(value))
	return nil
}

func (u *update) DeleteIndex(index string, key []byte) error {
	if there, err := u.mine(index, key); err != nil || !there {
		return err
	}
	u.entries[entryPlace{index, string(key)}] = nil
	return nil
}

// mine refuses to touch another record's entry.
func (u *update) mine(index string, key []byte) (there bool, err error) {
	e, there, err := u.Lookup(index, key)
	if err == nil && there && e.Record != u.record {
		return false, fault.New(fault.Conflict, "postgres.Tx", textTaken)
	}
	return there, err
}

func fits(key, value []byte) error {
	if len(key) > keyBytesMax {
		return invalid(textKey)
	}
	if len(value) > valueBytesMax {
		return fault.New(fault.TooLarge, "postgres.Tx", textLarge)
	}
	return nil
}
