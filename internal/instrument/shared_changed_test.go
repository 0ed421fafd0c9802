package instrument_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

// changedCase is one response judged by rules with one text replaced: what no rule of today does, and one of tomorrow may.
type changedCase struct {
	Name        string            `json:"name"`
	Old         string            `json:"old"` // in redflags.v1.json, compact
	Replacement string            `json:"replacement"`
	Input       resultInput       `json:"input"`
	Want        instrument.Result `json:"want"` // without hashes
}

func (c changedCase) judge(t *testing.T) instrument.Result {
	t.Helper()
	result, err := mutated(t, "redflags.v1.json", c.Old, c.Replacement).Evaluate(c.Input.input())
	require.NoError(t, err)
	result.QuestionnaireSHA256, result.RulesSHA256 = "", ""
	return result
}

const changedFile = "changed.v1.json"

func TestHazard_H05_WhatPhonesMakeOfOtherRulesHoldsHereToo(t *testing.T) {
	t.Parallel()
	if *rewrite {
		writeShared(t, changedFile, changedCases(t))
	}
	list := shared[changedCase](t, changedFile)
	require.Greater(t, len(list), 15)
	for _, c := range list {
		require.Equal(t, c.Want, c.judge(t), c.Name)
	}
}

func changedCases(t *testing.T) (list []changedCase) {
	t.Helper()
	add := func(name, old, replacement, text string) {
		c := changedCase{Name: name, Old: old, Replacement: replacement, Input: resultInput{
			Questionnaire: hna, Rules: redflags, Region: "UK", Answers: answers(t, text), Context: nothing(), Phase: "active-treatment", Today: today,
		}}
		c.Want = c.judge(t)
		list = append(list, c)
	}
	const tingle = `"when":{"sev":"phy.tingle","op":">=","v":7}`
	for _, op := range []string{">", "==", "<", "<="} {
		for _, text := range []string{`{"phy.tingle": 6}`, `{"phy.tingle": 7}`, `{"phy.tingle": 8}`, `{}`} {
			add("tingling "+op+" 7: "+text, tingle, `"when":{"sev":"phy.tingle","op":"`+op+`","v":7}`, text)
		}
	}
	add("a threshold", `"fever_c":37.5`, `"fever_c":38.3`, `{"m.temp": 38.2}`)
	const answered = `{"phy.swelling": 1, "phy.line": 1, "m.linered": true, "phy.tingle": 7}`
	add("a red rule does not combine", `"id":"R06","level":"red","combineSymptom":null`, `"id":"R06","level":"red","combineSymptom":"phy.line"`, answered)
	add("what is not acute does not combine", `"id":"A07","level":"amber","combineSymptom":null`, `"id":"A07","level":"amber","combineSymptom":"phy.tingle"`, answered)
	for _, text := range []string{`{"mny.cost": 1}`, `{"m.harmnow": false}`, `{}`} {
		add("a private rule that fires on a silence: "+text, `"when":{"yes":"emo.selfharm"}`, `"when":{"any":[{"yes":"emo.selfharm"},{"absent":"m.harmnow"}]}`, text)
	}
	return list
}
