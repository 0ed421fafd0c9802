package storetest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

func putIndex(t testing.TB, s syncing.Store, id syncing.RecordID, index, key, value string) {
	t.Helper()
	update(t, s, id, func(tx syncing.Tx) error { return tx.PutIndex(index, []byte(key), []byte(value)) })
}

func lookup(t testing.TB, s syncing.Store, index, key string) (entry, bool) {
	t.Helper()
	e, ok, err := s.Lookup(t.Context(), index, []byte(key))
	require.NoError(t, err)
	return asEntry(e), ok
}

func indexEntries(t *testing.T, s syncing.Store) {
	_, ok := lookup(t, s, "never made", "k")
	require.False(t, ok)
	require.Empty(t, listed(t, s, "never made", nil, nil, 10))
	update(t, s, record(1), func(tx syncing.Tx) error {
		require.NoError(t, tx.DeleteIndex("never made", []byte("k")))
		require.NoError(t, tx.PutIndex("i", []byte("k"), []byte("1")))
		require.NoError(t, tx.PutIndex("i", []byte("k"), []byte("2")))
		e, ok, err := tx.Lookup("i", []byte("k"))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, entry{"k", record(1), "2"}, asEntry(e))
		return nil
	})
	e, ok := lookup(t, s, "i", "k")
	require.True(t, ok)
	require.Equal(t, entry{"k", record(1), "2"}, e)
	view(t, s, record(2), func(tx syncing.ReadTx) error { // whichever record it belongs to
		e, ok, err := tx.Lookup("i", []byte("k"))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, entry{"k", record(1), "2"}, asEntry(e))
		return nil
	})
	update(t, s, record(1), func(tx syncing.Tx) error { return tx.DeleteIndex("i", []byte("k")) })
	_, ok = lookup(t, s, "i", "k")
	require.False(t, ok)
}

func indexAcrossRecords(t *testing.T, s syncing.Store) {
	keys := []string{"\x00", "a", "a\x00", "ab", "b", "\xff", "\xff\xff"}
	for i := range keys { // any order of writing: 3 and 7 have no common divisor
		j := i * 3 % len(keys)
		putIndex(t, s, record(byte(j%3)), "i", keys[j], "v"+keys[j])
	}
	bounds := [][]byte{nil, {}}
	for _, key := range append(keys, "c") {
		bounds = append(bounds, []byte(key))
	}
	for _, from := range bounds {
		for _, to := range bounds {
			var want []entry
			for j, key := range keys {
				if key >= string(from) && (to == nil || key < string(to)) {
					want = append(want, entry{key, record(byte(j % 3)), "v" + key})
				}
			}
			require.Equal(t, want, listed(t, s, "i", from, to, 100), "from %q to %q", from, to)
		}
	}
}

func indexLimit(t *testing.T, s syncing.Store) {
	for _, key := range []string{"a", "b", "c", "d"} {
		putIndex(t, s, record(1), "i", key, key)
	}
	for _, limit := range []int{-1, 0, 1, 3, 4, 5} {
		require.Len(t, listed(t, s, "i", nil, nil, limit), max(0, min(limit, 4)), "limit %d", limit)
	}
	require.Equal(t, []entry{{"b", record(1), "b"}, {"c", record(1), "c"}}, listed(t, s, "i", []byte("b"), nil, 2))
	seen := 0
	require.NoError(t, s.Scan(t.Context(), "i", nil, nil, 4, func(syncing.IndexEntry) bool { seen++; return seen < 2 }))
	require.Equal(t, 2, seen)
}

func isolatesIndexes(t *testing.T, s syncing.Store) {
	putIndex(t, s, record(1), "queue", "k", "1")
	putIndex(t, s, record(2), "queues", "k", "2") // the same key in another index is another record's with right
	require.Equal(t, []entry{{"k", record(1), "1"}}, listed(t, s, "queue", nil, nil, 10))
	require.Equal(t, []entry{{"k", record(2), "2"}}, listed(t, s, "queues", nil, nil, 10))
	require.Empty(t, scanned(t, s, record(1), docs, nil, nil))
}

func indexClaims(t *testing.T, s syncing.Store) {
	putIndex(t, s, record(1), "names", "anna", "first")
	for _, attempt := range []func(syncing.Tx) error{
		func(tx syncing.Tx) error { return tx.PutIndex("names", []byte("anna"), []byte("second")) },
		func(tx syncing.Tx) error { return tx.DeleteIndex("names", []byte("anna")) },
	} {
		err := s.Update(t.Context(), record(2), attempt)
		require.Equal(t, fault.Conflict, fault.CodeOf(err))
	}
	e, ok := lookup(t, s, "names", "anna")
	require.True(t, ok)
	require.Equal(t, entry{"anna", record(1), "first"}, e)
	update(t, s, record(2), func(tx syncing.Tx) error { // a refused claim need not fail the whole
		require.Equal(t, fault.Conflict, fault.CodeOf(tx.PutIndex("names", []byte("anna"), nil)))
		return tx.PutIndex("names", []byte("anna-2"), nil)
	})
	update(t, s, record(1), func(tx syncing.Tx) error { return tx.DeleteIndex("names", []byte("anna")) })
	putIndex(t, s, record(2), "names", "anna", "free again")
}

func failureLeavesIndex(t *testing.T, s syncing.Store) {
	putIndex(t, s, record(1), "i", "kept", "1")
	putIndex(t, s, record(1), "i", "gone", "2")
	before := listed(t, s, "i", nil, nil, 10)
	require.ErrorIs(t, s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
		return errors.Join(tx.PutIndex("i", []byte("kept"), []byte("other")), tx.DeleteIndex("i", []byte("gone")),
			tx.PutIndex("i", []byte("new"), nil), tx.PutIndex("never made", []byte("new"), nil), errChanged)
	}), errChanged)
	require.Equal(t, before, listed(t, s, "i", nil, nil, 10))
	require.Empty(t, listed(t, s, "never made", nil, nil, 10))
}

// refusesIndexKeys: an entry has a key of one byte or more, of at most KeyBytes; an index has a name.
func refusesIndexKeys(t *testing.T, s syncing.Store) {
	long := bytes.Repeat([]byte("k"), KeyBytes+1)
	for _, attempt := range []func(syncing.Tx) error{
		func(tx syncing.Tx) error { return tx.PutIndex("i", nil, []byte("v")) },
		func(tx syncing.Tx) error { return tx.PutIndex("i", long, []byte("v")) },
		func(tx syncing.Tx) error { return tx.PutIndex("", []byte("k"), []byte("v")) },
		func(tx syncing.Tx) error { return tx.Put(docs, long, []byte("v")) },
	} {
		require.Equal(t, fault.Invalid, fault.CodeOf(s.Update(t.Context(), record(1), attempt)))
	}
	require.Empty(t, listed(t, s, "i", nil, nil, 10))
}
