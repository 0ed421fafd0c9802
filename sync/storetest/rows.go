package storetest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

const (
	docs    = syncing.TableDocuments
	changes = syncing.TableChanges
)

func readsItsOwnWrites(t *testing.T, s syncing.Store) {
	put(t, s, record(1), docs, "old", "1")
	update(t, s, record(1), func(tx syncing.Tx) error {
		require.Equal(t, record(1), tx.Record())
		require.NoError(t, tx.Put(docs, []byte("new"), []byte("2")))
		require.NoError(t, tx.Put(docs, []byte("new"), []byte("3")))
		require.NoError(t, tx.Delete(docs, []byte("old")))
		require.NoError(t, tx.Delete(docs, []byte("never there")))
		value, err := tx.Get(docs, []byte("new"))
		require.NoError(t, err)
		require.Equal(t, "3", string(value))
		value, err = tx.Get(docs, []byte("old"))
		require.NoError(t, err)
		require.Nil(t, value)
		return nil
	})
}

// fetchesAhead is asked of every store: of one that fetches nothing it holds by itself.
func fetchesAhead(t *testing.T, s syncing.Store) {
	for _, key := range []string{"stays", "changes", "goes"} {
		put(t, s, record(1), docs, key, key)
	}
	put(t, s, record(2), docs, "elsewhere", "of another record")
	keys := [][]byte{[]byte("stays"), []byte("changes"), []byte("goes"), []byte("comes"), []byte("elsewhere"), []byte("never there")}
	update(t, s, record(1), func(tx syncing.Tx) error {
		require.NoError(t, tx.Ahead(docs, keys))
		require.NoError(t, tx.Put(docs, []byte("changes"), []byte("changed")))
		require.NoError(t, tx.Put(docs, []byte("comes"), []byte("came")))
		require.NoError(t, tx.Delete(docs, []byte("goes")))
		require.NoError(t, tx.Scan(docs, nil, nil, func(_, _ []byte) (bool, error) { return false, nil })) // what was written may lie in the database from here on
		requireRows(t, tx, map[string]any{"stays": "stays", "changes": "changed", "goes": nil, "comes": "came", "elsewhere": nil, "never there": nil})
		return nil
	})
	view(t, s, record(1), func(tx syncing.ReadTx) error {
		require.NoError(t, tx.Ahead(docs, keys))
		requireRows(t, tx, map[string]any{"stays": "stays", "changes": "changed", "goes": nil, "comes": "came", "elsewhere": nil})
		value, err := tx.Get(docs, []byte("stays"))
		require.NoError(t, err)
		value[0] = 'X'
		requireRows(t, tx, map[string]any{"stays": "stays"})
		return nil
	})
}

func requireRows(t *testing.T, tx syncing.ReadTx, wanted map[string]any) {
	t.Helper()
	for key, text := range wanted {
		value, err := tx.Get(docs, []byte(key))
		require.NoError(t, err)
		if text == nil {
			require.Nil(t, value, key)
			continue
		}
		require.Equal(t, text, string(value), key)
	}
}

func keepsWhatWasWritten(t *testing.T, s syncing.Store) {
	put(t, s, record(1), docs, "a", "1")
	put(t, s, record(1), docs, "a", "2")
	put(t, s, record(1), docs, "", "the row without a key")
	put(t, s, record(1), docs, "gone", "3")
	update(t, s, record(1), func(tx syncing.Tx) error { return tx.Delete(docs, []byte("gone")) })
	require.Equal(t, "2", string(get(t, s, record(1), docs, "a")))
	require.Equal(t, "the row without a key", string(get(t, s, record(1), docs, "")))
	require.Nil(t, get(t, s, record(1), docs, "gone"))
	require.Nil(t, get(t, s, record(1), docs, "never there"))
}

