package care

import (
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
)

const messageName = "message"

// MessageType is the document type of what people write to each other about the person.
const MessageType = messageName

// The kinds of messages.
const (
	messagePlain  = "message"
	messageAdvice = "advice-request" // a question to another team, with a time
	messageAnswer = "answer"         // to an advice request
	messageCallUs = "call-us"        // a team asks the person, or a caregiver, to call: it rings at night too
)

// Who takes part in a thread. A thread is its id together with this: what clinicians write among themselves is never part of
// a thread that the person reads.
const audienceClinicians = "clinicians"

const (
	recipientsMax      = 16      // of one message
	attachmentsMax     = 10      // of one message
	attachmentBytesMax = 5 << 20 // of one attachment
)

// messageType is FHIR's Communication, anchored to the record. It is never a way to report symptoms: those go through an
// assessment, which gives advice at once. What became of it is its receipt, a document of its own.
func (w *ward) messageType() *syncing.Type {
	once := func(name string, kind syncing.Kind, rule syncing.Rule, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, rule, anyone, doc, more...)
	}
	return &syncing.Type{
		Name: messageName, Category: CategoryMessages, Event: true, Creators: anyone,
		Doc: "A message (FHIR Communication). Written once.",
		Fields: []syncing.FieldSpec{
			once("thread", syncing.Reference, syncing.LWW, "id of the thread", required),
			once("body", syncing.Text, syncing.LWW, "what is said", required, upTo(messageMax)),
			once("topic", syncing.Text, syncing.LWW, "what it is about", upTo(lineMax)),
			once("kind", syncing.Code, syncing.LWW, "an advice request asks another team and says by when, an outcome says what came of a meeting, call-us asks to be called and rings in quiet hours too; absent: message",
				codes(messagePlain, messageAdvice, messageAnswer, messageOutcome, messageCallUs)),
			once("audience", syncing.Code, syncing.LWW, "clinicians: only the teams that treat the person; absent: everyone who shares messages",
				codes(audienceEveryone, audienceClinicians)),
			once("fromTeam", syncing.Reference, syncing.LWW, "id of the team in whose name it is written; needed by those who work in several"),
			once("recipient", syncing.Reference, syncing.Set, "whom it is for: a team's id, the record's id for the person, account/... for a caregiver; without any it lies in nobody's inbox"),
			once("about", syncing.Reference, syncing.LWW, "the document that it is about"),
			once("replyTo", syncing.Reference, syncing.LWW, "the message that it answers"),
			once("actionRequired", syncing.Bool, syncing.LWW, "somebody must do something; false says that no action is needed"),
			once("dueBy", syncing.Instant, syncing.LWW, "by when"),
			once("action", syncing.Object, syncing.Set, "what was agreed at a meeting: each becomes something to be done in the plan", w.actionMembers()),
			once("attachments", syncing.Object, syncing.Set, "what comes with it; the bytes are read under their sum", members(
				member("name", syncing.Text, "file name", upTo(lineMax)),
				member("sha256", syncing.Text, "SHA-256 of the bytes, in hex", upTo(64)),
				member("size", syncing.Int, "how many bytes", unit("By")),
				member("type", syncing.Text, "media type", upTo(lineMax)))),
		},
		Categorise: func(s syncing.Snapshot) string { return categoryOfAudience(s.Text("audience")) },
		Apart:      apartMessage,
		Allow:      allowMessage,
		Require:    requireMessage,
		Derive:     w.deriveMessage,
	}
}

// categoryOfAudience says who sees a message and all that belongs to it.
func categoryOfAudience(audience string) string {
	if audience == audienceClinicians {
		return CategoryClinical
	}
	return CategoryMessages
}

// apartMessage keeps a message that names who takes part between clinicians, also when it could not be taken in: whatever was wrong with
// it, it was not written for the person.
func apartMessage(text func(field string) string) string {
	if audience := text("audience"); audience != "" && audience != audienceEveryone {
		return CategoryClinical
	}
	return ""
}

// allowMessage asks what can be read from the message and its author alone.
func allowMessage(c syncing.Change) *syncing.Refusal {
	if bySystem(c) || c.Before.Exists() {
		return nil
	}
	m := c.After
	recipients := m.Texts("recipient")
	_, tagged := m.Bool("actionRequired")
	_, timed := m.Int("dueBy")
	kind := m.Text("kind")
	switch team := m.Text("fromTeam"); {
	case team != "" && !actsForTeam(c, team):
		return refuse(syncing.Forbidden, "A message goes out in the name of a team that you work in.")
	case len(recipients) > recipientsMax || len(m.Elems("attachments")) > attachmentsMax:
		return refuse(syncing.TooLarge, "A message goes to at most 16, with at most 10 attachments.")
	case !attachmentsFit(m):
		return refuse(syncing.Invalid, "An attachment has a name, a type, the SHA-256 of its bytes and a size of at most 5 MiB.")
	case (kind == messageAdvice || kind == messageAnswer) && !c.By.Has(staff...):
		return refuse(syncing.Forbidden, "Teams ask each other for advice. Write a message, or say how you are in an assessment.")
	case kind == messageCallUs && (byFamily(c) || !c.By.Has(staff...) || !forFamilyAlone(c)):
		return refuse(syncing.Forbidden, "A team asks the person, or a caregiver, to call. Ask nobody else that way.")
	case kind == messageAdvice && (len(recipients) == 0 || !timed):
		return refuse(syncing.Invalid, "A request for advice names the team that is asked, and by when.")
	case kind == messageAnswer && m.Text("replyTo") == "":
		return refuse(syncing.Invalid, "An answer names the question that it answers.")
	case len(recipients) == 0 && kind != messageOutcome || byFamily(c):
		return allowOutcome(c)
	case senderOf(c) == "":
		return refuse(syncing.Invalid, "You work in several teams here. Say for which of them you write.")
	case !tagged && kind == messagePlain || !tagged && kind == "":
		return refuse(syncing.Invalid, "Say whether somebody must do something, or that no action is needed.")
	}
	return allowOutcome(c)
}

