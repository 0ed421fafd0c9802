package postgres_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"satchel/internal/postgres"
	"satchel/internal/postgres/pgtest"
	syncing "satchel/sync"
	"satchel/sync/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// opened makes a store in a database of its own, and closes it after the test.
func opened(t testing.TB) syncing.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// openedBeside opens the store of a database, and a connection by which a test looks at it from outside.
func openedBeside(t *testing.T, url string) (syncing.Store, *pgx.Conn) {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, postgres.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	beside, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, beside.Close(context.Background())) })
	return s, beside
}

func TestPostgresIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opened)
}

// Whoever looks for the first of many, as the seal does, which passes over what was erased, reads a page and not the whole index.
func TestAScanThatStopsReadsAPageAndNotTheIndex(t *testing.T) {
	t.Parallel()
	var folder, database string
	_, err := fmt.Sscanf(pgtest.Database(t), "host=%s user=postgres dbname=%s", &folder, &database)
	require.NoError(t, err)
	between := pgtest.NewCutter(t, folder, database, 1<<30, 0)
	s, err := postgres.Open(t.Context(), between.URL(), postgres.Options{Connections: 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
		for n := range uint64(5000) {
			if err := tx.PutIndex("many", binary.BigEndian.AppendUint64(nil, n), make([]byte, 100)); err != nil {
				return err
			}
		}
		return nil
	}))
	before, visited := between.Carried(), 0
	require.NoError(t, s.Scan(t.Context(), "many", nil, nil, math.MaxInt, func(syncing.IndexEntry) bool { visited++; return false }))
	require.Equal(t, 1, visited)
	require.Less(t, between.Carried()-before, int64(100_000), "bytes that came for one entry")
	require.NoError(t, s.Scan(t.Context(), "many", nil, nil, math.MaxInt, func(syncing.IndexEntry) bool { visited++; return true }))
	require.Equal(t, 5001, visited)
}

func BenchmarkPostgres(b *testing.B) { storetest.Bench(b, opened) }
