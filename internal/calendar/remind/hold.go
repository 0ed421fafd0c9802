package remind

import "slices"

// HeldUntil says until when (ms) nothing may ring for somebody, if it may not ring at `ms`: to the end of quiet hours, and past a day that was
// enough, by the clock of their phone. code is what would ring, if it is a reminder: some pass on a day that was enough. Settings that nobody
// could follow hold nothing.
func (r *Rules) HeldUntil(s Settings, code string, ms int64) (until int64, held bool) {
	l, err := r.looking(Input{Settings: s})
	if err != nil {
		return 0, false
	}
	m := Reminder{At: ms}
	for range 3 { // out of quiet hours, out of the day, and out of the quiet hours of the next one
		before := m.At
		if wall := l.here(m.At); l.quiet(clockOf(wall)) {
			l.at(&m, l.quietEnd(wall), MovedQuiet)
		}
		if day := l.dayOf(&m); s.EnoughOn.Valid() && s.EnoughOn == day && !slices.Contains(r.Mute.Passes, code) {
			l.nextMorning(&m, MovedEnough)
		}
		if m.At <= before {
			break
		}
	}
	return m.At, m.At > ms
}

// Useful reports whether a reminder of a code still helps at an instant (ms): not when what it speaks of has begun, or its day is over.
func (r *Rules) Useful(e Event, code string, s Settings, ms int64) bool {
	lead, _, known := r.leadOf(code)
	l, err := r.looking(Input{Settings: s})
	if !known || err != nil || e.Over || slices.Contains(s.OffKinds, e.Kind) {
		return false
	}
	if lead.Days < 0 { // after its day
		return true
	}
	end, err := l.ends(&e)
	return err == nil && ms < end
}

// Speaks reports whether a reminder is of an event: under its own id, or under that by which another names it beside itself.
func (r *Rules) Speaks(e Event, t Told, audience string) (code string, ok bool) {
	if t.Focus == e.Focus && (t.Step == "" || t.Step == e.Step || t.Step == AgainStep(e.Step)) {
		return t.Code, true
	}
	for _, lead := range r.Kinds[e.Kind].Leads {
		for _, step := range []string{e.Step, AgainStep(e.Step)} {
			if slices.Contains(t.About, ID(lead.Code, e.Focus, step, audience)) {
				return lead.Code, true
			}
		}
	}
	return "", false
}

// KindOf is the kind of event that a code of a reminder speaks of; "" for a code that is none.
func (r *Rules) KindOf(code string) Kind {
	for _, kind := range Kinds {
		if slices.ContainsFunc(r.Kinds[kind].Leads, func(l Lead) bool { return l.Code == code }) {
			return kind
		}
	}
	return ""
}
