package heads

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"satchel/internal/fault"
)

func someLines(n int) (lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprintf("line %d", i))
	}
	return lines
}

// TestTheEdgeGivesTheRootsOfTheWholeTree compares with a tree that keeps every hash.
func TestTheEdgeGivesTheRootsOfTheWholeTree(t *testing.T) {
	t.Parallel()
	var edge tree
	var stored []tlog.Hash
	all := tlog.HashReaderFunc(func(indexes []int64) (list []tlog.Hash, err error) {
		for _, i := range indexes {
			list = append(list, stored[i])
		}
		return list, nil
	})
	for i, line := range someLines(300) {
		hashes, err := tlog.StoredHashes(int64(i), []byte(line), all)
		require.NoError(t, err)
		stored = append(stored, hashes...)
		require.NoError(t, edge.add(line))
		want, err := tlog.TreeHash(int64(i+1), all)
		require.NoError(t, err)
		got, err := edge.root()
		require.NoError(t, err)
		require.Equal(t, want, got, "%d lines", i+1)
	}
}

// signedLog appends lines one batch after another, and gives the head after each.
func signedLog(t *testing.T, path string, batches ...int) (heads []Head) {
	t.Helper()
	l, err := Open(path, nil)
	require.NoError(t, err)
	lines := someLines(1000)
	for _, n := range batches {
		require.NoError(t, l.Append(lines[:n]))
		lines = lines[n:]
		h, err := l.Head()
		require.NoError(t, err)
		heads = append(heads, h)
	}
	require.NoError(t, l.Close())
	return heads
}

func compared(t *testing.T, path string, heads []Head) []string {
	t.Helper()
	_, problems, err := Compare(path, heads, func(string) {})
	require.NoError(t, err)
	return problems
}

func TestAnyByteOfALogThatChangesIsFound(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	heads := signedLog(t, path, 3, 4, 1)
	require.Empty(t, compared(t, path, heads))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for at := range whole {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		require.Len(t, compared(t, path, heads), 1, "byte %d", at)
		require.NoError(t, os.WriteFile(path, whole[:at], 0o600))
		require.Len(t, compared(t, path, heads), 1, "cut at %d", at)
	}
	require.NoError(t, os.WriteFile(path, append(bytes.Clone(whole[:len(whole)-1]), '!', '\n'), 0o600))
	require.Contains(t, compared(t, path, heads)[0], "one of 8 to 8", "the place is named as closely as heads were signed")
	require.NoError(t, os.Remove(path))
	require.Contains(t, compared(t, path, heads)[0], "ends after 0 lines, and 8 were signed")
}

func TestATornLastLineIsCutOffAndTheLogGoesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	heads := signedLog(t, path, 5)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString("half a li")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	heads = append(heads, signedLog(t, path, 2)...)
	require.EqualValues(t, 7, heads[1].Lines)
	require.Empty(t, compared(t, path, heads))
}

// TestWhatCouldNotBeSynced puts a device under the log that takes every write and cannot sync.
func TestWhatCouldNotBeSyncedIsSaidAndNotCounted(t *testing.T) {
	t.Parallel()
	l, err := Open(filepath.Join(t.TempDir(), "log"), nil)
	require.NoError(t, err)
	require.NoError(t, l.file.Close())
	l.file, err = os.OpenFile("/dev/zero", os.O_RDWR, 0)
	require.NoError(t, err)
	require.ErrorIs(t, l.Append(someLines(1)), ErrNotDurable)
	h, err := l.Head()
	require.NoError(t, err)
	require.Zero(t, h.Lines)
	require.NoError(t, l.Close())
}

func TestALineThatIsNoneIsNotTaken(t *testing.T) {
	t.Parallel()
	l, err := Open(filepath.Join(t.TempDir(), "log"), nil)
	require.NoError(t, err)
	for _, line := range []string{"two\nlines", string(make([]byte, lineMax+1))} {
		require.Equal(t, fault.Internal, fault.CodeOf(l.Append([]string{"good", line})))
	}
	h, err := l.Head()
	require.NoError(t, err)
	require.Zero(t, h.Lines)
	require.NoError(t, l.Close())
}

func TestOnlyWhatThisKeySignedOpens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := LoadKey(filepath.Join(dir, "key"), nil, false)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	key, err := LoadKey(filepath.Join(dir, "key"), rand.Reader, true)
	require.NoError(t, err)
	again, err := LoadKey(filepath.Join(dir, "key"), rand.Reader, true)
	require.NoError(t, err)
	other, err := LoadKey(filepath.Join(dir, "other"), rand.Reader, true)
	require.NoError(t, err)

	head := Head{Origin: "satchel/00ff", Lines: 3, Root: tlog.Hash{1}, At: 1_700_000_000_000, Whole: 9}
	signed, err := key.Sign(head)
	require.NoError(t, err)
	opened, err := again.Open(signed)
	require.NoError(t, err)
	require.Equal(t, head, opened)
	_, err = other.Open(signed)
	require.Equal(t, fault.Corrupt, fault.CodeOf(err), "another key")
	for at := range signed {
		changed := []byte(signed)
		changed[at] ^= 1
		read, err := key.Open(string(changed))
		if last := len(strings.TrimRight(signed, "=\n")) - 1; at == last && err == nil { // the last letter has bits that mean nothing
			require.Equal(t, head, read)
			continue
		}
		require.Error(t, err, "byte %d", at)
	}
}

func TestATornLineOfTheFileOfHeadsHidesNoOther(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "signed")
	require.NoError(t, Publish(path, "one"))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(whole, `{"note":"tor`...), 0o600))
	require.NoError(t, Publish(path, "two"))
	require.NoError(t, os.WriteFile(path+".log", []byte(`{"level":"INFO","msg":"signed head","note":"one"}`+"\nnot of ours\n"), 0o600))
	for file, want := range map[string][]string{path: {"one", "two"}, path + ".log": {"one"}, path + ".none": nil} {
		notes, err := Published(file)
		require.NoError(t, err)
		require.Equal(t, want, notes)
	}
}
