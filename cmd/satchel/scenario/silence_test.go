package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
)

// No device of the person is heard of for three days while something is due: that is one call for the navigator, and goes when a phone is back.
func TestSilence_APhoneThatIsSilentWhileSomethingIsDueIsOneCallForTheNavigator(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, idle := h.family(), h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-27T10:00", nil))
	calls := func() int { return len(h.nils.shift().work(h.navigation, care.TaskSilent)) }
	h.later(71 * time.Hour)
	require.Zero(t, calls())
	h.done(f.carla.sync(f.record))
	h.later(2 * time.Hour)
	require.Equal(t, 1, calls(), "a caregiver's phone is not the person's, and for whom nothing is due nobody calls")
	h.follow()
	h.later(time.Hour)
	require.Equal(t, 1, calls(), "once")
	h.refused(403, h.pia.shift().act(f.record, "complete-task", set{"task": h.nils.work(h.navigation, care.TaskSilent)[0].Doc, "outcome": "reached"}, nil))
	h.done(f.ada.sync(f.record))
	h.follow()
	require.Zero(t, calls(), "she is back")

	h.olive.shift()
	h.done(h.olive.write(f.record, visit, set{"start": "2026-12-02T10:00"}))
	h.later(73 * time.Hour)
	require.Equal(t, 1, calls(), "a second silence is a call of its own")
	h.olive.shift()
	h.done(h.olive.write(f.record, visit, set{"status": "cancelled"}))
	h.later(25 * time.Hour)
	require.Zero(t, calls(), "nothing is due any more")
	require.NotEqual(t, idle.record, f.record)
}

// Two hours behind the reminder of an appointment, and twelve behind that of a test, a caregiver who sees the schedule hears that one needs a look,
// unless the person has said something; and the person reads that they did.
func TestEscalation_ACaregiverHearsThatAReminderNeedsALookAndThePersonReadsIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	looks := func(a *actor) (n int) {
		for _, code := range a.noticesFor(f.record, "caregiver", "") {
			if code == care.NoticeNeedsALook || code == care.NoticeNeedsALook+" 2026-11-30" {
				n++
			}
		}
		return n
	}
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-24T14:00", set{"travelMinutes": 30}))
	answered := h.olive.books(f, appointing(h.oncology, "Scan", "2026-11-24T14:00", set{"travelMinutes": 30}))
	h.olive.books(f, appointing(h.oncology, "Board about her", "2026-11-24T14:00", set{"type": "mdt"}), h.primary)
	f.ada.writes(f.record, answered, set{"patientResponse": "accepted"})
	h.at("2026-11-24T10:30")
	h.at("2026-11-24T12:29")
	require.Zero(t, looks(f.carla))
	h.at("2026-11-24T12:31")
	require.Equal(t, 1, looks(f.carla))
	h.follow()
	require.Equal(t, 1, looks(f.carla), "once")
	require.Equal(t, 1, looks(f.ada), "the person reads what their caregiver was told")

	h.shifts()
	h.olive.books(f, appointing(h.oncology, "At once", "2026-11-24T14:15", set{"travelMinutes": 30}))
	h.follow()
	require.Equal(t, 1, looks(f.carla), "nobody could have answered that yet")
	h.orders(f, h.primary, nil)
	h.at("2026-11-30T08:00")
	h.at("2026-11-30T19:59")
	require.Equal(t, 1, looks(f.carla))
	h.at("2026-11-30T20:01")
	require.Equal(t, 2, looks(f.carla))
}

// Whom the person does not let see the schedule any more hears nothing of it, and the person does not read that they did.
func TestEscalation_WithoutConsentToTheScheduleNobodyIsToldAndNobodyIsListed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-24T14:00", nil))
	h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.String(), set{"categories": []string{"plan"}}, nil))
	h.at("2026-11-24T13:30")
	require.Empty(t, f.carla.noticesFor(f.record, "caregiver", ""))
	require.Empty(t, f.ada.noticesFor(f.record, "caregiver", ""))
	h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.String(), set{"categories": []string{"schedule"}}, nil))
	h.follow()
	require.Empty(t, f.carla.noticesFor(f.record, "caregiver", ""), "and not when its time is over")
}

// "I cannot come", and not having come twice, are somebody's to look after the same day.
func TestEscalation_WhoeverCannotComeOrDidNotComeTwiceIsCalled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	first := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-24T10:00", nil))
	second := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-25T10:00", nil))
	f.ada.writes(f.record, second, set{"patientResponse": "declined"})
	require.Len(t, h.nils.work(h.navigation, care.TaskCannotCome), 1)
	require.Len(t, h.olive.work(h.oncology, care.TaskCannotCome), 1)
	require.Empty(t, h.pia.work(h.primary, care.TaskCannotCome))
	f.ada.writes(f.record, second, set{"patientResponse": "accepted"})
	require.Empty(t, h.nils.work(h.navigation, care.TaskCannotCome))

	h.done(h.olive.write(f.record, first, set{"status": "noshow"}))
	require.Empty(t, h.olive.work(h.oncology, care.TaskNoShows))
	h.done(h.olive.write(f.record, second, set{"status": "noshow"}))
	require.Len(t, h.olive.work(h.oncology, care.TaskNoShows), 1)
	require.Len(t, h.nils.work(h.navigation, care.TaskNoShows), 1)
	third := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T10:00", nil))
	h.done(h.olive.write(f.record, third, set{"status": "fulfilled"}))
	fourth := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-27T10:00", nil))
	h.done(h.olive.write(f.record, fourth, set{"status": "noshow"}))
	require.Len(t, h.olive.work(h.oncology, care.TaskNoShows), 1, "she came in between")
}

// Of somebody who has died nobody is called, and no caregiver hears that a reminder needs a look; of somebody in hospital not until they are home.
func TestEscalation_NobodyIsToldOfRemindersOfSomebodyWhoHasDiedOrIsInHospital(t *testing.T) {
	t.Parallel()
	for what, stops := range map[string]func(h *house, f family){
		"died": func(h *house, f family) {
			h.done(h.olive.write(f.record, care.PersonID(f.record), set{"status": "deceased"}))
		},
		"in hospital": func(h *house, f family) {
			f.ada.writes(f.record, newDoc("healthEvent"), set{"type": "admission", "at": h.clock.Now().UnixMilli()})
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f := h.family()
			h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-24T14:00", nil))
			h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-27T10:00", nil))
			stops(h, f)
			h.at("2026-11-24T13:30")
			require.NotContains(t, f.carla.noticesFor(f.record, "caregiver", ""), care.NoticeNeedsALook)
			h.later(50 * time.Hour)
			require.Empty(t, h.nils.shift().work(h.navigation, care.TaskSilent))
		})
	}
}
