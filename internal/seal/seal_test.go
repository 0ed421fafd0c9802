package seal_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/seal"
	syncing "satchel/sync"
	"satchel/sync/storetest"
)

func record(n byte) syncing.RecordID { return syncing.RecordID{UUID: syncing.UUID{15: n}} }

// folder makes a key folder and opens it.
func folder(t testing.TB) (dir string, keys *seal.Keys) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, seal.Init(dir))
	return dir, reopened(t, dir)
}

func reopened(t testing.TB, dir string) *seal.Keys {
	t.Helper()
	keys, err := seal.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = keys.Close() })
	return keys
}

func put(t testing.TB, s syncing.Store, id syncing.RecordID, key, value string) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), id, func(tx syncing.Tx) error {
		return tx.Put(syncing.TableDocuments, []byte(key), []byte(value))
	}))
}

func get(t testing.TB, s syncing.Store, id syncing.RecordID, key string) (value []byte, err error) {
	t.Helper()
	err = s.View(t.Context(), id, func(tx syncing.ReadTx) (err error) {
		value, err = tx.Get(syncing.TableDocuments, []byte(key))
		return err
	})
	return value, err
}

func TestASealedStoreIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB) syncing.Store {
		_, keys := folder(t)
		return seal.New(storetest.NewMemory(), keys)
	})
}

// BenchmarkSeal against BenchmarkMemory of storetest is what sealing costs.
func BenchmarkSeal(b *testing.B) {
	storetest.Bench(b, func(t testing.TB) syncing.Store {
		_, keys := folder(t)
		return seal.New(storetest.NewMemory(), keys)
	})
}

