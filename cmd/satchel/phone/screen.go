package phone

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const screenWidth = 64

// CallScreen is what stands on the whole screen when something cannot wait: what to do first, whom to call, and that nobody has read
// anything yet. It needs no network.
func (p *Phone) CallScreen(record syncing.RecordID, j *Judged, doc syncing.DocID) string {
	if Text(p.DB.Document(record, doc), "answeredBy") == "caregiver" {
		j = j.forOthers()
	}
	var b strings.Builder
	rule := strings.Repeat("=", screenWidth)
	fmt.Fprintf(&b, "%s\n", rule)
	if j.Rules == nil {
		fmt.Fprintf(&b, "This phone cannot judge your answers. Your team will, when they arrive.\n%s\n", j.Page)
	} else {
		fmt.Fprintf(&b, "%s\n", strings.ToUpper(j.Level.String()))
		if j.Level >= instrument.Red {
			for _, number := range j.Calls() {
				fmt.Fprintf(&b, "  [ CALL %s ]\n", number)
			}
		}
		for _, advice := range j.Advice {
			fmt.Fprintf(&b, "  %s\n", advice.Text)
		}
	}
	fmt.Fprintf(&b, "%s%s\n", p.notYet(record, doc), p.calling.NotForEmergencies)
	if j.Rules != nil {
		fmt.Fprintf(&b, "(The rules behind this: %s.)\n", j.Rules.Review)
	}
	fmt.Fprintf(&b, "%s\n", rule)
	return b.String()
}

// notYet is the banner of a screen whose report has not arrived.
func (p *Phone) notYet(record syncing.RecordID, doc syncing.DocID) string {
	if state := p.Delivery(record, doc); state != saved && state != tried {
		return ""
	}
	return "NOT YET DELIVERED: your team has not seen this. Do not wait for them.\n"
}

// forOthers leaves out what is for the person alone: whoever helps with the form may be the reason for the answer.
func (j *Judged) forOthers() *Judged {
	open := *j
	open.Judgement = j.Public
	open.Advice = slices.DeleteFunc(slices.Clone(j.Advice), func(a Advice) bool { return a.Private })
	return &open
}

// Calls are the numbers of the advice, the first to call first.
func (j *Judged) Calls() []string {
	var list []string
	for _, advice := range j.Advice {
		for _, number := range advice.Call {
			if !slices.Contains(list, number) {
				list = append(list, number)
			}
		}
	}
	return list
}

// numbers turns the buttons of an advice into numbers, as far as this phone knows them.
func (p *Phone) numbers(around surroundings, buttons []string) []string {
	place, _ := p.data().Profile(around.region)
	known := map[string]string{"em": place.Emergency, "line": around.line, "crisis": place.Crisis, "practice": around.practice}
	var list []string
	for _, button := range buttons {
		if known[button] != "" {
			list = append(list, known[button])
		}
	}
	return list
}

// WhenToCall is the page that needs no rules and no network, with the numbers that this phone knows, and what this program is for.
func (p *Phone) WhenToCall(record syncing.RecordID) string {
	around := p.look(record)
	return p.Line(record) + "\n\n" + p.calling.Page(around.region, around.line) + "\n\n" + p.IntendedUse() + "\n"
}

// IntendedUse says what this program is for and what not (hazard H34).
func (p *Phone) IntendedUse() string {
	return p.calling.NotForEmergencies + "\n" + p.calling.IntendedUse + "\n(" + p.calling.Review + ")"
}

// Place is the profile of a record's region: what differs from place to place.
func (p *Phone) Place(record syncing.RecordID) instrument.Profile {
	place, _ := p.data().Profile(p.look(record).region)
	return place
}

// Line is whom to call day and night; it stands on top of everything.
func (p *Phone) Line(record syncing.RecordID) string {
	around := p.look(record)
	place := p.Place(record)
	if around.line == "" {
		return fmt.Sprintf("Emergency: %s. This phone does not know your team's 24-hour number: ask them for it.", place.Emergency)
	}
	return fmt.Sprintf("Day and night: %s. Emergency: %s.", around.line, place.Emergency)
}

// Undelivered says what cannot wait and has not arrived, and what to do without a network; "" if there is nothing. The text for a
// message says nothing of the person or of health: others may read it on the way.
func (p *Phone) Undelivered(record syncing.RecordID) string {
	urgent := len(p.Urgent(record))
	if urgent == 0 {
		return ""
	}
	around := p.look(record)
	line := around.line
	if line == "" {
		line = p.calling.LineUnknown
	}
	return fmt.Sprintf("NOT YET DELIVERED: %s. Do not wait: call %s.\nIf a call does not get through, send this text to %s: \"%s\"",
		plural(urgent, "urgent report has not reached your team", "urgent reports have not reached your team"), line, line, p.calling.SMSFallback)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// How old a copy may be before it is said, and before it is said in red.
const (
	ageSaid  = 24 * time.Hour
	ageAmber = 72 * time.Hour
	ageRed   = 14 * 24 * time.Hour
)

// Age says how old what is shown is, when it is older than a day, and loudly when an old plan could be followed (hazard H04); "" if it
// is not old.
func (p *Phone) Age(record syncing.RecordID) string {
	synced := p.Synced()
	if synced == 0 {
		return "Nothing was read from the server yet."
	}
	age := time.Duration(p.NowMs()-synced) * time.Millisecond
	place := p.Place(record)
	when := "Last updated " + p.at(record, synced).Format(place.Dates.Layout()) + "."
	days := int(age / (24 * time.Hour))
	switch {
	case age < ageSaid:
		return ""
	case age > ageRed:
		return fmt.Sprintf("RED: THIS COPY IS %d DAYS OLD. %s Your plan may have changed. Do not follow it without asking: call %s.", days, when, p.lineOf(record))
	case age > ageAmber:
		return fmt.Sprintf("AMBER: this copy is %d days old. %s Your plan may have changed. Go online, or ask %s.", days, when, p.lineOf(record))
	}
	return when
}

// at is an instant as the clocks at home show it.
func (p *Phone) at(record syncing.RecordID, ms int64) time.Time {
	zone, err := calendar.Zone(p.look(record).zone)
	if err != nil {
		zone = time.UTC
	}
	return time.UnixMilli(ms).In(zone)
}

func (p *Phone) lineOf(record syncing.RecordID) string {
	if line := p.look(record).line; line != "" {
		return line
	}
	return p.calling.LineUnknown
}
