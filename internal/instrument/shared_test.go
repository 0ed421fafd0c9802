package instrument_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

var rewrite = flag.Bool("rewrite", false, "write down what the evaluator says now, for reading the difference")

// shared reads a list of cases that programs in other languages run too.
func shared[T any](t *testing.T, name string) (list []T) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&list))
	require.NotEmpty(t, list)
	return list
}

// writeShared writes cases, one a line.
func writeShared[T any](t *testing.T, name string, list []T) {
	t.Helper()
	lines := make([]string, len(list))
	for i, c := range list {
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		require.NoError(t, e.Encode(c))
		lines[i] = " " + strings.TrimSpace(line.String())
	}
	require.NoError(t, os.WriteFile("testdata/"+name, []byte("[\n"+strings.Join(lines, ",\n")+"\n]\n"), 0o644))
}

// resultCase is one response and all that it means: what vectors.v1.json leaves out, such as concerns, routes, advice and what a
// caregiver may see.
type resultCase struct {
	Name  string            `json:"name"`
	Input resultInput       `json:"input"`
	Want  instrument.Result `json:"want"`
}

type resultInput struct {
	Questionnaire string             `json:"questionnaire"`
	Rules         string             `json:"rules"`
	Region        string             `json:"region"`
	Answers       instrument.Answers `json:"answers"`
	Urgency       string             `json:"urgency,omitzero"`
	Context       instrument.Context `json:"context"`
	Previous      *resultBefore      `json:"previous,omitzero"`
	Phase         string             `json:"phase,omitzero"`
	Today         string             `json:"today"`
}

type resultBefore struct {
	Answers   instrument.Answers `json:"answers"`
	Completed string             `json:"completed,omitzero"`
}

func (c resultInput) input() instrument.Input {
	in := instrument.Input{
		Questionnaire: c.Questionnaire, Rules: c.Rules, Region: c.Region, Answers: c.Answers, Urgency: c.Urgency, Context: c.Context, Phase: c.Phase, Today: c.Today,
	}
	if c.Previous != nil {
		in.Previous = &instrument.Previous{Answers: c.Previous.Answers, Completed: c.Previous.Completed}
	}
	return in
}

const resultsFile = "results.v1.json"

// The other tests of this package say why a result is right; this file lets a phone's evaluator be held against whole results.
func TestHazard_H05_TheResultsThatPhonesShareHold(t *testing.T) {
	t.Parallel()
	if *rewrite {
		writeShared(t, resultsFile, resultCases(t))
	}
	list := shared[resultCase](t, resultsFile)
	require.Greater(t, len(list), 100)
	for _, c := range list {
		c.Want.QuestionnaireSHA256, c.Want.RulesSHA256 = hashesOf(t, c.Input.Rules)
		require.Equal(t, c.Want, evaluate(t, c.Input.input()), c.Name)
	}
}

// hashesOf are not in the file: they change with every word of the rules, which says nothing of the evaluator.
func hashesOf(t *testing.T, rules string) (questionnaire, file string) {
	t.Helper()
	r, ok := library(t).Rules(rules)
	require.True(t, ok)
	return r.Questionnaire().SHA256(), r.SHA256()
}

