package care

import syncing "satchel/sync"

const (
	activityName = "activity"

	// kindCareReview is a cancer care review: completing one makes a version of the plan.
	kindCareReview = "care-review"
)

// ActivityType is the document type of what is to be done.
const ActivityType = activityName

// activityType is one thing to be done. Exactly one team is accountable for it and writes what becomes of it; who proposed it
// may offer it to another team, and until that team has accepted it is a gap that everybody sees. Overdue is not a state: it
// follows from dueBy. Who may do what is in offer.go, what follows from it in offer_follow.go.
func (w *ward) activityType() *syncing.Type {
	proposers := []syncing.Role{RoleOncology, RolePrimary, RoleNavigator}
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: activityName, Category: CategoryPlan, Creators: proposers,
		Doc: "One thing to be done (FHIR CarePlan.activity), with exactly one accountable team.",
		Fields: []syncing.FieldSpec{
			field("title", syncing.Text, syncing.CAS, proposers, "what is to be done, in plain words", required, upTo(lineMax)),
			field("kind", syncing.Code, syncing.CAS, proposers, "what kind of thing", required, codes(activityKinds...)),
			field("topic", syncing.Code, syncing.CAS, proposers, "what it is about, as people ask 'who handles this?'", codes(w.paths.codes()...)),
			field("accountableTeam", syncing.Reference, syncing.CAS, proposers, "the one team that answers for it; without one it is a gap"),
			field("proposedBy", syncing.Reference, syncing.CAS, proposers, "the team that proposed it", required),
			field("status", syncing.Code, syncing.FSM, staff, "where it stands", required, activityMoves()),
			field("statusReason", syncing.Text, syncing.CAS, staff, "why it was declined or cancelled", upTo(noteMax)),
			field("outcome", syncing.Text, syncing.CAS, staff, "what came of it", upTo(pageMax)),
			field("description", syncing.Text, syncing.CAS, proposers, "more, in plain words", upTo(pageMax)),
			field("supportTeams", syncing.Reference, syncing.Set, proposers, "teams that help; never the accountable one"),
			field("informTeams", syncing.Reference, syncing.Set, proposers, "teams that are told; never the accountable one"),
			field("startBy", syncing.Date, syncing.CAS, proposers, "when it should begin"),
			field("dueBy", syncing.Date, syncing.CAS, proposers, "when it should be done"),
			field("repeat", syncing.Text, syncing.CAS, proposers, "RFC 5545 rule, where it comes again", upTo(noteMax)),
			field("protocolRef", syncing.Text, syncing.CAS, proposers, "how it is done", upTo(noteMax)),
			field("returnCriteria", syncing.Text, syncing.CAS, proposers, "when it goes back to the team that proposed it", upTo(noteMax)),
			field("evidence", syncing.Reference, syncing.Set, staff, "documents that show it was done"),
			field("patientDone", syncing.Bool, syncing.LWW, person, "the person says that it is done"),
			field("patientNote", syncing.Text, syncing.MV, family, "what the person has to say about it", upTo(noteMax)),

			field("counterTeam", syncing.Reference, syncing.CAS, staff, "the team that was asked proposes this team instead"),
			field("counterDate", syncing.Date, syncing.CAS, staff, "the team that was asked proposes this date instead"),
			field("counterTerms", syncing.Text, syncing.CAS, staff, "on which terms the team that was asked would accept", upTo(noteMax)),
			field("transferTo", syncing.Reference, syncing.CAS, staff, "team that is asked to take over; until it does, the accountable team stays so"),
			field("keptFor", syncing.Code, syncing.CAS, staff, "phase for which the accountable team stays, though the template proposes another", codes(phaseCodes...)),

			told("suggestedTeam", syncing.Reference, "team that the template of the phase proposes, where it is another"),
			told("template", syncing.Code, "template and version that it was made from"),
			told("templateCode", syncing.Code, "which activity of that template it is"),
			told("overdueFrom", syncing.Instant, "when its day has passed; absent while nothing is due, and once it is on a list"),
			told("overdueAt", syncing.Instant, "since when it is on the list of the team that answers for it"),
			told("offeredAt", syncing.Instant, "since when it is offered"),
			told("answerBy", syncing.Instant, "by when the team that was asked should answer"),
			told("unanswered", syncing.Bool, "that time has passed"),
			told("acceptedAt", syncing.Instant, "since when the accountable team answers for it"),
			told("version", syncing.Reference, "version of the plan that a completed care review made"),
		},
		Allow:  allowActivity,
		Derive: w.deriveActivity,
		Index:  indexActivity,
	}
}

func activityMoves() option {
	return moves(first("proposed", "offered", "accepted"),
		from("proposed", "offered", "accepted", "cancelled"),
		from("offered", "accepted", "declined", "counter-proposed", "proposed", "cancelled"),
		from("declined", "proposed", "offered", "cancelled"),
		from("counter-proposed", "proposed", "offered", "declined", "cancelled"),
		from("accepted", "in-progress", "completed", "declined", "cancelled"),
		from("in-progress", "completed", "declined", "cancelled"),
		from("completed"), from("cancelled"))
}

// codes are all topics, in the order of the file.
func (p *pathways) codes() []string {
	list := make([]string, 0, len(p.Topics))
	for _, t := range p.Topics {
		list = append(list, t.Code)
	}
	return list
}
