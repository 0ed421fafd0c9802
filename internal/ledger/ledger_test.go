package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

func samples() []string {
	return []string{
		`{"life":"one"}`, `{"revocation":{"kind":"grant"}}`, Escape([]byte(`{"by":"J*"}`)), `a line. With dots.`, `{"erased":"x"}`,
	}
}

// written makes a ledger that holds the samples, and returns its path and bytes.
func written(t *testing.T) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keys", "ledger")
	require.NoError(t, Init(path))
	l, entries, err := Open(path)
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, l.Append(samples()[0]))
	require.NoError(t, l.Append(samples()[1:]...))
	require.NoError(t, l.Close())
	content, err = os.ReadFile(path)
	require.NoError(t, err)
	return path, content
}

func TestWhatWasAppendedIsRead(t *testing.T) {
	t.Parallel()
	path, _ := written(t)
	entries, err := Read(path)
	require.NoError(t, err)
	require.Equal(t, samples(), entries)
	l, entries, err := Open(path)
	require.NoError(t, err)
	require.Equal(t, samples(), entries)
	require.NoError(t, l.Append(samples()[0]))
	require.NoError(t, l.Close())
	require.NoError(t, l.Close())
	entries, err = Read(path)
	require.NoError(t, err)
	require.Equal(t, append(samples(), samples()[0]), entries)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
}

func TestManyAppendersLoseNothing(t *testing.T) {
	t.Parallel()
	path, _ := written(t)
	l, _, err := Open(path)
	require.NoError(t, err)
	var wg sync.WaitGroup
	const appenders, each = 16, 20
	for a := range appenders {
		wg.Go(func() {
			for n := range each {
				if err := l.Append(fmt.Sprintf("%d %d", a, n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, l.Close())
	entries, err := Read(path)
	require.NoError(t, err)
	next := map[int]int{}
	for _, e := range entries[len(samples()):] {
		var appender, number int
		_, err := fmt.Sscanf(e, "%d %d", &appender, &number)
		require.NoError(t, err)
		require.Equal(t, next[appender], number, "each appender's entries in its order")
		next[appender]++
	}
	require.Len(t, next, appenders)
	require.Len(t, entries, len(samples())+appenders*each)
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	t.Parallel()
	path, content := written(t)
	for at := range content {
		for bit := range 8 {
			b := append([]byte{}, content...)
			b[at] ^= 1 << bit
			require.NoError(t, os.WriteFile(path, b, 0o600))
			_, err := Read(path)
			require.Error(t, err, "bit %d of byte %d", bit, at)
		}
	}
}

func TestALineTakenOutOrMovedIsFound(t *testing.T) {
	t.Parallel()
	path, content := written(t)
	lines := strings.SplitAfter(string(content), "\n")
	for from := 1; from < len(samples()); from++ {
		without := strings.Join(append(append([]string{}, lines[:from]...), lines[from+1:]...), "")
		swapped := append([]string{}, lines...)
		swapped[from], swapped[from+1] = swapped[from+1], swapped[from]
		for _, text := range []string{without, strings.Join(swapped, "")} {
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			_, err := Read(path)
			require.Equal(t, fault.Corrupt, fault.CodeOf(err))
		}
	}
}

func TestATornLastLineIsLetGoAndNothingElse(t *testing.T) {
	t.Parallel()
	path, content := written(t)
	last := strings.LastIndexByte(strings.TrimSuffix(string(content), "\n"), '\n') + 1
	for size := last; size < len(content); size++ {
		for _, tail := range []string{"", strings.Repeat("\x00", 100)} {
			if tail != "" && size == len(content)-1 {
				continue
			}
			require.NoError(t, os.WriteFile(path, append(append([]byte{}, content[:size]...), tail...), 0o600))
			want := samples()[:len(samples())-1]
			if size == len(content)-1 {
				want = samples() // only its line feed is missing
			}
			entries, err := Read(path)
			require.NoError(t, err, "cut at %d of %d, then %q", size, len(content), tail)
			require.Equal(t, want, entries)
			l, _, err := Open(path)
			require.NoError(t, err)
			require.NoError(t, l.Append(samples()[0]))
			require.NoError(t, l.Close())
			entries, err = Read(path)
			require.NoError(t, err)
			require.Equal(t, append(want, samples()[0]), entries)
		}
	}
}

func TestAFileThatIsNoLedgerIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	_, err := Read(path)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, _, err = Open(path)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	for _, text := range []string{"", "satchel ledger 2\n", "something else\n"} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err = Read(path)
		require.Equal(t, fault.Unsupported, fault.CodeOf(err))
	}
	require.Equal(t, fault.Conflict, fault.CodeOf(Init(path)))
}

func TestTwoProcessesDoNotAppend(t *testing.T) {
	t.Parallel()
	path, _ := written(t)
	l, _, err := Open(path)
	require.NoError(t, err)
	_, _, err = Open(path)
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	require.NoError(t, l.Close())
	require.Equal(t, fault.Busy, fault.CodeOf(l.Append(samples()...)))
}

func TestOneEntryMoreThanWaitsIsBusy(t *testing.T) {
	t.Parallel()
	path, _ := written(t)
	l, _, err := Open(path)
	require.NoError(t, err)
	many := make([]string, pendingMax+1)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	require.Equal(t, fault.Busy, fault.CodeOf(l.Append(many...)))
	require.NoError(t, l.Append(many[:pendingMax]...))
	require.NoError(t, l.Close())
}

func TestAfterAFailedWriteNothingIsAcknowledged(t *testing.T) {
	t.Parallel()
	path, _ := written(t)
	l, _, err := Open(path)
	require.NoError(t, err)
	require.NoError(t, l.file.Close()) // the disk is gone
	for range 2 {
		require.Equal(t, fault.Internal, fault.CodeOf(l.Append(samples()[0])))
	}
	entries, err := Read(path)
	require.NoError(t, err)
	require.Equal(t, samples(), entries)
}

func TestAnOlderCopyDoesNotReachAMark(t *testing.T) {
	t.Parallel()
	path, _ := written(t)
	l, _, err := Open(path)
	require.NoError(t, err)
	older := l.Mark()
	require.NoError(t, l.Append("one more"))
	newer := l.Mark()
	require.True(t, l.Reaches(older))
	require.True(t, l.Reaches(newer))
	require.True(t, l.Reaches(Mark{Sum: first()}))
	require.False(t, l.Reaches(Mark{Lines: older.Lines, Sum: newer.Sum}))
	require.NoError(t, l.Close())
	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, Init(other))
	copied, _, err := Open(other)
	require.NoError(t, err)
	require.False(t, copied.Reaches(older))
	require.NoError(t, copied.Close())
}

func TestWhatIsNoEntryIsRefused(t *testing.T) {
	t.Parallel()
	path, _ := written(t)
	l, _, err := Open(path)
	require.NoError(t, err)
	for _, bad := range []string{"", "two\nlines", "J", "*", "\x8a", "\x00", "\x0b", strings.Repeat("x", entryBytesMax+1)} {
		require.Equal(t, fault.Internal, fault.CodeOf(l.Append(bad)), "%q", bad)
	}
	require.NoError(t, l.Append(strings.Repeat("x", entryBytesMax)))
	require.NoError(t, l.Close())
}
