package care

import (
	"time"

	"satchel/internal/calendar"
	"satchel/internal/lab"
)

// asked are the answers to the questions of a finding: what the person reported, what the laboratory saw, whether the drug has a date.
// It is the same on the server and on a phone; a reader who sees no report reads each question as open.
func (w *ward) asked(finding, result Paper, reports []Paper, now time.Time) (list []lab.Answer) {
	for _, code := range finding.Texts("exclusions") {
		x, _ := w.lab.Exclusion(code)
		switch {
		case x.Of == "result" && result.Value("blasts") != nil:
			list = append(list, lab.Answer{Exclusion: code, Yes: truth(result, "blasts"), At: now})
		case x.Of == "finding":
			list = append(list, lab.Answer{Exclusion: code, Yes: finding.Text("doseDate") == "", At: now})
		case x.Of == "":
			list = append(list, w.reported(x, reports, now)...)
		}
	}
	return list
}

// reported are the answers to one question in what the person reported.
func (w *ward) reported(x lab.Exclusion, reports []Paper, now time.Time) (list []lab.Answer) {
	for _, report := range reports {
		if yes, known := w.answered(x, report); known {
			at := now // one that is being written now
			if ms := number(report, "reportedAt"); ms != 0 {
				at = time.UnixMilli(ms)
			}
			list = append(list, lab.Answer{Exclusion: x.Code, Yes: yes, At: at})
		}
	}
	return list
}

// answered reads one report. Nothing ticked of what it asks is a no; a tick that a follow-up question would settle, and that does not
// say, is no answer.
func (w *ward) answered(x lab.Exclusion, report Paper) (yes, known bool) {
	if status := report.Text("status"); status != "completed" && status != "amended" {
		return false, false
	}
	questionnaire := w.rulesFor(report.Text("questionnaire")).Questionnaire()
	ticked := x.Measure != "" && x.Hot(report.Text(answersPrefix+x.Measure))
	for _, item := range x.Items {
		if !questionnaire.Asks(item) {
			return false, false
		}
		ticked = ticked || number(report, answersPrefix+item) > 0 || truth(report, answersPrefix+item)
	}
	if settled := answersPrefix + x.Unless; ticked && x.Unless != "" {
		return truth(report, settled), report.Value(settled) != nil
	}
	return ticked, true
}

// finding is a signed finding and what it means for a result.
type finding struct {
	paper Paper
	match lab.Match
	open  []string // exclusions that nobody has answered lately
}

var matchRank = map[lab.Match]int{lab.Excluded: 1, lab.Asks: 2, lab.Matches: 3}

// findingFor chooses of the signed findings the one that says most of a result; match is none if no one speaks of it.
func (w *ward) findingFor(result Paper, q lab.Quantity, zone string, findings, reports []Paper, now time.Time) (best finding) {
	best.match = lab.NoMatch
	on, err := calendar.In(time.UnixMilli(number(result, "effective")), zone)
	if err != nil {
		return best
	}
	for _, paper := range findings {
		expected, err := expectedOf(paper)
		if err != nil || paper.Text("status") != findingSigned {
			continue
		}
		answers := w.asked(paper, result, reports, now)
		match := w.lab.Match(expected, result.Text("code"), q, on.Date, answers, now)
		if matchRank[match] > matchRank[best.match] {
			best = finding{paper, match, w.lab.Open(expected, answers, now)}
		}
	}
	return best
}
