package care

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// ResultView is a result as people read it, the explanation first: on a board and on a phone without network alike.
type ResultView struct {
	Doc syncing.DocID `json:"doc"`
	// Questions are what somebody has to answer before the note counts: nobody has within the last day.
	Questions []string `json:"questions,omitempty"`
	// Note says what a prescriber of oncology signed about this number. It stands above the number, wherever that is shown.
	Note string `json:"note,omitzero"`
	// Number is what was measured, with its unit, and what was sent.
	Number string `json:"number"`
	// Says is everything else: what it was before, who looks after it, what was decided.
	Says []string `json:"says"`
	// Grey says that nobody has checked it.
	Grey bool `json:"grey,omitzero"`
	// Review is the state of clinical approval of the limits behind it.
	Review string `json:"review"`
	// Class, Team, DueBy and Acknowledged are for whoever sorts a list.
	Class        string `json:"class"`
	Team         string `json:"team"`
	DueBy        int64  `json:"dueBy,omitzero"`
	Acknowledged int64  `json:"acknowledgedAt,omitzero"`
	EffectiveAt  int64  `json:"effectiveAt"`
	Version      int64  `json:"version"`
	// Facts are for a board, that says them in its reader's language.
	Facts *ResultFacts `json:"facts,omitzero"`
}

// Results lists the results of a record that count, the newest first, in words for the person or for clinicians. now is in ms.
func (w Words) Results(b Binder, now int64, zone string, clinician bool) ([]ResultView, error) {
	papers, err := b(resultName)
	if err != nil {
		return nil, err
	}
	papers = slices.DeleteFunc(slices.Clone(papers), func(p Paper) bool { return !counts(p) })
	slices.SortStableFunc(papers, func(a, b Paper) int {
		return cmp.Or(cmp.Compare(number(b, "effective"), number(a, "effective")), cmp.Compare(a.ID(), b.ID()))
	})
	list := make([]ResultView, 0, len(papers))
	for _, p := range papers {
		view, err := w.Result(b, p, now, zone, clinician)
		if err != nil {
			return nil, err
		}
		list = append(list, view)
	}
	return list, nil
}

// Result says one result in words.
func (w Words) Result(b Binder, p Paper, now int64, zone string, clinician bool) (ResultView, error) {
	view := ResultView{
		Doc: p.ID(), Number: w.number(p, zone), Grey: !isVerified(p), Review: w.ward.lab.Review, Class: p.Text("class"), Team: p.Text("responsibleTeam"),
		DueBy: number(p, "dueBy"), EffectiveAt: number(p, "effective"), Version: number(p, "version"),
	}
	if isAcknowledged(p) {
		view.Acknowledged = number(p, "acknowledgedAt")
	}
	names, err := teamNames(b)
	if err != nil {
		return view, err
	}
	if clinician {
		if view.Facts, err = factsOf(b, p, names); err != nil {
			return view, err
		}
	}
	if err := w.explain(&view, b, p, now, zone, clinician); err != nil {
		return view, err
	}
	for _, e := range earlierOf(p) {
		view.Says = append(view.Says, "Corrected: before, it said "+strings.TrimSpace(cmp.Or(e.Value+" "+e.Unit, e.Conclusion))+".")
	}
	if view.Grey {
		view.Says = append(view.Says, "Sent by the person; nobody has checked it.")
	}
	view.Says = append(view.Says, stands(p, names, now, zone, clinician)...)
	return view, nil
}

// explain finds the signed finding that speaks of the number. One whose dates hold and whose numbers do not says what to do then.
func (w Words) explain(view *ResultView, b Binder, p Paper, now int64, zone string, clinician bool) error {
	q, err := quantityOf(p)
	if err != nil {
		return nil // words have no bounds
	}
	findings, err := b(expectedFindingName)
	if err != nil {
		return err
	}
	reports, err := b(assessmentName)
	if err != nil {
		return err
	}
	said := "patientText"
	if clinician {
		said = "clinicianText"
	}
	found := w.ward.findingFor(p, q, zone, findings, reports, time.UnixMilli(now))
	if found.match == lab.Excluded { // what reassures is not said to whoever reported what it excludes (hazard H08)
		view.Note = "Because of what was reported, this is not what was expected. " + found.paper.Text("ifOutside")
		view.finds(found.paper, string(found.match), said)
	} else if found.paper != nil {
		for _, code := range found.open {
			x, _ := w.ward.lab.Exclusion(code)
			view.Questions = append(view.Questions, x.Question+" Nobody has answered this in the last 24 hours.")
		}
		view.Note = found.paper.Text(said) + " Expected because: " + found.paper.Text("because")
		if by := found.paper.Text("signedBy"); by != "" {
			view.Note += " (signed by " + by + ")"
		}
		view.Note += ". If it is otherwise: " + found.paper.Text("ifOutside")
		view.finds(found.paper, string(found.match), said, found.open...)
	} else if outside := w.outside(p, zone, findings); outside != nil {
		view.Note = "This is outside of what was expected. " + outside.Text("ifOutside")
		view.finds(outside, "outside", said)
	}
	if clinician {
		view.Says = append(view.Says, w.ward.lab.Notes(p.Text("code"), q)...)
	}
	return nil
}

