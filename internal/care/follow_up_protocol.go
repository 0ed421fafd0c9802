package care

import (
	syncing "satchel/sync"
)

const (
	followUpProtocolName = "followUpProtocol"
	signPrefix           = "sign."
)

// followUpProtocolType is what specialists ask a person to watch for after treatment, and what to do then. It lies on the phone, so
// its advice needs no network and no rules.
func followUpProtocolType() *syncing.Type {
	oncology := []syncing.Role{RoleOncology}
	says := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, oncology, doc, more...)
	}
	return &syncing.Type{
		Name: followUpProtocolName, Category: CategoryPlan, Creators: oncology,
		Doc: "Signs that a cancer may be back, for one person, and what to do about them. Written by oncology.",
		Fields: []syncing.FieldSpec{
			says("title", syncing.Text, "what is followed up, in plain words", required, upTo(lineMax)),
			says("team", syncing.Reference, "id of the oncology team that answers for it; a report goes into its queue", required),
			says(signPrefix+"*", syncing.Text, "a sign in plain words, such as a new lump; the name after the dot is its code", upTo(noteMax)),
			says("advice", syncing.Text, "what to do at once when there is one", required, upTo(noteMax)),
			says("level", syncing.Code, "how urgent a report is", required, codes("amber", "red", "emergency")),
			says("phone", syncing.Text, "the number for a fast way back", upTo(lineMax)),
			says("validUntil", syncing.Date, "the last day on which it is to be followed; a phone hides it afterwards"),
			says("plan", syncing.Reference, "the care plan that it belongs to"),
			says("status", syncing.Code, "FHIR request status", required, asStatus, requestMoves()),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			answers := belongsTo(c, "team")
			if !bySystem(c) && !actsForTeam(c, answers) {
				return refuse(syncing.Forbidden, "Only the team that answers for this can write it.")
			}
			return nil
		},
	}
}
