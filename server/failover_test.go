package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/postgres/pgtest"
	syncing "satchel/sync"
)

const (
	// failoverKills and failoverCuts say how often the primary is killed, and how many connections to it are cut; `make failover` sets more.
	failoverKills, failoverCuts       = "SATCHEL_FAILOVER_KILLS", "SATCHEL_FAILOVER_CUTS"
	failoverKillsFew, failoverCutsFew = 1, 20
)

func numberOf(t *testing.T, name string, few int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// load is two nodes on a database, with phones that write as fast as they are answered.
type load struct {
	t        *testing.T
	one      *Server
	w        ward
	writers  []*writer
	reader   *phone
	before   syncing.Rev
	answered atomic.Int64
	refused  atomic.Int64 // requests that were not answered, or told to come again
	stop     func()
	group    sync.WaitGroup
}

// loads serves two nodes, each by its own way to the database.
func loads(t *testing.T, urls ...string) *load {
	t.Helper()
	c := configIn(t.TempDir())
	c.Data, c.Store, c.Connections = "", urls[0], 8
	require.NoError(t, Init(t.Context(), c, nil))
	another := node(t, c)
	another.Store = urls[1]
	one, two := opened(t, c), opened(t, another)
	l := peoples(t, one)
	running(t, one)
	running(t, two)
	for i, p := range l.writers {
		p.base = []string{one.Base(), two.Base()}[i%2]
	}
	l.reader.base = two.Base()
	return l
}

// peoples makes people with phones, through an installation that need not be served. Who serves them is for the caller to say.
func peoples(t *testing.T, one *Server) *load {
	t.Helper()
	l := &load{t: t, one: one, w: peopled(t, one)}
	for i, account := range []syncing.AccountID{l.w.ada, l.w.nurse, l.w.ada, l.w.nurse} {
		p := newPhone(t, one, account, l.w.record)
		l.writers = append(l.writers, &writer{phone: p, name: fmt.Sprintf("writer %d", i), note: newDoc("note")})
	}
	l.reader = newPhone(t, one, l.w.nurse, l.w.record)
	require.NoError(t, one.Follow(t.Context())) // the card of the team is there before anything is counted
	head, ok, err := one.Engine().Head(t.Context(), principal(t, one, l.w.nurse), l.w.record)
	require.NoError(t, err)
	require.True(t, ok)
	l.before = head.Head
	return l
}

// begins lets the phones write, and send again what was not answered, until ends.
func (l *load) begins() {
	ctx, stop := context.WithCancel(l.t.Context())
	l.stop = stop
	for _, w := range l.writers {
		l.group.Go(func() {
			for ctx.Err() == nil {
				if w.work(ctx, &l.answered); ctx.Err() == nil {
					l.refused.Add(1)
				}
				pause(ctx, 10*time.Millisecond) // it was told to send again
			}
		})
	}
}

// resumes waits until more is answered than was.
func (l *load) resumes(than int64) {
	l.t.Helper()
	require.Eventually(l.t, func() bool { return l.answered.Load() > than }, time.Minute, time.Millisecond, "writes resume by themselves")
}

// ends lets all phones come to rest, and asks that each of their writes is there once. It gives their number.
func (l *load) ends() (mutations int) {
	l.t.Helper()
	l.stop()
	l.group.Wait()
	for _, w := range l.writers {
		require.Eventually(l.t, func() bool { return w.sync(l.t.Context()) == nil }, time.Minute, 10*time.Millisecond)
		mutations += len(w.db.Outbox(l.w.record))
	}
	require.NoError(l.t, l.reader.sync(l.t.Context()))
	requireEveryWord(l.t, l.writers, l.reader)
	after, _, err := l.one.Engine().Head(l.t.Context(), principal(l.t, l.one, l.w.nurse), l.w.record)
	require.NoError(l.t, err)
	require.Equal(l.t, l.before+syncing.Rev(mutations), after.Head, "each mutation took one rev: none was lost, none applied twice")
	return mutations
}

// The primary is killed again and again under load from two nodes; its synchronous standby takes over. With the standby stalled nothing is acknowledged.
func TestFailover_ThePrimaryIsKilledUnderLoadAndNothingIsLostOrDoubled(t *testing.T) {
	const seed = 1
	kills := numberOf(t, failoverKills, failoverKillsFew)
	pair := pgtest.StartPair(t)
	l := loads(t, pair.URL(), pair.URL())
	chance := rand.New(rand.NewPCG(seed, 0))
	l.begins()
	began, slowest := time.Now(), time.Duration(0)
	for range kills {
		l.resumes(l.answered.Load() + chance.Int64N(200))
		pair.Fail()
		pair.Mend()
		standing, at := l.answered.Load(), time.Now()
		l.resumes(standing)
		slowest = max(slowest, time.Since(at))
	}
	l.stalls(pair.Stall())
	mutations := l.ends()
	t.Logf("the primary killed %d times in %.1f s: %d mutations by 4 phones at two nodes, %d answered meanwhile; 0 lost, 0 doubled; writes resumed %d ms at most after there were two again",
		kills, time.Since(began).Seconds(), mutations, l.answered.Load(), slowest.Milliseconds())
}

// stalls asks that nothing is acknowledged while the standbys stand still, and lets them go on.
func (l *load) stalls(goOn func()) {
	l.t.Helper()
	under := int64(-1) // what was on its way is answered, or is not: two looks with time between them; the first comes at once
	require.Eventually(l.t, func() bool {
		was := under
		under = l.answered.Load()
		return was == under
	}, time.Minute, 500*time.Millisecond)
	short, cancel := context.WithTimeout(l.t.Context(), 2*time.Second)
	defer cancel()
	probe := &writer{phone: newProbe(l.t, l), name: "probe", note: newDoc("note")}
	var none atomic.Int64
	probe.work(short, &none)
	require.Zero(l.t, none.Load()+l.answered.Load()-under, "with the standby stalled nothing is acknowledged")
	goOn()
	l.resumes(under)
	l.writers = append(l.writers, probe)
}

// newProbe is one phone more, of an account that signed in before.
func newProbe(t *testing.T, l *load) *phone {
	t.Helper()
	p := *l.writers[0].phone
	db, err := newReplica()
	require.NoError(t, err)
	p.db = db
	return &p
}

// Connections are cut between a COMMIT and its answer, so that a node cannot know what came of it: it says so, and (replica, n) makes sending again harmless.
func TestFailover_ACutBetweenCommitAndAnswerLosesAndDoublesNothing(t *testing.T) {
	cuts := numberOf(t, failoverCuts, failoverCutsFew)
	pair := pgtest.StartPair(t)
	primary, _ := pair.Sockets()
	cutters := []*pgtest.Cutter{pgtest.NewCutter(t, primary, "satchel", 5, cuts/2), pgtest.NewCutter(t, primary, "satchel", 7, cuts-cuts/2)}
	l := loads(t, cutters[0].URL(), cutters[1].URL())
	began := time.Now()
	for _, c := range cutters {
		c.Begin()
	}
	l.begins()
	require.Eventually(t, func() bool { return cutters[0].Cut()+cutters[1].Cut() == cuts }, 10*time.Minute, 10*time.Millisecond)
	mutations := l.ends()
	t.Logf("%d connections cut between COMMIT and answer in %.1f s: %d mutations by 4 phones at two nodes; 0 lost, 0 doubled", cuts, time.Since(began).Seconds(), mutations)
}
