package scenario

import (
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/identity"
)

var remindCodes = remind.Own.Codes()

// A phone without a network knows what will ring as the server does, byte for byte; the notices that the server then writes have the ids
// that the phone had worked out before; a caregiver has their own list, as far as they see; nobody else has one.
func TestReminders_ThePhoneAndTheServerHaveTheSameListAndTheSameIDs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", set{"travelMinutes": 90}))
	h.olive.books(f, appointing(h.oncology, "Early clinic", "2026-11-30T08:00", nil))
	h.olive.books(f, appointing(h.oncology, "Tumour board", "2026-11-27T14:00", set{"type": "mdt"}))
	h.orders(f, h.primary, set{"anchor": "2026-11-26", "recurrence": "", "windowAfterDays": 0})
	h.olive.wantsAnswers(f, h.oncology, "2026-11-25")
	h.done(h.olive.write(f.record, newDoc("medication"), set{"display": "Tablets", "status": "active", "supplyUntil": "2026-11-30"}))
	h.done(f.ada.write(f.record, newDoc("preference"), set{"zonePolicy.assessment": "home", "deviceZone": "Europe/Paris"}))

	page := phone.agrees(f.ada, f.record, 14)
	require.Equal(t, []string{
		"supply-week 2026-11-23T10:00", "appointment-soon 2026-11-24T14:00", "assessment-due 2026-11-25T10:00", "test-tomorrow 2026-11-25T18:00",
		"test-today 2026-11-26T08:00", "appointment-today 2026-11-26T09:30", "assessment-late 2026-11-26T10:00", "supply-soon 2026-11-27T10:00",
		"appointment-soon 2026-11-28T08:00", "appointment-today 2026-11-29T17:00",
	}, codesOf(page))
	require.Equal(t, "Europe/Paris", page.AskZone)
	h.refused(404, h.olive.get("/v1/records/"+f.record.UUID.String()+"/reminders", nil))
	h.refused(400, f.ada.get("/v1/records/"+f.record.UUID.String()+"/reminders?days=61", nil))

	require.Equal(t, []string{
		"appointment-soon 2026-11-24T14:00", "test-tomorrow 2026-11-25T18:00", "appointment-today 2026-11-26T09:30",
		"appointment-soon 2026-11-28T08:00", "appointment-today 2026-11-29T18:00",
	}, codesOf(f.carla.reminders(f.record, 14)))
	theirs, err := json.Marshal(f.carla.reminders(f.record, 14))
	h.done(err)
	require.JSONEq(t, string(theirs), string(f.carla.sdkReminders(f.record, remind.ForCaregiver, 14)), "of what a caregiver sees")

	phone.net.off.Store(true)
	var expected []string
	for _, m := range page.Reminders {
		expected = append(expected, m.ID)
	}
	h.later(7 * 24 * time.Hour)
	h.follow()
	shownThere := f.ada.rings(f.record, "patient")
	rang, err := phone.Rang(f.record, h.clock.Now().Add(-7*24*time.Hour).UnixMilli())
	h.done(err)
	require.Len(t, rang, len(expected), "without a network the phone rings by itself")
	for _, id := range shownThere {
		require.Contains(t, expected, id, "the server writes what the phone knew")
	}
	require.NotEmpty(t, shownThere)
}

