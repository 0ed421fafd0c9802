package bolt

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	syncing "satchel/sync"
)

// Records lists the records that have rows, in order of their ids, from `from` on and limit at most: each once, whatever tables
// they have rows in.
func (s *Store) Records(ctx context.Context, from syncing.RecordID, limit int) (ids []syncing.RecordID, err error) {
	err = s.read(ctx, "bolt.Records", func(tx *bbolt.Tx) error {
		for at := from.UUID[:]; at != nil && len(ids) < limit; {
			lowest, err := lowestRecord(tx, at)
			if err != nil || lowest == nil {
				return err
			}
			ids = append(ids, syncing.RecordID{UUID: syncing.UUID(lowest)})
			at = after(lowest)
		}
		return nil
	})
	return ids, err
}

// lowestRecord finds the first record at or after an id; nil if there is none.
func lowestRecord(tx *bbolt.Tx, from []byte) (lowest []byte, err error) {
	for _, table := range syncing.Tables {
		b, err := bucket(tx, tableBucket(table))
		if err != nil {
			return nil, err
		}
		if b == nil {
			continue
		}
		key, _, err := seek(b.Cursor(), from)
		if err != nil {
			return nil, err
		}
		if len(key) >= 16 && (lowest == nil || bytes.Compare(key[:16], lowest) < 0) {
			lowest = slices.Clone(key[:16])
		}
	}
	return lowest, nil
}

// after is the next id; nil after the last.
func after(id []byte) []byte {
	next := slices.Clone(id)
	for i := len(next) - 1; i >= 0; i-- {
		if next[i]++; next[i] != 0 {
			return next
		}
	}
	return nil
}

// Indexes lists the names of the indexes that were ever written.
func (s *Store) Indexes(ctx context.Context) (names []string, err error) {
	err = s.read(ctx, "bolt.Indexes", func(tx *bbolt.Tx) (err error) {
		defer caught("bolt.Indexes", &err)
		return tx.ForEach(func(bucket []byte, _ *bbolt.Bucket) error {
			if name, ok := strings.CutPrefix(string(bucket), indexPrefix); ok {
				names = append(names, name)
			}
			return nil
		})
	})
	return names, err
}
