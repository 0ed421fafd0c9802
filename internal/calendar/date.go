package calendar

import (
	"time"

	"satchel/internal/fault"
)

const (
	dateLayout = time.DateOnly
	yearMin    = 1900 // nobody in care was born, and nothing is planned, outside these years
	yearMax    = 2199
)

// CivilDate is a day on the wall calendar, without a zone. The zero value is no date. Dates compare with ==.
type CivilDate struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2026-11-22" and nothing else: a day that exists, of the years 1900 to 2199. The error is of code invalid.
func ParseDate(text string) (CivilDate, error) {
	t, err := time.Parse(dateLayout, text)
	if err != nil || t.Year() < yearMin || t.Year() > yearMax {
		return CivilDate{}, fault.Wrap(orOutOfRange(err), fault.Invalid, "calendar.ParseDate", "A date is written like 2026-11-22.")
	}
	return dateOf(t), nil
}

// orOutOfRange gives a cause also where the text could be read and the year is what is wrong.
func orOutOfRange(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, "calendar", "The year is outside 1900 to 2199.")
}

func dateOf(t time.Time) CivilDate {
	year, month, day := t.Date()
	return CivilDate{year, month, day}
}

// midnight is the date as a count in UTC, where every day has 24 hours.
func (d CivilDate) midnight() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// Valid reports whether the day exists and lies in the years 1900 to 2199.
func (d CivilDate) Valid() bool {
	return d.Year >= yearMin && d.Year <= yearMax && d == dateOf(d.midnight())
}

// String writes "2026-11-22".
func (d CivilDate) String() string { return d.midnight().Format(dateLayout) }

// MarshalText writes what ParseDate reads; a date that does not exist is an error.
func (d CivilDate) MarshalText() ([]byte, error) {
	if !d.Valid() {
		return nil, fault.New(fault.Invalid, "calendar.MarshalText", "This date does not exist.")
	}
	return []byte(d.String()), nil
}

// UnmarshalText is ParseDate.
func (d *CivilDate) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// AddDays goes forward, or back for a negative number.
func (d CivilDate) AddDays(days int) CivilDate { return dateOf(d.midnight().AddDate(0, 0, days)) }

// DaysUntil counts the midnights between two dates: 1 from today to tomorrow, negative if the other lies before.
func (d CivilDate) DaysUntil(other CivilDate) int {
	return int((other.midnight().Unix() - d.midnight().Unix()) / (24 * 60 * 60))
}

// Compare is -1, 0 or +1, as d lies before, on or after the other.
func (d CivilDate) Compare(other CivilDate) int { return d.midnight().Compare(other.midnight()) }

// Weekday is the day of the week; every date is shown with it.
func (d CivilDate) Weekday() time.Weekday { return d.midnight().Weekday() }

// AgeOn is the age in whole years of a person born on d, negative before birth. Who was born on 29 February comes of age
// on 1 March in years without that day, as in English law.
func (d CivilDate) AgeOn(on CivilDate) int {
	years := on.Year - d.Year
	if on.Month < d.Month || on.Month == d.Month && on.Day < d.Day {
		years--
	}
	return years
}
