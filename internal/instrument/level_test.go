package instrument_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

func TestLevelsAreOrderedAndTravelAsWords(t *testing.T) {
	t.Parallel()
	names := []string{"info", "green", "amber", "red", "emergency"}
	for i, name := range names {
		level, ok := instrument.ParseLevel(name)
		require.True(t, ok)
		require.Equal(t, instrument.Level(i), level)
		require.Equal(t, name, level.String())
		text, err := json.Marshal(level)
		require.NoError(t, err)
		var back instrument.Level
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, level, back)
	}
	for _, name := range []string{"", "Red", "none", "red "} {
		_, ok := instrument.ParseLevel(name)
		require.False(t, ok, name)
		level := instrument.Amber
		require.Error(t, level.UnmarshalText([]byte(name)))
		require.Equal(t, instrument.Amber, level, "a word that is not understood changes nothing")
	}
	require.Equal(t, "level(9)", instrument.Level(9).String())
}

func TestAResultIsStoredAsJSONWithoutNulls(t *testing.T) {
	t.Parallel()
	result := evaluate(t, input(t, `{}`))
	text, err := json.Marshal(result)
	require.NoError(t, err)
	require.NotContains(t, string(text), "null")
	require.Contains(t, string(text), `{"level":"info","fired":[],"advice":["adv.lowest"],"public":{"level":"info"`)
	var back instrument.Result
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, result, back)
	q, r := library(t).Current().Questionnaire(), library(t).Current()
	require.Equal(t, []string{q.SHA256(), r.SHA256()}, []string{result.QuestionnaireSHA256, result.RulesSHA256})
}
