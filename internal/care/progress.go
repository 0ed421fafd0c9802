package care

import (
	"slices"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// progress is what follows from what a team does with a row: the row and its concerns tell it, each to those who may see it.
type progress struct {
	c        syncing.Change
	r        syncing.Reader
	team     string
	row      *draft
	concerns map[string]*draft
	list     []*draft // in the order in which they were first touched
}

// deriveTriage tells the row and its concerns what the team does with them.
func deriveTriage(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	p := &progress{c: c, r: r, team: c.Before.Text("team"), row: newDraft(c.After.ID(), c.After), concerns: map[string]*draft{}}
	p.list = []*draft{p.row}
	for _, tell := range []func() error{p.opened, p.attempts, p.claim, p.closed} {
		if err := tell(); err != nil {
			return nil, err
		}
	}
	return patches(p.list...), nil
}

// concern is the draft of one concern, the same at each call; nil if it is not here.
func (p *progress) concern(id string) (*draft, error) {
	if d, there := p.concerns[id]; there {
		return d, nil
	}
	s, err := p.r.Document(syncing.DocID(id))
	if err != nil || !s.Exists() {
		return nil, err
	}
	d := newDraft(s.ID(), s)
	p.concerns[id] = d
	p.list = append(p.list, d)
	return d, nil
}

// each runs tell on the concerns of the reports for which it is meant.
func (p *progress) each(of func(waiting) bool, tell func(d *draft, status string)) error {
	for _, e := range waitingIn(p.c.Before) {
		if !of(e) {
			continue
		}
		for _, id := range e.Concerns {
			d, err := p.concern(id)
			if err != nil {
				return err
			}
			if d != nil {
				tell(d, d.stands.Text(routeStatusPrefix+p.team))
			}
		}
	}
	return nil
}

func all(waiting) bool { return true }

// opened tells that somebody of the team has opened reports: who, and when. Each concern tells it too, also one on which
// another team acts: the person need not carry it from one to the other.
func (p *progress) opened() error {
	fresh := without(p.c.After.Texts("opened"), p.c.Before.Texts("opened"))
	if len(fresh) == 0 || closesRow(p.c) {
		return nil
	}
	seen := stepOf(p.c, p.team, stepSeen)
	p.row.step(seen)
	if p.c.After.Text("status") == "new" && allOpened(p.c.After) {
		p.row.text("status", "seen")
	}
	return p.each(func(e waiting) bool { return slices.Contains(fresh, e.Assessment) }, func(d *draft, status string) {
		d.step(seen)
		if status == "new" {
			d.text(routeStatusPrefix+p.team, "seen")
		}
	})
}

func allOpened(row syncing.Snapshot) bool {
	opened := row.Texts("opened")
	return !slices.ContainsFunc(waitingIn(row), func(e waiting) bool { return !slices.Contains(opened, e.Assessment) })
}

// attempts tells tries to speak with the person. One that succeeds ends what was promised, and what was escalated for it.
func (p *progress) attempts() error {
	before := p.c.Before.Elems("attempts")
	fresh := newDraft("", syncing.Snapshot{})
	for _, elem := range p.c.After.Elems("attempts") {
		if !contains(before, elem) {
			fresh.addValues("attempts", elem)
		}
	}
	for _, one := range readAttempts(fresh.patch.Add["attempts"]) {
		told := stepOf(p.c, p.team, stepAttempt)
		told.Outcome = one.Result
		if one.Result == attemptReached {
			told.What = stepReached
			p.row.integer("contactedAt", p.c.Effective)
			if err := p.endEscalation(); err != nil {
				return err
			}
		}
		if err := p.each(all, func(d *draft, _ string) { d.step(told) }); err != nil {
			return err
		}
		told.Note = one.Note
		p.row.step(told)
	}
	if p.c.Wrote("signOff") && p.c.After.Text("signOff") != "" {
		told := stepOf(p.c, p.team, stepSignedOff)
		told.Note = p.c.After.Text("signOff")
		p.row.step(told)
	}
	return nil
}

// claim tells who has the row.
func (p *progress) claim() error {
	had, has := p.c.Before.Text("claimedBy"), p.c.After.Text("claimedBy")
	if had == has || closesRow(p.c) {
		return nil
	}
	told := stepOf(p.c, p.team, stepClaimed)
	switch {
	case has == "":
		told.What = stepHandedBack
		p.row.clear("claimedAt")
		p.row.clear("claimedName")
		if p.c.After.Text("status") == "new" && allOpened(p.c.After) {
			p.row.text("status", "seen")
		}
	default:
		if p.c.Wrote("takenFrom") {
			told.What = stepTakenOver
		}
		p.row.integer("claimedAt", p.c.Effective)
		p.row.text("claimedName", p.c.By.Name())
	}
	p.row.step(told)
	return p.each(all, func(d *draft, status string) {
		d.step(told)
		switch {
		case has != "" && (status == "new" || status == "seen"):
			d.text(routeStatusPrefix+p.team, "in-progress")
		case has == "" && status == "in-progress":
			d.text(routeStatusPrefix+p.team, "seen")
		}
	})
}

// outcomeOf is what came of a concern for which the team had said so itself before it closed the row.
var outcomeOf = map[string]string{
	"managed-by-nurse": "managed-by-nurse", "escalated": "escalated-doctor", "referred": "referred",
	"self-care": "advice-given", "no-action": "no-action",
}

// closed tells what came of the row, clears what belonged to this opening of it, and takes back what was offered of it.
func (p *progress) closed() error {
	if !closesRow(p.c) {
		return nil
	}
	for _, name := range []string{"claimedBy", "claimedName", "claimedAt", "takenFrom", "signOff"} {
		p.row.clear(name)
	}
	p.row.removeValues("attempts", p.c.After.Elems("attempts")...)
	p.row.removeValues("opened", p.c.After.Elems("opened")...)
	told := stepOf(p.c, p.team, stepClosed)
	told.Outcome, told.Note = p.c.After.Text("outcome"), p.c.After.Text("outcomeNote")
	p.row.step(told)
	told.Note = "" // a note on the row may speak of several concerns, and not everybody sees all of them
	if err := p.each(all, func(d *draft, status string) {
		if status == "" {
			return
		}
		mine := told
		if own, stated := outcomeOf[status]; stated {
			mine.Outcome = own
		}
		d.step(mine)
		d.text(routeStatusPrefix+p.team, "closed")
		d.text(routeOutcomePrefix+p.team, mine.Outcome)
	}); err != nil {
		return err
	}
	if err := p.tellNoMore(told); err != nil {
		return err
	}
	offers, err := withdrawOffers(p.r, "", string(p.c.After.ID()), func(string) bool { return true })
	if err != nil {
		return err
	}
	p.list = append(p.list, offers...)
	return p.endEscalation()
}

// tellNoMore takes out of other teams' rows what they were told of only because this team was to act on it, which it has done.
func (p *progress) tellNoMore(told Step) error {
	if private, _ := p.c.Before.Bool("private"); private {
		return nil
	}
	teams, err := readTeams(p.r)
	if err != nil {
		return err
	}
	mine := map[string]bool{}
	for _, e := range waitingIn(p.c.Before) {
		mine[e.Assessment] = mine[e.Assessment] || e.Level >= instrument.Red
	}
	for _, team := range without(teams.treating(), []string{p.team}) {
		s, err := p.r.Document(TriageID(p.c.Record, team, false))
		if err != nil {
			return err
		}
		row := newDraft(s.ID(), s)
		for i, e := range waitingIn(s) {
			if !mine[e.Assessment] || e.Elsewhere == instrument.Info {
				continue
			}
			row.removeValues("waiting", s.Elems("waiting")[i])
			if e, acts, err := p.actsOn(e, team); err != nil {
				return err
			} else if value, err := e.value(); acts && err == nil {
				row.addValues("waiting", value)
			}
		}
		if left := len(s.Elems("waiting")) - len(row.patch.Remove["waiting"]) + len(row.patch.Add["waiting"]); left == 0 && !row.empty() {
			row.endRow("no-action")
		}
		if !row.empty() {
			row.step(told)
			p.list = append(p.list, row)
		}
	}
	return nil
}

// actsOn is what is left of a report for a team that acts on a part of it; acts is false if it was only told.
func (p *progress) actsOn(e waiting, team string) (left waiting, acts bool, err error) {
	var own []string
	for _, id := range e.Concerns {
		concern, err := p.r.Document(syncing.DocID(id))
		if err != nil {
			return e, false, err
		}
		if slices.Contains(concern.Texts("routes"), team) {
			own = append(own, id)
		}
	}
	e.Concerns, e.Elsewhere = own, instrument.Info
	return e, len(own) > 0 || e.Level > instrument.Info, nil
}

// endRow closes a row in which nothing waits any more.
func (d *draft) endRow(outcome string) {
	d.text("status", "closed")
	d.text("outcome", outcome)
	for _, name := range []string{"outcomeNote", "claimedBy", "claimedName", "claimedAt", "takenFrom", "signOff"} {
		d.clear(name)
	}
	d.removeValues("attempts", d.stands.Elems("attempts")...)
	d.removeValues("opened", d.stands.Elems("opened")...)
}

// endEscalation takes away from other teams what they were given because nobody had reached the person.
func (p *progress) endEscalation() error {
	teams, err := readTeams(p.r)
	if err != nil {
		return err
	}
	for _, e := range waitingIn(p.c.Before) {
		for _, team := range union(teams.treating(), []string{teams.byKind[KindNavigation]}) {
			id := escalationTaskID(p.c.After.ID(), team, e.Assessment)
			task, err := p.r.Document(id)
			if err != nil {
				return err
			}
			if d := newDraft(id, task); isOpenTask(task) {
				d.text("status", "cancelled")
				p.list = append(p.list, d)
			}
		}
	}
	return nil
}
