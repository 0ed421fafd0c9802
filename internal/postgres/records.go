package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	syncing "satchel/sync"
)

// Sequence is the highest commit that this node made or has seen. It is never one that was not committed.
func (s *Store) Sequence() (uint64, error) { return s.latest.Load(), nil }

// Reached is a sequence that no commit of this database is above.
func (s *Store) Reached(ctx context.Context) (uint64, error) {
	var last int64
	err := s.pool.QueryRow(ctx, "SELECT last_value FROM commits").Scan(&last)
	return uint64(last), failed("postgres.Reached", err)
}

// Records gives the records from one on, in the order of their ids.
func (s *Store) Records(ctx context.Context, from syncing.RecordID, limit int) ([]syncing.RecordID, error) {
	rows, err := s.pool.Query(ctx, "SELECT record FROM records WHERE record >= $1 ORDER BY record LIMIT $2", from.UUID[:], limit)
	if err != nil {
		return nil, failed("postgres.Records", err)
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (id syncing.RecordID, err error) {
		err = r.Scan((*[16]byte)(&id.UUID))
		return id, err
	})
	return found, failed("postgres.Records", err)
}

// Indexes lists the names of the indexes that have an entry.
func (s *Store) Indexes(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, `WITH RECURSIVE found AS (SELECT min(index) AS name FROM entries
		UNION ALL SELECT (SELECT min(index) FROM entries WHERE index > found.name) FROM found WHERE found.name IS NOT NULL)
		SELECT name FROM found WHERE name IS NOT NULL`)
	if err != nil {
		return nil, failed("postgres.Indexes", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return names, failed("postgres.Indexes", err)
}
