package reminder

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/calendar"
	"satchel/internal/calendar/remind"
)

// FuzzQuietHours: whatever a phone wrote as its quiet hours, they are two times of day or none, each has one spelling, and an appointment two
// days ahead is still reminded of, outside of them, before it begins.
func FuzzQuietHours(f *testing.F) {
	for _, text := range []string{
		`{"from":"21:00","to":"08:00"}`, `{"from":"00:00","to":"23:59"}`, `{"from":"12:00","to":"12:00"}`, `{"from":"08:00","to":"07:59"}`, `{"from":"24:00","to":"-1:30"}`, `{"from":"9:30","to":"+9:30"}`,
		`{"from":null,"to":"08:00"}`, `{"from":1,"to":2}`, `[]`, `null`, ``, `{"from":"21:00","from":"22:00","to":"08:00"}`, `{"from":"２１:００","to":"08:00"}`,
	} {
		f.Add([]byte(text))
	}
	begins := remind.Clock(14 * 60)
	event := remind.Event{Kind: remind.Appointment, Focus: "appointment/" + clerk, Step: "s", Date: calendar.CivilDate{Year: 2026, Month: 11, Day: 26}, Time: &begins, Zone: "Europe/London"}
	f.Fuzz(func(t *testing.T, text []byte) {
		from, to, ok := quietHours(jsontext.Value(text))
		if !ok {
			return
		}
		for _, c := range []*remind.Clock{from, to} {
			var again remind.Clock
			if written, err := json.Marshal(c); err != nil || *c < 0 || *c >= 24*60 || json.Unmarshal(written, &again) != nil || again != *c {
				t.Fatalf("%q was read as %d", text, *c)
			}
		}
		settings := remind.Settings{HomeZone: "Europe/London", QuietFrom: from, QuietTo: to}
		list, err := remind.Own.List(remind.Input{Audience: remind.ForPatient, Settings: settings, Events: []remind.Event{event}, From: morning, Days: 14})
		if err != nil || len(list) == 0 {
			t.Fatalf("%q: %d reminders: %v", text, len(list), err)
		}
		for _, m := range list {
			if _, quiet := remind.Own.QuietUntil(settings, m.At); quiet {
				t.Fatalf("%q: it rings at %s, when it is quiet", text, m.Wall)
			}
		}
	})
}