func emptyIsNotAbsent(t *testing.T, s syncing.Store) {
	update(t, s, record(1), func(tx syncing.Tx) error {
		require.NoError(t, tx.Put(docs, []byte("empty"), []byte{}))
		require.NoError(t, tx.Put(docs, []byte("nil"), nil))
		require.NoError(t, tx.PutIndex("i", []byte("empty"), nil))
		value, err := tx.Get(docs, []byte("nil"))
		require.NoError(t, err)
		require.NotNil(t, value)
		return nil
	})
	for _, key := range []string{"empty", "nil"} {
		value := get(t, s, record(1), docs, key)
		require.NotNil(t, value, key)
		require.Empty(t, value, key)
	}
	require.Equal(t, []row{{"empty", ""}, {"nil", ""}}, scanned(t, s, record(1), docs, nil, nil))
	require.Equal(t, []entry{{"empty", record(1), ""}}, listed(t, s, "i", nil, nil, 10))
}

func handsOutCopies(t *testing.T, s syncing.Store) {
	spoil := func(lists ...[]byte) {
		for _, list := range lists {
			for i := range list {
				list[i] = '!'
			}
			_ = append(list, "!!!!!!!!"...) // must not run into a neighbour either
		}
	}
	update(t, s, record(1), func(tx syncing.Tx) error {
		key, value := []byte("key"), []byte("value")
		require.NoError(t, tx.Put(docs, key, value))
		spoil(key, value)
		key, value = []byte("ikey"), []byte("ivalue")
		require.NoError(t, tx.PutIndex("i", key, value))
		spoil(key, value)
		got, err := tx.Get(docs, []byte("key"))
		require.NoError(t, err)
		spoil(got)
		return nil
	})
	var kept [][]byte
	view(t, s, record(1), func(tx syncing.ReadTx) error {
		got, err := tx.Get(docs, []byte("key"))
		require.NoError(t, err)
		kept = append(kept, bytes.Clone(got))
		spoil(got)
		require.NoError(t, tx.Scan(docs, nil, nil, func(key, value []byte) (bool, error) {
			kept = append(kept, bytes.Clone(value))
			spoil(key, value)
			return true, nil
		}))
		e, _, err := tx.Lookup("i", []byte("ikey"))
		require.NoError(t, err)
		kept = append(kept, bytes.Clone(e.Value))
		spoil(e.Key, e.Value)
		return nil
	})
	require.Equal(t, [][]byte{[]byte("value"), []byte("value"), []byte("ivalue")}, kept)
	require.Equal(t, "value", string(get(t, s, record(1), docs, "key")))
	require.Equal(t, []entry{{"ikey", record(1), "ivalue"}}, listed(t, s, "i", nil, nil, 10))
}

func scansInOrder(t *testing.T, s syncing.Store) {
	keys := []string{"", "\x00", "\x00\x00", "a", "a\x00", "aa", "b", "\xff", "\xff\x00", "\xff\xff"}
	update(t, s, record(1), func(tx syncing.Tx) error {
		for i := range keys { // any order of writing: 7 and 10 have no common divisor
			key := keys[i*7%len(keys)]
			require.NoError(t, tx.Put(docs, []byte(key), []byte("v"+key)))
		}
		return nil
	})
	bounds := [][]byte{nil}
	for _, key := range append(keys, "a\x00\x00", "c", "\xff\xff\xff") {
		bounds = append(bounds, []byte(key))
	}
	for _, from := range bounds {
		for _, to := range bounds {
			var want []row
			for _, key := range keys {
				if key >= string(from) && (to == nil || key < string(to)) {
					want = append(want, row{key, "v" + key})
				}
			}
			require.Equal(t, want, scanned(t, s, record(1), docs, from, to), "from %q to %q", from, to)
		}
	}
}

func stopsScans(t *testing.T, s syncing.Store) {
	for _, key := range []string{"a", "b", "c"} {
		put(t, s, record(1), docs, key, key)
	}
	stop := errors.New("enough")
	view(t, s, record(1), func(tx syncing.ReadTx) error {
		var seen []string
		require.NoError(t, tx.Scan(docs, nil, nil, func(key, _ []byte) (bool, error) {
			seen = append(seen, string(key))
			return len(seen) < 2, nil
		}))
		require.Equal(t, []string{"a", "b"}, seen)
		require.ErrorIs(t, tx.Scan(docs, nil, nil, func(_, _ []byte) (bool, error) { return true, stop }), stop)
		return nil
	})
}

