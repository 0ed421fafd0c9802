package reminder

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
)

func TestNobodyIsRemindedWhoHasDiedOrLeftTheAppOrWantsNone(t *testing.T) {
	t.Parallel()
	for name, does := range map[string]func(c *chart){
		"died":            func(c *chart) { c.holds(care.PersonID(c.record), fields{"status": "deceased"}) },
		"said to be dead": func(c *chart) { c.holds(doc("healthEvent", "death"), fields{"type": "death", "at": morning}) },
		"another record":  func(c *chart) { c.holds(care.PersonID(c.record), fields{"status": "merged"}) },
		"by letter":       func(c *chart) { c.holds(care.PersonID(c.record), fields{"engagementMode": "letter"}) },
		"by telephone":    func(c *chart) { c.holds(care.PersonID(c.record), fields{"engagementMode": "phone"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChart(t)
			c.holds(care.PersonID(c.record), fields{"status": "active", "engagementMode": "app"})
			c.visit("Clinic", "2026-11-26T14:00", nil)
			for _, audience := range []string{remind.ForPatient, remind.ForCaregiver} {
				require.False(t, c.wishes(audience).settings.Off)
				require.NotEmpty(t, c.list(audience, 14).Reminders)
			}
			does(c)
			for _, audience := range []string{remind.ForPatient, remind.ForCaregiver} {
				require.True(t, c.wishes(audience).settings.Off)
				require.Empty(t, c.list(audience, 14).Reminders)
			}
		})
	}
	c := newChart(t)
	c.visit("Clinic", "2026-11-26T14:00", nil)
	c.holds(doc("preference", "mine"), fields{"remindersOn": false})
	require.Empty(t, c.list(remind.ForPatient, 14).Reminders)
	require.NotEmpty(t, c.list(remind.ForCaregiver, 14).Reminders, "that is the person's own wish about their own phone")
}

func TestWhatThePersonDecidedHoldsForTheirPhoneAlone(t *testing.T) {
	t.Parallel()
	c := newChart(t)
	c.holds(doc("preference", "mine"), fields{
		"remindAbout": each{"lab", "medication"}, "quietHours": fields{"from": "20:00", "to": "09:15"}, "enoughOn": "2026-11-23", "zonePolicy.lab": "home", "deviceZone": "Europe/Paris",
	})
	w := c.wishes(remind.ForPatient)
	require.ElementsMatch(t, []remind.Kind{remind.Appointment, remind.Assessment, remind.Unread}, w.settings.OffKinds)
	require.Equal(t, []string{"20:00", "09:15", "2026-11-23"}, []string{w.settings.QuietFrom.String(), w.settings.QuietTo.String(), w.settings.EnoughOn.String()})
	require.Equal(t, map[remind.Kind]remind.Policy{remind.Lab: remind.Policy("home")}, w.policies)
	require.Equal(t, []string{"Europe/Paris", "Europe/Paris"}, []string{w.settings.DeviceZone, w.askZone})
	require.Equal(t, wishes{settings: remind.Settings{HomeZone: "Europe/London"}, policies: map[remind.Kind]remind.Policy{}}, c.wishes(remind.ForCaregiver))
}

// TestOfSeveralPreferencesTheOneThatChangedLastCounts: each phone may have made one.
func TestOfSeveralPreferencesTheOneThatChangedLastCounts(t *testing.T) {
	t.Parallel()
	c := newChart(t)
	first := c.holds(doc("preference", "one"), fields{"remindersOn": false})
	require.True(t, c.wishes(remind.ForPatient).settings.Off)
	c.holds(doc("preference", "two"), fields{"remindersOn": true})
	require.False(t, c.wishes(remind.ForPatient).settings.Off)
	c.holds(first, fields{"enoughOn": "2026-11-23"})
	require.True(t, c.wishes(remind.ForPatient).settings.Off)
}

// TestThePhoneIsAskedOnceAndReminderFollowItUnlessTheyStayAtHome: REMINDERS 1.
func TestThePhoneIsAskedOnceAndRemindersFollowItUnlessTheyStayAtHome(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		set           fields
		device, asked string
	}{
		"at home":        {fields{"deviceZone": "Europe/London"}, "", ""},
		"away":           {fields{"deviceZone": "Asia/Tokyo"}, "Asia/Tokyo", "Asia/Tokyo"},
		"moves":          {fields{"deviceZone": "Asia/Tokyo", "zoneAsked": "Asia/Tokyo", "zoneAnswer": "move"}, "Asia/Tokyo", ""},
		"keeps":          {fields{"deviceZone": "Asia/Tokyo", "zoneAsked": "Asia/Tokyo", "zoneAnswer": "keep"}, "", ""},
		"asked of other": {fields{"deviceZone": "Asia/Tokyo", "zoneAsked": "Europe/Paris", "zoneAnswer": "keep"}, "Asia/Tokyo", "Asia/Tokyo"},
		"nowhere":        {fields{"deviceZone": "Mars/Olympus"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChart(t)
			c.holds(doc("preference", "mine"), want.set)
			w := c.wishes(remind.ForPatient)
			require.Equal(t, []string{want.device, want.asked}, []string{w.settings.DeviceZone, w.askZone})
		})
	}
}

func TestAHomeThatNobodyKnowsIsThePlace(t *testing.T) {
	t.Parallel()
	c := newChart(t)
	for home, want := range map[string]string{"America/Denver": "America/Denver", "Mars/Olympus": "Europe/London"} {
		c.holds(care.PersonID(c.record), fields{"homeZone": home})
		require.Equal(t, want, c.wishes(remind.ForPatient).settings.HomeZone)
	}
}

// TestHoursThatCannotBeReadAreThoseOfTheRules: half of them is none of them.
func TestHoursThatCannotBeReadAreThoseOfTheRules(t *testing.T) {
	t.Parallel()
	for _, hours := range []fields{
		{}, {"from": "20:00"}, {"to": "07:00"}, {"from": "24:00", "to": "07:00"}, {"from": "9:00", "to": "17:00"}, {"from": "21:60", "to": "07:00"}, {"from": "", "to": ""},
	} {
		c := newChart(t)
		c.holds(doc("preference", "mine"), fields{"quietHours": hours})
		w := c.wishes(remind.ForPatient)
		require.Nil(t, w.settings.QuietFrom, "%v", hours)
		require.Nil(t, w.settings.QuietTo, "%v", hours)
	}
}
