package care

import syncing "satchel/sync"

const assessmentRequestName = "assessmentRequest"

// AssessmentRequestType is the document type of asking for an assessment.
const AssessmentRequestType = assessmentRequestName

// assessmentRequestType asks the person to answer the questions by a day (FHIR ServiceRequest). What they send after it was asked answers it.
func assessmentRequestType() *syncing.Type {
	asks := []syncing.Role{RoleOncology, RolePrimary, RoleNavigator, RoleNursing}
	return &syncing.Type{
		Name: assessmentRequestName, Category: CategoryAssessments, Creators: asks,
		Doc: "The person is asked to answer the questions by a day (FHIR ServiceRequest). An assessment that comes in after it was asked answers it.",
		Fields: []syncing.FieldSpec{
			field("team", syncing.Reference, syncing.CAS, asks, "id of the team that asks", required),
			field("dueOn", syncing.Date, syncing.CAS, asks, "by which day", required),
			field("status", syncing.Code, syncing.FSM, asks, "FHIR request status", required, moves(first("active"), from("active", "revoked"), from("revoked", "active"))),
			field("askedAt", syncing.Instant, syncing.LWW, nobody, "when it was asked"),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			if !bySystem(c) && !actsForTeam(c, belongsTo(c, "team")) {
				return refuse(syncing.Forbidden, "Only the team that asks for the answers can change what it asked.")
			}
			return nil
		},
		Derive: func(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
			d := newDraft(c.After.ID(), c.After)
			d.once("askedAt", c.Now)
			return patches(d), nil
		},
	}
}
