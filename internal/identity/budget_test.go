package identity

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

var trickle = budget{"test", 5, time.Minute, 1}

func TestABudgetAllowsItsBurstAndNotOneMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	}
	err := h.spend(h.ctx, charge{budget: trickle})
	isFault(t, fault.TooMany, err)
	require.Equal(t, trickle.refill, fault.RetryAfterOf(err))
	h.clock.forward(trickle.refill - time.Millisecond)
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}))
	h.clock.forward(time.Millisecond)
	require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}))
	h.clock.forward(24 * time.Hour)
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}), "a day of rest gives the burst back, and no more")
	}
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}))
}

func TestABudgetSurvivesARestart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
		h.restart()
	}
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}))
}

func TestAThousandAttemptsAtOnceAreAThousandAttempts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	var allowed atomic.Int64
	for range 1000 {
		wg.Go(func() {
			if h.spend(h.ctx, charge{budget: trickle}) == nil {
				allowed.Add(1)
			}
		})
	}
	wg.Wait()
	require.Equal(t, trickle.burst, allowed.Load())
}

func TestAnEmptyBudgetRefusesAfterAReadOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	store := &counted{Store: h.Store}
	s := h.serviceOn(store)
	for range trickle.burst {
		require.NoError(t, s.spend(h.ctx, charge{budget: trickle}))
	}
	store.taken()
	isFault(t, fault.TooMany, s.spend(h.ctx, charge{budget: trickle}))
	require.Equal(t, []string{"view", "get"}, store.taken())
}

func TestWhatWasRightIsGivenBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 10 * trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
		h.giveBack(h.ctx, charge{budget: trickle})
	}
	h.giveBack(h.ctx, charge{budget: trickle})
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	}
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle})) // never more than the burst
}

func TestAClockThatIsSetBackShutsNobodyOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.forward(365 * 24 * time.Hour)
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	}
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}))
	h.clock.forward(-365 * 24 * time.Hour)
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	}
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}))
	h.clock.forward(trickle.refill)
	require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
}

// Ward seed 1771: a clock that is an hour fast, a code that is used as it should be, the clock set right, and the next was shut out for an hour.
func TestWhoNeverFailedIsNotShutOutWhenTheClockIsSetBackALittle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	h.giveBack(h.ctx, charge{budget: trickle})
	h.clock.forward(-time.Duration(trickle.burst) * trickle.refill)
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	}
	isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}))
}

func TestOneAddressDoesNotEmptyAnothersBudgetAndTheFileDoesNotGrowWithThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	few := budget{"few", 2, time.Minute, 8}
	for i := range 200 {
		_ = h.spend(h.ctx, charge{few, fmt.Sprint(i)})
	}
	require.NoError(t, h.Store.View(h.ctx, budgetRecord(), func(tx syncing.ReadTx) error {
		n := 0
		err := tx.Scan(syncing.TableIdentity, []byte("budget/few/"), after([]byte("budget/few/")), func(_, _ []byte) (bool, error) {
			n++
			return true, nil
		})
		require.LessOrEqual(t, n, 8)
		return err
	}))

	slots := make(map[string]bool)
	for i := range 500 {
		slots[string(h.bucketKey(charge{enrolAddress, fmt.Sprint(i)}))] = true
	}
	require.Greater(t, len(slots), 400, "addresses rarely share a bucket")
	require.Equal(t, h.bucketKey(charge{enrolAddress, "a"}), h.bucketKey(charge{enrolAddress, "a"}))
	require.False(t, slices.Contains([]uint32{enrolAddress.slots, signInAddress.slots, signInNamed.slots}, 0))
}

func TestARefusalOfOneBudgetSpendsFromNoOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := budget{"other", 5, time.Minute, 1}
	for range trickle.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: trickle}))
	}
	for range 20 {
		isFault(t, fault.TooMany, h.spend(h.ctx, charge{budget: trickle}, charge{budget: other}))
	}
	for range other.burst {
		require.NoError(t, h.spend(h.ctx, charge{budget: other}))
	}
}

func TestPhonesThatEnrolRightlyFromOneAddressCostNothing(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	for range enrolAddress.burst + 1 {
		h.patient(nurse, record)
	}
}

func TestOneAddressMayFailOnlySoOftenToEnrol(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	wrong := redemption(code)
	wrong.Code = "0000000000"
	for range enrolAddress.burst {
		_, err := h.Redeem(h.ctx, wrong)
		isFault(t, fault.Refused, err)
	}
	_, err := h.Redeem(h.ctx, redemption(code))
	isFault(t, fault.TooMany, err)
	elsewhere := redemption(code)
	elsewhere.Address = "203.0.113.9"
	_, err = h.Redeem(h.ctx, elsewhere)
	require.NoError(t, err)
}
