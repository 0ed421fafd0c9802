package care

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"satchel/internal/instrument"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// isResult reports whether what waits in a row is a result that the team has to acknowledge.
func isResult(e waiting) bool { return strings.HasPrefix(e.Assessment, resultName+"/") }

// deriveResult says what follows from a result that came in, that was corrected, or that was withdrawn.
func (w *ward) deriveResult(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.Before.Exists() && !remeasured(c) && !wroteAny(c, "verified", "status", "order", "askedTeam") {
		return nil, nil
	}
	v, err := w.judging(c.Record, r, c.Now)
	if err != nil {
		return nil, err
	}
	d := newDraft(c.After.ID(), c.After)
	if c.Before.Exists() && remeasured(c) {
		d.supersede(c)
	}
	if !counts(c.After) {
		return v.withdraw(d)
	}
	return v.takeIn(d, c.Before.Exists() && !remeasured(c))
}

// supersede keeps what stood as an earlier version, and lets the new one wait anew: what was said of the old counts for nothing.
func (d *draft) supersede(c syncing.Change) {
	version, _ := c.Before.Int("version")
	was := earlier{
		At: c.Effective, Class: c.Before.Text("class"), Conclusion: c.Before.Text("conclusion"), Decision: c.Before.Text("decision"),
		Status: c.Before.Text("status"), Unit: c.Before.Text("unit"), Value: c.Before.Text("value"), Version: version,
	}
	if value, err := json.Marshal(was); err == nil {
		d.addValues("earlier", value)
	}
	d.integer("version", version+1)
	told := stepOf(c, "", stepCorrected)
	if told.Team = c.After.Text("responsibleTeam"); len(c.By.Teams()) > 0 {
		told.Team = c.By.Teams()[0].String()
	}
	if told.Team != "" {
		d.step(told)
	}
	for _, field := range slices.Concat(acknowledging, []string{"dueBy", "class", "emergency", "match", "expected", "normalised", "normalisedUnit", "interpretation", "transferTo"}) {
		d.clear(field)
	}
}

// acknowledging are the fields of what the responsible team said.
var acknowledging = []string{"acknowledgedAt", "acknowledgedBy", "acknowledgedTeam", "decision", "informedAt"}

// earlier is a version that another has taken the place of. Its members stand in the order of canonical JSON.
type earlier struct {
	At         int64  `json:"at"`
	Class      string `json:"class,omitzero"`
	Conclusion string `json:"conclusion,omitzero"`
	Decision   string `json:"decision,omitzero"`
	Status     string `json:"status"`
	Unit       string `json:"unit,omitzero"`
	Value      string `json:"value,omitzero"`
	Version    int64  `json:"version"`
}

// takeIn writes what a result means, and puts it before the team that has to acknowledge it. keeps says that it was judged before: then
// it only grows more urgent.
func (v *judging) takeIn(d *draft, keeps bool) ([]syncing.Patch, error) {
	result := d.shown()
	if result.Value("verified") == nil {
		d.truth("verified", result.Text("source") != sourcePhoto)
	}
	d.once("version", 1)
	d.once("receivedAt", v.now)
	if err := v.answers(d, result); err != nil {
		return nil, err
	}
	sampled, err := v.sampled(d, result)
	if err != nil {
		return nil, err
	}
	team := result.Text("responsibleTeam")
	if !slices.Contains(v.around.teams.active, team) {
		if team, err = responsibleFor(result, v.reader, v.around.teams); err != nil {
			return nil, err
		}
		if team != "" {
			d.text("responsibleTeam", team)
		}
	}
	is, err := v.judge(result)
	if err != nil {
		return nil, err
	}
	if is.quantity.Value != "" {
		d.text("normalised", is.quantity.Value)
		d.text("normalisedUnit", is.quantity.Unit)
	}
	if said := interpretationOf(result); said != "" {
		d.text("interpretation", said)
	}
	list, err := v.standing(d, is, keeps)
	return append(list, patches(sampled...)...), err
}

// sampled is what follows for the date that the result answers from now on.
func (v *judging) sampled(d *draft, result Paper) ([]*draft, error) {
	date := textIn(d.patch.Set["answersDate"])
	if date == "" {
		return nil, nil
	}
	return sampleDrafts(v.reader, syncing.DocID(textIn(d.patch.Set["answersOrder"])), date, number(result, "effective"), v.now)
}

// standing writes how urgent a result is and by when it is to be acknowledged, and puts it into the row of the responsible team.
func (v *judging) standing(d *draft, is verdict, keeps bool) ([]syncing.Patch, error) {
	stands := lab.Class(d.stands.Text("class"))
	was, _ := d.stands.Bool("emergency")
	if keeps && stands != "" {
		if stands.Compare(is.class) >= 0 {
			is.class = stands
		}
		is.emergency = is.emergency || was
	}
	rises := !keeps || stands == "" || is.class.Compare(stands) > 0 || is.emergency && !was
	due, _ := d.stands.Int("dueBy")
	if rises {
		d.text("class", string(is.class))
		if by := v.now + v.ward.lab.AcknowledgeWithin(is.class).Milliseconds(); !keeps || due == 0 || by < due || isAcknowledged(d.stands) {
			due = by
			d.integer("dueBy", due)
		}
		d.explain(is)
	}
	if is.emergency && !was {
		d.truth("emergency", true)
		if version, _ := d.stands.Int("version"); isAcknowledged(d.stands) { // what was decided upon the number alone
			d.integer("version", version+1)
			for _, field := range acknowledging {
				d.clear(field)
			}
		}
	}
	result := d.shown()
	if isAcknowledged(result) {
		return patches(d), nil
	}
	row, err := v.waits(result, is.level(), due)
	if err != nil {
		return nil, err
	}
	notices, err := v.announce(result, is, rises, keeps)
	return patches(append(append(row, notices...), d)...), err
}

