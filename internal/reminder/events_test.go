package reminder

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
)

func TestAnAppointmentIsRemindedOfWhileItIsBookedAndThePersonComes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		more fields
		over bool
	}{
		"booked":         {nil, false},
		"accepted":       {fields{"patientResponse": "accepted"}, false},
		"tentative":      {fields{"patientResponse": "tentative"}, false},
		"declined":       {fields{"patientResponse": "declined"}, true},
		"cancelled":      {fields{"status": "cancelled"}, true},
		"came":           {fields{"status": "fulfilled"}, true},
		"did not come":   {fields{"status": "noshow"}, true},
		"by mistake":     {fields{"status": "entered-in-error"}, true},
		"for clinicians": {fields{"audience": "everyone"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newChart(t)
			visit := p.visit("Clinic", "2026-11-26T14:05", c.more)
			e := p.one()
			require.Equal(t, c.over, e.Over)
			require.Equal(t, remind.Appointment, e.Kind)
			require.Equal(t, []string{string(visit), "2026-11-26T14:05", "2026-11-26", "14:05", "Europe/London"}, []string{e.Focus, e.Step, e.Date.String(), e.Time.String(), e.Zone})
		})
	}
}

func TestWhatIsNoneOfThePersonsOrFarAwayIsNoEvent(t *testing.T) {
	t.Parallel()
	p := newChart(t)
	p.visit("Board", "2026-11-26T14:00", fields{"type": "mdt"})
	p.visit("Between us", "2026-11-26T14:00", fields{"audience": "clinicians"})
	p.visit("Long ago", "2026-11-12T14:00", nil)
	p.visit("Next year", "2027-02-01T14:00", nil)
	require.Empty(t, p.events())
	p.visit("Ten days ago", "2026-11-13T14:00", nil)
	p.visit("At the end", "2026-12-22T14:00", nil)
	require.Len(t, p.events(), 2, "what is reminded of after its day, and days ahead, still matters")
}

func TestALongWayIsKnownAndWithinADay(t *testing.T) {
	t.Parallel()
	for minutes, want := range map[int]int{90: 90, 5000: 24 * 60, -3: 0} {
		p := newChart(t)
		p.visit("Clinic", "2026-11-26T14:00", fields{"travelMinutes": minutes, "authorisationRef": "referral/" + clerk})
		e := p.one()
		require.Equal(t, want, e.TravelMinutes)
		require.True(t, e.Referral)
	}
}

// TestInHospitalNoAppointmentAndNoTestAndAllElseAsBefore: the last event counts, and none that is still to come.
func TestInHospitalNoAppointmentAndNoTestAndAllElseAsBefore(t *testing.T) {
	t.Parallel()
	p := newChart(t)
	stays := func(name, what string, at int64) {
		p.holds(doc("healthEvent", name), fields{"type": what, "at": at})
	}
	p.visit("Clinic", "2026-11-26T14:00", nil)
	p.holds(doc("medication", "Tablets"), fields{"display": "Tablets", "status": "active", "supplyUntil": "2026-11-30"})
	over := func() (list []remind.Kind) {
		for _, e := range p.events() {
			if e.Over {
				list = append(list, e.Kind)
			}
		}
		return list
	}
	stays("planned", "admission", morning+24*hour)
	require.Empty(t, over(), "that is tomorrow")
	stays("earlier", "admission", morning-9*hour)
	require.Equal(t, []remind.Kind{remind.Appointment}, over())
	stays("visit", "ed-visit", morning-2*hour)
	require.NotEmpty(t, over(), "which is no way home")
	stays("home", "discharge", morning-hour)
	require.Empty(t, over())
}

