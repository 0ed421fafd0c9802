package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

// REMINDERS 2, LABS 5.1 and what else the clock did to people.
func TestTheFixedVectorsOfClockChanges(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(sharedCivil(t).Resolve), 20)
	for _, c := range sharedCivil(t).Resolve {
		instant, fit, err := calendar.Resolve(civil(t, c.Wall), c.Zone)
		require.NoError(t, err, c)
		require.Equal(t, c.Instant, instant.UTC().Format(time.RFC3339), c)
		require.Equal(t, c.Fit, fit, c)
		shown, err := calendar.In(instant, c.Zone)
		require.NoError(t, err)
		require.Equal(t, c.Shown, shown.String(), c)
	}
}

func TestAReminderNeverFiresTwiceOnTheDayOfASwitch(t *testing.T) {
	t.Parallel()
	seen := map[time.Time]bool{}
	for day := date(t, "2026-01-01"); day.Year == 2026; day = day.AddDays(1) {
		instant, _, err := calendar.Resolve(day.At(1, 30), "Europe/London")
		require.NoError(t, err)
		require.False(t, seen[instant.UTC()], day)
		seen[instant.UTC()] = true
	}
	require.Len(t, seen, 365)
}

func TestOnlyNamesOfZonesAreTaken(t *testing.T) {
	t.Parallel()
	for _, name := range sharedCivil(t).NotZones {
		_, err := calendar.Zone(name)
		require.True(t, fault.Is(err, fault.Invalid), name)
		_, _, err = calendar.Resolve(civil(t, "2026-11-22T09:30"), name)
		require.True(t, fault.Is(err, fault.Invalid), name)
		_, err = calendar.In(time.Unix(0, 0), name)
		require.True(t, fault.Is(err, fault.Invalid), name)
	}
	_, _, err := calendar.Resolve(calendar.CivilTime{}, "Europe/London")
	require.True(t, fault.Is(err, fault.Invalid))
}
