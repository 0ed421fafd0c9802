package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

// REMINDERS 2, LABS 5.1 and what else the clock did to people.
func TestTheFixedVectorsOfClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, wall, instant, shown string
		fit                        calendar.Fit
	}{
		{"Europe/London", "2026-03-28T09:00", "2026-03-28T09:00:00Z", "2026-03-28T09:00", calendar.Once},
		{"Europe/London", "2026-03-30T09:00", "2026-03-30T08:00:00Z", "2026-03-30T09:00", calendar.Once},
		{"Europe/London", "2026-03-29T01:30", "2026-03-29T01:30:00Z", "2026-03-29T02:30", calendar.Gap},
		{"Europe/London", "2026-03-29T00:59", "2026-03-29T00:59:00Z", "2026-03-29T00:59", calendar.Once},
		{"Europe/London", "2026-03-29T01:00", "2026-03-29T01:00:00Z", "2026-03-29T02:00", calendar.Gap},
		{"Europe/London", "2026-03-29T02:00", "2026-03-29T01:00:00Z", "2026-03-29T02:00", calendar.Once},
		{"Europe/London", "2026-10-25T01:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30", calendar.Overlap},
		{"Europe/London", "2026-10-25T01:00", "2026-10-25T00:00:00Z", "2026-10-25T01:00", calendar.Overlap},
		{"Europe/London", "2026-10-25T02:00", "2026-10-25T02:00:00Z", "2026-10-25T02:00", calendar.Once},
		{"America/New_York", "2026-03-08T02:30", "2026-03-08T07:30:00Z", "2026-03-08T03:30", calendar.Gap},
		{"America/Denver", "2026-07-09T08:00", "2026-07-09T14:00:00Z", "2026-07-09T08:00", calendar.Once},
		{"America/Phoenix", "2026-07-09T08:00", "2026-07-09T15:00:00Z", "2026-07-09T08:00", calendar.Once},
		{"Navajo", "2026-07-09T08:00", "2026-07-09T14:00:00Z", "2026-07-09T08:00", calendar.Once},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00Z", "2026-10-04T02:45", calendar.Gap}, // half an hour
		{"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z", "2011-12-31T12:00", calendar.Gap},        // a whole day
		{"Pacific/Kiritimati", "2026-01-01T00:00", "2025-12-31T10:00:00Z", "2026-01-01T00:00", calendar.Once}, // UTC+14
		{"Etc/GMT+12", "2026-01-01T00:00", "2026-01-01T12:00:00Z", "2026-01-01T00:00", calendar.Once},         // UTC-12
		{"UTC", "2026-11-22T09:30", "2026-11-22T09:30:00Z", "2026-11-22T09:30", calendar.Once},
		{"Asia/Kathmandu", "2026-11-22T09:30", "2026-11-22T03:45:00Z", "2026-11-22T09:30", calendar.Once},       // quarter hours
		{"America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00:00Z", "2018-11-04T01:00", calendar.Gap},     // midnight does not exist
		{"Africa/Casablanca", "2024-03-10T02:30", "2024-03-10T01:30:00Z", "2024-03-10T02:30", calendar.Overlap}, // twice a year around Ramadan
		{"America/New_York", "2199-07-01T12:00", "2199-07-01T16:00:00Z", "2199-07-01T12:00", calendar.Once},     // by rule, beyond every table
	} {
		instant, fit, err := calendar.Resolve(civil(t, c.wall), c.zone)
		require.NoError(t, err, c)
		require.Equal(t, c.instant, instant.UTC().Format(time.RFC3339), c)
		require.Equal(t, c.fit, fit, c)
		shown, err := calendar.In(instant, c.zone)
		require.NoError(t, err)
		require.Equal(t, c.shown, shown.String(), c)
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
	for _, name := range []string{
		"", "Local", "localtime", "Factory", "posixrules", "right/Europe/London", "posix/UTC", "../etc/passwd", "/etc/localtime",
		"Europe//London", "Europe/./London", "Europe/London/", "Europe/Atlantis", "europe\\london", "Europe/London\x00", "zone.tab", "1",
		"UTC" + strings.Repeat("C", 62),
	} {
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
