package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

func date(t *testing.T, text string) calendar.CivilDate {
	t.Helper()
	d, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return d
}

func civil(t *testing.T, text string) calendar.CivilTime {
	t.Helper()
	c, err := calendar.ParseTime(text)
	require.NoError(t, err)
	return c
}

func TestADateIsWrittenInOneWayOnly(t *testing.T) {
	t.Parallel()
	for _, text := range sharedCivil(t).Dates.Taken {
		require.Equal(t, text, date(t, text).String())
	}
	for _, text := range sharedCivil(t).Dates.Refused {
		_, err := calendar.ParseDate(text)
		require.True(t, fault.Is(err, fault.Invalid), text)
	}
}

func TestATimeIsWrittenInOneWayOnly(t *testing.T) {
	t.Parallel()
	for _, text := range sharedCivil(t).Times.Taken {
		require.Equal(t, text, civil(t, text).String())
	}
	for _, text := range sharedCivil(t).Times.Refused {
		_, err := calendar.ParseTime(text)
		require.True(t, fault.Is(err, fault.Invalid), text)
	}
}

func TestDatesAndTimesTravelAsTextInJSON(t *testing.T) {
	t.Parallel()
	type visit struct {
		Day   calendar.CivilDate `json:"day"`
		Start calendar.CivilTime `json:"start"`
	}
	want := visit{date(t, "2026-11-22"), civil(t, "2026-11-22T09:30")}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	require.JSONEq(t, `{"day": "2026-11-22", "start": "2026-11-22T09:30"}`, string(text))
	var got visit
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, want, got)
	_, err = json.Marshal(visit{})
	require.Error(t, err, "a date that was never set must not be written as one")
	require.Error(t, json.Unmarshal([]byte(`{"day": "2026-02-30"}`), &got))
	require.Error(t, json.Unmarshal([]byte(`{"start": "soon"}`), &got))
	require.Equal(t, want, got, "a text that cannot be read changes nothing")
}

func TestWhatDoesNotExistIsNotValid(t *testing.T) {
	t.Parallel()
	require.False(t, calendar.CivilDate{}.Valid())
	require.False(t, calendar.CivilDate{Year: 2026, Month: 2, Day: 30}.Valid())
	require.False(t, calendar.CivilDate{Year: 2026, Month: 13, Day: 1}.Valid())
	day := date(t, "2026-11-22")
	require.True(t, day.Valid())
	require.True(t, day.At(23, 59).Valid())
	for _, c := range []calendar.CivilTime{{}, day.At(24, 0), day.At(-1, 0), day.At(9, 60), day.At(9, -1)} {
		require.False(t, c.Valid())
		_, err := c.MarshalText()
		require.True(t, fault.Is(err, fault.Invalid))
	}
}

func TestDaysAreCountedInMidnightsAcrossLeapDaysAndClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range sharedCivil(t).Days {
		from, to := date(t, c.From), date(t, c.To)
		require.Equal(t, c.Days, from.DaysUntil(to), c)
		require.Equal(t, to, from.AddDays(c.Days), c)
	}
}

func TestDatesAndTimesAreOrdered(t *testing.T) {
	t.Parallel()
	early, late := civil(t, "2026-11-22T09:30"), civil(t, "2026-11-22T10:00")
	require.Equal(t, -1, early.Compare(late))
	require.Equal(t, 1, late.Compare(early))
	require.Equal(t, 0, late.Compare(late))
	require.Equal(t, -1, date(t, "2025-12-31").Compare(date(t, "2026-01-01")))
	require.Equal(t, time.Sunday, date(t, "2026-11-22").Weekday())
}

func TestAgeCountsBirthdays(t *testing.T) {
	t.Parallel()
	for _, c := range sharedCivil(t).Ages {
		require.Equal(t, c.Age, date(t, c.Born).AgeOn(date(t, c.On)), c)
	}
}

func FuzzWhatIsReadIsWrittenTheSame(f *testing.F) {
	f.Add("2026-11-22")
	f.Add("2026-11-22T09:30")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := calendar.ParseDate(text); err == nil {
			require.True(t, d.Valid())
			require.Equal(t, text, d.String())
		}
		if c, err := calendar.ParseTime(text); err == nil {
			require.True(t, c.Valid())
			require.Equal(t, text, c.String())
		}
	})
}
