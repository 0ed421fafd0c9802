package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/postgres/pgtest"
	syncing "satchel/sync"
)

// A change whose wait for the standby was cut off lies on the primary alone and can be read there. Who sends it again writes nothing, and would be told
// that it is there: it is told so only when the standby has it, too.
func TestWhatLiesOnThePrimaryAloneIsNotAcknowledgedWhenItIsSentAgain(t *testing.T) {
	t.Parallel()
	pair := pgtest.StartPair(t)
	s, beside := openedBeside(t, pair.URL())
	send := func() <-chan error { // once: whoever comes again finds it
		answer := make(chan error, 1)
		go func() {
			answer <- s.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
				if there, err := tx.Get(syncing.TableBlobs, []byte("sent")); err != nil || there != nil {
					return err
				}
				return tx.Put(syncing.TableBlobs, []byte("sent"), []byte("once"))
			})
		}()
		return answer
	}
	waits := func(answer <-chan error) {
		t.Helper()
		var is bool
		for len(answer) == 0 && !is {
			require.NoError(t, beside.QueryRow(t.Context(), "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'").Scan(&is))
		}
		require.Empty(t, answer, "it was answered without the standby")
	}
	goOn := pair.Stall()
	first := send()
	waits(first)
	_, err := beside.Exec(t.Context(), "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
	require.NoError(t, err)
	require.Equal(t, fault.Busy, fault.CodeOf(<-first), "nobody knows what came of it")
	again := send()
	waits(again)
	goOn()
	require.NoError(t, <-again)
}
