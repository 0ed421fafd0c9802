package flock

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func opened(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestOneHasItAndTheOtherIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, second := opened(t, path), opened(t, path)
	require.NoError(t, Take(first, 0))
	require.ErrorIs(t, Take(second, Moment), syscall.EWOULDBLOCK)
	require.NoError(t, first.Close())
	require.NoError(t, Take(second, 0))
}

func TestWhoWaitsGetsItWhenTheOtherLetsGo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, second := opened(t, path), opened(t, path)
	require.NoError(t, Take(first, 0))
	got := make(chan error)
	go func() { got <- Take(second, time.Minute) }()
	require.NoError(t, first.Close())
	require.NoError(t, <-got)
}

func TestAFileThatCannotBeLockedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	f := opened(t, filepath.Join(t.TempDir(), "lock"))
	require.NoError(t, f.Close())
	require.ErrorIs(t, Take(f, time.Hour), syscall.EBADF)
}
