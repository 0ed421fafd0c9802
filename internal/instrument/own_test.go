package instrument_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

func TestACaregiversOwnAnswersAreJudgedByTheirOwnRules(t *testing.T) {
	t.Parallel()
	l, err := instrument.Embedded()
	require.NoError(t, err)
	judge := func(answers instrument.Answers) instrument.Result {
		result, err := l.Evaluate(instrument.Input{Questionnaire: "cg|0.1.0", Rules: "cgflags|0.1.0", Region: "UK", Answers: answers, Today: "2026-11-23"})
		require.NoError(t, err)
		return result
	}
	tired := judge(instrument.Answers{"cg.strain": json.RawMessage("8"), "cg.sleep": json.RawMessage("4")})
	require.Equal(t, instrument.Amber, tired.Level)
	require.Equal(t, []instrument.Team{instrument.PrimaryCare, instrument.Navigator}, tired.Routes, "never the person's oncology team")
	require.Equal(t, []string{"adv.cg_today"}, tired.Advice)

	unsafe := judge(instrument.Answers{"cg.unsafe": json.RawMessage("3"), "cg.sleep": json.RawMessage("4")})
	require.Equal(t, instrument.Red, unsafe.Level)
	require.Equal(t, instrument.Green, unsafe.Public.Level, "not feeling safe at home shows to nobody else")
	require.Equal(t, "adv.private_contact", unsafe.Advice[0])

	require.Equal(t, "redflags|1.0.0", l.Current().Key(), "what a phone asks the person in care stays what it was")
}
