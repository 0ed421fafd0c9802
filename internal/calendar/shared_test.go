package calendar_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
)

// civilCases are what civil time is, for programs in any language: testdata/civil.v1.json.
type civilCases struct {
	Resolve []struct {
		Zone, Wall, Instant, Shown string
		Fit                        calendar.Fit
		Note                       string
	}
	Dates, Times struct{ Taken, Refused []string }
	Days         []struct {
		From, To string
		Days     int
	}
	Ages []struct {
		Born, On string
		Age      int
	}
	NotZones []string
}

func sharedCivil(t *testing.T) (cases civilCases) {
	t.Helper()
	data, err := os.ReadFile("testdata/civil.v1.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &cases))
	for _, list := range [][]string{cases.Dates.Taken, cases.Dates.Refused, cases.Times.Taken, cases.Times.Refused, cases.NotZones} {
		require.NotEmpty(t, list)
	}
	require.NotEmpty(t, cases.Days)
	require.NotEmpty(t, cases.Ages)
	return cases
}
