package server

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify/fcm/stub"
	syncing "satchel/sync"
)

// commits counts what is written to one record.
type commits struct {
	syncing.Store
	of *atomic.Pointer[syncing.RecordID]
	n  *atomic.Int64
}

func (c commits) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	if of := c.of.Load(); of != nil && *of == record {
		c.n.Add(1)
	}
	return c.Store.Update(ctx, record, fn)
}

// fate is what becomes of the first try of a message.
type fate string

const (
	taken     fate = "taken"
	cutBehind fate = "taken, and the socket is cut before that is said"
	cut       fate = "the socket is cut"
	hangs     fate = "the socket hangs"
	away      fate = "503"
	enough    fate = "429 with Retry-After"
	invalid   fate = "INVALID_ARGUMENT"
	gone      fate = "UNREGISTERED"
)

var mixed = map[fate]stub.Answer{
	taken: {}, cutBehind: {Cut: true}, cut: {Cut: true, Status: 503}, hangs: {Hang: true}, away: stub.Unavailable,
	enough:  {Status: 429, RetryAfter: "120", Body: stub.TooMany.Body},
	invalid: {Status: 400, Body: stub.Trouble(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")},
	gone:    stub.Unregistered,
}

// script answers each message by its fate the first time, and takes it from then on.
type script struct {
	mu    sync.Mutex
	fates map[string]fate
	tries map[string]int
	all   chan struct{} // closed when each was tried
}

func (s *script) answer(m stub.Message) stub.Answer {
	what := m.Token + " " + m.Data["id"]
	s.mu.Lock()
	defer s.mu.Unlock()
	f, known := s.fates[what]
	if !known { // a wake-up, which the outbox knows nothing of
		return stub.Answer{}
	}
	s.tries[what]++
	if s.tries[what] == 1 && len(s.tries) == len(s.fates) {
		close(s.all)
	}
	if s.tries[what] > 1 && f != gone {
		return stub.Answer{}
	}
	return mixed[f]
}

func (s *script) tried() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, times := range s.tries {
		n += times
	}
	return n
}

// cast gives each event on each device its fate: every kind of trouble in one batch, and fewer sockets that hang than are open at once.
func cast(tokens []string, events []syncing.Patch) *script {
	s := &script{fates: map[string]fate{}, tries: map[string]int{}, all: make(chan struct{})}
	kinds := []fate{away, enough, invalid, cutBehind, cut, taken, taken, taken, taken, taken}
	for i, event := range events {
		for j, token := range tokens {
			f := kinds[(i+j)%len(kinds)]
			switch {
			case j < 3:
				f = gone
			case f == taken && (i*len(tokens)+j)%50 == 7:
				f = hangs
			}
			s.fates[said(token, event)] = f
		}
	}
	return s
}

func (s *script) count(kinds ...fate) (n int) {
	for _, f := range s.fates {
		for _, kind := range kinds {
			if f == kind {
				n++
			}
		}
	}
	return n
}

// TestABatchThatBreaksInEveryWayAtOnceLosesNothing: of 500 in one batch some are taken, some meet a 503, a 429 that asks for two minutes, a token that is gone,
// a refusal, a socket that is cut before or behind being taken, and some hang. Phones write as if nothing were, each message is tried once, what
// waits comes when it may and not all at one moment, and nothing comes twice but what was taken without a word.
func TestABatchThatBreaksInEveryWayAtOnceLosesNothing(t *testing.T) {
	t.Parallel()
	h := newTower(t)
	require.NoError(t, h.s.Close())
	written, record := &atomic.Int64{}, &atomic.Pointer[syncing.RecordID]{}
	h.config.Between = func(s syncing.Store) syncing.Store { return commits{s, record, written} }
	h.config.FollowEvery = time.Hour
	h.s = opened(t, h.config)
	record.Store(&h.w.record)
	h.client.patience.Store(int64(time.Hour))
	tokens := h.staffed(10, 5)
	p := newPhone(t, h.s, h.w.ada, h.w.record)
	running(t, h.s)
	p.base = h.s.Base()
	writes := func() int64 {
		before := written.Load()
		for range 20 {
			p.write(t, message("as if nothing were"))
			require.NoError(t, p.sync(t.Context()))
		}
		return written.Load() - before
	}
	writes()
	atRest := writes()

	events := h.notices(10, "team", nil)
	s := cast(tokens, events)
	for kind := range mixed {
		require.Positive(t, s.count(kind), kind)
	}
	h.google.Answers(s.answer)
	h.happens(events...)
	turned := make(chan struct{})
	go func() { defer close(turned); h.turn() }()
	<-s.all
	require.Equal(t, atRest, writes(), "a phone costs what it did, while the batch is under way")
	select {
	case <-turned:
		t.Fatal("the batch did not wait for the sockets that hang")
	default:
	}
	h.google.LetGo()
	<-turned

	waits := s.count(away, enough, cut, cutBehind, hangs)
	require.Equal(t, waits, h.s.outbox.Rows(), "the rest was taken, is refused, or is gone")
	require.Equal(t, len(s.fates), s.tried(), "each once")
	h.passes(2*time.Minute-time.Second, 20*time.Second-time.Second/6)
	require.Equal(t, len(s.fates), s.tried(), "and none before the service wants to be asked again")
	steps := 0
	for range 60 {
		before := s.tried()
		if h.passes(time.Second, time.Second); s.tried() > before {
			steps++
		}
	}
	require.Greater(t, steps, 2, "not all at one moment")
	require.Zero(t, h.s.outbox.Rows())

	want := map[string]int{}
	for what, f := range s.fates {
		switch f {
		case cutBehind:
			want[what] = 2 // the service took it and never said so: it came again under the same id
		case invalid, gone:
		default:
			want[what] = 1
		}
	}
	got := h.google.Taken()
	maps.DeleteFunc(got, func(what string, _ int) bool { _, rung := s.fates[what]; return !rung })
	require.Equal(t, want, got)
	for j, token := range tokens {
		require.Equal(t, j >= 3, len(h.holder(token)) > 0, fmt.Sprintf("token %d", j))
	}
}
