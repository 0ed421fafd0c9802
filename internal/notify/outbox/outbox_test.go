package outbox_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/notify"
	"satchel/internal/notify/outbox"
	syncing "satchel/sync"
)

const events = "test.events"

// house is a place in which everybody who is named is called, over a real file, with a clock and a service that tests move.
type house struct {
	mu     sync.Mutex
	t      *testing.T
	store  syncing.Store
	now    int64
	box    *outbox.Outbox
	told   map[string]int // rows, by what became of them
	away   map[syncing.AccountID]bool
	gone   []string
	at     int64
	who    int // how many accounts each event calls, each with one device
	answer func(notify.Push) notify.Result
	wait   time.Duration
	sends  int
	sent   map[string]int // by token and id: what the service took
	bodies []notify.Push

	listed map[string]int // how often it was written down that an account was called, and that it rang
	lists  bool           // somebody reads whom events call

	quiet  int64                  // until when nothing may ring, ms
	breaks map[syncing.DocID]bool // what may all the same
	over   map[syncing.DocID]bool // what rings no more

	meanwhile func() // while somebody is asked whom an event calls
}

func newHouse(t *testing.T, change func(*outbox.Config)) *house {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	require.NoError(t, bolt.Init(folder))
	store, err := bolt.Open(folder, bolt.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	h := &house{t: t, store: store, now: 1_800_000_000_000, who: 1, told: map[string]int{}, away: map[syncing.AccountID]bool{}, sent: map[string]int{}, listed: map[string]int{}, breaks: map[syncing.DocID]bool{}}
	h.at = h.now
	h.open(change)
	return h
}

// open begins anew upon the same store, as after a crash.
func (h *house) open(change func(*outbox.Config)) {
	c := outbox.Config{
		Store: h.store, Events: events, House: h, Channels: map[notify.Channel]outbox.Sender{notify.Phones: h},
		Now: func() int64 { return h.now }, Chance: func() float64 { return 1 }, Count: func(result string, n int) { h.told[result] += n },
	}
	if change != nil {
		change(&c)
	}
	h.box = outbox.New(c)
}

func numbered(n int) (u syncing.UUID) {
	binary.BigEndian.PutUint64(u[:], uint64(n))
	return u
}

// happens puts an event into a record, as a commit of the engine does.
func (h *house) happens(record, event int) {
	h.t.Helper()
	id := syncing.NewDocID("notice", numbered(event))
	require.NoError(h.t, h.store.Update(h.t.Context(), syncing.RecordID{UUID: numbered(record)}, func(tx syncing.Tx) error {
		key := binary.BigEndian.AppendUint64(nil, uint64(h.at))
		return tx.PutIndex(events, append(key, id...), []byte(id))
	}))
}

func (h *house) Called(_ context.Context, _ syncing.RecordID, event syncing.DocID) (outbox.Call, error) {
	call := outbox.Call{At: h.at}
	if h.meanwhile != nil {
		h.meanwhile()
	}
	for i := range h.who {
		account := syncing.AccountID{UUID: numbered(i + 1)}
		if !h.away[account] {
			call.Targets = append(call.Targets, outbox.Target{Account: account, Device: numbered(i + 1), Channel: notify.Phones, Listed: h.lists, NotBefore: h.notBefore(event)})
		}
	}
	if h.lists {
		call.Listed = append(call.Listed, syncing.AccountID{UUID: numbered(h.who + 1)}) // who has no device
	}
	return call, nil
}

func (h *house) Listed(_ context.Context, _ syncing.RecordID, event syncing.DocID, call outbox.Call) error {
	for _, account := range call.Listed {
		h.listed["called "+event.ID()+" "+account.String()]++
	}
	return nil
}

func (h *house) Left(_ context.Context, _ syncing.RecordID, event syncing.DocID, account syncing.AccountID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listed["rang "+event.ID()+" "+account.String()]++
	return nil
}

func (h *house) Address(_ context.Context, _ syncing.RecordID, event syncing.DocID, account syncing.AccountID, device syncing.UUID) (outbox.Address, bool, error) {
	return outbox.Address{Channel: notify.Phones, Token: "token of " + device.String(), NotBefore: h.notBefore(event)}, !h.away[account] && !h.over[event], nil
}

// notBefore is the end of the quiet hours of this house, for all but those who break them.
func (h *house) notBefore(event syncing.DocID) int64 {
	if h.breaks[event] || h.now >= h.quiet {
		return 0
	}
	return h.quiet
}

func (h *house) Gone(_ context.Context, token string) error {
	h.gone = append(h.gone, token)
	return nil
}

func (h *house) Send(_ context.Context, pushes []notify.Push) (notify.Report, error) {
	h.sends++
	report := notify.Report{RetryAfter: h.wait}
	for _, p := range pushes {
		result := notify.Sent
		if h.answer != nil {
			result = h.answer(p)
		}
		report.Results = append(report.Results, result)
		h.bodies = append(h.bodies, p)
		if result == notify.Sent {
			h.sent[p.Token+" "+p.ID.String()]++
		}
	}
	if report.Count(notify.Waiting) > 0 {
		return report, fault.New(fault.Busy, "test", "away")
	}
	return report, nil
}

// passes lets time pass in steps of a second, with a turn at each.
func (h *house) passes(d time.Duration) {
	for range d / time.Second {
		h.now += time.Second.Milliseconds()
		_ = h.box.Turn(h.t.Context()) // what a service answers is what the test set
	}
}

func away(notify.Push) notify.Result { return notify.Waiting }

func TestAnEventRingsOnceOnEachDevice(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.who = 3
	h.happens(1, 1)
	h.happens(2, 2)
	for range 3 {
		require.NoError(t, h.box.Turn(t.Context()))
	}
	require.Len(t, h.sent, 6)
	for what, times := range h.sent {
		require.Equal(t, 1, times, what)
	}
	require.Zero(t, h.box.Rows())
	require.Equal(t, map[string]int{"taken": 6, "sent": 6}, h.told)
	require.Contains(t, h.bodies, notify.Push{Token: "token of " + numbered(1).String(), Kind: notify.Action, ID: numbered(1), At: h.at})
}

func TestWhoeverLostAccessSinceItWasPutInLineGetsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.who, h.answer = 2, away
	h.happens(1, 1)
	require.Error(t, h.box.Turn(t.Context()))
	require.Equal(t, 2, h.box.Rows())
	h.away[syncing.AccountID{UUID: numbered(2)}] = true
	h.answer, h.bodies = nil, nil
	h.passes(time.Minute)
	require.Len(t, h.bodies, 1, "nothing was even tried for the one who may not see it")
	require.Equal(t, 1, h.told["unseen"])
	require.Zero(t, h.box.Rows())
}

