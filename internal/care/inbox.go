package care

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// InboxIndex holds what each team has not dealt with: messages that ask for something until they are acknowledged, and
// information until it is opened. Each part of an inbox is in the order of arrival.
const InboxIndex = "inbox"

// The parts of an inbox.
const (
	InboxAction      = "action"
	InboxInformation = "information"
)

// InboxRange gives the bounds of one part of a team's inbox in InboxIndex: from <= key < to.
func InboxRange(team syncing.TeamID, part string) (from, to []byte) {
	tag := flag(part == InboxInformation)
	return append(slices.Clone(team.UUID[:]), tag), append(slices.Clone(team.UUID[:]), tag+1)
}

func inboxKeys(record syncing.RecordID, receipt syncing.Snapshot) []syncing.IndexKey {
	var keys []syncing.IndexKey
	sent, _ := receipt.Int("sentAt")
	for _, recipient := range recipientsOf(receipt) {
		team, err := syncing.ParseUUID(recipient)
		if err != nil || recipient == record.String() || !waitsIn(receipt, recipient) {
			continue
		}
		information := receipt.Text("urgency") == urgencyInformation
		key := slices.Concat(team[:], []byte{flag(information)}, keyOfTime(sent), record.UUID[:], []byte(receipt.ID()))
		keys = append(keys, syncing.IndexKey{Index: InboxIndex, Key: key, Value: []byte(receipt.ID())})
	}
	return keys
}

// waitsIn reports whether a recipient has something to do with a message.
func waitsIn(receipt syncing.Snapshot, recipient string) bool {
	state := receipt.Text(statePrefix + recipient)
	if receipt.Text("urgency") == urgencyInformation {
		return !opened(state)
	}
	return state != StateAcknowledged
}

// Letter is a message as it lies in the inbox of a team.
type Letter struct {
	Message syncing.DocID `json:"message"`
	Receipt syncing.DocID `json:"receipt"`
	Thread  string        `json:"thread"`
	Topic   string        `json:"topic,omitzero"`
	Kind    string        `json:"kind"`
	Urgency string        `json:"urgency"`
	From    string        `json:"from"`
	Sender  string        `json:"sender"` // as people call them
	About   string        `json:"about,omitzero"`
	SentAt  int64         `json:"sentAt"`
	DueBy   int64         `json:"dueBy,omitzero"`
	Overdue bool          `json:"overdue"`
	State   string        `json:"state"`
	Files   int           `json:"attachments,omitzero"`
}

// Unread reports whether nobody of the team has opened it.
func (l Letter) Unread() bool { return !opened(l.State) }

// LetterOf reads a letter through the eyes of r; ok is false if it does not wait in that team's inbox any more.
func LetterOf(r syncing.Reader, record syncing.RecordID, receipt syncing.DocID, team syncing.TeamID) (l Letter, ok bool, err error) {
	found, err := r.Document(receipt)
	if err != nil || !found.Exists() || !found.Has(statePrefix+team.String()) || !waitsIn(found, team.String()) {
		return Letter{}, false, err
	}
	message, err := r.Document(syncing.DocID(found.Text("message")))
	if err != nil || !message.Exists() {
		return Letter{}, false, err
	}
	l = Letter{
		Message: message.ID(), Receipt: receipt, Thread: message.Text("thread"), Topic: message.Text("topic"), Kind: message.Text("kind"),
		Urgency: found.Text("urgency"), From: found.Text("from"), About: message.Text("about"),
		Overdue: found.Has("overdueAt"), State: found.Text(statePrefix + team.String()), Files: len(message.Elems("attachments")),
	}
	if l.Kind == "" {
		l.Kind = messagePlain
	}
	l.SentAt, _ = found.Int("sentAt")
	l.DueBy, _ = found.Int("dueBy")
	l.Sender, err = senderName(r, record, l.From)
	return l, true, err
}

func senderName(r syncing.Reader, record syncing.RecordID, from string) (string, error) {
	switch {
	case from == record.String():
		who, err := r.Document(PersonID(record))
		return who.Text("name"), err
	case isAccount(from):
		return "a caregiver", nil
	}
	team, err := teamNamed(r, from)
	return team.Text("name"), err
}

// ReadPatch says for a team that it has opened a message, or acknowledged it.
func ReadPatch(receipt syncing.DocID, recipient, state string) syncing.Patch {
	d := newDraft(receipt, syncing.Snapshot{})
	d.text(statePrefix+recipient, state)
	return d.patch
}

// textIn unquotes a JSON string; "" for anything else.
func textIn(v jsontext.Value) string {
	if v.Kind() != '"' {
		return ""
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return ""
	}
	return string(text)
}
