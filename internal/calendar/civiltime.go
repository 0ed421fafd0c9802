package calendar

import (
	"fmt"
	"time"

	"satchel/internal/fault"
)

const timeLayout = "2006-01-02T15:04"

// CivilTime is a time on the wall, to the minute, without a zone. The zero value is no time. Times compare with ==.
type CivilTime struct {
	Date   CivilDate
	Hour   int // 0 to 23
	Minute int // 0 to 59
}

// ParseTime reads "2026-11-22T09:30" and nothing else: no seconds, no offset, no zone. The error is of code invalid.
func ParseTime(text string) (CivilTime, error) {
	t, err := time.Parse(timeLayout, text)
	if err != nil || len(text) != len(timeLayout) || t.Year() < yearMin || t.Year() > yearMax {
		return CivilTime{}, fault.Wrap(orOutOfRange(err), fault.Invalid, "calendar.ParseTime", "A time is written like 2026-11-22T09:30.")
	}
	return civilOf(t), nil
}

func civilOf(t time.Time) CivilTime { return CivilTime{dateOf(t), t.Hour(), t.Minute()} }

// At is a time on this day. It may not exist; see Valid.
func (d CivilDate) At(hour, minute int) CivilTime { return CivilTime{d, hour, minute} }

// Valid reports whether the day exists and the wall clock can show the time. Whether it does in a zone, Resolve says.
func (c CivilTime) Valid() bool {
	return c.Date.Valid() && c.Hour >= 0 && c.Hour < 24 && c.Minute >= 0 && c.Minute < 60
}

// String writes "2026-11-22T09:30".
func (c CivilTime) String() string { return fmt.Sprintf("%sT%02d:%02d", c.Date, c.Hour, c.Minute) }

// MarshalText writes what ParseTime reads; a time that does not exist is an error.
func (c CivilTime) MarshalText() ([]byte, error) {
	if !c.Valid() {
		return nil, fault.New(fault.Invalid, "calendar.MarshalText", "This time does not exist.")
	}
	return []byte(c.String()), nil
}

// UnmarshalText is ParseTime.
func (c *CivilTime) UnmarshalText(text []byte) error {
	parsed, err := ParseTime(string(text))
	if err == nil {
		*c = parsed
	}
	return err
}

// Compare is -1, 0 or +1 by the wall clock; two times of different zones cannot be compared with it.
func (c CivilTime) Compare(other CivilTime) int { return c.asUTC().Compare(other.asUTC()) }

// asUTC is the instant at which a wall in UTC shows the time.
func (c CivilTime) asUTC() time.Time {
	return time.Date(c.Date.Year, c.Date.Month, c.Date.Day, c.Hour, c.Minute, 0, 0, time.UTC)
}
