package care

import (
	"cmp"
	"slices"
	"strings"

	"satchel/internal/calendar"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// replyPrefix begins the fields of an order with which the person answers "was it done?" for one of its dates; that it was done is a
// collection.
const replyPrefix = "reply."

var replies = []string{"cannot-go", "need-help"}

// caller is who calls a person who did not come, or cannot: the navigators, or else the practice, or else whoever ordered.
func (t careTeams) caller(requester string) string {
	return cmp.Or(t.byKind[KindNavigation], t.byKind[KindPrimary], requester)
}

// labRest is what else follows from a change of an order: somebody is called who cannot go, what waits of an order that has ended goes,
// and so does the question which dates count once it is answered.
func labRest(c syncing.Change, r syncing.Reader, teams careTeams) (drafts []*draft, err error) {
	for _, name := range c.Fields {
		date, isReply := strings.CutPrefix(name, replyPrefix)
		if said := c.After.Text(name); !isReply || said == "" || said == c.Before.Text(name) {
			continue
		}
		called, err := cannotGo(r, teams, c.After, date, c.After.Text(name), c.Now)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, called...)
	}
	ended := []string{}
	if !isFollowed(c.After) && isFollowed(c.Before) {
		ended = []string{TaskLab, TaskHeld}
	} else if c.Wrote("heldAnswered") {
		happened, err := readHappened(BinderOf(r))
		if err != nil {
			return nil, err
		}
		if len(unansweredStays(c.After, happened.stays)) == 0 {
			ended = []string{TaskHeld}
		}
	}
	for _, kind := range ended {
		standing, err := tasksAbout(r, kind, c.After.ID())
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, endAll(standing)...)
	}
	return drafts, nil
}

// cannotGo gives somebody to call the person who says that they cannot go to a test, or need help with it.
func cannotGo(r syncing.Reader, teams careTeams, order syncing.Snapshot, date, said string, now int64) ([]*draft, error) {
	team := teams.caller(order.Text("requesterTeam"))
	d, err := testTask(r, TaskLab, team, order.ID(), date, now, now+labSteps.CallWithinHours*hourMs)
	if err != nil {
		return nil, err
	}
	d.text("note", replyWords[said])
	told, err := tellAll(r, tell{code: NoticeSomethingToDo, focus: order.ID(), step: replyPrefix + date, due: date, category: CategorySchedule, at: now}, nil, team)
	return append(told, d), err
}

var replyWords = map[string]string{
	"cannot-go": "The person says that they cannot go.",
	"need-help": "The person says that they need help.",
}

// allowReply keeps replies to dates.
func allowReply(c syncing.Change) *syncing.Refusal {
	for _, name := range c.Fields {
		if date, isReply := strings.CutPrefix(name, replyPrefix); isReply {
			if _, err := calendar.ParseDate(date); err != nil {
				return refuse(syncing.Invalid, "Say for which date you answer.")
			}
		}
	}
	return nil
}

// deriveCollection: from now on a result is awaited, and nobody needs to call any more.
func deriveCollection(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if c.Before.Exists() || !c.After.Exists() {
		return nil, nil
	}
	order, err := r.Document(syncing.DocID(c.After.Text("order")))
	if err != nil || !order.Exists() || order.ID().Type() != labOrderName {
		return nil, err
	}
	own := newDraft(c.After.ID(), c.After)
	drafts := []*draft{own}
	if !bySystem(c) { // what system writes follows from a result
		own.once("resultBy", min(number(c.After, "collectedAt"), c.Now)+labSteps.resultWithin(order.Text("code")))
	}
	tasks, err := collectedDrafts(r, order, c.Now)
	return patches(append(drafts, tasks...)...), err
}

// collectedDrafts ends the calls about dates for which a sample was taken.
func collectedDrafts(r syncing.Reader, order syncing.Snapshot, now int64) (drafts []*draft, err error) {
	standing, err := tasksAbout(r, TaskLab, order.ID())
	if err != nil || len(standing) == 0 {
		return nil, err
	}
	schedule, err := LabSchedule(order)
	if err != nil {
		return nil, nil //nolint:nilerr // what nobody could follow has no dates
	}
	dates, err := datesOf(order, schedule, BinderOf(r), now)
	if err != nil {
		return nil, err
	}
	for _, task := range standing {
		at := slices.IndexFunc(dates, func(o lab.Occurrence) bool { return o.Date.String() == task.Text("due") })
		if at >= 0 && advanced(dates[at].State) {
			drafts = append(drafts, endAll([]syncing.Snapshot{task})...)
		}
	}
	return drafts, nil
}

// advanced reports whether a sample was taken, or more.
func advanced(state lab.State) bool {
	return slices.Contains([]lab.State{lab.Collected, lab.Resulted, lab.Reviewed, lab.Closed}, state)
}

// indexCollection: whoever took the sample, and then whoever ordered, is asked for the result when its time has passed.
func indexCollection(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	by := number(s, "resultBy")
	switch {
	case by == 0 || s.Has("resultAt") || s.Has("chasedRequesterAt"):
		return nil
	case s.Has("chasedPerformerAt"):
		by += labSteps.ThenHours * hourMs
	}
	return []syncing.IndexKey{dueAt(record, s.ID(), by)}
}

// dueCollection asks for a result that has not come: first whoever took the sample, then whoever ordered. If both times have passed while
// nobody was there, both.
func dueCollection(_ *ward, m moment) ([]syncing.Patch, error) {
	by := number(m.doc, "resultBy")
	if by == 0 || by > m.now || m.doc.Has("resultAt") || m.doc.Has("chasedRequesterAt") {
		return nil, nil
	}
	order, err := m.reader.Document(syncing.DocID(m.doc.Text("order")))
	if err != nil {
		return nil, err
	}
	teams, err := readTeams(m.reader)
	if err != nil {
		return nil, err
	}
	own := newDraft(m.doc.ID(), m.doc)
	own.once("chasedPerformerAt", m.now)
	requesters := teams.answering(order.Text("requesterTeam"))
	asked := []string{order.Text("performerTeam")}
	if !slices.Contains(teams.active, asked[0]) {
		asked = requesters
	}
	if by+labSteps.ThenHours*hourMs <= m.now {
		own.once("chasedRequesterAt", m.now)
		asked = slices.Concat(asked, requesters)
	} else if m.doc.Has("chasedPerformerAt") {
		return nil, nil
	}
	drafts := []*draft{own}
	for _, team := range union(asked, nil) {
		more, err := chase(m, order, team)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	return patches(drafts...), nil
}

func chase(m moment, order syncing.Snapshot, team string) ([]*draft, error) {
	date := cmp.Or(m.doc.Text("due"), string(m.doc.ID()))
	d, err := openTaskCause(m.reader, TaskSample, team, order.ID(), date, CategorySchedule, m.now, m.now+labSteps.CallWithinHours*hourMs)
	if err != nil {
		return nil, err
	}
	if due := m.doc.Text("due"); due != "" {
		d.textOnce("due", due)
	}
	told, err := tellAll(m.reader, tell{
		code: NoticeResultAwaited, focus: order.ID(), step: date, due: m.doc.Text("due"), category: CategorySchedule, at: m.now,
	}, nil, team)
	return append(told, d), err
}
