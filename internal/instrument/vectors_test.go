package instrument_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

func library(t testing.TB) *instrument.Library {
	t.Helper()
	l, err := instrument.Embedded()
	require.NoError(t, err)
	return l
}

func requireAllHold(t *testing.T, data []byte, count int) {
	t.Helper()
	results, err := instrument.RunVectors(bytes.NewReader(data))
	require.NoError(t, err)
	require.Len(t, results, count)
	for _, r := range results {
		require.Empty(t, r.Differences, "vector %d %s", r.Index, r.Name)
	}
}

func TestHazard_H05_TheVectorsThatPhonesRunHoldHereToo(t *testing.T) {
	t.Parallel()
	f, ok := library(t).File("vectors.v1.json")
	require.True(t, ok)
	requireAllHold(t, f.Data, 32)
}

// testdata/edges.v1.json is in the same format, so the web client can run it as well.
func TestTheEdgesOfEveryRuleHold(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/edges.v1.json")
	require.NoError(t, err)
	requireAllHold(t, data, bytes.Count(data, []byte("\n"))-2)
}

func TestADifferenceIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	const file = `[{"name": "wrong level", "answers": {"phy.fall": 1}, "region": "UK", "expectLevel": "red", "expectRules": ["A05"]},
		{"name": "wrong rules", "answers": {"phy.fall": 1}, "region": "UK", "expectLevel": "amber", "expectRules": ["A06"]},
		{"name": "wrong order", "answers": {"phy.fall": 8}, "region": "UK", "expectLevel": "amber", "expectRules": ["SEVERE", "A05"]},
		{"name": "generic left out", "answers": {"phy.fall": 8}, "region": "UK", "expectLevel": "amber", "expectRules": ["A05"]}]`
	results, err := instrument.RunVectors(strings.NewReader(file))
	require.NoError(t, err)
	want := [][]string{
		{"level: expected red, got amber"},
		{"rules: expected and did not fire: A06", "rules: fired and not expected: A05"},
		{"rules: expected in the order SEVERE, A05, got A05, SEVERE"},
		{"rules: fired and not expected: SEVERE"},
	}
	for i, r := range results {
		require.Equal(t, want[i], r.Differences, r.Name)
		require.Equal(t, i+1, r.Index)
	}
}

func TestASlipInAVectorIsNoted(t *testing.T) {
	t.Parallel()
	const file = `[{"name": "slips", "answers": {"phy.fewer": 3, "phy.fall": "1"}, "context": {"infectonRisk": true}, "region": "UK",
		"expectLevel": "info", "expectRules": []}]`
	results, err := instrument.RunVectors(strings.NewReader(file))
	require.NoError(t, err)
	require.Empty(t, results[0].Differences)
	require.Equal(t, []string{
		`context has "infectonRisk", which no rule knows`,
		`answers have "phy.fewer", which hna|1.0.0 does not ask`,
		`the value of "phy.fall" cannot be used and counts as unanswered`,
	}, results[0].Notes)
}

func TestAVectorThatCannotBeReadIsNamedAndTheOthersRun(t *testing.T) {
	t.Parallel()
	const good = `{"name": "good", "answers": {}, "region": "UK", "expectLevel": "info", "expectRules": []}`
	for bad, says := range map[string]string{
		`{"name": "bad", "answers": {}, "region": "UK", "expectLevels": "info", "expectRules": []}`:                              `unknown member "expectLevels"`,
		`{"name": "bad", "answers": {}, "region": "UK", "ExpectLevel": "info", "expectRules": []}`:                               `unknown member "ExpectLevel"`,
		`{"name": "bad", "answers": [], "region": "UK", "expectLevel": "info", "expectRules": []}`:                               "answers",
		`{"name": "bad", "answers": {}, "region": 44, "expectLevel": "info", "expectRules": []}`:                                 "region",
		`{"name": "bad", "answers": {}, "region": "UK", "expectLevel": "none", "expectRules": []}`:                               `"none" is not a level`,
		`{"name": "bad", "answers": {}, "region": "UK", "expectLevel": 3, "expectRules": []}`:                                    "expectLevel",
		`{"name": "bad", "answers": {}, "region": "UK", "expectLevel": "info", "expectRules": [1]}`:                              "expectRules",
		`{"name": "bad", "answers": {}, "region": "UK", "expectLevel": "info"}`:                                                  "expectRules is missing",
		`{"name": "bad", "answers": {}, "region": "UK", "expectRules": []}`:                                                      "expectLevel is missing",
		`{"name": "bad", "region": "UK", "expectLevel": "info", "expectRules": []}`:                                              "answers is missing",
		`{"name": "bad", "answers": {}, "expectLevel": "info", "expectRules": []}`:                                               "region is missing",
		`{"name": "bad", "answers": {}, "region": "FR", "expectLevel": "info", "expectRules": []}`:                               `region "FR" has no parameters`,
		`{"name": "bad", "answers": {}, "region": "UK", "context": {"steroid": "no"}, "expectLevel": "info", "expectRules": []}`: `context "steroid" must be true, false or null`,
		`{"name": "bad", "answers": {}, "region": "UK", "previous": [], "expectLevel": "info", "expectRules": []}`:               "previous",
		`{"name": "bad", "answers": {}, "region": "UK", "urgency": 1, "expectLevel": "info", "expectRules": []}`:                 "urgency",
	} {
		results, err := instrument.RunVectors(strings.NewReader("[" + good + "," + bad + "," + good + "]"))
		require.True(t, fault.Is(err, fault.Invalid), bad)
		require.ErrorContains(t, err, `Vector 2 ("bad")`, bad)
		require.ErrorContains(t, err, says, bad)
		require.Len(t, results, 2, bad)
		require.Equal(t, []int{1, 3}, []int{results[0].Index, results[1].Index})
	}
	_, err := instrument.RunVectors(strings.NewReader(`[{"answers": {}, "region": "UK", "expectLevel": "info", "expectRules": []}, 7]`))
	require.ErrorContains(t, err, `Vector 1 (""): name is missing`)
	require.ErrorContains(t, err, "Vector 2")
}

func TestAFileThatIsNoListOfVectorsIsRefused(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"", "{", "null", "7", `{"name": "alone"}`, "[] []", `[{"name": "a", "name": "b"}]`, "[\"\xff\"]",
		strings.Repeat("[", 100_000), strings.Repeat("[", 40) + strings.Repeat("]", 40),
	} {
		results, err := instrument.RunVectors(strings.NewReader(file))
		require.True(t, fault.Is(err, fault.Invalid), "%.40s", file)
		require.Empty(t, results)
	}
	results, err := instrument.RunVectors(strings.NewReader("[]"))
	require.NoError(t, err)
	require.Empty(t, results)
	_, err = instrument.RunVectors(strings.NewReader("[" + strings.Repeat(" ", 16<<20) + "]"))
	require.True(t, fault.Is(err, fault.TooLarge))
}
