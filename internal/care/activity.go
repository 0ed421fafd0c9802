package care

import syncing "satchel/sync"

// activityType is one thing to be done. Exactly one team is accountable for it and writes what becomes of it; who proposed it
// may offer it to another team. Overdue is not a state: it follows from dueBy.
func activityType() *syncing.Type {
	proposers := []syncing.Role{RoleOncology, RolePrimary, RoleNavigator}
	return &syncing.Type{
		Name: "activity", Category: CategoryPlan, Creators: proposers,
		Doc: "One thing to be done (FHIR CarePlan.activity), with exactly one accountable team.",
		Fields: []syncing.FieldSpec{
			field("title", syncing.Text, syncing.CAS, proposers, "what is to be done, in plain words", required, upTo(lineMax)),
			field("kind", syncing.Code, syncing.CAS, proposers, "what kind of thing", required,
				codes("appointment", "lab", "imaging", "procedure", "medication-advice", "self-care", "comorbidity", "preventive", "monitoring", "referral")),
			field("accountableTeam", syncing.Reference, syncing.CAS, proposers, "the one team that answers for it", required),
			field("proposedBy", syncing.Reference, syncing.CAS, proposers, "the team that proposed it", required),
			field("status", syncing.Code, syncing.FSM, staff, "where it stands", required, moves(first("proposed", "offered"),
				from("proposed", "offered", "cancelled"), from("offered", "accepted", "declined", "cancelled"),
				from("declined", "proposed", "offered", "cancelled"), from("accepted", "in-progress", "completed", "cancelled"),
				from("in-progress", "completed", "cancelled"), from("completed"), from("cancelled"))),
			field("statusReason", syncing.Text, syncing.CAS, staff, "why it was declined or cancelled", upTo(noteMax)),
			field("outcome", syncing.Text, syncing.CAS, staff, "what came of it", upTo(pageMax)),
			field("description", syncing.Text, syncing.CAS, proposers, "more, in plain words", upTo(pageMax)),
			field("supportTeams", syncing.Reference, syncing.Set, proposers, "teams that help"),
			field("startBy", syncing.Date, syncing.CAS, proposers, "when it should begin"),
			field("dueBy", syncing.Date, syncing.CAS, proposers, "when it should be done"),
			field("repeat", syncing.Text, syncing.CAS, proposers, "RFC 5545 rule, where it comes again", upTo(noteMax)),
			field("protocolRef", syncing.Text, syncing.CAS, proposers, "how it is done", upTo(noteMax)),
			field("returnCriteria", syncing.Text, syncing.CAS, proposers, "when it goes back to the team that proposed it", upTo(noteMax)),
			field("evidence", syncing.Reference, syncing.Set, staff, "documents that show it was done"),
			field("patientDone", syncing.Bool, syncing.LWW, person, "the person says that it is done"),
			field("patientNote", syncing.Text, syncing.MV, family, "what the person has to say about it", upTo(noteMax)),
		},
		Allow: allowActivity,
	}
}

func allowActivity(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	proposer, accountable := c.Before.Text("proposedBy"), c.Before.Text("accountableTeam")
	if !c.Before.Exists() {
		proposer, accountable = c.After.Text("proposedBy"), c.After.Text("accountableTeam")
	}
	proposes, answers := actsForTeam(c, proposer), actsForTeam(c, accountable)
	switch {
	case !c.Before.Exists() && !proposes:
		return refuse(syncing.Forbidden, "A team proposes in its own name.")
	case c.Wrote("outcome") && !answers:
		return refuse(syncing.Forbidden, "Only the team that answers for this can say what came of it.")
	case c.Wrote("status") && !mayMoveActivity(c, proposes, answers):
		return refuse(syncing.Forbidden, "Only the team that answers for this can say where it stands.")
	case c.Before.Exists() && wroteAny(c, "accountableTeam", "proposedBy") && !mayReoffer(c, proposes):
		return refuse(syncing.Forbidden, "Who answers for this changes only by an offer that the other team accepts.")
	case wroteAny(c, "title", "kind", "description", "dueBy", "startBy", "repeat", "protocolRef", "returnCriteria") && !proposes && !answers:
		return refuse(syncing.Forbidden, "Only the team that proposed this, or that answers for it, can change it.")
	}
	return nil
}

// mayMoveActivity: the proposer offers and may take back, the accountable team says everything else.
func mayMoveActivity(c syncing.Change, proposes, answers bool) bool {
	switch c.After.Text("status") {
	case "proposed", "offered":
		return proposes || answers && c.Before.Text("status") == c.After.Text("status")
	case "cancelled":
		return proposes || answers
	}
	return answers
}

// mayReoffer: an accountable team is changed by the proposer, and only while nobody has accepted. Who proposed never changes.
func mayReoffer(c syncing.Change, proposes bool) bool {
	if c.Wrote("proposedBy") && c.Before.Text("proposedBy") != c.After.Text("proposedBy") {
		return false
	}
	status := c.Before.Text("status")
	return proposes && (status == "proposed" || status == "declined" || status == "offered")
}
