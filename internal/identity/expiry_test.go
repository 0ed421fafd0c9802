package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

func TestAnAccessThatWouldEndNowIsRefusedAndOneThatEndsRightAfterIsNot(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	caregiver := h.who(h.caregiver(nurse, record).Account)
	ends := func(after time.Duration) error {
		at := h.clock.now().Add(after).UnixMilli()
		return h.SetCaregiver(h.ctx, patient, record, caregiver.Account, []string{CategorySchedule}, &at)
	}
	isFault(t, fault.Invalid, ends(-time.Hour))
	isFault(t, fault.Invalid, ends(0))
	require.NoError(t, ends(time.Millisecond))
}
