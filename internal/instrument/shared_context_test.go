package instrument_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

// contextCase is what is known of a treatment, and the flags that follow.
type contextCase struct {
	Name     string                     `json:"name"`
	Clinical map[string]json.RawMessage `json:"clinical"`
	Counts   []sharedCount              `json:"counts"`
	Want     instrument.Context         `json:"want"`
}

type sharedCount struct {
	Group string `json:"group"`
	Value string `json:"value"`
	Date  string `json:"date"`
}

const contextsFile = "contexts.v1.json"

// All of them are for the UK, on 22 November 2026.
func TestHazard_H06_TheContextsThatPhonesShareHold(t *testing.T) {
	t.Parallel()
	if *rewrite {
		writeShared(t, contextsFile, contextCases(t))
	}
	list := shared[contextCase](t, contextsFile)
	require.Greater(t, len(list), 30)
	for _, c := range list {
		require.Equal(t, c.Want, c.derive(t), c.Name)
	}
}

func (c contextCase) derive(t *testing.T) instrument.Context {
	t.Helper()
	counts := make([]instrument.Count, len(c.Counts))
	for i, one := range c.Counts {
		counts[i] = instrument.Count(one)
	}
	got, err := library(t).DeriveContext(redflags, "UK", c.Clinical, counts, today)
	require.NoError(t, err)
	return got
}

func contextCases(t *testing.T) (list []contextCase) {
	t.Helper()
	add := func(name, document string, counts ...sharedCount) {
		c := contextCase{Name: name, Clinical: clinical(t, document), Counts: append([]sharedCount{}, counts...)}
		c.Want = c.derive(t)
		list = append(list, c)
	}
	for _, document := range []string{
		`{}`, `{"sactLastDose": "2026-11-22", "transplantOrCarT": false}`, `{"sactLastDose": "2026-10-11", "transplantOrCarT": false}`,
		`{"sactLastDose": "2026-10-10", "transplantOrCarT": false}`, `{"sactLastDose": "2026-12-24", "transplantOrCarT": false}`, `{"transplantOrCarT": false}`,
		`{"sactLastDose": null, "transplantOrCarT": false}`, `{"sactLastDose": "in May", "transplantOrCarT": false}`, `{"sactLastDose": "2026-02-30", "transplantOrCarT": false}`,
		`{"sactLastDose": 20260101, "transplantOrCarT": false}`, `{"sactLastDose": "2025-01-01"}`, `{"sactLastDose": "2025-01-01", "transplantOrCarT": true}`,
		`{"sactLastDose": "2025-01-01", "transplantOrCarT": "no"}`, `{"sactLastDose": "2025-01-01", "transplantOrCarT": null}`, `{"checkpointInhibitorLastDose": "2025-11-22"}`,
		`{"anticoagulated": false, "steroid": true, "paracetamolRegular": "no", "spinalMetsRisk": null, "checkpointInhibitorLastDose": "2025-11-21", "sactLastDose": "2026-01-01", "transplantOrCarT": false}`,
	} {
		add(document, document)
	}
	const safe = `{"sactLastDose": "2025-01-01", "transplantOrCarT": false}`
	anc := func(value, date string) sharedCount { return sharedCount{instrument.GroupNeutrophils, value, date} }
	for name, counts := range map[string][]sharedCount{
		"01 low": {anc("0.99", "2026-11-20")}, "02 just low": {anc("0.9999999999999", "2026-11-20")}, "03 1.0 is not below 1.0": {anc("1.0", "2026-11-20")},
		"04 low on day 14": {anc("0.5", "2026-11-08")}, "05 low on day 15": {anc("0.5", "2026-11-07")}, "06 recovered": {anc("0.5", "2026-11-18"), anc("2.1", "2026-11-21")},
		"07 fell, listed first": {anc("0.5", "2026-11-21"), anc("2.1", "2026-11-18")}, "08 two on one day: the lower": {anc("0.5", "2026-11-21"), anc("2.1", "2026-11-21")},
		"09 the other way round": {anc("2.1", "2026-11-21"), anc("0.5", "2026-11-21")}, "10 a date ahead counts as today": {anc("2.1", "2026-11-22"), anc("0.5", "2027-01-01")},
		"11 a date ahead hides nothing of today": {anc("0.5", "2026-11-22"), anc("2.1", "2027-01-01")}, "12 unreadable": {anc("<0.5", "2026-11-21"), anc("0.5", "yesterday")},
		"13 another test": {{"cbc.wbc", "0.5", "2026-11-21"}}, "14 platelets of 15 days ago": {{instrument.GroupPlatelets, "150", "2026-11-07"}},
		"15 platelets 49.99": {{instrument.GroupPlatelets, "49.99", today}}, "16 platelets 50.0": {{instrument.GroupPlatelets, "50.0", today}}, "17 platelets 150": {{instrument.GroupPlatelets, "150", today}},
	} {
		add(name, safe, counts...)
	}
	return sorted(list, func(c contextCase) string { return c.Name })
}
