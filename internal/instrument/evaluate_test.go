package instrument_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

const (
	hna      = "hna|1.0.0"
	redflags = "redflags|1.0.0"
	today    = "2026-11-22"
)

// answers reads a JSON object, as a synced document holds it.
func answers(t testing.TB, text string) instrument.Answers {
	t.Helper()
	var a instrument.Answers
	require.NoError(t, json.Unmarshal([]byte(text), &a))
	return a
}

// nothing is a context in which every risk is known to be absent.
func nothing() instrument.Context {
	return instrument.Context{
		"infectionRisk": false, "checkpointInhibitor": false, "lowPlatelets": false, "anticoagulated": false,
		"steroid": false, "paracetamolRegular": false, "spinalMetsRisk": false,
	}
}

func input(t testing.TB, text string) instrument.Input {
	t.Helper()
	return instrument.Input{
		Questionnaire: hna, Rules: redflags, Region: "UK", Answers: answers(t, text), Context: nothing(), Today: today,
		Phase: "active-treatment",
	}
}

func evaluate(t testing.TB, in instrument.Input) instrument.Result {
	t.Helper()
	result, err := library(t).Evaluate(in)
	require.NoError(t, err)
	return result
}

func TestWorseLooksBack28CivilDays(t *testing.T) {
	t.Parallel()
	for completed, worse := range map[string]bool{
		"2026-11-22": true,  // today
		"2026-10-25": true,  // 28 days ago, that day included
		"2026-10-24": false, // 29 days ago
		"2025-11-22": false,
		"2026-11-30": true, // a wrong clock
		"":           true, // nobody can tell: a worsening is not hidden
		"22/11/2026": true,
	} {
		in := input(t, `{"phy.nausea": 4}`)
		in.Previous = &instrument.Previous{Answers: answers(t, `{"phy.nausea": 1}`), Completed: completed}
		result := evaluate(t, in)
		require.Equal(t, worse, result.Level == instrument.Amber, completed)
		require.Equal(t, worse, len(result.Fired) == 1 && result.Fired[0] == "WORSE", completed)
	}
}

func TestHazard_H06_WhatIsUnknownOfTheTreatmentCountsAsARisk(t *testing.T) {
	t.Parallel()
	in := input(t, `{"phy.fever": 2, "m.temp": 38.2}`)
	require.Equal(t, instrument.Info, evaluate(t, in).Level)
	in.Context = nil
	require.Equal(t, instrument.Red, evaluate(t, in).Level)
}

func TestHazard_H13_FahrenheitIsConvertedBeforeAnythingIsCompared(t *testing.T) {
	t.Parallel()
	in := input(t, `{"m.temp": {"value": 100.4, "unit": "F"}}`)
	in.Context["infectionRisk"], in.Region = true, "US"
	require.Equal(t, []string{"R01"}, evaluate(t, in).Fired)
}

func TestAdviceIsTheLevelsOwnAndNothingWeaker(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`{}`:                 {"adv.lowest"},
		`{"mny.cost": 5}`:    {"adv.someone_in_touch"},
		`{"phy.fall": 1}`:    {"adv.line_today"},
		`{"m.supplydays":1}`: {"adv.line_today", "adv.practice_today"},
		// Amber advice beside a red one would make a person wait.
		`{"m.supplydays":1, "phy.back_pain": 2, "m.saddle": true}`: {"adv.line_now", "adv.line_now_lieflat"},
		`{"m.collapse": true, "m.linered": true}`:                  {"adv.call_emergency"},
		// A private rule's own text stands first, unless something worse is told.
		`{"emo.selfharm": true}`:                                     {"adv.crisis_today", "adv.line_now"},
		`{"emo.selfharm": true, "m.harmnow": true}`:                  {"adv.crisis", "adv.call_emergency"},
		`{"emo.selfharm": true, "m.collapse": true}`:                 {"adv.call_emergency"},
		`{"rel.unsafe": true, "phy.limb_weak": 1, "m.saddle": true}`: {"adv.private_contact", "adv.line_now", "adv.line_now_lieflat"},
	} {
		require.Equal(t, want, evaluate(t, input(t, text)).Advice, text)
	}
	in := input(t, `{"phy.fall": 1}`)
	in.Urgency = "now"
	require.Equal(t, []string{"adv.line_now"}, evaluate(t, in).Advice)
}

