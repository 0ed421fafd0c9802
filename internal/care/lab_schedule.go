package care

import (
	"slices"
	"strconv"
	"strings"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

const (
	labOrderName     = "labOrder"
	cycleStartPrefix = "cycleStart."
)

// windowMost is the widest window of a date, in days.
const windowMost = 60

// scheduling are the fields of an order that say when it is to be done.
var scheduling = []string{
	"anchor", "zone", "recurrence", "exceptDate", "extraDate", "cycleDay", "cycleLength", "cycles", "windowBeforeDays", "windowAfterDays", "validUntil", "code",
}

// LabSchedule is an order as its dates see it: the same on the server and on a phone that has the document. A rule that nobody can
// follow is of code invalid.
func LabSchedule(order Paper) (lab.Schedule, error) {
	var s lab.Schedule
	recurrence, err := recurrenceOf(order)
	if err != nil {
		return s, err
	}
	if s.Dates, err = recurrence.Dates(); err != nil {
		return s, err
	}
	if s.Dates, err = datesUntil(order, s.Dates); err != nil {
		return s, err
	}
	if s.Zone = order.Text("zone"); s.Zone != "" {
		_, err = calendar.Zone(s.Zone)
	}
	s.Before, s.After = wholeNumber(order, "windowBeforeDays"), wholeNumber(order, "windowAfterDays")
	if s.Excused, err = dates(order, "excusedDate", err); err != nil {
		return s, err
	}
	if s.Before < 0 || s.After < 0 || s.Before+s.After > windowMost {
		return s, fault.New(fault.Invalid, "care.LabSchedule", "A window is a number of days before and after the date, not more than 60 together.")
	}
	return s, nil
}

// datesUntil are the dates up to the last day on which an order is to be followed.
func datesUntil(order Paper, dates []calendar.CivilDate) ([]calendar.CivilDate, error) {
	if order.Text("validUntil") == "" {
		return dates, nil
	}
	last, err := calendar.ParseDate(order.Text("validUntil"))
	return slices.DeleteFunc(dates, func(d calendar.CivilDate) bool { return d.Compare(last) > 0 }), err
}

func recurrenceOf(order Paper) (r calendar.Recurrence, err error) {
	if r.Anchor, err = calendar.ParseDate(order.Text("anchor")); err != nil {
		return r, err
	}
	r.Rule = order.Text("recurrence")
	r.Except, err = dates(order, "exceptDate", nil)
	r.Extra, err = dates(order, "extraDate", err)
	if err != nil {
		return r, err
	}
	for _, elem := range elems(order, "cycleDay") {
		day, _ := strconv.Atoi(string(elem)) // an integer, as the kind says
		r.Cycles.Days = append(r.Cycles.Days, day)
	}
	r.Cycles.Length, r.Cycles.Count = wholeNumber(order, "cycleLength"), wholeNumber(order, "cycles")
	for _, name := range order.Fields(cycleStartPrefix) {
		number, err := strconv.Atoi(strings.TrimPrefix(name, cycleStartPrefix))
		if err != nil {
			return r, fault.Wrap(err, fault.Invalid, "care.recurrenceOf", "A cycle that was moved is named by its number.")
		}
		start, err := calendar.ParseDate(order.Text(name))
		if err != nil {
			return r, err
		}
		if r.Cycles.Starts == nil {
			r.Cycles.Starts = map[int]calendar.CivilDate{}
		}
		r.Cycles.Starts[number] = start
	}
	return r, nil
}

// wholeNumber reads a number of days or times; 0 if none is given.
func wholeNumber(s Paper, field string) int {
	return int(max(min(number(s, field), 1<<20), -1))
}

// dates reads a set of civil dates, unless something was wrong before.
func dates(s Paper, field string, err error) (list []calendar.CivilDate, _ error) {
	for _, text := range s.Texts(field) {
		if err != nil {
			break
		}
		var d calendar.CivilDate
		d, err = calendar.ParseDate(text)
		list = append(list, d)
	}
	return list, err
}

// allowSchedule refuses an order that says a test that is not known, or dates that nobody could follow: a phone would show nothing, and
// nothing would ever be overdue.
func allowSchedule(c syncing.Change) *syncing.Refusal {
	cycle := func(name string) bool { return strings.HasPrefix(name, cycleStartPrefix) }
	written := wroteAny(c, scheduling...)
	for _, name := range c.Fields {
		written = written || cycle(name)
	}
	if !written {
		return nil
	}
	if code := c.After.Text("code"); !lab.Own.Known(code) && !lab.OwnExaminations.Known(code) {
		return refuse(syncing.Invalid, "This test is not in the list. Choose one that is.")
	}
	schedule, err := LabSchedule(c.After)
	if err != nil {
		return refuse(syncing.Invalid, fault.TextOf(err))
	}
	if len(schedule.Dates) == 0 {
		return refuse(syncing.Invalid, "The last day on which this is to be followed lies before its first date. Choose a later one, or end the order.")
	}
	return nil
}
