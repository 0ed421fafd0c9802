package care

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// TaskEscalation is the kind of task by which another team hears that nobody has reached the person in time.
const TaskEscalation = "escalation"

// Who is told when nobody has reached a person in time. The first three are of the team itself; its row says so.
const (
	rungBackup    = "backup"
	rungOnCall    = "on-call"
	rungLead      = "lead"
	rungNavigator = "navigator"
	rungOtherTeam = "other-team"
)

var rungs = []string{rungBackup, rungOnCall, rungLead, rungNavigator, rungOtherTeam}

// rung is a step of the ladder of one level, from the file of service levels.
type rung struct {
	AfterMinutes int64  `json:"afterMinutes"` // since the report came in; never before its time has passed
	To           string `json:"to"`
	Source       string `json:"source"`
}

// Escalation is a rung that was reached: who was told, and when. Its members stand in the order of canonical JSON.
type Escalation struct {
	About string           `json:"about,omitzero"` // a result that nobody has acknowledged; absent: the person was not reached
	At    int64            `json:"at"`
	Level instrument.Level `json:"level"`
	To    string           `json:"to"`
}

func escalationsField() syncing.FieldSpec {
	return field("escalations", syncing.Object, syncing.Set, nobody, "who was told that the person was not reached in time, written by the clock", members(
		member("about", syncing.Reference, "a result that nobody has acknowledged; absent: the person was not reached"),
		member("at", syncing.Instant, "when"),
		member("level", syncing.Code, "for what", codes(levelCodes...)),
		member("to", syncing.Code, "who", codes(rungs...))))
}

func escalationsIn(row syncing.Snapshot) []Escalation {
	var list []Escalation
	for _, elem := range row.Elems("escalations") {
		var one Escalation
		if json.Unmarshal(elem, &one) == nil {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b Escalation) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(slices.Index(rungs, a.To), slices.Index(rungs, b.To)))
	})
	return list
}

// concerns reports whether the rung was reached while the report already waited: then it is reached for this report too.
func (x Escalation) concerns(e waiting) bool {
	if isResult(e) {
		return x.About == e.Assessment && x.At >= e.ReceivedAt
	}
	return x.About == "" && x.At >= e.ReceivedAt
}

// climb is a rung that a row has still before it, and when.
type climb struct {
	at    int64
	level instrument.Level
	to    string
	about string // the assessment
}

// climbs lists what a row has before it, each rung of each level once, the next first. It is worked out from the row alone:
// whoever dies between two of them and begins again finds the same, less what is written down.
func (s *serviceLevels) climbs(row syncing.Snapshot) []climb {
	contacted, _ := row.Int("contactedAt")
	done := escalationsIn(row)
	var list []climb
	for _, e := range waitingIn(row) {
		if e.DueBy == 0 || e.answered(contacted) || isResult(e) { // a result climbs its own ladder
			continue
		}
		level := s.Levels[e.Level.String()]
		for _, step := range level.Escalation {
			next := climb{e.DueBy + max(0, step.AfterMinutes-level.target())*time.Minute.Milliseconds(), e.Level, step.To, e.Assessment}
			reached := slices.ContainsFunc(done, func(x Escalation) bool { return x.Level == e.Level && x.To == step.To && x.concerns(e) })
			if i := slices.IndexFunc(list, func(c climb) bool { return c.level == next.level && c.to == next.to }); reached {
				continue
			} else if i < 0 {
				list = append(list, next)
			} else if next.at < list[i].at {
				list[i] = next
			}
		}
	}
	slices.SortFunc(list, func(a, b climb) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.level, a.level), cmp.Compare(slices.Index(rungs, a.to), slices.Index(rungs, b.to)))
	})
	return list
}

// nextDue is when time itself changes something about a row; 0: never.
func (s *serviceLevels) nextDue(row syncing.Snapshot) int64 {
	next := nextOverdue(row)
	if list := s.climbs(row); len(list) > 0 && (next == 0 || list[0].at < next) {
		next = list[0].at
	}
	return next
}

// nextOverdue is the earliest promise that was not marked as broken yet; 0: there is none.
func nextOverdue(row syncing.Snapshot) (next int64) {
	contacted, _ := row.Int("contactedAt")
	marked, _ := row.Int("overdueAt")
	for _, e := range waitingIn(row) {
		if e.DueBy > marked && !e.answered(contacted) && (next == 0 || e.DueBy < next) {
			next = e.DueBy
		}
	}
	return next
}

// dueTriage marks a row whose time has passed, and goes up the ladder: each rung once, however often it is asked, and all that
// were passed while nobody was there to ask.
func dueTriage(w *ward, m moment) ([]syncing.Patch, error) {
	row := newDraft(m.doc.ID(), m.doc)
	drafts := []*draft{row}
	contacted, _ := m.doc.Int("contactedAt")
	marked, _ := m.doc.Int("overdueAt")
	late := marked
	for _, e := range waitingIn(m.doc) {
		if e.DueBy <= m.now && !e.answered(contacted) {
			late = max(late, e.DueBy)
		}
	}
	if late > marked {
		row.integer("overdueAt", late)
	}
	for _, next := range w.levels.climbs(m.doc) {
		if next.at > m.now {
			break
		}
		told, err := json.Marshal(Escalation{At: m.now, Level: next.level, To: next.to})
		if err != nil {
			return nil, err
		}
		row.addValues("escalations", told)
		row.step(Step{At: m.now, Team: m.doc.Text("team"), To: next.to, What: stepEscalated})
		tasks, err := m.tell(next)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, tasks...)
	}
	return patches(drafts...), nil
}

// tell gives the teams outside of the row's own that a rung names something to do. What is sensitive is told only to those who
// may see it.
func (m moment) tell(next climb) ([]*draft, error) {
	teams, err := readTeams(m.reader)
	if err != nil {
		return nil, err
	}
	var ids []string
	switch own := m.doc.Text("team"); next.to {
	case rungNavigator:
		ids = without([]string{teams.byKind[KindNavigation]}, []string{own, ""})
	case rungOtherTeam:
		ids = without(teams.treating(), []string{own})
	}
	var drafts []*draft
	for _, team := range ids {
		d, err := m.escalationTask(team, next.about)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	return drafts, nil
}

func escalationTaskID(row syncing.DocID, team, assessment string) syncing.DocID {
	return syncing.NewDocID(taskName, syncing.DerivedUUID(taskName, TaskEscalation, team, string(row), assessment))
}

func (m moment) escalationTask(team, assessment string) (*draft, error) {
	id := escalationTaskID(m.doc.ID(), team, assessment)
	stands, err := m.reader.Document(id)
	if err != nil {
		return nil, err
	}
	d := newDraft(id, stands)
	d.textOnce("kind", TaskEscalation)
	d.textOnce("focus", string(m.doc.ID()))
	d.textOnce("team", team)
	d.text("audience", categoriseRow(m.doc))
	if status := stands.Text("status"); status == "" || status == "cancelled" {
		d.text("status", "requested")
		d.integer("openedAt", m.now)
		d.clear("takenBy")
	}
	return d, nil
}
