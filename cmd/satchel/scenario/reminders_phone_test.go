package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
)

// Without a network the person says on their phone when nothing may ring, that today is enough, how much a locked screen may tell, and what holds
// in another zone: it holds there at once, and everywhere after a sync. Two phones that begin the settings apart begin the same.
func TestReminders_ThePersonSaysOnTheirPhoneWhenNothingMayRing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone, tablet := h.handset(f.record, identity.KindPatient, "ada's handset"), h.handset(f.record, identity.KindPatient, "ada's tablet")
	hers := &handset{h: h, net: &network{}, home: t.TempDir()}
	hers.open()
	t.Cleanup(func() { _ = hers.Close() })
	hers.enrol(f.record, identity.KindCaregiver, "carla's handset")
	h.olive.wantsAnswers(f, h.oncology, "2026-11-23")
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	require.ElementsMatch(t, []string{"assessment-due 2026-11-23T10:00", "appointment-soon 2026-11-24T14:00", "assessment-late 2026-11-24T10:00"}, codesOf(phone.agrees(f.ada, f.record, 2)))

	phone.net.off.Store(true)
	tablet.net.off.Store(true)
	h.done(phone.Enough(f.record))
	h.done(tablet.QuietHours(f.record, "22:00", "11:00"))
	h.done(tablet.Detail(f.record, "kind"))
	page, err := phone.Reminders(f.record, 2)
	h.done(err)
	require.Equal(t, "2026-11-24T10:00", page.Reminders[0].Wall, "at once, without a network")
	for _, wrong := range []error{
		tablet.QuietHours(f.record, "22:00", "25:00"), tablet.Detail(f.record, "all of it"), tablet.Zone(f.record, "perhaps"),
	} {
		require.Error(t, wrong)
	}
	require.ErrorContains(t, hers.Enough(f.record), "the person's own settings")
	phone.net.off.Store(false)
	tablet.net.off.Store(false)
	h.done(phone.Sync(h.ctx))
	require.Equal(t, "2026-11-24T11:00", tablet.agrees(f.ada, f.record, 2).Reminders[0].Wall, "what both said holds")
	require.Len(t, f.ada.list(f.record, care.PreferenceType), 1)
	h.done(phone.Sync(h.ctx))
	h.done(phone.NotEnough(f.record))
	h.done(phone.QuietHours(f.record, "", ""))
	require.Equal(t, "2026-11-23T10:00", phone.agrees(f.ada, f.record, 2).Reminders[0].Wall)

	h.done(phone.Here(f.record, "America/New_York"))
	require.Equal(t, "America/New_York", phone.agrees(f.ada, f.record, 2).AskZone)
	h.done(phone.Zone(f.record, "keep"))
	asked := phone.agrees(f.ada, f.record, 2)
	require.Empty(t, asked.AskZone, "once")
	require.Equal(t, "2026-11-23T10:00", asked.Reminders[0].Wall)
	require.Equal(t, "Europe/London", asked.Reminders[0].Zone)
	h.done(phone.Zone(f.record, "move"))
	require.Equal(t, "America/New_York", phone.agrees(f.ada, f.record, 2).Reminders[0].Zone)
}