func scansOwnWrites(t *testing.T, s syncing.Store) {
	for _, key := range []string{"a", "b", "c"} {
		put(t, s, record(1), docs, key, "old")
	}
	update(t, s, record(1), func(tx syncing.Tx) error {
		require.NoError(t, tx.Delete(docs, []byte("a")))
		require.NoError(t, tx.Put(docs, []byte("b"), []byte("new")))
		require.NoError(t, tx.Put(docs, []byte("bb"), []byte("new")))
		rows, err := scan(tx, docs, nil, nil)
		require.NoError(t, err)
		require.Equal(t, []row{{"b", "new"}, {"bb", "new"}, {"c", "old"}}, rows)
		return tx.Scan(docs, nil, nil, func(key, value []byte) (bool, error) { // writing to another table is allowed
			return true, tx.Put(changes, key, value)
		})
	})
	require.Equal(t, []row{{"b", "new"}, {"bb", "new"}, {"c", "old"}}, scanned(t, s, record(1), changes, nil, nil))
}

// isolatesRecords uses neighbouring record ids, and row keys that look like the end of one and the start of another.
func isolatesRecords(t *testing.T, s syncing.Store) {
	low, mid, high := record(1), record(2), record(3)
	last := syncing.RecordID{UUID: syncing.UUID([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))}
	for _, id := range []syncing.RecordID{low, mid, high, last} {
		put(t, s, id, docs, "", "first of "+id.String())
		put(t, s, id, docs, "\xff\xff", "last of "+id.String())
		put(t, s, id, changes, "k", "change of "+id.String())
	}
	for _, id := range []syncing.RecordID{low, mid, high, last} {
		want := []row{{"", "first of " + id.String()}, {"\xff\xff", "last of " + id.String()}}
		require.Equal(t, want, scanned(t, s, id, docs, nil, nil))
		require.Equal(t, want[1:], scanned(t, s, id, docs, []byte("a"), nil))
		require.Equal(t, []row{{"k", "change of " + id.String()}}, scanned(t, s, id, changes, nil, nil))
		require.Empty(t, scanned(t, s, id, syncing.TableJournal, nil, nil))
	}
	require.Empty(t, scanned(t, s, record(9), docs, nil, nil))
	require.Nil(t, get(t, s, record(9), docs, ""))
	for _, table := range syncing.Tables {
		put(t, s, mid, table, "table", string(rune('a'+table)))
	}
	for _, table := range syncing.Tables {
		require.Equal(t, string(rune('a'+table)), string(get(t, s, mid, table, "table")))
	}
}

func keepsLargeRows(t *testing.T, s syncing.Store) {
	large := bytes.Repeat([]byte("0123456789abcdef"), ValueBytes/16)
	key := string(bytes.Repeat([]byte("k"), KeyBytes))
	put(t, s, record(1), syncing.TableBlobs, key, string(large))
	put(t, s, record(1), syncing.TableBlobs, "small", "s")
	require.True(t, bytes.Equal(large, get(t, s, record(1), syncing.TableBlobs, key)))
	update(t, s, record(1), func(tx syncing.Tx) error { return tx.PutIndex("i", []byte(key), []byte("v")) })
	require.Equal(t, []entry{{key, record(1), "v"}}, listed(t, s, "i", nil, nil, 10))
	update(t, s, record(1), func(tx syncing.Tx) error { return tx.Delete(syncing.TableBlobs, []byte(key)) })
	require.Nil(t, get(t, s, record(1), syncing.TableBlobs, key))
}

func refusesUnknownTables(t *testing.T, s syncing.Store) {
	for _, table := range []syncing.Table{0, syncing.Tables[len(syncing.Tables)-1] + 1, 255} {
		err := s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
			_, err := tx.Get(table, []byte("k"))
			require.Error(t, err)
			require.Error(t, tx.Delete(table, []byte("k")))
			_, err = scan(tx, table, nil, nil)
			require.Error(t, err)
			return tx.Put(table, []byte("k"), []byte("v"))
		})
		require.Error(t, err)
	}
}
