package care

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// Where an order stands with whoever is to do it, in FHIR's words for a Task.
const (
	handshakeUnasked   = "unasked"
	handshakeRequested = "requested"
	handshakeAccepted  = "accepted"
	handshakeRejected  = "rejected"
	handshakeCounter   = "counter-proposed"
)

func handshakeMoves() option {
	all := []string{handshakeUnasked, handshakeRequested, handshakeAccepted, handshakeRejected, handshakeCounter}
	to := func(state string) move { return from(state, without(all, []string{state})...) }
	return moves(first(handshakeUnasked, handshakeRequested, handshakeAccepted),
		to(handshakeUnasked), to(handshakeRequested), to(handshakeAccepted), to(handshakeRejected), to(handshakeCounter))
}

// answers are the fields with which a team answers an order; the rest of it is the requester's.
var answers = []string{"handshake", "handshakeReason", "counterProposal"}

// asking are the fields of an order that are new to whoever said yes to it: they are asked again.
var asking = []string{"performerTeam", "performerSite", "anchor", "zone", "recurrence", "extraDate", "cycleDay", "cycleLength", "cycles", "code"}

// allowHandshake: who was asked answers, for what stands now. For a site that is no team here whoever ordered writes down what was said.
func allowHandshake(c syncing.Change) *syncing.Refusal {
	if bySystem(c) || !wroteAny(c, answers...) {
		return nil
	}
	performer := c.Before.Text("performerTeam")
	theirs := actsForTeam(c, performer)
	if performer == "" && c.Before.Text("performerSite") != "" {
		theirs = actsForTeam(c, c.Before.Text("requesterTeam"))
	}
	before, after := c.Before.Text("handshake"), c.After.Text("handshake")
	switch {
	case !theirs:
		return refuse(syncing.Forbidden, "Only the team that is asked to do this test can answer.")
	case c.Before.Text("status") != "active":
		return refuse(syncing.Transition, "This order is not to be followed now, so there is nothing to answer.")
	case after == handshakeRequested && before != after, after == handshakeUnasked && before != after:
		return refuse(syncing.Transition, "A team is asked by naming it as the one that takes the sample.")
	case after == handshakeRejected && before != after && (!c.Wrote("handshakeReason") || c.After.Text("handshakeReason") == ""):
		return refuse(syncing.Invalid, "Please say why: the team that ordered has to find another.")
	case after == handshakeCounter && before != after && (!c.Wrote("counterProposal") || c.After.Text("counterProposal") == ""):
		return refuse(syncing.Invalid, "Please say what you propose instead: another day, another place, another team.")
	}
	return refuseOffline(c)
}

// answerOf is why an order was declined, or what was proposed instead.
func answerOf(order Paper) string {
	switch order.Text("handshake") {
	case handshakeRejected:
		return order.Text("handshakeReason")
	case handshakeCounter:
		return order.Text("counterProposal")
	}
	return ""
}

// asked is what the tasks about an order depend on.
type asked struct {
	id                   syncing.DocID
	status               string // "" if the order is not followed
	requester, performer string
	askedAt, acceptBy    int64
	note                 string
}

func askedOf(order Paper) asked {
	a := asked{
		id: order.ID(), status: cmp.Or(order.Text("handshake"), handshakeUnasked), requester: order.Text("requesterTeam"), performer: order.Text("performerTeam"),
		askedAt: number(order, "askedAt"), acceptBy: number(order, "acceptBy"), note: answerOf(order),
	}
	if !isFollowed(order) {
		a.status = ""
	}
	return a
}

// round tells what was asked and answered before from what is now.
func (a asked) round() string { return fmt.Sprintf("%s %d", a.status, a.askedAt) }

// open reports whether nobody will do the test, as things stand.
func (a asked) open(teams careTeams, now int64) bool {
	switch a.status {
	case "":
		return false
	case handshakeAccepted:
		return a.performer != "" && !slices.Contains(teams.active, a.performer)
	case handshakeRequested:
		return a.acceptBy <= now || a.performer != "" && !slices.Contains(teams.active, a.performer)
	}
	return true
}

// finders are the teams that must find somebody: who ordered, and the navigators.
func (a asked) finders(teams careTeams) []string {
	list := teams.answering(a.requester)
	if id := teams.byKind[KindNavigation]; id != "" {
		list = append(list, id)
	}
	return union(list, nil)
}

// calls are the tasks that there should be now.
func (a asked) calls(teams careTeams, now int64) (list []call) {
	if a.status == handshakeRequested && slices.Contains(teams.active, a.performer) {
		list = append(list, call{TaskOrder, a.performer})
	}
	if a.open(teams, now) {
		for _, team := range a.finders(teams) {
			list = append(list, call{TaskGap, team})
		}
	}
	return list
}

// taskDrafts opens the tasks that there should be and ends the others. A round of asking has tasks of its own.
func (a asked) taskDrafts(r syncing.Reader, teams careTeams, now int64) (drafts []*draft, err error) {
	wanted := a.calls(teams, now)
	for _, one := range wanted {
		d, err := openTaskCause(r, one.kind, one.team, a.id, a.round(), CategorySchedule, now, a.acceptBy)
		if err != nil {
			return nil, err
		}
		if a.note != "" && one.kind == TaskGap {
			d.text("note", a.note)
		}
		drafts = append(drafts, d)
	}
	for _, kind := range []string{TaskOrder, TaskGap} {
		standing, err := tasksAbout(r, kind, a.id)
		if err != nil {
			return nil, err
		}
		gone := slices.DeleteFunc(standing, func(task syncing.Snapshot) bool {
			return slices.Contains(wanted, call{kind, task.Text("team")}) && task.Text("cause") == a.round()
		})
		drafts = append(drafts, endAll(gone)...)
	}
	return drafts, nil
}

