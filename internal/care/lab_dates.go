package care

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// Arrangement says whether somebody has agreed to do a test.
type Arrangement string

// The ways in which a test is arranged.
const (
	TestArranged      Arrangement = "arranged"
	TestBeingArranged Arrangement = "being-arranged" // a team is asked, and has time to answer
	TestGap           Arrangement = "gap"            // nobody has agreed: whoever ordered must find somebody
	TestPaused        Arrangement = "on-hold"
	TestEnded         Arrangement = "ended"
)

// TestPlan is an order as it stands at an instant, the same for a phone without a network and for a board.
type TestPlan struct {
	Order     syncing.DocID `json:"order"`
	Title     string        `json:"title"`
	Code      string        `json:"code"`
	State     Arrangement   `json:"state"`
	Requester string        `json:"requester"`          // id of the team that ordered
	Performer string        `json:"performer,omitzero"` // id of the team that is asked or does it
	Site      string        `json:"site,omitzero"`      // where, if it is no team here
	Reason    string        `json:"reason,omitzero"`    // why it was declined, or what was proposed instead
	AcceptBy  int64         `json:"acceptBy,omitzero"`  // ms, by when who is asked should answer
	Ask       string        `json:"ask,omitzero"`       // id of the team to call while nobody has agreed
	Dates     []TestDate    `json:"dates"`
}

// TestDate is one date of an order.
type TestDate struct {
	Date   string    `json:"date"`
	Number int       `json:"number"` // from 1 on
	State  lab.State `json:"state"`
	Opens  int64     `json:"opens"`  // ms
	Closes int64     `json:"closes"` // ms
}

// TestPlans says where each order and each of its dates stands, from what its reader sees, by title and first date.
func TestPlans(b Binder, now int64) ([]TestPlan, error) {
	return plansOf(b, now, func(Paper) bool { return true })
}

func plansOf(b Binder, now int64, wanted func(Paper) bool) ([]TestPlan, error) {
	orders, err := b(labOrderName)
	if err != nil {
		return nil, err
	}
	ro, err := rosterOf(b)
	if err != nil {
		return nil, err
	}
	happened, err := readHappened(b)
	if err != nil {
		return nil, err
	}
	plans := []TestPlan{}
	for _, order := range orders {
		if status := order.Text("status"); status == "draft" || status == "entered-in-error" || !wanted(order) {
			continue
		}
		plan, err := testPlan(order, happened, ro, now)
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	slices.SortFunc(plans, func(a, b TestPlan) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Order, b.Order))
	})
	return plans, nil
}

func testPlan(order Paper, happened *happenings, ro roster, now int64) (TestPlan, error) {
	plan := TestPlan{
		Order: order.ID(), Title: order.Text("title"), Code: order.Text("code"), State: arrangementOf(order, now), Requester: order.Text("requesterTeam"),
		Performer: order.Text("performerTeam"), Site: order.Text("performerSite"), Reason: answerOf(order),
		AcceptBy: number(order, "acceptBy"), Dates: []TestDate{},
	}
	if plan.State == TestGap || plan.State == TestBeingArranged {
		plan.Ask = plan.Requester
		if !ro.here(plan.Ask) {
			plan.Ask = ""
			for _, team := range ro.treating() {
				plan.Ask = cmp.Or(plan.Ask, team)
			}
		}
	}
	schedule, err := LabSchedule(order)
	if err != nil { // of a program that knew other rules: the order is shown without dates
		return plan, nil //nolint:nilerr // as the comment says
	}
	dates, err := happened.dates(order, schedule, now)
	if err != nil {
		return plan, err
	}
	for i := range dates {
		o := &dates[i]
		plan.Dates = append(plan.Dates, TestDate{Date: o.Date.String(), Number: o.Number, State: o.State, Opens: o.Opens.UnixMilli(), Closes: o.Closes.UnixMilli()})
	}
	return plan, nil
}

// arrangementOf: a test is arranged when somebody has said that they do it, and not before.
func arrangementOf(order Paper, now int64) Arrangement {
	switch order.Text("status") {
	case "active":
	case "on-hold":
		return TestPaused
	default:
		return TestEnded
	}
	switch order.Text("handshake") {
	case handshakeAccepted:
		return TestArranged
	case handshakeRequested:
		if now < number(order, "acceptBy") {
			return TestBeingArranged
		}
	}
	return TestGap
}

// happenings are what the states of dates depend on beside the order.
type happenings struct {
	steps   map[string][]Paper // order -> samples that were taken
	results []Paper
	stays   []Paper // in hospital and out of it, in order
}

func readHappened(b Binder) (*happenings, error) {
	h := &happenings{steps: map[string][]Paper{}}
	collections, err := b(collectionName)
	if err != nil {
		return nil, err
	}
	for _, c := range collections {
		h.steps[c.Text("order")] = append(h.steps[c.Text("order")], c)
	}
	if h.results, err = b(resultName); err != nil {
		return nil, err
	}
	events, err := b(healthEventName)
	if err != nil {
		return nil, err
	}
	h.stays = staysOf(events)
	return h, nil
}

// dates says where each date of an order stands.
func (h *happenings) dates(order Paper, schedule lab.Schedule, now int64) ([]lab.Occurrence, error) {
	steps := ResultSteps(order, h.results)
	for _, c := range h.steps[string(order.ID())] {
		step := lab.Step{ID: string(c.ID()), State: lab.Collected}
		civil, err := calendar.In(time.UnixMilli(number(c, "collectedAt")), schedule.Zone)
		if err != nil {
			return nil, err
		}
		step.On = civil.Date
		if due, err := calendar.ParseDate(c.Text("due")); err == nil {
			step.Due = due
		}
		steps = append(steps, step)
	}
	schedule.HeldFrom = heldFrom(order, h.stays, schedule.Zone)
	return schedule.Occurrences(time.UnixMilli(now), steps)
}

// datesOf is happenings.dates for one order.
func datesOf(order Paper, schedule lab.Schedule, b Binder, now int64) ([]lab.Occurrence, error) {
	h, err := readHappened(b)
	if err != nil {
		return nil, err
	}
	return h.dates(order, schedule, now)
}

// TestsIndex holds the orders that a team wants, does, or acts on: key team and document, value the document.
const TestsIndex = "tests"

// TestsRange gives the bounds of a team's orders in TestsIndex: from <= key < to.
func TestsRange(team syncing.TeamID) (from, to []byte) { return QueueRange(team) }

// testKeys list an order that is followed for each team that has to do with it.
func testKeys(record syncing.RecordID, s syncing.Snapshot) (keys []syncing.IndexKey) {
	if !isFollowed(s) {
		return nil
	}
	for _, id := range union([]string{s.Text("requesterTeam"), s.Text("performerTeam"), s.Text("resultResponsibleTeam")}, nil) {
		team, err := syncing.ParseUUID(id)
		if err != nil {
			continue
		}
		key := slices.Concat(team[:], record.UUID[:], []byte(s.ID()))
		keys = append(keys, syncing.IndexKey{Index: TestsIndex, Key: key, Value: []byte(s.ID())})
	}
	return keys
}

// TestPlanOf is TestPlans for one order; found is false if its reader does not see it.
func TestPlanOf(order syncing.DocID, b Binder, now int64) (plan TestPlan, found bool, err error) {
	plans, err := plansOf(b, now, func(p Paper) bool { return p.ID() == order })
	if err != nil || len(plans) == 0 {
		return plan, false, err
	}
	return plans[0], true, nil
}
