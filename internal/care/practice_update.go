package care

import (
	"strings"

	syncing "satchel/sync"
)

// updateText is a message that the rules write to the practice, in the name of oncology: so that nobody has to ask the person what was
// done (seed B33). It says what kind of thing has changed and where it stands, never what: whoever may read messages need not be
// allowed to read that.
type updateText struct {
	cause  string // tells updates about one document apart: the same cause again makes nothing
	topic  string
	body   string
	action bool  // the practice must do something
	dueBy  int64 // ms; 0: nothing is due
	about  syncing.DocID
}

// practiceUpdate is the draft of that message, with its receipt; none while no practice is here, or no oncology to write.
func (w *ward) practiceUpdate(c syncing.Change, r syncing.Reader, u updateText) ([]*draft, error) {
	teams, err := readTeams(r)
	from, to := teams.byKind[KindOncology], teams.byKind[KindPrimary]
	if err != nil || from == "" || to == "" {
		return nil, err
	}
	id := syncing.NewDocID(messageName, syncing.DerivedUUID("practice update", string(u.about), u.cause))
	stands, err := r.Document(id)
	if err != nil || stands.Exists() {
		return nil, err
	}
	message := newDraft(id, syncing.Snapshot{})
	message.text("thread", syncing.DerivedUUID("practice updates", c.Record.String()).String())
	message.text("topic", u.topic)
	message.text("body", u.body)
	message.text("kind", messagePlain)
	message.text("fromTeam", from)
	message.text("about", string(u.about))
	message.truth("actionRequired", u.action)
	message.add("recipient", []string{to})
	urgency := urgencyInformation
	if u.action {
		urgency = urgencyAction
	}
	if u.dueBy != 0 {
		message.integer("dueBy", u.dueBy)
	}
	receipt := newDraft(ReceiptID(id), syncing.Snapshot{})
	receipt.text("message", string(id))
	receipt.text("from", from)
	receipt.text("urgency", urgency)
	receipt.integer("writtenAt", c.Now)
	receipt.integer("sentAt", c.Now)
	receipt.integer("openBy", w.messages.openBy(urgency, c.Now, u.dueBy))
	if u.action && u.dueBy != 0 {
		receipt.integer("dueBy", u.dueBy)
	}
	receipt.text(statePrefix+to, StateDelivered)
	receipt.integer(deliveredAtPrefix+to, c.Now)
	return []*draft{message, receipt}, nil
}

// phaseUpdate tells the practice of a new phase. At the end of treatment it says what the practice leads from which day, and when the
// review is due (seed B26).
func (w *ward) phaseUpdate(c syncing.Change, r syncing.Reader, made []*draft, zone string) ([]*draft, error) {
	u := updateText{cause: "phase " + string(syncing.IntValue(int64(c.After.Rev()))), about: c.After.ID()}
	if c.After.Text("phase") != "end-of-treatment" {
		u.topic = "The phase of care has changed"
		u.body = "The phase of care has changed. The plan says what follows from it and who looks after what."
		return w.practiceUpdate(c, r, u)
	}
	leads, err := w.practiceLeads(r, made)
	if err != nil {
		return nil, err
	}
	from := c.After.Text("reengageOn")
	if from == "" {
		from = surroundings{zone: zone}.dateOf(c.Now)
	}
	u.topic, u.action = "What we ask of you now that treatment ends", true
	u.body = "Treatment ends. From " + from + " you lead: " + strings.Join(leads, "; ") + "."
	if len(leads) == 0 {
		u.body = "Treatment ends. From " + from + " we ask you to be there for this person again; nothing was handed to you yet."
	}
	if clock := w.reviewDates(c.After); clock.ReviewBy != "" {
		u.body += " Cancer care review due " + clock.ReviewBy + "."
	}
	u.body += " Please acknowledge this, or write to us."
	return w.practiceUpdate(c, r, u)
}

// practiceLeads are the titles of what the practice looks after, with what the change itself has proposed to it.
func (w *ward) practiceLeads(r syncing.Reader, made []*draft) (titles []string, err error) {
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	activities, err := r.Documents(activityName)
	for _, a := range activities {
		if isLive(a) && a.Text("accountableTeam") == teams.byKind[KindPrimary] {
			titles = append(titles, a.Text("title"))
		}
	}
	for _, d := range made {
		if d.patch.Doc.Type() == activityName && !d.stands.Exists() && textIn(d.valueNow("accountableTeam")) == teams.byKind[KindPrimary] {
			titles = append(titles, textIn(d.valueNow("title")))
		}
	}
	return titles, err
}
