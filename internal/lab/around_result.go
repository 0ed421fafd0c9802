package lab

import (
	"fmt"
	"slices"
	"time"
)

// Rung is a step of the ladder of a result that nobody has acknowledged.
type Rung struct {
	Times int    `json:"times"` // when this many times the time of its class has passed
	Tell  string `json:"tell"`  // "backup", "lead", "other-team" or "navigator"
}

// Exclusion is a question whose yes makes an expected finding count for nothing.
type Exclusion struct {
	Code     string   `json:"code"`
	Question string   `json:"question"`
	Items    []string `json:"items"`   // of the questionnaire: one that is ticked is a yes, all of them asked and none ticked a no
	Unless   string   `json:"unless"`  // a follow-up question that settles what a ticked item leaves open
	Measure  string   `json:"measure"` // a temperature of the questionnaire
	AtLeast  string   `json:"atLeast"` // that is a yes from so many degrees Celsius on, whatever is ticked
	Of       string   `json:"of"`      // "result" or "finding": who answers it, where it is not the person
}

// hold says which reports may be held back from the person in a region, and for how long.
type hold struct {
	Reports []string `json:"reports"`
	DaysMax int      `json:"daysMax"`
}

// infection is a count that is an emergency together with signs of an infection.
type infection struct {
	Group       string `json:"group"`
	Below       string `json:"below"`
	Exclusion   string `json:"exclusion"`
	WithinHours int    `json:"withinHours"`
}

// checkAround refuses a file in which something is missing of what stands around a result.
func (d *limitsData) checkAround(l *Limits) error {
	if len(d.Ladder) == 0 || d.BaselineDays <= 0 || len(d.Expected.Signers) == 0 || l.YesFor < l.AskedFor || d.Infection.WithinHours <= 0 {
		return fmt.Errorf("labresults: ladder, baselineDays, signers, yesHours or infection are missing")
	}
	before := 1
	for _, r := range d.Ladder {
		if r.Times < before || r.Tell == "" {
			return fmt.Errorf("labresults: the ladder goes up, and each rung tells somebody")
		}
		before = r.Times
	}
	seen := map[string]bool{}
	for _, x := range d.Expected.Exclusions {
		asked := len(x.Items) > 0
		if x.Code == "" || x.Question == "" || seen[x.Code] || asked == (x.Of == "result" || x.Of == "finding") {
			return fmt.Errorf("labresults: exclusion %q has no question, nobody who answers it, or stands twice", x.Code)
		}
		if _, err := constant(x.AtLeast); (x.Measure != "") != (err == nil) {
			return fmt.Errorf("labresults: exclusion %q measures something, and does not say from where on", x.Code)
		}
		seen[x.Code] = true
	}
	if _, err := constant(d.Infection.Below); err != nil || !seen[d.Infection.Exclusion] || l.groups.byCode[d.Infection.Group] == nil {
		return fmt.Errorf("labresults: infection names no group, number or exclusion")
	}
	for region, h := range d.Hold {
		if h.DaysMax <= 0 || slices.ContainsFunc(h.Reports, func(code string) bool { return !slices.Contains(d.Reports, code) }) {
			return fmt.Errorf("labresults: hold of %s names no report, or no days", region)
		}
	}
	return nil
}

// Ladder lists who is told when nobody has acknowledged a result, in order.
func (l *Limits) Ladder() []Rung { return slices.Clone(l.ladder) }

// Exclusions are the codes of all exclusions, in the order of the file.
func (l *Limits) Exclusions() []string {
	list := make([]string, 0, len(l.expected.Exclusions))
	for _, x := range l.expected.Exclusions {
		list = append(list, x.Code)
	}
	return list
}

// Exclusion finds one by its code.
func (l *Limits) Exclusion(code string) (Exclusion, bool) {
	i := slices.IndexFunc(l.expected.Exclusions, func(x Exclusion) bool { return x.Code == code })
	if i < 0 {
		return Exclusion{}, false
	}
	return l.expected.Exclusions[i], true
}

// Hot reports whether a temperature, in Celsius or Fahrenheit as the person's thermometer says it, is a yes to the exclusion.
func (x Exclusion) Hot(value string) bool {
	from, err := constant(x.AtLeast)
	if err != nil {
		return false
	}
	for _, unit := range []string{"Cel", "[degF]"} { // what is plausible in one is not in the other
		if q, err := Own.Normalise("vital.temp", "", value, unit); err == nil {
			return q.exact.Cmp(from) >= 0
		}
	}
	return false
}

// MaySign reports whether somebody who works as that may sign what is expected.
func (l *Limits) MaySign(job string) bool { return slices.Contains(l.expected.Signers, job) }

// Report reports whether a code is a kind of report in words: those that come with no number.
func (l *Limits) Report(code string) bool { return slices.Contains(l.reports, code) }

// HoldDays is for how many days a report may be held back from the person in a region; 0: not at all.
func (l *Limits) HoldDays(region, code string) int {
	if h := l.hold[region]; slices.Contains(h.Reports, code) {
		return h.DaysMax
	}
	return 0
}

// Infection reports whether a count is an emergency together with signs of an infection, by which exclusion those are asked, and for
// how long they count.
func (l *Limits) Infection(group string, q Quantity) (exclusion string, within time.Duration, is bool) {
	below, _ := constant(l.infection.Below) // checked when the file was read
	is = group == l.infection.Group && q.exact != nil && q.exact.Cmp(below) < 0
	return l.infection.Exclusion, time.Duration(l.infection.WithinHours) * time.Hour, is
}

// Known reports whether a code is a kind of imaging or procedure that a duplicate is looked for of.
func (w *Windows) Known(code string) bool {
	return slices.ContainsFunc(w.imaging, func(one imagingWindow) bool { return slices.Contains(one.Kinds, code) })
}
