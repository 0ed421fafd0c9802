package server

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	"satchel/internal/notify/fcm/stub"
	syncing "satchel/sync"
)

// staffed gives the team people with devices: accounts times devices each.
func (h *tower) staffed(accounts, devices int) (tokens []string) {
	h.t.Helper()
	var group sync.WaitGroup
	failed := make(chan error, accounts)
	for a := range accounts {
		for d := range devices {
			tokens = append(tokens, fmt.Sprintf("device %d of nurse %d", d, a))
		}
		group.Go(func() { failed <- h.hires(a, devices) }) // at once: they share commits
	}
	group.Wait()
	for range accounts {
		require.NoError(h.t, <-failed)
	}
	return tokens
}

func (h *tower) hires(a, devices int) error {
	ctx := h.t.Context()
	account, err := h.s.Identity().Seed().Staff(ctx, staffOf(fmt.Sprintf("nurse-%d", a)), h.w.oncology.ID)
	if err != nil {
		return err
	}
	for d := range devices {
		tokens, err := h.s.Identity().Seed().SignIn(ctx, account, identity.DeviceFacts{Kind: "test", Name: "a synthetic phone"})
		if err != nil {
			return err
		}
		session, err := h.s.Identity().Authenticate(ctx, tokens.Access)
		if err != nil {
			return err
		}
		if err := h.s.Identity().RegisterPush(ctx, session.Principal, "android", fmt.Sprintf("device %d of nurse %d", d, a)); err != nil {
			return err
		}
	}
	return nil
}

// everyEvent compares what was taken with what should have been: each event on each device, none lost.
func everyEvent(t *testing.T, taken map[string]int, tokens []string, events []syncing.Patch) (doubles int) {
	t.Helper()
	for _, token := range tokens {
		for _, event := range events {
			times := taken[said(token, event)]
			require.Positive(t, times, "%s was never told of %s", token, event.Doc)
			doubles += times - 1
		}
	}
	require.Len(t, taken, len(tokens)*len(events), "and nothing else")
	return doubles
}

// TestAnHourWithoutAPushServiceLosesNothing: an hour of 503, then a wish to be left alone, sockets that do not answer, batches of which
// half breaks, and tokens that are gone; over TCP, with the real client. Nothing is lost, nothing comes twice, and once it is back what
// waited has left within ten minutes.
func TestAnHourWithoutAPushServiceLosesNothing(t *testing.T) {
	t.Parallel()
	h := newTower(t)
	h.closes()
	tokens := h.staffed(8, 5)
	dead, live := tokens[:2], tokens[2:]
	events := h.notices(25, "team", nil)
	h.goesAway(stub.Unavailable)
	h.happens(events...)
	h.passes(time.Hour, 20*time.Second)
	waiting := len(tokens) * len(events)
	require.Equal(t, waiting, h.s.outbox.Rows(), "an hour of 503")
	asked, _ := h.absent.Asked()
	require.Less(t, len(asked), 3*waiting, "it was left alone, mostly")

	h.goesAway(stub.Answer{Hang: true})
	h.passes(3*time.Minute, 20*time.Second)
	require.Equal(t, waiting, h.s.outbox.Rows(), "sockets that do not answer")

	wish := stub.TooMany
	wish.RetryAfter = "240"
	h.goesAway(wish)
	h.passes(80*time.Second, 20*time.Second)
	before, _ := h.absent.Asked()
	h.passes(2*time.Minute, 20*time.Second)
	after, _ := h.absent.Asked()
	require.Len(t, after, len(before), "not asked again before it said")
	require.Equal(t, waiting, h.s.outbox.Rows())

	h.isBack()
	var n atomic.Int64
	broken := stub.Answer{Status: 429, Body: stub.TooMany.Body} // 429: the client itself does not try again, so one answer is one try
	h.google.Answers(func(m stub.Message) stub.Answer {
		switch {
		case m.Token == dead[0], m.Token == dead[1]:
			return stub.Unregistered
		case n.Add(1) <= 600 && n.Load()%2 == 0:
			return broken
		}
		return stub.Answer{}
	})
	h.passes(2*time.Minute, 20*time.Second)
	back := h.ahead.Load()
	for h.s.outbox.Rows() > 0 && h.ahead.Load()-back < (10*time.Minute).Milliseconds() {
		h.passes(5*time.Second, 5*time.Second)
	}
	require.Zero(t, h.s.outbox.Rows(), "what waited has left within ten minutes")
	require.Zero(t, everyEvent(t, h.google.Taken(), live, events), "nothing came twice")
	for _, token := range dead {
		require.Empty(t, h.holder(token), "a token that is gone is forgotten")
	}
	require.NotEmpty(t, h.holder(live[0]))
	require.NotContains(t, h.log.text.String(), "device 1 of nurse")
}

// holder lists the devices that have a token.
func (h *tower) holder(token string) (devices []syncing.UUID) {
	h.t.Helper()
	accounts, err := h.s.Identity().AccountsOf(h.t.Context(), h.w.record)
	require.NoError(h.t, err)
	for _, account := range accounts {
		targets, err := h.s.Identity().PushTargets(h.t.Context(), account)
		require.NoError(h.t, err)
		for _, target := range targets {
			if target.Token == token {
				devices = append(devices, target.Device)
			}
		}
	}
	return devices
}

// TestAPushServiceThatHangsHoldsUpNobody: a phone is answered while every socket to the push service is open and says nothing.
func TestAPushServiceThatHangsHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := newTower(t)
	hanging := make(chan struct{}, 1)
	h.google.Answers(func(stub.Message) stub.Answer {
		select {
		case hanging <- struct{}{}:
		default:
		}
		return stub.Answer{Hang: true}
	})
	h.client.patience.Store(int64(time.Hour))
	h.listens(h.w.nurse, "of the nurse")
	p := newPhone(t, h.s, h.w.ada, h.w.record)
	stop := running(t, h.s)
	p.base = h.s.Base()
	h.happens(h.notices(1, "team", nil)...)
	<-hanging
	for range 20 {
		p.write(t, message("while nobody there answers"))
		require.NoError(t, p.sync(t.Context()))
	}
	require.Zero(t, p.db.Unanswered(h.w.record))
	require.Empty(t, h.google.Taken(), "it hangs still")
	h.google.Close()
	require.NoError(t, stop())
}
