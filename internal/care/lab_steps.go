package care

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// The steps of an order: what time alone asks for (LABS 5.3).
const (
	stepUnanswered = "unanswered" // nobody has said yet that they do the test
	stepEve        = "eve"        // the day before a window opens
	stepOpens      = "opens"      // a window opens
	stepCloses     = "closes"     // it closes
	stepCall       = "call"       // somebody calls the person
	stepMissed     = "missed"     // the date counts as missed
)

// labStep is one of them, at one time.
type labStep struct {
	at   int64 // ms
	what string
	date int // which of the order's dates, from 0 on; -1: of the order as a whole
}

// isFollowed reports whether an order's dates are to be kept.
func isFollowed(order Paper) bool { return order.Text("status") == "active" }

// labStepsOf lists what time asks for about an order behind `after` (ms), the earliest first. It knows nothing of what happened meanwhile:
// whoever takes a step asks then whether it is still needed.
func labStepsOf(order Paper, dates []lab.Occurrence, zone string, after int64) []labStep {
	if !isFollowed(order) {
		return nil
	}
	var steps []labStep
	add := func(at int64, what string, date int) {
		if at > after {
			steps = append(steps, labStep{at, what, date})
		}
	}
	if by := number(order, "acceptBy"); by != 0 && order.Text("handshake") == handshakeRequested {
		add(by, stepUnanswered, -1)
	}
	for i := range dates {
		o := &dates[i]
		if o.Missed.UnixMilli() <= after && o.Closes.UnixMilli()+labSteps.CallAfterHours*hourMs <= after {
			continue
		}
		if eve, err := eveOf(o.Opens, zone); err == nil {
			add(eve, stepEve, i)
		}
		add(o.Opens.UnixMilli(), stepOpens, i)
		add(o.Closes.UnixMilli(), stepCloses, i)
		add(o.Closes.UnixMilli()+labSteps.CallAfterHours*hourMs, stepCall, i)
		add(o.Missed.UnixMilli(), stepMissed, i)
	}
	slices.SortStableFunc(steps, func(a, b labStep) int { return cmp.Compare(a.at, b.at) })
	return steps
}

// eveOf is the evening before a window opens, at the site.
func eveOf(opens time.Time, zone string) (int64, error) {
	civil, err := calendar.In(opens, zone)
	if err != nil {
		return 0, err
	}
	eve, _, err := calendar.Resolve(civil.Date.AddDays(-1).At(labSteps.EveAtHour, 0), zone)
	return eve.UnixMilli(), err
}

// indexLabOrder: the next step of an order waits for its time.
func indexLabOrder(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	looked := number(s, "lookedAt")
	if !isFollowed(s) || looked == 0 {
		return testKeys(record, s)
	}
	schedule, err := LabSchedule(s)
	if err != nil {
		return testKeys(record, s)
	}
	dates, err := schedule.Occurrences(time.UnixMilli(looked), nil)
	if err != nil {
		return testKeys(record, s)
	}
	keys := testKeys(record, s)
	if next := labStepsOf(s, dates, schedule.Zone, looked); len(next) > 0 {
		keys = append(keys, dueAt(record, s.ID(), next[0].at))
	}
	return keys
}

// look is an order with all that its steps depend on.
type labLook struct {
	ward    *ward
	m       moment
	teams   careTeams
	dates   []lab.Occurrence
	zone    string
	drafts  []*draft
	missed  []int // dates that have just become missed
	reminds bool  // its record has got a clock of reminders
	call    int   // the latest date about which somebody is to call; -1: none
}

// dueLabOrder takes the steps of an order whose time has come, in order, as far as they are still needed. That they were taken is one
// time in the order, so nothing is done twice, and what passed while nobody was there is done once.
func dueLabOrder(w *ward, m moment) ([]syncing.Patch, error) {
	schedule, err := LabSchedule(m.doc)
	if err != nil {
		return nil, nil //nolint:nilerr // an order that nobody could follow has no steps
	}
	l := &labLook{ward: w, m: m, zone: schedule.Zone, call: -1}
	if l.teams, err = readTeams(m.reader); err != nil {
		return nil, err
	}
	if l.dates, err = datesOf(m.doc, schedule, BinderOf(m.reader), m.now); err != nil {
		return nil, err
	}
	after := number(m.doc, "lookedAt")
	steps := labStepsOf(m.doc, l.dates, l.zone, after)
	due := slices.IndexFunc(steps, func(s labStep) bool { return s.at > m.now })
	if due < 0 {
		due = len(steps)
	}
	if due == 0 {
		return nil, nil
	}
	for _, step := range steps[:due] {
		if err := l.take(step); err != nil {
			return nil, err
		}
	}
	if err := l.settle(); err != nil {
		return nil, err
	}
	own := newDraft(m.doc.ID(), m.doc)
	own.integer("lookedAt", m.now)
	return patches(append(l.drafts, own)...), nil
}