// announce lets those know that there is a result: the team that has to look at it soon, and the person and their caregivers when it
// comes, at the same time as the teams.
func (v *judging) announce(result Paper, is verdict, rises, keeps bool) ([]*draft, error) {
	t := tell{focus: result.ID(), category: categoryOfResult(result), at: v.now, step: strconv.FormatInt(number(result, "version"), 10)}
	var drafts []*draft
	if rises && is.level() >= instrument.Red {
		t.code = NoticeResultUrgent
		told, err := tellAll(v.reader, t, nil, result.Text("responsibleTeam"))
		if err != nil {
			return nil, err
		}
		drafts = told
	}
	if keeps || !isVerified(result) || t.category != CategoryResults {
		return drafts, nil
	}
	t.code = NoticeResultArrived
	told, err := tellAll(v.reader, t, []string{forPatient, forCaregiver})
	return append(drafts, told...), err
}

// explain names the signed finding that speaks of a result. That something speaks against it is not said here: not everybody who reads
// the number may read what the person reported.
func (d *draft) explain(is verdict) {
	if is.finding.match != lab.Matches && is.finding.match != lab.Asks {
		d.clear("match")
		d.clear("expected")
		return
	}
	d.text("match", string(is.finding.match))
	d.text("expected", string(is.finding.paper.ID()))
}

// waits puts a result into the row of the team that is responsible, in the place of what waited there of it; or takes it out, where
// nothing has to be done soon. What is held back from the person stands on the team's list alone: the person sees the row.
func (v *judging) waits(result Paper, level instrument.Level, due int64) ([]*draft, error) {
	team := result.Text("responsibleTeam")
	if team == "" {
		return nil, nil
	}
	if level == instrument.Info || categoryOfResult(result) != CategoryResults {
		return leaveResult(v.record, v.reader, team, result.ID())
	}
	row, err := v.reader.Document(TriageID(v.record, team, false))
	if err != nil {
		return nil, err
	}
	e := waiting{
		Assessment: string(result.ID()), Concerns: []string{}, Level: level, ReceivedAt: number(result, "receivedAt"),
		ReportedAt: min(number(result, "effective"), v.now), DueBy: due,
	}
	value, err := e.value()
	if err != nil {
		return nil, err
	}
	d := newDraft(TriageID(v.record, team, false), row)
	d.textOnce("team", team)
	d.ifNone("private", syncing.BoolValue(false))
	for i, old := range waitingIn(row) {
		if old.Assessment == e.Assessment && string(row.Elems("waiting")[i]) != string(value) {
			d.removeValues("waiting", row.Elems("waiting")[i])
		}
	}
	d.addValues("waiting", value)
	d.waitAgain(e, value)
	return []*draft{d}, nil
}

// leaveResult takes a result out of a team's row; a row in which nothing is left ends.
func leaveResult(record syncing.RecordID, r syncing.Reader, team string, result syncing.DocID) ([]*draft, error) {
	row, err := r.Document(TriageID(record, team, false))
	if err != nil || !row.Exists() {
		return nil, err
	}
	d := newDraft(row.ID(), row)
	left := 0
	for i, e := range waitingIn(row) {
		if e.Assessment == string(result) {
			d.removeValues("waiting", row.Elems("waiting")[i])
			d.removeValues("opened", syncing.TextValue(e.Assessment))
		} else {
			left++
		}
	}
	if left == 0 && !d.empty() && row.Text("status") != "closed" {
		d.endRow(outcomeAcknowledged)
	}
	return []*draft{d}, nil
}

// withdraw takes a result that counts for nothing any more out of the row, and ends what was asked of others for it.
func (v *judging) withdraw(d *draft) ([]syncing.Patch, error) {
	d.clear("transferTo")
	d.clear("answersOrder")
	d.clear("answersDate")
	row, err := leaveResult(v.record, v.reader, d.stands.Text("responsibleTeam"), d.stands.ID())
	if err != nil {
		return nil, err
	}
	tasks, err := endResultTasks(v.reader, d.stands.ID())
	return patches(append(append(row, tasks...), d)...), err
}

// rejudge looks again at the results of the last days when the person reports what makes them worse.
func (w *ward) rejudge(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	worse := slices.ContainsFunc(w.lab.Exclusions(), func(code string) bool {
		x, _ := w.lab.Exclusion(code)
		yes, _ := w.answered(x, c.After)
		return x.Of == "" && yes
	})
	if !worse {
		return nil, nil
	}
	results, err := r.Documents(resultName)
	if err != nil {
		return nil, err
	}
	v, err := w.judging(c.Record, r, c.Now)
	if err != nil {
		return nil, err
	}
	if heard := newDraft(c.After.ID(), c.After); v.ward.categoriseAssessment(c.After) != syncing.OwnerAudience {
		heard.clear("reportedAt") // what is said now is said now
		v.reports = append(v.reports, heard.shown())
	}
	var list []syncing.Patch
	for _, result := range results {
		taken, _ := result.Int("effective")
		if !counts(result) || !result.Has("version") || c.Now-taken > w.lab.YesFor.Milliseconds() {
			continue
		}
		is, err := v.judge(result)
		if err != nil {
			return nil, err
		}
		was, _ := result.Bool("emergency")
		if isAcknowledged(result) && (!is.emergency || was) {
			continue
		}
		more, err := v.standing(newDraft(result.ID(), result), is, true)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}
