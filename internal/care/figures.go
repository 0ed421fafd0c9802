package care

import (
	"slices"

	"github.com/go-json-experiment/json"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// ConcernsIndex holds what each team was asked to act on, by when it came in, with what became of it.
const ConcernsIndex = "concerns"

// Acted is what became of one concern for one team. It is the value of its entry.
type Acted struct {
	Assessment syncing.DocID    `json:"assessment"`
	Level      instrument.Level `json:"level"`
	At         int64            `json:"at"`                // ms, when it came in
	ActedAt    int64            `json:"actedAt,omitzero"`  // ms, when the team first did something for the person about it
	ClosedAt   int64            `json:"closedAt,omitzero"` // ms
	Outcome    string           `json:"outcome,omitzero"`
	Escalated  bool             `json:"escalated,omitzero"` // a doctor was asked to look at it
}

// actions are the steps that count as something done for the person. Looking and taking do not.
var actions = []string{stepAttempt, stepReached, stepClosed, stepStated}

// indexConcern counts a concern for the teams that act on it. What is sensitive is not counted: where numbers are small, a
// count tells.
func indexConcern(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	if sensitive, _ := s.Bool("sensitive"); sensitive || narrowed(s.Text("seenBy")) {
		return nil
	}
	var keys []syncing.IndexKey
	for _, route := range s.Texts("routes") {
		team, err := syncing.ParseUUID(route)
		if err != nil {
			continue
		}
		acted := actedOn(s, route)
		value, err := json.Marshal(acted)
		if err != nil {
			continue
		}
		key := slices.Concat(team[:], keyOfTime(acted.At), record.UUID[:], []byte(s.ID()))
		keys = append(keys, syncing.IndexKey{Index: ConcernsIndex, Key: key, Value: value})
	}
	return keys
}

func actedOn(s syncing.Snapshot, team string) Acted {
	acted := Acted{Assessment: syncing.DocID(s.Text("assessment")), Outcome: s.Text(routeOutcomePrefix + team)}
	acted.Level, _ = instrument.ParseLevel(s.Text("level"))
	acted.At, _ = s.Int("receivedAt")
	for _, one := range stepsIn(s) {
		if one.Team != team || !slices.Contains(actions, one.What) || one.What == stepStated && one.Outcome == "" {
			continue
		}
		if acted.ActedAt == 0 {
			acted.ActedAt = one.At
		}
		acted.Escalated = acted.Escalated || one.Outcome == "escalated-doctor"
		if one.What == stepClosed {
			acted.ClosedAt = one.At
		}
	}
	if s.Text(routeStatusPrefix+team) != "closed" {
		acted.ClosedAt, acted.Outcome = 0, ""
	}
	return acted
}

// TeamRange gives the bounds of a team's entries from one instant (ms) to another in ConcernsIndex: from <= key < to.
func TeamRange(team syncing.TeamID, since, until int64) (from, to []byte) {
	return slices.Concat(team.UUID[:], keyOfTime(since)), slices.Concat(team.UUID[:], keyOfTime(until))
}
