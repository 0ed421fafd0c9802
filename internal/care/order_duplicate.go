package care

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// Where a test stands that an order may repeat.
const (
	earlierPlanned = "planned"
	earlierDone    = "done"
	earlierKnown   = "resulted"
)

// OrderMatch is a test that stands already, of whatever team: what a new order may repeat (LABS 5.4).
type OrderMatch struct {
	ID       syncing.DocID `json:"id"`
	Team     string        `json:"team,omitzero"`
	Title    string        `json:"title,omitzero"`
	Date     string        `json:"date"` // civil, at the site
	Place    string        `json:"place,omitzero"`
	Status   string        `json:"status"`           // planned, done or resulted
	Severity lab.Severity  `json:"severity"`         // warn or confirm ask for a reason, info says it
	Result   syncing.DocID `json:"result,omitzero"`  // what was found, where that is in the record
	Earlier  syncing.DocID `json:"earlier,omitzero"` // for a result: the order that it answers
}

// DuplicateOrder is why an order was not taken as it came. It lies under the fault; its text says nothing of anybody.
type DuplicateOrder struct{ Matches []OrderMatch }

func (d *DuplicateOrder) Error() string { return "an order that may repeat another" }

// orderMayRepeat is said to whoever orders what may be there already. What stands is beside it, for those who may see it.
const orderMayRepeat = "This may have been ordered or done already. Look at what stands. If it is needed all the same, order it again and say why: nothing keeps you from it."

// repeated is a match as the order keeps it, so that a phone can say it without a network. Its members stand in the order of canonical
// JSON.
type repeated struct {
	Date   string `json:"date,omitzero"`
	Doc    string `json:"doc"`
	Place  string `json:"place,omitzero"`
	Status string `json:"status"`
	Team   string `json:"team,omitzero"`
}

func repeatMembers() option {
	return members(
		member("date", syncing.Date, "when, at the site"),
		member("doc", syncing.Reference, "the order or the result"),
		member("place", syncing.Text, "where", upTo(lineMax)),
		member("status", syncing.Code, "where it stood", codes(earlierPlanned, earlierDone, earlierKnown)),
		member("team", syncing.Reference, "whose it is"),
	)
}

// placing are the fields of an order that say what it repeats.
var placing = append([]string{"bodySite", "laterality"}, scheduling...)

// asksAgain reports whether a change makes an order, or makes another one of it.
func asksAgain(c syncing.Change) bool {
	status := c.After.Text("status")
	if status != "active" && status != "draft" {
		return false
	}
	return c.Before.Text("status") != status || wroteAny(c, placing...)
}

// requireOrder asks for a reason where an order may repeat another: of which team is all one. It is asked in the transaction that would
// place the order, so that of two that come at once the second knows the first. A draft is only marked.
func requireOrder(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	if c.After.Text("status") != "active" || !asksAgain(c) {
		return nil, nil
	}
	if code := c.After.Text("overrideReason"); c.Wrote("overrideReason") && code != "" {
		if code == "other" && c.After.Text("overrideNote") == "" {
			return refuse(syncing.Invalid, "Please say in a few words why it is needed all the same."), nil
		}
		return nil, nil
	}
	matches, err := orderMatches(c.After, r, c.Now, c.By.Categories())
	if err != nil {
		return nil, err
	}
	known := repeatsOf(c.Before)
	reasoned := c.Before.Text("overrideReason") != ""
	matches = slices.DeleteFunc(matches, func(m OrderMatch) bool {
		return m.Severity == lab.Info || reasoned && slices.ContainsFunc(known, func(e repeated) bool { return e.Doc == string(m.ID) })
	})
	if len(matches) == 0 {
		return nil, nil
	}
	if c.Online {
		return nil, fault.Wrap(&DuplicateOrder{matches}, fault.Duplicate, "care.requireOrder", orderMayRepeat)
	}
	return refuse(syncing.Stale, orderMayRepeat), nil
}

// DuplicateOf finds the matches under an error; nil if it is none of ours.
func DuplicateOf(err error) []OrderMatch {
	var found *DuplicateOrder
	if errors.As(err, &found) {
		return found.Matches
	}
	return nil
}

