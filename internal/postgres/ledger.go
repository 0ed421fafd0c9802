package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"satchel/internal/fault"
)

// ledgerLock is the advisory lock of who appends to the ledger: its lines follow one another.
const ledgerLock = 0x5a7c4e1

// Ledger is the append-only list of what must not come back, where all nodes share it. Its second place is the synchronous standby.
type Ledger struct{ store *Store }

// Ledger is that in the database of this store.
func (s *Store) Ledger() Ledger { return Ledger{s} }

// sumOf binds a line to the one before it.
func sumOf(before, said string) string {
	sum := sha256.Sum256([]byte(before + "\n" + said))
	return hex.EncodeToString(sum[:16])
}

// Lines gives all of it, in order, and the sum of the last. Corrupt: a line was changed, moved or taken out.
func (l Ledger) Lines(ctx context.Context) (said []string, last string, err error) {
	const op = "postgres.Ledger"
	rows, err := l.store.pool.Query(ctx, "SELECT line, said, sum FROM ledger ORDER BY line")
	if err != nil {
		return nil, "", failed(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var line int
		var text, sum string
		if err := rows.Scan(&line, &text, &sum); err != nil {
			return nil, "", failed(op, err)
		}
		if line != len(said)+1 || sum != sumOf(last, text) {
			return nil, "", fault.Wrap(fmt.Errorf("line %d", line), fault.Corrupt, op,
				"The ledger in the database was changed. It says which accesses have ended, so nothing is served without it. Compare it with a standby or a backup.")
		}
		said, last = append(said, text), sum
	}
	return said, last, failed(op, rows.Err())
}

// Append adds a line; it is committed when it returns nil.
func (l Ledger) Append(ctx context.Context, said string) error {
	err := pgx.BeginFunc(ctx, l.store.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", ledgerLock); err != nil {
			return err
		}
		lines, last, err := mark(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO ledger VALUES ($1, $2, $3)", lines+1, said, sumOf(last, said))
		return err
	})
	return failed("postgres.Append", err)
}

// Mark says how many lines there are, and the sum of the last.
func (l Ledger) Mark(ctx context.Context) (lines uint64, sum string, err error) {
	n, sum, err := mark(ctx, l.store.pool)
	return uint64(n), sum, failed("postgres.Mark", err)
}

func mark(ctx context.Context, q asked) (lines int64, sum string, err error) {
	err = q.QueryRow(ctx, "SELECT line, sum FROM ledger ORDER BY line DESC LIMIT 1").Scan(&lines, &sum)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return lines, sum, err
}

// Reaches says whether the ledger was once as a mark says.
func (l Ledger) Reaches(ctx context.Context, lines uint64, sum string) (bool, error) {
	if lines == 0 {
		return true, nil
	}
	var there bool
	err := l.store.pool.QueryRow(ctx, "SELECT EXISTS (SELECT FROM ledger WHERE line = $1 AND sum = $2)", int64(lines), sum).Scan(&there)
	return there, failed("postgres.Reaches", err)
}
