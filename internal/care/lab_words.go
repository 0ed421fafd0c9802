package care

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/lab"
)

// testsAhead is how many dates that are still to come a phone lists of an order.
const testsAhead = 6

var dateWords = map[lab.State]string{
	lab.Planned:   "planned",
	lab.Due:       "due now",
	lab.Overdue:   "the time has passed: was it done? Say \"done\", \"cannot go\" or \"need help\"",
	lab.Missed:    "missed; your team knows",
	lab.Collected: "the sample was taken; the result is awaited",
	lab.Resulted:  "there is a result",
	lab.Reviewed:  "your team has looked at the result",
	lab.Closed:    "done",
	lab.Held:      "you are in hospital: your team says whether it is needed",
	lab.Excused:   "not needed",
	lab.Cancelled: "cancelled",
}

// finished are the states of dates that ask nothing of anybody any more.
var finished = []lab.State{lab.Resulted, lab.Reviewed, lab.Closed, lab.Excused, lab.Cancelled}

// Open is the plan with the dates that ask something of somebody, and the next one.
func (p TestPlan) Open() TestPlan {
	ahead := 0
	p.Dates = slices.DeleteFunc(slices.Clone(p.Dates), func(d TestDate) bool {
		if d.State == lab.Planned {
			ahead++
		}
		return slices.Contains(finished, d.State) || d.State == lab.Planned && ahead > 1
	})
	return p
}

// TestLines tells a person their tests, from what is on their phone: whether each is arranged, whom to call if not, and where its dates
// stand. One line each, the dates of an order behind it.
func TestLines(b Binder, now int64) (lines []string, err error) {
	plans, err := TestPlans(b, now)
	if err != nil {
		return nil, err
	}
	teams, err := b(careTeamName)
	if err != nil {
		return nil, err
	}
	named := map[string]Paper{}
	for _, team := range teams {
		named[team.ID().ID()] = team
	}
	for _, plan := range plans {
		lines = append(lines, plan.Title+": "+plan.arrangement(named))
		ahead := 0
		for _, d := range plan.Dates {
			if d.State == lab.Planned {
				if ahead++; ahead > testsAhead {
					break
				}
			}
			date, err := calendar.ParseDate(d.Date)
			if err != nil {
				return nil, err
			}
			lines = append(lines, fmt.Sprintf("  %s %s: %s", shortDay(date.Weekday()), d.Date, cmp.Or(dateWords[d.State], string(d.State))))
		}
	}
	return lines, nil
}

func shortDay(day time.Weekday) string { return day.String()[:3] }

// arrangement says whether somebody does the test, and whom to call while nobody has agreed.
func (p TestPlan) arrangement(teams map[string]Paper) string {
	name := func(id string) string {
		if team := teams[id]; team != nil {
			return cmp.Or(team.Text("name"), "a team")
		}
		return "a team"
	}
	who := p.Site
	if p.Performer != "" {
		who = name(p.Performer)
	}
	switch p.State {
	case TestArranged:
		return cmp.Or(who, name(p.Requester)) + " does it."
	case TestBeingArranged:
		return "being arranged. " + cmp.Or(who, "Somebody") + " was asked."
	case TestGap:
		words := "NOT ARRANGED. Nobody has agreed to do it."
		if team := teams[p.Ask]; team != nil {
			if phone := cmp.Or(team.Text("phone"), team.Text("outOfHours")); phone != "" {
				return words + " Call " + name(p.Ask) + ": " + phone + "."
			}
			return words + " Ask " + name(p.Ask) + "."
		}
		return words
	case TestPaused:
		return "paused by your team."
	}
	return "it has ended."
}
