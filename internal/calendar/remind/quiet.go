package remind

import (
	"slices"

	"satchel/internal/calendar"
)

// rings moves a reminder out of the hours and days in which it may not ring; false if it is of no use any more then.
func (l *looking) rings(e *Event, m *Reminder) bool {
	if l.quiet(clockOf(l.here(m.At))) {
		l.deferred(e, m)
	}
	if enough := l.in.Settings.EnoughOn; enough == l.here(m.At).Date && enough.Valid() && !slices.Contains(l.rules.Mute.Passes, m.Code) {
		return l.nextMorning(m, MovedEnough)
	}
	return true
}

// quiet reports whether a time of day lies in the quiet hours: from is quiet, to is not.
func (l *looking) quiet(c Clock) bool {
	if l.from <= l.to {
		return c >= l.from && c < l.to
	}
	return c >= l.from || c < l.to
}

// QuietUntil says whether it is quiet at an instant (ms) by the clock of the phone, and until when.
func (r *Rules) QuietUntil(s Settings, ms int64) (until int64, quiet bool) {
	l, err := r.looking(Input{Settings: s})
	if err != nil {
		return 0, false
	}
	wall := l.here(ms)
	if !l.quiet(clockOf(wall)) {
		return 0, false
	}
	m := Reminder{}
	l.at(&m, l.quietEnd(wall), MovedQuiet)
	return m.At, m.At > ms
}

// quietEnd is when the quiet hours end in which a time lies.
func (l *looking) quietEnd(wall calendar.CivilTime) calendar.CivilTime {
	day := wall.Date
	if clockOf(wall) >= l.to { // they end tomorrow
		day = day.AddDays(1)
	}
	return l.to.on(day)
}

// deferred moves a reminder to the end of the quiet hours in which it lies; where that is too late for an early event, to the evening before.
func (l *looking) deferred(e *Event, m *Reminder) {
	end := l.quietEnd(l.here(m.At))
	if e.Time != nil && m.Until != 0 {
		begins := l.here(m.Until)
		early := begins.Date == end.Date && clockOf(begins) < l.rules.Early.Before
		if early || begins.Compare(end) <= 0 {
			l.at(m, l.evening().on(begins.Date.AddDays(-1)), MovedEarly)
			return
		}
	}
	l.at(m, end, MovedQuiet)
}

// evening is when the evening before speaks; where that is quiet, when quiet hours end that evening, or before they begin.
func (l *looking) evening() Clock {
	at := l.rules.Early.At
	switch {
	case !l.quiet(at):
		return at
	case at < l.to:
		return l.to
	}
	return max(l.from-Clock(l.rules.Early.BeforeQuietMinutes), l.to)
}

// nextMorning moves a reminder to where the next day begins to ring; false if it would be of no use there.
func (l *looking) nextMorning(m *Reminder, why string) bool {
	l.at(m, l.morning().on(l.here(m.At).Date.AddDays(1)), why)
	return m.Until == 0 || m.At < m.Until
}

// morning is when a day begins to ring: when quiet hours end that last over midnight, else as the rules say.
func (l *looking) morning() Clock {
	if l.from > l.to {
		return l.to
	}
	if at := l.rules.Quiet.To; !l.quiet(at) {
		return at
	}
	return l.to
}

// dayOf is the day of a reminder, by the phone's clock.
func (l *looking) dayOf(m *Reminder) calendar.CivilDate { return l.here(m.At).Date }
