package outbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify"
	"satchel/internal/notify/outbox"
	syncing "satchel/sync"
)

// street is a house in which every other device is a browser, each kind with a sender of its own.
type street struct {
	*house
	mu      sync.Mutex
	senders map[notify.Channel]func(context.Context, []notify.Push) notify.Report
	sends   map[notify.Channel]int
}

// way is one channel of a street.
type way struct {
	s       *street
	channel notify.Channel
}

func (w way) Send(ctx context.Context, pushes []notify.Push) (notify.Report, error) {
	w.s.mu.Lock()
	w.s.sends[w.channel] += len(pushes)
	answer := w.s.senders[w.channel]
	w.s.mu.Unlock()
	if answer == nil {
		return notify.All(notify.Sent, len(pushes)), nil
	}
	report := answer(ctx, pushes)
	if report.Count(notify.Waiting) > 0 {
		return report, fmt.Errorf("channel %d is away", w.channel)
	}
	return report, nil
}

func channelOf(device syncing.UUID) notify.Channel {
	if device[7]%2 == 0 {
		return notify.Browsers
	}
	return notify.Phones
}

func (s *street) Called(ctx context.Context, record syncing.RecordID, event syncing.DocID) (outbox.Call, error) {
	call, err := s.house.Called(ctx, record, event)
	for i := range call.Targets {
		call.Targets[i].Channel = channelOf(call.Targets[i].Device)
	}
	return call, err
}

func (s *street) Address(_ context.Context, _ syncing.RecordID, _ syncing.DocID, _ syncing.AccountID, device syncing.UUID) (outbox.Address, bool, error) {
	return outbox.Address{Channel: channelOf(device), Token: "token of " + device.String()}, true, nil
}

func newStreet(t *testing.T, devices int) *street {
	t.Helper()
	s := &street{senders: map[notify.Channel]func(context.Context, []notify.Push) notify.Report{}, sends: map[notify.Channel]int{}}
	s.house = newHouse(t, nil)
	s.who = devices
	s.open(func(c *outbox.Config) {
		c.House, c.Count = s, func(string, int) {}
		c.Channels = map[notify.Channel]outbox.Sender{notify.Phones: way{s, notify.Phones}, notify.Browsers: way{s, notify.Browsers}}
	})
	return s
}

// TestASlowServiceHoldsUpNoOther: each of two services answers only when the other has been asked too.
func TestASlowServiceHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	s := newStreet(t, 2)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // for when this fails
	defer cancel()
	here := map[notify.Channel]chan struct{}{notify.Phones: make(chan struct{}), notify.Browsers: make(chan struct{})}
	for channel, other := range map[notify.Channel]notify.Channel{notify.Phones: notify.Browsers, notify.Browsers: notify.Phones} {
		s.senders[channel] = func(_ context.Context, pushes []notify.Push) notify.Report {
			close(here[channel])
			select {
			case <-here[other]:
				return notify.All(notify.Sent, len(pushes))
			case <-ctx.Done():
				return notify.All(notify.Waiting, len(pushes))
			}
		}
	}
	s.happens(1, 1)
	require.NoError(t, s.box.Turn(t.Context()))
	require.Zero(t, s.box.Rows())
}

// TestAServiceThatAsksToBeLeftAloneSaysNothingOfOthers: one browser's service with a long Retry-After does not silence phones.
func TestAServiceThatAsksToBeLeftAloneSaysNothingOfOthers(t *testing.T) {
	t.Parallel()
	s := newStreet(t, 2)
	s.senders[notify.Browsers] = func(_ context.Context, pushes []notify.Push) notify.Report {
		report := notify.All(notify.Waiting, len(pushes))
		report.RetryAfter = 30 * time.Minute
		return report
	}
	s.happens(1, 1)
	s.passes(time.Minute)
	s.happens(2, 2)
	s.passes(time.Minute)
	require.Equal(t, map[notify.Channel]int{notify.Phones: 2, notify.Browsers: 1}, s.sends)
	require.Equal(t, 2, s.box.Rows())
}

// TestATurnEndsWhereAServiceIsInTrouble: what is left over comes with the next turn, so that a turn costs what one batch may cost.
func TestATurnEndsWhereAServiceIsInTrouble(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.who = 1200
	h.answer = func(notify.Push) notify.Result {
		if len(h.bodies)%10 == 0 {
			return notify.Waiting
		}
		return notify.Sent
	}
	h.happens(1, 1)
	require.Error(t, h.box.Turn(t.Context()))
	require.Equal(t, []int{1, 450, 750}, []int{h.sends, len(h.sent), h.box.Rows()})
	h.answer = nil
	h.now += time.Minute.Milliseconds()
	require.NoError(t, h.box.Turn(t.Context()))
	require.Equal(t, []int{3, 1200, 0}, []int{h.sends, len(h.sent), h.box.Rows()})
}

// TestWhatWaitsComesNotAllAtOneMoment: what a service had no answer for comes back by chance within a while, also behind a wait that it asked for.
func TestWhatWaitsComesNotAllAtOneMoment(t *testing.T) {
	t.Parallel()
	for _, wait := range []time.Duration{0, time.Minute} {
		t.Run(wait.String(), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, nil)
			rnd := rand.New(rand.NewPCG(1, 0))
			h.open(func(c *outbox.Config) { c.Chance = rnd.Float64 })
			h.who, h.wait = 101, wait
			h.answer = func(notify.Push) notify.Result { // one is taken: the service is there
				if len(h.bodies) == 0 {
					return notify.Sent
				}
				return notify.Waiting
			}
			h.happens(1, 1)
			require.Error(t, h.box.Turn(t.Context()))
			h.answer, h.wait = nil, 0
			var came []int
			for range 90 {
				before := len(h.sent)
				h.passes(time.Second)
				if n := len(h.sent) - before; n > 0 {
					came = append(came, n)
				}
			}
			require.Len(t, h.sent, 101)
			require.GreaterOrEqual(t, len(came), 3, "%v", came)
			require.Less(t, slices.Max(came), 60, "%v", came)
		})
	}
}
