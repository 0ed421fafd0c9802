package care

import (
	"slices"
	"strconv"

	syncing "satchel/sync"
)

// deriveResultAck tells in the result what was said of it, so that both teams and the person see who did what.
func (w *ward) deriveResultAck(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.Before.Exists() {
		return nil, nil
	}
	result, err := r.Document(syncing.DocID(c.After.Text("result")))
	if err != nil || !result.Exists() {
		return nil, err
	}
	a := &answering{w: w, c: c, r: r, result: result, team: c.After.Text("team"), d: newDraft(result.ID(), result)}
	told := stepOf(c, a.team, stepSeen)
	told.Note = c.After.Text("note")
	switch decision := c.After.Text("decision"); {
	case c.After.Text("answer") != "":
		err = a.answer(&told)
	case decision == decisionTransfer:
		err = a.offer(&told)
	case decision != "":
		err = a.decide(&told, decision)
	}
	if err != nil {
		return nil, err
	}
	if told.What != stepSeen || c.After.Text("decision")+c.After.Text("answer") == "" && !c.After.Has("patientInformedAt") {
		a.d.step(told)
	}
	if at, ok := c.After.Int("patientInformedAt"); ok {
		a.d.integer("informedAt", min(at, c.Now))
		informed := stepOf(c, a.team, stepInformed)
		a.d.step(informed)
	}
	return patches(append(a.drafts, a.d)...), nil
}

// answering is what follows from what somebody says of a result.
type answering struct {
	w      *ward
	c      syncing.Change
	r      syncing.Reader
	result syncing.Snapshot
	team   string
	d      *draft // of the result
	drafts []*draft
}

// decide acknowledges the result: it leaves the row, and what was asked of others for it ends.
func (a *answering) decide(told *Step, decision string) error {
	told.What, told.Outcome = stepAcknowledged, decision
	version, _ := a.c.After.Int("version")
	a.d.integer("acknowledgedVersion", version)
	a.d.integer("acknowledgedAt", a.c.Now)
	a.d.text("acknowledgedBy", a.c.By.Name())
	a.d.text("acknowledgedTeam", a.team)
	a.d.text("decision", decision)
	a.d.clear("transferTo")
	row, err := leaveResult(a.c.Record, a.r, a.team, a.result.ID())
	if err != nil {
		return err
	}
	tasks, err := endResultTasks(a.r, a.result.ID())
	a.drafts = append(append(a.drafts, row...), tasks...)
	return err
}

// offer asks another team to take the result over. Until it has, this one stays responsible and its clock runs.
func (a *answering) offer(told *Step) error {
	to := a.c.After.Text("to")
	told.What, told.To = stepOffered, to
	a.d.text("transferTo", to)
	due, _ := a.result.Int("dueBy")
	task, err := openResultTask(a.r, a.result, to, a.c.Now, due)
	a.drafts = append(a.drafts, task)
	return err
}

// answer takes the result over, with the clock that runs, or leaves it where it is.
func (a *answering) answer(told *Step) error {
	from := a.result.Text("responsibleTeam")
	told.What, told.To = stepDeclined, from
	a.d.clear("transferTo")
	tasks, err := endResultTasks(a.r, a.result.ID())
	if err != nil {
		return err
	}
	a.drafts = append(a.drafts, tasks...)
	if a.c.After.Text("answer") != transferAccepted {
		return nil
	}
	told.What = stepAccepted
	a.d.text("responsibleTeam", a.team)
	row, err := a.r.Document(TriageID(a.c.Record, from, false))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(waitingIn(row), func(e waiting) bool { return e.Assessment == string(a.result.ID()) })
	if at < 0 {
		return nil
	}
	left, err := leaveResult(a.c.Record, a.r, from, a.result.ID())
	if err != nil {
		return err
	}
	v := &judging{ward: a.w, record: a.c.Record, reader: a.r, now: a.c.Now}
	e := waitingIn(row)[at]
	entered, err := v.waits(a.d.shown(), e.Level, e.DueBy)
	a.drafts = append(append(a.drafts, left...), entered...)
	return err
}

// resultTaskID names what a team is asked about one version of a result: a corrected one is asked about anew.
func resultTaskID(result syncing.Snapshot, team string) syncing.DocID {
	version, _ := result.Int("version")
	return syncing.NewDocID(taskName, syncing.DerivedUUID(taskName, TaskResult, team, string(result.ID()), strconv.FormatInt(version, 10)))
}

// openResultTask asks a team to look after a result. Everybody on the team sees that there is one, also who may not see what it says.
func openResultTask(r syncing.Reader, result syncing.Snapshot, team string, at, dueBy int64) (*draft, error) {
	stands, err := r.Document(resultTaskID(result, team))
	if err != nil {
		return nil, err
	}
	d := newDraft(resultTaskID(result, team), stands)
	d.textOnce("kind", TaskResult)
	d.textOnce("focus", string(result.ID()))
	d.textOnce("team", team)
	d.text("audience", CategoryTriage)
	if categoriseResult(result) != CategoryResults {
		d.text("audience", CategoryClinical) // the person does not know of it yet
	}
	if status := stands.Text("status"); status == "" || status == "cancelled" {
		d.text("status", "requested")
		d.integer("openedAt", at)
		d.clear("takenBy")
	}
	if dueBy != 0 {
		d.once("dueBy", dueBy)
	}
	return d, nil
}

// endResultTasks ends what teams were asked about a result.
func endResultTasks(r syncing.Reader, result syncing.DocID) (drafts []*draft, err error) {
	tasks, err := r.Documents(taskName)
	for _, task := range tasks {
		if task.Text("kind") == TaskResult && task.Text("focus") == string(result) && isOpenTask(task) {
			d := newDraft(task.ID(), task)
			d.text("status", "cancelled")
			drafts = append(drafts, d)
		}
	}
	return drafts, err
}
