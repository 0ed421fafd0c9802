package care

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

const (
	receiptName        = "receipt"
	statePrefix        = "state."
	deliveredAtPrefix  = "deliveredAt."
	openedAtPrefix     = "openedAt."
	openedByPrefix     = "openedBy."
	openedNamePrefix   = "openedName."
	acknowledgedPrefix = "acknowledgedAt."
	returnedAtPrefix   = "returnedAt."
)

// ReceiptType is the document type of what became of a message.
const ReceiptType = receiptName

// The states of a message for one recipient, in their order. Queued is what a phone shows of a message that it has not handed
// in; the server never has one.
const (
	StateQueued       = "queued"
	StateSent         = "sent"
	StateDelivered    = "delivered"
	StateOpened       = "opened"
	StateAcknowledged = "acknowledged"
)

var messageStates = []string{StateQueued, StateSent, StateDelivered, StateOpened, StateAcknowledged}

// The urgencies of a message, the most urgent first.
const (
	urgencyAdvice      = "advice-request"
	urgencyAction      = "action-required"
	urgencyInformation = "information"
)

var messageUrgencies = []string{urgencyAdvice, urgencyAction, urgencyInformation}

// ReceiptID names what became of a message.
func ReceiptID(message syncing.DocID) syncing.DocID {
	return syncing.NewDocID(receiptName, syncing.DerivedUUID(receiptName, string(message)))
}

// receiptType is how far a message has come, for each recipient: in the team's inbox or on the person's phone, opened,
// acknowledged. Of two who open it apart the further state stands, so a receipt merges whatever the order of arrival; nobody
// can take one back.
func (w *ward) receiptType() *syncing.Type {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: receiptName, Category: CategoryMessages, Creators: nobody,
		Doc: "What became of a message, for each recipient. Made by the rules when the message comes in; seen by those who see the message.",
		Fields: []syncing.FieldSpec{
			told("message", syncing.Reference, "the message", required),
			told("from", syncing.Reference, "who sent it, named as recipients are", required),
			told("fromName", syncing.Text, "how colleagues know who wrote it", upTo(lineMax)),
			told("audience", syncing.Code, "that of the message", codes(audienceEveryone, audienceClinicians)),
			told("urgency", syncing.Code, "what the message asks for", codes(messageUrgencies...)),
			told("writtenAt", syncing.Instant, "when it was written, by the server's clock"),
			told("sentAt", syncing.Instant, "when it came in"),
			told("openBy", syncing.Instant, "by when each recipient should have opened it"),
			told("dueBy", syncing.Instant, "by when what it asks for should be done"),
			field(statePrefix+"*", syncing.Code, syncing.Max, anyone, "how far it has come; the name after the dot is the recipient", codes(messageStates...)),
			told(deliveredAtPrefix+"*", syncing.Instant, "when it lay in the team's inbox, or on the recipient's device"),
			told(openedAtPrefix+"*", syncing.Instant, "when it was first opened"),
			told(openedByPrefix+"*", syncing.Reference, "account that opened it first"),
			told(openedNamePrefix+"*", syncing.Text, "how colleagues know who that was", upTo(lineMax)),
			told(acknowledgedPrefix+"*", syncing.Instant, "when somebody said that it was understood, or answered it"),
			told(returnedAtPrefix+"*", syncing.Instant, "since when it is back with its sender, because nobody opened it in time"),
			told("overdueAt", syncing.Instant, "since when what it asks for is overdue"),
			told("answer", syncing.Reference, "the message that answers it"),
			told("answeredAt", syncing.Instant, "when that came in"),
		},
		Categorise: func(s syncing.Snapshot) string { return categoryOfAudience(s.Text("audience")) },
		Allow:      allowReceipt,
		Derive:     deriveReceipt,
		Index:      indexReceipt,
	}
}

func allowReceipt(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	for _, name := range c.Fields {
		recipient, isState := strings.CutPrefix(name, statePrefix)
		if !isState {
			continue
		}
		switch {
		case !isRecipient(c, recipient):
			return refuse(syncing.Forbidden, "Only those to whom a message was sent can say that they have it.")
		case !c.Before.Has(name):
			return refuse(syncing.Invalid, "The message was not sent there.")
		case rankOf(c.After.Text(name)) < rankOf(c.Before.Text(name)):
			return refuse(syncing.Transition, "What was opened or acknowledged stays so.")
		}
	}
	return nil
}

// isRecipient reports whether the author may speak for a recipient.
func isRecipient(c syncing.Change, recipient string) bool {
	switch {
	case recipient == c.Record.String():
		return c.By.Owner()
	case isAccount(recipient):
		return AccountRecipient(c.By.Account()) == recipient
	}
	return actsForTeam(c, recipient)
}

