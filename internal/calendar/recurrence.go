package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"satchel/internal/fault"
)

// The limits of a recurrence. What is wanted for longer, or more often, is ordered anew by somebody who has looked at it.
const (
	DatesMax    = 200 // dates of one recurrence, LABS 5.1
	yearsMax    = 10  // from the anchor to the last date
	intervalMax = 400
	ruleMax     = 200 // characters of a rule
)

// Recurrence says on which days something is done again. It is a pure value: the same on the server and on every phone.
type Recurrence struct {
	// Anchor is the first day, RFC 5545's DTSTART; of cycles, day 1 of the first.
	Anchor CivilDate
	// Rule is the part of an RFC 5545 RRULE that care needs: FREQ=DAILY, WEEKLY or MONTHLY, with INTERVAL, BYDAY, and COUNT or
	// UNTIL, such as FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6. "" is the anchor alone, unless there are Cycles.
	Rule string
	// Cycles are the days of treatment cycles, in place of a rule.
	Cycles Cycles
	// Extra are days beside the rule (RDATE), Except are days that fall out (EXDATE).
	Extra, Except []CivilDate
}

// Cycles are days counted from the beginning of each treatment cycle, whose first day is day 1.
type Cycles struct {
	Days   []int // such as 8, 11, 15, 18; a day may lie beyond the cycle's length
	Length int   // days from one cycle to the next
	Count  int   // how many cycles
	// Starts are cycles that began on another day than was planned, by their number from 1 on. Those after it follow it.
	Starts map[int]CivilDate
}

func (c Cycles) none() bool {
	return len(c.Days) == 0 && c.Length == 0 && c.Count == 0 && len(c.Starts) == 0
}

// Dates lists the days, each once and in order. A recurrence that cannot be read, that has no end, or that has more than
// DatesMax days or one more than ten years ahead, is of code invalid.
func (r Recurrence) Dates() ([]CivilDate, error) {
	if !r.Anchor.Valid() {
		return nil, invalidRule("The first date does not exist.")
	}
	dates, err := r.regular()
	if err != nil {
		return nil, err
	}
	if len(r.Extra) > DatesMax || len(r.Except) > DatesMax {
		return nil, tooMany
	}
	last := CivilDate{r.Anchor.Year + yearsMax, r.Anchor.Month, r.Anchor.Day}
	for _, d := range r.Extra {
		if !d.Valid() || d.Compare(r.Anchor) < 0 || d.Compare(last) > 0 {
			return nil, invalidRule("An extra date lies before the first date, or more than ten years behind it.")
		}
	}
	dates = slices.Concat(dates, r.Extra)
	dates = slices.DeleteFunc(dates, func(d CivilDate) bool { return slices.Contains(r.Except, d) })
	slices.SortFunc(dates, CivilDate.Compare)
	if dates = slices.Compact(dates); len(dates) > DatesMax {
		return nil, tooMany
	}
	return dates, nil
}

// regular are the days of the rule or of the cycles.
func (r Recurrence) regular() ([]CivilDate, error) {
	switch {
	case r.Rule != "" && !r.Cycles.none():
		return nil, invalidRule("Give a rule or treatment cycles, not both.")
	case r.Rule != "":
		return r.ruled()
	case !r.Cycles.none():
		return r.Cycles.dates(r.Anchor)
	}
	return []CivilDate{r.Anchor}, nil
}

// ruled expands the rule in UTC, where every day has a midnight: no zone and no clock change has a part in it.
func (r Recurrence) ruled() ([]CivilDate, error) {
	option, err := readRule(r.Rule)
	if err != nil {
		return nil, err
	}
	first := r.Anchor.midnight()
	last := first.AddDate(yearsMax, 0, 0)
	if option.Count == 0 && option.Until.IsZero() {
		return nil, invalidRule("Say how many times (COUNT) or until when (UNTIL).")
	}
	if option.Until.After(last) || option.Count > DatesMax {
		return nil, tooMany
	}
	if option.Until.IsZero() {
		option.Until = last
	}
	option.Dtstart = first
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, invalidRule("The rule cannot be followed.")
	}
	var dates []CivilDate
	next := rule.Iterator()
	for at, more := next(); more; at, more = next() {
		if dates = append(dates, dateOf(at)); len(dates) > DatesMax {
			return nil, tooMany
		}
	}
	if option.Count > len(dates) {
		return nil, tooMany
	}
	return dates, nil
}

