package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

var errChanged = errors.New("changed its mind")

// disturb makes every kind of change to a record that holds the rows "kept" and "gone".
func disturb(tx syncing.Tx) error {
	steps := []error{
		tx.Put(docs, []byte("kept"), []byte("other")),
		tx.Put(docs, []byte("kept"), []byte("and again other")),
		tx.Put(docs, []byte("new"), []byte("1")),
		tx.Delete(docs, []byte("new")),
		tx.Put(docs, []byte("new"), []byte("2")),
		tx.Delete(docs, []byte("gone")),
		tx.Put(docs, []byte("gone"), []byte("back")),
		tx.Delete(docs, []byte("gone")),
		tx.Put(changes, []byte("other table"), nil),
		tx.PutIndex("disturbed", []byte("entry"), []byte("1")),
	}
	return errors.Join(steps...)
}

// undisturbed checks that nothing of disturb is there.
func undisturbed(t testing.TB, s syncing.Store, id syncing.RecordID) {
	t.Helper()
	require.Equal(t, []row{{"gone", "2"}, {"kept", "1"}}, scanned(t, s, id, docs, nil, nil))
	require.Empty(t, scanned(t, s, id, changes, nil, nil))
	require.Empty(t, listed(t, s, "disturbed", nil, nil, 10))
}

func settled(t testing.TB, s syncing.Store, id syncing.RecordID) {
	t.Helper()
	put(t, s, id, docs, "kept", "1")
	put(t, s, id, docs, "gone", "2")
}

func failureLeavesNothing(t *testing.T, s syncing.Store) {
	settled(t, s, record(1))
	require.ErrorIs(t, s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
		require.NoError(t, disturb(tx))
		return errChanged
	}), errChanged)
	undisturbed(t, s, record(1))
	put(t, s, record(1), changes, "afterwards", "all works")
	require.Equal(t, []row{{"afterwards", "all works"}}, scanned(t, s, record(1), changes, nil, nil))
}

func panicLeavesNothing(t *testing.T, s syncing.Store) {
	settled(t, s, record(1))
	require.PanicsWithValue(t, "out of the window", func() {
		_ = s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
			require.NoError(t, disturb(tx))
			panic("out of the window")
		})
	})
	undisturbed(t, s, record(1))
	require.PanicsWithValue(t, "seen", func() {
		_ = s.View(t.Context(), record(1), func(syncing.ReadTx) error { panic("seen") })
	})
	put(t, s, record(1), changes, "afterwards", "all works")
}

// neighboursAreUnhurt lets good, failing and panicking updates of the same and of other records arrive together, so that they
// share commits where a store groups them.
func neighboursAreUnhurt(t *testing.T, s syncing.Store) {
	const each = 40
	settled(t, s, record(1))
	var wg sync.WaitGroup
	for i := range each {
		wg.Go(func() {
			err := s.Update(context.Background(), record(1), func(tx syncing.Tx) error {
				return errors.Join(disturb(tx), errChanged)
			})
			if !errors.Is(err, errChanged) {
				t.Errorf("a failed update answered %v", err)
			}
		})
		wg.Go(func() {
			defer func() {
				if recover() == nil {
					t.Error("a panic did not reach its caller")
				}
			}()
			_ = s.Update(context.Background(), record(1), func(tx syncing.Tx) error {
				_ = disturb(tx)
				panic(i)
			})
		})
		wg.Go(func() {
			err := s.Update(context.Background(), record(2), func(tx syncing.Tx) error {
				return tx.Put(docs, fmt.Appendf(nil, "%03d", i), fmt.Append(nil, i))
			})
			if err != nil {
				t.Errorf("a good update answered %v", err)
			}
		})
	}
	wg.Wait()
	undisturbed(t, s, record(1))
	rows := scanned(t, s, record(2), docs, nil, nil)
	require.Len(t, rows, each)
	for i, r := range rows {
		require.Equal(t, row{fmt.Sprintf("%03d", i), fmt.Sprint(i)}, r)
	}
}

func endedContextStartsNothing(t *testing.T, s syncing.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never := func() { t.Error("a function ran under a context that had ended") }
	require.ErrorIs(t, s.Update(ctx, record(1), func(syncing.Tx) error { never(); return nil }), context.Canceled)
	require.ErrorIs(t, s.View(ctx, record(1), func(syncing.ReadTx) error { never(); return nil }), context.Canceled)
	require.ErrorIs(t, s.Scan(ctx, "i", nil, nil, 1, func(syncing.IndexEntry) bool { never(); return true }), context.Canceled)
	_, _, err := s.Lookup(ctx, "i", []byte("k"))
	require.ErrorIs(t, err, context.Canceled)
	put(t, s, record(1), docs, "a", "1")
}

func closedStoreRefuses(t *testing.T, s syncing.Store) {
	put(t, s, record(1), docs, "a", "1")
	require.NoError(t, s.Close())
	ctx := t.Context()
	require.Error(t, s.Update(ctx, record(1), func(syncing.Tx) error { return nil }))
	require.Error(t, s.View(ctx, record(1), func(syncing.ReadTx) error { return nil }))
	require.Error(t, s.Scan(ctx, "i", nil, nil, 1, func(syncing.IndexEntry) bool { return true }))
	_, _, err := s.Lookup(ctx, "i", []byte("k"))
	require.Error(t, err)
	require.NoError(t, s.Close(), "closing twice is no error")
}
