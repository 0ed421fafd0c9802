package care

import (
	"slices"

	syncing "satchel/sync"
)

const (
	phaseTransitionName = "phaseTransition"

	// phaseFollowUp is the phase into which nobody is sent back before another team has accepted them.
	phaseFollowUp = "follow-up"
)

// PhaseTransitionType is the document type of a handover from one phase to the next.
const PhaseTransitionType = phaseTransitionName

// phaseTransitionType is the warm handover (seed A07, hazard H32): the team that treated offers, the team that follows up accepts, with a
// connection. What else must be there is worked out and never stored; see handover_lack.go. It becomes effective by the change of the
// plan's phase alone, which is refused while anything is missing.
func (w *ward) phaseTransitionType() *syncing.Type {
	says := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, doctors, doc, more...)
	}
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: phaseTransitionName, Category: CategoryPlan, Creators: doctors,
		Doc: "A handover to the next phase: offered by the team that treats, accepted by the team that takes over.",
		Fields: []syncing.FieldSpec{
			says("plan", syncing.Reference, "the care plan whose phase will change", required),
			says("to", syncing.Code, "the phase that comes", required, codes(phaseCodes...)),
			says("fromTeam", syncing.Reference, "the team that hands over", required),
			says("toTeam", syncing.Reference, "the team that is asked to take over", required),
			says("followUpOn", syncing.Date, "the first follow-up"),
			says("leadsFrom", syncing.Date, "from which day the other team leads"),
			says("expectations", syncing.Text, "what is expected of the other team, in plain words", upTo(pageMax)),
			says("status", syncing.Code, "where it stands", required, asStatus, moves(first("draft", "offered"),
				from("draft", "offered", "withdrawn"), from("offered", "accepted", "declined", "draft", "withdrawn"),
				from("declined", "draft", "offered", "withdrawn"), from("accepted", "effective", "declined", "withdrawn"), from("effective"), from("withdrawn"))),
			says("statusReason", syncing.Text, "why it was declined", upTo(noteMax)),
			told("offeredAt", syncing.Instant, "since when it is offered"),
			told("answerBy", syncing.Instant, "by when it should be answered"),
			told("unanswered", syncing.Bool, "that time has passed"),
			told("acceptedAt", syncing.Instant, "when the other team accepted"),
			told("effectiveAt", syncing.Instant, "when the phase changed"),
			told("from", syncing.Code, "the phase before", codes(phaseCodes...)),
		},
		Allow:  allowTransition,
		Derive: w.deriveTransition,
		Index:  indexTransition,
	}
}

func allowTransition(c syncing.Change) *syncing.Refusal {
	stands := c.Before
	if !stands.Exists() {
		stands = c.After
	}
	offers, answers := actsForTeam(c, stands.Text("fromTeam")), actsForTeam(c, stands.Text("toTeam"))
	before, after := c.Before.Text("status"), c.After.Text("status")
	out := before == "offered" || before == "accepted" || before == "effective"
	content := slices.ContainsFunc(c.Fields, func(name string) bool { return name != "status" && name != "statusReason" })
	switch {
	case bySystem(c):
		return nil
	case !c.Before.Exists() && !offers:
		return refuse(syncing.Forbidden, "A team hands over in its own name.")
	case c.After.Text("fromTeam") == c.After.Text("toTeam"):
		return refuse(syncing.Invalid, "A handover is to another team. Name the team that takes over.")
	case content && !offers, c.Wrote("statusReason") && !offers && !answers:
		return refuse(syncing.Forbidden, "Only the team that hands over can write this.")
	case content && out:
		return refuse(syncing.Stale, "This is offered as it stands, and may be accepted at any moment. Take it back, then change it.")
	case c.Before.Text("fromTeam") != c.After.Text("fromTeam") && c.Before.Exists():
		return refuse(syncing.Invalid, "Who hands over does not change. Withdraw this, and begin a new one.")
	case before == after:
		return nil
	}
	switch after {
	case "effective":
		return refuse(syncing.Transition, "This becomes effective with the phase of the plan. Change that.")
	case "accepted", "declined":
		return allowTransitionAnswer(c, after, answers)
	}
	if !offers {
		return refuse(syncing.Forbidden, "Only the team that hands over can offer this or take it back.")
	}
	return nil
}

// allowTransitionAnswer: the team that is asked answers what stands now, so it needs a connection.
func allowTransitionAnswer(c syncing.Change, after string, answers bool) *syncing.Refusal {
	switch {
	case !answers:
		return refuse(syncing.Forbidden, "Only the team that was asked can answer this.")
	case after == "declined" && (!c.Wrote("statusReason") || c.After.Text("statusReason") == ""):
		return refuse(syncing.Invalid, "Please say why: the person must not be without anybody.")
	}
	return refuseOffline(c)
}

// errandOfTransition is what the tasks about a handover depend on: the same as about an activity that is offered.
func errandOfTransition(s syncing.Snapshot) errand {
	e := errand{id: s.ID(), proposer: s.Text("fromTeam"), accountable: s.Text("toTeam")}
	switch status := s.Text("status"); status {
	case "offered", "accepted", "declined":
		e.status = status
	}
	e.unanswered, _ = s.Bool("unanswered")
	e.answerBy, _ = s.Int("answerBy")
	return e
}

// deriveTransition keeps the times of an offer, and the tasks of those who must act.
func (w *ward) deriveTransition(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	own := newDraft(c.After.ID(), c.After)
	own.textOnce("from", around.phase)
	before, after := c.Before.Text("status"), c.After.Text("status")
	was, is := errandOfTransition(c.Before), errandOfTransition(c.After)
	switch {
	case after == "offered" && before != "offered":
		own.integer("offeredAt", c.Now)
		own.integer("answerBy", w.handovers.Accept.after(c.Now, around.zone))
		own.clear("unanswered")
		is.unanswered, is.answerBy = false, intIn(own.patch, "answerBy")
	case after != "offered":
		own.clear("answerBy")
		own.clear("unanswered")
	}
	if after == "accepted" && before != "accepted" {
		own.integer("acceptedAt", c.Now)
	}
	tasks, err := is.taskDrafts(r, was.calls(around.teams), is.calls(around.teams), before != after, c.Now)
	return patches(append([]*draft{own}, tasks...)...), err
}

func indexTransition(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	return indexErrand(record, errandOfTransition(s))
}

// effectiveDrafts end the handovers of a plan whose phase has changed: the one that was accepted is effective, and its tasks go.
func effectiveDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	docs, err := r.Documents(phaseTransitionName)
	if err != nil {
		return nil, err
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, doc := range docs {
		if doc.Text("plan") != string(c.After.ID()) || doc.Text("to") != c.After.Text("phase") || doc.Text("status") != "accepted" {
			continue
		}
		d := newDraft(doc.ID(), doc)
		d.text("status", "effective")
		d.integer("effectiveAt", c.Now)
		was := errandOfTransition(doc)
		tasks, err := errand{id: doc.ID()}.taskDrafts(r, was.calls(teams), nil, false, c.Now)
		if err != nil {
			return nil, err
		}
		drafts = append(append(drafts, d), tasks...)
	}
	return drafts, nil
}
