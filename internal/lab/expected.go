package lab

import (
	"math/big"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

// Expected is what an oncology prescriber has signed: numbers of a group that will come, when, and why (LABS 5.5, 3). It adds
// context to a result and gives more time; it never makes one disappear.
type Expected struct {
	ID        string
	Group     string
	Low, High string // in the unit of the group; either may be ""
	From, To  calendar.CivilDate
	// LastDose is the last dose of the growth factor that the finding speaks of; zero: it speaks of none.
	LastDose calendar.CivilDate
	// Exclusions are questions whose yes makes the finding count for nothing.
	Exclusions []string
}

// Answer is what was said of an exclusion.
type Answer struct {
	Exclusion string
	Yes       bool
	At        time.Time
}

// Match says what a finding means for a result.
type Match string

// The ways.
const (
	NoMatch   Match = "none"      // it does not speak of this result, or its bounds or dates do not hold
	Excluded  Match = "excluded"  // something that it excludes was answered with yes
	Asks      Match = "asks"      // somebody has to answer a question first: the note is shown below it, and gives no more time
	Matches   Match = "matches"   // as was said
	Unbounded Match = "unbounded" // signed wider than anybody may sign: it counts for nothing
)

// Bounded refuses a finding that is wider, or lasts longer, than the file lets anybody sign.
func (l *Limits) Bounded(f Expected) error {
	refuse := func(sentence string) error { return fault.New(fault.Invalid, "lab.Bounded", sentence) }
	group := l.groups.byCode[f.Group]
	if group == nil {
		return refuse("This is not a test that has one number. Choose the test that the finding is about.")
	}
	low, lowOK := optional(f.Low, group.Plausible.Min)
	high, highOK := optional(f.High, group.Plausible.Max)
	switch {
	case !lowOK || !highOK || low.Cmp(high) > 0 || f.Low == "" && f.High == "":
		return refuse("Say from which number to which the result is expected.")
	case !f.From.Valid() || !f.To.Valid() || f.To.Compare(f.From) < 0:
		return refuse("Say from which day to which it is expected.")
	case f.From.DaysUntil(f.To) > l.expected.DaysMax:
		return refuse("This lasts too long. Write a new one when the time comes.")
	}
	for _, b := range l.expected.Bounds {
		if b.Group != f.Group {
			continue
		}
		if most, _ := constant(b.HighMax); high.Cmp(most) > 0 {
			return refuse("No finding can make a number above " + b.HighMax + " expected.")
		}
		if f.LastDose.Valid() && f.LastDose.DaysUntil(f.To) > b.DaysAfterGcsfMax {
			return refuse("This lasts longer after the last dose than any finding may.")
		}
	}
	return nil
}

// optional reads a bound that may be left open.
func optional(text, open string) (*big.Rat, bool) {
	if text == "" {
		n, err := constant(open)
		return n, err == nil
	}
	return Number(text)
}

// Match looks whether a finding speaks of a result that was taken on a day at its site. A no that is
// older than AskedFor, a yes that is older than YesFor, and what comes from after now count as not given.
func (l *Limits) Match(f Expected, group string, q Quantity, on calendar.CivilDate, answers []Answer, now time.Time) Match {
	if f.Group != group || q.exact == nil || on.Compare(f.From) < 0 || on.Compare(f.To) > 0 {
		return NoMatch
	}
	if l.Bounded(f) != nil {
		return Unbounded
	}
	low, _ := optional(f.Low, l.groups.byCode[group].Plausible.Min)
	high, _ := optional(f.High, l.groups.byCode[group].Plausible.Max)
	if q.exact.Cmp(low) < 0 || q.exact.Cmp(high) > 0 {
		return NoMatch
	}
	if slices.ContainsFunc(answers, func(a Answer) bool { return a.Yes && slices.Contains(f.Exclusions, a.Exclusion) && l.fresh(a, now) }) {
		return Excluded
	}
	if len(l.Open(f, answers, now)) > 0 {
		return Asks
	}
	return Matches
}

func (l *Limits) fresh(a Answer, now time.Time) bool {
	counts := l.AskedFor
	if a.Yes {
		counts = l.YesFor
	}
	return !a.At.After(now) && now.Sub(a.At) <= counts
}

// Open lists the exclusions that nobody has answered within AskedFor: each is printed as a question above the note.
func (l *Limits) Open(f Expected, answers []Answer, now time.Time) (open []string) {
	for _, exclusion := range f.Exclusions {
		if !slices.ContainsFunc(answers, func(a Answer) bool { return a.Exclusion == exclusion && l.fresh(a, now) }) {
			open = append(open, exclusion)
		}
	}
	return open
}

// With is the class of a result of which a finding speaks: what was expected gets more time, and nothing else changes.
func (c Class) With(m Match, always bool) Class {
	if c == Critical && m == Matches && !always {
		return CriticalExpected
	}
	return c
}

// Notes are what the file adds to a number of a group whatever was expected.
func (l *Limits) Notes(group string, q Quantity) (notes []string) {
	for _, n := range l.expected.Notes {
		if above, err := constant(n.Above); err == nil && n.Group == group && q.exact != nil && q.exact.Cmp(above) > 0 {
			notes = append(notes, n.Text)
		}
	}
	return notes
}