// gap opens the gap once the time to answer has passed, and tells everybody whom it concerns.
func (a asked) gap(r syncing.Reader, teams careTeams, now int64) ([]*draft, error) {
	if a.status != handshakeRequested {
		return nil, nil
	}
	drafts, err := a.taskDrafts(r, teams, now)
	if err != nil {
		return nil, err
	}
	notices, err := a.tell(r, NoticeNotArranged, []string{forPatient, forCaregiver}, now, a.finders(teams)...)
	return append(drafts, notices...), err
}

// tell makes the notices of one round of asking.
func (a asked) tell(r syncing.Reader, code string, family []string, now int64, teams ...string) ([]*draft, error) {
	return tellAll(r, tell{code: code, focus: a.id, step: a.round(), category: CategorySchedule, at: now}, family, teams...)
}

// labDrafts says what follows from an order and from an answer to it: who is asked and by when, the tasks of those who must act, and who
// is told.
func labDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	if bySystem(c) {
		return nil, nil
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	own, is := newDraft(c.After.ID(), c.After), askedOf(c.After)
	if isFollowed(c.After) {
		own.once("publishedAt", c.Now)
	}
	if isFollowed(c.After) && (!isFollowed(c.Before) || !c.After.Has("lookedAt")) {
		own.integer("lookedAt", c.Now-1)
	}
	var told []*draft
	before := c.Before.Text("handshake")
	switch anew := isFollowed(c.After) && (c.After.Text("handshake") == "" || c.Before.Exists() && asksAnew(c)); {
	case anew:
		if err := askAnew(c, own, &is); err != nil {
			return nil, err
		}
		if is.status == handshakeRequested {
			told, err = is.tell(r, NoticeOrderAsked, nil, c.Now, is.performer)
		}
	case before != c.After.Text("handshake"):
		told, err = is.answered(r, own, teams, c.Now)
	}
	if err != nil {
		return nil, err
	}
	tasks, err := is.taskDrafts(r, teams, c.Now)
	if err != nil {
		return nil, err
	}
	rest, err := labRest(c, r, teams)
	return slices.Concat([]*draft{own}, told, tasks, rest), err
}

// joinDrafts puts what two rules say of one document into one draft.
func joinDrafts(list, more []*draft) []*draft {
	for _, d := range more {
		at := slices.IndexFunc(list, func(one *draft) bool { return one.patch.Doc == d.patch.Doc })
		if at < 0 {
			list = append(list, d)
			continue
		}
		maps.Copy(list[at].patch.Set, d.patch.Set)
		maps.Copy(list[at].patch.Add, d.patch.Add)
		maps.Copy(list[at].patch.Remove, d.patch.Remove)
	}
	return list
}

// asksAnew: something that whoever said yes did not know of. That dates fall out changes nothing for them.
func asksAnew(c syncing.Change) bool {
	for _, name := range c.Fields {
		if !slices.Contains(asking, name) && !strings.HasPrefix(name, cycleStartPrefix) {
			continue
		}
		if string(c.Before.Value(name)) != string(c.After.Value(name)) || !slices.EqualFunc(c.Before.Elems(name), c.After.Elems(name), func(a, b jsontext.Value) bool { return string(a) == string(b) }) {
			return true
		}
	}
	return false
}

// askAnew asks whoever is named. A team that takes the sample itself need not ask itself.
func askAnew(c syncing.Change, own *draft, is *asked) error {
	is.note = ""
	for _, field := range []string{"handshakeReason", "counterProposal", "acceptBy"} {
		own.clear(field)
	}
	is.acceptBy = 0
	switch site := c.After.Text("performerSite"); {
	case is.performer != "" && is.performer == is.requester:
		is.status = handshakeAccepted
		own.integer("acceptedAt", c.Now)
	case is.performer == "" && site == "":
		is.status = handshakeUnasked
	default:
		is.status = handshakeRequested
		schedule, err := LabSchedule(c.After)
		if err != nil {
			return err
		}
		dates, err := schedule.Occurrences(time.UnixMilli(c.Now), nil)
		if err != nil {
			return err
		}
		is.acceptBy = labSteps.acceptBy(c.Now, dates)
		is.askedAt = c.Now
		own.integer("askedAt", c.Now)
		own.integer("acceptBy", is.acceptBy)
	}
	own.text("handshake", is.status)
	return nil
}

// answered tells those who wait for the answer.
func (a asked) answered(r syncing.Reader, own *draft, teams careTeams, now int64) ([]*draft, error) {
	switch a.status {
	case handshakeAccepted:
		own.integer("acceptedAt", now)
		for _, field := range []string{"handshakeReason", "counterProposal"} {
			own.clear(field)
		}
		return a.tell(r, NoticeOrderAccepted, []string{forPatient, forCaregiver}, now, teams.answering(a.requester)...)
	case handshakeRejected, handshakeCounter:
		return a.tell(r, NoticeOrderDeclined, nil, now, a.finders(teams)...)
	}
	return nil, nil
}
