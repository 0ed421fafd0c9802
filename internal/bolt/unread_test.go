package bolt

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

// atOnce are the settings under which no file is small enough to be read before it is served.
var atOnce = Options{ReadFirst: 1}

// A large store is served without reading it first: what was written is there after a clean end, and after one that saved no sums of its last commits; and
// the sums that are then taken for granted are those of the pages.
func TestALargeStoreIsServedBeforeItIsReadAndIsWholeThen(t *testing.T) {
	t.Parallel()
	dir, want := makeSample(t)
	open := func(dir string) *Store {
		s, err := Open(dir, atOnce)
		require.NoError(t, err)
		require.True(t, s.Unread())
		var b bytes.Buffer
		require.NoError(t, readAll(t.Context(), s, &b))
		require.Equal(t, want, b.Bytes())
		require.NoError(t, s.Scrub(t.Context()))
		return s
	}
	s := open(dir)
	require.NoError(t, s.MarkTaken(t.Context(), 1)) // a commit whose sums nobody has saved
	killed := t.TempDir()
	for _, name := range []string{dataName, sumsName} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(killed, name), text, 0o600))
	}
	require.NoError(t, s.Close())
	for _, dir := range []string{dir, killed} {
		require.NoError(t, open(dir).Close())
		s, err := Open(dir, Options{})
		require.NoError(t, err)
		require.False(t, s.Unread())
		require.NoError(t, s.Close())
	}
}

// What Open did not look at, a Scrub finds.
func TestWhatRotsInALargeStoreIsFoundByTheFirstScrub(t *testing.T) {
	t.Parallel()
	dir, _ := makeSample(t)
	f, free := layoutOf(t, dir)
	rows := f.at.pages - 1
	for free[rows] || rows == f.at.freelist {
		rows--
	}
	path := filepath.Join(dir, dataName)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	text[(rows+1)*pageSize-1] ^= 1
	require.NoError(t, os.WriteFile(path, text, 0o600))
	_, err = Open(dir, Options{})
	require.Equal(t, fault.Corrupt, fault.CodeOf(err))
	s, err := Open(dir, atOnce)
	require.NoError(t, err)
	require.Equal(t, fault.Corrupt, fault.CodeOf(s.Scrub(t.Context())))
	require.NoError(t, s.Close())
}

// How long a large store takes to open does not grow with its pages: of those that have a sum none is read.
func TestOfALargeStoreNoPageIsReadThatHasASum(t *testing.T) {
	t.Parallel()
	dir, _ := makeSample(t)
	f, _ := layoutOf(t, dir)
	file, err := os.Open(filepath.Join(dir, sumsName))
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	known, err := loadSums(file)
	require.NoError(t, err)
	inner, reads := f.read, 0
	f.read = func(id, count uint64) ([]byte, error) { reads++; return inner(id, count) }
	require.NoError(t, known.catchUp(f, true, func(d damage) { t.Error(d) }))
	require.LessOrEqual(t, reads, metaPages)
	require.Greater(t, f.at.pages, uint64(100))
}
