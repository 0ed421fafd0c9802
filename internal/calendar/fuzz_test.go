package calendar

import "testing"

// FuzzCivil: a date and a time have one spelling, and every one that is read exists; a zone that is read shows each of them once.
// RFC 5545 rules are texts here, which nobody reads yet; whoever does adds a target.
func FuzzCivil(f *testing.F) {
	for _, text := range []string{"2026-11-22", "2026-11-22T09:30", "2026-02-30", "1900-01-01", "2199-12-31T23:59", "2026-3-29T01:30", "0000-00-00", "Europe/London", "../etc/passwd", "right/UTC", "America/Argentina/ComodRivadavia"} {
		f.Add(text, "Europe/London")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		if day, err := ParseDate(text); err == nil {
			if day.String() != text || !day.Valid() || day.AddDays(1).AddDays(-1) != day || day.DaysUntil(day.AddDays(9)) != 9 {
				t.Fatalf("%q was read as %v", text, day)
			}
		}
		wall, err := ParseTime(text)
		if err != nil {
			return
		}
		if wall.String() != text || !wall.Valid() {
			t.Fatalf("%q was read as %v", text, wall)
		}
		if at, _, err := Resolve(wall, name); err == nil && at.IsZero() {
			t.Fatalf("%v in %v is no instant", wall, name)
		}
	})
}
