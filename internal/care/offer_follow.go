package care

import (
	"cmp"
	"slices"

	syncing "satchel/sync"
)

// errand is what the tasks about an activity depend on.
type errand struct {
	id          syncing.DocID
	status      string
	proposer    string
	accountable string
	asked       string // to take over
	unanswered  bool
	answerBy    int64
}

func errandOf(s syncing.Snapshot) errand {
	e := errand{
		id: s.ID(), status: s.Text("status"), proposer: s.Text("proposedBy"), accountable: s.Text("accountableTeam"), asked: s.Text("transferTo"),
	}
	e.unanswered, _ = s.Bool("unanswered")
	e.answerBy, _ = s.Int("answerBy")
	return e
}

// call is a task of one team about an activity.
type call struct{ kind, team string }

// calls are the tasks that there should be now: who was asked answers; until somebody has accepted, the team that proposed and
// the navigators see that nobody has (hazard H22). A team that answers for something and is here no more leaves a gap.
func (e errand) calls(teams careTeams) []call {
	var list []call
	tell := func(kind string, ids ...string) {
		for _, id := range ids {
			if one := (call{kind, id}); id != "" && !slices.Contains(list, one) {
				list = append(list, one)
			}
		}
	}
	navigators := teams.byKind[KindNavigation]
	switch e.status {
	case "", "completed", "cancelled":
	case "accepted", "in-progress":
		tell(TaskOffer, e.asked)
		if !slices.Contains(teams.active, e.accountable) {
			tell(TaskGap, e.proposer, navigators)
		}
	case "offered":
		tell(TaskOffer, e.accountable, e.proposer, navigators)
		if e.unanswered || !slices.Contains(teams.active, e.accountable) { // nobody who could answer is here
			tell(TaskGap, e.proposer, navigators)
		}
	default: // proposed, declined, or answered with another proposal
		tell(TaskGap, e.proposer, navigators)
	}
	return list
}

// taskDrafts opens the tasks that there should be and ends those that there were. What was closed by hand comes back if its cause
// is a new one.
func (e errand) taskDrafts(r syncing.Reader, had, wanted []call, fresh bool, now int64) ([]*draft, error) {
	var drafts []*draft
	for _, one := range wanted {
		opened, err := e.openCall(r, one, fresh || !slices.Contains(had, one), now)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, opened...)
	}
	for _, one := range had {
		if slices.Contains(wanted, one) {
			continue
		}
		d, err := endTask(r, one.kind, one.team, e.id)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	return drafts, nil
}

func (e errand) openCall(r syncing.Reader, one call, fresh bool, now int64) ([]*draft, error) {
	d, err := openTaskAbout(r, one.kind, one.team, e.id, CategoryPlan, now, e.answerBy)
	if err != nil {
		return nil, err
	}
	if e.answerBy != 0 {
		d.integer("dueBy", e.answerBy)
	}
	if !fresh || d.stands.Text("status") != "completed" {
		return []*draft{d}, nil
	}
	d.text("status", "requested")
	d.integer("openedAt", now)
	// What the last one wrote goes by itself: it may be newer than what an offline phone has seen, and must not keep this closed.
	last := newDraft(d.stands.ID(), d.stands)
	for _, field := range []string{"takenBy", "outcome", "outcomeNote"} {
		last.clear(field)
	}
	return []*draft{d, last}, nil
}

// deriveActivity says what follows from an answer or an offer: its times, the tasks of those who must act, and a version of the
// plan where a care review was completed.
func (w *ward) deriveActivity(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	own := w.timesDraft(c, around.zone)
	is := errandOf(c.After)
	is.unanswered, is.answerBy = is.unanswered && !offeredAnew(c), cmp.Or(intIn(own.patch, "answerBy"), is.answerBy)
	if _, cleared := own.patch.Set["transferTo"]; cleared {
		is.asked = ""
	}
	was := errandOf(c.Before)
	fresh := was.status != is.status || was.accountable != is.accountable
	drafts, err := is.taskDrafts(r, was.calls(around.teams), is.calls(around.teams), fresh, c.Now)
	if err != nil {
		return nil, err
	}
	review, err := w.reviewDrafts(c, r)
	if err != nil {
		return nil, err
	}
	counted, err := measureReview(c, r)
	if err != nil {
		return nil, err
	}
	late, err := dayDrafts(own, c, r, around.zone)
	return patches(slices.Concat([]*draft{own}, drafts, review, counted, late)...), err
}

// offeredAnew: a new offer, or the same to another team.
func offeredAnew(c syncing.Change) bool {
	return c.After.Text("status") == "offered" &&
		(c.Before.Text("status") != "offered" || c.Before.Text("accountableTeam") != c.After.Text("accountableTeam"))
}

// timesDraft keeps the times of an offer. They are told by the server alone.
func (w *ward) timesDraft(c syncing.Change, zone string) *draft {
	d := newDraft(c.After.ID(), c.After)
	moved := c.Before.Text("accountableTeam") != c.After.Text("accountableTeam")
	switch {
	case offeredAnew(c):
		d.integer("offeredAt", c.Now)
		d.integer("answerBy", workingDaysLater(c.Now, w.paths.phases.Offer.AnswerWithinWorkingDays, zone))
		d.clear("unanswered")
	case c.After.Text("status") != "offered":
		d.clear("answerBy")
		d.clear("unanswered")
	}
	if isTaken(c.After) && (!isTaken(c.Before) || moved) {
		d.integer("acceptedAt", c.Now)
	}
	if moved && c.After.Text("transferTo") == c.After.Text("accountableTeam") {
		d.clear("transferTo")
	}
	return d
}

// indexActivity: an offer that nobody has answered will be looked at when its time has passed.
func indexActivity(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	keys := indexErrand(record, errandOf(s))
	if from, set := s.Int("overdueFrom"); set && isLive(s) {
		keys = append(keys, dueAt(record, s.ID(), from))
	}
	return keys
}

func indexErrand(record syncing.RecordID, e errand) []syncing.IndexKey {
	if e.status != "offered" || e.answerBy == 0 || e.unanswered {
		return nil
	}
	return []syncing.IndexKey{dueAt(record, e.id, e.answerBy)}
}

// dueActivity looks at an activity's offer and at its day.
func dueActivity(_ *ward, m moment) ([]syncing.Patch, error) {
	offer, err := dueErrand(m, errandOf(m.doc))
	if err != nil {
		return nil, err
	}
	late, err := dueDay(m)
	return append(offer, late...), err
}

func dueTransition(_ *ward, m moment) ([]syncing.Patch, error) {
	return dueErrand(m, errandOfTransition(m.doc))
}

// dueErrand marks an offer that nobody answered in time, and tells the team that asked and the navigators of the gap.
func dueErrand(m moment, was errand) ([]syncing.Patch, error) {
	if was.status != "offered" || was.unanswered || was.answerBy == 0 || was.answerBy > m.now {
		return nil, nil
	}
	teams, err := readTeams(m.reader)
	if err != nil {
		return nil, err
	}
	is := was
	is.unanswered = true
	drafts, err := is.taskDrafts(m.reader, was.calls(teams), is.calls(teams), false, m.now)
	if err != nil {
		return nil, err
	}
	own := newDraft(was.id, m.doc)
	own.truth("unanswered", true)
	return patches(append(drafts, own)...), nil
}
