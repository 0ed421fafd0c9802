package care

import (
	"cmp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// stepsMax is how many steps a document tells. The oldest leave it; the history of the record keeps them all.
const stepsMax = 40

// The steps that a team takes with what a person reported.
const (
	stepSeen       = "seen"
	stepClaimed    = "claimed"
	stepHandedBack = "handed-back"
	stepTakenOver  = "taken-over"
	stepAttempt    = "attempt"
	stepReached    = "reached"
	stepSignedOff  = "signed-off"
	stepEscalated  = "escalated"
	stepClosed     = "closed"
	stepReopened   = "reopened"
	stepOffered    = "offered"
	stepAccepted   = "accepted"
	stepDeclined   = "declined"
	stepWithdrawn  = "withdrawn"
	stepStated     = "stated" // the team said where it stands with one concern

	stepAcknowledged = "acknowledged" // the responsible team said what follows from a result
	stepInformed     = "informed"     // somebody told the person of a result
	stepCorrected    = "corrected"    // a result says something else now
)

var stepCodes = []string{
	stepSeen, stepClaimed, stepHandedBack, stepTakenOver, stepAttempt, stepReached, stepSignedOff, stepEscalated, stepClosed,
	stepReopened, stepOffered, stepAccepted, stepDeclined, stepWithdrawn, stepStated,
	stepAcknowledged, stepInformed, stepCorrected,
}

// Step is who did what, and when. Its members stand in the order of canonical JSON.
type Step struct {
	At      int64  `json:"at"`
	By      string `json:"by,omitzero"`   // account; absent: the clock
	Name    string `json:"name,omitzero"` // as colleagues know the account; absent: the person, or the clock
	Note    string `json:"note,omitzero"`
	Outcome string `json:"outcome,omitzero"`
	Team    string `json:"team"`
	To      string `json:"to,omitzero"` // another team, or who was told
	What    string `json:"what"`
}

// stepsField tells both teams and the person what is done, by whom and when. It says what its document may say: a step of a
// sensitive concern is as private as the concern.
func stepsField() syncing.FieldSpec {
	return field("steps", syncing.Object, syncing.Set, nobody, "what was done, by whom and when, for the person and both teams", members(
		member("at", syncing.Instant, "when, by the server's clock"),
		member("by", syncing.Reference, "account; absent: the clock"),
		member("name", syncing.Text, "of a member of staff, as colleagues know them"),
		member("note", syncing.Text, "in plain words", upTo(noteMax)),
		member("outcome", syncing.Code, "what came of it"),
		member("team", syncing.Reference, "whose step it is"),
		member("to", syncing.Code, "id of another team, or who was told"),
		member("what", syncing.Code, "what was done", codes(stepCodes...))))
}

// stepOf is a step of whoever makes the change.
func stepOf(c syncing.Change, team, what string) Step {
	s := Step{At: c.Effective, Name: c.By.Name(), Team: team, What: what}
	if !bySystem(c) {
		s.By = c.By.Account().String()
	}
	return s
}

// step tells a step in the document. Of too many the oldest leaves.
func (d *draft) step(s Step) {
	value, err := json.Marshal(s)
	if err != nil {
		return // a step holds nothing that cannot be written
	}
	d.addValues("steps", value)
	if there := d.stands.Elems("steps"); len(there) >= stepsMax {
		oldest := slices.MinFunc(there, func(a, b jsontext.Value) int { return cmp.Compare(readStep(a).At, readStep(b).At) })
		d.removeValues("steps", oldest)
	}
}

func readStep(elem jsontext.Value) Step {
	var s Step
	if json.Unmarshal(elem, &s) != nil {
		return Step{}
	}
	return s
}

// stepsIn lists the steps of a row or a concern, oldest first.
func stepsIn(s syncing.Snapshot) []Step { return stepsOf(s.Elems("steps")) }

func stepsOf(elems []jsontext.Value) []Step {
	list := make([]Step, 0, len(elems))
	for _, elem := range elems {
		list = append(list, readStep(elem))
	}
	slices.SortStableFunc(list, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	return list
}
