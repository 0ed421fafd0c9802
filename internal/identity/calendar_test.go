package identity

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// An address that was ended is not answered as ended before that lies in the second place, and a restored backup does not bring it back.
func TestAnEndedCalendarIsEndedInTheSecondPlaceTooAndStaysSoAfterARestore(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	token, line, err := h.MakeCalendar(h.ctx, patient, record)
	require.NoError(t, err)
	who, at, err := h.OpenCalendar(h.ctx, token)
	require.NoError(t, err)
	require.Equal(t, []any{patient.Account, record}, []any{who.Account, at})
	_, _, err = h.MakeCalendar(h.ctx, nurse, record)
	isFault(t, fault.Forbidden, err)
	before := h.copyFile()

	h.ledger.full.Store(true)
	isFault(t, fault.Busy, h.EndCalendar(h.ctx, patient, record, line.ID))
	h.ledger.full.Store(false)
	require.NoError(t, h.EndCalendar(h.ctx, patient, record, line.ID), "the same request again")
	_, _, err = h.OpenCalendar(h.ctx, token)
	isFault(t, fault.NotFound, err)
	isFault(t, fault.NotFound, h.EndCalendar(h.ctx, h.who(h.caregiver(nurse, record).Account), record, line.ID))

	h.putBack(before)
	_, _, err = h.OpenCalendar(h.ctx, token)
	require.NoError(t, err, "the backup has it still")
	require.NoError(t, h.ApplyRevocations(h.ctx, h.ledger.list(t)))
	_, _, err = h.OpenCalendar(h.ctx, token)
	isFault(t, fault.NotFound, err)
	_, _, err = h.OpenCalendar(h.ctx, strings.Repeat("A", 43))
	isFault(t, fault.NotFound, err)
}

// An access that is given anew, to the same account, does not bring back an address that was handed out before.
func TestACalendarDoesNotComeBackWithAnAccessThatIsGivenAnew(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	caregiver := h.who(h.caregiver(patient, record, CategorySchedule).Account)
	token, _, err := h.MakeCalendar(h.ctx, caregiver, record)
	require.NoError(t, err)
	h.clock.forward(time.Hour)
	require.NoError(t, h.SetCaregiver(h.ctx, patient, record, caregiver.Account, []string{CategorySchedule, CategoryMessages}, nil))
	_, _, err = h.OpenCalendar(h.ctx, token)
	require.NoError(t, err, "what is shared changes, and the access goes on")
	require.NoError(t, h.EndAccess(h.ctx, patient, record, Grantee{Account: caregiver.Account}))
	_, _, err = h.OpenCalendar(h.ctx, token)
	isFault(t, fault.NotFound, err)
	h.clock.forward(time.Hour)
	h.in(record, func(tx syncing.Tx) error {
		return h.GrantCaregiver(tx, patient, caregiver.Account, []string{CategorySchedule})
	})
	require.True(t, h.scope(record, caregiver).Active())
	_, _, err = h.OpenCalendar(h.ctx, token)
	isFault(t, fault.NotFound, err)
	again, _, err := h.MakeCalendar(h.ctx, caregiver, record)
	require.NoError(t, err)
	_, _, err = h.OpenCalendar(h.ctx, again)
	require.NoError(t, err)
}

// Whoever is told of a silence may fail or die: it is told again until it was taken, then once for each `again`, and once more when a device is
// back. An account of which a device is here costs nothing.
func TestASilenceIsToldUntilItWasTakenAndItsEndToo(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	h.caregiver(nurse, record)
	const after, again = 72 * time.Hour, 24 * time.Hour
	var told []Silence
	var fails error
	look := func() []Silence {
		t.Helper()
		told = nil
		more, err := h.FollowSilence(h.ctx, after, again, 10, func(_ context.Context, s Silence) error {
			told = append(told, s)
			return fails
		})
		require.Equal(t, fails == nil || len(told) == 0, err == nil)
		require.False(t, more)
		return told
	}
	since := h.clock.now().UnixMilli()
	h.clock.forward(after - time.Hour)
	require.Empty(t, look())
	h.clock.forward(2 * time.Hour)
	fails = errors.New("no disk")
	require.Len(t, look(), 1)
	fails = nil
	heard := look()
	require.Len(t, heard, 1, "told again, for the record of which the account is the person and no other")
	require.Equal(t, []any{record, true}, []any{heard[0].Record, heard[0].Silent})
	require.InDelta(t, since, heard[0].Since, float64(time.Minute.Milliseconds()))
	require.Empty(t, look(), "and taken")
	h.clock.forward(again - time.Minute)
	require.Empty(t, look())
	h.clock.forward(2 * time.Minute)
	require.Len(t, look(), 1, "it lasts")

	tokens = h.refresh(tokens, "a phone that is back")
	_, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	heard = look()
	require.Len(t, heard, 1)
	require.False(t, heard[0].Silent)
	require.Empty(t, look())
}