// repeatDrafts keep in an order what it repeats, and tell each other team, once, that somebody orders again what it has.
func repeatDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	if bySystem(c) || !asksAgain(c) {
		return nil, nil
	}
	matches, err := orderMatches(c.After, r, c.Now, c.By.Categories())
	if err != nil {
		return nil, err
	}
	own := newDraft(c.After.ID(), c.After)
	drafts := []*draft{own}
	overridden := c.After.Text("status") == "active" && c.After.Text("overrideReason") != ""
	for _, m := range matches {
		kept := repeated{Date: m.Date, Doc: string(m.ID), Place: m.Place, Status: m.Status, Team: m.Team}
		if m.ID.Type() != labOrderName { // whoever has the schedule alone does not read of a result here
			kept = repeated{Doc: kept.Doc, Status: kept.Status}
		}
		own.addValues("repeats", canonical(kept))
		if m.Severity == lab.Info || !overridden || m.Team == "" || m.Team == c.After.Text("requesterTeam") {
			continue
		}
		told, err := openTask(r, TaskDuplicate, m.Team, c.After, CategorySchedule, c.Now, 0)
		if err != nil {
			return nil, err
		}
		told.textOnce("note", overrideWords(c.After))
		rung, err := tellAll(r, tell{code: NoticeOrderRepeated, focus: c.After.ID(), category: CategorySchedule, at: c.Now}, nil, m.Team)
		if err != nil {
			return nil, err
		}
		drafts = append(append(drafts, told), rung...)
	}
	return drafts, nil
}

// earlierIn lists what an order repeats, as it keeps it.
func repeatsOf(order syncing.Snapshot) (list []repeated) {
	for _, elem := range order.Elems("repeats") {
		var e repeated
		if json.Unmarshal(elem, &e) == nil {
			list = append(list, e)
		}
	}
	return list
}

var overrideReasons = map[string]string{
	"clinical-change": "the person's state has changed", "quality": "the earlier one was not good enough", "lost": "the earlier one cannot be found",
	"different-site": "it is another part of the body", "protocol": "the treatment protocol asks for it", "other": "another reason",
}

func overrideWords(order syncing.Snapshot) string {
	words := "Ordered again: " + cmp.Or(overrideReasons[order.Text("overrideReason")], "a reason that is not known here") + "."
	if note := order.Text("overrideNote"); note != "" {
		words += " " + note
	}
	return short(words, noteMax)
}

// short cuts a text that grew beyond a field.
func short(text string, characters int) string {
	if runes := []rune(text); len(runes) > characters {
		return string(runes[:characters])
	}
	return text
}

// Repeated says how an order came to what it may repeat, for the figures of both teams: it was placed all the same, or it was dropped
// when somebody saw that.
func Repeated(order syncing.Snapshot) (overridden, avoided bool) {
	if len(order.Elems("repeats")) == 0 {
		return false, false
	}
	overridden = order.Text("overrideReason") != ""
	return overridden, !overridden && order.Text("status") == "revoked"
}

// orderMatches lists what an order may repeat, the gravest first, as far as whoever sees these categories may know of it.
func orderMatches(order syncing.Snapshot, r syncing.Reader, now int64, categories []string) ([]OrderMatch, error) {
	mine, err := LabSchedule(order)
	if err != nil {
		return nil, nil //nolint:nilerr // a rule that nobody can follow is refused elsewhere
	}
	stands, err := standingTests(order, r, now)
	if err != nil {
		return nil, err
	}
	if slices.Contains(categories, CategoryResults) {
		results, err := standingResults(r, mine.Zone, slices.Contains(categories, CategoryClinical))
		if err != nil {
			return nil, err
		}
		stands = append(stands, results...)
	}
	asked := orderedOf(order, withoutDates(mine.Dates, mine.Excused))
	list := make([]lab.Ordered, len(stands))
	for i, s := range stands {
		list[i] = s.Ordered
	}
	var matches []OrderMatch
	for _, d := range lab.OwnWindows.Duplicates(asked, list) {
		i := slices.IndexFunc(stands, func(s standingTest) bool { return s.ID == d.Of })
		matches = append(matches, stands[i].match(d))
	}
	return matches, nil
}

// standingTest is a test of the record as a new order sees it.
type standingTest struct {
	lab.Ordered
	doc    syncing.Snapshot
	team   string
	result syncing.DocID
	done   map[calendar.CivilDate]string // dates on which it was done, and where
	status string                        // of the dates on which it was done
}

func (s standingTest) match(d lab.Duplicate) OrderMatch {
	m := OrderMatch{
		ID: s.doc.ID(), Team: s.team, Title: s.doc.Text("title"), Date: d.Theirs.String(), Status: earlierPlanned, Severity: d.Severity,
		Result: s.result, Place: s.doc.Text("place"),
	}
	if place, done := s.done[d.Theirs]; done {
		m.Status, m.Place = s.status, cmp.Or(place, m.Place)
	}
	if s.doc.ID().Type() != labOrderName {
		m.Earlier = syncing.DocID(s.doc.Text("order"))
	}
	return m
}

