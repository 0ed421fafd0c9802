package care

import syncing "satchel/sync"

const goalName = "goal"

// goalType is what matters to the person, in their own words. No clinician can overwrite those.
func goalType() *syncing.Type {
	statusWriters := []syncing.Role{RolePatient, RoleOncology, RolePrimary}
	return &syncing.Type{
		Name: goalName, Category: CategoryPlan, Creators: person,
		Doc: "What matters to the person (FHIR Goal). Words and priority are theirs alone.",
		Fields: []syncing.FieldSpec{
			field("text", syncing.Text, syncing.LWW, person, "the goal, in the person's words", required, upTo(noteMax)),
			field("priority", syncing.Int, syncing.LWW, person, "1 comes first"),
			field("category", syncing.Code, syncing.LWW, statusWriters, "what it is about", codes("health", "everyday", "family", "work", "feelings", "other")),
			field("targetSuggestion", syncing.Text, syncing.MV, doctors, "what a team suggests to aim for", upTo(noteMax)),
			field("target", syncing.Text, syncing.LWW, person, "how the person will know that it is reached", upTo(noteMax)),
			field("lifecycleStatus", syncing.Code, syncing.LWW, statusWriters, "FHIR goal status",
				codes("proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "rejected")),
			field("achievementStatus", syncing.Code, syncing.LWW, statusWriters, "FHIR goal achievement",
				codes("in-progress", "improving", "worsening", "no-change", "achieved", "not-achieved", "no-progress", "not-attainable")),
			field("tags", syncing.Text, syncing.Set, person, "words to find it by", upTo(lineMax)),
		},
	}
}
