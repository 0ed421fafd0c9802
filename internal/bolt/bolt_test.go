package bolt_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/bolt"
	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// opened makes a store in a folder of its own, and closes it after the test.
func opened(t testing.TB) syncing.Store {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, bolt.Init(dir))
	s, err := bolt.Open(dir, bolt.Options{Fatal: func(err error) { t.Errorf("fatal: %v", err) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestBoltIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opened)
}

func BenchmarkBolt(b *testing.B) { storetest.Bench(b, opened) }
