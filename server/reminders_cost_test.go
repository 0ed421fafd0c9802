package server

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/storetest/counted"
)

// dueAtOnce is how many records are reminded of an appointment in one turn.
const dueAtOnce = 200

// reminded is an installation whose clock a test moves, and in which everything that a turn reads is counted.
type reminded struct {
	tb   testing.TB
	s    *Server
	team identity.Team
	who  syncing.Principal
	now  atomic.Int64 // ms

	mu   sync.Mutex
	read map[string]int
	rung int
}

func newReminded(tb testing.TB) *reminded {
	tb.Helper()
	h := &reminded{tb: tb, read: map[string]int{}}
	h.now.Store(time.Date(2026, time.December, 1, 9, 0, 0, 0, time.UTC).UnixMilli())
	config := configIn(tb.TempDir())
	config.Now = func() time.Time { return time.UnixMilli(h.now.Load()) }
	config.Between = func(store syncing.Store) syncing.Store {
		return counted.Store{Store: store, Note: func(what string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.read[what]++
		}}
	}
	ctx := context.Background()
	require.NoError(tb, Init(ctx, config, nil))
	var err error
	h.s, err = Open(ctx, config)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, h.s.Close()) })
	seed := h.s.identity.Seed()
	house, err := seed.Organisation(ctx, "cancer-centre", "Synthetic centre")
	require.NoError(tb, err)
	h.team, err = seed.Team(ctx, house.ID, identity.TeamOncology, "reminders")
	require.NoError(tb, err)
	nurse, err := seed.Staff(ctx, staffOf("nurse"), h.team.ID)
	require.NoError(tb, err)
	h.who = syncing.Principal{Account: nurse, Teams: []syncing.Membership{{Team: h.team.ID, Role: identity.RoleOncology}}}
	return h
}

// ringsAt is when the records of a round are reminded: two days before their appointment, a minute behind those of the round before.
func ringsAt(round int) time.Time {
	return time.Date(2026, time.December, 2, 12, round, 0, 0, time.UTC)
}

