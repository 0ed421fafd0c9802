package care

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	syncing "satchel/sync"
)

// Line is one line of a record's timeline: who did what, in a plain sentence. At is in ms; 0: it has not left this phone.
type Line struct {
	At   int64         `json:"at"`
	Doc  syncing.DocID `json:"doc"`
	Text string        `json:"text"`
}

// Onlooker is who reads a timeline.
type Onlooker struct {
	Record  syncing.RecordID
	Account syncing.AccountID
	Owner   bool // the record is about them
}

// Timeline tells, oldest first, what was sent to whom, who opened it, who answered, and what became of what the person reported.
// It tells what its reader's papers hold and nothing else, so a phone tells it without a network. What waits on the phone comes
// last.
func (w Words) Timeline(who Onlooker, b Binder) ([]Line, error) {
	t := &teller{words: w, who: who, binder: b}
	for _, tell := range []func() error{t.learnNames, t.messages, t.reports, t.plans} {
		if err := tell(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(t.lines, func(a, b Line) int {
		return cmp.Or(-compareBool(a.At != 0, b.At != 0), cmp.Compare(a.At, b.At), cmp.Compare(a.Doc, b.Doc))
	})
	return t.lines, nil
}

// teller collects the lines of a timeline.
type teller struct {
	words  Words
	who    Onlooker
	binder Binder
	teams  map[string]string
	person string
	lines  []Line
}

func (t *teller) tell(at int64, doc syncing.DocID, format string, args ...any) {
	t.lines = append(t.lines, Line{at, doc, fmt.Sprintf(format, args...)})
}

// happened is tell for what may not have happened.
func (t *teller) happened(at int64, doc syncing.DocID, format string, args ...any) {
	if at != 0 {
		t.tell(at, doc, format, args...)
	}
}

func (t *teller) learnNames() error {
	t.teams, t.person = map[string]string{}, "The person"
	teams, err := t.binder(careTeamName)
	if err != nil {
		return err
	}
	for _, team := range teams {
		t.teams[team.ID().ID()] = team.Text("name")
	}
	people, err := t.binder(personName)
	for _, p := range people {
		t.person = cmp.Or(p.Text("name"), t.person)
	}
	if t.who.Owner {
		t.person = "You"
	}
	return err
}

// name is what whoever sent or received something is called.
func (t *teller) name(id string) string {
	switch {
	case id == t.who.Record.String():
		return t.person
	case id == AccountRecipient(t.who.Account):
		return "You"
	case isAccount(id):
		return "A caregiver"
	}
	return cmp.Or(t.teams[id], "Another team")
}

// named is somebody of a team, by the name that colleagues know; without one it is the team.
func (t *teller) named(name, id string) string {
	if name == "" {
		return t.name(id)
	}
	return name + ", " + t.name(id) + ","
}

// inside is a name in the middle of a sentence.
func inside(name string) string {
	if name == "You" || name == "A caregiver" || name == "The person" || name == "Another team" {
		return strings.ToLower(name[:1]) + name[1:]
	}
	return name
}

func (t *teller) list(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = inside(t.name(id))
	}
	slices.Sort(names)
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func (t *teller) messages() error {
	receipts, err := t.binder(receiptName)
	if err != nil {
		return err
	}
	of := map[string]Paper{}
	for _, receipt := range receipts {
		of[receipt.Text("message")] = receipt
	}
	messages, err := t.binder(messageName)
	for _, m := range messages {
		if receipt := of[string(m.ID())]; receipt != nil {
			t.message(m, receipt)
			continue
		}
		if to := m.Texts("recipient"); len(to) > 0 {
			t.tell(0, m.ID(), "%s waits on this phone for %s. It is sent when there is a network.", opening(titleOf(m)), t.list(to))
		}
	}
	return err
}

// titleOf is what a message is called.
func titleOf(m Paper) string {
	if topic := m.Text("topic"); topic != "" {
		return "“" + topic + "”"
	}
	return "a message"
}

// opening is a title at the beginning of a sentence.
func opening(title string) string {
	if strings.HasPrefix(title, "“") {
		return title
	}
	return capital(title)
}

func (t *teller) message(m, receipt Paper) {
	title, id := titleOf(m), m.ID()
	recipients := trimmed(fieldsOf(receipt, statePrefix), statePrefix)
	sender := t.named(receipt.Text("fromName"), receipt.Text("from"))
	sent := number(receipt, "writtenAt")
	switch {
	case m.Text("kind") == messageAdvice:
		t.tell(sent, id, "%s asked %s for advice: %s.", sender, t.list(recipients), title)
	case m.Text("kind") == messageAnswer:
		t.tell(sent, id, "%s answered %s: %s.", sender, t.list(recipients), title)
	case m.Text("kind") == messageCallUs:
		t.tell(sent, id, "%s asked %s to call: %s.", sender, t.list(recipients), title)
	case receipt.Text("urgency") == urgencyInformation:
		t.tell(sent, id, "%s sent %s to %s. No action is needed.", sender, title, t.list(recipients))
	default:
		t.tell(sent, id, "%s sent %s to %s, who must act on it.", sender, title, t.list(recipients))
	}
	for _, r := range recipients {
		t.received(receipt, id, r, title)
	}
	t.happened(number(receipt, "overdueAt"), id, "What %s asks for was not done in time. It went back to %s.", title, inside(t.name(receipt.Text("from"))))
}

// received tells what one recipient did with a message.
func (t *teller) received(receipt Paper, id syncing.DocID, recipient, title string) {
	reader := t.named(receipt.Text(openedNamePrefix+recipient), recipient)
	if recipient == t.who.Record.String() && !t.who.Owner {
		t.happened(number(receipt, deliveredAtPrefix+recipient), id, "%s has %s on the phone.", t.name(recipient), title)
	}
	t.happened(number(receipt, returnedAtPrefix+recipient), id, "%s was not opened in time by %s. It went back to %s.",
		opening(title), inside(t.name(recipient)), inside(t.name(receipt.Text("from"))))
	t.happened(number(receipt, openedAtPrefix+recipient), id, "%s opened %s.", reader, title)
	t.happened(number(receipt, acknowledgedPrefix+recipient), id, "%s acknowledged %s.", t.name(recipient), title)
}

// fieldsOf lists the fields of a paper that begin with a prefix and have a value, sorted.
func fieldsOf(p Paper, prefix string) []string {
	if list, ok := p.(interface{ Fields(string) []string }); ok {
		return list.Fields(prefix)
	}
	return nil
}

// Fields lists the names of fields that have a value and begin with a prefix, sorted.
func (p wirePaper) Fields(prefix string) []string {
	var list []string
	for name := range p.values {
		if strings.HasPrefix(name, prefix) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func trimmed(names []string, prefix string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strings.TrimPrefix(name, prefix)
	}
	return list
}
