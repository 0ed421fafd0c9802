package care

import syncing "satchel/sync"

const medicationName = "medication"

// medicationType is FHIR's MedicationStatement: what the person should take, and, in a field of their own, whether they do. What a
// clinician wrote and what the person says stand beside each other; neither writes over the other.
func medicationType() *syncing.Type {
	fact := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, doctors, doc, more...)
	}
	return &syncing.Type{
		Name: medicationName, Category: CategoryMedication, Creators: doctors,
		Doc: "A medicine as it was prescribed or advised (FHIR MedicationStatement), and whether the person takes it.",
		Fields: []syncing.FieldSpec{
			fact("display", syncing.Text, "name and strength", required, upTo(lineMax)),
			fact("status", syncing.Code, "FHIR medication statement status", required, codes("active", "completed", "stopped", "on-hold", "intended", "entered-in-error")),
			fact("dose", syncing.Text, "how much, how often, how", upTo(noteMax)),
			fact("started", syncing.Date, "since when"),
			fact("stopped", syncing.Date, "the last day"),
			field("supplyUntil", syncing.Date, syncing.LWW, append([]syncing.Role{RolePatient}, doctors...), "the last day for which there is some left"),
			fact("source", syncing.Code, "from where this is known", codes("prescribed", "dispensed", "letter", "told-by-person")),
			field("taking", syncing.Code, syncing.LWW, person, "what the person says: taking it or not", codes("taking", "not-taking")),
			field("takingNote", syncing.Text, syncing.LWW, person, "why not, or how", upTo(noteMax)),
		},
	}
}
