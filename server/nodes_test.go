package server

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/postgres"
	"satchel/internal/postgres/pgtest"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// Whoever listens at one node hears of what another wrote, and of what they were given there, without asking.
func TestAWriteOnOneNodeWakesAStreamOnTheOther(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	one, other := opened(t, c), opened(t, node(t, c))
	w := peopled(t, one)
	running(t, one)
	running(t, other)
	h := hears(t, other, w.ada)
	var slowest time.Duration
	for range 20 {
		written := time.Now()
		require.NoError(t, one.Engine().System(t.Context(), w.record, []syncing.Patch{{Doc: newDoc("note"), Set: fields("text", "seen over there")}}))
		h.hearsOf(w.record)
		slowest = max(slowest, time.Since(written))
	}
	t.Logf("20 writes at one node stood on a stream of the other after %d ms at most", slowest.Milliseconds())

	another := ward{oncology: w.oncology, nurse: w.nurse, ada: w.ada, carla: w.carla, record: syncing.RecordID{UUID: syncing.DerivedUUID("given", t.Name())}}
	another.begin(t, one)
	h.hearsOf(another.record)
}

// An erased record is not read from the memory of a node that had opened it before.
func TestANodeForgetsTheKeyThatAnotherErased(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	one, other := opened(t, c), opened(t, node(t, c))
	w := peopled(t, one)
	reads := func() error {
		return other.sealed.View(t.Context(), w.record, func(syncing.ReadTx) error { return nil })
	}
	require.NoError(t, reads())
	running(t, other)
	require.NoError(t, one.Erase(t.Context(), w.record))
	require.Eventually(t, func() bool { return reads() != nil }, time.Minute, time.Millisecond)
	require.ErrorIs(t, reads(), seal.ErrErased)
	require.NoError(t, one.Close())
}

// Whoever tries passwords gets no more tries by asking another node: what failed is counted in the store.
func TestWhatFailedAtOneNodeIsCountedAtTheOther(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	one, other := opened(t, c), opened(t, node(t, c))
	tries := func(s *Server, n int) (last error) {
		for range n {
			_, last = s.Identity().SignIn(t.Context(), identity.SigningIn{
				Name: "nobody@example.org", Password: "a wrong passphrase", Address: "192.0.2.9", Device: identity.DeviceFacts{Kind: "web", Name: "Desk"},
			})
		}
		return last
	}
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(tries(one, 5)))
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(tries(other, 5)))
	require.Equal(t, fault.TooMany, fault.CodeOf(tries(one, 1)), "five and five are ten")
	require.Equal(t, fault.TooMany, fault.CodeOf(tries(other, 1)))
	require.NoError(t, one.Close())
	require.NoError(t, other.Close())
}

// A node that stops while it asks for work waits for the answer: one that came later would keep the others, or a move, from it for nothing.
func TestANodeThatStopsWhileItAsksForALeaseLeavesNone(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	s := opened(t, c)
	until := func(first, condition string) {
		require.NoError(t, pgtest.Do(t, c.Store, "DO $$ BEGIN "+first+" WHILE NOT ("+condition+") LOOP PERFORM pg_sleep(0.001); END LOOP; END $$"))
	}
	var group sync.WaitGroup
	group.Go(func() {
		until("LOCK TABLE leases IN EXCLUSIVE MODE;", "EXISTS (SELECT FROM pg_class WHERE relname = 'stopped')")
	})
	until("", "EXISTS (SELECT FROM pg_locks WHERE relation = 'leases'::regclass AND granted AND mode = 'ExclusiveLock')")
	ctx, stop := context.WithCancel(t.Context())
	worked := false
	group.Go(func() {
		_ = s.turn(ctx, "care", func(ctx context.Context) error {
			worked = true
			return ctx.Err()
		})
	})
	until("", "EXISTS (SELECT FROM pg_locks WHERE relation = 'leases'::regclass AND NOT granted)")
	stop()
	until("CREATE TABLE stopped();", "true")
	group.Wait()
	s.letGo()
	leased, err := s.shared.Leased(t.Context())
	require.NoError(t, err)
	require.False(t, leased)
	require.True(t, worked, "the answer was waited for")
	require.NoError(t, s.Close())
}

// A node that is killed while it rings keeps the others from it until its lease ends, and no longer; and each reminder rings once.
func TestAReminderOfANodeThatWasKilledRingsOnceByAnother(t *testing.T) {
	t.Parallel()
	h := newTowerOn(t, onPostgres(t))
	h.listens(h.w.ada, "of the person")
	h.happens(h.notices(3, "patient", nil)...)
	killed := opened(t, node(t, h.config))
	lease, err := killed.shared.Lease(t.Context(), "rings", time.Hour)
	require.NoError(t, err)
	require.NotNil(t, lease)
	late := postgres.Under(t.Context(), lease)
	rings := func() int {
		require.NoError(t, h.s.turn(t.Context(), "rings", h.s.followRings))
		bodies, _ := h.google.Asked()
		return len(bodies)
	}
	require.Zero(t, rings(), "another node does it")
	require.NoError(t, pgtest.Do(t, h.config.Store, "UPDATE leases SET until = now() - interval '1 ms' WHERE name = 'rings'"))
	require.Equal(t, 3, rings(), "its lease has ended")
	require.Equal(t, 3, rings())
	err = killed.store.Update(late, h.w.record, func(tx syncing.Tx) error { return tx.Put(syncing.TableBlobs, []byte("late"), []byte("late")) })
	require.Equal(t, fault.Busy, fault.CodeOf(err), "what it would still write is refused: %v", err)
	require.NoError(t, killed.Close())
	require.NoError(t, h.s.Close())
}