// books makes n records with an appointment each, as they stand when the follower has looked at them: their clocks say when next.
func (h *reminded) books(round, n int) {
	h.tb.Helper()
	next := make(chan int)
	var group sync.WaitGroup
	for range 32 { // they share their commits
		group.Go(func() {
			for i := range next {
				if err := h.book(round, i); err != nil {
					h.tb.Error(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}

func (h *reminded) book(round, i int) error {
	ctx := context.Background()
	record := syncing.RecordID{UUID: syncing.DerivedUUID("reminded", fmt.Sprint(round), fmt.Sprint(i))}
	grant := func(tx syncing.Tx) error { return h.s.identity.GrantTeam(tx, h.who, h.team.ID, nil) }
	err := h.s.engine.Create(ctx, h.who, record, "begin", grant, []syncing.Patch{
		{Doc: care.PersonID(record), Set: fields("name", "Synthetic person", "birthDate", "1961-05-24", "status", "active", "homeZone", "Europe/London")},
		{Doc: syncing.NewDocID(care.AppointmentType, record.UUID), Set: fields(
			"start", ringsAt(round).AddDate(0, 0, 2).Format("2006-01-02T15:04"), "zone", "Etc/UTC", "ownerTeam", h.team.ID.String(), "title", "Clinic", "status", "booked")},
	})
	if err != nil {
		return err
	}
	now := h.now.Load()
	return h.s.engine.System(ctx, record, []syncing.Patch{{Doc: care.ReminderClockID(record), Set: map[string]jsontext.Value{
		"lookedAt": syncing.IntValue(now + 1), "firedAt": syncing.IntValue(now), "nextAt": syncing.IntValue(ringsAt(round).UnixMilli()),
	}}})
}

// waiting writes entries of reminders that are far ahead, all of one record: a turn must not read them.
func (h *reminded) waiting(from, to int) {
	h.tb.Helper()
	const batch = 10_000
	record := syncing.RecordID{UUID: syncing.DerivedUUID("reminded", "0", "0")}
	for i := from; i < to; i += batch {
		require.NoError(h.tb, h.s.store.Update(context.Background(), record, func(tx syncing.Tx) error {
			for n := i; n < min(i+batch, to); n++ {
				doc := syncing.NewDocID(care.ReminderClockType, syncing.DerivedUUID("waits", fmt.Sprint(n)))
				key := slices.Concat(care.DueKey(4_000_000_000_000+int64(n)), record.UUID[:], []byte(doc))
				if err := tx.PutIndex(care.DueIndex, key, []byte(doc)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// turn is the one in which the records of a round are reminded: what it read, and how long it took.
func (h *reminded) turn(round, n int) (read map[string]int, took time.Duration) {
	h.tb.Helper()
	ctx := context.Background()
	h.now.Store(ringsAt(round).Add(-30 * time.Second).UnixMilli())
	require.NoError(h.tb, h.s.followCare(ctx)) // whatever else time asks for
	h.now.Store(ringsAt(round).Add(time.Second).UnixMilli())
	h.mu.Lock()
	h.read = map[string]int{}
	h.mu.Unlock()
	begin := time.Now()
	require.NoError(h.tb, h.s.followCare(ctx))
	took = time.Since(begin)
	h.mu.Lock()
	read = maps.Clone(h.read)
	h.mu.Unlock()
	rung := 0
	require.NoError(h.tb, h.s.store.Scan(ctx, care.RingIndex, nil, nil, 1<<20, func(syncing.IndexEntry) bool { rung++; return true }))
	require.Equal(h.tb, h.rung+n, rung, "each of them rang")
	h.rung = rung
	return read, took
}

// sumOf adds up what was read.
func sumOf(read map[string]int) (n int) {
	for _, times := range read {
		n += times
	}
	return n
}

// A turn of the follower reads what is due and nothing else: of ten thousand reminders that are stored it reads as much as of a thousand, table
// by table. BenchmarkReminders does it with a million.
func TestATurnReadsAsMuchOfTenThousandRemindersAsOfAThousand(t *testing.T) {
	t.Parallel()
	h := newReminded(t)
	h.books(0, dueAtOnce)
	h.books(1, dueAtOnce)
	h.books(2, 1)
	h.waiting(0, 1000-dueAtOnce)
	few, _ := h.turn(0, dueAtOnce)
	h.waiting(1000-dueAtOnce, 10_000-dueAtOnce)
	many, _ := h.turn(1, dueAtOnce)
	require.Equal(t, few, many)
	one, _ := h.turn(2, 1)
	require.Greater(t, sumOf(many), 10*sumOf(one), "what is due is what it costs: this can fail")
}

// BenchmarkReminders prints what a turn of the follower takes and reads that finds 200 records due, with a thousand reminders stored and then
// with a million, in one run.
func BenchmarkReminders(b *testing.B) {
	h := newReminded(b)
	for round := range 3 {
		h.books(round, dueAtOnce)
	}
	h.turn(0, dueAtOnce)
	h.waiting(0, 1000-dueAtOnce)
	few, shortly := h.turn(1, dueAtOnce)
	h.waiting(1000-dueAtOnce, 1_000_000-dueAtOnce)
	many, longer := h.turn(2, dueAtOnce)
	require.Equal(b, few, many)
	for b.Loop() { // the numbers are the result
	}
	b.ReportMetric(float64(shortly.Microseconds()), "µs/turn-of-1000")
	b.ReportMetric(float64(longer.Microseconds()), "µs/turn-of-1000000")
	b.ReportMetric(float64(longer)/float64(shortly), "ratio")
	b.ReportMetric(float64(sumOf(few)), "rows/turn-of-1000")
	b.ReportMetric(float64(sumOf(many)), "rows/turn-of-1000000")
}
