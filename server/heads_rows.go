package server

import (
	"context"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// rowsOf hands over the rows of a record that must be in the log of heads: its journal, then its access log.
func rowsOf(tx syncing.ReadTx, each func(notedRow)) error {
	if err := tx.Scan(syncing.TableJournal, nil, nil, func(key, value []byte) (bool, error) {
		each(journalRow(tx.Record(), key, value))
		return true, nil
	}); err != nil {
		return err
	}
	from, to := identity.AuditRange()
	return tx.Scan(syncing.TableIdentity, from, to, func(key, value []byte) (bool, error) {
		each(notedRow{notedAccess, tx.Record(), string(key), value})
		return true, nil
	})
}

// readsOf hands over who was shown what, a page at a time.
func readsOf(ctx context.Context, store syncing.Store, each func(notedRow)) error {
	const page = 1000
	for from, n := []byte(nil), page; n == page; {
		n = 0
		if err := store.Scan(ctx, identity.IndexReads, from, nil, page, func(e syncing.IndexEntry) bool {
			n++
			from = append(append([]byte(nil), e.Key...), 0)
			each(notedRow{notedRead, e.Record, string(e.Key), e.Value})
			return true
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}
