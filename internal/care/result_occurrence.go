package care

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// answers writes of which order a verified result answers a date, and which. It does so once: what answers a date goes on doing it.
func (v *judging) answers(d *draft, result Paper) error {
	if !isVerified(result) || result.Text("answersOrder") != "" {
		return nil
	}
	orders, err := v.reader.Documents(labOrderName)
	if err != nil || len(orders) == 0 {
		return err
	}
	results, err := v.reader.Documents(resultName)
	if err != nil {
		return err
	}
	results = slices.DeleteFunc(results, func(s syncing.Snapshot) bool { return s.ID() == result.ID() })
	best, distance := "", 0
	var date calendar.CivilDate
	for _, order := range orders {
		named := result.Text("order")
		if named != "" && named != string(order.ID()) || named == "" && order.Text("status") != "active" {
			continue
		}
		due, apart, ok := answeredDate(order, result, results, v.now)
		if ok && (best == "" || apart < distance) {
			best, date, distance = string(order.ID()), due, apart
		}
	}
	if best != "" {
		d.text("answersOrder", best)
		d.text("answersDate", date.String())
	}
	return nil
}

// answeredDate finds the date of an order that a result answers: that of other results of the same sample, else the nearest that is
// open. apart is how many days lie between.
func answeredDate(order syncing.Snapshot, result Paper, results []syncing.Snapshot, now int64) (due calendar.CivilDate, apart int, ok bool) {
	schedule, err := LabSchedule(order)
	if err != nil || !lab.Own.Contains(order.Text("code"), result.Text("code")) {
		return due, 0, false
	}
	on, ok := takenOn(result, schedule.Zone)
	if !ok {
		return due, 0, false
	}
	between := func(due calendar.CivilDate) int { return max(on.DaysUntil(due), due.DaysUntil(on)) }
	for _, other := range results {
		if day, taken := takenOn(other, schedule.Zone); taken && day == on && other.Text("answersOrder") == string(order.ID()) && counts(other) {
			due, err = calendar.ParseDate(other.Text("answersDate"))
			return due, between(due), err == nil
		}
	}
	own := lab.Step{ID: string(result.ID()), State: lab.Resulted, On: on}
	occurrences, err := schedule.Occurrences(time.UnixMilli(now), append(ResultSteps(order, papersOf(results)), own))
	if err != nil {
		return due, 0, false
	}
	for _, o := range occurrences {
		if slices.ContainsFunc(o.Steps, func(s lab.Step) bool { return s.ID == own.ID }) {
			return o.Date, between(o.Date), true
		}
	}
	return due, 0, false
}

// takenOn is the civil date at a place on which the sample was taken.
func takenOn(result Paper, zone string) (calendar.CivilDate, bool) {
	at, err := calendar.In(time.UnixMilli(number(result, "effective")), zone)
	return at.Date, err == nil
}

// ResultSteps are what results did to the dates of an order: a date is resulted by its first one, reviewed when all of them are
// acknowledged, closed when the person need not be told any more. What nobody has checked does nothing.
func ResultSteps(order Paper, results []Paper) []lab.Step {
	byDate := map[string][]Paper{}
	for _, result := range results {
		if date := result.Text("answersDate"); date != "" && counts(result) && isVerified(result) && result.Text("answersOrder") == string(order.ID()) {
			byDate[date] = append(byDate[date], result)
		}
	}
	var steps []lab.Step
	for text, list := range byDate {
		due, err := calendar.ParseDate(text)
		if err != nil {
			continue
		}
		slices.SortFunc(list, func(a, b Paper) int { return cmp.Compare(a.ID(), b.ID()) })
		reviewed, closed := true, true
		for _, result := range list {
			done := isAcknowledged(result)
			reviewed = reviewed && done
			closed = closed && done && (result.Value("informedAt") != nil || result.Text("class") == string(lab.Normal))
		}
		states := []lab.State{lab.Resulted}
		if reviewed {
			states = append(states, lab.Reviewed)
		}
		if closed {
			states = append(states, lab.Closed)
		}
		for _, state := range states {
			steps = append(steps, lab.Step{ID: string(list[0].ID()), State: state, On: due, Due: due})
		}
	}
	slices.SortFunc(steps, func(a, b lab.Step) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.State, b.State)) })
	return steps
}
