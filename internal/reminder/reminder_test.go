package reminder

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/trial"
	syncing "satchel/sync"
)

// rings are the codes of what rings for an audience in the next two weeks, the next first.
func rings(t *testing.T, r *trial.Record, audience string) []string {
	t.Helper()
	codes := []string{}
	r.Reads(func(reader syncing.Reader) ([]syncing.Patch, error) {
		page, err := List(care.BinderOf(reader), audience, "Europe/London", r.Now.UnixMilli(), 14)
		for _, m := range page.Reminders {
			codes = append(codes, m.Code)
		}
		return nil, err
	})
	return codes
}

var (
	ofVisit = []string{care.NoticeAppointmentSoon, care.NoticeAppointmentToday}
	ofOrder = []string{care.NoticeTestTomorrow, care.NoticeTestToday}
)

func order(r *trial.Record) syncing.DocID {
	return r.Has(care.LabOrderType, "counts", trial.Fields{
		"code": "cbc.panel", "title": "Blood count", "requesterTeam": r.Team.String(), "resultResponsibleTeam": r.Team.String(), "performerTeam": r.Team.String(),
		"anchor": "2026-11-26", "zone": "Europe/London", "status": "active",
	})
}

func TestWhatIsOverOrUnwantedRingsNoMore(t *testing.T) {
	t.Parallel()
	both := slices.Concat(ofOrder, ofVisit)
	for name, tc := range map[string]struct {
		happens func(r *trial.Record, visit, order syncing.DocID)
		rings   []string
	}{
		"nothing": {func(*trial.Record, syncing.DocID, syncing.DocID) {}, both},
		"the appointment is cancelled": {func(r *trial.Record, visit, _ syncing.DocID) {
			r.Writes(visit, trial.Fields{"status": "cancelled"})
		}, ofOrder},
		"the person cannot come": {func(r *trial.Record, visit, _ syncing.DocID) {
			r.Writes(visit, trial.Fields{"patientResponse": "declined"})
		}, ofOrder},
		"the order is withdrawn": {func(r *trial.Record, _, order syncing.DocID) {
			r.Writes(order, trial.Fields{"status": "revoked"})
		}, ofVisit},
		"in hospital": {func(r *trial.Record, _, _ syncing.DocID) {
			r.Has(care.HealthEventType, "stay", trial.Fields{"type": "admission", "at": r.Now.UnixMilli()})
		}, []string{}},
		"home from hospital": {func(r *trial.Record, _, _ syncing.DocID) {
			r.Has(care.HealthEventType, "stay", trial.Fields{"type": "admission", "at": r.Now.Add(-time.Hour).UnixMilli()})
			r.Has(care.HealthEventType, "home", trial.Fields{"type": "discharge", "at": r.Now.UnixMilli()})
		}, both},
		"dead, as a team says": {func(r *trial.Record, _, _ syncing.DocID) {
			r.Writes(care.PersonID(r.ID), trial.Fields{"status": "deceased"})
		}, []string{}},
		"dead, as somebody reported": {func(r *trial.Record, _, _ syncing.DocID) {
			r.Has(care.HealthEventType, "death", trial.Fields{"type": "death", "at": r.Now.UnixMilli()})
		}, []string{}},
		"who wants letters": {func(r *trial.Record, _, _ syncing.DocID) {
			r.Writes(care.PersonID(r.ID), trial.Fields{"engagementMode": "letter"})
		}, []string{}},
		"no reminders wanted": {func(r *trial.Record, _, _ syncing.DocID) {
			r.Has(care.PreferenceType, "wish", trial.Fields{"remindersOn": false})
		}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := trial.New(t)
			tc.happens(r, r.Visit("Clinic", "2026-11-30T14:00", nil), order(r))
			require.Equal(t, tc.rings, rings(t, r, remind.ForPatient))
		})
	}
}

// turn is one look of the follower: the codes that it writes notices of, and for whom.
func turn(t *testing.T, r *trial.Record) (rung []string) {
	t.Helper()
	place, err := care.Default()
	require.NoError(t, err)
	clock := NewClock(place)
	r.Reads(func(reader syncing.Reader) ([]syncing.Patch, error) {
		patches, err := clock.Due(r.ID, reader, care.ReminderClockID(r.ID), r.Now.UnixMilli())
		for _, p := range patches {
			if p.Doc.Type() == care.NoticeType {
				rung = append(rung, text(p, "code")+" for "+text(p, "audience"))
			}
		}
		return patches, err
	})
	return rung
}

func text(p syncing.Patch, field string) string {
	value := string(p.Set[field])
	return value[1 : len(value)-1]
}

func at(t *testing.T, wall string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02T15:04", wall) // London, in winter
	require.NoError(t, err)
	return when
}

func TestTheFollowerRingsOnceAndWhatIsLateWaitsForTheEndOfQuietHours(t *testing.T) {
	t.Parallel()
	r := trial.New(t)
	r.Visit("Clinic", "2026-11-30T14:00", nil)
	require.Empty(t, turn(t, r), "it looks, and writes when next")
	r.Now = at(t, "2026-11-28T13:59")
	require.Empty(t, turn(t, r))
	soon := []string{care.NoticeAppointmentSoon + " for patient", care.NoticeAppointmentSoon + " for caregiver"}
	r.Now = at(t, "2026-11-28T14:01")
	require.Equal(t, soon, turn(t, r))
	require.Empty(t, turn(t, r), "saying it twice changes nothing")
	r.Now = at(t, "2026-11-28T14:32")
	require.Equal(t, soon[:1], turn(t, r), "nobody answered: once more")
	r.Now = at(t, "2026-11-28T15:30")
	require.Empty(t, turn(t, r), "and then no more")

	late := trial.New(t)
	late.Visit("Clinic", "2026-11-30T14:00", nil)
	turn(t, late)
	late.Now = at(t, "2026-11-28T22:30") // nobody looked when it should have rung
	require.Empty(t, turn(t, late), "it is quiet")
	late.Now = at(t, "2026-11-29T08:01")
	require.Equal(t, soon, turn(t, late))
}

// TestACaregiverHearsByTheirOwnHoursAndOfTheScheduleAlone: what the person decided for their own phone holds for no other, and what they are asked
// is none of a caregiver's.
func TestACaregiverHearsByTheirOwnHoursAndOfTheScheduleAlone(t *testing.T) {
	t.Parallel()
	r := trial.New(t)
	order(r)
	r.Has(care.AssessmentRequestType, "questions", trial.Fields{"dueOn": "2026-11-27", "status": "active", "team": r.Team.String()})
	heard := rings(t, r, remind.ForCaregiver)
	require.Contains(t, rings(t, r, remind.ForPatient), care.NoticeAssessmentDue)
	require.NotContains(t, heard, care.NoticeAssessmentDue)
	r.Has(care.PreferenceType, "wish", trial.Fields{"remindersOn": false})
	require.Equal(t, heard, rings(t, r, remind.ForCaregiver))
}
