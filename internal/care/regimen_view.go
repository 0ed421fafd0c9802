package care

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

// RegimenNow is the first screen of a practice (seed B10), and of a phone: on what, since when, what to expect this week, which tests until
// when, whom to call. It is worked out from papers, so it needs no network.
type RegimenNow struct {
	Doc           syncing.DocID   `json:"doc"`
	Title         string          `json:"title"`
	Plain         string          `json:"plain"`
	Drugs         []string        `json:"drugs"`
	StartedOn     string          `json:"startedOn,omitzero"`
	Cycle         int64           `json:"cycle,omitzero"`
	Cycles        int64           `json:"cycles,omitzero"`
	Week          int             `json:"week"` // of the cycle, from 1; 0: the cycle has not begun
	Expect        []RegimenEffect `json:"expect"`
	Tests         []RegimenTest   `json:"tests"` // that are still to be done
	WhenToCall    string          `json:"whenToCall"`
	Phone         string          `json:"phone"`
	LearningLinks []LearningLink  `json:"learningLinks"`
	Says          string          `json:"says"` // all of it in sentences
}

// RegimenEffect is something to expect this week.
type RegimenEffect struct {
	FromWeek int    `json:"fromWeek"`
	ToWeek   int    `json:"toWeek"`
	Effect   string `json:"effect"`
	Plain    string `json:"plain"`
	WhatToDo string `json:"whatToDo"`
	CallWhen string `json:"callWhen"`
}

// RegimenTest is a test that is still to be done.
type RegimenTest struct {
	Test      string `json:"test"`
	Frequency string `json:"frequency"`
	Until     string `json:"until"`
	Team      string `json:"team"`
}

// RegimenNow reads the sheet that is active, as of the day at home; nil if there is none. Errors are those of the binder.
func (w Words) RegimenNow(at time.Time, b Binder) (*RegimenNow, error) {
	sheets, err := b(regimenName)
	if err != nil {
		return nil, err
	}
	var sheet Paper
	for _, s := range sheets {
		if s.Text("status") == "active" && (sheet == nil || s.Rev() >= sheet.Rev()) {
			sheet = s
		}
	}
	if sheet == nil {
		return nil, nil
	}
	names, err := TeamNames(b)
	if err != nil {
		return nil, err
	}
	today, err := calendar.In(at, homeZone(b, w.ward.zone))
	if err != nil {
		return nil, err
	}
	now := &RegimenNow{
		Doc: sheet.ID(), Title: sheet.Text("title"), Plain: sheet.Text("plain"), StartedOn: sheet.Text("startedOn"), Cycle: number(sheet, "cycle"),
		Cycles: number(sheet, "cycles"), WhenToCall: sheet.Text("whenToCall"), Phone: sheet.Text("phone"),
		Drugs: []string{}, Expect: []RegimenEffect{}, Tests: []RegimenTest{}, LearningLinks: []LearningLink{},
	}
	now.read(sheet, today.Date, names)
	now.Says = now.says(names[sheet.Text("team")])
	return now, nil
}

func (now *RegimenNow) read(sheet Paper, today calendar.CivilDate, names map[string]string) {
	if began, err := calendar.ParseDate(sheet.Text("cycleStartedOn")); err == nil && began.DaysUntil(today) >= 0 {
		now.Week = began.DaysUntil(today)/7 + 1
	}
	for _, name := range fieldsOf(sheet, drugPrefix) {
		var drug struct {
			Name  string `json:"name"`
			How   string `json:"how"`
			Plain string `json:"plain"`
		}
		if json.Unmarshal(sheet.Value(name), &drug) == nil {
			now.Drugs = append(now.Drugs, strings.TrimSuffix(drug.Name+": "+cmp.Or(drug.How, drug.Plain), ": "))
		}
	}
	for _, name := range fieldsOf(sheet, expectPrefix) {
		var e RegimenEffect
		if json.Unmarshal(sheet.Value(name), &e) == nil && e.FromWeek <= now.Week && now.Week <= e.ToWeek {
			now.Expect = append(now.Expect, e)
		}
	}
	for _, name := range fieldsOf(sheet, testPrefix) {
		var t RegimenTest
		if json.Unmarshal(sheet.Value(name), &t) == nil && t.Until >= today.String() {
			t.Team = cmp.Or(names[t.Team], "another team")
			now.Tests = append(now.Tests, t)
		}
	}
	for _, name := range fieldsOf(sheet, linkPrefix) {
		now.LearningLinks = append(now.LearningLinks, linkOf(sheet, name))
	}
	slices.SortFunc(now.Tests, func(a, b RegimenTest) int { return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.Test, b.Test)) })
}

func (now *RegimenNow) says(team string) string {
	lines := []string{"On " + now.Title + since(now.StartedOn) + ". " + now.Plain}
	place := "The present cycle has not begun."
	if now.Week > 0 {
		place = fmt.Sprintf("Week %d", now.Week)
		if now.Cycle > 0 {
			place += fmt.Sprintf(" of cycle %d", now.Cycle)
		}
		if now.Cycles > 0 {
			place += fmt.Sprintf(" (of %d)", now.Cycles)
		}
		place += "."
	}
	lines = append(lines, place)
	for _, e := range now.Expect {
		lines = append(lines, fmt.Sprintf("To expect: %s. %s Call when: %s", e.Plain, e.WhatToDo, e.CallWhen))
	}
	if len(now.Expect) == 0 {
		lines = append(lines, "Nothing in particular is expected this week. What is not expected is a reason to call.")
	}
	for _, t := range now.Tests {
		lines = append(lines, fmt.Sprintf("Test: %s, %s, until %s, %s.", t.Test, t.Frequency, t.Until, t.Team))
	}
	return strings.Join(append(lines, fmt.Sprintf("Call %s, %s: %s", cmp.Or(team, "your team"), now.Phone, now.WhenToCall)), "\n")
}

func since(day string) string {
	if day == "" {
		return ""
	}
	return " since " + day
}
