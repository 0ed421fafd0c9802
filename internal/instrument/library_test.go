package instrument_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

// folder is the embedded data, compact, with one text replaced in one file.
func folder(t *testing.T, name, old, replacement string) fstest.MapFS {
	t.Helper()
	data := fstest.MapFS{}
	for _, f := range library(t).Files() {
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, f.Data))
		text := compact.String()
		if f.Name == name {
			require.Contains(t, text, old, "the change must hit something")
			text = strings.Replace(text, old, replacement, 1)
		}
		data[f.Name] = &fstest.MapFile{Data: []byte(text)}
	}
	return data
}

func mutated(t *testing.T, name, old, replacement string) *instrument.Library {
	t.Helper()
	l, err := instrument.Load(folder(t, name, old, replacement))
	require.NoError(t, err)
	return l
}

func TestHazard_H05_AFileThatIsNotUnderstoodIsRefusedAndThePlaceNamed(t *testing.T) {
	t.Parallel()
	const rules, questionnaire, limits, advice = "redflags.v1.json", "hna.v1.json", "limits.v1.json", "advice.v1.json"
	for _, c := range []struct{ file, old, replacement, says string }{
		{rules, `"op":">="`, `"op":"=>"`, `rules[2] E03: when.all[0]: operator "=>" is unknown`},
		{rules, `"op":"=="`, `"op":">="`, `rules[0] E01: when: operator ">=": a yes/no measure is compared with ==`},
		{rules, `"op":"=="`, `"op":""`, "rules[0] E01: when"},
		{rules, `"op":">="`, `"op":"> "`, "rules[2] E03: when.all[0]"},
		{rules, `"m":"m.chestnow"`, `"m":"m.chestknow"`, `rules[0] E01: when: "m.chestknow" is not a measure of hna|1.0.0`},
		{rules, `"m":"m.chestnow"`, `"m":"phy.breath"`, `"phy.breath" is not a measure`},
		{rules, `"sev":"phy.bleeding"`, `"sev":"phy.bleading"`, `rules[2] E03: when.all[0]: "phy.bleading" is not an item with a severity`},
		{rules, `"sev":"phy.bleeding"`, `"sev":"emo.selfharm"`, `"emo.selfharm" is not an item with a severity`},
		{rules, `"yes":"emo.selfharm"`, `"yes":"emo.low"`, `R17: when: "emo.low" is not a yes/no item`},
		{rules, `"absent":"m.temp"`, `"absent":"phy.fever"`, `when.all[2]: "phy.fever" is not a measure`},
		{rules, `"ctx":"infectionRisk"`, `"ctx":"infectonRisk"`, `E06: when.all[2]: context flag "infectonRisk" has no definition`},
		{rules, `{"param":"fever_c"}`, `{"param":"fever_f"}`, `E06: when.all[0].any[1].v: parameter "fever_f" is not a number of region`},
		{rules, `{"param":"fever_c"}`, `{"parameter":"fever_c"}`, `unknown member "parameter"`},
		{rules, `"v":true`, `"v":1`, "rules[0] E01: when: v must be true or false"},
		{rules, `"v":1}`, `"v":11}`, "11 is not a value that phy.bleeding can have"},
		{rules, `"v":1}`, `"v":1.5}`, "1.5 is not a value that phy.bleeding can have"},
		{rules, `"v":1}`, `"v":"1"}`, `E03: when.all[0].v`},
		{rules, `"when":{`, `"when":{"ctx":"steroid",`, "exactly one of"},
		{rules, `"when":{"m":"m.chestnow","op":"==","v":true}`, `"when":{}`, "rules[0] E01: when: a condition is exactly one of"},
		{rules, `"when":{"m":"m.chestnow","op":"==","v":true}`, `"when":{"all":[]}`, "all is empty"},
		{rules, `"when":{"m":"m.chestnow","op":"==","v":true}`, `"when":{"ctx":"steroid"}`, "a rule must read an answer"},
		{rules, `"when":{"m":"m.chestnow","op":"==","v":true}`, `"when":{"ctx":"steroid","op":"=="}`, "op and v belong beside sev or m"},
		{
			rules, `"when":{"m":"m.chestnow","op":"==","v":true}`,
			`"when":` + strings.Repeat(`{"all":[`, 9) + `{"m":"m.chestnow","op":"==","v":true}` + strings.Repeat("]}", 9), "nested more than 8 deep",
		},
		{rules, `"when":`, `"When":`, `rules[0]: at the top: unknown member "When"`},
		{rules, `"id":"E01",`, `"id":"E01","id":"E1",`, `"id" stands twice in .rules[0]`},
		{rules, `"id":"E01"`, `"id":"E02"`, `rules[1]: id "E02" is missing, taken or reserved`},
		{rules, `"id":"E01"`, `"id":"SEVERE"`, `id "SEVERE" is missing, taken or reserved`},
		{rules, `"id":"E01"`, `"id":""`, "rules[0]: id"},
		{rules, `"level":"emergency"`, `"level":"purple"`, `"purple" is not a level`},
		{rules, `"advice":"adv.call_emergency"`, `"advice":"adv.call"`, `advice "adv.call" has no text`},
		{rules, `"advice":"adv.call_emergency"`, `"advice":"adv.crisis"`, "a private rule needs a private advice text"},
		{rules, `"source":"UKONS: 2+ amber = red [V]"}`, `"src":""}`, `unknown member "src"`},
		{rules, `"source":"crisis pathway [P]"`, `"source":""`, "E07: source is missing"},
		{rules, `"combineSymptom":"phy.fever"`, `"combineSymptom":"m.temp"`, `A01: combineSymptom: "m.temp"`},
		{rules, `"when":{"yes":"emo.selfharm"}`, `"when":{"any":[{"yes":"emo.selfharm"},{"sev":"emo.low","op":">=","v":7}]}`, "a private rule reads only sensitive questions"},
		{rules, `"when":{"m":"m.chestnow","op":"==","v":true}`, `"when":{"sev":"bel.future","op":">=","v":7}`, "any other rule none"},
		{rules, `"levels":["info","green"`, `"levels":["green","info"`, "levels: must be info, green"},
		{rules, `"treat-as-true"`, `"treat-as-false"`, "unknownContext: must be treat-as-true"},
		{rules, `"questionnaire":"hna|1.0.0"`, `"questionnaire":"hna|2.0.0"`, `questionnaire "hna|2.0.0" is not here`},
		{rules, `"id":"redflags"`, `"id":"flags"`, "no limits file is for flags|1.0.0"},
		{rules, `"id":"redflags"`, `"id":""`, "id or version is missing"},
		{rules, `"fever_c":37.5`, `"fever_c":"37.5"`, "params.UK.fever_c: is not a number"},
		{rules, `"fever_c":37.5,`, ``, "params.UK: fever_c is missing"},
		{rules, `"cold_c":36.0,`, ``, `R02: when.all[0].v: parameter "cold_c" is not a number of region UK`},
		{rules, `"sactDays":42,`, ``, "params.UK: sactDays is missing"},
		{rules, `"emergency":"999"`, `"emergency":999`, "params.UK.emergency"},
		{rules, `"emergency":"999"`, `"number":999`, "params.UK: emergency is missing"},
		{rules, `"order":["SEVERE","WORSE"`, `"order":["WORSE","SEVERE"`, "generic.order"},
		{rules, `"delta":3`, `"delta":0`, "generic.WORSE.delta: must be above 0"},
		{rules, `"sevAtLeast":7,"onlyAcute":true`, `"sevAtLeast":7,"onlyAcute":false`, "onlyAcute must be true"},
		{rules, `"COMBINE":{"level":"red"`, `"COMBINE":{"level":"info"`, "need a level of amber or above"},
		{rules, `"phy.bleeding":"m.bleedstops"`, `"phy.bleeding":"m.bleeds"`, `SKIPPED.measureOf.phy.bleeding: "m.bleeds" is not a measure`},
		{rules, `"phy.bleeding":"m.bleedstops"`, `"phy.blood":"m.bleedstops"`, "names an item that hna|1.0.0 does not have"},
		{rules, `"now":"red"`, `"soon":"red"`, `"soon" is not an answer to the urgency question`},
		{rules, `"green":"adv.someone_in_touch"`, `"green":"adv.crisis"`, "level green has no advice text that all may see"},
		{rules, `"info":"adv.lowest"`, `"none":"adv.lowest"`, "level info has no advice text"},
		{rules, `"info":"adv.lowest"`, `"info":"adv.lowest","none":"adv.lowest"`, "names a level that does not exist"},
		{rules, `"checkpointInhibitor":"checkpoint`, `"moonPhase":"checkpoint`, `nobody knows how to derive "moonPhase"`},
		{rules, `"UK":{`, `"FR":{"fever_c":38,"recheck_c":38,"cold_c":36,"sactDays":42,"emergency":"15"},"UK":{`, "profile: region FR of redflags|1.0.0 is missing"},
		{rules, `{"id":"redflags"`, `x{"id":"redflags"`, "redflags.v1.json"},
		{rules, `"adv.lowest"}`, `"adv.lowest"}}`, "redflags.v1.json"},

		{questionnaire, `"code":"phy.infection"`, `"code":"phy.fever"`, "item phy.fever: the code stands twice"},
		{questionnaire, `"kind":"severity"`, `"kind":"severe"`, `item phy.fever: kind "severe" is unknown`},
		{questionnaire, `"route":["O"]`, `"route":["Q"]`, `item phy.fever: route "Q" is unknown`},
		{questionnaire, `"route":["O"]`, `"route":[]`, "item phy.fever: route is missing"},
		{questionnaire, `"domain":"phy"`, `"domain":"body"`, `item phy.fever: domain "body" is not in domains`},
		{questionnaire, `"text":"Feeling hot, shivery or feverish"`, `"text":""`, "item phy.fever: text is missing"},
		{questionnaire, `"code":"phy.fever"`, `"code":""`, "code is missing"},
		{questionnaire, `"askWhen":["phy.fever"`, `"askWhen":["phy.fewer"`, `measure m.temp: askWhen names "phy.fewer", which is not an item`},
		{questionnaire, `"askWhen":["phy.breath"]`, `"askWhen":[]`, "measure m.breathrest: text or askWhen is missing"},
		{questionnaire, `"type":"decimal-Cel"`, `"type":"decimal-F"`, `measure m.temp: type "decimal-F" is unknown`},
		{questionnaire, `"type":"decimal-Cel"`, `"type":"bool"`, "measure m.temp: a yes/no measure has no bounds"},
		{questionnaire, `"max":10`, `"max":0`, "scale: must be integers"},
		{questionnaire, `"urgencyQuestion":{"code":"urgency"`, `"urgencyQuestion":{"code":""`, "urgencyQuestion: code or values are missing"},
		{questionnaire, `"version":"1.0.0"`, `"version":""`, "url or version is missing"},
		{questionnaire, `"acute":true`, `"acute":"true"`, "hna.v1.json"},
		{questionnaire, `"acute":true`, `"acute":true,"colour":1`, `unknown member "colour"`},

		{limits, `"m.vomits"`, `"m.vomit"`, "measure m.vomits: the limits file has no bounds for it"},
		{limits, `"m.vomits":`, `"m.ghost":{"min":0,"max":1,"source":""},"m.vomits":`, "limits: bounds of m.ghost: hna|1.0.0 has no such measure"},
		{limits, `"min":30.0`, `"min":50.0`, "measure m.temp: its bounds cannot be read, or min is above max"},
		{limits, `"min":30.0`, `"min":-30.0`, "measure m.temp: its bounds cannot be read"},
		{limits, `"neutrophilsBelow":"1.0"`, `"neutrophilsBelow":"one"`, "limits.v1.json: context"},
		{limits, `"days":365`, `"days":0`, "countDays and days must be above 0"},
		{limits, `"sactDaysParam":"sactDays"`, `"sactDaysParam":"days"`, "days is missing"},
		{limits, `"review":"draft, not clinically approved"`, `"review":""`, "review is missing"},
		{limits, `"about"`, `"remark"`, `unknown member "remark"`},

		{advice, `Call {line}`, `Call {phone}`, "{phone} is not a placeholder"},
		{advice, `Call {line}`, `Call {line`, "is not a placeholder"},
		{advice, `"id":"adv.line_now"`, `"id":"adv.call_emergency"`, "texts[1] adv.call_emergency: the id stands twice"},
		{advice, `"review":"draft, not clinically approved"`, `"review":""`, "texts[0] adv.call_emergency: id, text, source or review is missing"},
		{advice, `"call":["em"]`, `"call":["fax"]`, `call "fax" is unknown`},
		{advice, `"lineUnknown":"your team's 24-hour number"`, `"lineUnknown":""`, "lineUnknown is missing"},
		{advice, `"language"`, `"tongue"`, `unknown member "tongue"`},
	} {
		_, err := instrument.Load(folder(t, c.file, c.old, c.replacement))
		require.True(t, fault.Is(err, fault.Invalid), "%s -> %s", c.old, c.replacement)
		require.ErrorContains(t, err, c.says, "%s -> %s", c.old, c.replacement)
	}
}

func TestAFolderNeedsEveryKindOfFileOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"hna.v1.json", "redflags.v1.json", "advice.v1.json", "limits.v1.json"} {
		data := folder(t, "", "", "")
		file := data[name]
		delete(data, name)
		_, err := instrument.Load(data)
		require.True(t, fault.Is(err, fault.Invalid), name)
		data[name] = file
		if name != "limits.v1.json" {
			data[strings.Replace(name, "v1", "v2", 1)] = file
			_, err = instrument.Load(data)
			require.True(t, fault.Is(err, fault.Invalid), "%s twice", name)
		}
	}
}

func TestAChangedThresholdNeedsNoChangeInTheCode(t *testing.T) {
	t.Parallel()
	l := mutated(t, "redflags.v1.json", `"fever_c":37.5`, `"fever_c":38.3`)
	in := input(t, `{"m.temp": 38.2}`)
	in.Context["infectionRisk"] = true
	result, err := l.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, []string{"A01"}, result.Fired)
	require.NotEqual(t, evaluate(t, in).RulesSHA256, result.RulesSHA256)
}

func TestOtherComparisonsWorkInARule(t *testing.T) {
	t.Parallel()
	for op, fires := range map[string][]bool{">": {false, false, true}, "==": {false, true, false}, "<": {true, false, false}, "<=": {true, true, false}} {
		l := mutated(t, "redflags.v1.json", `"when":{"sev":"phy.tingle","op":">=","v":7}`, `"when":{"sev":"phy.tingle","op":"`+op+`","v":7}`)
		for i, severity := range []string{"6", "7", "8"} {
			result, err := l.Evaluate(input(t, `{"phy.tingle": `+severity+`}`))
			require.NoError(t, err)
			require.Equal(t, fires[i], len(result.Fired) == 1, "%s %s", severity, op)
		}
		result, err := l.Evaluate(input(t, `{}`))
		require.NoError(t, err)
		require.Empty(t, result.Fired, "what was not answered satisfies no comparison, %s neither", op)
	}
}

