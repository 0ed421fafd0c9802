package postgres_test

import (
	"os"
	"testing"

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

func TestPostgresIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opened)
}

func BenchmarkPostgres(b *testing.B) { storetest.Bench(b, opened) }
