package lab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

func quantity(t *testing.T, group, value, unit string) Quantity {
	t.Helper()
	q, err := Own.Normalise(group, "", value, unit)
	require.NoError(t, err)
	return q
}

func TestHazard_H13_ANumberIsWhatItSaysInItsUnitAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ group, loinc, value, unit, want string }{
		{"cbc.wbc", "6690-2", "50000", "/uL", "50"},
		{"cbc.wbc", "26464-8", "50.0", "10*3/uL", "50"},
		{"cbc.anc", "751-8", "450", "/uL", "0.45"},
		{"cbc.hb", "718-7", "7.9", "g/dL", "79"},
		{"vital.temp", "8310-5", "100.4", "[degF]", "38"},
		{"vital.temp", "8310-5", "38.05", "Cel", "38.05"},
		{"chem.creat", "2160-0", "1.2", "mg/dL", "106.08"},
		{"chem.ca", "17861-6", "13", "mg/dL", "3.2435"},
		{"endo.hba1c", "4548-4", "6.5", "%", "47.5515"},
	} {
		q, err := Own.Normalise(c.group, c.loinc, c.value, c.unit)
		require.NoError(t, err, c)
		require.Equal(t, c.want, q.Value, c)
	}
	for name, c := range map[string]struct{ group, loinc, value, unit, says string }{
		"a share as a count":        {"cbc.anc", "770-8", "45", "%", "percent"},
		"a share in its unit":       {"cbc.anc", "", "45", "%", "unit is not known"},
		"red cells as white":        {"cbc.wbc", "789-8", "4.5", "10*9/L", "does not stand for"},
		"a unit of another system":  {"cbc.hb", "718-7", "79", "mmol/L", "unit is not known"},
		"no unit":                   {"cbc.wbc", "6690-2", "50", "", "unit is not known"},
		"a thousand times too much": {"cbc.wbc", "6690-2", "50000", "10*9/L", "not possible"},
		"too little":                {"cbc.hb", "718-7", "7.9", "g/L", "not possible"},
		"a sign":                    {"cbc.wbc", "6690-2", "-5", "10*9/L", "digits"},
		"an exponent":               {"cbc.wbc", "6690-2", "5e4", "/uL", "digits"},
		"a comma":                   {"cbc.wbc", "6690-2", "4,5", "10*9/L", "digits"},
		"no number":                 {"cbc.wbc", "6690-2", "", "10*9/L", "digits"},
		"a long one":                {"cbc.wbc", "6690-2", "0.00000000000000000001", "10*9/L", "digits"},
		"a panel":                   {"cbc.panel", "58410-2", "5", "10*9/L", "one number"},
	} {
		_, err := Own.Normalise(c.group, c.loinc, c.value, c.unit)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), name)
		require.ErrorContains(t, err, c.says, name)
	}
}

func TestAPanelHoldsItsPartsAndTheirs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		whole, part string
		holds       bool
	}{
		{"cbc.diff", "cbc.wbc", true},
		{"cbc.diff", "cbc.panel", true},
		{"cbc.panel", "cbc.anc", false},
		{"cbc.diff", "cbc.anc", true},
		{"chem.cmp", "chem.k", true},
		{"chem.bmp", "chem.alt", false},
		{"cbc.wbc", "cbc.panel", false},
		{"cbc.wbc", "cbc.wbc", true},
	} {
		require.Equal(t, c.holds, Own.Contains(c.whole, c.part), c)
	}
}

func TestHowUrgentANumberIs(t *testing.T) {
	t.Parallel()
	thinned := Around{Facts: map[string]bool{"anticoagulated": true}}
	notThinned := Around{Facts: map[string]bool{"anticoagulated": false}}
	for _, c := range []struct {
		group, value, unit string
		around             Around
		want               Class
	}{
		{"cbc.anc", "0.49", "10*9/L", Around{}, Critical},
		{"cbc.anc", "0.5", "10*9/L", Around{}, Action},
		{"cbc.anc", "1.0", "10*9/L", Around{}, Normal},
		{"cbc.wbc", "30", "10*9/L", Around{}, Action},
		{"cbc.wbc", "30.01", "10*9/L", Around{}, Critical},
		{"cbc.wbc", "14.9", "10*9/L", Around{}, Normal},
		{"cbc.plt", "40", "10*9/L", notThinned, Action},
		{"cbc.plt", "40", "10*9/L", thinned, Critical},
		{"cbc.plt", "40", "10*9/L", Around{}, Critical}, // nobody said: it counts as present
		{"chem.creat", "201", "umol/L", Around{Baseline: "100"}, Critical},
		{"chem.creat", "200", "umol/L", Around{Baseline: "100"}, Action},
		{"chem.creat", "201", "umol/L", Around{}, Normal},
		{"chem.alt", "501", "U/L", Around{}, Critical},
		{"chem.alt", "251", "U/L", Around{}, Action},
		{"tm.psa", "500", "ug/L", Around{}, Normal},
	} {
		class, always := OwnLimits.Class(c.group, quantity(t, c.group, c.value, c.unit), c.around)
		require.Equal(t, c.want, class, c)
		require.False(t, always, c)
	}
	class, always := OwnLimits.Class("cbc.wbc", quantity(t, "cbc.wbc", "101", "10*9/L"), Around{})
	require.Equal(t, Critical, class)
	require.True(t, always, "whatever anybody expected")
}

