package care

import syncing "satchel/sync"

const carePlanName = "carePlan"

// carePlanType is the header of FHIR's CarePlan. One team leads the plan and writes its header; what is to be done are
// activities, each with a team of its own.
func carePlanType() *syncing.Type {
	return &syncing.Type{
		Name: carePlanName, Category: CategoryPlan, Creators: doctors,
		Doc: "The header of a care plan (FHIR CarePlan). Only the team that leads it writes it.",
		Fields: []syncing.FieldSpec{
			field("title", syncing.Text, syncing.CAS, doctors, "name of the plan, in plain words", required, upTo(lineMax)),
			field("overallLead", syncing.Reference, syncing.CAS, doctors, "the team that leads the plan", required),
			field("status", syncing.Code, syncing.FSM, doctors, "FHIR request status", required, requestMoves()),
			field("phase", syncing.Code, syncing.CAS, doctors, "where the person stands; who acts on many concerns depends on it", required,
				codes("diagnosis", "active-treatment", "end-of-treatment", "follow-up", "recurrence", "palliative", "end-of-life")),
			field("start", syncing.Date, syncing.CAS, doctors, "first day of the plan"),
			field("end", syncing.Date, syncing.CAS, doctors, "last day of the plan, where it has one"),
			field("description", syncing.Text, syncing.CAS, doctors, "the plan in plain words", upTo(pageMax)),
			field("template", syncing.Code, syncing.CAS, doctors, "template and version that it was made from"),
			field("addresses", syncing.Text, syncing.Set, doctors, "conditions that it is about", upTo(lineMax)),
			field("goal", syncing.Reference, syncing.Set, doctors, "goals of the person that it serves"),
			field("activity", syncing.Reference, syncing.Set, doctors, "what is to be done"),
			field("agreedBy", syncing.Reference, syncing.Set, doctors, "teams that agreed; each adds itself"),
		},
		Allow: allowCarePlan,
	}
}

func allowCarePlan(c syncing.Change) *syncing.Refusal {
	lead := c.Before.Text("overallLead")
	if lead == "" {
		lead = c.After.Text("overallLead")
	}
	if bySystem(c) || actsForTeam(c, lead) {
		return nil
	}
	for _, name := range c.Fields {
		if name != "agreedBy" && name != "activity" {
			return refuse(syncing.Forbidden, "Only the team that leads the plan can change this.")
		}
	}
	if !onlyOwnTeams(c, "agreedBy") {
		return refuse(syncing.Forbidden, "A team agrees for itself, not for another.")
	}
	return nil
}

// onlyOwnTeams reports whether the elements that the change adds to or takes from a set of teams are all the writer's own.
func onlyOwnTeams(c syncing.Change, set string) bool {
	before, after := c.Before.Texts(set), c.After.Texts(set)
	for _, team := range append(without(before, after), without(after, before)...) {
		if !actsForTeam(c, team) {
			return false
		}
	}
	return true
}

// requestMoves are FHIR's request statuses.
func requestMoves() option {
	return moves(first("draft", "active"),
		from("draft", "active", "revoked", "entered-in-error"),
		from("active", "on-hold", "completed", "revoked", "entered-in-error"),
		from("on-hold", "active", "revoked", "entered-in-error"),
		from("completed", "entered-in-error"), from("revoked", "entered-in-error"), from("entered-in-error"))
}

// phaseOf is the phase of the plan that holds: the active one that was changed last. "" if there is none.
func phaseOf(r syncing.Reader) (string, error) {
	plans, err := r.Documents(carePlanName)
	if err != nil {
		return "", err
	}
	phase, newest := "", syncing.Rev(0)
	for _, plan := range plans {
		if plan.Text("status") == "active" && plan.Rev() >= newest {
			phase, newest = plan.Text("phase"), plan.Rev()
		}
	}
	return phase, nil
}