func orderedOf(order syncing.Snapshot, dates []calendar.CivilDate) lab.Ordered {
	return lab.Ordered{
		ID: string(order.ID()), Code: order.Text("code"), Sites: order.Texts("bodySite"), Side: order.Text("laterality"), Dates: dates, Every: lab.Interval(dates),
	}
}

// standingTests are the orders that stand beside one: with the dates that are still to come, and those on which something was done. A
// date that passed and on which nothing was done repeats nothing (hazard H15).
func standingTests(order syncing.Snapshot, r syncing.Reader, now int64) ([]standingTest, error) {
	orders, err := r.Documents(labOrderName)
	if err != nil {
		return nil, err
	}
	collections, err := r.Documents("collection")
	if err != nil {
		return nil, err
	}
	var list []standingTest
	for _, other := range orders {
		if other.ID() == order.ID() || string(other.ID()) == order.Text("supersedes") || !orderCounts(other.Text("status")) {
			continue
		}
		schedule, err := LabSchedule(other)
		if err != nil {
			continue // nothing can be read from it
		}
		s := standingTest{doc: other, team: other.Text("requesterTeam"), status: earlierDone, result: syncing.DocID(other.Text("report"))}
		if s.result != "" {
			s.status = earlierKnown
		}
		s.done = doneOn(other, collections, schedule.Zone)
		dates := withoutDates(schedule.Dates, schedule.Excused)
		s.Ordered = orderedOf(other, dates)
		s.Dates = s.remaining(dates, schedule, now)
		list = append(list, s)
	}
	return list, nil
}

func orderCounts(status string) bool {
	return status == "active" || status == "on-hold" || status == "completed"
}

// doneOn are the days on which an order was done, and where.
func doneOn(order syncing.Snapshot, collections []syncing.Snapshot, zone string) map[calendar.CivilDate]string {
	done := map[calendar.CivilDate]string{}
	if date, err := calendar.ParseDate(order.Text("performedOn")); err == nil {
		done[date] = order.Text("place")
	}
	for _, taken := range collections {
		at, known := taken.Int("collectedAt")
		if taken.Text("order") != string(order.ID()) || !known {
			continue
		}
		if civil, err := calendar.In(time.UnixMilli(at), zone); err == nil {
			done[civil.Date] = taken.Text("site")
		}
	}
	return done
}

// remaining are the dates of an order that another can repeat, in order.
func (s standingTest) remaining(dates []calendar.CivilDate, schedule lab.Schedule, now int64) (list []calendar.CivilDate) {
	today, err := calendar.In(time.UnixMilli(now), schedule.Zone)
	completed := s.doc.Text("status") == "completed"
	for _, date := range dates {
		ahead := err != nil || date.AddDays(schedule.After).Compare(today.Date) >= 0
		if ahead && !completed || completed && len(s.done) == 0 {
			list = append(list, date)
			if completed {
				s.done[date] = s.doc.Text("place")
			}
		}
	}
	for date := range s.done {
		if !slices.Contains(list, date) {
			list = append(list, date)
		}
	}
	slices.SortFunc(list, calendar.CivilDate.Compare)
	return list
}

func withoutDates(list, taken []calendar.CivilDate) []calendar.CivilDate {
	return slices.DeleteFunc(slices.Clone(list), func(d calendar.CivilDate) bool { return slices.Contains(taken, d) })
}

// standingResults are what the record knows to have been found. What nobody has checked answers for nothing, and what was withdrawn
// was never there.
func standingResults(r syncing.Reader, zone string, clinical bool) ([]standingTest, error) {
	results, err := r.Documents("result")
	if err != nil {
		return nil, err
	}
	var list []standingTest
	for _, doc := range results {
		at, timed := doc.Int("effective")
		status := doc.Text("status")
		if verified, stated := doc.Bool("verified"); !timed || stated && !verified || doc.Text("source") == "patient-photo" || status == "cancelled" || status == "entered-in-error" {
			continue
		}
		released, _ := doc.Bool("released")
		heldBack := doc.Text("holdUntil") != "" && !released
		civil, err := calendar.In(time.UnixMilli(at), zone)
		if err != nil || heldBack && !clinical {
			continue
		}
		s := standingTest{doc: doc, team: doc.Text("responsibleTeam"), result: doc.ID(), status: earlierKnown}
		s.done = map[calendar.CivilDate]string{civil.Date: doc.Text("performer")}
		s.Ordered = orderedOf(doc, []calendar.CivilDate{civil.Date})
		list = append(list, s)
	}
	return list, nil
}
