package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// Lease is the right to do a piece of work until it ends, given to one node at a time.
type Lease struct {
	name  string
	fence int64
}

// Lease takes a lease or makes one that this node has longer; nil: another node has it. The clock is the database's.
func (s *Store) Lease(ctx context.Context, name string, lasts time.Duration) (*Lease, error) {
	l := &Lease{name: name}
	err := s.pool.QueryRow(ctx, `INSERT INTO leases VALUES ($1, $2, 1, now() + $3)
		ON CONFLICT (name) DO UPDATE SET holder = $2, until = now() + $3, fence = leases.fence + (leases.holder <> $2)::int
		WHERE leases.holder = $2 OR leases.until < now() RETURNING fence`, name, s.node[:], lasts).Scan(&l.fence)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, failed("postgres.Lease", err)
	}
	return l, nil
}

// LetGo ends all leases of this node, so that others need not wait.
func (s *Store) LetGo(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "UPDATE leases SET until = '-infinity' WHERE holder = $1", s.node[:])
	return failed("postgres.LetGo", err)
}

// Leased says whether any node has a lease now.
func (s *Store) Leased(ctx context.Context) (any bool, err error) {
	err = s.pool.QueryRow(ctx, "SELECT EXISTS (SELECT FROM leases WHERE until > now())").Scan(&any)
	return any, failed("postgres.Leased", err)
}

type leaseKey struct{}

// Under lets updates of this context be committed only while the lease is this node's: it is looked at in the same transaction. One behind a lease that
// another node has taken over is answered Busy, and nothing of it is there.
func Under(ctx context.Context, l *Lease) context.Context {
	return context.WithValue(ctx, leaseKey{}, l)
}

// queueLease asks in a transaction whether the lease that it is done under still holds, and keeps others from taking it over before it ends.
func queueLease(ctx context.Context, batch *pgx.Batch) (asked bool) {
	l, ok := ctx.Value(leaseKey{}).(*Lease)
	if ok {
		batch.Queue("SELECT FROM leases WHERE name = $1 AND fence = $2 FOR SHARE", l.name, l.fence)
	}
	return ok
}

func takeLease(results pgx.BatchResults) error {
	tag, err := results.Exec()
	if err == nil && tag.RowsAffected() == 0 {
		err = busy("postgres.Update", textLease)
	}
	return err
}
