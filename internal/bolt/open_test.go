package bolt

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"

	"satchel/internal/fault"
)

func TestInitLeavesAStoreThatIsThere(t *testing.T) {
	t.Parallel()
	dir, want := makeSample(t)
	require.Equal(t, fault.Conflict, fault.CodeOf(Init(dir)))
	require.Equal(t, "same", tryReading(dir, want))
	empty := filepath.Join(t.TempDir(), "not", "yet", "there")
	require.NoError(t, os.MkdirAll(empty, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(empty, dataName+".new"), []byte("an Init that did not end"), 0o600))
	require.NoError(t, Init(empty))
	info, err := os.Stat(filepath.Join(empty, dataName))
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
}

// edited changes a store behind its sums' back, as another program would.
func edited(t *testing.T, dir string, fn func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, dataName), 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(fn))
	require.NoError(t, db.Close())
	require.NoError(t, sumsOf(filepath.Join(dir, dataName), filepath.Join(dir, sumsName)))
}

func TestWhatIsNoStoreIsRefusedPlainly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(t *testing.T, dir string) error
		code fault.Code
		says string
	}{
		"no folder":  {func(_ *testing.T, dir string) error { return os.RemoveAll(dir) }, fault.NotFound, "no store in this folder"},
		"no file":    {func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, dataName)) }, fault.NotFound, "no store in this folder"},
		"no sums":    {func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, sumsName)) }, fault.Corrupt, "damaged"},
		"empty file": {func(_ *testing.T, dir string) error { return os.Truncate(filepath.Join(dir, dataName), 0) }, fault.Corrupt, "damaged"},
		"another one": {func(_ *testing.T, dir string) error {
			return os.WriteFile(filepath.Join(dir, dataName), []byte(strings.Repeat("PNG\n", 9000)), 0o600)
		}, fault.Corrupt, "damaged"},
		"of a newer version": {func(t *testing.T, dir string) error {
			edited(t, dir, func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put(formatRow, []byte{formatVersion + 1}) })
			return nil
		}, fault.Unsupported, "newer version"},
		"with a table that nobody knows": {func(t *testing.T, dir string) error {
			edited(t, dir, func(tx *bbolt.Tx) error {
				_, err := tx.CreateBucket([]byte{'t', 200})
				return err
			})
			return nil
		}, fault.Unsupported, "newer version"},
		"of bbolt, but not ours": {func(t *testing.T, dir string) error {
			edited(t, dir, func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put(formatRow, nil) })
			return nil
		}, fault.Unsupported, "newer version"},
		"written by another program": {func(t *testing.T, dir string) error {
			db, err := bbolt.Open(filepath.Join(dir, dataName), 0o600, nil)
			require.NoError(t, err)
			for range 3 {
				require.NoError(t, db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put([]byte("x"), nil) }))
			}
			return db.Close()
		}, fault.Corrupt, "damaged"},
		"with the sums of another": {func(t *testing.T, dir string) error {
			other := t.TempDir()
			require.NoError(t, Init(other))
			return os.Rename(filepath.Join(other, sumsName), filepath.Join(dir, sumsName))
		}, fault.Corrupt, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := makeSample(t)
			require.NoError(t, c.do(t, dir))
			before, _ := os.ReadFile(filepath.Join(dir, dataName))
			s, err := Open(dir, Options{})
			require.Nil(t, s)
			require.Equal(t, c.code, fault.CodeOf(err))
			require.Contains(t, fault.TextOf(err), c.says)
			after, _ := os.ReadFile(filepath.Join(dir, dataName))
			require.Equal(t, before, after, "what was refused was left as it was, and nothing was made")
		})
	}
}

func TestATableOfAnOlderProgramIsMade(t *testing.T) {
	t.Parallel()
	dir, want := makeSample(t)
	edited(t, dir, func(tx *bbolt.Tx) error { return tx.DeleteBucket(tableBucket(12)) })
	require.Equal(t, "same", tryReading(dir, want))
	report, err := Verify(t.Context(), dir, Checks{})
	require.NoError(t, err)
	require.Empty(t, report.Problems)
}

// TestASecondProcess stands for one: a lock belongs to the opened file, not to the process.
func TestASecondProcessIsToldWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	dir, _ := makeSample(t)
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	defer s.Close()
	begun := time.Now()
	_, err = Open(dir, Options{})
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	require.Contains(t, fault.TextOf(err), "Another process")
	require.InDelta(t, lockWait.Seconds(), time.Since(begun).Seconds(), 1)
	_, err = Verify(t.Context(), dir, Checks{})
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
}

// asNobody runs fn on a thread that may not do what root may. Where the test is not root already it runs as it is.
func asNobody(fn func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if unix.Geteuid() == 0 {
			const nobody = 65534
			_ = unix.Setfsuid(nobody)
		}
		fn()
	}()
	<-done
}

func TestAFileThatMayNotBeWrittenIsSaid(t *testing.T) {
	t.Parallel()
	for name, forbid := range map[string]func(dir string) error{
		"a file to read only": func(dir string) error { return os.Chmod(filepath.Join(dir, dataName), 0o444) },
		"sums of another user": func(dir string) error {
			if os.Geteuid() != 0 {
				return os.Chmod(filepath.Join(dir, sumsName), 0)
			}
			return os.Chmod(filepath.Join(dir, sumsName), 0o600)
		},
		"a folder of another user": func(dir string) error {
			if err := os.Remove(filepath.Join(dir, lockName)); err != nil {
				return err
			}
			return os.Chmod(dir, 0o555)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent, err := os.MkdirTemp("", "satchel-open")
			require.NoError(t, err)
			t.Cleanup(func() {
				require.NoError(t, os.Chmod(filepath.Join(parent, "data"), 0o700))
				require.NoError(t, os.RemoveAll(parent))
			})
			require.NoError(t, os.Chmod(parent, 0o755))
			dir := filepath.Join(parent, "data")
			require.NoError(t, Init(dir))
			require.NoError(t, os.Chmod(dir, 0o777))
			for _, name := range []string{dataName, sumsName, lockName} {
				require.NoError(t, os.Chmod(filepath.Join(dir, name), 0o666))
			}
			require.NoError(t, forbid(dir))
			begun := time.Now()
			asNobody(func() { _, err = Open(dir, Options{}) })
			require.Equal(t, fault.Forbidden, fault.CodeOf(err))
			require.Contains(t, fault.TextOf(err), "cannot be written by this user")
			require.Less(t, time.Since(begun), lockWait)
		})
	}
}