// ruleParts are the parts of a rule that are followed. A part that we would not follow is refused, never left out.
var ruleParts = []string{"FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL"}

func readRule(text string) (*rrule.ROption, error) {
	if len(text) > ruleMax {
		return nil, invalidRule("The rule is too long.")
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		if !slices.Contains(ruleParts, name) || value == "" || seen[name] {
			return nil, invalidRule("A rule has FREQ, INTERVAL, BYDAY and COUNT or UNTIL, each once, such as FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6.")
		}
		seen[name] = true
		if name == "UNTIL" && len(value) != len(rrule.DateFormat) {
			return nil, invalidRule("UNTIL is a date, such as UNTIL=20261231.")
		}
	}
	option, err := rrule.StrToROptionInLocation(text, time.UTC)
	if err != nil {
		return nil, invalidRule("This rule is not one of RFC 5545.")
	}
	often := option.Freq == rrule.DAILY || option.Freq == rrule.WEEKLY || option.Freq == rrule.MONTHLY
	switch {
	case !seen["FREQ"] || !often:
		return nil, invalidRule("FREQ is DAILY, WEEKLY or MONTHLY.")
	case seen["COUNT"] == seen["UNTIL"]:
		return nil, invalidRule("Say how many times (COUNT) or until when (UNTIL), one of them.")
	case seen["INTERVAL"] && (option.Interval < 1 || option.Interval > intervalMax), seen["COUNT"] && option.Count < 1:
		return nil, invalidRule("INTERVAL and COUNT are at least 1.")
	}
	for _, day := range option.Byweekday {
		if n := day.N(); n != 0 && option.Freq != rrule.MONTHLY || n < -5 || n > 5 {
			return nil, invalidRule("Only a monthly rule says which of the weekdays is meant, such as FREQ=MONTHLY;BYDAY=1MO.")
		}
	}
	return option, nil
}

// dates are the cycles' days. Two cycles may share a day.
func (c Cycles) dates(first CivilDate) ([]CivilDate, error) {
	if len(c.Days) == 0 || c.Length < 1 || c.Length > intervalMax || c.Count < 1 {
		return nil, invalidRule("Cycles need their days, their length in days and their number.")
	}
	if len(c.Days)*c.Count > DatesMax {
		return nil, tooMany
	}
	for n, start := range c.Starts {
		if n < 1 || n > c.Count || !start.Valid() || start.Compare(first) < 0 || first.DaysUntil(start) > yearsMax*365 {
			return nil, invalidRule("A cycle that began on another day has a number from 1 on, and did not begin before the first.")
		}
	}
	var dates []CivilDate
	start := first
	for n := 1; n <= c.Count; n++ {
		if moved, ok := c.Starts[n]; ok {
			start = moved
		}
		for _, day := range c.Days {
			if day < 1 || day > intervalMax {
				return nil, invalidRule("The days of a cycle count from 1.")
			}
			dates = append(dates, start.AddDays(day-1))
		}
		start = start.AddDays(c.Length)
	}
	if last := slices.MaxFunc(dates, CivilDate.Compare); first.DaysUntil(last) > yearsMax*366 {
		return nil, tooMany
	}
	return dates, nil
}

var tooMany = fault.New(fault.Invalid, "calendar.Recurrence", "These are more than 200 dates, or more than ten years. Order less, and again later.")

func invalidRule(sentence string) error {
	return fault.New(fault.Invalid, "calendar.Recurrence", sentence)
}