func TestOnlyAmberRulesOfAcuteSymptomsCombine(t *testing.T) {
	t.Parallel()
	const answered = `{"phy.swelling": 1, "phy.line": 1, "m.linered": true, "phy.tingle": 7}`
	for _, c := range []struct{ rule, symptom string }{{"R06", "phy.line"}, {"A07", "phy.tingle"}} {
		rule, _ := library(t).Current().Rule(c.rule)
		head := `"id":"` + c.rule + `","level":"` + rule.Level.String() + `","combineSymptom":`
		l := mutated(t, "redflags.v1.json", head+"null", head+`"`+c.symptom+`"`)
		result, err := l.Evaluate(input(t, answered))
		require.NoError(t, err)
		require.Equal(t, []string{"R06", "A07", "A17"}, result.Fired, c.rule)
	}
}

func TestAPrivateRuleThatFiresOnASilenceStaysPrivateAndHasAConcern(t *testing.T) {
	t.Parallel()
	l := mutated(t, "redflags.v1.json", `"when":{"yes":"emo.selfharm"}`, `"when":{"any":[{"yes":"emo.selfharm"},{"absent":"m.harmnow"}]}`)
	result, err := l.Evaluate(input(t, `{"mny.cost": 1}`))
	require.NoError(t, err)
	require.Equal(t, []string{"R17"}, result.Fired)
	require.Equal(t, instrument.Judgement{Level: instrument.Info, Fired: []string{}, Advice: []string{"adv.lowest"}}, result.Public)
	concern, ok := byCode(result, "emo.selfharm")
	require.True(t, ok)
	require.Equal(t, instrument.Red, concern.Level)
}