func rankOf(state string) int { return slices.Index(messageStates, state) }

// opened reports whether a state is at least that.
func opened(state string) bool { return rankOf(state) >= rankOf(StateOpened) }

// deriveMessage makes the receipt of a message that is for somebody, and says to the message that it answers that it was read.
func (w *ward) deriveMessage(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.Before.Exists() {
		return nil, nil
	}
	drafts, err := answeredDrafts(c, r)
	if err != nil {
		return nil, err
	}
	agreed, err := w.outcomeDrafts(c, r)
	drafts = append(drafts, agreed...)
	if recipients := c.After.Texts("recipient"); len(recipients) > 0 {
		drafts = append(drafts, w.receiptDraft(c, recipients)) // last, so that its rev is the head of what came with the message
	}
	return patches(drafts...), err
}

func (w *ward) receiptDraft(c syncing.Change, recipients []string) *draft {
	m := c.After
	d := newDraft(ReceiptID(m.ID()), syncing.Snapshot{})
	urgency := urgencyOf(c)
	due, timed := m.Int("dueBy")
	d.text("message", string(m.ID()))
	d.text("from", senderOf(c))
	if name := c.By.Name(); name != "" {
		d.text("fromName", name)
	}
	d.text("urgency", urgency)
	d.integer("writtenAt", c.Effective)
	d.integer("sentAt", c.Now)
	d.integer("openBy", w.messages.openBy(urgency, c.Now, due))
	if timed && urgency != urgencyInformation {
		d.integer("dueBy", due)
	}
	if m.Text("audience") == audienceClinicians {
		d.text("audience", audienceClinicians)
	}
	for _, recipient := range recipients {
		if recipient == c.Record.String() || isAccount(recipient) {
			d.text(statePrefix+recipient, StateSent)
			continue
		}
		d.text(statePrefix+recipient, StateDelivered) // a team's inbox is here
		d.integer(deliveredAtPrefix+recipient, c.Now)
	}
	return d
}

// urgencyOf is what a message asks for. What the person or a caregiver writes without saying so is for somebody to act on.
func urgencyOf(c syncing.Change) string {
	action, tagged := c.After.Bool("actionRequired")
	switch {
	case c.After.Text("kind") == messageAdvice:
		return urgencyAdvice
	case action, !tagged && byFamily(c), c.After.Text("kind") == messageCallUs:
		return urgencyAction
	}
	return urgencyInformation
}

// answeredDrafts: who replies to a message has read it.
func answeredDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	question := c.After.Text("replyTo")
	if question == "" {
		return nil, nil
	}
	stands, err := r.Document(ReceiptID(syncing.DocID(question)))
	if err != nil || !stands.Exists() {
		return nil, err
	}
	d := newDraft(stands.ID(), stands)
	if sender := senderOf(c); stands.Has(statePrefix + sender) {
		d.reach(sender, StateAcknowledged, c)
	}
	if c.After.Text("kind") == messageAnswer {
		d.textOnce("answer", string(c.After.ID()))
		d.once("answeredAt", c.Now)
	}
	return withEnds(d, r)
}

// deriveReceipt writes down when and by whom each state was reached first, and takes back what is no longer to be chased.
func deriveReceipt(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	d := newDraft(c.After.ID(), c.After)
	for _, name := range c.Fields {
		if recipient, isState := strings.CutPrefix(name, statePrefix); isState {
			d.reach(recipient, c.After.Text(name), c)
		}
	}
	drafts, err := withEnds(d, r)
	return patches(drafts...), err
}

// reach notes that a recipient has come to a state: that one and those before it.
func (d *draft) reach(recipient, state string, c syncing.Change) {
	if rankOf(state) > rankOf(d.stands.Text(statePrefix+recipient)) {
		d.text(statePrefix+recipient, state)
	}
	rank := rankOf(state)
	if rank >= rankOf(StateDelivered) {
		d.once(deliveredAtPrefix+recipient, c.Effective)
	}
	if rank >= rankOf(StateOpened) {
		d.once(openedAtPrefix+recipient, c.Effective)
		if name := c.By.Name(); name != "" && !d.stands.Has(openedByPrefix+recipient) {
			d.text(openedNamePrefix+recipient, name)
		}
		d.textOnce(openedByPrefix+recipient, c.By.Account().String())
	}
	if rank >= rankOf(StateAcknowledged) {
		d.once(acknowledgedPrefix+recipient, c.Effective)
	}
}

// valueNow is a field as it will stand once the draft is written.
func (d *draft) valueNow(field string) jsontext.Value {
	if value, written := d.patch.Set[field]; written {
		return value
	}
	return d.stands.Value(field)
}
