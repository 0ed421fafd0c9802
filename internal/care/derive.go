package care

import (
	"encoding/json"
	"slices"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// deriveAssessment says what follows from an assessment: nothing while it is a draft, concerns and rows once it is completed
// or amended, a mark on its concerns when it was sent by mistake.
func (w *ward) deriveAssessment(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	switch {
	case bySystem(c):
		return nil, nil
	case c.After.Text("status") == "entered-in-error" && isReported(c.Before):
		withdrawn, err := withdraw(c.After.ID(), r)
		if err != nil {
			return nil, err
		}
		again, err := askAgain(c, r)
		return append(withdrawn, patches(again...)...), err
	case !reports(c):
		if isReported(c.After) && slices.ContainsFunc(c.Fields, isAboutAdvice) {
			drafts, err := adviceDrafts(c, r)
			return patches(drafts...), err
		}
		return nil, nil
	}
	j, err := w.judge(c, r)
	if err != nil {
		return nil, err
	}
	own, err := w.standing(c, r, j)
	if err != nil {
		return nil, err
	}
	concerns, err := w.concernDrafts(c, r, j)
	if err != nil {
		return nil, err
	}
	rows, err := w.rowDrafts(c, r, j)
	if err != nil {
		return nil, err
	}
	answers, err := endCalls(c, r)
	if err != nil {
		return nil, err
	}
	results, err := w.rejudge(c, r)
	return append(patches(slices.Concat(own, concerns, rows, answers)...), results...), err
}

// standing writes into the assessment itself, and into its possible duplicates, what the server makes of it. What is written
// to a completed one is an amendment, also if a phone only completed it once more.
func (w *ward) standing(c syncing.Change, r syncing.Reader, j *judged) ([]*draft, error) {
	own := newDraft(c.After.ID(), c.After)
	own.once("reportedAt", c.Effective)
	own.text("serverLevel", max(j.result.Level, levelNamed(c.After, "serverLevel")).String())
	if j.phone.judged && j.result.Level > j.phone.all && j.result.Level >= instrument.Amber {
		own.truth("upgraded", true)
	}
	if isReported(c.Before) {
		own.text("status", "amended")
		return []*draft{own}, nil
	}
	own.add("careTeams", union(j.around.teams.active, nil))
	twins, err := w.twins(c, r)
	if err != nil {
		return nil, err
	}
	for _, twin := range twins {
		j.twins = append(j.twins, string(twin.ID()))
	}
	return append(w.twinDrafts(own, c.After, twins), own), nil
}

// levelNamed is the level that a field names; info if it names none.
func levelNamed(s syncing.Snapshot, field string) instrument.Level {
	level, _ := instrument.ParseLevel(s.Text(field))
	return level
}

// withdraw marks the concerns and leaves them and their rows where they are: a nurse looks, and closes.
func withdraw(assessment syncing.DocID, r syncing.Reader) ([]syncing.Patch, error) {
	concerns, err := concernsOf(assessment, r)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, concern := range concerns {
		d := newDraft(concern.ID(), concern)
		d.truth("withdrawn", true)
		drafts = append(drafts, d)
	}
	return patches(drafts...), nil
}

// severityIn reads the severity of an item; 0 if it was not ticked.
func severityIn(answers map[string]json.RawMessage, code string) int64 {
	var n int64
	if json.Unmarshal(answers[code], &n) != nil {
		return 0
	}
	return n
}
