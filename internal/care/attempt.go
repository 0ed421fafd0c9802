package care

import (
	"cmp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const (
	// failedMax is after how many failed contacts nobody alone decides that a person could not be reached (NEEDS 4.5).
	failedMax = 3
	// attemptsMax bounds what one row keeps of attempts while it is open.
	attemptsMax = 20
)

// The results of an attempt to reach a person; reached ends the wait that was promised to be short.
const attemptReached = "reached"

var attemptResults = []string{"no-answer", "left-message", "wrong-number", attemptReached}

// attempt is one try to speak with the person. Its members stand in the order of canonical JSON.
type attempt struct {
	At     int64  `json:"at"`
	Note   string `json:"note,omitzero"`
	Result string `json:"result"`
}

func attemptsField() syncing.FieldSpec {
	return field("attempts", syncing.Object, syncing.Set, staff, "tries to speak with the person; added, and taken away with the closing", members(
		member("at", syncing.Instant, "when"),
		member("note", syncing.Text, "in plain words", upTo(noteMax)),
		member("result", syncing.Code, "what came of it", codes(attemptResults...))))
}

func attemptsIn(row syncing.Snapshot) []attempt {
	return readAttempts(row.Elems("attempts"))
}

func readAttempts(elems []jsontext.Value) []attempt {
	var list []attempt
	for _, elem := range elems {
		var one attempt
		if json.Unmarshal(elem, &one) == nil {
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b attempt) int { return cmp.Compare(a.At, b.At) })
	return list
}

// failedIn counts the tries that failed since the person was last reached.
func failedIn(row syncing.Snapshot) (failed int) {
	for _, one := range attemptsIn(row) {
		failed++
		if one.Result == attemptReached {
			failed = 0
		}
	}
	return failed
}

// allowAttempts lets tries be added while something waits, and a lead sign off what nobody alone may decide.
func allowAttempts(c syncing.Change, closes bool) *syncing.Refusal {
	before, after := c.Before.Elems("attempts"), c.After.Elems("attempts")
	switch {
	case len(after) < len(before) && !closes:
		return refuse(syncing.Invalid, "An attempt that was noted stays until this is closed.")
	case len(after) > attemptsMax:
		return refuse(syncing.TooLarge, "There are 20 attempts here already. Please ask your lead.")
	case len(after) > len(before) && len(c.Before.Elems("waiting")) == 0:
		return refuse(syncing.Invalid, "Nothing waits here any more.")
	case c.Wrote("signOff") && !leadsTeam(c, c.Before.Text("team")):
		return refuse(syncing.Forbidden, "Only a lead of the team can sign this off.")
	case c.Wrote("signOff") && failedIn(c.Before) < failedMax:
		return refuse(syncing.Invalid, "There is nothing to sign off before three attempts have failed.")
	}
	return nil
}

// allowUnreached keeps a row open whose person could not be reached, until it was tried often enough, and on red and above
// until a lead has said what is done instead: somebody goes and looks (NEEDS 4.5).
func allowUnreached(c syncing.Change) *syncing.Refusal {
	row, _ := RowOf(c.Before)
	failed := failedIn(c.After)
	signed := c.After.Text("signOff") != "" || leadsTeam(c, row.Team) && c.After.Text("outcomeNote") != ""
	switch {
	case c.After.Text("outcome") == "unable-to-reach" && failed < failedMax:
		return refuse(syncing.Invalid, "Please note three attempts before closing this as not reached.")
	case failed >= failedMax && row.Own >= instrument.Red && !signed:
		return refuse(syncing.Forbidden, "Three attempts have failed. A lead of the team has to sign this off and ask for a welfare check.")
	}
	return nil
}

// leadsTeam reports whether the change comes from a lead of the team.
func leadsTeam(c syncing.Change, team string) bool {
	id, err := syncing.ParseUUID(team)
	return err == nil && c.By.Leads(syncing.TeamID{UUID: id})
}
