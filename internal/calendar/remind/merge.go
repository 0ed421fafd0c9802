package remind

import (
	"slices"

	"satchel/internal/calendar"
)

// grouped makes one of those that ring at once, and lets a day have no more than it may: the rest joins the last of the day, so that
// nothing is told later than it was to be, and nothing is left out.
func (l *looking) grouped(list []Reminder) []Reminder {
	had := map[calendar.CivilDate]int{}
	for _, t := range l.in.Told {
		if !isAgain(t.Step) {
			had[l.here(t.At).Date]++
		}
	}
	slices.SortStableFunc(list, l.order)
	out := []Reminder{}
	for len(list) > 0 {
		day := l.dayOf(&list[0])
		end := len(list)
		if i := slices.IndexFunc(list, func(m Reminder) bool { return l.dayOf(&m) != day }); i >= 0 {
			end = i
		}
		kept, moved := l.ofDay(list[:end], l.rules.Cap.PerDay-had[day])
		out = append(out, kept...)
		list = list[end:]
		if len(moved) > 0 {
			list = slices.Concat(moved, list)
			slices.SortStableFunc(list, l.order)
		}
	}
	return out
}

// ofDay merges the reminders of one day, which are in order, into at most room. Those past From alone count: nothing joins one that has
// rung. Without any room, each goes to the next morning if it is of use there, and stays otherwise: no limit costs an appointment.
func (l *looking) ofDay(list []Reminder, room int) (kept, moved []Reminder) {
	for _, m := range list {
		last := len(kept) - 1
		ahead := last >= 0 && kept[last].At > l.in.From
		switch {
		case ahead && kept[last].At == m.At, ahead && len(kept) >= room:
			kept[last].About = append(kept[last].About, m.ID)
		case m.At > l.in.From && len(kept) >= room:
			if later := m; l.nextMorning(&later, MovedCap) {
				moved = append(moved, later)
				continue
			}
			kept = append(kept, m)
		default:
			kept = append(kept, m)
		}
	}
	return kept, moved
}
