package care

import (
	"strings"
	"time"

	"satchel/internal/calendar"
)

// Opening is how a contact stands at one instant.
type Opening string

// The three ways.
const (
	Open    Opening = "open"
	Closed  Opening = "closed"
	Unknown Opening = "unknown" // nobody has said when it is answered
)

// lookAhead is how many days are searched for the next opening: every weekday, and this one again.
const lookAhead = 8

var weekdayCodes = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// openAt says whether a contact is answered at an instant, by the wall clock of its zone, and when it opens next if it is not. A
// day on which the clock jumps has its hours like any other: what falls into the gap is later by the gap.
func (c Contact) openAt(at time.Time, home string) (Opening, time.Time, error) {
	zone := c.Zone
	if zone == "" {
		zone = home
	}
	now, err := calendar.In(at, zone)
	switch {
	case err != nil:
		return Unknown, time.Time{}, err
	case c.Is24h:
		return Open, time.Time{}, nil
	case len(c.Hours) == 0:
		return Unknown, time.Time{}, nil
	}
	wall := now.String()[len("2006-01-02T"):]
	var next time.Time
	for day := range lookAhead {
		date := now.Date.AddDays(day)
		for _, h := range c.Hours {
			if !h.on(date.Weekday()) {
				continue
			}
			if day == 0 && h.From <= wall && wall < h.To {
				return Open, time.Time{}, nil
			}
			opens, err := h.begins(date, zone)
			if err != nil {
				return Unknown, time.Time{}, err
			}
			if opens.After(at) && (next.IsZero() || opens.Before(next)) {
				next = opens
			}
		}
	}
	return Closed, next, nil
}

func (h OpenHours) on(day time.Weekday) bool {
	for _, code := range h.Days {
		if code == weekdayCodes[day] {
			return true
		}
	}
	return false
}

// begins is the instant at which the hours of a date begin.
func (h OpenHours) begins(date calendar.CivilDate, zone string) (time.Time, error) {
	at, err := calendar.ParseTime(date.String() + "T" + h.From)
	if err != nil {
		return time.Time{}, err
	}
	opens, _, err := calendar.Resolve(at, zone)
	return opens, err
}

// Words says the hours as a line of text.
func (h OpenHours) Words() string { return strings.Join(h.Days, ", ") + " " + h.From + "-" + h.To }
