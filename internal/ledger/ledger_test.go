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
	syncing "satchel/sync"
)

func id(n byte) syncing.UUID { return syncing.UUID{6: 0x70, 8: 0x80, 15: n} }

func samples() []Entry {
	return []Entry{
		{Kind: StoreHead, At: 1795302000123, ID: id(1), Number: 1},
		{Kind: AccessEnded, At: 1795302000124, Account: syncing.AccountID{UUID: id(2)}, Record: syncing.RecordID{UUID: id(3)}},
		{Kind: DeviceEnded, At: -1, Account: syncing.AccountID{UUID: id(2)}, ID: id(4)},
		{Kind: SessionEnded, Account: syncing.AccountID{UUID: id(2)}, ID: id(5)},
		{Kind: RecordErased, Record: syncing.RecordID{UUID: id(3)}, Number: 1<<64 - 1},
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
				if err := l.Append(Entry{Kind: StoreHead, ID: id(byte(a)), Number: uint64(n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, l.Close())
	entries, err := Read(path)
	require.NoError(t, err)
	next := map[syncing.UUID]uint64{}
	for _, e := range entries[len(samples()):] {
		require.Equal(t, next[e.ID], e.Number, "each appender's entries in its order")
		next[e.ID]++
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
	many := make([]Entry, pendingMax+1)
	for i := range many {
		many[i] = Entry{Kind: StoreHead, ID: id(1), Number: uint64(i)}
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

func TestAStoreBehindItsLedgerIsRefused(t *testing.T) {
	t.Parallel()
	head := func(life byte, n uint64) Entry { return Entry{Kind: StoreHead, ID: id(life), Number: n} }
	for _, c := range []struct {
		entries []Entry
		life    byte
		at      uint64
		want    string
	}{
		{nil, 1, 0, ""},
		{samples()[1:], 1, 0, ""},
		{[]Entry{head(1, 5)}, 1, 5, ""},
		{[]Entry{head(1, 5)}, 1, 6, ""},
		{[]Entry{head(1, 5), head(1, 9)}, 1, 6, "3 transactions behind"},
		{[]Entry{head(1, 9), head(2, 3)}, 2, 3, ""},
		{[]Entry{head(1, 9), head(2, 3)}, 1, 8, "1 transactions behind"},
		{[]Entry{head(1, 9)}, 2, 10, "not the one"},
	} {
		t.Run(fmt.Sprintf("%d/%d", c.life, c.at), func(t *testing.T) {
			t.Parallel()
			err := CheckHead(c.entries, id(c.life), c.at)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, fault.Corrupt, fault.CodeOf(err))
			require.Contains(t, fault.TextOf(err), c.want)
		})
	}
}
