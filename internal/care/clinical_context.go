package care

import (
	"encoding/json"

	syncing "satchel/sync"
)

const clinicalContextName = "clinicalContext"

// ClinicalContextID names the one clinical context of a record: the document has the record's own id.
func ClinicalContextID(record syncing.RecordID) syncing.DocID {
	return syncing.NewDocID(clinicalContextName, record.UUID)
}

// clinicalContextType holds what the red-flag rules must know of the treatment, small enough to lie on the phone. A field
// without a value is unknown, and unknown counts as present (hazard H06), so removing one makes nobody safer.
func clinicalContextType() *syncing.Type {
	oncology := []syncing.Role{RoleOncology}
	fact := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, oncology, doc, more...)
	}
	return &syncing.Type{
		Name: clinicalContextName, Category: CategoryPlan, Creators: oncology,
		Doc: "What the rules must know of the treatment. Its id is the record's id. What is not stated counts as present.",
		Fields: []syncing.FieldSpec{
			fact("sactLastDose", syncing.Date, "last dose of systemic anti-cancer therapy"),
			fact("sactRegimen", syncing.Text, "the regimen, by its usual name", upTo(lineMax)),
			fact("gcsfLastDose", syncing.Date, "last dose of G-CSF"),
			fact("gcsfKind", syncing.Code, "which G-CSF", codes("daily", "pegylated")),
			fact("checkpointInhibitorLastDose", syncing.Date, "last dose of a checkpoint inhibitor"),
			field("radiotherapySites", syncing.Text, syncing.Set, oncology, "where radiotherapy was given", upTo(lineMax)),
			fact("centralLine", syncing.Bool, "a central line or port is in place"),
			fact("spinalMetsRisk", syncing.Bool, "cancer may press on the spinal cord"),
			fact("anticoagulated", syncing.Bool, "takes a blood thinner"),
			fact("transplantOrCarT", syncing.Bool, "had a transplant or CAR-T cells"),
			fact("splenectomy", syncing.Bool, "has no working spleen"),
			fact("pregnancyPossible", syncing.Bool, "could be pregnant"),
			fact("baselineStoolsPerDay", syncing.Int, "usual number of stools a day", unit("/d")),
			fact("allergies", syncing.Text, "allergies in words", upTo(noteMax)),
			fact("steroid", syncing.Bool, "takes a steroid, which hides fever"),
			fact("paracetamolRegular", syncing.Bool, "takes paracetamol regularly, which hides fever"),
			field("proposal", syncing.Text, syncing.MV, []syncing.Role{RoleOncology, RolePrimary}, "what the practice believes should be changed here", upTo(noteMax)),
		},
		Allow: ofThisRecord(ClinicalContextID, "A record has one clinical context, and its document has the record's own id."),
	}
}

// statedContext gives the fields as the instrument reads them.
func statedContext(context syncing.Snapshot) map[string]json.RawMessage {
	stated := map[string]json.RawMessage{}
	for _, name := range context.Fields("") {
		if value := context.Value(name); value != nil {
			stated[name] = json.RawMessage(value)
		}
	}
	return stated
}
