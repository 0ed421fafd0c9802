package instrument_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

// byCode finds a concern; the second result tells whether it exists.
func byCode(result instrument.Result, code string) (instrument.Concern, bool) {
	for _, c := range result.Concerns {
		if c.Code == code {
			return c, true
		}
	}
	return instrument.Concern{}, false
}

func TestAConcernExistsForWhatWasTickedAndForNothingElse(t *testing.T) {
	t.Parallel()
	result := evaluate(t, input(t, `{"mny.cost": 4, "phy.tired": 1, "phy.sleep": 0, "emo.selfharm": false, "rel.unsafe": true, "phy.rash": "9"}`))
	require.Equal(t, []instrument.Concern{
		{Code: "phy.tired", Severity: 1, Routes: []instrument.Team{"O", "C"}, Level: instrument.Info, Fired: []string{}},
		{Code: "mny.cost", Severity: 4, Routes: []instrument.Team{"N"}, Level: instrument.Green, Fired: []string{}},
		{Code: "rel.unsafe", Yes: true, Sensitive: true, Routes: []instrument.Team{"C", "N"}, Level: instrument.Red, Fired: []string{"R18"}},
	}, result.Concerns)
	require.Equal(t, []instrument.Team{"O", "C", "N"}, result.Routes)
}

func TestARuleCountsForTheItemsWhosePartOfItHolds(t *testing.T) {
	t.Parallel()
	result := evaluate(t, input(t, `{"emo.distress": 8, "emo.low": 2}`))
	distress, _ := byCode(result, "emo.distress")
	low, _ := byCode(result, "emo.low")
	require.Equal(t, instrument.Amber, distress.Level)
	require.Equal(t, instrument.Info, low.Level)

	result = evaluate(t, input(t, `{"phy.vomit": 2, "phy.mouth": 1, "phy.loose": 0, "m.fluids": false}`))
	for _, code := range []string{"phy.vomit", "phy.mouth"} {
		c, ok := byCode(result, code)
		require.True(t, ok)
		require.Equal(t, instrument.Red, c.Level)
		require.Equal(t, []string{"R10"}, c.Fired)
	}
	_, ok := byCode(result, "phy.loose")
	require.False(t, ok)
}

func TestARuleOfMeasuresOnlyCountsForTheTickedParentsOrForTheFirst(t *testing.T) {
	t.Parallel()
	in := input(t, `{"phy.infection": 2, "m.temp": 38.5}`)
	in.Context["infectionRisk"] = true
	result := evaluate(t, in)
	infection, _ := byCode(result, "phy.infection")
	require.Equal(t, instrument.Red, infection.Level)
	require.Equal(t, []string{"R01", "A06"}, infection.Fired)
	_, ok := byCode(result, "phy.fever")
	require.False(t, ok, "a ticked parent speaks for the measure")

	in.Answers = answers(t, `{"m.temp": 38.5, "phy.infection": 0}`)
	fever, ok := byCode(evaluate(t, in), "phy.fever")
	require.True(t, ok, "no parent is ticked: the first stands in, so that the team sees what it is about")
	require.Equal(t, instrument.Concern{Code: "phy.fever", Acute: true, Routes: []instrument.Team{"O"}, Level: instrument.Red, Fired: []string{"R01"}}, fever)

	harm, ok := byCode(evaluate(t, input(t, `{"m.harmnow": true}`)), "emo.selfharm")
	require.True(t, ok)
	require.True(t, harm.Sensitive)
	require.Equal(t, instrument.Emergency, harm.Level)
}

func TestGenericRulesCountForTheirItems(t *testing.T) {
	t.Parallel()
	in := input(t, `{"phy.bleeding": 7, "phy.nausea": 4, "phy.rash": 3}`)
	in.Previous = &instrument.Previous{Answers: instrument.Answers{}, Completed: today}
	result := evaluate(t, in)
	require.Equal(t, []string{"A10", "SEVERE", "WORSE", "SKIPPED", "COMBINE"}, result.Fired)
	bleeding, _ := byCode(result, "phy.bleeding")
	nausea, _ := byCode(result, "phy.nausea")
	rash, _ := byCode(result, "phy.rash")
	require.Equal(t, []string{"A10", "SEVERE", "WORSE", "SKIPPED"}, bleeding.Fired)
	require.Equal(t, instrument.Red, bleeding.Level)
	require.Equal(t, []string{"WORSE"}, nausea.Fired)
	require.Equal(t, instrument.Amber, nausea.Level)
	require.Equal(t, instrument.Info, rash.Level)
}

func TestThePhaseOfThePlanSaysWhoActs(t *testing.T) {
	t.Parallel()
	for phase, want := range map[string][]instrument.Team{
		"active-treatment": {"O"}, "recurrence": {"O"}, "diagnosis": {"O"}, "follow-up": {"C"}, "palliative": {"O", "C"},
		"": {"O", "C"}, "end-of-life": {"O", "C"}, "nonsense": {"O", "C"},
	} {
		in := input(t, `{"phy.appetite": 2}`)
		in.Phase = phase
		result := evaluate(t, in)
		require.Equal(t, want, result.Routes, phase)
		require.Equal(t, want, result.Concerns[0].Routes, phase)
	}
	in := input(t, `{"phy.fall": 1, "inf.teams": 1}`)
	in.Phase = "follow-up"
	require.Equal(t, []instrument.Team{"O", "C"}, evaluate(t, in).Concerns[0].Routes, "a fixed route does not move with the phase")
	require.Equal(t, []instrument.Team{"O", "C", "N"}, evaluate(t, in).Concerns[1].Routes)
}

func TestWhoAsksToBeHeardNowIsRoutedAlsoWithNothingTicked(t *testing.T) {
	t.Parallel()
	in := input(t, `{}`)
	require.Empty(t, evaluate(t, in).Routes)
	in.Urgency = "now"
	require.Equal(t, []instrument.Team{"O"}, evaluate(t, in).Routes)
	in.Phase = ""
	require.Equal(t, []instrument.Team{"O", "C"}, evaluate(t, in).Routes)
}