// forFamilyAlone reports whether a message is for the person or caregivers, and for nobody else.
func forFamilyAlone(c syncing.Change) bool {
	recipients := c.After.Texts("recipient")
	return len(recipients) > 0 && !slices.ContainsFunc(recipients, func(to string) bool { return to != c.Record.String() && !isAccount(to) })
}

// byFamily reports whether the person or a caregiver writes, and not for a team.
func byFamily(c syncing.Change) bool {
	return c.By.Has(RolePatient, RoleCaregiver) && c.After.Text("fromTeam") == ""
}

// senderOf says in whose name a message goes out, as recipients are named; "" if that cannot be known.
func senderOf(c syncing.Change) string {
	teams := c.By.Teams()
	switch {
	case c.After.Text("fromTeam") != "":
		return c.After.Text("fromTeam")
	case c.By.Owner():
		return c.Record.String()
	case c.By.Has(RoleCaregiver):
		return AccountRecipient(c.By.Account())
	case len(teams) == 1:
		return teams[0].String()
	}
	return ""
}

// AccountRecipient names one account among the recipients of a message: a caregiver.
func AccountRecipient(account syncing.AccountID) string { return accountPrefix + account.String() }

const accountPrefix = "account/"

// attachment is an element of a message. Its members stand in the order of canonical JSON.
type attachment struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Type   string `json:"type"`
}

var sumForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

func attachmentsFit(message syncing.Snapshot) bool {
	for _, elem := range message.Elems("attachments") {
		var a attachment
		if json.Unmarshal(elem, &a) != nil || a.Name == "" || a.Type == "" || !sumForm.MatchString(a.SHA256) || a.Size < 1 || a.Size > attachmentBytesMax {
			return false
		}
	}
	return true
}

// requireMessage asks what only the record knows: that each team it is for is here and can be reached, and that an answer stays
// with its question.
func requireMessage(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	if c.Before.Exists() {
		return nil, nil
	}
	if refusal, err := reachable(c, r); refusal != nil || err != nil {
		return refusal, err
	}
	if refusal, err := requireOutcome(c, r); refusal != nil || err != nil || c.After.Text("replyTo") == "" {
		return refusal, err
	}
	question, err := r.Document(syncing.DocID(c.After.Text("replyTo")))
	if err != nil {
		return nil, err
	}
	return fitsQuestion(c, question), nil
}

func reachable(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	for _, recipient := range c.After.Texts("recipient") {
		if recipient == c.Record.String() || isAccount(recipient) {
			if c.After.Text("audience") == audienceClinicians {
				return refuse(syncing.Invalid, "This is among the teams that treat the person. Write to everyone, or to one of those teams."), nil
			}
			continue
		}
		team, err := teamNamed(r, recipient)
		if err != nil {
			return nil, err
		}
		if refusal := mayReceive(team, c.After.Text("audience")); refusal != nil {
			return refusal, nil
		}
	}
	return nil, nil
}

func isAccount(recipient string) bool {
	return len(recipient) > len(accountPrefix) && recipient[:len(accountPrefix)] == accountPrefix
}

// teamNamed reads the care team of an id; what is no id is a team that is not here.
func teamNamed(r syncing.Reader, id string) (syncing.Snapshot, error) {
	team, err := syncing.ParseUUID(id)
	if err != nil {
		return syncing.Snapshot{}, nil
	}
	return r.Document(CareTeamID(syncing.TeamID{UUID: team}))
}

// mayReceive: a message to a team that is not here, or whose contact point nobody has verified, would reach nobody (hazard H24).
func mayReceive(team syncing.Snapshot, audience string) *syncing.Refusal {
	switch {
	case !team.Exists() || team.Text("status") != "active":
		return refuse(syncing.Invalid, "This team does not look after this person now, so nobody there would read it. Choose another team, or call.")
	case !ContactVerified(team):
		return refuse(syncing.Invalid, "The contact point of "+team.Text("name")+" has not been verified, so the message might reach nobody. Have it verified, or call.")
	case audience == audienceClinicians && !slices.Contains([]string{KindOncology, KindPrimary}, team.Text("kind")):
		return refuse(syncing.Invalid, "Only oncology and the practice read what clinicians write among themselves. Write to everyone, or to one of those teams.")
	}
	return nil
}

// fitsQuestion: an answer stays where its question is, and with what that is about. A question that the author may not see is
// not here for them.
func fitsQuestion(c syncing.Change, question syncing.Snapshot) *syncing.Refusal {
	m := c.After
	same := question.Exists() && question.ID().Type() == messageName && categoryOfAudience(question.Text("audience")) == categoryOfAudience(m.Text("audience")) &&
		question.Text("thread") == m.Text("thread")
	switch {
	case !same:
		return refuse(syncing.Invalid, "The message that this answers is not in this thread.")
	case m.Text("kind") != messageAnswer:
		return nil
	case question.Text("kind") != messageAdvice:
		return refuse(syncing.Invalid, "That message asked for no advice. Reply to it without calling this an answer.")
	case !slices.Contains(question.Texts("recipient"), senderOf(c)):
		return refuse(syncing.Forbidden, "Only the team that was asked can answer this.")
	case question.Text("about") != m.Text("about"):
		return refuse(syncing.Invalid, "An answer is about what its question is about. Name the same document.")
	}
	return nil
}
