package feed

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/care"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// What a calendar shows: what was, for long enough that every app has seen how it ended, and what is to come.
const (
	pastKept    = 90 * 24 * time.Hour
	futureShown = 400 * 24 * time.Hour
	// entriesMax bounds one calendar; what lies furthest ahead is left out, and comes as the days pass.
	entriesMax = 2000
)

// Status is whether something takes place, in the words of iCalendar.
type Status string

// The states.
const (
	Confirmed Status = "CONFIRMED"
	Tentative Status = "TENTATIVE"
	Cancelled Status = "CANCELLED"
)

// Entry is one appointment, or one date of a test.
type Entry struct {
	ID       string // the same for as long as there is such an entry, whatever becomes of it
	Sequence int64  // rises with each change
	Changed  int64  // ms, when it last changed
	At       time.Time
	Zone     string             // IANA, of the place; "" for an entry of a whole day
	Day      calendar.CivilDate // of a whole day
	Minutes  int64              // how long it takes; 0: nobody said
	Status   Status
	Title    string // "": a neutral one
	Place    string
}

// Reader is whose calendar it is.
type Reader struct {
	Own bool // the person's own: it may say more, if they asked for that
	Now time.Time
}

// Entries lists what a calendar shows of what its reader sees, the earliest first. stands reads everything: nothing is ahead for somebody who
// has died, whether or not the reader sees that they have. Errors are those of the readers.
func Entries(sees, stands syncing.Reader, who Reader) ([]Entry, error) {
	list, err := entries(sees, who)
	if err != nil {
		return nil, err
	}
	life, err := lifeOf(stands)
	if err != nil {
		return nil, err
	}
	for i := range list {
		life.calls(&list[i])
	}
	return list, nil
}

func entries(r syncing.Reader, who Reader) ([]Entry, error) {
	wish, err := wishOf(r, who)
	if err != nil {
		return nil, err
	}
	list, err := appointments(r, wish)
	if err != nil {
		return nil, err
	}
	tests, err := testDates(r, wish, who.Now)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(append(list, tests...), func(e Entry) bool {
		return e.At.Before(who.Now.Add(-pastKept)) || e.At.After(who.Now.Add(futureShown))
	})
	slices.SortFunc(list, func(a, b Entry) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return list[:min(len(list), entriesMax)], nil
}

// wish is what the person wants their own calendar to say. That it changed changes every entry.
type wish struct {
	detail  bool
	rev     syncing.Rev
	changed int64
}

// wishOf: where two of the person's documents disagree, the calendar says less.
func wishOf(r syncing.Reader, who Reader) (w wish, err error) {
	if !who.Own {
		return w, nil
	}
	preferences, err := r.Documents(care.PreferenceType)
	if err != nil {
		return w, err
	}
	asked, refused := false, false
	for _, p := range preferences {
		detail, said := p.Bool("calendarDetail")
		if !said {
			continue
		}
		asked, refused = asked || detail, refused || !detail
		_, at, _ := p.Written("calendarDetail")
		w.rev, w.changed = max(w.rev, p.Rev()), max(w.changed, at)
	}
	w.detail = asked && !refused
	return w, nil
}

// idOf is an opaque name: what stands in it may come to see the light of many machines.
func idOf(parts ...string) string {
	return syncing.DerivedUUID(append([]string{"feed"}, parts...)...).String()
}

func appointments(r syncing.Reader, w wish) ([]Entry, error) {
	docs, err := r.Documents(care.AppointmentType)
	if err != nil {
		return nil, err
	}
	var list []Entry
	for _, doc := range docs {
		civil, err := calendar.ParseTime(doc.Text("start"))
		if err != nil {
			continue // a program that knew other times wrote it; the app shows it as it is
		}
		zone := doc.Text("zone")
		at, _, err := calendar.Resolve(civil, zone)
		if err != nil {
			continue
		}
		e := Entry{
			ID: idOf(string(doc.ID())), Sequence: int64(max(doc.Rev(), w.rev)), Changed: max(doc.Changed(), w.changed),
			At: at, Zone: zone, Status: statusOf(doc.Text("status")),
		}
		e.Minutes, _ = doc.Int("durationMinutes")
		if w.detail {
			e.Title, e.Place = doc.Text("title"), doc.Text("place")
		}
		list = append(list, e)
	}
	return list, nil
}

func statusOf(appointment string) Status {
	switch appointment {
	case "cancelled", "entered-in-error":
		return Cancelled
	case "proposed", "pending", "waitlist":
		return Tentative
	}
	return Confirmed
}

// testDates are the dates of each order, each an entry of its day: a sample can be taken at any hour of it.
func testDates(r syncing.Reader, w wish, now time.Time) ([]Entry, error) {
	orders, err := r.Documents(care.LabOrderType)
	if err != nil {
		return nil, err
	}
	events, err := r.Documents(care.HealthEventType)
	if err != nil {
		return nil, err
	}
	plans, err := care.TestPlans(care.BinderOf(r), now.UnixMilli())
	if err != nil {
		return nil, err
	}
	for _, e := range events { // somebody in hospital: dates wait until oncology says which count
		w.rev, w.changed = max(w.rev, e.Rev()), max(w.changed, e.Changed())
	}
	var list []Entry
	for _, order := range orders {
		schedule, err := care.LabSchedule(order)
		if order.Text("status") == "draft" || err != nil {
			continue
		}
		i := slices.IndexFunc(plans, func(p care.TestPlan) bool { return p.Order == order.ID() })
		for _, day := range append(slices.Clone(schedule.Dates), fallenOut(order, schedule)...) {
			at, _, err := calendar.Resolve(day.At(0, 0), schedule.Zone)
			if err != nil {
				continue // one date that cannot be read takes no other with it
			}
			e := Entry{
				ID: idOf(string(order.ID()), day.String()), Sequence: int64(max(order.Rev(), w.rev)), Changed: max(order.Changed(), w.changed),
				At: at, Day: day, Status: Cancelled,
			}
			if i >= 0 {
				e.Status = dateStatus(order, plans[i], day, schedule.Zone)
			}
			if w.detail {
				e.Title, e.Place = order.Text("title"), order.Text("performerSite")
			}
			list = append(list, e)
		}
	}
	return list, nil
}

// fallenOut are the dates that the order says are none of it: they stay, as cancelled, where somebody's calendar has them.
func fallenOut(order syncing.Snapshot, schedule lab.Schedule) (list []calendar.CivilDate) {
	for _, text := range order.Texts("exceptDate") {
		if day, err := calendar.ParseDate(text); err == nil && !slices.Contains(schedule.Dates, day) {
			list = append(list, day)
		}
	}
	return list
}

// dateStatus: a test takes place when somebody has agreed to do it, and until its order ended.
func dateStatus(order syncing.Snapshot, plan care.TestPlan, day calendar.CivilDate, zone string) Status {
	i := slices.IndexFunc(plan.Dates, func(d care.TestDate) bool { return d.Date == day.String() })
	switch {
	case i < 0, plan.Dates[i].State == lab.Excused, plan.Dates[i].State == lab.Cancelled:
		return Cancelled
	case plan.State == care.TestEnded:
		_, ended, _ := order.Written("status")
		if last, err := calendar.In(time.UnixMilli(ended), zone); err != nil || day.Compare(last.Date) >= 0 {
			return Cancelled
		}
	case plan.Dates[i].State == lab.Held, plan.State != care.TestArranged:
		return Tentative
	}
	return Confirmed
}
