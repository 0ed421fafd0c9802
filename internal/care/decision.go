package care

import syncing "satchel/sync"

const decisionName = "decision"

// decisionType is a choice that a team and the person make together: the teams write what can be chosen, and what matters and
// what the person prefers is the person's alone.
func decisionType() *syncing.Type {
	both := append([]syncing.Role{RolePatient}, doctors...)
	return &syncing.Type{
		Name: decisionName, Category: CategoryPlan, Creators: doctors,
		Doc: "A choice that is made together: options from the teams, what matters and what is preferred from the person.",
		Fields: []syncing.FieldSpec{
			field("title", syncing.Text, syncing.CAS, doctors, "what is to be decided, in plain words", required, upTo(lineMax)),
			field("supportedBy", syncing.Reference, syncing.CAS, doctors, "the team that helps to decide", required),
			field("option", syncing.Object, syncing.Set, doctors, "what can be chosen; doing nothing is an option too", members(
				member("name", syncing.Text, "what it is called", upTo(lineMax)),
				member("good", syncing.Text, "what speaks for it", upTo(noteMax)),
				member("bad", syncing.Text, "what speaks against it", upTo(noteMax)))),
			field("question", syncing.Text, syncing.MV, both, "what the person still wants to know", upTo(noteMax)),
			field("matters", syncing.Text, syncing.MV, person, "what matters to the person in this", upTo(noteMax)),
			field("preference", syncing.Text, syncing.LWW, person, "the option that the person prefers, by name", upTo(lineMax)),
			field("sure", syncing.Int, syncing.LWW, person, "how sure the person is, 0 to 10", unit("{score}")),
			field("decided", syncing.Text, syncing.CAS, both, "what was decided, once it is", upTo(lineMax)),
			field("decidedOn", syncing.Date, syncing.CAS, both, "when"),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			team := belongsTo(c, "supportedBy")
			if wroteAny(c, "title", "supportedBy", "option") && !bySystem(c) && !actsForTeam(c, team) {
				return refuse(syncing.Forbidden, "Only the team that helps to decide can change what can be chosen.")
			}
			return nil
		},
	}
}
