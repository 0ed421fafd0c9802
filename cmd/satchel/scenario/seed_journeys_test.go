package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
)

// A referral cannot be sent while a paper is missing, and says which. How far it has come is read by the person, by those who referred,
// by those who receive it and by the navigator.
func TestSeed_B12_AReferralThatLacksAPaperIsNotSentAndSaysWhich(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	referral := newDoc("referral")
	asked := referring(h.primary, set{"service": "genetics", "programme": "prc", "destinationTeam": h.oncology.ID, "status": "draft", "document.eligibility": nil})
	delete(asked, "document.eligibility")
	h.done(h.pia.write(f.record, referral, asked))
	said := h.refused(422, h.pia.write(f.record, referral, set{"status": "sent"}))
	require.Equal(t, "This cannot be sent yet. Missing: the family history, the proof of eligibility or residence.", said)
	h.refused(422, h.pia.write(f.record, newDoc("referral"), referring(h.primary, set{"service": "dental"})))
	h.pia.isHeld(f.record, referral, set{"status": "sent"}, "invalid")
	h.done(h.nils.write(f.record, referral, set{"document.family-history": "on file", "document.eligibility": "on file"}))
	h.refused(403, h.olive.write(f.record, referral, set{"status": "accepted"}))
	h.done(h.pia.write(f.record, referral, set{"status": "sent"}))

	for _, a := range []*actor{f.ada, h.pia, h.olive, h.nils} {
		require.Equal(t, "sent", value(a.sees(f.record, referral), "status"), a.name)
	}
	require.Nil(t, h.otto.sees(f.record, referral))
	h.refused(422, h.olive.write(f.record, referral, set{"status": "rejected"}))
	h.refused(403, h.olive.write(f.record, referral, set{"status": "received", "reason": "Another"}))
	h.done(h.olive.write(f.record, referral, set{"status": "rejected", "statusReason": "Wrong clinic"}))
	require.Equal(t, "Wrong clinic", value(f.ada.sees(f.record, referral), "statusReason"))
	h.done(h.pia.write(f.record, referral, set{"status": "draft"}))
	h.done(h.pia.write(f.record, referral, set{"status": "sent"}))
	h.done(h.olive.write(f.record, referral, set{"status": "accepted"}))
	f.ada.isHeld(f.record, referral, set{"status": "cancelled"}, "forbidden")
	f.carla.isHeld(f.record, referral, set{"authorisationNo": "1"}, "forbidden")
}

// The Indian Health Service path: an appointment whose day no authorisation covers is on the navigator's list seven days before, and the
// person's phone says that the paperwork is not ready, and whom to call.
func TestSeed_A16_AnAppointmentWithoutAuthorisationIsOnTheNavigatorsListAWeekBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	referral := newDoc("referral")
	h.done(h.pia.write(f.record, referral, referring(h.primary, set{"programme": "prc", "notifyBy": "2026-12-06"})))
	visit := h.olive.books(f, appointing(h.oncology, "Stephenson clinic", "2026-12-07T10:00", set{"zone": "America/Chicago", "authorisationRef": referral}))
	h.done(phone.Sync(h.ctx))
	require.Empty(t, h.nils.work(h.navigation, "appointment"), "there is time")
	require.NotContains(t, phone.agenda(f.record), "PAPERWORK")

	h.later(7*day + 6*time.Hour + 59*time.Minute) // 15:59 in London; the clinic opens the window at ten, sixteen in London
	h.shifts()
	require.Empty(t, h.nils.work(h.navigation, "appointment"))
	h.later(2 * time.Minute)
	line := h.nils.work(h.navigation, "appointment")
	require.Len(t, line, 1)
	require.Equal(t, visit, line[0].Focus)
	require.Equal(t, "There is no authorisation number. The programme has not been told of the visit.", line[0].Note)
	h.follow()
	require.Len(t, h.nils.work(h.navigation, "appointment"), 1, "once")
	require.Equal(t, []string{"papers-not-ready", "appointment-week"}, f.ada.noticesFor(f.record, "patient", ""), "beside the reminder that it is a week ahead")
	require.Equal(t, []string{"papers-not-ready", "appointment-week"}, f.carla.noticesFor(f.record, "caregiver", ""), "who may be the one that drives")
	require.Equal(t, []string{"papers-not-ready"}, h.nils.noticesFor(f.record, "team", h.navigation.ID.String()))
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	require.Contains(t, phone.agenda(f.record), "PAPERWORK NOT READY: call Bridge navigators, 01632 960 333. There is no authorisation number.")

	f.ada.isHeld(f.record, referral, set{"authorisationNo": "PRC-1"}, "forbidden")
	h.refused(404, h.otto.write(f.record, referral, set{"authorisationNo": "PRC-1"}))
	h.refused(403, h.olive.write(f.record, referral, set{"authorisationNo": "PRC-1"}))
	h.done(h.nils.write(f.record, referral, set{"authorisationNo": "PRC-1", "validFrom": "2026-12-01", "validTo": "2026-12-06", "notifiedOn": "2026-12-01"}))
	require.Equal(t, "The authorisation does not cover this day.", h.nils.work(h.navigation, "appointment")[0].Note)
	h.refused(422, h.nils.write(f.record, referral, set{"validTo": "2026-11-01"}))
	h.done(h.nils.write(f.record, referral, set{"validTo": "2026-12-07"}))
	require.Empty(t, h.nils.work(h.navigation, "appointment"))
	phone.net.off.Store(false)
	h.done(phone.Sync(h.ctx))
	require.NotContains(t, phone.agenda(f.record), "PAPERWORK")
}

