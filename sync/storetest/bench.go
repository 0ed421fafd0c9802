package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"testing"

	syncing "satchel/sync"
)

// Bench measures what a phone's sync round asks of a store: one transaction of 25 writes, then one view that reads five
// documents, by 1, 16 and 64 phones at once, each in a record of its own.
func Bench(b *testing.B, open Open) {
	for _, phones := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("round/c=%d", phones), func(b *testing.B) { benchRounds(b, open(b), phones) })
	}
	b.Run("view", func(b *testing.B) { benchViews(b, open(b)) })
}

func benchRounds(b *testing.B, s syncing.Store, phones int) {
	b.ReportAllocs()
	var names, left atomic.Int64
	left.Store(int64(b.N))
	done := make(chan error, phones)
	b.ResetTimer()
	for range phones {
		go func() {
			id, n := record(byte(names.Add(1))), uint64(0)
			for left.Add(-1) >= 0 {
				n++
				if err := round(s, id, n); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range phones {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}

var benchValue = make([]byte, 400)

// round is the work of one sync round: five mutations make documents, changes, journal entries and names; head, replica and
// two queue entries change.
func round(s syncing.Store, id syncing.RecordID, n uint64) error {
	err := s.Update(context.Background(), id, func(tx syncing.Tx) error {
		for i := range uint64(5) {
			key := binary.BigEndian.AppendUint64(nil, n*5+i)
			doc := fmt.Appendf(nil, "assessment/%08d", (n*5+i)%200)
			for _, table := range []syncing.Table{docs, changes, syncing.TableJournal, syncing.TableNames} {
				at := key
				if table == docs {
					at = doc
				}
				if err := tx.Put(table, at, benchValue); err != nil {
					return err
				}
			}
		}
		for _, table := range []syncing.Table{syncing.TableHead, syncing.TableReplicas} {
			if err := tx.Put(table, nil, benchValue[:200]); err != nil {
				return err
			}
		}
		return tx.PutIndex("queue", id.UUID[:], benchValue[:40])
	})
	if err != nil {
		return err
	}
	return readFive(s, id, n)
}

func readFive(s syncing.Store, id syncing.RecordID, n uint64) error {
	return s.View(context.Background(), id, func(tx syncing.ReadTx) error {
		for i := range uint64(5) {
			value, err := tx.Get(docs, fmt.Appendf(nil, "assessment/%08d", (n*5+i)%200))
			if err != nil || len(value) == 0 {
				return fmt.Errorf("a document that was written is absent: %w", err)
			}
		}
		return nil
	})
}

func benchViews(b *testing.B, s syncing.Store) {
	if err := round(s, record(1), 1); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := readFive(s, record(1), 1); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
