package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/phone"
	"satchel/internal/identity"
)

// Fever on treatment, in airplane mode: the call screen is the next thing, without a try of the network; the report reaches the queue
// once, first in order, through a connection that is cut five times; and nothing was called delivered before.
func TestHazard_H01_AFeverInAirplaneModeIsTheCallScreenAndThenTheFirstRow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record, other := h.admit("Ada Example"), h.admit("Ben Example")
	h.done(h.oscar.write(record, clinicalContext(record), set{"sactLastDose": "2026-11-16", "steroid": false, "paracetamolRegular": false}))
	ben := h.enrol(other, identity.KindPatient, "ben")
	ben.writes(other, newDoc("assessment"), set{
		"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "answers.phy.tired": 3,
	})
	require.Len(t, h.olive.queue(h.oncology), 1)
	require.Len(t, h.pia.queue(h.primary), 1)

	carla := h.enrol(record, identity.KindCaregiver, "carla")
	ada := h.handset(record, identity.KindPatient, "ada")
	ada.net.off.Store(true)
	tried := ada.net.tried.Load()
	// A fever of 38.0 on treatment, and tiredness, which the practice must know of as well.
	screen, err := ada.interview(record, "1 22", "", "", "", "", "", "", "", "3", "6", "38.0")
	require.ErrorIs(t, err, phone.ErrStopped, "she stops there, and calls")
	_, after, _ := strings.Cut(screen, "Your temperature, if you can take it")
	_, after, _ = strings.Cut(after, "\n> ")
	lines := strings.Split(strings.TrimSpace(after), "\n")
	require.Equal(t, []string{"RED", "  [ CALL 01632 960 111 ]", "  [ CALL 999 ]"}, lines[1:4], "one step, and no question before it")
	require.Contains(t, after, "NOT YET DELIVERED: your team has not seen this.")
	require.Contains(t, after, "Do not wait for a reply in this app.")
	require.Contains(t, after, "This app is not for emergencies.")
	require.Contains(t, after, "draft, not clinically approved")
	require.Equal(t, tried, ada.net.tried.Load(), "no network call")
	require.NotContains(t, strings.ToLower(ada.Show(record)), "["+strings.ToLower("Arrived."))

	require.Error(t, ada.Sync(h.ctx), "airplane mode")
	require.Contains(t, ada.Undelivered(record), "1 urgent report has not reached your team.")
	require.Len(t, h.olive.queue(h.oncology), 1, "Ben's, and nothing of Ada's")

	ada.net.off.Store(false)
	ada.net.deaf.Store(5)
	for range 5 {
		require.Error(t, ada.Sync(h.ctx), "the connection is cut before the answer")
		require.NotEmpty(t, ada.Undelivered(record), "not delivered, as far as the phone can know")
		ada.restart()
	}
	h.done(ada.Sync(h.ctx))
	require.Empty(t, ada.Undelivered(record))
	require.NotContains(t, ada.Show(record), "NOT YET DELIVERED")
	require.Contains(t, ada.Show(record), "[Arrived.]")

	oncology, practice := h.olive.queue(h.oncology), h.pia.queue(h.primary)
	require.Len(t, oncology, 2)
	require.Len(t, practice, 2)
	require.Equal(t, record, oncology[0].Record, "red is first")
	require.Equal(t, "red", oncology[0].Level)
	require.Equal(t, record, practice[0].Record, "she is more tired than Ben")
	require.Equal(t, 1, oncology[0].Reports, "five times sent is once here")
	require.Equal(t, 1, practice[0].Reports)
	require.Contains(t, oncology[0].Why, "dvice shown")

	require.Empty(t, h.otto.list(record, "assessment"), "whoever works elsewhere sees nothing")
	require.Empty(t, carla.list(record, "assessment"), "the caregiver sees the schedule alone")
}
