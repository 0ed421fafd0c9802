package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

func openedWith(t *testing.T, options Options) *Store {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, Init(dir))
	s, err := Open(dir, options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func putRow(s *Store, key string, value []byte) error {
	return s.Update(context.Background(), syncing.RecordID{}, func(tx syncing.Tx) error {
		return tx.Put(syncing.TableDocuments, []byte(key), value)
	})
}

func countRows(t *testing.T, s *Store) (n int) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), syncing.RecordID{}, func(tx syncing.ReadTx) error {
		return tx.Scan(syncing.TableDocuments, nil, nil, func(_, _ []byte) (bool, error) { n++; return true, nil })
	}))
	return n
}

// occupied lets the writer wait inside a function until free is called.
func occupied(t *testing.T, s *Store) (free func()) {
	t.Helper()
	inside, leave := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = s.Update(context.Background(), syncing.RecordID{}, func(syncing.Tx) error { close(inside); <-leave; return nil })
	})
	<-inside
	return func() { close(leave); wg.Wait() }
}

func TestOneUpdateMoreThanTheQueueHoldsIsBusy(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	free := occupied(t, s)
	var wg sync.WaitGroup
	for i := range queueMax {
		wg.Go(func() {
			if err := putRow(s, fmt.Sprint(i), nil); err != nil {
				t.Error(err)
			}
		})
	}
	for len(s.queue) < queueMax {
		runtime.Gosched()
	}
	err := putRow(s, "one more", nil)
	require.Equal(t, fault.Busy, fault.CodeOf(err))
	require.Positive(t, fault.RetryAfterOf(err))
	free()
	wg.Wait()
	require.Equal(t, queueMax, countRows(t, s))
	require.NoError(t, putRow(s, "one more", nil))
}

func TestAnUpdateThatEndsInTheQueueNeverRuns(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	free := occupied(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- s.Update(ctx, syncing.RecordID{}, func(syncing.Tx) error { t.Error("ran"); return nil })
	}()
	for len(s.queue) < 1 {
		runtime.Gosched()
	}
	cancel()
	err := <-done
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, fault.Busy, fault.CodeOf(err))
	free()
	require.NoError(t, putRow(s, "a", nil))
}

func TestWhatIsInTheQueueAtCloseIsDone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, Init(dir))
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	free := occupied(t, s)
	done := make(chan error, 1)
	go func() { done <- putRow(s, "a", nil) }()
	for len(s.queue) < 1 {
		runtime.Gosched()
	}
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	free()
	require.NoError(t, <-done)
	require.NoError(t, <-closed)
	require.Equal(t, fault.Busy, fault.CodeOf(putRow(s, "b", nil)))
	again, err := Open(dir, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, countRows(t, again))
	require.NoError(t, again.Close())
}

func TestAnUpdateInsideAnUpdateIsRefusedAndNotWaitedForEver(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	require.NoError(t, s.Update(t.Context(), syncing.RecordID{}, func(syncing.Tx) error {
		require.Equal(t, fault.Internal, fault.CodeOf(putRow(s, "nested", nil)))
		return nil
	}))
	require.Zero(t, countRows(t, s))
}

func TestAFunctionThatEndsItsGoroutineHurtsNobody(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	for range 3 {
		err := s.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
			require.NoError(t, tx.Put(syncing.TableDocuments, []byte("gone"), nil))
			runtime.Goexit() // as a failing assertion of a test does
			return nil
		})
		require.Equal(t, fault.Internal, fault.CodeOf(err))
	}
	require.Zero(t, countRows(t, s))
	require.NoError(t, putRow(s, "a", nil))
	require.Equal(t, 1, countRows(t, s))
}

func TestAValueOverTheLimitIsTooLarge(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	require.NoError(t, putRow(s, "a", make([]byte, valueBytesMax)))
	require.Equal(t, fault.TooLarge, fault.CodeOf(putRow(s, "b", make([]byte, valueBytesMax+1))))
	require.Equal(t, fault.Invalid, fault.CodeOf(s.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
		return tx.PutIndex(string(make([]byte, indexNameMax+1)), []byte("k"), nil)
	})))
	require.Equal(t, 1, countRows(t, s))
}

