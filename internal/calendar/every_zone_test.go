package calendar_test

import (
	_ "embed"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
)

//go:embed testdata/zones.txt
var zonesText string

// zoneNames are all names of tzdata.
func zoneNames() []string { return strings.Fields(zonesText) }

// The years for which every zone is tried.
const (
	firstYear = 2024
	lastYear  = 2036
)

// step is how finely the wall is tried around a switch of the clock. Every gap and overlap of these years is a multiple of it.
const step = 15 * time.Minute

// Around every switch of every zone, the clock on the wall is watched in real time, and what it showed when is compared with what
// Resolve says. The watching knows nothing of gaps and overlaps.
func TestAroundEverySwitchOfEveryZoneAWallTimeIsOneInstant(t *testing.T) {
	t.Parallel()
	switches := 0
	for _, zone := range zoneNames() {
		location, err := calendar.Zone(zone)
		require.NoError(t, err, zone)
		for _, at := range switchesOf(location) {
			watch(t, zone, location, at)
			switches++
		}
	}
	require.Greater(t, switches, 5000)
}

// switchesOf lists the instants at which the zone's offset changes.
func switchesOf(location *time.Location) []time.Time {
	var list []time.Time
	at := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).In(location)
	for {
		_, before := at.Zone()
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Year() > lastYear {
			return list
		}
		if _, after := end.Zone(); after != before {
			list = append(list, end)
		}
		at = end
	}
}

// watch compares around one switch. Wall times that were never shown lie in the gap, and come by its length later.
func watch(t *testing.T, zone string, location *time.Location, at time.Time) {
	t.Helper()
	const around = 26 * time.Hour
	first, times := map[string]time.Time{}, map[string]int{}
	for instant := at.Add(-2 * around); instant.Before(at.Add(2 * around)); instant = instant.Add(step) {
		shown := instant.In(location).Format("2006-01-02T15:04")
		if times[shown]++; times[shown] == 1 {
			first[shown] = instant
		}
	}
	_, before := at.Add(-time.Second).Zone()
	_, after := at.Zone()
	jump := time.Duration(after-before) * time.Second
	for instant := at.Add(-around); instant.Before(at.Add(around)); instant = instant.Add(step) {
		wall := instant.UTC().Add(time.Duration(before) * time.Second).Format("2006-01-02T15:04")
		want, fit := first[wall], calendar.Once
		switch times[wall] {
		case 0:
			want, fit = instant, calendar.Gap // the wall at instant, had the clock not jumped; it shows jump more
			require.Greater(t, jump, time.Duration(0))
		case 2:
			fit = calendar.Overlap
		}
		got, gotFit, err := calendar.Resolve(civil(t, wall), zone)
		require.NoError(t, err)
		if !got.Equal(want) || gotFit != fit {
			require.Failf(t, "another instant", "%s %s: %s %s, watched %s %s", zone, wall, got, gotFit, want, fit)
		}
	}
}

// Every day of thirteen years in every zone, at the times that people choose.
func TestOnEveryDayInEveryZoneTheWallShowsWhatWasAsked(t *testing.T) {
	t.Parallel()
	start, end := date(t, "2024-01-01"), date(t, "2036-12-31")
	gaps := 0
	for _, zone := range zoneNames() {
		previous := time.Time{}
		for day := start; day.Compare(end) <= 0; day = day.AddDays(1) {
			for _, wall := range []calendar.CivilTime{day.At(0, 0), day.At(2, 30), day.At(9, 0)} {
				instant, fit, err := calendar.Resolve(wall, zone)
				require.NoError(t, err)
				if !instant.After(previous) {
					require.Failf(t, "order", "%s %s is not after the wall time before it", zone, wall)
				}
				previous = instant
				shown, err := calendar.In(instant, zone)
				require.NoError(t, err)
				if fit == calendar.Gap {
					gaps++
				}
				if (shown == wall) != (fit != calendar.Gap) || shown.Compare(wall) < 0 {
					require.Failf(t, "shown", "%s %s: the wall shows %s (%s)", zone, wall, shown, fit)
				}
			}
		}
	}
	require.Greater(t, gaps, 500)
}
