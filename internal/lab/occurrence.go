package lab

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

// State is where one date of an order stands. It is worked out when somebody looks, from what happened and from the time, and
// never kept: a phone that was off for a month is right at once (LABS 5.2).
type State string

// The states.
const (
	Planned   State = "planned"         // its window is not open yet
	Due       State = "due"             // its window is open
	Overdue   State = "overdue"         // the window has closed and nobody said that a sample was taken
	Missed    State = "missed"          // a day later, or the next window is open
	Collected State = "collected"       // a sample was taken
	Resulted  State = "resulted"        // there is a result
	Reviewed  State = "reviewed"        // the responsible team has acknowledged it
	Closed    State = "closed"          // and the person knows, or need not
	Held      State = "excused-pending" // the person is in hospital, and oncology has not said whether it counts
	Excused   State = "excused"         // it falls out, the team said so
	Cancelled State = "cancelled"       // the order has ended
)

// The hours of a day, at the site, at which windows open and close, and after which what is overdue counts as missed.
const (
	opensAt     = 8  // o'clock
	closesAt    = 20 // o'clock
	missedAfter = 24 * time.Hour
)

// besideWindow is by how many days a result may lie outside of the window of the date that it answers.
const besideWindow = 1

// Schedule is an order as its dates see it.
type Schedule struct {
	Dates       []calendar.CivilDate // in order, each once
	Zone        string               // IANA, of the site
	Before      int                  // days before a date on which its window opens
	After       int                  // days behind a date on which it closes
	Excused     []calendar.CivilDate // dates that fall out, as the team said
	HeldFrom    calendar.CivilDate   // zero: nothing is held; dates from this one on wait for oncology
	CancelledOn calendar.CivilDate   // zero: the order stands; dates from this one on are not followed
}

// Step is something that happened to a date.
type Step struct {
	ID    string // of its document: what lies as near as another goes by it
	State State  // Collected, Resulted, Reviewed or Closed
	On    calendar.CivilDate
	Due   calendar.CivilDate // which date it answers, if it says so; zero: the nearest that is open
}

// Occurrence is one date of an order.
type Occurrence struct {
	Date   calendar.CivilDate
	Number int // from 1 on
	State  State
	Opens  time.Time // 08:00 at the site, on the first day of its window
	Closes time.Time // 20:00, on the last
	Missed time.Time // from when on it counts as missed if nothing was taken
	Steps  []Step    // what happened to it, in order
}

// Occurrences says where each date stands at an instant. It is a pure function: the same steps in any order give the same answer,
// and each step answers one date. An unknown zone or a negative window is of code invalid.
func (s Schedule) Occurrences(now time.Time, steps []Step) ([]Occurrence, error) {
	if s.Before < 0 || s.After < 0 {
		return nil, fault.New(fault.Invalid, "lab.Occurrences", "A window has no negative days.")
	}
	list := make([]Occurrence, len(s.Dates))
	for i, date := range s.Dates {
		opens, _, err := calendar.Resolve(date.AddDays(-s.Before).At(opensAt, 0), s.Zone)
		if err != nil {
			return nil, err
		}
		closes, _, err := calendar.Resolve(date.AddDays(s.After).At(closesAt, 0), s.Zone)
		if err != nil {
			return nil, err
		}
		list[i] = Occurrence{Date: date, Number: i + 1, Opens: opens, Closes: closes, Missed: closes.Add(missedAfter)}
		if i > 0 && opens.After(list[i-1].Closes) && opens.Before(list[i-1].Missed) {
			list[i-1].Missed = opens
		}
	}
	s.assign(list, steps)
	for i := range list {
		list[i].State = s.state(&list[i], now)
	}
	return list, nil
}

// assign gives each step to one date: the one it names, or else the nearest whose window it touches and that has nothing of its
// kind yet. Steps that name a date come first.
func (s Schedule) assign(list []Occurrence, steps []Step) {
	steps = slices.Clone(steps)
	named := func(step Step) int {
		if step.Due.Valid() {
			return 0
		}
		return 1
	}
	slices.SortFunc(steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(named(a), named(b)), a.On.Compare(b.On), cmp.Compare(a.ID, b.ID), cmp.Compare(rank[a.State], rank[b.State]))
	})
	for _, step := range steps {
		if i := s.answers(list, step); i >= 0 {
			list[i].Steps = append(list[i].Steps, step)
		}
	}
	for i := range list {
		slices.SortStableFunc(list[i].Steps, func(a, b Step) int { return cmp.Compare(rank[a.State], rank[b.State]) })
	}
}

// rank orders what can happen to a date; what is not named here is no step.
var rank = map[State]int{Collected: 1, Resulted: 2, Reviewed: 3, Closed: 4}

// answers is the place of the date that a step answers, -1 if it answers none.
func (s Schedule) answers(list []Occurrence, step Step) int {
	best := -1
	distance := 0
	for i := range list {
		o := &list[i]
		if step.Due.Valid() {
			if o.Date == step.Due {
				return i
			}
			continue
		}
		early, late := step.On.DaysUntil(o.Date)-s.Before, o.Date.DaysUntil(step.On)-s.After
		taken := slices.ContainsFunc(o.Steps, func(had Step) bool { return had.State == step.State })
		if rank[step.State] == 0 || taken || early > besideWindow || late > besideWindow {
			continue
		}
		if d := max(step.On.DaysUntil(o.Date), o.Date.DaysUntil(step.On)); best < 0 || d < distance {
			best, distance = i, d
		}
	}
	return best
}

func (s Schedule) state(o *Occurrence, now time.Time) State {
	if len(o.Steps) > 0 {
		return o.Steps[len(o.Steps)-1].State
	}
	switch from := o.Date; {
	case s.CancelledOn.Valid() && from.Compare(s.CancelledOn) >= 0:
		return Cancelled
	case slices.Contains(s.Excused, o.Date):
		return Excused
	case s.HeldFrom.Valid() && from.Compare(s.HeldFrom) >= 0:
		return Held
	case now.Before(o.Opens):
		return Planned
	case !now.After(o.Closes):
		return Due
	case now.Before(o.Missed):
		return Overdue
	}
	return Missed
}
