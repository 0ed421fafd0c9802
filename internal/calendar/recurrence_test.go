package calendar

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

func day(t *testing.T, text string) CivilDate {
	t.Helper()
	d, err := ParseDate(text)
	require.NoError(t, err)
	return d
}

// sharedRecurrence is one case of testdata/recurrence.v1.json, which programs in other languages run too.
type sharedRecurrence struct {
	Name, Anchor, Rule string
	Cycles             *struct {
		Days          []int
		Length, Count int
		Starts        map[int]string
	}
	Extra, Except, Want []string
}

// recurrence takes dates as they are written, those that do not exist too.
func (c sharedRecurrence) recurrence() Recurrence {
	r := Recurrence{Anchor: asWritten(c.Anchor), Rule: c.Rule}
	for _, text := range c.Extra {
		r.Extra = append(r.Extra, asWritten(text))
	}
	for _, text := range c.Except {
		r.Except = append(r.Except, asWritten(text))
	}
	if c.Cycles != nil {
		r.Cycles = Cycles{Days: c.Cycles.Days, Length: c.Cycles.Length, Count: c.Cycles.Count, Starts: map[int]CivilDate{}}
		for n, text := range c.Cycles.Starts {
			r.Cycles.Starts[n] = asWritten(text)
		}
	}
	return r
}

func asWritten(text string) (d CivilDate) {
	_, _ = fmt.Sscanf(text, "%d-%d-%d", &d.Year, &d.Month, &d.Day)
	return d
}

func sharedRecurrences(t *testing.T) (cases struct{ Dates, Refused []sharedRecurrence }) {
	t.Helper()
	data, err := os.ReadFile("testdata/recurrence.v1.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &cases))
	return cases
}

func TestARecurrenceIsTheDatesThatAPersonWouldWriteDown(t *testing.T) {
	t.Parallel()
	cases := sharedRecurrences(t).Dates
	require.Greater(t, len(cases), 13)
	for _, c := range cases {
		dates, err := c.recurrence().Dates()
		require.NoError(t, err, c.Name)
		texts := []string{}
		for _, d := range dates {
			texts = append(texts, d.String())
		}
		require.Equal(t, c.Want, texts, c.Name)
	}
}

func TestARecurrenceThatWeWouldNotFollowIsRefused(t *testing.T) {
	t.Parallel()
	cases := sharedRecurrences(t).Refused
	require.Greater(t, len(cases), 28)
	for _, c := range cases {
		dates, err := c.recurrence().Dates()
		require.Empty(t, dates, c.Name)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), c.Name)
	}
}

func TestDatesOfARecurrenceCostLittle(t *testing.T) {
	r := Recurrence{Anchor: day(t, "2026-05-04"), Rule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=200"}
	allocations := testing.AllocsPerRun(10, func() {
		dates, err := r.Dates()
		require.NoError(t, err)
		require.Len(t, dates, DatesMax)
	})
	require.Less(t, allocations, 4000.0)
	t.Logf("%.0f allocations", allocations)
}