// Minute by minute the server writes each reminder once, with the id that the phone had; nobody answers one: once more after half an hour;
// an answer ends that, and later puts it off.
func TestReminders_EachRingsOnceAndOnceMoreWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	h.olive.books(f, appointing(h.oncology, "Scan", "2026-11-26T16:30", nil))
	h.olive.books(f, appointing(h.oncology, "Talk", "2026-11-26T18:30", nil))
	page := phone.agrees(f.ada, f.record, 2)
	require.Equal(t, []string{"appointment-soon 2026-11-24T14:00", "appointment-soon 2026-11-24T16:30", "appointment-soon 2026-11-24T18:30"}, codesOf(page))

	h.at("2026-11-24T13:59")
	require.Empty(t, f.ada.rings(f.record, "patient"))
	h.at("2026-11-24T14:00")
	require.Equal(t, []string{page.Reminders[0].ID}, f.ada.rings(f.record, "patient"))
	for range 3 {
		h.follow()
	}
	require.Len(t, f.ada.rings(f.record, "patient"), 1, "a turn more changes nothing")
	again := phone.agrees(f.ada, f.record, 2)
	require.True(t, again.Reminders[0].Again)
	require.Equal(t, "2026-11-24T14:30", again.Reminders[0].Wall)
	h.at("2026-11-24T14:31")
	require.Contains(t, f.ada.rings(f.record, "patient"), again.Reminders[0].ID)
	h.at("2026-11-24T16:29")
	require.Len(t, f.ada.rings(f.record, "patient"), 2, "and then no more")

	h.at("2026-11-24T16:30")
	h.done(phone.Sync(h.ctx))
	h.done(phone.AnswerReminder(f.record, docID(page.Reminders[1].ID), docID(page.Reminders[1].Focus), care.ReplyDone, 0))
	h.done(phone.Sync(h.ctx))
	h.at("2026-11-24T17:30")
	require.Len(t, f.ada.rings(f.record, "patient"), 3, "done: no second time")

	h.at("2026-11-24T18:30")
	h.done(phone.Sync(h.ctx))
	h.done(phone.AnswerReminder(f.record, docID(page.Reminders[2].ID), docID(page.Reminders[2].Focus), care.ReplySnooze, 60))
	h.done(phone.Sync(h.ctx))
	h.at("2026-11-24T19:29")
	require.Len(t, f.ada.rings(f.record, "patient"), 4)
	h.at("2026-11-24T19:31")
	require.Len(t, f.ada.rings(f.record, "patient"), 5, "put off by an hour")
	h.at("2026-11-24T23:00")
	require.Len(t, f.ada.rings(f.record, "patient"), 5)
	f.ada.isHeld(f.record, newDoc("reminderReply"), set{"focus": page.Reminders[2].Focus, "reminder": page.Reminders[2].ID, "what": "snooze", "minutes": 241, "at": 1}, "invalid")
}

// Nothing rings for somebody who has died, or who left the app; in hospital, no appointment and no test, but what there is to read (hazard H31).
func TestHazard_H31_NothingRingsAfterADeathAWithdrawalOrInHospital(t *testing.T) {
	t.Parallel()
	for name, stops := range map[string]struct {
		do     func(h *house, f family)
		family []string // what still rings
	}{
		"nothing stops it": {func(*house, family) {}, []string{"appointment-soon", "test-tomorrow", "supply-soon"}},
		"deceased": {func(h *house, f family) {
			h.done(h.olive.write(f.record, care.PersonID(f.record), set{"status": "deceased"}))
		}, nil},
		"told of the death": {func(h *house, f family) {
			f.carla.writes(f.record, newDoc("healthEvent"), set{"type": "death", "at": h.clock.Now().UnixMilli()})
		}, nil},
		"left the app": {func(h *house, f family) {
			h.done(f.ada.write(f.record, care.PersonID(f.record), set{"engagementMode": "letter"}))
		}, nil},
		"wants none": {func(h *house, f family) {
			h.done(f.ada.write(f.record, newDoc("preference"), set{"remindersOn": false}))
		}, nil},
		"in hospital": {func(h *house, f family) {
			f.carla.writes(f.record, newDoc("healthEvent"), set{"type": "admission", "at": h.clock.Now().UnixMilli()})
		}, []string{"supply-soon"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f := h.family()
			h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
			h.orders(f, h.primary, set{"anchor": "2026-11-25", "recurrence": "", "windowAfterDays": 0})
			h.done(h.olive.write(f.record, newDoc("medication"), set{"display": "Tablets", "status": "active", "supplyUntil": "2026-11-27"}))
			h.follow()
			stops.do(h, f)
			for _, wall := range []string{"2026-11-24T10:00", "2026-11-24T14:00", "2026-11-24T18:00", "2026-11-24T19:00"} {
				h.at(wall)
			}
			var rang []string
			for _, d := range f.ada.list(f.record, "notice") {
				code, _ := value(d, "code").(string)
				if value(d, "audience") == "patient" && slices.Contains(remindCodes, code) {
					rang = append(rang, code)
				}
			}
			require.ElementsMatch(t, stops.family, dedupe(rang))
		})
	}
}