// take does one step, unless the date has moved on: a sample was taken, it was excused, it waits for oncology.
func (l *labLook) take(step labStep) error {
	if step.what == stepUnanswered {
		return l.unanswered()
	}
	switch state := l.dates[step.date].State; state {
	case lab.Planned, lab.Due, lab.Overdue, lab.Missed:
	default:
		return nil
	}
	family := []string{forPatient, forCaregiver}
	switch step.what {
	case stepEve, stepOpens:
		return l.remind(step.at)
	case stepCloses:
		return l.tell(NoticeTestOverdue, step.date, family)
	case stepCall:
		l.call = step.date
		return l.tell(NoticeSomethingToDo, step.date, nil, l.teams.caller(l.m.doc.Text("requesterTeam")))
	case stepMissed:
		l.missed = append(l.missed, step.date)
		return l.tell(NoticeTestOverdue, step.date, nil, l.teams.answering(l.m.doc.Text("resultResponsibleTeam"))...)
	}
	return nil
}

// remind lets reminders be looked at, for an order that was there before its record had a clock of them: they tell of the day before, and
// of the day.
func (l *labLook) remind(at int64) error {
	d, err := wound(l.m.record, l.m.reader, at-1, true)
	if err == nil && !d.stands.Exists() && !l.reminds {
		l.drafts, l.reminds = append(l.drafts, d), true
	}
	return err
}

// tell makes the notices of a date.
func (l *labLook) tell(code string, date int, family []string, teams ...string) error {
	day := l.dates[date].Date.String()
	drafts, err := tellAll(l.m.reader, tell{code: code, focus: l.m.doc.ID(), step: day, due: day, category: CategorySchedule, at: l.m.now}, family, teams...)
	l.drafts = append(l.drafts, drafts...)
	return err
}

// unanswered opens the gap: nobody has said in time that they do the test.
func (l *labLook) unanswered() error {
	drafts, err := askedOf(l.m.doc).gap(l.m.reader, l.teams, l.m.now)
	l.drafts = append(l.drafts, drafts...)
	return err
}

// settle gives what was missed to those who act on it: one task for the call, one element in the queue, whatever number of dates.
func (l *labLook) settle() error {
	if l.call >= 0 {
		d, err := testTask(l.m.reader, TaskLab, l.teams.caller(l.m.doc.Text("requesterTeam")), l.m.doc.ID(), l.dates[l.call].Date.String(), l.m.now, l.m.now+labSteps.CallWithinHours*hourMs)
		if err != nil {
			return err
		}
		l.drafts = append(l.drafts, d)
	}
	if len(l.missed) == 0 {
		return nil
	}
	context, err := l.m.reader.Document(ClinicalContextID(l.m.record))
	if err != nil {
		return err
	}
	e := waiting{Assessment: string(l.m.doc.ID()), Concerns: []string{}, ReceivedAt: l.m.now, ReportedAt: l.m.now}
	for _, date := range l.missed {
		e.Dates = append(e.Dates, l.dates[date].Date.String())
		e.Level = max(e.Level, labSteps.missedLevel(l.m.doc, context, l.dates, date))
		e.ReportedAt = min(e.ReportedAt, l.dates[date].Missed.UnixMilli())
	}
	e.DueBy = l.ward.levels.due(e.Level, l.m.now, l.zone)
	for _, team := range l.teams.answering(l.m.doc.Text("resultResponsibleTeam")) {
		d, err := rowDraftOf(l.m.record, l.m.reader, rowReport{team: team, waiting: e})
		if err != nil {
			return err
		}
		l.drafts = append(l.drafts, d)
	}
	return nil
}

// testTask is the task of a team about one date of an order.
func testTask(r syncing.Reader, kind, team string, order syncing.DocID, date string, now, dueBy int64) (*draft, error) {
	d, err := openTaskCause(r, kind, team, order, date, CategorySchedule, now, dueBy)
	if err == nil {
		d.textOnce("due", date)
	}
	return d, err
}
