package storetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/storetest"
)

func inMemory(testing.TB) syncing.Store { return storetest.NewMemory() }

func TestMemoryIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, inMemory)
}

func BenchmarkMemory(b *testing.B) { storetest.Bench(b, inMemory) }

func put(t *testing.T, m *storetest.Memory, key, value string) {
	t.Helper()
	require.NoError(t, m.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
		if err := tx.PutIndex("i", []byte(key), []byte(value)); err != nil {
			return err
		}
		return tx.Put(syncing.TableDocuments, []byte(key), []byte(value))
	}))
}

// rows is the whole content, in the table and in the index, which must be the same.
func rows(t *testing.T, m *storetest.Memory) map[string]string {
	t.Helper()
	table, index := map[string]string{}, map[string]string{}
	require.NoError(t, m.View(t.Context(), syncing.RecordID{}, func(tx syncing.ReadTx) error {
		return tx.Scan(syncing.TableDocuments, nil, nil, func(key, value []byte) (bool, error) {
			table[string(key)] = string(value)
			return true, nil
		})
	}))
	require.NoError(t, m.Scan(t.Context(), "i", nil, nil, 100, func(e syncing.IndexEntry) bool {
		index[string(e.Key)] = string(e.Value)
		return true
	}))
	require.Equal(t, table, index)
	return table
}

func TestASnapshotStaysAsItIs(t *testing.T) {
	t.Parallel()
	m := storetest.NewMemory()
	put(t, m, "a", "1")
	first := m.Snapshot()
	put(t, m, "a", "2")
	put(t, m, "b", "2")
	second := m.Snapshot()
	require.Error(t, m.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
		require.NoError(t, tx.Delete(syncing.TableDocuments, []byte("a")))
		return tx.Put(0, nil, nil)
	}))
	for range 2 { // going back may be done again, and what is written there stays out of the snapshot
		m.Restore(first)
		require.EqualValues(t, 1, m.Sequence())
		require.Equal(t, map[string]string{"a": "1"}, rows(t, m))
		put(t, m, "c", "3")
		m.Restore(second)
		require.EqualValues(t, 3, m.Sequence())
		require.Equal(t, map[string]string{"a": "2", "b": "2"}, rows(t, m))
	}
}

func TestDurabilityIsWhatWasSet(t *testing.T) {
	t.Parallel()
	m := storetest.NewMemory()
	put(t, m, "a", "1")
	put(t, m, "b", "1")
	before := m.Snapshot()
	m.SetDurability(2, 1)
	durability := func() (d syncing.Durability) {
		require.NoError(t, m.View(t.Context(), syncing.RecordID{}, func(tx syncing.ReadTx) error {
			d = tx.Durability()
			return nil
		}))
		return d
	}
	require.Equal(t, syncing.Durability{Sequence: 2, Taken: 2, Safe: 1}, durability())
	m.Restore(before)
	require.Equal(t, syncing.Durability{Sequence: 2}, durability())
}
