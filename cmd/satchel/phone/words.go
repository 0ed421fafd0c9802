package phone

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// Standing says honestly whether everything of a record has arrived.
func (p *Phone) Standing(record syncing.RecordID) string {
	waiting := p.DB.Unanswered(record)
	switch state := p.DB.State(record); {
	case state == replica.NoAccess:
		return "This record is no longer shared with you. What you wrote is still handed in."
	case state == replica.NotYours:
		return "This phone's database belongs to another account. Nothing is sent until its owner signs in."
	case state == replica.NeedsNew:
		return "Please update this program to read on. What you write still arrives."
	case waiting == 1:
		return "1 change is saved on this phone. It will be sent when you are online."
	case waiting > 1:
		return fmt.Sprintf("%d changes are saved on this phone. They will be sent when you are online.", waiting)
	case state == replica.UpToDate:
		return "Everything you wrote has arrived, and everything there is is here."
	}
	return "Not everything is here yet. Sync again when you are online."
}

// Who names an account as this phone knows it.
func (p *Phone) Who(account syncing.AccountID) string {
	switch {
	case account == p.Account():
		return "you"
	case account.IsZero():
		return "the rules of care"
	}
	return "somebody else (" + account.String()[:8] + ")"
}

// hidden are the fields that say nothing to a person.
func hidden(kind, field string) bool {
	switch kind {
	case "assessment":
		return field == "phoneHash" || field == "phoneRules" || field == "phoneRulesAt"
	case "concern", "triage": // said in words
		return field == "steps"
	}
	return false
}

// Show writes what the person sees of a record: documents, words that stand beside others, and whether all has arrived.
func (p *Phone) Show(record syncing.RecordID) string {
	var b strings.Builder
	for _, line := range []string{p.Age(record), p.Undelivered(record), p.Line(record), p.Standing(record)} {
		if line != "" {
			fmt.Fprintln(&b, line)
		}
	}
	around := p.look(record)
	place := p.Place(record)
	gone := 0
	for _, d := range p.DB.View(record) {
		if d.ID.Type() == "measureReport" { // what is counted is nothing to read
			continue
		}
		if expired(d, p.today(around.zone)) {
			gone++
			continue
		}
		fmt.Fprintf(&b, "\n%s%s\n", d.ID, unsent(d))
		if state := p.Delivery(record, d.ID); state != "" {
			fmt.Fprintf(&b, "  [%s]\n", state)
		}
		if line := upgraded(d); line != "" {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		for _, line := range p.stepsOf(record, d, around.zone) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		for _, name := range fieldsOf(d) {
			if !hidden(d.ID.Type(), name) {
				fmt.Fprintf(&b, "  %s: %s\n", name, shown(place, name, string(d.Fields[name])))
			}
			for _, other := range d.Siblings[name] {
				fmt.Fprintf(&b, "    beside it stands %s, by %s\n", plain(string(other.Value)), p.Who(other.By))
			}
		}
	}
	if gone > 0 {
		fmt.Fprintf(&b, "\n%s, and no longer shown.\n", plural(gone, "thing here has run out", "things here have run out"))
	}
	return b.String()
}

// expired reports whether a document was to be followed until a day that has passed.
func expired(d *replica.Document, today string) bool {
	until := Text(d, "validUntil")
	return until != "" && until < today
}

// shown writes a value as people there read it: a temperature in their unit.
func shown(place instrument.Profile, field, value string) string {
	if strings.HasSuffix(field, "m.temp") {
		if tenths, ok := instrument.Temperature([]byte(value)); ok {
			return place.Temperature(tenths)
		}
	}
	return plain(value)
}

func unsent(d *replica.Document) string {
	if d.Rev == 0 {
		return "  (on this phone alone so far)"
	}
	return ""
}

func fieldsOf(d *replica.Document) []string {
	var names []string
	for name := range d.Fields {
		names = append(names, name)
	}
	for name := range d.Siblings {
		if _, there := d.Fields[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// plain writes a JSON value as people read it: texts without quotes.
func plain(value string) string {
	if value == "" {
		return "nothing"
	}
	if strings.HasPrefix(value, `"`) {
		return strings.Trim(value, `"`)
	}
	return value
}

// ruleWords say why one value of several is shown.
var ruleWords = map[syncing.Rule]string{
	syncing.LWW: "of what people say about themselves, the later counts",
	syncing.MV:  "both may be meant, so both are kept until somebody chooses",
	syncing.Max: "the higher counts",
	syncing.Set: "adding wins over taking away at the same time",
	syncing.CAS: "it was decided on what stood here",
	syncing.FSM: "the status moved",
}

// Why says of one line of a history what it did and why.
func (p *Phone) Why(h Written) string {
	value := plain(string(h.Value))
	if h.Element != nil {
		value = plain(string(h.Element))
	}
	result := map[string]string{
		"won": "is shown", "lost": "stands beside what is shown", "covered": "changed nothing: something newer was there already",
		"removed": "was taken away", "expired": "left after 30 days",
	}[h.Result]
	line := fmt.Sprintf("%s  %s wrote %s: %s", time.UnixMilli(h.Effective).Format("Mon 2 Jan 15:04:05"), p.by(h), value, result)
	if len(h.Against) > 0 {
		line += fmt.Sprintf(" (%d other stood beside it; %s)", len(h.Against), ruleWords[h.Rule])
	}
	return fmt.Sprintf("%s [rev %d]", line, h.Rev)
}

// WhyHere says why a field is what it is from this phone alone, for when the server is not to be reached.
func (p *Phone) WhyHere(record syncing.RecordID, doc syncing.DocID, field string) []string {
	d := p.DB.Document(record, doc)
	if d == nil {
		return nil
	}
	var lines []string
	for _, name := range fieldsOf(d) {
		if field != "" && name != field {
			continue
		}
		from := "as the server gave it"
		for _, e := range p.DB.Outbox(record) {
			if e.Doc == doc && !e.Placed && strings.Contains(string(e.Body), `"`+name+`"`) {
				from = "you wrote it on this phone, and it has not come back yet"
			}
		}
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", name, plain(string(d.Fields[name])), from))
		for _, other := range d.Siblings[name] {
			lines = append(lines, fmt.Sprintf("  beside it stands %s, by %s [rev %d]", plain(string(other.Value)), p.Who(other.By), other.Rev))
		}
	}
	return lines
}
