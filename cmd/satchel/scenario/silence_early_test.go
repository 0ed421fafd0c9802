package scenario

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
)

// needingALook are the steps of which a caregiver hears that they need a look.
func (a *actor) needingALook(f family) (steps []string) {
	a.h.t.Helper()
	for _, d := range a.list(f.record, "notice") {
		if value(d, "code") == care.NoticeNeedsALook {
			steps = append(steps, value(d, "step").(string))
		}
	}
	slices.Sort(steps)
	return steps
}

// The reminder of an early appointment comes the evening before, so a caregiver hears the same evening that it needs a look, and not in the night,
// when their own phone is quiet until the appointment has begun.
func TestEscalation_OfAnEarlyAppointmentTheCaregiverHearsTheEveningBefore(t *testing.T) {
	t.Parallel()
	google, rings := withFirebase(t)
	h := newHouse(t, rings)
	f := h.family()
	f.carla.listens("of carla")
	h.olive.books(f, appointing(h.oncology, "Early clinic", "2026-11-25T08:00", nil))
	h.at("2026-11-24T17:00")
	before := rungFor(google, "of carla")
	h.at("2026-11-24T18:00")
	own := rungFor(google, "of carla") // her own reminder
	require.Equal(t, before+1, own)
	h.at("2026-11-24T19:59")
	require.Empty(t, f.carla.needingALook(f))
	h.at("2026-11-24T20:01")
	require.Equal(t, []string{"2026-11-25T08:00"}, f.carla.needingALook(f))
	require.Equal(t, own+1, rungFor(google, "of carla"))
	h.at("2026-11-25T09:00")
	require.Equal(t, own+1, rungFor(google, "of carla"))
}

// What the person said to the reminder of one date says nothing of the next ones: the caregiver hears of those.
func TestEscalation_AnAnswerToOneDateOfATestDoesNotSilenceTheOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	order := h.orders(f, h.primary, nil)
	h.at("2026-11-30T08:00")
	for _, id := range f.ada.rings(f.record, "patient") {
		f.ada.writes(f.record, newDoc("reminderReply"), set{"focus": order, "reminder": id, "what": "done", "at": h.clock.Now().UnixMilli()})
	}
	h.at("2026-11-30T20:01")
	require.Empty(t, f.carla.needingALook(f), "she answered")
	h.shifts()
	h.at("2026-12-03T08:00")
	h.at("2026-12-03T20:01")
	require.Equal(t, []string{"2026-12-03"}, f.carla.needingALook(f))
}
