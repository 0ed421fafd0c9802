package care

import (
	"maps"
	"slices"
	"strings"
	"time"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

// Quality are the figures that both teams share (seeds B02, B43): of the persons whom a team looks after, or of those whom two teams look
// after together. The same cohort gives the same figures whichever of the two asks.
type Quality struct {
	Persons  int  `json:"persons"`
	Few      bool `json:"few,omitzero"` // fewer persons than figures are told of; everything below is empty then
	Complete bool `json:"complete"`     // false: there is more than was counted

	Plans             Share  `json:"plans"`        // of all: a plan was published for the phase
	Summaries         Share  `json:"summaries"`    // of those whose treatment has ended: a treatment summary was published since
	Survivorship      Share  `json:"survivorship"` // of those in follow-up: a survivorship plan was published
	SummaryDays       *int64 `json:"summaryDays"`  // median from the end of treatment to the summary; null: there is none
	PhaseDays         *int64 `json:"phaseDays"`    // median since the phase changed
	WithoutPlan       int    `json:"withoutPlan"`  // no plan so many days after the phase changed; the list `plan` names them
	WithoutPlanDays   int    `json:"withoutPlanDays"`
	FirstContactHours *int64 `json:"firstContactHours"` // median from a report that cannot wait to something done for the person
	Alerts            Share  `json:"alerts"`            // responses of which something at amber or above went to a team
	ManagedByNurse    Share  `json:"managedByNurse"`    // of the concerns that were closed: without a doctor
	DuplicatesAvoided int64  `json:"duplicatesAvoided"` // orders that were found to repeat another, and were taken back
	Support           Review `json:"support"`           // talked about within 93 days of the diagnosis
	Review            Review `json:"review"`            // a cancer care review within 12 months

	Outcomes []Outcome `json:"outcomes"`
}

// Review is one clock of the cancer care review.
type Review struct {
	Share       // of those whose date of diagnosis is known, and whose time has passed or who had it: in time
	Overdue int `json:"overdue"`
}

// Outcome is how often something happened, by where.
type Outcome struct {
	What    string `json:"what"`    // "admission", "ed-visit", "follow-up"
	Setting string `json:"setting"` // "hospital", "oncology", "primary-care"
	Count   int64  `json:"count"`
}

// Counting is what figures are made of. Record ids stand for persons and are told to nobody.
type Counting struct {
	Persons   []Measured
	Concerns  []Acted // one for each concern and team
	Docs      []syncing.DocID
	Responses int
	Complete  bool
	Since     int64 // ms, from when on outcomes are counted, by months
	Now       int64
}

// Quality works the figures out. It is pure: the same papers give the same figures in whatever order they come.
func (w Words) Quality(c Counting) Quality {
	times := w.ward.handovers
	q := Quality{Persons: len(c.Persons), Complete: c.Complete, Outcomes: []Outcome{}, WithoutPlanDays: times.Plan.Days}
	if len(c.Persons) < times.Cohort.Least {
		q.Few = true
		return q
	}
	var summaryDays, phaseDays []int64
	counts := map[string]int64{}
	today := time.UnixMilli(c.Now).UTC()
	for _, p := range c.Persons {
		q.Plans.add(p.PlanAt != 0 && p.PlanAt >= p.PhaseSince)
		q.WithoutPlan += int(flag(slices.Contains(p.Late, "plan")))
		if p.PhaseSince != 0 {
			phaseDays = append(phaseDays, daysBetween(p.PhaseSince, c.Now))
		}
		if end, err := calendar.ParseDate(p.TreatmentEnd); err == nil && end.String() <= today.Format(time.DateOnly) {
			q.Summaries.add(p.SummaryAt != 0)
			if p.SummaryAt != 0 {
				summaryDays = append(summaryDays, max(0, daysBetween(endOf(end, "UTC"), p.SummaryAt)))
			}
		}
		if p.Phase == phaseFollowUp {
			q.Survivorship.add(p.SurvivorshipAt != 0)
		}
		q.Support.look(p.DiagnosedOn, times.Support, p.SupportAt, c.Now)
		q.Review.look(p.DiagnosedOn, times.Care, p.ReviewAt, c.Now)
		for name, n := range p.Counts {
			what, month, _ := cutLast(name, ".")
			if month >= time.UnixMilli(c.Since).UTC().Format("2006-01") {
				counts[what] += n
			}
		}
	}
	q.SummaryDays, q.PhaseDays = median(summaryDays), median(phaseDays)
	q.count(counts)
	w.counted(&q, c)
	return q
}

func (q *Quality) count(counts map[string]int64) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		what, setting, found := strings.Cut(name, ".")
		switch {
		case what == countAvoided:
			q.DuplicatesAvoided += counts[name]
			continue
		case !found:
			setting = "hospital"
		}
		q.Outcomes = append(q.Outcomes, Outcome{what, setting, counts[name]})
	}
}

// counted adds what became of concerns. Of one that two teams act on, what was done first for the person counts.
func (w Words) counted(q *Quality, c Counting) {
	first := map[syncing.DocID]Acted{}
	for i, one := range c.Concerns {
		if before, there := first[c.Docs[i]]; there {
			one = eitherActed(before, one)
		}
		first[c.Docs[i]] = one
	}
	var hours []int64
	list := make([]Acted, 0, len(first))
	for _, doc := range slices.Sorted(maps.Keys(first)) {
		one := first[doc]
		list = append(list, one)
		if one.ActedAt != 0 {
			hours = append(hours, (one.ActedAt-one.At)/time.Hour.Milliseconds())
		}
	}
	f := w.Figures(list, c.Responses, c.Now)
	q.ManagedByNurse, q.Alerts, q.FirstContactHours = f.ClosedWithoutEscalation, f.Alerts, median(hours)
}

// eitherActed is one concern as two teams acted on it, whichever comes first.
func eitherActed(a, b Acted) Acted {
	both := a
	if a.ClosedAt == 0 || b.ClosedAt != 0 && b.ClosedAt < a.ClosedAt {
		both.ClosedAt, both.Outcome = b.ClosedAt, b.Outcome
	}
	if a.ClosedAt == b.ClosedAt {
		both.Outcome = min(a.Outcome, b.Outcome)
	}
	both.Assessment, both.Level, both.At = min(a.Assessment, b.Assessment), max(a.Level, b.Level), min(a.At, b.At)
	both.ActedAt = earliest(a.ActedAt, b.ActedAt)
	both.Escalated = a.Escalated || b.Escalated
	return both
}

// earliest is the earlier of two instants; 0 is none.
func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// look counts one person for one clock.
func (r *Review) look(diagnosed string, limit timeLimit, at, now int64) {
	day, err := calendar.ParseDate(diagnosed)
	if err != nil {
		return
	}
	by := endOf(limit.afterDay(day), "UTC")
	if at == 0 && by > now {
		return
	}
	r.add(at != 0 && at <= by)
	r.Overdue += int(flag(at == 0))
}

func daysBetween(from, to int64) int64 { return (to - from) / (24 * time.Hour.Milliseconds()) }

// median is the middle one, of an even number the lower; nil if there is none.
func median(list []int64) *int64 {
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	return &list[(len(list)-1)/2]
}

// cutLast cuts around the last separator.
func cutLast(text, sep string) (before, after string, found bool) {
	at := strings.LastIndex(text, sep)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(sep):], true
}