// outside is a signed finding of the test whose dates hold, though nothing of it speaks of this number.
func (w Words) outside(p Paper, zone string, findings []Paper) Paper {
	on, err := calendar.In(time.UnixMilli(number(p, "effective")), zone)
	if err != nil {
		return nil
	}
	for _, finding := range findings {
		expected, err := expectedOf(finding)
		if err == nil && finding.Text("status") == findingSigned && expected.Group == p.Text("code") &&
			on.Date.Compare(expected.From) >= 0 && on.Date.Compare(expected.To) <= 0 {
			return finding
		}
	}
	return nil
}

// number says what was measured, and when.
func (w Words) number(p Paper, zone string) string {
	title := cmp.Or(lab.Own.Title(p.Text("code")), p.Text("code"))
	said := title + ": "
	value, sent := p.Text("normalised"), strings.TrimSpace(p.Text("value")+" "+p.Text("unit"))
	switch {
	case value == "":
		said += cmp.Or(p.Text("conclusion"), sent, "a picture")
	case value+" "+p.Text("normalisedUnit") == sent:
		said += unitWords(sent)
	default:
		said += value + " " + unitWords(p.Text("normalisedUnit")) + " (sent as " + sent + ")"
	}
	if flag := p.Text("labFlag"); flag != "" {
		said += ", the laboratory's flag: " + flag
	}
	if low, high := p.Text("referenceLow"), p.Text("referenceHigh"); low+high != "" {
		said += fmt.Sprintf(", normal range %s to %s %s", cmp.Or(low, "-"), cmp.Or(high, "-"), p.Text("unit"))
	}
	if p.Text("status") == "preliminary" {
		said += ", preliminary"
	}
	return said + ". Taken " + When(number(p, "effective"), zone) + "."
}

func earlierOf(p Paper) (list []earlier) {
	var elems []earlier
	if s, ok := p.(syncing.Snapshot); ok {
		for _, elem := range s.Elems("earlier") {
			var e earlier
			if json.Unmarshal(elem, &e) == nil {
				elems = append(elems, e)
			}
		}
	} else if json.Unmarshal(p.Value("earlier"), &elems) != nil {
		return nil
	}
	slices.SortFunc(elems, func(a, b earlier) int { return cmp.Compare(b.Version, a.Version) })
	return elems
}

var classWords = map[lab.Class]string{
	lab.Critical:         "Critical",
	lab.CriticalExpected: "Critical by its number, and expected",
	lab.Action:           "Not normal: to be acted on",
	lab.Normal:           "Nothing that cannot wait",
}

var decisionWords = map[string]string{
	"no-action": "nothing has to be done", "expected": "this was expected", "repeat": "the test is done again", "contact-patient": "the team calls the person",
	"change-plan": "the plan is changed", "admit": "the person comes into hospital", decisionTransfer: "another team takes over",
}

// stands says who looks after a result, and what they decided.
func stands(p Paper, names map[string]string, now int64, zone string, clinician bool) (said []string) {
	team := cmp.Or(names[p.Text("responsibleTeam")], "Nobody")
	switch at := number(p, "acknowledgedAt"); {
	case isAcknowledged(p):
		by := strings.Trim(p.Text("acknowledgedBy")+", "+cmp.Or(names[p.Text("acknowledgedTeam")], team), ", ")
		said = append(said, "Acknowledged by "+by+", "+When(at, zone)+": "+decisionWords[p.Text("decision")]+".")
	case clinician:
		words := classWords[lab.Class(p.Text("class"))]
		if truth(p, "emergency") {
			words = "Emergency: with signs of an infection"
		}
		due := "by " + When(number(p, "dueBy"), zone)
		if number(p, "dueBy") <= now {
			due = "overdue since " + When(number(p, "dueBy"), zone)
		}
		said = append(said, words+". "+team+" acknowledges it, "+due+".")
	default:
		said = append(said, team+" looks after this result and has not said yet what follows.")
	}
	if to := p.Text("transferTo"); to != "" {
		said = append(said, cmp.Or(names[to], "Another team")+" was asked to take it over.")
	}
	if at := number(p, "informedAt"); at != 0 {
		said = append(said, "The person was told "+When(at, zone)+".")
	}
	return said
}