// Somebody with a shaking hand reads everything once: what a rule adds stands behind the level's own words, and says none of them again.
func TestNoSentenceOfAdviceIsSaidTwice(t *testing.T) {
	t.Parallel()
	l, added := library(t), 0
	for _, c := range shared[resultCase](t, resultsFile) {
		result, err := l.Evaluate(c.Input.input())
		require.NoError(t, err)
		if len(result.Advice) > 1 {
			added++
		}
		for _, language := range []string{"en", "es"} {
			said := map[string]string{}
			for _, id := range result.Advice {
				text, err := l.In(language).Render(c.Input.Rules, c.Input.Region, id, "020 7946 0000")
				require.NoError(t, err)
				for sentence := range strings.SplitSeq(text.Text, ". ") {
					before, twice := said[strings.TrimSuffix(sentence, ".")]
					require.False(t, twice, "%s and %s both say %q", before, id, sentence)
					said[strings.TrimSuffix(sentence, ".")] = id
				}
			}
		}
	}
	require.Greater(t, added, 10)
}

func TestHazard_H26_WhatIsPrivateIsNotInThePublicJudgement(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]instrument.Level{
		`{"emo.selfharm": true}`:                                      instrument.Info,
		`{"emo.selfharm": true, "m.harmnow": true}`:                   instrument.Info,
		`{"m.unsafenow": true, "rel.unsafe": true, "phy.fall": 1}`:    instrument.Amber,
		`{"emo.selfharm": true, "phy.rash": 8, "phy.nausea": 8}`:      instrument.Red,
		`{"bel.future": 9}`:                                           instrument.Info, // not even that something is green
		`{"bel.future": 9, "mny.cost": 4}`:                            instrument.Green,
		`{"emo.selfharm": true, "phy.chest_pain": 1, "m.chestnow":1}`: instrument.Amber,
	} {
		result := evaluate(t, input(t, text))
		require.Equal(t, want, result.Public.Level, text)
		for _, id := range []string{"E07", "E08", "R17", "R18"} {
			require.NotContains(t, result.Public.Fired, id, text)
		}
		for _, id := range result.Public.Advice {
			advice, ok := library(t).Advice(id)
			require.True(t, ok)
			require.False(t, advice.Private, text)
		}
	}
}

// The wish is the person's own and not private: it is seen as if the private answer had not been given.
func TestAPublicLevelIsLiftedByTheWishAlsoWhereThePrivateOneIsHigher(t *testing.T) {
	t.Parallel()
	in := input(t, `{"emo.selfharm": true, "m.harmnow": true}`)
	in.Urgency = "today"
	result := evaluate(t, in)
	require.Equal(t, instrument.Judgement{
		Level: instrument.Emergency, Fired: []string{"E07", "R17"},
		Advice: []string{"adv.crisis", "adv.call_emergency"},
	}, result.Judgement)
	require.Equal(t, instrument.Judgement{Level: instrument.Amber, Fired: []string{"URGENCY"}, Advice: []string{"adv.line_today"}}, result.Public)
}

func TestWhatCannotBeUsedIsListedInTheOrderOfTheQuestions(t *testing.T) {
	t.Parallel()
	in := input(t, `{"m.temp": "hot", "mny.cost": "5", "phy.fever": 11, "m.shakes": null, "phy.rash": {}, "phy.zzz": 1, "a.b": 2, "urgency": "now"}`)
	in.Urgency = "soon"
	result := evaluate(t, in)
	require.Equal(t, []string{"phy.fever", "phy.rash", "mny.cost", "m.temp", "urgency"}, result.Missing)
	require.Equal(t, []string{"a.b", "phy.zzz", "urgency"}, result.Unrecognised)
	require.Equal(t, instrument.Info, result.Level)
	require.Empty(t, result.Concerns)
}

