package care

import syncing "satchel/sync"

const resultAckName = "resultAck"

// The answers of a team that was asked to take a result over.
const (
	transferAccepted = "accepted"
	transferDeclined = "declined"
)

// decisionTransfer is the decision that another team should look after a result. It counts when that team has accepted.
const decisionTransfer = "transfer-responsibility"

// resultAckType is what somebody says of a result: that they have seen it, what they decided, that the person was told. Only the team
// that is responsible decides; what others say is that they have seen it too. Seen is not acknowledged.
func (w *ward) resultAckType() *syncing.Type {
	readers := []syncing.Role{RoleOncology, RolePrimary, RoleNursing, RoleSpecialist}
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, readers, doc, more...)
	}
	return &syncing.Type{
		Name: resultAckName, Category: CategoryResults, Event: true, Creators: readers,
		Doc: "Somebody has seen a result, or says what follows from it. Written once; a decision needs a connection.",
		Fields: []syncing.FieldSpec{
			once("result", syncing.Reference, "the result, as type/id", required),
			once("team", syncing.Reference, "id of the team for which it is said", required),
			once("version", syncing.Int, "which version of the result was seen", required),
			once("decision", syncing.Code, "what was decided; without one it was seen and nothing else", codes(w.lab.Decisions()...)),
			once("to", syncing.Reference, "id of the team that is asked to take it over"),
			once("answer", syncing.Code, "what a team says that was asked to take it over", codes(transferAccepted, transferDeclined)),
			once("note", syncing.Text, "in plain words, for the person and both teams", upTo(noteMax)),
			once("held", syncing.Bool, "the result is held back from the person, and so is this"),
			once("patientInformedAt", syncing.Instant, "when somebody told the person"),
			once("patientInformedHow", syncing.Code, "how", codes("phone", "visit", "video", "letter", "message")),
		},
		Categorise: func(s syncing.Snapshot) string {
			if held, _ := s.Bool("held"); held {
				return CategoryClinical
			}
			return CategoryResults
		},
		Apart:   func(func(string) string) string { return CategoryClinical },
		Allow:   allowResultAck,
		Require: w.requireResultAck,
		Derive:  w.deriveResultAck,
	}
}