func dedupe(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// An appointment is called off while the phone has no network: what then rings there says that it may have changed, and whom to call; on the
// server nothing rings of it. Moved, it rings at the new time alone (hazard H17).
func TestHazard_H17_ARingWithoutANetworkSaysThatItMayHaveChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	off := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-25T14:00", nil))
	moved := h.olive.books(f, appointing(h.oncology, "Scan", "2026-11-25T16:00", nil))
	h.follow()
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	h.done(h.olive.write(f.record, off, set{"status": "cancelled"}))
	h.done(h.olive.write(f.record, moved, set{"start": "2026-11-26T16:00"}))
	asleep := h.clock.Now().UnixMilli()
	h.at("2026-11-24T18:00")
	h.at("2026-11-25T13:30")
	rang, err := phone.Rang(f.record, asleep)
	h.done(err)
	require.Len(t, rang, 4)
	require.Contains(t, rang[2], "Wednesday 25 November, 11:00: You have an appointment soon. Clinic.")
	require.Contains(t, rang[2], "Last checked Monday 23 November, 09:00. Appointments may have changed since: call 01632 960 111 before you set out.")
	for _, d := range f.ada.list(f.record, "notice") {
		require.NotEqual(t, string(off), value(d, "focus"), "nothing rings of what was cancelled")
		if value(d, "focus") == string(moved) {
			require.Equal(t, "appointment-soon", value(d, "code"))
			require.Contains(t, value(d, "step"), "2026-11-26T16:00")
		}
	}
	phone.net.off.Store(false)
	h.done(phone.Sync(h.ctx))
	later, err := phone.Rang(f.record, asleep)
	h.done(err)
	for _, line := range later {
		require.NotContains(t, line, "Clinic")
		require.NotContains(t, line, "may have changed")
	}
}

// A reminder comes by the clock of the place: two clinics at eight o'clock an hour apart, each hours before by its own clock, whatever the
// phone's clock shows (hazard H16).
func TestHazard_H16_AReminderComesByTheClockOfThePlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	h.olive.books(f, appointing(h.oncology, "Navajo clinic", "2027-07-09T12:00", set{"zone": "America/Denver"}))
	h.olive.books(f, appointing(h.oncology, "Phoenix clinic", "2027-07-09T12:00", set{"zone": "America/Phoenix"}))
	h.done(f.ada.write(f.record, newDoc("preference"), set{"deviceZone": "America/Denver"}))
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	h.at("2027-07-08T20:00")
	page, err := phone.Reminders(f.record, 1)
	h.done(err)
	require.Len(t, page.Reminders, 2)
	require.Equal(t, time.Hour.Milliseconds(), page.Reminders[1].At-page.Reminders[0].At)
	require.Equal(t, []string{"2027-07-09T09:00", "2027-07-09T09:00"}, []string{page.Reminders[0].Wall, page.Reminders[1].Wall})
	require.Equal(t, []string{"", "2027-07-09T10:00"}, []string{page.Reminders[0].Here, page.Reminders[1].Here})
	screen, err := phone.ReminderScreen(f.record, 1)
	h.done(err)
	require.Contains(t, screen, "Friday 9 July, 09:00 there, 10:00 here: You have an appointment soon. Phoenix clinic.")
}
