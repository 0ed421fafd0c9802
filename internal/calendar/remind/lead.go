package remind

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
)

// reminders are those of one event, each at the time at which it rings.
func (l *looking) reminders(e *Event) (list []Reminder) {
	if e.Over || slices.Contains(l.in.Settings.OffKinds, e.Kind) || !e.Date.Valid() {
		return nil
	}
	for _, lead := range l.rules.Kinds[e.Kind].Leads {
		m, ok := l.reminder(e, lead)
		if !ok || !l.rings(e, &m) {
			continue
		}
		if late := m.At > l.in.From && m.At <= l.in.Now; late {
			if m.Until != 0 && m.Until <= l.in.Now {
				continue
			}
			m.At = l.in.Now
		}
		list = append(list, m)
	}
	return list
}

// reminder is one lead of an event; ok is false if it has none, or somebody had it already.
func (l *looking) reminder(e *Event, lead Lead) (m Reminder, ok bool) {
	if !slices.Contains(lead.For, l.in.Audience) || lead.Far && !e.Referral && e.TravelMinutes < l.rules.Far.TravelMinutes {
		return m, false
	}
	m = Reminder{
		ID: ID(lead.Code, e.Focus, e.Step, l.in.Audience), Code: lead.Code, Kind: e.Kind, Focus: e.Focus, Step: e.Step, Zone: l.zoneOf(e), Fit: calendar.Once,
	}
	if l.told[m.ID] {
		return m, false
	}
	if lead.Minutes > 0 {
		begins, known := l.begins(e)
		if !known || e.Time == nil {
			return m, false
		}
		m.At = begins - int64(lead.Minutes)*minuteMs
		if lead.Travel {
			m.At -= int64(max(e.TravelMinutes, 0)) * minuteMs
		}
		m.Until = begins
		return m, true
	}
	clock := lead.At
	if clock == nil {
		if clock = e.Time; clock == nil {
			return m, false
		}
	}
	at, fit, err := calendar.Resolve(clock.on(e.Date.AddDays(-lead.Days)), m.Zone)
	if err != nil {
		return m, false
	}
	m.At, m.Fit = at.UnixMilli(), fit
	if lead.Days < 0 {
		return m, true
	}
	m.Until, err = l.ends(e)
	return m, err == nil
}

// zoneOf is the zone whose clock counts.
func (l *looking) zoneOf(e *Event) string {
	switch cmp.Or(e.Policy, l.rules.Kinds[e.Kind].Policy) {
	case Home:
		return l.in.Settings.HomeZone
	case Device:
		return l.device
	}
	return l.siteOf(e)
}

func (l *looking) siteOf(e *Event) string { return cmp.Or(e.Zone, l.in.Settings.HomeZone) }

// begins is when an event begins, ms: without a time, when its day does.
func (l *looking) begins(e *Event) (int64, bool) {
	var clock Clock
	if e.Time != nil {
		clock = *e.Time
	}
	at, _, err := calendar.Resolve(clock.on(e.Date), l.siteOf(e))
	return at.UnixMilli(), err == nil
}

// ends is from when on a reminder of it is of no use: when it begins, or without a time, when its day is over.
func (l *looking) ends(e *Event) (int64, error) {
	end := e.Date.AddDays(1).At(0, 0)
	if e.Time != nil {
		end = e.Time.on(e.Date)
	}
	at, _, err := calendar.Resolve(end, l.siteOf(e))
	return at.UnixMilli(), err
}

// here is what the phone's clock shows.
func (l *looking) here(ms int64) calendar.CivilTime {
	wall, err := calendar.In(time.UnixMilli(ms), l.device)
	if err != nil { // the zone was looked up before
		return calendar.CivilTime{}
	}
	return wall
}

// at puts a reminder at a time by the phone's clock.
func (l *looking) at(m *Reminder, wall calendar.CivilTime, moved string) {
	at, fit, err := calendar.Resolve(wall, l.device)
	if err == nil {
		m.At, m.Fit, m.Moved = at.UnixMilli(), fit, moved
	}
}
