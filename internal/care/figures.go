package care

import (
	"encoding/binary"
	"slices"
	"time"

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

// CountedDoc is the document of an entry of ConcernsIndex or ResponsesIndex, by its key.
func CountedDoc(key []byte) syncing.DocID {
	const behind = 16 + 8 + 16 // team, time, record
	return syncing.DocID(key[min(behind, len(key)):])
}

// ResponsesIndex holds the assessments that came in for the persons of each team, by when they did.
const ResponsesIndex = "responses"

// CountedAt is when what an entry of ConcernsIndex or ResponsesIndex counts came in, by its key: ms.
func CountedAt(key []byte) int64 {
	const before, behind = 16, 16 + 8 // team, time
	if len(key) < behind {
		return 0
	}
	return int64(binary.BigEndian.Uint64(key[before:behind]))
}

// indexAssessment counts a response for the teams that looked after the person when it came in. Its entry says nothing of it.
func indexAssessment(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	var keys []syncing.IndexKey
	at, _ := s.Int("reportedAt")
	for _, id := range s.Texts("careTeams") {
		if team, err := syncing.ParseUUID(id); err == nil && isReported(s) {
			keys = append(keys, syncing.IndexKey{Index: ResponsesIndex, Key: slices.Concat(team[:], keyOfTime(at), record.UUID[:], []byte(s.ID()))})
		}
	}
	return keys
}

// Share is so many of so many.
type Share struct {
	Count   int  `json:"count"`
	Of      int  `json:"of"`
	Percent *int `json:"percent,omitzero"` // nil where there is nothing to count
}

func (s *Share) add(counts bool) {
	s.Of++
	s.Count += int(flag(counts))
	percent := s.Count * 100 / s.Of
	s.Percent = &percent
}

// Figures say how a team fares, about nobody in particular.
type Figures struct {
	ClosedWithoutEscalation Share  `json:"closedWithoutEscalation"` // of the concerns that the team closed (seed B30)
	ActedOnInTime           Share  `json:"actedOnInTime"`           // of the alerts whose time has passed, or that were acted on
	ActedOnWithinHours      int64  `json:"actedOnWithinHours"`
	Alerts                  Share  `json:"alerts"` // responses of which something at amber or above went to the team (hazard H07)
	AlertsWarnAbovePercent  int    `json:"alertsWarnAbovePercent"`
	Warning                 string `json:"warning,omitzero"`
}

// managed are the outcomes of what a team closed by itself.
var managed = []string{"advice-given", "managed-by-nurse", "no-action"}

// Figures counts what came in for a team, and how many responses did; now is in ms. Where alerts are too many it says so. That is
// all it does: nothing is ever left out of a queue because there is much in it.
func (w Words) Figures(concerns []Acted, responses int, now int64) Figures {
	levels := w.ward.levels
	f := Figures{ActedOnWithinHours: levels.ActedOn.WithinHours, AlertsWarnAbovePercent: levels.AlertBudget.WarnAbovePercent}
	within := levels.ActedOn.WithinHours * time.Hour.Milliseconds()
	alerting := map[syncing.DocID]bool{}
	for _, one := range concerns {
		if one.ClosedAt != 0 && one.Outcome != outcomeRerouted {
			f.ClosedWithoutEscalation.add(!one.Escalated && slices.Contains(managed, one.Outcome))
		}
		if one.Level < instrument.Amber {
			continue
		}
		alerting[one.Assessment] = true
		if one.ActedAt != 0 || now-one.At > within {
			f.ActedOnInTime.add(one.ActedAt != 0 && one.ActedAt-one.At <= within)
		}
	}
	for i := range max(responses, len(alerting)) {
		f.Alerts.add(i < len(alerting))
	}
	if f.Alerts.Percent != nil && *f.Alerts.Percent > f.AlertsWarnAbovePercent {
		f.Warning = "More responses raise an alert than the budget allows. Those who answer for the thresholds should look at them; nothing is left out of the queue."
	}
	return f
}

const weekMs = 7 * 24 * int64(time.Hour/time.Millisecond)

// Week is what came in for a team in seven days, with what has become of it since.
type Week struct {
	From                    int64 `json:"from"` // ms
	ClosedWithoutEscalation Share `json:"closedWithoutEscalation"`
	ActedOnInTime           Share `json:"actedOnInTime"`
	Alerts                  Share `json:"alerts"`
}

// Weeks are the figures of each of the last n times seven days, the oldest first; responses are when each came in (ms). What is older is left out.
func (w Words) Weeks(concerns []Acted, responses []int64, n int, now int64) []Week {
	weeks := make([]Week, n)
	of := func(at int64) int { // less than 0: it is older
		return n - 1 - int(max(now-at, 0)/weekMs)
	}
	came, answered := make([][]Acted, n), make([]int, n)
	for _, one := range concerns {
		if i := of(one.At); i >= 0 {
			came[i] = append(came[i], one)
		}
	}
	for _, at := range responses {
		if i := of(at); i >= 0 {
			answered[i]++
		}
	}
	for i := range weeks {
		f := w.Figures(came[i], answered[i], now)
		weeks[i] = Week{now - int64(n-i)*weekMs, f.ClosedWithoutEscalation, f.ActedOnInTime, f.Alerts}
	}
	return weeks
}
