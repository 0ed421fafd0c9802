package server

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// TestABackupTakenUnderLoadIsOneMomentOfTheStore: phones write while it is taken. What was answered before it began is in it, and all
// of it hangs together.
func TestABackupTakenUnderLoadIsOneMomentOfTheStore(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	var writers []*writer
	for i := range 4 {
		writers = append(writers, &writer{phone: newPhone(t, s, w.ada, w.record), name: fmt.Sprintf("writer %d", i), note: newDoc("note")})
	}
	first := newPhone(t, s, w.ada, w.record)
	stop := running(t, s)
	first.base = s.Base()
	before := message("answered before the backup began")
	first.write(t, before)
	require.NoError(t, first.sync(t.Context()))

	ctx, enough := context.WithCancel(t.Context())
	var answered atomic.Int64
	var group sync.WaitGroup
	for _, writer := range writers {
		writer.base = s.Base()
		group.Go(func() { writer.work(ctx, &answered) })
	}
	require.Eventually(t, func() bool { return answered.Load() > 0 }, crashStart, waitStep)
	backup, keyFile := backedUp(t, s)
	backedUp(t, s)
	enough()
	group.Wait()
	require.Positive(t, answered.Load(), "nobody wrote meanwhile: this test shows nothing")
	require.NoError(t, stop())

	restored(t, c, backup, keyFile) // reads every row and every chain
	s = opened(t, c)
	require.NoError(t, s.Engine().Read(t.Context(), principal(t, s, w.ada), w.record, func(_ syncing.Scope, r syncing.Reader) error {
		d, err := r.Document(before.Doc)
		require.True(t, d.Exists())
		return err
	}))
	require.NoError(t, s.Close())
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
}

// TestARestoreThatWasInterruptedLeavesNothingInPlace: a folder that an earlier one left is removed, and the data folder comes whole.
func TestARestoreThatWasInterruptedLeavesNothingInPlace(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	peopled(t, s)
	backup, keyFile := backedUp(t, s)
	require.NoError(t, s.Close())
	require.NoError(t, os.Mkdir(c.Data+restoring, 0o700))
	require.NoError(t, os.WriteFile(c.Data+restoring+"/satchel.db", []byte("half"), 0o600))
	restored(t, c, backup, keyFile)
	require.NoDirExists(t, c.Data+restoring)
	require.NoError(t, opened(t, c).Close())
}

// TestARunningServerTakesOrdersOverItsSocketAlone: what an operator asks of it is done, and of a stopped one it is done directly.
func TestARunningServerTakesOrdersOverItsSocketAlone(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	stop := running(t, s)
	require.Eventually(t, func() bool { _, running, _ := c.order(t.Context(), order{}); return running }, crashStart, waitStep)
	info, err := os.Stat(c.Data + "/" + controlName)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077)
	_, _, err = c.order(t.Context(), order{})
	require.True(t, fault.Is(err, fault.Invalid), "an order that it does not know is refused: %v", err)
	require.True(t, fault.Is(EraseRecord(t.Context(), c, syncing.RecordID{UUID: syncing.DerivedUUID("nobody")}), fault.NotFound))
	require.NoError(t, EraseRecord(t.Context(), c, w.record))
	require.NoError(t, stop())
	require.NoError(t, EraseRecord(t.Context(), c, w.record), "the server has gone: done directly, and once more does no harm")
}
