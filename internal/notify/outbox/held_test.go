package outbox_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify"
	"satchel/internal/notify/outbox"
	syncing "satchel/sync"
)

// once asks that each device was rung so often, and each event once at most on each.
func (h *house) once(t *testing.T, rings int) {
	t.Helper()
	require.Len(t, h.sent, rings)
	for what, times := range h.sent {
		require.Equal(t, 1, times, what)
	}
	require.Zero(t, h.box.Rows())
}

func TestWhatIsPutOffRingsOnceForAllWhenItMay(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.who, h.quiet = 2, h.now+(11*time.Hour).Milliseconds()
	for i := range 5 {
		h.happens(1, i+1)
		require.NoError(t, h.box.Turn(t.Context()))
		h.now += time.Hour.Milliseconds()
	}
	h.happens(2, 9)
	h.breaks[syncing.NewDocID("notice", numbered(7))] = true
	h.happens(1, 7)
	require.NoError(t, h.box.Turn(t.Context()))
	require.Len(t, h.bodies, 2, "what breaks the quiet rings at once, on both devices, and nothing else")
	require.Equal(t, 4, h.box.Rows(), "one a record and device")
	h.now = h.quiet - 1
	require.NoError(t, h.box.Turn(t.Context()))
	require.Len(t, h.bodies, 2)
	h.now = h.quiet
	require.NoError(t, h.box.Turn(t.Context()))
	h.once(t, 6)
	require.Equal(t, 8, h.told["merged"], "four of five, on each")
	require.Equal(t, 14, h.told["sent"]+h.told["merged"], "and none was lost")
}

func TestWhatMayNotRingAnyMoreWhenItLeavesIsPutOffOnceMoreAndDoesNotGetOld(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.answer = away
	h.happens(1, 1)
	h.happens(1, 2)
	require.Error(t, h.box.Turn(t.Context()))
	h.quiet, h.answer, h.bodies = h.now+(20*time.Hour).Milliseconds(), nil, nil
	h.now += time.Hour.Milliseconds()
	require.NoError(t, h.box.Turn(t.Context()))
	require.Empty(t, h.bodies)
	require.Equal(t, 1, h.box.Rows(), "two wait as one")
	h.now = h.quiet
	h.quiet += (20 * time.Hour).Milliseconds() // the person wants it so
	require.NoError(t, h.box.Turn(t.Context()))
	require.Empty(t, h.bodies)
	require.Equal(t, 1, h.box.Rows())
	h.now = h.quiet
	require.NoError(t, h.box.Turn(t.Context()))
	h.once(t, 1)
	require.Zero(t, h.told["expired"])
}

func TestOfThoseThatWaitTogetherOnlyWhatStillRingsIsSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.quiet = h.now + time.Hour.Milliseconds()
	h.happens(1, 1)
	h.happens(1, 2)
	require.NoError(t, h.box.Turn(t.Context()))
	h.over = map[syncing.DocID]bool{syncing.NewDocID("notice", numbered(1)): true}
	h.now = h.quiet
	require.NoError(t, h.box.Turn(t.Context()))
	h.once(t, 1)
	require.Equal(t, numbered(2), h.bodies[0].ID)

	h.quiet = h.now + time.Hour.Milliseconds()
	h.happens(1, 3)
	require.NoError(t, h.box.Turn(t.Context()))
	h.over[syncing.NewDocID("notice", numbered(3))] = true
	h.now = h.quiet
	require.NoError(t, h.box.Turn(t.Context()))
	h.once(t, 1)
}

func TestWhatWaitsTogetherAndIsNotTakenIsTriedAgainTogether(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.quiet, h.answer = h.now+time.Hour.Milliseconds(), away
	h.happens(1, 1)
	h.happens(1, 2)
	require.NoError(t, h.box.Turn(t.Context()))
	h.now = h.quiet
	require.Error(t, h.box.Turn(t.Context()))
	require.Equal(t, 1, h.box.Rows())
	h.answer = nil
	h.passes(time.Minute)
	h.once(t, 1)
	require.Equal(t, 1, h.told["merged"], "both were still there")
}

func TestMoreThanARowHoldsWaitsForItselfAndNothingIsLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.quiet = h.now + time.Hour.Milliseconds()
	for i := range 103 {
		h.happens(1, i+1)
	}
	require.NoError(t, h.box.Turn(t.Context()))
	require.Equal(t, 3, h.box.Rows(), "101 in one, and two for themselves")
	h.open(nil)
	h.now = h.quiet
	require.NoError(t, h.box.Turn(t.Context()))
	require.Equal(t, 103, h.told["sent"]+h.told["merged"])
	h.once(t, 3)
}

// TestAProcessThatDiesWhileThingsArePutOffLosesNothing fails each commit in turn, and begins anew.
func TestAProcessThatDiesWhileThingsArePutOffLosesNothing(t *testing.T) {
	t.Parallel()
	for dies := range 6 {
		t.Run(fmt.Sprintf("before commit %d", dies), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, nil)
			h.quiet = h.now + time.Hour.Milliseconds()
			for i := range 4 {
				h.happens(1, i+1)
			}
			h.open(func(c *outbox.Config) { c.Store = &mortal{Store: h.store, left: dies} })
			_ = h.box.Turn(t.Context())
			h.now = h.quiet
			_ = h.box.Turn(t.Context())
			before := h.told["sent"]
			h.open(nil)
			require.NoError(t, h.box.Turn(t.Context()))
			require.NoError(t, h.box.Turn(t.Context()))
			require.GreaterOrEqual(t, h.told["sent"], 1)
			require.LessOrEqual(t, h.told["sent"]-before, 4)
			seen := map[syncing.UUID]bool{}
			for _, p := range h.bodies {
				seen[p.ID] = true
				require.Equal(t, notify.Action, p.Kind)
			}
			require.NotEmpty(t, seen)
			require.Zero(t, h.box.Rows())
			left := 0
			require.NoError(t, h.store.Scan(t.Context(), events, nil, nil, 10, func(syncing.IndexEntry) bool { left++; return true }))
			require.Zero(t, left)
		})
	}
}

// TestOfWhatRangAsOneEachIsWrittenDown: whoever reads whom events called reads that each of them rang.
func TestOfWhatRangAsOneEachIsWrittenDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.lists, h.quiet = true, h.now+time.Hour.Milliseconds()
	h.happens(1, 1)
	h.happens(1, 2)
	require.NoError(t, h.box.Turn(t.Context()))
	h.now = h.quiet
	require.NoError(t, h.box.Turn(t.Context()))
	h.once(t, 1)
	for _, event := range []int{1, 2} {
		require.Equal(t, 1, h.listed["rang "+numbered(event).String()+" "+numbered(1).String()])
	}
}
