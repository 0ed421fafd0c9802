package reminder

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/lab"
)

// around are the days within which events matter for a list: what is reminded of after its day, and what is reminded of days ahead.
const daysBehind, daysAhead = 10, 15

// number is a whole number in a paper; 0 if there is none.
func number(p care.Paper, field string) (n int64) {
	if json.Unmarshal(p.Value(field), &n) != nil {
		return 0
	}
	return n
}

// gathering collects the events of a record.
type gathering struct {
	b           care.Binder
	home        string // zone
	from, to    calendar.CivilDate
	now         int64 // ms
	inHospital  bool
	replies     []care.Paper
	assessments []care.Paper
	events      []remind.Event
}

// eventsOf lists what there is to be reminded of around the days that a list is about, of these kinds. Errors are those of the binder.
func eventsOf(b care.Binder, home string, now, from int64, days int, kinds []remind.Kind) ([]remind.Event, error) {
	today, err := calendar.In(time.UnixMilli(from), home)
	if err != nil {
		return nil, err
	}
	g := &gathering{b: b, home: home, now: now, from: today.Date.AddDays(-daysBehind), to: today.Date.AddDays(days + daysAhead)}
	if err := g.stay(); err != nil {
		return nil, err
	}
	gathers := map[remind.Kind]func() error{
		remind.Appointment: g.appointments, remind.Lab: g.tests, remind.Assessment: g.requests, remind.Supply: g.supplies, remind.Unread: g.unreads,
	}
	for _, kind := range kinds {
		if err := gathers[kind](); err != nil {
			return nil, err
		}
	}
	return g.events, nil
}

// add keeps an event that is near enough to matter.
func (g *gathering) add(e remind.Event) {
	if e.Date.Valid() && e.Date.Compare(g.from) >= 0 && e.Date.Compare(g.to) <= 0 && len(g.events) < remind.EventsMax {
		g.events = append(g.events, e)
	}
}

// stay finds out whether the person is in hospital: appointments and tests are not reminded of then.
func (g *gathering) stay() error {
	events, err := g.b(care.HealthEventType)
	latest := int64(0)
	for _, e := range events {
		what, at := e.Text("type"), number(e, "at")
		if (what == "admission" || what == "discharge") && at >= latest && at <= g.now {
			latest, g.inHospital = at, what == "admission"
		}
	}
	return err
}

// appointments are those that are booked and that the person comes to.
func (g *gathering) appointments() error {
	list, err := g.b(care.AppointmentType)
	for _, a := range list {
		begins, err := calendar.ParseTime(a.Text("start"))
		if err != nil || care.BetweenClinicians(a) {
			continue
		}
		clock := remind.Clock(begins.Hour*60 + begins.Minute)
		g.add(remind.Event{
			Kind: remind.Appointment, Focus: string(a.ID()), Step: a.Text("start"), Date: begins.Date, Time: &clock, Zone: a.Text("zone"),
			TravelMinutes: int(min(max(number(a, "travelMinutes"), 0), 24*60)), Referral: a.Text("authorisationRef") != "",
			Over: a.Text("status") != "booked" || a.Text("patientResponse") == "declined" || g.inHospital,
		})
	}
	return err
}

// tests are the dates of the orders that are followed.
func (g *gathering) tests() error {
	orders, err := g.b(care.LabOrderType)
	if err != nil {
		return err
	}
	zones := map[string]string{}
	for _, o := range orders {
		zones[string(o.ID())] = o.Text("zone")
	}
	plans, err := care.TestPlans(g.b, g.now)
	for _, plan := range plans {
		zone := zones[string(plan.Order)]
		for _, d := range plan.Dates {
			opens, err := calendar.In(time.UnixMilli(d.Opens), zone)
			if err != nil {
				continue
			}
			asks := d.State == lab.Planned || d.State == lab.Due
			g.add(remind.Event{
				Kind: remind.Lab, Focus: string(plan.Order), Step: d.Date, Date: opens.Date, Zone: zone,
				Over: !asks || plan.State == care.TestPaused || plan.State == care.TestEnded || g.inHospital,
			})
		}
	}
	return err
}

// requests are the questions that the person is asked to answer; what was sent since answers them.
func (g *gathering) requests() error {
	list, err := g.b(care.AssessmentRequestType)
	if err != nil {
		return err
	}
	if g.assessments, err = g.b(care.AssessmentType); err != nil {
		return err
	}
	for _, q := range list {
		day, err := calendar.ParseDate(q.Text("dueOn"))
		if err != nil {
			continue
		}
		over := q.Text("status") != "active" || care.RequestAnswered(q, g.assessments)
		g.add(remind.Event{Kind: remind.Assessment, Focus: string(q.ID()), Step: day.String(), Date: day, Over: over})
	}
	return err
}

// supplies are the medicines that will run out.
func (g *gathering) supplies() error {
	list, err := g.b(care.MedicationType)
	for _, m := range list {
		day, err := calendar.ParseDate(m.Text("supplyUntil"))
		if err != nil {
			continue
		}
		g.add(remind.Event{Kind: remind.Supply, Focus: string(m.ID()), Step: day.String(), Date: day, Over: m.Text("status") != "active" || m.Text("taking") == "not-taking"})
	}
	return err
}

// unreads are the plans and the summaries that the person has not opened.
func (g *gathering) unreads() (err error) {
	if g.replies, err = g.b(care.ReminderReplyType); err != nil {
		return err
	}
	if err := g.unread(care.PlanVersionType, func(p care.Paper) string { return p.Text("plan") }); err != nil {
		return err
	}
	return g.unread(care.SummaryVersionType, func(p care.Paper) string { return p.Text("of") })
}

// unread are the newest versions of what was published, until the person has opened them.
func (g *gathering) unread(kind string, of func(care.Paper) string) error {
	list, err := g.b(kind)
	newest := map[string]care.Paper{}
	for _, p := range list {
		if best := newest[of(p)]; best == nil || number(p, "number") > number(best, "number") {
			newest[of(p)] = p
		}
	}
	for _, p := range list {
		if newest[of(p)].ID() != p.ID() {
			continue
		}
		published, err := calendar.In(time.UnixMilli(number(p, "publishedAt")), g.home)
		if err != nil {
			return err
		}
		opened := slices.ContainsFunc(g.replies, func(r care.Paper) bool {
			return r.Text("focus") == string(p.ID()) && r.Text("what") == care.ReplyOpened
		})
		g.add(remind.Event{Kind: remind.Unread, Focus: string(p.ID()), Date: published.Date, Zone: g.home, Over: opened})
	}
	return err
}