func date(t *testing.T, text string) calendar.CivilDate {
	t.Helper()
	d, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return d
}

func TestHazard_H08_WhatWasExpectedGivesMoreTimeWithinItsBoundsAndNeverSilence(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	f := Expected{
		Group: "cbc.wbc", Low: "10", High: "60", From: date(t, "2026-05-02"), To: date(t, "2026-05-15"), LastDose: date(t, "2026-05-01"),
		Exclusions: []string{"fever", "shoulder-tip-pain"},
	}
	require.NoError(t, OwnLimits.Bounded(f))
	said := func(fever bool, ago time.Duration) []Answer {
		return []Answer{{"fever", fever, now.Add(-ago)}, {"shoulder-tip-pain", false, now.Add(-ago)}}
	}
	fifty := quantity(t, "cbc.wbc", "50000", "/uL")
	match := func(f Expected, q Quantity, on string, answers []Answer) Match {
		return OwnLimits.Match(f, "cbc.wbc", q, date(t, on), answers, now)
	}
	require.Equal(t, Matches, match(f, fifty, "2026-05-04", said(false, time.Hour)))
	require.Equal(t, Excluded, match(f, fifty, "2026-05-04", said(true, time.Hour)))
	require.Equal(t, Asks, match(f, fifty, "2026-05-04", nil))
	require.Equal(t, Asks, match(f, fifty, "2026-05-04", said(false, 25*time.Hour)), "an answer of yesterday is none")
	require.Equal(t, Asks, match(f, fifty, "2026-05-04", said(false, -time.Hour)), "and so is one from a clock that is ahead")
	require.Equal(t, NoMatch, match(f, quantity(t, "cbc.wbc", "72", "10*9/L"), "2026-05-04", said(false, time.Hour)))
	require.Equal(t, NoMatch, match(f, fifty, "2026-05-20", said(false, time.Hour)), "it has expired")
	require.Equal(t, NoMatch, match(f, fifty, "2026-05-01", said(false, time.Hour)), "and has not begun")

	for name, wide := range map[string]func(*Expected){
		"above what anybody may expect": func(f *Expected) { f.High = "101" },
		"without an upper end":          func(f *Expected) { f.High = "" },
		"long after the dose":           func(f *Expected) { f.To, f.From = date(t, "2026-05-23"), date(t, "2026-05-20") },
		"for very long":                 func(f *Expected) { f.To, f.LastDose = date(t, "2026-06-01"), calendar.CivilDate{} },
		"the wrong way round":           func(f *Expected) { f.Low = "61" },
		"of a panel":                    func(f *Expected) { f.Group = "cbc.panel" },
	} {
		g := f
		wide(&g)
		require.Equal(t, fault.Invalid, fault.CodeOf(OwnLimits.Bounded(g)), name)
		if g.Group == f.Group && g.To.Compare(date(t, "2026-05-04")) >= 0 && g.From.Compare(date(t, "2026-05-04")) <= 0 {
			require.Equal(t, Unbounded, match(g, fifty, "2026-05-04", said(false, time.Hour)), name)
		}
	}

	require.Equal(t, CriticalExpected, Critical.With(Matches, false))
	for _, m := range []Match{NoMatch, Excluded, Asks, Unbounded} {
		require.Equal(t, Critical, Critical.With(m, false), m)
	}
	require.Equal(t, Critical, Critical.With(Matches, true), "above 100 nothing helps")
	require.Equal(t, Action, Action.With(Matches, false))
	require.Equal(t, 4*time.Hour, OwnLimits.AcknowledgeWithin(CriticalExpected))
	require.Equal(t, time.Hour, OwnLimits.AcknowledgeWithin(Critical))
	require.Len(t, OwnLimits.Notes("cbc.wbc", quantity(t, "cbc.wbc", "50.1", "10*9/L")), 1)
	require.Empty(t, OwnLimits.Notes("cbc.wbc", fifty))
}
