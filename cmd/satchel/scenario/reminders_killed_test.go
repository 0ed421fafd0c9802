package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

// breaker is a store that breaks at its next updates, as a machine does that is switched off: before one is written, or behind it.
type breaker struct {
	syncing.Store
	before, behind *atomic.Int64 // how many updates until it breaks; 0: it does not
}

var errBroken = errors.New("the machine stopped")

func (b breaker) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	if b.before.Load() > 0 && b.before.Add(-1) == 0 {
		return errBroken
	}
	if err := b.Store.Update(ctx, record, fn); err != nil {
		return err
	}
	if b.behind.Load() > 0 && b.behind.Add(-1) == 0 {
		return errBroken
	}
	return nil
}

// The server is killed at each step of the follower, before it is written and behind it: nothing is told twice, nothing is left out.
func TestReminders_KilledAtAnyStepNothingIsDoubledOrSkipped(t *testing.T) {
	t.Parallel()
	before, behind := &atomic.Int64{}, &atomic.Int64{}
	h := newHouse(t, func(config *server.Config) {
		config.Between = func(s syncing.Store) syncing.Store { return breaker{s, before, behind} }
	})
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	for day := 26; day < 30; day++ {
		h.olive.books(f, appointing(h.oncology, "Clinic", fmt.Sprintf("2026-11-%02dT14:00", day), nil))
	}
	page := phone.agrees(f.ada, f.record, 6)
	require.Len(t, page.Reminders, 7)
	broken := 0
	for turn, wall := range []string{
		"2026-11-24T14:00", "2026-11-24T14:31", "2026-11-25T14:00", "2026-11-25T14:31", "2026-11-26T11:00", "2026-11-26T11:31", "2026-11-26T14:00", "2026-11-26T14:31",
		"2026-11-27T11:00", "2026-11-27T11:31", "2026-11-27T14:00", "2026-11-27T14:31", "2026-11-28T11:00", "2026-11-28T11:31",
	} {
		h.pass(wall)
		for step := int64(1); step <= 2; step++ {
			part := before
			if turn/2%2 == 1 {
				part = behind
			}
			part.Store(step)
			if h.server.Follow(t.Context()) != nil {
				broken++
			}
			part.Store(0)
		}
		h.follow()
	}
	require.Greater(t, broken, 10, "it broke where something was written")
	var want []string
	for _, m := range page.Reminders {
		want = append(want, m.ID, remind.ID(m.Code, m.Focus, remind.AgainStep(m.Step), remind.ForPatient))
	}
	slices.Sort(want)
	require.Equal(t, want, f.ada.rings(f.record, "patient"))
}
