package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Secrets are the wrapped secrets of records, where all nodes share them: what internal/seal asks of such a place, most of it within a transaction.
type Secrets struct{ store *Store }

// Secrets are those in the database of this store.
func (s *Store) Secrets() Secrets { return Secrets{s} }

// Reserve gives numbers that nobody was ever given.
func (s Secrets) Reserve(ctx context.Context, count int) ([]uint64, error) {
	return s.numbers(ctx, "postgres.Reserve", "SELECT nextval('slots') FROM generate_series(1, $1::int)", count)
}

// After gives the numbers behind one, in their order.
func (s Secrets) After(ctx context.Context, number uint64, limit int) ([]uint64, error) {
	return s.numbers(ctx, "postgres.After", "SELECT slot FROM secrets WHERE slot > $1 ORDER BY slot LIMIT $2", int64(number), limit)
}

func (s Secrets) numbers(ctx context.Context, op, query string, args ...any) ([]uint64, error) {
	rows, err := s.store.beside.Query(ctx, query, args...)
	if err != nil {
		return nil, failed(op, err)
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (uint64, error) {
		var n int64
		err := r.Scan(&n)
		return uint64(n), err
	})
	return found, failed(op, err)
}

// Skip lets Reserve give no number up to this one.
func (s Secrets) Skip(ctx context.Context, number uint64) error {
	_, err := s.store.beside.Exec(ctx, "SELECT setval('slots', greatest(last_value, $1)) FROM slots", int64(number))
	return failed("postgres.Skip", err)
}

// Put keeps new ones.
func (s Secrets) Put(ctx context.Context, numbers []uint64, wrapped [][]byte) error {
	slots := make([]int64, len(numbers))
	for i, n := range numbers {
		slots[i] = int64(n)
	}
	_, err := s.store.beside.Exec(ctx, "INSERT INTO secrets SELECT * FROM unnest($1::bigint[], $2::bytea[])", slots, wrapped)
	return failed("postgres.Put", err)
}

// Get gives one; nil if there is none.
func (s Secrets) Get(ctx context.Context, number uint64) (wrapped []byte, err error) {
	err = s.store.beside.QueryRow(ctx, "SELECT wrapped FROM secrets WHERE slot = $1", int64(number)).Scan(&wrapped)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return wrapped, failed("postgres.Get", err)
}

// Replace changes one from what it was; one that is otherwise by now is left alone.
func (s Secrets) Replace(ctx context.Context, number uint64, was, wrapped []byte) error {
	_, err := s.store.beside.Exec(ctx, "UPDATE secrets SET wrapped = $3 WHERE slot = $1 AND wrapped = $2", int64(number), was, wrapped)
	return failed("postgres.Replace", err)
}
