package care

import syncing "satchel/sync"

const conditionName = "condition"

// conditionType is FHIR's Condition: something that the person has or had, as the team that wrote it down knows it. Each treating team
// writes its own, so that neither corrects what the other found.
func conditionType() *syncing.Type {
	fact := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, doctors, doc, more...)
	}
	return &syncing.Type{
		Name: conditionName, Category: CategoryPlan, Creators: doctors,
		Doc: "Something that the person has or had (FHIR Condition). The team that recorded it writes it.",
		Fields: []syncing.FieldSpec{
			fact("text", syncing.Text, "what it is, in words that the person knows", required, upTo(lineMax)),
			fact("recorder", syncing.Reference, "the team whose entry this is", required),
			fact("clinicalStatus", syncing.Code, "where it stands now (FHIR condition clinical status)", required,
				codes("active", "recurrence", "remission", "resolved")),
			fact("verificationStatus", syncing.Code, "how sure the team is; absent: confirmed", codes("confirmed", "provisional", "refuted", "entered-in-error")),
			fact("code", syncing.Code, "ICD-10, such as C83.3"),
			field("stage", syncing.Text, syncing.MV, doctors, "stage, in words; never part of an emergency card", upTo(lineMax)),
			fact("onset", syncing.Date, "since when"),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			team := belongsTo(c, "recorder")
			if !bySystem(c) && !actsForTeam(c, team) {
				return refuse(syncing.Forbidden, "Only the team that recorded this can change it. Record what your own team found beside it.")
			}
			return nil
		},
	}
}