// resultCases are what the other tests of this package ask, and responses that nobody would think of.
func resultCases(t *testing.T) (list []resultCase) {
	t.Helper()
	add := func(name string, in resultInput) {
		result := evaluate(t, in.input())
		result.QuestionnaireSHA256, result.RulesSHA256 = "", ""
		list = append(list, resultCase{name, in, result})
	}
	plain := func(text string) resultInput {
		return resultInput{Questionnaire: hna, Rules: redflags, Region: "UK", Answers: answers(t, text), Context: nothing(), Phase: "active-treatment", Today: today}
	}
	for _, text := range []string{
		`{}`, `{"mny.cost": 5}`, `{"phy.fall": 1}`, `{"m.supplydays":1}`, `{"m.supplydays":1, "phy.back_pain": 2, "m.saddle": true}`,
		`{"m.collapse": true, "m.linered": true}`, `{"emo.selfharm": true}`, `{"emo.selfharm": true, "m.harmnow": true}`,
		`{"emo.selfharm": true, "m.collapse": true}`, `{"rel.unsafe": true, "phy.limb_weak": 1, "m.saddle": true}`,
		`{"m.unsafenow": true, "rel.unsafe": true, "phy.fall": 1}`, `{"emo.selfharm": true, "phy.rash": 8, "phy.nausea": 8}`, `{"bel.future": 9}`,
		`{"bel.future": 9, "mny.cost": 4}`, `{"emo.selfharm": true, "phy.chest_pain": 1, "m.chestnow":1}`,
		`{"m.temp": "hot", "mny.cost": "5", "phy.fever": 11, "m.shakes": null, "phy.rash": {}, "phy.zzz": 1, "a.b": 2, "urgency": "now", "😀": 1, "￼": 2}`,
		`{"m.temp": {"value": 100.4, "unit": "F"}}`, `{"m.temp": {"value": "99.41", "unit": "[degF]"}}`, `{"m.temp": {"value": 38, "unit": "K"}}`, `{"m.temp": {"unit": "C"}}`,
		`{"m.temp": {"value": null, "unit": "C"}}`, `{"m.temp": [38]}`, `{"m.temp": true}`, `{"m.temp": 1e308, "phy.fever": -0, "phy.rash": 5.0e0, "m.shakes": [[[]]]}`,
		`{"m.temp": 37.45000000000001}`, `{"m.temp": 37.44999999999999}`, `{"m.temp": "37.4500000000000000000000000000001"}`, `{"phy.rash": 1e-7}`, `{"phy.rash": 7.000000000000001}`,
		`{"mny.cost": 4, "phy.tired": 1, "phy.sleep": 0, "emo.selfharm": false, "rel.unsafe": true, "phy.rash": "9"}`, `{"emo.distress": 8, "emo.low": 2}`,
		`{"phy.vomit": 2, "phy.mouth": 1, "phy.loose": 0, "m.fluids": false}`, `{"phy.infection": 2, "m.temp": 38.5}`, `{"m.temp": 38.5, "phy.infection": 0}`, `{"m.harmnow": true}`,
	} {
		add(text, plain(text))
		at := plain(text)
		at.Context, at.Urgency, at.Region, at.Phase = nil, "today", "US", ""
		add(text+", nothing known, today, US", at)
	}
	for _, completed := range []string{"2026-11-22", "2026-10-25", "2026-10-24", "2025-11-22", "2026-11-30", "", "22/11/2026", "2026-02-30"} {
		in := plain(`{"phy.nausea": 4}`)
		in.Previous = &resultBefore{answers(t, `{"phy.nausea": 1}`), completed}
		add("nausea 1 to 4 since "+completed, in)
	}
	for _, phase := range []string{"diagnosis", "active-treatment", "recurrence", "follow-up", "palliative", "end-of-life", ""} {
		in := plain(`{"phy.appetite": 2, "phy.fall": 1, "inf.teams": 1}`)
		in.Phase = phase
		add("who acts in the phase "+phase, in)
		in.Answers, in.Urgency = instrument.Answers{}, "now"
		add("a wish alone in the phase "+phase, in)
	}
	in := plain(`{"phy.bleeding": 7, "phy.nausea": 4, "phy.rash": 3}`)
	in.Previous = &resultBefore{Answers: instrument.Answers{}, Completed: today}
	add("generic rules", in)
	for _, text := range []string{`{"cg.strain": 8, "cg.sleep": 4}`, `{"cg.unsafe": 3, "cg.sleep": 4}`, `{}`} {
		add("a caregiver's own "+text, resultInput{Questionnaire: "cg|0.1.0", Rules: "cgflags|0.1.0", Region: "UK", Answers: answers(t, text), Context: instrument.Context{}, Today: today})
	}
	q, _ := library(t).Questionnaire(hna)
	for seed := range uint64(40) {
		drawn := randomInput(rand.New(rand.NewPCG(seed, 2)), q)
		in := resultInput{Questionnaire: hna, Rules: redflags, Region: drawn.Region, Answers: drawn.Answers, Urgency: drawn.Urgency, Context: drawn.Context, Today: today}
		if drawn.Previous != nil {
			in.Previous = &resultBefore{drawn.Previous.Answers, drawn.Previous.Completed}
		}
		add(fmt.Sprintf("seed=%d", seed), in)
	}
	return list
}

// sorted keeps a file of cases the same however often it is written.
func sorted[T any](list []T, name func(T) string) []T {
	slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(name(a), name(b)) })
	return list
}
