package care

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

// messageOutcome is what came of a meeting: one message to all who took part, with what each team does now.
const messageOutcome = "outcome"

// actionsMax is how many actions one outcome has.
const actionsMax = 24

// agreedAction is an element of an outcome. Its members stand in the order of canonical JSON.
type agreedAction struct {
	DueBy string `json:"dueBy,omitzero"`
	Kind  string `json:"kind,omitzero"`
	Team  string `json:"team"`
	Title string `json:"title"`
	Topic string `json:"topic,omitzero"`
}

func (w *ward) actionMembers() option {
	return members(
		member("dueBy", syncing.Date, "by when"),
		member("kind", syncing.Code, "what kind of thing; absent: monitoring", codes(activityKinds...)),
		member("team", syncing.Reference, "id of the team that does it; the record's id: the person"),
		member("title", syncing.Text, "what is to be done, in plain words", upTo(lineMax)),
		member("topic", syncing.Code, "what it is about", codes(w.paths.codes()...)),
	)
}

func actionsIn(message syncing.Snapshot) (list []agreedAction, whole bool) {
	for _, elem := range message.Elems("action") {
		var a agreedAction
		if json.Unmarshal(elem, &a) != nil {
			return nil, false
		}
		list = append(list, a)
	}
	return list, true
}

// allowOutcome asks what can be read from an outcome alone.
func allowOutcome(c syncing.Change) *syncing.Refusal {
	m := c.After
	actions, whole := actionsIn(m)
	if m.Text("kind") != messageOutcome {
		if len(m.Elems("action")) > 0 {
			return refuse(syncing.Invalid, "Who does what is agreed in the outcome of a meeting.")
		}
		return nil
	}
	about, err := syncing.ParseDocID(m.Text("about"))
	switch {
	case !c.By.Has(doctors...):
		return refuse(syncing.Forbidden, "Oncology or the practice writes what came of a meeting.")
	case err != nil || about.Type() != appointmentName:
		return refuse(syncing.Invalid, "Say of which meeting this came.")
	case len(actions) > actionsMax:
		return refuse(syncing.TooLarge, "One outcome has at most 24 actions.")
	}
	for _, a := range actions {
		_, badDate := calendar.ParseDate(a.DueBy)
		if !whole || a.Title == "" || a.Team == "" || a.DueBy != "" && badDate != nil || a.Kind != "" && !slices.Contains(activityKinds, a.Kind) {
			return refuse(syncing.Invalid, "Each action says what is to be done and which team does it.")
		}
	}
	return nil
}

// requireOutcome: an outcome goes to all who took part, as far as the meeting itself was for them, and gives work to teams that are here.
func requireOutcome(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	if c.After.Text("kind") != messageOutcome || bySystem(c) {
		return nil, nil
	}
	appointment, err := r.Document(syncing.DocID(c.After.Text("about")))
	if err != nil {
		return nil, err
	}
	sender := senderOf(c)
	clinical := categoryOfAppointment(appointment) == CategoryClinical
	switch {
	case !appointment.Exists() || !takesPart(appointment, sender):
		return refuse(syncing.Forbidden, "Only a team that took part writes what came of a meeting."), nil
	case clinical != (c.After.Text("audience") == audienceClinicians):
		return refuse(syncing.Invalid, "What came of a meeting is for those for whom the meeting was."), nil
	}
	for _, team := range inPart(appointment) {
		if team != sender && !slices.Contains(c.After.Texts("recipient"), team) {
			return refuse(syncing.Invalid, "What came of a meeting goes to every team that took part."), nil
		}
	}
	actions, _ := actionsIn(c.After)
	for _, a := range actions {
		if a.Team == c.Record.String() {
			continue
		}
		team, err := teamNamed(r, a.Team)
		if err != nil || !team.Exists() || team.Text("status") != "active" {
			return refuse(syncing.Invalid, "A team that does not look after this person now cannot be given something to do."), err
		}
	}
	return nil, nil
}

// outcomeDrafts make of what was agreed what the plan holds, each with its one team: what the writer's own team does it has taken on,
// what another does is offered to that one, which accepts as always (hazard H22). What is for the person stands under the team that
// wrote it.
func (w *ward) outcomeDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	if c.After.Text("kind") != messageOutcome {
		return nil, nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	ended, err := endTasks(r, TaskMeeting, syncing.DocID(c.After.Text("about")))
	if err != nil {
		return nil, err
	}
	drafts := ended
	for _, elem := range c.After.Elems("action") {
		made, err := w.actionDrafts(c, r, elem, around)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, made...)
	}
	return drafts, nil
}

func endTasks(r syncing.Reader, kind string, focus syncing.DocID) ([]*draft, error) {
	standing, err := tasksAbout(r, kind, focus)
	return endAll(standing), err
}

func (w *ward) actionDrafts(c syncing.Change, r syncing.Reader, elem jsontext.Value, around surroundings) ([]*draft, error) {
	var a agreedAction
	if err := json.Unmarshal(elem, &a); err != nil {
		return nil, nil //nolint:nilerr // such an element was refused
	}
	sender := senderOf(c)
	owner := a.Team
	if owner == c.Record.String() {
		owner, a.Kind = sender, "self-care"
	}
	if a.Kind == "" {
		a.Kind = "monitoring"
	}
	id := syncing.NewDocID(activityName, syncing.DerivedUUID(activityName, string(c.After.ID()), string(elem)))
	d := newDraft(id, syncing.Snapshot{})
	d.text("title", a.Title)
	d.text("kind", a.Kind)
	d.text("proposedBy", sender)
	d.text("accountableTeam", owner)
	d.add("evidence", []string{string(c.After.ID())})
	for name, text := range map[string]string{"topic": a.Topic, "dueBy": a.DueBy} {
		if text != "" {
			d.text(name, text)
		}
	}
	is := errand{id: id, status: "accepted", proposer: sender, accountable: owner}
	if owner == sender {
		d.integer("acceptedAt", c.Now)
	} else {
		is.status, is.answerBy = "offered", workingDaysLater(c.Now, w.paths.phases.Offer.AnswerWithinWorkingDays, around.zone)
		d.integer("offeredAt", c.Now)
		d.integer("answerBy", is.answerBy)
	}
	d.text("status", is.status)
	tasks, err := is.taskDrafts(r, nil, is.calls(around.teams), true, c.Now)
	return append([]*draft{d}, tasks...), err
}