// fill puts rows until the store says Full, and returns how many were acknowledged.
func fill(t *testing.T, s *Store) (acked int) {
	t.Helper()
	for ; ; acked++ {
		err := putRow(s, fmt.Sprintf("%06d", acked), make([]byte, 20_000))
		if err == nil {
			require.Less(t, acked, 10_000, "never full")
			continue
		}
		require.Equal(t, fault.Full, fault.CodeOf(err))
		require.Positive(t, fault.RetryAfterOf(err))
		return acked
	}
}

func TestAFileAtItsLimitIsFullAndReadable(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{MaxBytes: 40 << 20, Fatal: func(err error) { t.Errorf("fatal: %v", err) }})
	acked := fill(t, s)
	require.Positive(t, acked)
	require.Equal(t, acked, countRows(t, s))
	for i := range acked / 2 { // deleting must be possible where putting is not
		require.NoError(t, s.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
			return tx.Delete(syncing.TableDocuments, fmt.Appendf(nil, "%06d", i))
		}))
	}
	require.NoError(t, putRow(s, "again", make([]byte, 20_000)))
	require.Equal(t, acked-acked/2+1, countRows(t, s))
}

// TestAFullDiskIsSurvived uses a file system of 4 MiB where the test may mount one. Where it may not, the limit above stands alone.
func TestAFullDiskIsSurvived(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		require.ErrorIs(t, err, fs.ErrPermission)
		return
	}
	t.Cleanup(func() { require.NoError(t, unix.Unmount(dir, unix.MNT_DETACH)) })
	ballast := filepath.Join(dir, "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, 1<<20), 0o600))
	data := filepath.Join(dir, "data")
	require.NoError(t, Init(data))
	s, err := Open(data, Options{Fatal: func(err error) { t.Errorf("fatal: %v", err) }})
	require.NoError(t, err)
	acked := fill(t, s)
	require.Equal(t, acked, countRows(t, s), "reading goes on, and nothing acknowledged is missing")
	for range 2 * ringRows {
		require.Equal(t, fault.Full, fault.CodeOf(putRow(s, "refused", make([]byte, 1<<20))))
	}
	require.NoError(t, os.Remove(ballast))
	require.NoError(t, putRow(s, "room again", make([]byte, 20_000)), "without a start")
	require.Equal(t, acked+1, countRows(t, s))
	require.NoError(t, s.Close())
	report, err := Verify(t.Context(), data, Checks{})
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	again, err := Open(data, Options{})
	require.NoError(t, err)
	require.Equal(t, acked+1, countRows(t, again))
	require.NoError(t, again.Close())
}

// TestTheFirstFailedSync puts a device under the open file that takes every write and cannot sync: /dev/zero.
func TestTheFirstFailedSyncIsFatalAndNeverTriedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, Init(dir))
	var file *os.File
	var fatal []error
	s, err := Open(dir, Options{
		Fatal: func(err error) { fatal = append(fatal, err) },
		openFile: func(name string, flag int, mode fs.FileMode) (f *os.File, err error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	})
	require.NoError(t, err)
	require.NoError(t, putRow(s, "acknowledged", nil))
	device, err := os.OpenFile("/dev/zero", os.O_RDWR, 0)
	require.NoError(t, err)
	require.NoError(t, unix.Dup3(int(device.Fd()), int(file.Fd()), unix.O_CLOEXEC))
	for _, key := range []string{"not acknowledged", "not tried"} {
		require.Equal(t, fault.Internal, fault.CodeOf(putRow(s, key, nil)))
	}
	require.Len(t, fatal, 1)
	require.True(t, errors.Is(fatal[0], unix.EINVAL), "%v", fatal[0])
	require.NoError(t, s.Close())
	again, err := Open(dir, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, countRows(t, again))
	require.NoError(t, again.Close())
}