// raw lists every byte string that the inner store holds of a record and in an index.
func raw(t testing.TB, inner syncing.Store, id syncing.RecordID, index string) (all [][]byte) {
	t.Helper()
	require.NoError(t, inner.View(t.Context(), id, func(tx syncing.ReadTx) error {
		for _, table := range syncing.Tables {
			if err := tx.Scan(table, nil, nil, func(key, value []byte) (bool, error) {
				all = append(all, key, value)
				return true, nil
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, inner.Scan(t.Context(), index, nil, nil, 1000, func(e syncing.IndexEntry) bool {
		all = append(all, e.Key, e.Value)
		return true
	}))
	return all
}

func TestNoCanaryIsReadableUnderTheSeal(t *testing.T) {
	t.Parallel()
	const canary = "CANARY lump in the left breast"
	inner := storetest.NewMemory()
	dir, keys := folder(t)
	s := seal.New(inner, keys)
	require.NoError(t, s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
		for _, table := range syncing.Tables {
			if err := tx.Put(table, []byte("k"), []byte(canary)); err != nil {
				return err
			}
		}
		return tx.PutIndex("names", keys.Blind("name", []byte(canary)), []byte(canary))
	}))
	all := raw(t, inner, record(1), "names")
	require.Len(t, all, 2*(len(syncing.Tables)+2), "each table's row, the key row and the entry")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		all = append(all, b)
	}
	for _, b := range all {
		for _, word := range []string{"CANARY", "lump", "breast"} {
			require.NotContains(t, string(b), word)
		}
	}
	value, err := get(t, s, record(1), "k")
	require.NoError(t, err)
	require.Equal(t, canary, string(value))
}

// tamper changes one stored row behind the seal's back.
func tamper(t *testing.T, inner syncing.Store, id syncing.RecordID, fn func(syncing.Tx) error) {
	t.Helper()
	require.NoError(t, inner.Update(t.Context(), id, fn))
}

func stored(t *testing.T, inner syncing.Store, id syncing.RecordID, key string) []byte {
	t.Helper()
	value, err := get(t, inner, id, key)
	require.NoError(t, err)
	require.NotNil(t, value)
	return value
}

func TestAValueOpensOnlyAtItsPlace(t *testing.T) {
	t.Parallel()
	documents := syncing.TableDocuments
	for name, move := range map[string]func(t *testing.T, inner syncing.Store) error{
		"under another key of the record": func(t *testing.T, inner syncing.Store) error {
			return tamperPut(t, inner, record(1), documents, "b", stored(t, inner, record(1), "a"))
		},
		"in another record": func(t *testing.T, inner syncing.Store) error {
			return tamperPut(t, inner, record(1), documents, "b", stored(t, inner, record(2), "b"))
		},
		"from another table": func(t *testing.T, inner syncing.Store) error {
			var value []byte
			err := inner.View(t.Context(), record(1), func(tx syncing.ReadTx) (err error) {
				value, err = tx.Get(syncing.TableChanges, []byte("b"))
				return err
			})
			require.NotNil(t, value)
			return errorsOr(err, tamperPut(t, inner, record(1), documents, "b", value))
		},
		"with a flipped bit": func(t *testing.T, inner syncing.Store) error {
			value := stored(t, inner, record(1), "b")
			value[len(value)/2] ^= 1
			return tamperPut(t, inner, record(1), documents, "b", value)
		},
		"cut short": func(t *testing.T, inner syncing.Store) error {
			return tamperPut(t, inner, record(1), documents, "b", stored(t, inner, record(1), "b")[:5])
		},
		"emptied": func(t *testing.T, inner syncing.Store) error {
			return tamperPut(t, inner, record(1), documents, "b", nil)
		},
		"of a newer version": func(t *testing.T, inner syncing.Store) error {
			value := stored(t, inner, record(1), "b")
			value[0]++
			return tamperPut(t, inner, record(1), documents, "b", value)
		},
		"under another record's key": func(t *testing.T, inner syncing.Store) error {
			var row []byte
			err := inner.View(t.Context(), record(2), func(tx syncing.ReadTx) (err error) {
				row, err = tx.Get(syncing.TableKeys, nil)
				return err
			})
			return errorsOr(err, tamperPut(t, inner, record(1), syncing.TableKeys, "", row))
		},
		"without its record's key": func(t *testing.T, inner syncing.Store) error {
			tamper(t, inner, record(1), func(tx syncing.Tx) error { return tx.Delete(syncing.TableKeys, nil) })
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inner := storetest.NewMemory()
			_, keys := folder(t)
			s := seal.New(inner, keys)
			for _, id := range []syncing.RecordID{record(1), record(2)} {
				put(t, s, id, "a", "one")
				put(t, s, id, "b", "two")
				require.NoError(t, s.Update(t.Context(), id, func(tx syncing.Tx) error {
					return tx.Put(syncing.TableChanges, []byte("b"), []byte("three"))
				}))
			}
			require.NoError(t, move(t, inner))
			value, err := get(t, s, record(1), "b")
			require.Equal(t, fault.Corrupt, fault.CodeOf(err), "read %q", value)
			require.Nil(t, value)
		})
	}
}

func errorsOr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func tamperPut(t *testing.T, inner syncing.Store, id syncing.RecordID, table syncing.Table, key string, value []byte) error {
	t.Helper()
	tamper(t, inner, id, func(tx syncing.Tx) error { return tx.Put(table, []byte(key), value) })
	return nil
}

func TestAnIndexEntryOpensOnlyAtItsPlace(t *testing.T) {
	t.Parallel()
	inner := storetest.NewMemory()
	_, keys := folder(t)
	s := seal.New(inner, keys)
	putIndex := func(s syncing.Store, id syncing.RecordID, index, key string, value []byte) {
		require.NoError(t, s.Update(t.Context(), id, func(tx syncing.Tx) error { return tx.PutIndex(index, []byte(key), value) }))
	}
	putIndex(s, record(1), "queue", "a", []byte("1"))
	good, ok, err := inner.Lookup(t.Context(), "queue", []byte("a"))
	require.NoError(t, err)
	require.True(t, ok)
	putIndex(inner, record(1), "queue", "moved", good.Value)
	putIndex(inner, record(1), "other", "a", good.Value)
	putIndex(inner, record(2), "theirs", "a", good.Value)
	for _, at := range [][2]string{{"queue", "moved"}, {"other", "a"}, {"theirs", "a"}} {
		_, ok, err := s.Lookup(t.Context(), at[0], []byte(at[1]))
		require.Equal(t, fault.Corrupt, fault.CodeOf(err), at)
		require.False(t, ok)
		require.Equal(t, fault.Corrupt, fault.CodeOf(s.Scan(t.Context(), at[0], []byte(at[1]), nil, 9, func(syncing.IndexEntry) bool { return true })))
	}
}

func TestTheSameValueIsNeverSealedTheSameWay(t *testing.T) {
	t.Parallel()
	inner := storetest.NewMemory()
	_, keys := folder(t)
	s := seal.New(inner, keys)
	seen := map[string]bool{}
	for range 2000 {
		put(t, s, record(1), "a", "always the same")
		nonce := stored(t, inner, record(1), "a")[1:13]
		require.False(t, seen[string(nonce)])
		seen[string(nonce)] = true
	}
}

func TestErasingReachesEveryBackup(t *testing.T) {
	t.Parallel()
	inner := storetest.NewMemory()
	dir, keys := folder(t)
	s := seal.New(inner, keys)
	for _, id := range []syncing.RecordID{record(1), record(2)} {
		require.NoError(t, s.Update(t.Context(), id, func(tx syncing.Tx) error {
			return errorsOr(tx.Put(syncing.TableDocuments, []byte("a"), []byte("words")), tx.PutIndex("queue", id.UUID[:], []byte("words")))
		}))
	}
	backup := inner.Snapshot()
	require.NoError(t, s.Erase(t.Context(), record(1)))
	require.NoError(t, s.Erase(t.Context(), record(1)), "twice is no error")
	check := func(s syncing.Store) {
		t.Helper()
		_, err := get(t, s, record(1), "a")
		require.ErrorIs(t, err, seal.ErrErased)
		require.Equal(t, fault.NotFound, fault.CodeOf(err))
		require.ErrorIs(t, s.Update(t.Context(), record(1), func(syncing.Tx) error { return nil }), seal.ErrErased)
		gone := record(1)
		_, ok, err := s.Lookup(t.Context(), "queue", gone.UUID[:])
		require.NoError(t, err)
		require.False(t, ok)
		var left []syncing.RecordID
		require.NoError(t, s.Scan(t.Context(), "queue", nil, nil, 1, func(e syncing.IndexEntry) bool {
			left = append(left, e.Record)
			return true
		}))
		require.Equal(t, []syncing.RecordID{record(2)}, left, "an erased entry does not use up the limit")
		value, err := get(t, s, record(2), "a")
		require.NoError(t, err)
		require.Equal(t, "words", string(value))
	}
	check(s)
	inner.Restore(backup)
	check(s)
	check(seal.New(inner, reopened(t, dir)))
	require.NoError(t, keys.Rotate())
	check(seal.New(inner, reopened(t, dir)))
}

func TestRecordsMadeTogetherHaveSlotsOfTheirOwn(t *testing.T) {
	t.Parallel()
	const records = 200 // more than three blocks
	inner := storetest.NewMemory()
	dir, keys := folder(t)
	s := seal.New(inner, keys)
	var wg sync.WaitGroup
	for n := range byte(records) {
		wg.Go(func() {
			err := s.Update(context.Background(), record(n), func(tx syncing.Tx) error {
				return tx.Put(syncing.TableDocuments, []byte("a"), fmt.Append(nil, n))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.NoError(t, keys.Close())
	again := seal.New(inner, reopened(t, dir))
	used := map[seal.Slot]bool{}
	for n := range byte(records) {
		value, err := get(t, again, record(n), "a")
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(n), string(value))
		slot, err := again.SlotOf(t.Context(), record(n))
		require.NoError(t, err)
		require.False(t, used[slot])
		used[slot] = true
	}
	put(t, again, record(250), "a", "after a start")
	slot, err := again.SlotOf(t.Context(), record(250))
	require.NoError(t, err)
	require.False(t, used[slot], "a slot made before the start is never used twice")
}

func TestAFailedFirstWriteUsesNoSlot(t *testing.T) {
	t.Parallel()
	inner := storetest.NewMemory()
	dir, keys := folder(t)
	s := seal.New(inner, keys)
	for range 500 {
		require.Error(t, s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
			return errorsOr(tx.Put(syncing.TableDocuments, nil, nil), context.Canceled)
		}))
	}
	_, err := s.SlotOf(t.Context(), record(1))
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	require.NoError(t, keys.Close())
	live, gone, err := reopened(t, dir).Check()
	require.NoError(t, err)
	require.Zero(t, gone)
	require.LessOrEqual(t, live, 128)
}

func TestTheKeyRowIsTheSealsOwn(t *testing.T) {
	t.Parallel()
	_, keys := folder(t)
	s := seal.New(storetest.NewMemory(), keys)
	put(t, s, record(1), "a", "1")
	require.NoError(t, s.Update(t.Context(), record(1), func(tx syncing.Tx) error {
		require.Error(t, tx.Put(syncing.TableKeys, nil, []byte("mine")))
		require.Error(t, tx.Delete(syncing.TableKeys, []byte{}))
		value, err := tx.Get(syncing.TableKeys, nil)
		require.NoError(t, err)
		require.Nil(t, value)
		return tx.Scan(syncing.TableKeys, nil, nil, func(key, value []byte) (bool, error) {
			return false, fmt.Errorf("a row of %d bytes is shown", len(value))
		})
	}))
}

func TestBlindTellsPurposesValuesAndFoldersApart(t *testing.T) {
	t.Parallel()
	dir, keys := folder(t)
	_, other := folder(t)
	want := keys.Blind("name", []byte("anna"))
	require.Len(t, want, 32)
	for _, b := range [][]byte{keys.Blind("code", []byte("anna")), keys.Blind("name", []byte("ann")), keys.Blind("namea", []byte("nna")), other.Blind("name", []byte("anna"))} {
		require.False(t, bytes.Equal(want, b))
	}
	require.NoError(t, keys.Rotate())
	require.Equal(t, want, keys.Blind("name", []byte("anna")))
	require.Equal(t, want, reopened(t, dir).Blind("name", []byte("anna")))
}
