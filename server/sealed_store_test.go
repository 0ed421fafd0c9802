package server_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/bolt"
	"satchel/internal/seal"
	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// The seal over the store in a file: the two rooms that never meet but here.

const canary = "CANARY-0193 a lump in the left breast"

// sealedStore makes both folders and opens the store.
func sealedStore(t testing.TB) (data, keyFolder string, inner *bolt.Store, keys *seal.Keys) {
	t.Helper()
	data, keyFolder = filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "keys")
	require.NoError(t, bolt.Init(data))
	require.NoError(t, seal.Init(keyFolder))
	keys, err := seal.Open(keyFolder)
	require.NoError(t, err)
	t.Cleanup(func() { _ = keys.Close() })
	inner, err = bolt.Open(data, bolt.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = inner.Close() })
	return data, keyFolder, inner, keys
}

func TestTheSealedStoreInAFileIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB) syncing.Store {
		_, _, inner, keys := sealedStore(t)
		return seal.New(inner, keys)
	})
}

// BenchmarkSealedStore beside BenchmarkBolt of internal/bolt is what sealing costs.
func BenchmarkSealedStore(b *testing.B) {
	storetest.Bench(b, func(t testing.TB) syncing.Store {
		_, _, inner, keys := sealedStore(t)
		return seal.New(inner, keys)
	})
}

func canaryRecord(n byte) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.UUID{6: 0x70, 8: 0x80, 15: n}}
}

// plantCanary writes the words into every table of a record and into an index.
func plantCanary(t *testing.T, s syncing.Store, keys *seal.Keys, id syncing.RecordID) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), id, func(tx syncing.Tx) error {
		for _, table := range syncing.Tables {
			if err := tx.Put(table, []byte("key"), bytes.Repeat([]byte(canary), 50)); err != nil {
				return err
			}
		}
		key := append(keys.Blind("name", []byte(canary)), id.UUID[:]...)
		return tx.PutIndex("outbox", key, []byte(canary))
	}))
}

// readCanary says whether the words can be read through a store, in rows or in the index.
func readCanary(t *testing.T, s syncing.Store, id syncing.RecordID) (rows, entry bool) {
	t.Helper()
	err := s.View(t.Context(), id, func(tx syncing.ReadTx) error {
		return tx.Scan(syncing.TableDocuments, nil, nil, func(_, value []byte) (bool, error) {
			rows = rows || bytes.Contains(value, []byte(canary))
			return true, nil
		})
	})
	if err != nil {
		require.ErrorIs(t, err, seal.ErrErased)
	}
	require.NoError(t, s.Scan(t.Context(), "outbox", nil, nil, 100, func(e syncing.IndexEntry) bool {
		entry = entry || e.Record == id && string(e.Value) == canary
		return true
	}))
	return rows, entry
}

// nowhereIn reads every byte of the folders.
func nowhereIn(t *testing.T, folders ...string) (bytesRead int) {
	t.Helper()
	for _, folder := range folders {
		require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			bytesRead += len(b)
			for _, word := range []string{"CANARY", "a lump", "left breast"} {
				require.False(t, bytes.Contains(b, []byte(word)), "%s holds %q", path, word)
			}
			return err
		}))
	}
	return bytesRead
}

func TestPatientWordsLieNowhereInClearAndAnErasedRecordIsGoneFromOlderBackups(t *testing.T) {
	t.Parallel()
	data, keyFolder, inner, keys := sealedStore(t)
	s := seal.New(inner, keys)
	erased, kept := canaryRecord(1), canaryRecord(2)
	plantCanary(t, s, keys, erased)
	plantCanary(t, s, keys, kept)
	backups := t.TempDir()
	f, err := os.Create(filepath.Join(backups, "older"))
	require.NoError(t, err)
	_, err = inner.Backup(t.Context(), f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.Greater(t, nowhereIn(t, data, keyFolder, backups), 100_000)

	require.NoError(t, s.Erase(t.Context(), erased))
	requireErased(t, s, erased, kept)
	require.NoError(t, inner.Close())
	require.NoError(t, keys.Close())

	todays, err := seal.Open(keyFolder)
	require.NoError(t, err)
	defer todays.Close()
	older := filepath.Join(t.TempDir(), "data")
	f, err = os.Open(filepath.Join(backups, "older"))
	require.NoError(t, err)
	_, err = bolt.Restore(older, f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	put, err := bolt.Open(older, bolt.Options{})
	require.NoError(t, err)
	defer put.Close()
	requireErased(t, seal.New(put, todays), erased, kept)
}

func requireErased(t *testing.T, s syncing.Store, erased, kept syncing.RecordID) {
	t.Helper()
	rows, entry := readCanary(t, s, erased)
	require.False(t, rows)
	require.False(t, entry)
	rows, entry = readCanary(t, s, kept)
	require.True(t, rows)
	require.True(t, entry)
}