func TestBytesThatAreNoJSONAreNoAnswer(t *testing.T) {
	t.Parallel()
	in := input(t, `{}`)
	for _, raw := range []string{"", " ", "tru", "nul", "\"", "{", "7 8", "\x00", "NaN", "+7", "07", "1e999", "-", "{\"value\":"} {
		in.Answers = instrument.Answers{"phy.rash": json.RawMessage(raw), "m.temp": json.RawMessage(raw), "m.chestnow": json.RawMessage(raw)}
		require.Equal(t, []string{"phy.rash", "m.temp", "m.chestnow"}, evaluate(t, in).Missing, raw)
	}
	in.Answers = instrument.Answers{"phy.rash": nil}
	require.Equal(t, []string{"phy.rash"}, evaluate(t, in).Missing)
}

func TestTheFilesThatWereUsedAreNamedByTheirHash(t *testing.T) {
	t.Parallel()
	result, l := evaluate(t, input(t, `{}`)), library(t)
	q, _ := l.File("hna.v1.json")
	r, _ := l.File("redflags.v1.json")
	require.Equal(t, q.SHA256, result.QuestionnaireSHA256)
	require.Equal(t, r.SHA256, result.RulesSHA256)
}

func TestAnUnknownVersionOrRegionIsAnErrorAndNotAGuess(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*instrument.Input){
		func(in *instrument.Input) { in.Questionnaire = "hna|2.0.0" },
		func(in *instrument.Input) { in.Rules = "redflags|0.9.0" },
		func(in *instrument.Input) { in.Region = "" },
		func(in *instrument.Input) { in.Region = "uk" },
	} {
		in := input(t, `{}`)
		change(&in)
		_, err := library(t).Evaluate(in)
		require.True(t, fault.Is(err, fault.Invalid))
	}
}

// randomAnswers ticks some items and answers some measures, all with values of the right type.
func randomAnswers(rnd *rand.Rand, q *instrument.Questionnaire) instrument.Answers {
	a := instrument.Answers{}
	for _, item := range q.Items {
		switch {
		case rnd.IntN(8) > 0:
		case item.Kind == instrument.KindYesNo:
			a[item.Code] = json.RawMessage(fmt.Sprint(rnd.IntN(2) == 0))
		default:
			a[item.Code] = json.RawMessage(fmt.Sprint(rnd.IntN(11)))
		}
	}
	for _, m := range q.Measures {
		switch {
		case rnd.IntN(6) > 0:
		case m.Type == instrument.TypeBool:
			a[m.Code] = json.RawMessage(fmt.Sprint(rnd.IntN(2) == 0))
		case m.Type == instrument.TypeInt:
			a[m.Code] = json.RawMessage(fmt.Sprint(rnd.IntN(12)))
		default:
			a[m.Code] = json.RawMessage(fmt.Sprintf("%.2f", 35+4*rnd.Float64()))
		}
	}
	return a
}

func randomInput(rnd *rand.Rand, q *instrument.Questionnaire) instrument.Input {
	in := instrument.Input{
		Questionnaire: hna, Rules: redflags, Region: []string{"UK", "US"}[rnd.IntN(2)], Answers: randomAnswers(rnd, q),
		Context: instrument.Context{}, Today: today, Urgency: append(q.Urgency.Values, "")[rnd.IntN(5)],
	}
	for flag := range nothing() {
		if rnd.IntN(3) > 0 {
			in.Context[flag] = rnd.IntN(2) == 0
		}
	}
	if rnd.IntN(2) == 0 {
		in.Previous = &instrument.Previous{Answers: randomAnswers(rnd, q), Completed: today}
	}
	return in
}

func TestARaisedSeverityAMissingFactOrAnUrgentWishNeverLowersTheLevel(t *testing.T) {
	t.Parallel()
	q, _ := library(t).Questionnaire(hna)
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		in := randomInput(rnd, q)
		before := evaluate(t, in)
		item := q.Items[rnd.IntN(len(q.Items))]
		if item.Kind == instrument.KindYesNo {
			in.Answers[item.Code] = json.RawMessage("true")
		} else {
			in.Answers[item.Code] = json.RawMessage("10")
		}
		raised := evaluate(t, in)
		require.GreaterOrEqual(t, raised.Level, before.Level, "seed=%d %s", seed, item.Code)
		for flag := range in.Context {
			delete(in.Context, flag)
		}
		blind := evaluate(t, in)
		require.GreaterOrEqual(t, blind.Level, raised.Level, "seed=%d", seed)
		in.Urgency = "now"
		require.GreaterOrEqual(t, evaluate(t, in).Level, max(blind.Level, instrument.Red), "seed=%d", seed)
	}
}

