package care

import (
	"slices"
	"strings"
	"time"

	"satchel/internal/instrument"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// verdict is what a result means for the record in which it stands.
type verdict struct {
	quantity  lab.Quantity
	class     lab.Class
	finding   finding
	emergency bool // with signs of an infection
}

// judging is a record as a result is judged in it.
type judging struct {
	ward    *ward
	record  syncing.RecordID
	reader  syncing.Reader
	around  surroundings
	now     int64
	reports []Paper // what the person reported lately, as far as both treating teams may see it
}

func (w *ward) judging(record syncing.RecordID, r syncing.Reader, now int64) (*judging, error) {
	around, err := w.look(record, r)
	if err != nil {
		return nil, err
	}
	v := &judging{ward: w, record: record, reader: r, around: around, now: now}
	docs, err := r.Documents(assessmentName)
	for _, doc := range docs {
		if isReported(doc) && now-reportedAt(doc) <= w.lab.YesFor.Milliseconds() {
			v.hear(doc)
		}
	}
	return v, err
}

// hear takes in a report. What the person keeps from one of the teams tells that team nothing, not even by how urgent a result is.
func (v *judging) hear(report syncing.Snapshot) {
	if category := v.ward.categoriseAssessment(report); category == CategoryAssessments || category == CategorySensitive {
		v.reports = append(v.reports, report)
	}
}

// judge says how urgent a result is. What nobody has checked is never made calmer by what was expected; a flag with which a laboratory
// calls is never ordinary.
func (v *judging) judge(result Paper) (verdict, error) {
	is := verdict{class: lab.Normal, finding: finding{match: lab.NoMatch}}
	flag := interpretationOf(result)
	q, err := quantityOf(result)
	if err != nil { // words, or a picture
		if result.Text("source") == sourcePhoto && !isVerified(result) || slices.Contains([]string{"A", "AA", "LL", "HH"}, flag) {
			is.class = lab.Action
		}
		return is, nil
	}
	is.quantity = q
	around, err := v.aroundResult(result)
	if err != nil {
		return is, err
	}
	code := result.Text("code")
	class, always := v.ward.lab.Class(code, q, around)
	if class == lab.Normal && slices.Contains([]string{"AA", "LL", "HH"}, flag) {
		class = lab.Action
	}
	docs, err := v.reader.Documents(expectedFindingName)
	if err != nil {
		return is, err
	}
	now := time.UnixMilli(v.now)
	is.finding = v.ward.findingFor(result, q, v.around.zone, papersOf(docs), v.reports, now)
	if is.class = class; isVerified(result) {
		is.class = class.With(is.finding.match, always)
	}
	is.emergency = v.infected(code, q, now)
	return is, nil
}

// infected reports whether a count is so low that the signs of an infection that were reported lately make it an emergency.
func (v *judging) infected(code string, q lab.Quantity, now time.Time) bool {
	sign, within, low := v.ward.lab.Infection(code, q)
	if !low {
		return false
	}
	x, _ := v.ward.lab.Exclusion(sign)
	return slices.ContainsFunc(v.ward.reported(x, v.reports, now), func(a lab.Answer) bool { return a.Yes && now.Sub(a.At) <= within })
}

// aroundResult is what else must be known: the facts that oncology stated, and the person's own lowest value lately.
func (v *judging) aroundResult(result Paper) (around lab.Around, err error) {
	if thinned, stated := v.around.context.Bool("anticoagulated"); stated {
		around.Facts = map[string]bool{"anticoagulated": thinned}
	}
	docs, err := v.reader.Documents(resultName)
	at := number(result, "effective")
	since := at - int64(v.ward.lab.BaselineDays)*24*time.Hour.Milliseconds()
	for _, doc := range docs {
		taken, _ := doc.Int("effective")
		value := doc.Text("normalised")
		if doc.ID() == result.ID() || doc.Text("code") != result.Text("code") || !counts(doc) || !isVerified(doc) || taken < since || taken >= at || value == "" {
			continue
		}
		lowest, known := lab.Number(around.Baseline)
		if one, ok := lab.Number(value); ok && (!known || one.Cmp(lowest) < 0) {
			around.Baseline = value
		}
	}
	return around, err
}

func papersOf(docs []syncing.Snapshot) []Paper {
	list := make([]Paper, 0, len(docs))
	for _, doc := range docs {
		list = append(list, doc)
	}
	return list
}

// responsibleFor is the one team that acts on a result: that of its order, else the one that is named, else oncology. One that is
// here no more is none: somebody always answers (hazard H11).
func responsibleFor(result Paper, r syncing.Reader, teams careTeams) (string, error) {
	order, err := r.Document(syncing.DocID(result.Text("order")))
	if err != nil {
		return "", err
	}
	answered, err := r.Document(syncing.DocID(result.Text("answersOrder")))
	if err != nil {
		return "", err
	}
	for _, team := range []string{order.Text("resultResponsibleTeam"), result.Text("askedTeam"), answered.Text("resultResponsibleTeam"), teams.byKind[KindOncology]} {
		if team != "" && slices.Contains(teams.active, team) {
			return team, nil
		}
	}
	if here := teams.treating(); len(here) > 0 {
		return here[0], nil
	}
	return "", nil
}

// interpretationOf is the laboratory's own flag, if it is one of FHIR's; else where the number lies in the range; "" if nothing is known.
func interpretationOf(result Paper) string {
	if flag := strings.ToUpper(strings.TrimSpace(result.Text("labFlag"))); slices.Contains(interpretations, flag) {
		return flag
	}
	value, ok := lab.Number(result.Text("value"))
	low, lowOK := lab.Number(result.Text("referenceLow"))
	high, highOK := lab.Number(result.Text("referenceHigh"))
	switch {
	case !ok || !lowOK && !highOK:
		return ""
	case lowOK && value.Cmp(low) < 0:
		return "L"
	case highOK && value.Cmp(high) > 0:
		return "H"
	}
	return "N"
}

// levelOf is where a result stands in the queue of the team that has to acknowledge it; info: in no queue.
func (is verdict) level() instrument.Level {
	switch {
	case is.emergency:
		return instrument.Emergency
	case is.class == lab.Critical:
		return instrument.Red
	case is.class == lab.CriticalExpected, is.class == lab.Action:
		return instrument.Amber
	}
	return instrument.Info
}
