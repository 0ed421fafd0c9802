package instrument_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

func clinical(t *testing.T, text string) map[string]json.RawMessage {
	t.Helper()
	return answers(t, text)
}

func derive(t *testing.T, document string, counts ...instrument.Count) instrument.Context {
	t.Helper()
	c, err := library(t).DeriveContext(redflags, "UK", clinical(t, document), counts, today)
	require.NoError(t, err)
	return c
}

func TestInfectionRiskLasts42CivilDaysAfterTreatment(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]bool{
		`{"sactLastDose": "2026-11-22", "transplantOrCarT": false}`: true,
		`{"sactLastDose": "2026-10-11", "transplantOrCarT": false}`: true,  // day 42
		`{"sactLastDose": "2026-10-10", "transplantOrCarT": false}`: false, // day 43
		`{"sactLastDose": "2026-12-24", "transplantOrCarT": false}`: true,  // a planned dose, or a wrong clock
		`{"transplantOrCarT": false}`:                               true,  // last dose unknown
		`{"sactLastDose": null, "transplantOrCarT": false}`:         true,
		`{"sactLastDose": "in May", "transplantOrCarT": false}`:     true,
		`{"sactLastDose": 20260101, "transplantOrCarT": false}`:     true,
		`{"sactLastDose": "2025-01-01"}`:                            true, // transplant unknown
		`{"sactLastDose": "2025-01-01", "transplantOrCarT": true}`:  true,
		`{"sactLastDose": "2025-01-01", "transplantOrCarT": "no"}`:  true,
		`{"sactLastDose": "2025-01-01", "transplantOrCarT": null}`:  true,
	} {
		require.Equal(t, want, derive(t, document)["infectionRisk"], document)
	}
}

func TestInfectionRiskFollowsTheLatestNeutrophilCountOf14Days(t *testing.T) {
	t.Parallel()
	const safe = `{"sactLastDose": "2025-01-01", "transplantOrCarT": false}`
	anc := func(value, date string) instrument.Count {
		return instrument.Count{Group: "cbc.anc", Value: value, Date: date}
	}
	for _, c := range []struct {
		why    string
		counts []instrument.Count
		want   bool
	}{
		{"no count", nil, false},
		{"low", []instrument.Count{anc("0.99", "2026-11-20")}, true},
		{"just low", []instrument.Count{anc("0.9999999999999", "2026-11-20")}, true},
		{"1.0 is not below 1.0", []instrument.Count{anc("1.0", "2026-11-20")}, false},
		{"low on day 14", []instrument.Count{anc("0.5", "2026-11-08")}, true},
		{"low on day 15", []instrument.Count{anc("0.5", "2026-11-07")}, false},
		{"recovered", []instrument.Count{anc("0.5", "2026-11-18"), anc("2.1", "2026-11-21")}, false},
		{"fell, listed first", []instrument.Count{anc("0.5", "2026-11-21"), anc("2.1", "2026-11-18")}, true},
		{"two on one day: the lower", []instrument.Count{anc("0.5", "2026-11-21"), anc("2.1", "2026-11-21")}, true},
		{"two on one day, the other way round", []instrument.Count{anc("2.1", "2026-11-21"), anc("0.5", "2026-11-21")}, true},
		{"a date ahead counts as today", []instrument.Count{anc("2.1", "2026-11-22"), anc("0.5", "2027-01-01")}, true},
		{"a date ahead hides nothing of today", []instrument.Count{anc("0.5", "2026-11-22"), anc("2.1", "2027-01-01")}, true},
		{"unreadable", []instrument.Count{anc("<0.5", "2026-11-21"), anc("0.5", "yesterday")}, false},
		{"another test", []instrument.Count{{Group: "cbc.wbc", Value: "0.5", Date: "2026-11-21"}}, false},
	} {
		require.Equal(t, c.want, derive(t, safe, c.counts...)["infectionRisk"], c.why)
	}
}

func TestOtherFlagsAreKnownOnlyIfSomebodySaidSo(t *testing.T) {
	t.Parallel()
	empty := derive(t, `{}`)
	require.Equal(t, instrument.Context{"infectionRisk": true, "checkpointInhibitor": true}, empty)

	stated := derive(t, `{"anticoagulated": false, "steroid": true, "paracetamolRegular": "no", "spinalMetsRisk": null,
		"checkpointInhibitorLastDose": "2025-11-21", "sactLastDose": "2026-01-01", "transplantOrCarT": false}`)
	require.Equal(t, instrument.Context{"infectionRisk": false, "checkpointInhibitor": false, "anticoagulated": false, "steroid": true}, stated)
	require.True(t, derive(t, `{"checkpointInhibitorLastDose": "2025-11-22"}`)["checkpointInhibitor"], "365 days ago, that day included")

	for value, want := range map[string]bool{"49.9": true, "49.99": true, "50": false, "50.0": false, "150": false} {
		c := derive(t, `{}`, instrument.Count{Group: "cbc.plt", Value: value, Date: today})
		low, known := c["lowPlatelets"]
		require.True(t, known)
		require.Equal(t, want, low, value)
	}
	_, known := derive(t, `{}`, instrument.Count{Group: "cbc.plt", Value: "150", Date: "2026-11-07"})["lowPlatelets"]
	require.False(t, known, "a count of 15 days ago says nothing")
}

func TestTheDaysAfterTreatmentComeFromTheRegion(t *testing.T) {
	t.Parallel()
	l := mutated(t, "redflags.v1.json", `"sactDays":42,"emergency":"911"`, `"sactDays":7,"emergency":"911"`)
	document := clinical(t, `{"sactLastDose": "2026-11-01", "transplantOrCarT": false}`)
	uk, err := l.DeriveContext(redflags, "UK", document, nil, today)
	require.NoError(t, err)
	us, err := l.DeriveContext(redflags, "US", document, nil, today)
	require.NoError(t, err)
	require.True(t, uk["infectionRisk"])
	require.False(t, us["infectionRisk"])
}

func TestAContextIsNotDerivedFromGuesses(t *testing.T) {
	t.Parallel()
	for _, in := range [][3]string{{"redflags|9.0.0", "UK", today}, {redflags, "", today}, {redflags, "UK", ""}, {redflags, "UK", "2026-02-30"}} {
		_, err := library(t).DeriveContext(in[0], in[1], nil, nil, in[2])
		require.True(t, fault.Is(err, fault.Invalid), in)
	}
}
