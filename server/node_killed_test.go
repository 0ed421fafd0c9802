package server

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify/fcm/stub"
)

const (
	// nodeChild names the database on which this test binary, started again, is a node; it rings at ringChild, and its clock stands at ringClock (ms).
	nodeChild = "SATCHEL_NODE_CHILD"
	// shortLease is how long a lease lasts here.
	shortLease = 2 * time.Second
)

// nodeUntilKilled is the child: a whole node.
func nodeUntilKilled(folder string) error {
	ctx := context.Background()
	c := configIn(folder)
	c.Data, c.Store, c.Connections, c.LeaseLasts = "", os.Getenv(nodeChild), 4, shortLease
	ms, err := strconv.ParseInt(os.Getenv(ringClock), 10, 64)
	if err != nil {
		return err
	}
	c.Now = func() time.Time { return time.UnixMilli(ms) }
	if c.Sender, err = firebase(ctx, os.Getenv(ringChild), os.Getenv(ringChild)); err != nil {
		return err
	}
	s, err := Open(ctx, c)
	if err != nil {
		return err
	}
	if err := s.Listen(); err != nil {
		return err
	}
	return s.Run(ctx)
}

// A node is killed, as a process, in the middle of ringing, with the lease that keeps the others from it. Another rings each reminder once, behind the end of
// that lease.
func TestANodeKilledWithALeaseDelaysAReminderByNoMoreThanTheLease(t *testing.T) {
	t.Parallel()
	const reminders = 5
	c := onPostgres(t)
	c.LeaseLasts = shortLease
	h := newTowerOn(t, c)
	h.listens(h.w.ada, "of the person")
	events := h.notices(reminders, "patient", nil)
	h.happens(events...)
	ringing := make(chan struct{}, 1)
	h.absent.Answers(func(stub.Message) stub.Answer { // what is still on its way when the node dies comes to where it was sent
		select {
		case ringing <- struct{}{}:
		default:
		}
		return stub.Answer{Hang: true}
	})
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashChild+"="+filepath.Dir(node(t, c).Keys), nodeChild+"="+c.Store, ringChild+"="+h.absent.URL,
		ringClock+"="+strconv.FormatInt(h.s.config.nowMs(), 10))
	child.Stderr = os.Stderr
	require.NoError(t, child.Start())
	<-ringing
	stop := running(t, h.s)
	require.Empty(t, h.google.Taken(), "the lease keeps the others from it")
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait(), "it was killed")
	killed := time.Now()
	require.Eventually(t, func() bool {
		taken, rung := h.google.Taken(), 0 // beside what rings, it is told that there is something to pull
		for _, event := range events {
			rung += min(1, taken[said("of the person", event)])
		}
		return rung == reminders
	}, time.Minute, time.Millisecond)
	delayed := time.Since(killed)
	require.NoError(t, stop())
	for _, event := range events {
		require.Equal(t, 1, h.google.Taken()[said("of the person", event)])
	}
	t.Logf("a node was killed while it rang: %d reminders rang once by another, %d ms later; its lease lasted %d ms at most", reminders, delayed.Milliseconds(), shortLease.Milliseconds())
}