func TestEachDateOfAnOrderIsAnEventAndAnOrderThatEndsHasNone(t *testing.T) {
	t.Parallel()
	p := newChart(t)
	order := p.holds(doc("labOrder", "counts"), fields{
		"code": "cbc.panel", "title": "Blood count", "requesterTeam": team, "resultResponsibleTeam": team, "performerTeam": team, "anchor": "2026-11-26", "zone": "America/New_York",
		"recurrence": "FREQ=WEEKLY;COUNT=2", "windowBeforeDays": 0, "windowAfterDays": 0, "status": "active", "handshake": "accepted", "publishedAt": morning,
	})
	list := p.events()
	require.Len(t, list, 2)
	for i, day := range []string{"2026-11-26", "2026-12-03"} {
		require.Equal(t, []string{string(order), day, day, "America/New_York"}, []string{list[i].Focus, list[i].Step, list[i].Date.String(), list[i].Zone})
		require.False(t, list[i].Over)
		require.Nil(t, list[i].Time, "some time of that day")
	}
	p.holds(doc("collection", "taken"), fields{"order": order, "due": "2026-11-26", "collectedAt": morning})
	list = p.events()
	require.Equal(t, []bool{true, false}, []bool{list[0].Over, list[1].Over})
	p.holds(order, fields{"status": "revoked"})
	for _, e := range p.events() {
		require.True(t, e.Over)
	}
}

// TestARequestIsOverOnceItIsAnsweredAndNotBefore: by what was sent since it was asked, and counts.
func TestARequestIsOverOnceItIsAnsweredAndNotBefore(t *testing.T) {
	t.Parallel()
	p := newChart(t)
	request := p.holds(doc("assessmentRequest", "how"), fields{"team": team, "dueOn": "2026-11-25", "status": "active", "askedAt": morning})
	answer := func(name, status string, at int64) {
		set := fields{"questionnaire": "hna|1.0.0", "status": status, "answeredBy": "patient"}
		if at != 0 {
			set["reportedAt"] = at
		}
		p.holds(doc("assessment", name), set)
	}
	require.False(t, p.one().Over)
	require.Equal(t, string(request), p.one().Focus)
	answer("begun", "in-progress", 0)
	require.False(t, p.one().Over, "nobody has sent it")
	answer("old", "completed", morning-1)
	require.False(t, p.one().Over, "it was sent before")
	answer("late", "completed", morning)
	require.True(t, p.one().Over)
	answer("late", "entered-in-error", morning)
	require.False(t, p.one().Over, "it was a mistake")
	answer("here", "completed", 0)
	require.True(t, p.one().Over, "it lies on this phone and was not sent yet")
	p.holds(doc("assessment", "here"), fields{"status": "entered-in-error"})
	p.holds(request, fields{"status": "revoked"})
	require.True(t, p.one().Over)
}

func TestAMedicineRunsOutWhileItIsTaken(t *testing.T) {
	t.Parallel()
	p := newChart(t)
	id := p.holds(doc("medication", "Tablets"), fields{"display": "Tablets", "status": "active"})
	require.Empty(t, p.events(), "nobody said until when it lasts")
	p.holds(id, fields{"supplyUntil": "2026-11-30"})
	require.Equal(t, remind.Supply, p.one().Kind)
	require.False(t, p.one().Over)
	p.holds(id, fields{"taking": "not-taking"})
	require.True(t, p.one().Over)
	p.holds(id, fields{"taking": "taking", "status": "stopped"})
	require.True(t, p.one().Over)
}

// TestTheNewestVersionIsThereToReadUntilItIsOpened: of each plan its own.
func TestTheNewestVersionIsThereToReadUntilItIsOpened(t *testing.T) {
	t.Parallel()
	p := newChart(t)
	publish := func(plan, name string, number int64) string {
		id := p.holds(doc("planVersion", name), fields{"plan": doc("carePlan", plan), "number": number, "publishedAt": morning - 24*hour, "hash": "00"})
		return string(id)
	}
	publish("a", "a1", 1)
	second := publish("a", "a2", 2)
	other := publish("b", "b1", 1)
	var focuses []string
	for _, e := range p.events() {
		require.Equal(t, remind.Unread, e.Kind)
		require.Equal(t, "2026-11-22", e.Date.String(), "since when, at home")
		require.False(t, e.Over)
		focuses = append(focuses, e.Focus)
	}
	require.ElementsMatch(t, []string{second, other}, focuses)
	p.holds(doc("reminderReply", "seen"), fields{"focus": second, "what": care.ReplyDone, "reminder": "notice/" + clerk, "at": morning})
	for _, e := range p.events() {
		require.False(t, e.Over, "a reminder that was seen is no plan that was read")
	}
	p.holds(doc("reminderReply", "read"), fields{"focus": second, "what": care.ReplyOpened, "at": morning})
	for _, e := range p.events() {
		require.Equal(t, e.Focus == second, e.Over)
	}
}
