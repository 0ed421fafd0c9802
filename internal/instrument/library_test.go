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

// refusal is a change to one file of the data after which the whole is refused, for programs in any language.
type refusal struct{ File, Old, Replacement, Says string }

func TestHazard_H05_AFileThatIsNotUnderstoodIsRefusedAndThePlaceNamed(t *testing.T) {
	t.Parallel()
	cases := shared[refusal](t, "refused.v1.json")
	require.Greater(t, len(cases), 90)
	for _, c := range cases {
		_, err := instrument.Load(folder(t, c.File, c.Old, c.Replacement))
		require.True(t, fault.Is(err, fault.Invalid), "%s -> %s", c.Old, c.Replacement)
		require.ErrorContains(t, err, c.Says, "%s -> %s", c.Old, c.Replacement)
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
	require.Len(t, l.Files(), 15)
	for _, f := range l.Files() {
		sum := sha256.Sum256(f.Data)
		require.Equal(t, hex.EncodeToString(sum[:]), f.SHA256, f.Name)
	}
	_, ok = l.File("nothing.json")
	require.False(t, ok)
}

// rendered is an advice text as a person reads it, for programs in any language.
type rendered struct{ Rules, Region, ID, Line, Want string }

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
	for _, c := range shared[rendered](t, "renders.v1.json") {
		text, err := l.Render(c.Rules, c.Region, c.ID, c.Line)
		require.NoError(t, err)
		require.Equal(t, c.Want, text)
	}
	for _, bad := range [][3]string{{"redflags|9", "UK", "adv.lowest"}, {redflags, "FR", "adv.lowest"}, {redflags, "UK", "adv.none"}} {
		_, err := l.Render(bad[0], bad[1], bad[2], "")
		require.True(t, fault.Is(err, fault.Invalid))
	}
}
