package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func number(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// count adds one to the counter "n" of a record, writes a row of that number, and returns the number.
func count(s syncing.Store, id syncing.RecordID) (n uint64, err error) {
	err = s.Update(context.Background(), id, func(tx syncing.Tx) error {
		old, err := tx.Get(syncing.TableHead, []byte("n"))
		if err != nil {
			return err
		}
		n = number(old) + 1
		b := binary.BigEndian.AppendUint64(nil, n)
		if err := tx.Put(syncing.TableJournal, b, b); err != nil {
			return err
		}
		return tx.Put(syncing.TableHead, []byte("n"), b)
	})
	return n, err
}

// countTogether runs workers that each count in turn through the records; it returns what they were told.
func countTogether(t *testing.T, s syncing.Store, workers, each, records int) map[byte]map[uint64]int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	told := map[byte]map[uint64]int{}
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				r := byte((w + i) % records)
				n, err := count(s, record(r))
				if err != nil {
					t.Errorf("counting: %v", err)
					return
				}
				mu.Lock()
				if told[r] == nil {
					told[r] = map[uint64]int{}
				}
				told[r][n]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return told
}

func requireCounted(t *testing.T, s syncing.Store, told map[byte]map[uint64]int, total int) {
	t.Helper()
	sum := 0
	for r, numbers := range told {
		for n := range uint64(len(numbers)) {
			require.Equal(t, 1, numbers[n+1], "number %d of record %d was given to more or fewer than one", n+1, r)
		}
		require.Len(t, scanned(t, s, record(r), syncing.TableJournal, nil, nil), len(numbers))
		require.EqualValues(t, len(numbers), number(get(t, s, record(r), syncing.TableHead, "n")))
		sum += len(numbers)
	}
	require.Equal(t, total, sum)
}

func updatesAreSerial(t *testing.T, s syncing.Store) {
	requireCounted(t, s, countTogether(t, s, 16, 15, 1), 16*15)
}

func recordsRunSideBySide(t *testing.T, s syncing.Store) {
	requireCounted(t, s, countTogether(t, s, 16, 15, 5), 16*15)
}

// viewIsOneMoment keeps counting while others look: counter and rows of a view must always agree, however long it lasts.
func viewIsOneMoment(t *testing.T, s syncing.Store) {
	var done atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for !done.Load() {
				if err := agrees(s); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 60 {
		_, err := count(s, record(1))
		require.NoError(t, err)
	}
	done.Store(true)
	wg.Wait()
}

func agrees(s syncing.Store) error {
	return s.View(context.Background(), record(1), func(tx syncing.ReadTx) error {
		before, err := tx.Get(syncing.TableHead, []byte("n"))
		if err != nil {
			return err
		}
		rows, err := scan(tx, syncing.TableJournal, nil, nil)
		if err != nil {
			return err
		}
		after, err := tx.Get(syncing.TableHead, []byte("n"))
		if err != nil {
			return err
		}
		if number(before) != number(after) || uint64(len(rows)) != number(before) {
			return fmt.Errorf("one view saw %d, %d rows, and %d", number(before), len(rows), number(after))
		}
		return nil
	})
}

func viewSeesOnlyCommits(t *testing.T, s syncing.Store) {
	put(t, s, record(1), docs, "a", "1")
	sequence := func() (n uint64) {
		view(t, s, record(1), func(tx syncing.ReadTx) error { n = tx.Durability().Sequence; return nil })
		return n
	}
	before := sequence()
	require.Error(t, s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
		require.NoError(t, tx.Put(docs, []byte("a"), []byte("2")))
		require.Greater(t, tx.Durability().Sequence, before)
		return errChanged
	}))
	require.Equal(t, "1", string(get(t, s, record(1), docs, "a")))
	require.Equal(t, before, sequence())
}

func sequenceGrows(t *testing.T, s syncing.Store) {
	var last uint64
	for i := range 5 {
		var during uint64
		update(t, s, record(byte(i%2)), func(tx syncing.Tx) error {
			during = tx.Durability().Sequence
			return tx.Put(docs, []byte("a"), []byte{byte(i)})
		})
		require.Greater(t, during, last)
		view(t, s, record(1), func(tx syncing.ReadTx) error {
			d := tx.Durability()
			require.Equal(t, during, d.Sequence, "a view is at the latest commit")
			require.LessOrEqual(t, d.Safe, d.Sequence)
			require.LessOrEqual(t, d.Safe, d.Taken)
			return nil
		})
		last = during
	}
}
