package postgres

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Store is a syncing.Store on PostgreSQL. Several processes may have one database open.
type Store struct {
	pool    *pgxpool.Pool
	beside  *pgxpool.Pool // for what is asked while a transaction has a connection of pool
	life    [16]byte
	node    [16]byte // random: this process among those that have the database open
	notices *notices
	waiting chan struct{} // a place for each call that has or waits for a connection
	closed  atomic.Bool
	latest  atomic.Uint64 // the highest sequence that this node committed or has seen
}

var _ syncing.Store = (*Store)(nil)

// Life names this life of the store: 16 random bytes made with its tables.
func (s *Store) Life() [16]byte { return s.life }

func (s *Store) closePools() {
	s.pool.Close()
	s.beside.Close()
}

// enter takes a place among the calls; leave gives it back.
func (s *Store) enter(ctx context.Context, op string) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, failed(op, err)
	}
	if s.closed.Load() {
		return nil, busy(op, textClosed)
	}
	select {
	case s.waiting <- struct{}{}:
		return func() { <-s.waiting }, nil
	default:
		return nil, busy(op, textBusy)
	}
}

// begun is a connection on which a transaction is to be begun with the first exchange.
func (s *Store) begun(ctx context.Context, op string) (*pgxpool.Conn, error) {
	conn, err := s.pool.Acquire(ctx)
	return conn, failed(op, err)
}

// end gives a connection back. A transaction that was not committed is rolled back, also where a function panicked or ended its goroutine; where that cannot be
// done the pool closes the connection, which does it too.
func end(ctx context.Context, conn *pgxpool.Conn) {
	if conn.Conn().PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lockWaitMs*time.Millisecond)
		defer cancel()
		_, _ = conn.Exec(ctx, "ROLLBACK")
	}
	conn.Release()
}

// View implements syncing.Store.
func (s *Store) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) (err error) {
	const op = "postgres.View"
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
	v := &view{ctx: ctx, conn: conn, store: s, record: record}
	if err := v.load(); err != nil {
		return failed(op, err)
	}
	return fn(v)
}

// load begins, and reads in the same exchange which commit the record is at, and those of its tables that nearly every transaction reads.
func (v *view) load() error {
	batch := &pgx.Batch{}
	batch.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	batch.Queue(wordsFor(v.record).sequence, v.record.UUID[:])
	v.queueLoaded(batch)
	results := v.conn.SendBatch(v.ctx, batch)
	defer func() { _ = results.Close() }()
	if _, err := results.Exec(); err != nil {
		return err
	}
	var sequence int64
	if err := results.QueryRow().Scan(&sequence); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	v.store.seen(uint64(sequence))
	v.sequence = v.store.latest.Load()
	return v.takeLoaded(results)
}

// seen notes that a commit of this sequence is there.
func (s *Store) seen(sequence uint64) {
	for old := s.latest.Load(); old < sequence && !s.latest.CompareAndSwap(old, sequence); old = s.latest.Load() {
	}
}

// Lookup implements syncing.Store.
func (s *Store) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	leave, err := s.enter(ctx, "postgres.Lookup")
	if err != nil {
		return syncing.IndexEntry{}, false, err
	}
	defer leave()
	return lookup(ctx, s.pool, index, key)
}

// Scan implements syncing.Store.
func (s *Store) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	const op = "postgres.Scan"
	leave, err := s.enter(ctx, op)
	if err != nil || limit < 1 {
		if err == nil {
			leave()
		}
		return err
	}
	defer leave()
	conn, err := s.begun(ctx, op)
	if err != nil {
		return err
	}
	defer end(ctx, conn)
	if limit > pageRows { // one snapshot for all pages
		if _, err := conn.Exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); err != nil {
			return failed(op, err)
		}
	}
	for from, over := whole(from), "key >= $2"; limit > 0; over = "key > $2" {
		page, err := pageOf(ctx, conn, index, from, to, over, min(limit, pageRows))
		if err != nil {
			return err
		}
		for _, e := range page {
			from = bytes.Clone(e.Key) // what fn is given is its own
			if !fn(e) {
				return nil
			}
		}
		if len(page) < pageRows {
			return nil
		}
		limit -= len(page)
	}
	return nil
}

// pageOf reads the next entries of an index: no more than a page, for whoever stops soon.
func pageOf(ctx context.Context, conn *pgxpool.Conn, index string, from, to []byte, over string, limit int) ([]syncing.IndexEntry, error) {
	query := strings.Join([]string{"SELECT key, record, value FROM entries WHERE index = $1 AND", over, "AND ($3::bytea IS NULL OR key < $3) ORDER BY key LIMIT $4"}, " ")
	rows, err := conn.Query(ctx, query, index, from, to, limit)
	if err != nil {
		return nil, failed("postgres.Scan", err)
	}
	page, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (e syncing.IndexEntry, err error) {
		err = r.Scan(&e.Key, (*[16]byte)(&e.Record.UUID), &e.Value)
		return e, err
	})
	return page, failed("postgres.Scan", err)
}

// Close waits for what is under way, and lets go of the connections. Closing twice is no error.
func (s *Store) Close() error {
	if !s.closed.Swap(true) {
		s.closePools()
	}
	return nil
}

// whole makes an absent key an empty one: NULL is neither.
func whole(key []byte) []byte {
	if key == nil {
		return []byte{}
	}
	return key
}

// asked is the pool, or the connection of a transaction.
type asked interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func lookup(ctx context.Context, q asked, index string, key []byte) (e syncing.IndexEntry, ok bool, err error) {
	err = q.QueryRow(ctx, "SELECT record, value FROM entries WHERE index = $1 AND key = $2", index, whole(key)).Scan((*[16]byte)(&e.Record.UUID), &e.Value)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, false, nil
	}
	if err != nil {
		return e, false, failed("postgres.Lookup", err)
	}
	e.Key = bytes.Clone(key)
	return e, true, nil
}

var errTable = fault.New(fault.Internal, "postgres.Tx", textTable)
