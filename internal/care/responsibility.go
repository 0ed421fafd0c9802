package care

import (
	"cmp"
	"slices"

	syncing "satchel/sync"
)

// How far the teams agree on who handles something.
const (
	Agreed  = "agreed"  // one team answers for it, and both treating teams have said so
	Pending = "pending" // one team says so, or was asked
	Gap     = "gap"     // nobody answers for it
)

// Responsibility says who handles a topic. Nobody writes it: it follows from activities, teams and the version of the plan that
// both teams acknowledged, on the server and on a phone without network alike.
type Responsibility struct {
	Topic    string        `json:"topic"`
	Words    string        `json:"words"` // how people call it
	State    string        `json:"state"`
	Team     string        `json:"team,omitzero"`     // id of the one team that answers for it; absent: nobody yet
	Asked    string        `json:"asked,omitzero"`    // id of the team that was asked and has not accepted
	Ask      string        `json:"ask,omitzero"`      // id of the team to turn to now: that one, else the team that leads the plan
	AgreedAt int64         `json:"agreedAt,omitzero"` // ms; 0: not agreed, or nobody wrote down when
	Activity syncing.DocID `json:"activity,omitzero"` // where it comes from one
	Support  []string      `json:"support,omitzero"`  // ids of teams that help
	Inform   []string      `json:"inform,omitzero"`   // ids of teams that are told
	Says     string        `json:"says"`              // the answer as a sentence
}

// Topics are what people can ask about, in the order of the file.
func (w Words) Topics() []string { return w.ward.paths.codes() }

// WhoHandles answers "who handles this?" for one topic. known is false if it is no topic. Errors are those of the binder.
func (w Words) WhoHandles(topic string, b Binder) (who Responsibility, known bool, err error) {
	if !w.ward.paths.knows(topic) {
		return who, false, nil
	}
	m, err := w.ward.matrix(b)
	if err != nil {
		return who, true, err
	}
	return m.about(topic), true, nil
}

// RoleMatrix answers it for every topic.
func (w Words) RoleMatrix(b Binder) ([]Responsibility, error) {
	m, err := w.ward.matrix(b)
	if err != nil {
		return nil, err
	}
	var list []Responsibility
	for _, topic := range w.ward.paths.codes() {
		list = append(list, m.about(topic))
	}
	return list, nil
}

// matrix is what answers are drawn from.
type matrix struct {
	paths      *pathways
	zone       string
	roster     roster
	plan       Paper // nil: there is none
	version    Paper // the newest of that plan; nil: none
	activities []Paper
}

func (w *ward) matrix(b Binder) (matrix, error) {
	m := matrix{paths: w.paths, zone: w.zone}
	var err error
	if m.roster, err = rosterOf(b); err != nil {
		return m, err
	}
	if m.plan, err = currentPlan(b); err != nil {
		return m, err
	}
	if m.version, err = newestVersion(b, m.plan); err != nil {
		return m, err
	}
	m.activities, err = b(activityName)
	m.zone = homeZone(b, w.zone)
	return m, err
}

// ranks order the activities of a topic: what a team answers for comes first.
var ranks = map[string]int{"accepted": 1, "in-progress": 1, "offered": 2, "counter-proposed": 3, "proposed": 4, "declined": 5}

func (m matrix) about(topic string) Responsibility {
	who := Responsibility{Topic: topic, Words: m.paths.words(topic), State: Gap}
	var live []Paper
	for _, a := range m.activities {
		if a.Text("topic") == topic && ranks[a.Text("status")] > 0 {
			live = append(live, a)
		}
	}
	slices.SortFunc(live, func(a, b Paper) int {
		return cmp.Or(cmp.Compare(ranks[a.Text("status")], ranks[b.Text("status")]), cmp.Compare(a.ID(), b.ID()))
	})
	if len(live) > 0 {
		m.fromActivity(&who, live[0])
	} else {
		m.fromTeams(&who)
	}
	who.Ask = who.Team
	if who.Ask == "" {
		who.Ask = m.lead()
	}
	who.Says = m.says(who)
	return who
}

// lead is the team that leads the plan, as far as it is here; else a treating team.
func (m matrix) lead() string {
	if m.plan != nil && m.roster.here(m.plan.Text("overallLead")) {
		return m.plan.Text("overallLead")
	}
	for _, team := range m.roster.treating() {
		return team
	}
	return ""
}

// fromActivity reads what stands in an activity. Until the team that was asked accepts, nobody answers for it.
func (m matrix) fromActivity(who *Responsibility, a Paper) {
	team := a.Text("accountableTeam")
	who.Activity, who.Support, who.Inform = a.ID(), a.Texts("supportTeams"), a.Texts("informTeams")
	switch a.Text("status") {
	case "accepted", "in-progress":
		if !m.roster.here(team) {
			return
		}
		who.Team, who.State = team, Pending
		switch proposer := a.Text("proposedBy"); {
		case m.lackOf(a) == LackConfirmation: // the phase would have it otherwise, and nobody has confirmed
		case m.roster.isTreating(proposer) && m.roster.isTreating(team) && proposer != team: // one offered, the other accepted
			who.State, who.AgreedAt = Agreed, number(a, "acceptedAt")
		default:
			m.fromVersion(who)
		}
	case "offered", "counter-proposed":
		who.Asked = team
		if !truth(a, "unanswered") && m.roster.here(team) {
			who.State = Pending
		}
	}
}

// fromVersion: both teams acknowledged a version of the plan in which this team answers for it.
func (m matrix) fromVersion(who *Responsibility) {
	if m.version == nil || m.version.Text(rolePrefix+who.Topic) != who.Team {
		return
	}
	if a := m.agreement(); len(m.roster.treating()) > 1 && len(a.WaitingFor) == 0 && a.On != 0 {
		who.State, who.AgreedAt = Agreed, a.On
	}
}

// fromTeams reads what teams say of themselves, where no activity is about the topic. It is agreed if every other treating team
// says that it does not handle it. Of several that say they do, the one that the phase proposes is named, and it stays pending.
func (m matrix) fromTeams(who *Responsibility) {
	var claim []rosterTeam
	for _, t := range m.roster.teams {
		if slices.Contains(t.does, who.Topic) && !slices.Contains(t.doesNot, who.Topic) {
			claim = append(claim, t)
		}
	}
	if len(claim) == 0 {
		return
	}
	chosen := claim[0]
	if m.plan != nil {
		kind := m.paths.owner(m.plan.Text("phase"), who.Topic)
		if at := slices.IndexFunc(claim, func(t rosterTeam) bool { return t.kind == kind }); at >= 0 {
			chosen = claim[at]
		}
	}
	who.Team, who.State = chosen.id, Pending
	others := 0
	for _, id := range m.roster.treating() {
		if id == chosen.id {
			continue
		}
		if t, _ := m.roster.team(id); !slices.Contains(t.doesNot, who.Topic) {
			m.fromVersion(who)
			return
		}
		others++
	}
	if len(claim) == 1 && others > 0 && m.roster.isTreating(chosen.id) {
		who.State = Agreed
	}
}
