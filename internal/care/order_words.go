package care

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/calendar"
)

// TestLine is one test, image or procedure as the person reads it.
type TestLine struct {
	Doc  string
	Date string // civil, of what was done, else of the first date; for the order of a list
	Says string
}

// Tests lists what was ordered, by whatever team, the latest first: when it was done and where, and where something is done again, that
// it was done already. It tells what its reader's papers hold, so a phone tells it without a network.
func (w Words) Tests(b Binder) ([]TestLine, error) {
	orders, err := b(labOrderName)
	if err != nil {
		return nil, err
	}
	collections, err := b("collection")
	if err != nil {
		return nil, err
	}
	names, err := teamNames(b)
	if err != nil {
		return nil, err
	}
	var lines []TestLine
	for _, order := range orders {
		if !orderCounts(order.Text("status")) {
			continue
		}
		lines = append(lines, testLine(order, collections, names))
	}
	slices.SortStableFunc(lines, func(a, b TestLine) int { return cmp.Or(-cmp.Compare(a.Date, b.Date), cmp.Compare(a.Doc, b.Doc)) })
	return lines, nil
}

func teamNames(b Binder) (map[string]string, error) {
	teams, err := b(careTeamName)
	names := map[string]string{}
	for _, team := range teams {
		names[team.ID().ID()] = team.Text("name")
	}
	return names, err
}

func testLine(order Paper, collections []Paper, names map[string]string) TestLine {
	team := cmp.Or(names[order.Text("requesterTeam")], "a team")
	line := TestLine{Doc: string(order.ID()), Date: order.Text("anchor")}
	says := order.Text("title") + ", ordered by " + team + "."
	for _, done := range doneDays(order, collections) {
		line.Date = max(line.Date, done.Date)
		says += " Done on " + longDate(done.Date) + at(done.Place) + "."
	}
	for _, r := range repeatsIn(order) {
		switch {
		case r.Date == "":
		case r.Status == earlierPlanned:
			says += " It is also planned for " + longDate(r.Date) + ", by " + cmp.Or(names[r.Team], "another team") + "."
		default:
			says += " It was already done on " + longDate(r.Date) + at(cmp.Or(r.Place, names[r.Team])) + "."
		}
	}
	if reason := overrideReasons[order.Text("overrideReason")]; reason != "" {
		says += " It is ordered again because " + reason + "."
	}
	line.Says = says
	return line
}

// doneDays are the days on which an order was done, in order, as papers say it.
func doneDays(order Paper, collections []Paper) (days []repeated) {
	if on := order.Text("performedOn"); on != "" {
		days = append(days, repeated{Date: on, Place: order.Text("place")})
	}
	for _, taken := range collections {
		if taken.Text("order") != string(order.ID()) || number(taken, "collectedAt") == 0 {
			continue
		}
		if date := dayOf(number(taken, "collectedAt"), order.Text("zone")); date != "" {
			days = append(days, repeated{Date: date, Place: taken.Text("site")})
		}
	}
	slices.SortFunc(days, func(a, b repeated) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Place, b.Place)) })
	return slices.Compact(days)
}

func repeatsIn(order Paper) (list []repeated) {
	for _, elem := range elemsOf(order, "repeats") {
		var r repeated
		if json.Unmarshal(elem, &r) == nil {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b repeated) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Doc, b.Doc)) })
	return list
}

// elemsOf are the elements of a set, of a snapshot and of a document on a phone alike.
func elemsOf(p Paper, set string) []jsontext.Value {
	if s, ok := p.(interface{ Elems(string) []jsontext.Value }); ok {
		return s.Elems(set)
	}
	var list []jsontext.Value
	if json.Unmarshal(p.Value(set), &list) != nil {
		return nil
	}
	return list
}

// at says where; "" if nobody knows.
func at(place string) string {
	if place == "" {
		return ""
	}
	return " at " + place
}

// longDate writes a civil date with its weekday; what is none stays as it is.
func longDate(date string) string {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return date
	}
	return d.Weekday().String() + " " + strconv.Itoa(d.Day) + " " + d.Month.String() + " " + strconv.Itoa(d.Year)
}

// dayOf is the civil date of an instant (ms) at a place; "" where that cannot be known.
func dayOf(ms int64, zone string) string {
	civil, err := calendar.In(time.UnixMilli(ms), zone)
	if err != nil {
		return ""
	}
	return civil.Date.String()
}