func TestTheNewestRulesAreCurrent(t *testing.T) {
	t.Parallel()
	data := folder(t, "", "", "")
	for _, version := range []string{"1.9.0", "1.10.0"} {
		for _, kind := range []string{"redflags", "limits"} {
			text := string(data[kind+".v1.json"].Data)
			text = strings.Replace(text, `"id":"redflags","version":"1.0.0"`, `"id":"redflags","version":"`+version+`"`, 1)
			text = strings.Replace(text, "redflags|1.0.0", "redflags|"+version, 1)
			data[kind+".v"+version+".json"] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	l, err := instrument.Load(data)
	require.NoError(t, err)
	require.Equal(t, "redflags|1.10.0", l.Current().Key())
	old, ok := l.Rules(redflags)
	require.True(t, ok, "the phone's version can still be judged by, for the audit")
	require.Equal(t, hna, old.Questionnaire().Key())
}

func TestTheEmbeddedFilesAreWhatTheyAreSaidToBe(t *testing.T) {
	t.Parallel()
	l := library(t)
	q, ok := l.Questionnaire(hna)
	require.True(t, ok)
	require.Len(t, q.Items, 72)
	require.Len(t, q.Measures, 24)
	r, ok := l.Rules(redflags)
	require.True(t, ok)
	require.Same(t, r, l.Current())
	require.Len(t, r.All(), 48)
	require.Equal(t, []string{"UK", "US"}, r.Regions())
	require.Equal(t, "draft, not clinically approved", r.Review)
	rule, ok := r.Rule("R17")
	require.True(t, ok)
	require.True(t, rule.Private)
	_, ok = r.Rule("SEVERE")
	require.False(t, ok)
	require.True(t, q.Sensitive("emo.selfharm"))
	require.True(t, q.Sensitive("m.harmnow"))
	require.False(t, q.Sensitive("m.temp"))
	require.False(t, q.Sensitive("phy.zzz"))
	item, ok := q.Item("phy.fever")
	require.True(t, ok)
	require.True(t, item.Acute)
	_, ok = q.Item("m.temp")
	require.False(t, ok)
	require.True(t, q.Asks("m.temp"))
	require.Len(t, l.Files(), 10)
	for _, f := range l.Files() {
		sum := sha256.Sum256(f.Data)
		require.Equal(t, hex.EncodeToString(sum[:]), f.SHA256, f.Name)
	}
	_, ok = l.File("nothing.json")
	require.False(t, ok)
}

func TestEveryAdviceTextRendersWithNoNetworkAndInEveryRegion(t *testing.T) {
	t.Parallel()
	l := library(t)
	ids := map[string]bool{"adv.lowest": true, "adv.someone_in_touch": true}
	for _, rule := range l.Current().All() {
		ids[rule.Advice] = true
	}
	require.Len(t, ids, 13)
	for id := range ids {
		for _, region := range l.Current().Regions() {
			text, err := l.Render(redflags, region, id, "020 7946 0000")
			require.NoError(t, err)
			require.NotContains(t, text, "{", id)
			require.NotContains(t, text, "!", id)
			require.NotContains(t, strings.ToLower(text), "no problem", id)
		}
		advice, _ := l.Advice(id)
		require.Equal(t, "draft, not clinically approved", advice.Review)
	}
	text, err := l.Render(redflags, "UK", "adv.line_now", "020 7946 0000")
	require.NoError(t, err)
	require.Equal(t, "Call 020 7946 0000 now, day or night. Do not wait for a reply in this app. If nobody answers in 10 minutes, go to the emergency department (A&E) or call 999.", text)
	text, err = l.Render(redflags, "US", "adv.recheck_1h", "")
	require.NoError(t, err)
	require.Contains(t, text, "Call your team's 24-hour number if it is 100.4 °F (38.0 °C) or above")
	for _, bad := range [][3]string{{"redflags|9", "UK", "adv.lowest"}, {redflags, "FR", "adv.lowest"}, {redflags, "UK", "adv.none"}} {
		_, err := l.Render(bad[0], bad[1], bad[2], "")
		require.True(t, fault.Is(err, fault.Invalid))
	}
}
