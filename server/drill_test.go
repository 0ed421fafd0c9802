package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/seal"
)

// TestAfterTheLossOfTheDataABackupTakenUnderLoadAndThePhonesGiveBackEveryAnsweredWord: while phones write, a backup is taken; they go on
// writing; the data folder is destroyed. What the backup holds of each phone is what that phone had said up to one moment, with nothing
// left out in between. The rest lies on the phones, and comes again with their next sync.
func TestAfterTheLossOfTheDataABackupTakenUnderLoadAndThePhonesGiveBackEveryAnsweredWord(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	require.NoError(t, s.Follow(t.Context()))
	var writers []*writer
	for i := range 4 {
		writers = append(writers, &writer{phone: newPhone(t, s, w.ada, w.record), name: fmt.Sprintf("writer %d", i), note: newDoc("note")})
	}
	reader := newPhone(t, s, w.nurse, w.record)
	stop := running(t, s)
	ctx, enough := context.WithCancel(t.Context())
	var answered atomic.Int64
	var group sync.WaitGroup
	for _, writer := range writers {
		writer.base = s.Base()
		group.Go(func() { writer.work(ctx, &answered) })
	}
	more := func(than int64) {
		require.Eventually(t, func() bool { return answered.Load() > than }, 20*time.Second, waitStep)
	}
	more(20)
	backup, keyFile := backedUp(t, s)
	atBackup := answered.Load()
	more(atBackup + 20)
	enough()
	group.Wait()
	require.NoError(t, stop())
	require.NoError(t, os.RemoveAll(c.Data))

	_, err := Restore(t.Context(), c, open(t, backup), keyFile)
	require.NoError(t, err)
	s = opened(t, c)
	running(t, s)
	reader.base = s.Base()
	require.NoError(t, reader.sync(t.Context()))
	lost := 0
	for _, writer := range writers {
		lost += requirePrefix(t, writer, reader)
	}
	require.Positive(t, lost, "nothing was written after the backup: this test shows nothing")
	for _, writer := range writers {
		writer.base = s.Base()
		require.NoError(t, writer.sync(t.Context()))
	}
	require.NoError(t, reader.sync(t.Context()))
	requireEveryWord(t, writers, reader)
}

// requirePrefix asks that what somebody reads of a phone's messages are its first ones, and counts those that are not there.
func requirePrefix(t *testing.T, w *writer, reader *phone) (lost int) {
	t.Helper()
	docs := reader.view()
	for i, doc := range w.written {
		switch {
		case docs[doc] == nil:
			lost++
		case lost > 0:
			require.Fail(t, "a hole", "message %d of %s is there, and one before it is not", i+1, w.name)
		}
	}
	return lost
}

// TestADrillPutsABackupBackBesideTheInstallationAndTouchesNothing: also while it runs. What it made is gone after it, and its age is a metric.
func TestADrillPutsABackupBackBesideTheInstallationAndTouchesNothing(t *testing.T) {
	t.Parallel()
	c := installed(t)
	c.Metrics = "127.0.0.1:0"
	s := opened(t, c)
	peopled(t, s)
	running(t, s)
	require.Contains(t, scraped(t, s), "satchel_drill_age_seconds -1\n", "there was none yet")
	backup, keyFile := backedUp(t, s)
	scratch := t.TempDir()
	ledgerBefore, err := os.ReadFile(filepath.Join(c.Keys, ledgerName))
	require.NoError(t, err)
	report, err := Drill(t.Context(), c, scratch, open(t, backup), keyFile)
	require.NoError(t, err)
	require.Positive(t, report.Records)
	left, err := os.ReadDir(scratch)
	require.NoError(t, err)
	require.Empty(t, left, "keys least of all")
	ledgerAfter, err := os.ReadFile(filepath.Join(c.Keys, ledgerName))
	require.NoError(t, err)
	require.Equal(t, ledgerBefore, ledgerAfter, "no new life began here")
	require.Regexp(t, `satchel_drill_age_seconds [0-9.e-]+\n`, scraped(t, s))

	damaged, err := os.ReadFile(backup)
	require.NoError(t, err)
	damaged[len(damaged)/2] ^= 1
	require.NoError(t, os.WriteFile(backup, damaged, 0o600))
	require.NoError(t, os.Remove(filepath.Join(c.Keys, drillName)))
	_, err = Drill(t.Context(), c, scratch, open(t, backup), keyFile)
	require.Error(t, err)
	require.NoFileExists(t, filepath.Join(c.Keys, drillName), "a drill that failed is none")
	left, err = os.ReadDir(scratch)
	require.NoError(t, err)
	require.Empty(t, left)
}

func open(t *testing.T, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func scraped(t *testing.T, s *Server) string {
	t.Helper()
	answer, err := http.Get(s.Metrics())
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(text)
}

// TestKeysAreRotatedOfAStoppedInstallationAlone: whoever serves has the old key in memory, and would wrap new secrets with it.
func TestKeysAreRotatedOfAStoppedInstallationAlone(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	peopled(t, s)
	before, err := os.ReadFile(filepath.Join(c.Keys, "wrapping.keyset"))
	require.NoError(t, err)
	require.True(t, fault.Is(RotateKeys(t.Context(), c), fault.Conflict))
	require.NoError(t, s.Close())
	require.NoError(t, RotateKeys(t.Context(), c))
	after, err := os.ReadFile(filepath.Join(c.Keys, "wrapping.keyset"))
	require.NoError(t, err)
	require.NotEqual(t, before, after)
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
	keys, err := seal.Open(c.Keys)
	require.NoError(t, err)
	require.NoError(t, keys.Close())
}

// A server that runs replaces files of its key folder: a drill beside it once failed because a file was there when it looked and gone when
// it read.
func TestADrillLeavesAloneWhatARunningServerIsWriting(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "keys")
	require.NoError(t, writeAtomic(filepath.Join(from, witnessName), []byte("whole")))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(from, witnessName+freshSuffix))) // listed, and not to be read
	require.NoError(t, os.WriteFile(filepath.Join(from, "ledger"+freshSuffix), []byte("hal"), 0o600))
	require.NoError(t, copyKeys(to, from))
	entries, err := os.ReadDir(to)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	content, err := os.ReadFile(filepath.Join(to, witnessName))
	require.NoError(t, err)
	require.Equal(t, "whole", string(content))
	require.Error(t, copyKeys(to, filepath.Join(from, "nowhere")))
}
