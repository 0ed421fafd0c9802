package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
)

// A referral for one visit is used up by the first: the second is not ready, on the navigator's list and on the phone, before anybody
// has driven 2.5 hours.
func TestHazard_H33_AVisitThatWasUsedIsNotThereForTheNext(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	referral := newDoc("referral")
	h.done(h.pia.write(f.record, referral, referring(h.primary, set{"programme": "prc", "authorisationNo": "PRC-3", "visitsAuthorised": 1})))
	book := func(title, start string) any {
		return h.olive.books(f, appointing(h.oncology, title, start, set{"authorisationRef": referral, "travelMinutes": 150}))
	}
	first := h.olive.books(f, appointing(h.oncology, "First visit", "2026-11-25T10:00", set{"authorisationRef": referral}))
	require.Empty(t, h.nils.work(h.navigation, "appointment"))
	second := book("Second visit", "2026-11-28T10:00")
	line := h.nils.work(h.navigation, "appointment")
	require.Len(t, line, 1, "the only visit is booked for the first")
	require.Equal(t, second, line[0].Focus)
	require.Equal(t, "All 1 authorised visits are used or booked before it.", line[0].Note)
	h.done(h.olive.write(f.record, first, set{"status": "cancelled"}))
	require.Empty(t, h.nils.work(h.navigation, "appointment"), "what does not take place uses nothing up")

	again := h.olive.books(f, appointing(h.oncology, "Urgent visit", "2026-11-24T10:00", set{"authorisationRef": referral}))
	h.later(day + 2*time.Hour)
	h.shifts()
	h.done(h.olive.write(f.record, again, set{"status": "fulfilled"}))
	h.later(time.Hour) // three days before the second one: it is looked at again
	require.Equal(t, second, h.nils.work(h.navigation, "appointment")[0].Focus)
	h.done(phone.Sync(h.ctx))
	require.Contains(t, phone.agenda(f.record), "Second visit. Leave by 07:30, by the clock at home. PAPERWORK NOT READY: call Bridge navigators, 01632 960 333. All 1 authorised visits are used")
	h.refused(404, h.dora.shareless(f, second))
	h.done(h.nils.write(f.record, referral, set{"visitsAuthorised": 2}))
	require.Empty(t, h.nils.work(h.navigation, "appointment"))
}

// Two clinics of one state at eight o'clock are an hour apart: the phone shows the clock of the place, and that at home beside it.
func TestHazard_H16_ATimeIsSaidByTheClockOfThePlaceAndByTheOneAtHome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	late := set{"readiness": "not-ready", "readinessReason": "the letter is missing"}
	h.olive.books(f, appointing(h.oncology, "Navajo clinic", "2027-07-09T08:00", joined(late, set{"zone": "America/Denver"})))
	h.olive.books(f, appointing(h.oncology, "Phoenix clinic", "2027-07-09T08:00", joined(late, set{"zone": "America/Phoenix"})))
	h.olive.books(f, appointing(h.oncology, "Riverside clinic", "2027-07-09T08:00", nil))
	for _, zone := range []string{"Navajo time", "Local", "America/Window_Rock"} {
		h.refused(422, h.olive.tryBook(f.record, newDoc("appointment"), appointing(h.oncology, "Nowhere", "2027-07-09T08:00", set{"zone": zone})))
	}
	h.done(phone.Sync(h.ctx))
	text := phone.agenda(f.record)
	require.Contains(t, text, "Friday 9 July, 08:00 by the clock there (America/Denver), Friday 9 July, 15:00 by the clock at home: Navajo clinic.")
	require.Contains(t, text, "Friday 9 July, 08:00 by the clock there (America/Phoenix), Friday 9 July, 16:00 by the clock at home: Phoenix clinic.")
	require.Contains(t, text, "Friday 9 July, 08:00: Riverside clinic.")
	lines := h.nils.work(h.navigation, "appointment")
	require.Len(t, lines, 2)
	apart := lines[0].DueBy - lines[1].DueBy
	require.Equal(t, time.Hour.Milliseconds(), max(apart, -apart), "the server knows it too")
}

// An appointment is called off while the phone has no network: its list says when it was last checked, that things may have changed, and
// whom to call; after a sync it says that it is cancelled.
func TestHazard_H17_AnOldListSaysThatItMayHaveChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	visit := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-24T10:00", nil))
	moved := h.olive.books(f, appointing(h.oncology, "Infusion", "2026-11-24T14:00", nil))
	h.done(phone.Sync(h.ctx))
	require.Contains(t, phone.agenda(f.record), "Last checked Monday 23 November, 09:00.")
	require.NotContains(t, phone.agenda(f.record), "may have changed")

	phone.net.off.Store(true)
	h.done(h.olive.write(f.record, visit, set{"status": "cancelled"}))
	h.done(h.olive.write(f.record, moved, set{"start": "2026-11-24T16:00"}))
	h.later(day)
	require.Error(t, phone.Sync(h.ctx))
	text := phone.agenda(f.record)
	require.Contains(t, text, "Last checked Monday 23 November, 09:00. Appointments may have changed since: call 01632 960 111 before you set out.")
	require.Contains(t, text, "Tuesday 24 November, 10:00: Clinic.")

	phone.net.off.Store(false)
	h.done(phone.Sync(h.ctx))
	text = phone.agenda(f.record)
	require.Contains(t, text, "Tuesday 24 November, 10:00: Clinic. CANCELLED. Do not set out.")
	require.Contains(t, text, "Tuesday 24 November, 16:00: Infusion.")
	require.NotContains(t, text, "may have changed")
	f.ada.isHeld(f.record, visit, set{"status": "booked"}, "forbidden")
}