func TestEveryFiredRuleHasAConcernAndTheHighestConcernExplainsTheLevel(t *testing.T) {
	t.Parallel()
	q, _ := library(t).Questionnaire(hna)
	r, _ := library(t).Rules(redflags)
	for seed := range uint64(3000) {
		in := randomInput(rand.New(rand.NewPCG(seed, 1)), q)
		result := evaluate(t, in)
		require.Equal(t, result, evaluate(t, in), "seed=%d: the same input gives the same result", seed)
		require.LessOrEqual(t, result.Public.Level, result.Level, "seed=%d", seed)
		highest, spoken := instrument.Info, ""
		for _, c := range result.Concerns {
			highest = max(highest, c.Level)
			spoken += " " + strings.Join(c.Fired, " ") + " "
			require.NotEmpty(t, c.Routes, "seed=%d %s", seed, c.Code)
			for _, id := range c.Fired {
				if rule, ok := r.Rule(id); ok {
					require.Equal(t, c.Sensitive, rule.Private, "seed=%d %s %s", seed, c.Code, id)
				}
			}
		}
		whole := false // COMBINE and URGENCY speak of the whole response
		for _, id := range result.Fired {
			if id == "COMBINE" || id == "URGENCY" {
				whole = true
				continue
			}
			require.Contains(t, spoken, " "+id+" ", "seed=%d", seed)
		}
		if !whole {
			require.Equal(t, result.Level, highest, "seed=%d", seed)
		}
	}
}

// FuzzEvaluate: any answers give a result, and a public judgement that tells nothing private.
func FuzzEvaluate(f *testing.F) {
	f.Add(`{"phy.fever": 3, "m.temp": 37.5}`, `{}`, "now", "UK")
	f.Add(`{"m.temp": {"value": "99.41", "unit": "F"}, "emo.selfharm": true, "m.harmnow": true}`, `null`, "", "US")
	f.Add(`{"m.temp": 1e308, "phy.fever": -0, "phy.rash": 5.0e0, "m.shakes": [[[]]], "x": {"y": "\u0000"}}`, `{"phy.rash": 1}`, "soon", "UK")
	f.Fuzz(func(t *testing.T, now, before, urgency, region string) {
		in := instrument.Input{Questionnaire: hna, Rules: redflags, Region: region, Urgency: urgency, Today: today}
		if json.Unmarshal([]byte(now), &in.Answers) != nil {
			in.Answers = instrument.Answers{"phy.rash": json.RawMessage(now), "m.temp": json.RawMessage(now)}
		}
		previous := &instrument.Previous{Completed: today}
		if json.Unmarshal([]byte(before), &previous.Answers) == nil {
			in.Previous = previous
		}
		result, err := library(t).Evaluate(in)
		if err != nil {
			require.NotContains(t, []string{"UK", "US"}, region)
			return
		}
		again, err := library(t).Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, result, again)
		require.NotEmpty(t, result.Advice)
		require.LessOrEqual(t, result.Public.Level, result.Level)
		for _, id := range []string{"E07", "E08", "R17", "R18"} {
			require.NotContains(t, result.Public.Fired, id)
		}
	})
}

func BenchmarkEvaluate(b *testing.B) {
	l := library(b)
	in := input(b, `{"phy.fever": 3, "m.temp": "38.5", "m.unwell": true, "phy.rash": 8, "phy.nausea": 5, "mny.cost": 4, "emo.worry": 6, "emo.selfharm": true}`)
	in.Previous = &instrument.Previous{Answers: answers(b, `{"phy.nausea": 1}`), Completed: today}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Evaluate(in); err != nil {
			b.Fatal(err)
		}
	}
}
