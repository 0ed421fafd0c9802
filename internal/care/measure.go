package care

import (
	"slices"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

const (
	measureName = "measureReport"

	countPrefix = "count."
	dueSuffix   = "DueBy"
	lateSuffix  = "LateAt"
)

// MeasureID names what is counted of a record: the document has the record's own id.
func MeasureID(record syncing.RecordID) syncing.DocID {
	return syncing.NewDocID(measureName, record.UUID)
}

// measureType is FHIR's MeasureReport of one record: what both teams' figures are added up from, so that a figure costs one entry a record
// and no record is opened for it; and by when a plan, a summary and the reviews should be there. Written with what it counts, by the
// rules. It lies with the person's own devices: a count of admissions tells, and no consent to a plan covers it.
func (w *ward) measureType() *syncing.Type {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	fields := []syncing.FieldSpec{
		field("teams", syncing.Reference, syncing.Set, nobody, "the teams that look after the person now"),
		told("plan", syncing.Reference, "the plan that holds"),
		told("phase", syncing.Code, "its phase", codes(phaseCodes...)),
		told("phaseSince", syncing.Instant, "since when"),
		told("planAt", syncing.Instant, "when the newest version of the plan was published"),
		told("treatmentEnd", syncing.Date, "the last day of treatment"),
		told("summaryAt", syncing.Instant, "when the first treatment summary after it was published"),
		told("survivorshipAt", syncing.Instant, "when the newest survivorship plan was published"),
		told("diagnosedOn", syncing.Date, "date of diagnosis"),
		told("supportAt", syncing.Instant, "when support was first talked about in a cancer care review"),
		told("reviewAt", syncing.Instant, "when a cancer care review by a template was completed"),
		told(countPrefix+"*", syncing.Int, "how often something happened; what, where and in which month after the dot: admission.2026-11"),
	}
	for _, line := range deadlines {
		fields = append(fields, told(line.name+dueSuffix, syncing.Instant, "by when there should be "+line.words+"; absent once it is there, or late"),
			told(line.name+lateSuffix, syncing.Instant, "since when "+line.words+" is late"))
	}
	return &syncing.Type{
		Name: measureName, Category: CategoryPlan, Creators: nobody,
		Doc:        "What is counted of this record for the figures of its teams (FHIR MeasureReport). Its id is the record's id. Written by the rules; on the person's own devices.",
		Fields:     fields,
		Categorise: func(syncing.Snapshot) string { return syncing.OwnerAudience },
		Index:      indexMeasure,
	}
}

// deadline is something that should be there by a time, and the list that it is on when it is late.
type deadline struct {
	name, words string
	task        string // kind of the task
	team        string // kind of the team that gets it
}

var deadlines = []deadline{
	{"plan", "a plan for the phase", TaskPlan, KindOncology},
	{"summary", "a treatment summary", TaskSummary, KindOncology},
	{"support", "a talk about support after the diagnosis", TaskSupport, KindPrimary},
	{"review", "a cancer care review", TaskCareReview, KindPrimary},
}

// measuring is the measure of a record in the making.
type measuring struct {
	*draft
	record syncing.RecordID
	r      syncing.Reader
	teams  careTeams
	more   []*draft // tasks that end
}

func measureOf(record syncing.RecordID, r syncing.Reader) (*measuring, error) {
	stands, err := r.Document(MeasureID(record))
	if err != nil {
		return nil, err
	}
	teams, err := readTeams(r)
	return &measuring{draft: newDraft(MeasureID(record), stands), record: record, r: r, teams: teams}, err
}

func (m *measuring) drafts() []*draft { return append([]*draft{m.draft}, m.more...) }

// expect lets the time for something run, unless it runs already.
func (m *measuring) expect(name string, by int64) {
	m.clear(name + lateSuffix)
	m.integer(name+dueSuffix, by)
}

// there ends the time for something, and its task.
func (m *measuring) there(name string) error {
	m.clear(name + dueSuffix)
	m.clear(name + lateSuffix)
	at := slices.IndexFunc(deadlines, func(d deadline) bool { return d.name == name })
	tasks, err := tasksAbout(m.r, deadlines[at].task, PersonID(m.record))
	m.more = append(m.more, endAll(tasks)...)
	return err
}

// count adds one to what happened, in the month of an instant at home.
func (m *measuring) count(what string, ms int64, zone string) {
	name := countPrefix + what + "." + surroundings{zone: zone}.dateOf(ms)[:len("2026-11")]
	n, _ := m.stands.Int(name)
	m.integer(name, n+1)
}

// measurePlan follows the header of a plan: its phase, and the clocks that begin with the diagnosis.
func (w *ward) measurePlan(c syncing.Change, r syncing.Reader, zone string) ([]*draft, error) {
	m, err := measureOf(c.Record, r)
	if err != nil || c.After.Text("status") != "active" {
		return nil, err
	}
	m.text("plan", string(c.After.ID()))
	phase := c.After.Text("phase")
	if c.Before.Text("phase") != phase || c.Before.Text("status") != "active" {
		m.text("phase", phase)
		m.integer("phaseSince", c.Now)
		m.expect("plan", w.handovers.Plan.after(c.Now, zone))
		if phase == "end-of-treatment" && m.stands.Text("treatmentEnd") == "" {
			w.treatmentEnds(m, surroundings{zone: zone}.dateOf(c.Now), zone)
		}
	}
	if day := c.After.Text("diagnosedOn"); day != "" && day != c.Before.Text("diagnosedOn") {
		m.text("diagnosedOn", day)
		clock := w.reviewDates(c.After)
		if !m.stands.Has("supportAt") {
			m.expect("support", endOfText(clock.SupportBy, zone))
		}
		if !m.stands.Has("reviewAt") {
			m.expect("review", endOfText(clock.ReviewBy, zone))
		}
	}
	return m.drafts(), nil
}

// treatmentEnds begins the time for a treatment summary.
func (w *ward) treatmentEnds(m *measuring, day, zone string) {
	date, err := calendar.ParseDate(day)
	if err != nil || day == m.stands.Text("treatmentEnd") {
		return
	}
	m.text("treatmentEnd", day)
	m.clear("summaryAt")
	m.expect("summary", endOf(w.handovers.Summary.afterDay(date), zone))
}

// measurePublished notes a version of a plan, a treatment summary or a survivorship plan.
func measurePublished(record syncing.RecordID, r syncing.Reader, kind string, now int64) ([]*draft, error) {
	m, err := measureOf(record, r)
	if err != nil {
		return nil, err
	}
	switch kind {
	case kindSummary:
		m.once("summaryAt", now)
		err = m.there("summary")
	case kindSurvive:
		m.integer("survivorshipAt", now)
	default:
		m.integer("planAt", now)
		err = m.there("plan")
	}
	return m.drafts(), err
}

// measureReview notes a cancer care review that was completed. Any is a talk about support; one by a template is a review.
func measureReview(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	done := c.After.Text("kind") == kindCareReview && c.After.Text("status") == "completed" && c.Before.Text("status") != "completed"
	if !done {
		return nil, nil
	}
	m, err := measureOf(c.Record, r)
	if err != nil {
		return nil, err
	}
	m.once("supportAt", c.Now)
	if err := m.there("support"); err != nil {
		return nil, err
	}
	if c.After.Text("template") != "" || c.After.Text("protocolRef") != "" {
		m.once("reviewAt", c.Now)
		err = m.there("review")
	}
	return m.drafts(), err
}

// measureTeams notes which teams are here.
func measureTeams(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	if c.Before.Text("status") == c.After.Text("status") {
		return nil, nil
	}
	m, err := measureOf(c.Record, r)
	if err != nil {
		return nil, err
	}
	m.add("teams", m.teams.active)
	m.removeValues("teams", quoted(without(m.stands.Texts("teams"), m.teams.active))...)
	return []*draft{m.draft}, nil
}

// dueMeasure puts what is late onto the list of the team that should see to it.
func dueMeasure(_ *ward, m moment) ([]syncing.Patch, error) {
	teams, err := readTeams(m.reader)
	if err != nil {
		return nil, err
	}
	d := newDraft(m.doc.ID(), m.doc)
	drafts := []*draft{d}
	for _, line := range deadlines {
		by, set := m.doc.Int(line.name + dueSuffix)
		if !set || by > m.now {
			continue
		}
		d.clear(line.name + dueSuffix)
		d.once(line.name+lateSuffix, m.now)
		owners := teams.chasers()
		if id := teams.byKind[line.team]; id != "" {
			owners = []string{id}
		}
		for _, team := range owners {
			task, err := openTaskAbout(m.reader, line.task, team, PersonID(m.record), CategoryPlan, m.now, 0)
			if err != nil {
				return nil, err
			}
			if task.stands.Text("status") == "completed" { // another one is late now
				task.reopen(m.now)
			}
			drafts = append(drafts, task)
		}
	}
	return patches(drafts...), nil
}

// ReviewDates are the two clocks of the UK cancer care review, as civil dates; "" without a date of diagnosis.
type ReviewDates struct {
	SupportBy string `json:"supportBy,omitzero"` // the last day on which support should have been talked about
	ReviewBy  string `json:"reviewBy,omitzero"`  // the last day of the review by a template
}

// ReviewDates are those of the plan that holds. Errors are those of the binder.
func (w Words) ReviewDates(b Binder) (dates ReviewDates, err error) {
	plan, err := currentPlan(b)
	if err != nil || plan == nil {
		return dates, err
	}
	return w.ward.reviewDates(plan), nil
}

func (w *ward) reviewDates(plan Paper) (dates ReviewDates) {
	day, err := calendar.ParseDate(plan.Text("diagnosedOn"))
	if err != nil {
		return dates
	}
	return ReviewDates{w.handovers.Support.afterDay(day).String(), w.handovers.Care.afterDay(day).String()}
}

// QualityIndex holds what is counted of each record, for each team that looks after it.
const QualityIndex = "quality"

// Measured is what is counted of one record. It is the value of its entry.
type Measured struct {
	Teams          []string         `json:"teams"`
	Phase          string           `json:"phase,omitzero"`
	PhaseSince     int64            `json:"phaseSince,omitzero"`
	PlanAt         int64            `json:"planAt,omitzero"`
	TreatmentEnd   string           `json:"treatmentEnd,omitzero"`
	SummaryAt      int64            `json:"summaryAt,omitzero"`
	SurvivorshipAt int64            `json:"survivorshipAt,omitzero"`
	DiagnosedOn    string           `json:"diagnosedOn,omitzero"`
	SupportAt      int64            `json:"supportAt,omitzero"`
	ReviewAt       int64            `json:"reviewAt,omitzero"`
	Late           []string         `json:"late,omitzero"` // names of deadlines
	Counts         map[string]int64 `json:"counts,omitzero"`
}

func indexMeasure(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	var keys []syncing.IndexKey
	next := int64(0)
	for _, line := range deadlines {
		if by, set := s.Int(line.name + dueSuffix); set && (next == 0 || by < next) {
			next = by
		}
	}
	if next != 0 {
		keys = append(keys, dueAt(record, s.ID(), next))
	}
	value, err := json.Marshal(countedIn(s), json.Deterministic(true))
	if err != nil {
		return keys
	}
	for _, id := range s.Texts("teams") {
		if team, err := syncing.ParseUUID(id); err == nil {
			keys = append(keys, syncing.IndexKey{Index: QualityIndex, Key: slices.Concat(team[:], record.UUID[:]), Value: value})
		}
	}
	return keys
}

func countedIn(s syncing.Snapshot) Measured {
	m := Measured{Teams: s.Texts("teams"), Phase: s.Text("phase"), TreatmentEnd: s.Text("treatmentEnd"), DiagnosedOn: s.Text("diagnosedOn")}
	for name, into := range map[string]*int64{
		"phaseSince": &m.PhaseSince, "planAt": &m.PlanAt, "summaryAt": &m.SummaryAt, "survivorshipAt": &m.SurvivorshipAt,
		"supportAt": &m.SupportAt, "reviewAt": &m.ReviewAt,
	} {
		*into = number(s, name)
	}
	for _, line := range deadlines {
		if s.Has(line.name + lateSuffix) {
			m.Late = append(m.Late, line.name)
		}
	}
	for _, name := range s.Fields(countPrefix) {
		if m.Counts == nil {
			m.Counts = map[string]int64{}
		}
		m.Counts[name[len(countPrefix):]] = number(s, name)
	}
	return m
}

// QualityRange gives the bounds of a team's entries in QualityIndex: from <= key < to.
func QualityRange(team syncing.TeamID) (from, to []byte) { return QueueRange(team) }