// Two and a half hours away: three days before, the papers are looked at again. What is missing then is with the navigator before the
// person leaves home, also if somebody thought that it was arranged.
func TestSeed_A17_BeforeALongWayThePapersAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	far := h.olive.books(f, appointing(h.oncology, "Far clinic", "2026-12-07T10:00", set{"programme": "prc", "travelMinutes": 150}))
	h.olive.books(f, appointing(h.oncology, "Near clinic", "2026-12-07T15:00", set{"programme": "prc", "travelMinutes": 20}))
	h.later(8 * day)
	h.shifts()
	lines := h.nils.work(h.navigation, "appointment")
	require.Len(t, lines, 2)
	for _, line := range lines {
		require.Equal(t, "There is no referral for it.", line.Note)
		h.done(h.nils.completes(line, "arranged"))
	}
	require.Empty(t, h.nils.work(h.navigation, "appointment"))

	h.later(3*day + time.Hour + time.Minute) // 10:01 on Friday: the window of three days is open
	h.shifts()
	lines = h.nils.work(h.navigation, "appointment")
	require.Len(t, lines, 1, "the near one was arranged, somebody said")
	require.Len(t, h.nils.noticesFor(f.record, "team", h.navigation.ID.String()), 3, "two clinics, and the far one again")
	require.Equal(t, far, lines[0].Focus)
	require.Equal(t, time.Date(2026, time.December, 7, 7, 30, 0, 0, time.UTC).UnixMilli(), lines[0].DueBy, "when the person leaves home")
	h.done(phone.Sync(h.ctx))
	require.Contains(t, phone.agenda(f.record), "Monday 7 December, 10:00: Far clinic. Leave by 07:30, by the clock at home. PAPERWORK NOT READY: call Bridge navigators, 01632 960 333.")
	h.refused(404, h.dora.shareless(f, far))

	referral := newDoc("referral")
	h.done(h.pia.write(f.record, referral, referring(h.primary, set{"programme": "prc", "authorisationNo": "PRC-2"})))
	h.done(h.nils.write(f.record, far, set{"authorisationRef": referral}))
	require.Empty(t, h.nils.work(h.navigation, "appointment"))
	h.done(h.nils.write(f.record, referral, set{"status": "cancelled", "statusReason": "The programme took it back"}))
	require.Len(t, h.nils.work(h.navigation, "appointment"), 1, "a referral that goes away tells at once")
}

// shareless tries what somebody without the record may not.
func (a *actor) shareless(f family, doc any) error {
	a.h.t.Helper()
	return a.act(f.record, "write", map[string]any{"doc": doc, "set": set{"readiness": "ready"}}, nil)
}
