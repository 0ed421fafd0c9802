package remind

import (
	"strings"

	"satchel/internal/calendar"
)

// againSuffix ends the step of a reminder that comes the second time.
const againSuffix = " again"

// AgainStep is the step of the second reminder of a step.
func AgainStep(step string) string { return step + againSuffix }

func isAgain(step string) bool { return strings.HasSuffix(step, againSuffix) }

// again are the second reminders: of what was told and nobody answered, once, and then no more.
func (l *looking) again() (list []Reminder) {
	if l.in.Audience != ForPatient {
		return nil
	}
	events := map[[2]string]*Event{}
	for i := range l.in.Events {
		e := &l.in.Events[i]
		events[[2]string{e.Focus, e.Step}] = e
	}
	answers := map[string]Answer{}
	for _, a := range l.in.Answers {
		if before, ok := answers[a.Reminder]; !ok || before.At < a.At || before.At == a.At && before.What == Snooze {
			answers[a.Reminder] = a
		}
	}
	for _, t := range l.in.Told {
		e := events[[2]string{t.Focus, t.Step}]
		if e == nil || e.Over || isAgain(t.Step) {
			continue
		}
		if m, ok := l.second(e, t, answers[t.ID]); ok {
			list = append(list, m)
		}
	}
	return list
}

// second is the second reminder of one that was told; ok is false if there is none.
func (l *looking) second(e *Event, t Told, answer Answer) (m Reminder, ok bool) {
	lead, _, known := l.rules.leadOf(t.Code)
	if !known || answer.What == Done || answer.What == Cannot {
		return m, false
	}
	step := AgainStep(t.Step)
	m = Reminder{
		ID: ID(t.Code, t.Focus, step, l.in.Audience), Code: t.Code, Kind: e.Kind, Focus: t.Focus, Step: step, Zone: l.zoneOf(e), Fit: calendar.Once, Again: true,
		At: t.At + int64(l.rules.Again.AfterMinutes)*minuteMs,
	}
	if lead.Days >= 0 {
		var err error
		if m.Until, err = l.ends(e); err != nil {
			return m, false
		}
	}
	if answer.What == Snooze {
		minutes := min(max(answer.Minutes, l.rules.Again.SnoozeMinMinutes), l.rules.Again.SnoozeMaxMinutes)
		m.At = answer.At + int64(minutes)*minuteMs
		if l.quiet(clockOf(l.here(m.At))) {
			l.deferred(e, &m)
		}
	}
	if late := m.At + int64(l.rules.Again.AfterMinutes)*minuteMs; late <= l.in.Now {
		return m, false // whoever looks so late does not ring for the second time
	}
	enough := l.in.Settings.EnoughOn == l.dayOf(&m)
	if l.told[m.ID] || l.quiet(clockOf(l.here(m.At))) || enough || m.Until != 0 && m.At >= m.Until {
		return m, false
	}
	return m, true
}