// TestWhatIsListedIsWrittenDownBeforeItIsTakenUpAndWhenAServiceTookIt: at least once, also for who has no device, and never for what no service took.
func TestWhatIsListedIsWrittenDownBeforeItIsTakenUpAndWhenAServiceTookIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.lists, h.answer = true, away
	h.happens(1, 1)
	require.Error(t, h.box.Turn(t.Context()))
	nobody, somebody := numbered(2).String(), numbered(1).String()
	require.Equal(t, map[string]int{"called " + numbered(1).String() + " " + nobody: 1}, h.listed)
	h.answer = nil
	h.passes(time.Minute)
	require.Equal(t, map[string]int{"called " + numbered(1).String() + " " + nobody: 1, "rang " + numbered(1).String() + " " + somebody: 1}, h.listed)
	h.lists = false
	h.happens(2, 2)
	h.passes(time.Minute)
	require.Len(t, h.listed, 2, "what nobody lists is not written down")
}

func TestATokenThatIsGoneIsForgottenAndOneThatIsRefusedIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.who = 2
	h.answer = func(p notify.Push) notify.Result {
		if p.Token == "token of "+numbered(1).String() {
			return notify.Gone
		}
		return notify.Refused
	}
	h.happens(1, 1)
	h.passes(time.Hour)
	require.Equal(t, []string{"token of " + numbered(1).String()}, h.gone)
	require.Len(t, h.bodies, 2)
	require.Zero(t, h.box.Rows())
}

