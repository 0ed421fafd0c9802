package care

import (
	"slices"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	"satchel/internal/instrument"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// resultRung is a step of the ladder of a result that was reached. Its members stand in the order of canonical JSON.
type resultRung struct {
	At      int64  `json:"at"`
	To      string `json:"to"`
	Version int64  `json:"version"`
}

// resultClimb is a step that a result has still before it, and when.
type resultClimb struct {
	at int64
	to string
}

// resultClimbs lists what a result that nobody has acknowledged has before it, the next first: each rung once for each version, so that
// whoever dies between two of them and begins again finds the same.
func (w *ward) resultClimbs(result syncing.Snapshot) (list []resultClimb) {
	due, _ := result.Int("dueBy")
	version, _ := result.Int("version")
	if due == 0 || isAcknowledged(result) || !counts(result) {
		return nil
	}
	since, _ := result.Int("receivedAt")
	var done []string
	for _, elem := range result.Elems("rungs") {
		var one resultRung
		if json.Unmarshal(elem, &one) == nil && one.Version == version && one.At >= since {
			done = append(done, one.To)
		}
	}
	within := w.lab.AcknowledgeWithin(lab.Class(result.Text("class"))).Milliseconds()
	for _, rung := range w.lab.Ladder() {
		if !slices.Contains(done, rung.Tell) {
			list = append(list, resultClimb{due + int64(rung.Times-1)*within, rung.Tell})
		}
	}
	return list
}

// indexResult puts a result where time finds it: what nobody has judged yet now, what is held back when it is released, what nobody has
// acknowledged at its next rung. And among those that its team has to acknowledge.
func (w *ward) indexResult(record syncing.RecordID, s syncing.Snapshot) (keys []syncing.IndexKey) {
	next := int64(0)
	sooner := func(at int64) {
		if at != 0 && (next == 0 || at < next) {
			next = at
		}
	}
	switch climbs := w.resultClimbs(s); {
	case !counts(s):
	case !s.Has("version"):
		sooner(1)
	case len(climbs) > 0:
		sooner(climbs[0].at)
	}
	if categoriseResult(s) != CategoryResults {
		sooner(w.releaseAt(s))
	}
	if next != 0 {
		keys = append(keys, dueAt(record, s.ID(), next))
	}
	for _, side := range union([]string{s.Text("responsibleTeam")}, []string{s.Text("transferTo")}) {
		if team, err := syncing.ParseUUID(side); err == nil && s.Has("dueBy") && !isAcknowledged(s) && counts(s) {
			due, _ := s.Int("dueBy")
			key := slices.Concat(team[:], keyOfTime(due), record.UUID[:], []byte(s.ID()))
			keys = append(keys, syncing.IndexKey{Index: ResultsIndex, Key: key, Value: []byte(s.ID())})
		}
	}
	return keys
}

// ResultsIndex holds the results that each team has to acknowledge, or is asked to take over, by when.
const ResultsIndex = "results"

// ResultsRange gives the bounds of a team's results in ResultsIndex: from <= key < to.
func ResultsRange(team syncing.TeamID) (from, to []byte) { return QueueRange(team) }

// releaseAt is when a result that is held back is shown, by the clock of the installation's zone; 1 if its date cannot be read.
func (w *ward) releaseAt(result syncing.Snapshot) int64 {
	date, err := calendar.ParseDate(result.Text("holdUntil"))
	if err != nil {
		return 1
	}
	at, _, err := calendar.Resolve(date.At(0, 0), w.zone)
	if err != nil {
		return 1
	}
	return max(at.UnixMilli(), 1)
}

// dueResult does what time asks of a result: judges one that came in by itself, shows one that was held back, and tells whoever is next
// that nobody has acknowledged it: each once, and all that were passed while nobody was there to ask.
func dueResult(w *ward, m moment) ([]syncing.Patch, error) {
	v, err := w.judging(m.record, m.reader, m.now)
	if err != nil {
		return nil, err
	}
	d := newDraft(m.doc.ID(), m.doc)
	if counts(m.doc) && !m.doc.Has("version") {
		return v.takeIn(d, false)
	}
	if categoriseResult(m.doc) != CategoryResults && w.releaseAt(m.doc) <= m.now {
		d.truth("released", true)
		if isAcknowledged(m.doc) || !counts(m.doc) {
			return patches(d), nil
		}
		due, _ := m.doc.Int("dueBy")
		row, err := v.waits(d.shown(), verdict{class: lab.Class(m.doc.Text("class"))}.level(), due)
		return patches(append(row, d)...), err
	}
	return v.climb(m, d)
}

func (v *judging) climb(m moment, d *draft) ([]syncing.Patch, error) {
	version, _ := m.doc.Int("version")
	team := m.doc.Text("responsibleTeam")
	drafts, err := v.succeed(m.doc, d)
	if err != nil {
		return nil, err
	}
	drafts = append(drafts, d)
	for _, next := range v.ward.resultClimbs(m.doc) {
		if next.at > m.now {
			break
		}
		told, err := json.Marshal(resultRung{At: m.now, To: next.to, Version: version})
		if err != nil {
			return nil, err
		}
		d.addValues("rungs", told)
		if team == "" { // nobody is here for this person
			continue
		}
		d.step(Step{At: m.now, Team: team, To: next.to, What: stepEscalated})
		row, err := v.tellRow(m.doc, team, next.to)
		if err != nil {
			return nil, err
		}
		for _, other := range v.told(team, next.to, row != nil) {
			task, err := openResultTask(m.reader, m.doc, other, m.now, 0)
			if err != nil {
				return nil, err
			}
			drafts = append(drafts, task)
		}
		if row != nil {
			drafts = append(drafts, row)
		}
	}
	return patches(drafts...), nil
}

// succeed gives a result whose team is here no more to the one that answers in its place, when its time has come.
func (v *judging) succeed(result syncing.Snapshot, d *draft) ([]*draft, error) {
	team := result.Text("responsibleTeam")
	climbs := v.ward.resultClimbs(result)
	if len(climbs) == 0 || climbs[0].at > v.now || slices.Contains(v.around.teams.active, team) {
		return nil, nil
	}
	next, err := responsibleFor(result, v.reader, v.around.teams)
	if err != nil || next == "" || next == team {
		return nil, err
	}
	d.text("responsibleTeam", next)
	left, err := leaveResult(v.record, v.reader, team, result.ID())
	if err != nil {
		return nil, err
	}
	due, _ := result.Int("dueBy")
	emergency, _ := result.Bool("emergency")
	entered, err := v.waits(d.shown(), verdict{class: lab.Class(result.Text("class")), emergency: emergency}.level(), due)
	return append(left, entered...), err
}

// told are the teams that get something to do by a rung: others than the responsible one, and itself where it has no row.
func (v *judging) told(team, rung string, inRow bool) []string {
	switch {
	case rung == rungNavigator:
		return without([]string{v.around.teams.byKind[KindNavigation]}, []string{team, ""})
	case rung == rungOtherTeam:
		return without(v.around.teams.treating(), []string{team})
	case !inRow && slices.Contains(v.around.teams.active, team):
		return []string{team}
	}
	return nil
}

// tellRow notes a rung in the row in which the result waits; nil if it waits in none.
func (v *judging) tellRow(result syncing.Snapshot, team, rung string) (*draft, error) {
	row, err := v.reader.Document(TriageID(v.record, team, false))
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(waitingIn(row), func(e waiting) bool { return e.Assessment == string(result.ID()) })
	if at < 0 {
		return nil, nil
	}
	d := newDraft(row.ID(), row)
	level := waitingIn(row)[at].Level
	told, err := json.Marshal(Escalation{About: string(result.ID()), At: v.now, Level: max(level, instrument.Amber), To: rung})
	if err != nil {
		return nil, err
	}
	d.addValues("escalations", told)
	return d, nil
}
