package notify

import (
	"fmt"
	"strings"
)

// Letter is one e-mail to one member of staff, at an address that they have shown to be theirs.
type Letter struct {
	To string
	// ID is the left part of its Message-ID: whoever is sent the same letter twice, as after a crash, can tell by it.
	ID string
	At int64 // ms, of its Date
	Text
}

// Text is what a letter says. It has no other makers than DigestText and CodeText, and they take numbers alone, so that no word of a record,
// no name of a person or of a team can get into one.
type Text struct{ subject, body string }

// Subject is the line that is seen first, and by whoever looks over a shoulder.
func (t Text) Subject() string { return t.subject }

// Body is lines of ASCII of up to 75 characters without an equals sign: it travels as it is.
func (t Text) Body() string { return t.body }

// Urgencies are what rows are counted by, the least first.
var Urgencies = [...]string{"For information", "Green", "Amber", "Red", "Emergency"}

// Desk is what waits for one team, as one member sees it.
type Desk struct {
	Open, Overdue int
	ByUrgency     [len(Urgencies)]int
	More          bool // there is more than was counted
}

// The sentences. They are English: staff have no setting of a language yet.
const (
	digestSubject = "Reminder: your desk"
	digestOpening = "This is your reminder of what waits at your desk.\n"
	digestTeam    = "\nTeam %d of %d, in the order of your desk:\n"
	digestOne     = "\n"
	digestOpen    = "Open: %d. Past their time: %d.\n"
	digestUrgency = "%s: %d.\n"
	digestMore    = "There are more than were counted.\n"
	digestClosing = "\nPlease open your desk.\n\n" +
		"This is no alarm: it comes at most once a day, and says nothing of anybody.\n" +
		"At your desk you set when it comes, or that it does not. Do not reply.\n"

	codeSubject = "Reminder: your code"
	codeBody    = "Your code is %06d.\n\n" +
		"Type it in at your desk within 30 minutes; then reminders can be sent here.\n" +
		"If you asked for nothing, do nothing: then nothing more comes.\n"
)

// CodesMax is how many codes there are: 000000 to 999999.
const CodesMax = 1_000_000

// DigestText says how much waits for each of somebody's teams, in the order of their desk. ok is false if nothing does.
func DigestText(desks []Desk) (text Text, ok bool) {
	var b strings.Builder
	b.WriteString(digestOpening)
	for i, d := range desks {
		if d.Open == 0 {
			continue
		}
		ok = true
		if len(desks) > 1 {
			fmt.Fprintf(&b, digestTeam, i+1, len(desks))
		} else {
			b.WriteString(digestOne)
		}
		fmt.Fprintf(&b, digestOpen, d.Open, d.Overdue)
		for u := len(Urgencies) - 1; u >= 0; u-- {
			if d.ByUrgency[u] > 0 {
				fmt.Fprintf(&b, digestUrgency, Urgencies[u], d.ByUrgency[u])
			}
		}
		if d.More {
			b.WriteString(digestMore)
		}
	}
	b.WriteString(digestClosing)
	return Text{digestSubject, b.String()}, ok
}

// CodeText carries a code to an address that somebody says is theirs.
func CodeText(code uint32) Text {
	return Text{codeSubject, fmt.Sprintf(codeBody, code%CodesMax)}
}