func TestAServiceIsLeftAloneForAsLongAsItAsks(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.answer, h.wait = away, 17*time.Minute
	h.happens(1, 1)
	h.happens(2, 2)
	require.Error(t, h.box.Turn(t.Context()))
	require.Equal(t, 1, h.sends)
	h.happens(3, 3)
	h.passes(17*time.Minute - time.Second)
	require.Equal(t, 1, h.sends, "not for what came later either")
	h.answer, h.wait = nil, 0
	h.passes(2 * time.Second)
	require.Len(t, h.sent, 1, "what came since; the others come behind, each at its own moment")
	h.passes(5 * time.Second)
	require.Len(t, h.sent, 3)
}

func TestAServiceThatIsAwayIsAskedWithOneRowAndLessAndLess(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.who, h.answer = 100, away
	h.happens(1, 1)
	h.passes(time.Hour)
	require.Equal(t, 100+h.sends-1, len(h.bodies), "the first time with all, then with one")
	require.Less(t, h.sends, 70, "about once a minute")
	require.Equal(t, 100, h.box.Rows(), "and nothing is lost")
	h.answer = nil
	h.passes(10 * time.Minute)
	require.Len(t, h.sent, 100)
	require.Zero(t, h.box.Rows())
}

func TestAMinuteHasABudget(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *outbox.Config) { c.PerMinute = 30 })
	h.who = 100
	h.happens(1, 1)
	h.now = h.now / 60_000 * 60_000
	h.at = h.now
	h.passes(50 * time.Second)
	require.Len(t, h.sent, 30)
	h.passes(3 * time.Minute)
	require.Len(t, h.sent, 100)
}

func TestAFullOutboxLetsEventsWaitAndLosesNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *outbox.Config) { c.RowsMax = 10 })
	h.answer = away
	for i := range 25 {
		h.happens(i+1, i+1)
	}
	require.Error(t, h.box.Turn(t.Context()))
	require.Equal(t, 10, h.box.Rows())
	h.open(func(c *outbox.Config) { c.RowsMax = 10 })
	_ = h.box.Turn(t.Context())
	require.Equal(t, 10, h.box.Rows(), "a start counts what is there")
	h.answer = nil
	h.passes(10 * time.Minute)
	require.Len(t, h.sent, 25)
}

func TestWhatIsTooLateRingsNoMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.answer = away
	h.happens(1, 1)
	_ = h.box.Turn(t.Context())
	h.now += (24 * time.Hour).Milliseconds()
	h.happens(2, 2) // as old as the first, and taken up only now
	h.answer = nil
	require.NoError(t, h.box.Turn(t.Context()))
	require.Empty(t, h.sent)
	require.Equal(t, 2, h.told["expired"])
	require.Zero(t, h.box.Rows())
}

// TestTwoThatTakeUpOneEventMakeOneOfIt: what decides is the entry, looked at inside of the transaction.
func TestTwoThatTakeUpOneEventMakeOneOfIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.who = 3
	h.happens(1, 1)
	first := h.box
	h.open(nil)
	other := h.box
	h.meanwhile = func() { // the first has found the event, and asks whom it calls
		h.meanwhile = nil
		require.NoError(t, other.Turn(t.Context()))
	}
	require.NoError(t, first.Turn(t.Context()))
	require.Len(t, h.sent, 3)
	for what, times := range h.sent {
		require.Equal(t, 1, times, what)
	}
}

// TestAProcessThatDiesAnywhereLosesNothing fails each commit in turn, as if the process had died before it, and begins anew.
func TestAProcessThatDiesAnywhereLosesNothing(t *testing.T) {
	t.Parallel()
	for dies := range 8 {
		t.Run(fmt.Sprintf("before commit %d", dies), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, nil)
			h.who = 3
			for i := range 4 {
				h.happens(i+1, i+1)
			}
			h.open(func(c *outbox.Config) { c.Store = &mortal{Store: h.store, left: dies} })
			_ = h.box.Turn(t.Context())
			h.open(nil)
			require.NoError(t, h.box.Turn(t.Context()))
			require.Len(t, h.sent, 12)
			for what, times := range h.sent {
				require.LessOrEqual(t, times, 2, what)
			}
			require.Zero(t, h.box.Rows())
		})
	}
}

// mortal is a store of a process that dies before its next commit.
type mortal struct {
	syncing.Store
	left int
}

func (m *mortal) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return m.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if m.left--; m.left < 0 {
			return fault.New(fault.Internal, "test", "dead")
		}
		return fn(tx)
	})
}
