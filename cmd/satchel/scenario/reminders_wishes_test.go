package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
)

// A plan that was published and not opened is reminded of two days later; once the person has opened it, on a phone without a network, no
// more. The next version is another thing to read.
func TestReminders_APlanThatWasNotOpenedIsRemindedOfUntilItIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	plan := h.plan(f, "active-treatment")
	psa := h.offer(h.olive, f, h.oncology, h.primary, nil)
	h.pia.accepts(f, psa)
	h.done(h.olive.publishes(f, plan, 1))
	page := phone.agrees(f.ada, f.record, 4)
	require.Equal(t, []string{"unread 2026-11-25T10:00"}, codesOf(page))
	require.Empty(t, f.carla.reminders(f.record, 4).Reminders, "what there is to read is the person's")

	phone.net.off.Store(true)
	h.done(phone.Opened(f.record, docID(page.Reminders[0].Focus)))
	here, err := phone.Reminders(f.record, 4)
	h.done(err)
	require.Empty(t, here.Reminders, "the phone knows at once")
	phone.net.off.Store(false)
	require.Empty(t, phone.agrees(f.ada, f.record, 4).Reminders)

	h.done(h.olive.publishes(f, plan, 2))
	require.Equal(t, []string{"unread 2026-11-25T10:00"}, codesOf(phone.agrees(f.ada, f.record, 4)))
	h.at("2026-11-25T10:01")
	require.Len(t, f.ada.rings(f.record, "patient"), 1)
}

// Questions that a team asks are reminded of on their day and one day later, until something was sent; the person's quiet hours, their
// "today is enough" and what they want to be reminded of hold on the phone as on the server.
func TestReminders_WhatThePersonDecidesHoldsOnThePhoneAndOnTheServer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	h.olive.wantsAnswers(f, h.oncology, "2026-11-24")
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	require.Equal(t, []string{"assessment-due 2026-11-24T10:00", "appointment-soon 2026-11-24T14:00", "assessment-late 2026-11-25T10:00", "appointment-today 2026-11-26T11:00"},
		codesOf(phone.agrees(f.ada, f.record, 4)))

	wishes := newDoc(care.PreferenceType)
	h.done(f.ada.write(f.record, wishes, set{"quietHours": set{"from": "20:00", "to": "15:30"}}))
	require.Equal(t, []string{"appointment-soon 2026-11-24T15:30", "assessment-late 2026-11-25T15:30", "appointment-today 2026-11-25T18:00"},
		codesOf(phone.agrees(f.ada, f.record, 4)), "one ring for two, at the end of the quiet hours; what is over by then the evening before")

	h.done(f.ada.write(f.record, wishes, set{"quietHours": nil, "enoughOn": "2026-11-24"}))
	require.Equal(t, []string{"appointment-soon 2026-11-25T08:00", "assessment-late 2026-11-25T10:00", "appointment-today 2026-11-26T11:00"},
		codesOf(phone.agrees(f.ada, f.record, 4)))

	h.done(f.ada.write(f.record, wishes, set{"enoughOn": nil}))
	f.ada.reports(f.record, set{"phy.tired": 3}, nil)
	require.Equal(t, []string{"appointment-soon 2026-11-24T14:00", "appointment-today 2026-11-26T11:00"}, codesOf(phone.agrees(f.ada, f.record, 4)), "what was sent answers what was asked")

	h.at("2026-11-24T13:00")
	h.done(f.ada.write(f.record, wishes, set{"quietHours": set{"from": "12:00", "to": "16:00"}}))
	h.at("2026-11-24T15:59")
	require.Empty(t, f.ada.rings(f.record, "patient"))
	h.at("2026-11-24T16:00")
	require.Len(t, f.ada.rings(f.record, "patient"), 1, "moved by a wish that came meanwhile")
}

// What is written down for tomorrow rings nobody about two days before: that time was over before anybody knew of it. What was due while
// nobody looked rings all the same.
func TestReminders_WhatIsWrittenLateDoesNotRingForThePast(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Far clinic", "2026-12-20T14:00", nil))
	h.follow()
	h.pass("2026-11-25T12:00")
	h.olive.shift().books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	h.follow()
	require.Empty(t, f.ada.rings(f.record, "patient"))
	h.olive.books(f, appointing(h.oncology, "Second clinic", "2026-11-28T13:00", nil))
	h.follow()
	h.pass("2026-11-26T15:00")
	h.olive.shift().books(f, appointing(h.oncology, "Third clinic", "2026-12-10T14:00", nil))
	h.follow()
	require.Len(t, f.ada.rings(f.record, "patient"), 1, "two days before the second clinic; three hours before the first one is of no use any more")
}
