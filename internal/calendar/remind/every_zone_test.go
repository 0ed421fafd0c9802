package remind_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/calendar/remind"
)

func rfc(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

// stretch is a time of constant offset: from <= at < to, in seconds since 1970.
type stretch struct{ from, to, offset int64 }

// stretchesOf are those of a zone around the years 2024 to 2036.
func stretchesOf(t *testing.T, zone string) (list []stretch) {
	t.Helper()
	location, err := calendar.Zone(zone)
	require.NoError(t, err)
	at := time.Date(2023, 12, 1, 0, 0, 0, 0, time.UTC).In(location)
	last := time.Date(2037, 2, 1, 0, 0, 0, 0, time.UTC)
	for at.Before(last) {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.After(last) {
			end = last
		}
		_, offset := at.Zone()
		list = append(list, stretch{at.Unix(), end.Unix(), int64(offset)})
		at = end.In(location)
	}
	return list
}

// oneADay is a rule book with one lead: at the time of the event.
func oneADay() *remind.Rules {
	rules := *remind.Own
	rules.Kinds = map[remind.Kind]remind.KindRules{
		remind.Appointment: {Policy: remind.Site, Leads: []remind.Lead{{Code: "daily", For: []string{remind.ForPatient}}}},
	}
	return &rules
}

// Every IANA zone, every day from 2024 to 2036, at 01:30, 02:30 and 09:00: each rings once, at the first time at which the wall shows it, and
// where the clock jumps over it, later by the length of the gap. Zones whose clocks go alike in all these years are asked once: what a
// zone answers depends on its offsets alone. What is expected is counted from the offsets, without any calendar.
func TestEachDayInEveryZoneAReminderRingsOnce(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../testdata/zones.txt")
	require.NoError(t, err)
	alike := map[string]bool{}
	gaps, overlaps, zones := 0, 0, strings.Fields(string(data))
	require.Greater(t, len(zones), 590)
	for _, zone := range zones {
		stretches := stretchesOf(t, zone)
		if key := fmt.Sprint(stretches); !alike[key] {
			alike[key] = true
			g, o := ringsOnceADay(t, zone, stretches)
			gaps, overlaps = gaps+g, overlaps+o
		}
	}
	require.Greater(t, len(alike), 60)
	require.Greater(t, gaps, 100)
	require.Greater(t, overlaps, 100)
}

func ringsOnceADay(t *testing.T, zone string, stretches []stretch) (gaps, overlaps int) {
	t.Helper()
	rules, never := oneADay(), remind.Clock(0)
	for _, clock := range []remind.Clock{90, 150, 540} {
		for year := 2024; year <= 2036; year++ {
			in := remind.Input{Audience: remind.ForPatient, Days: 369, Settings: remind.Settings{HomeZone: zone, QuietFrom: &never, QuietTo: &never}}
			first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
			in.From = first.Add(-30 * time.Hour).UnixMilli()
			var walls []int64
			for day := first; day.Year() == year; day = day.AddDate(0, 0, 1) {
				in.Events = append(in.Events, remind.Event{Kind: remind.Appointment, Focus: "f", Time: &clock, Zone: zone, Date: calendar.CivilDate{Year: year, Month: day.Month(), Day: day.Day()}})
				walls = append(walls, day.Unix()+int64(clock)*60)
			}
			got, err := rules.List(in)
			require.NoError(t, err)
			require.Len(t, got, len(walls), "%s %d %s", zone, year, clock)
			for i, wall := range walls {
				want, fit := expected(stretches, wall)
				if got[i].At != want*1000 || got[i].Fit != fit || got[i].About != nil {
					require.Failf(t, "another time", "%s: %s on day %d of %d rings %s (%s), not %s (%s)", zone, clock, i+1, year, rfc(got[i].At), got[i].Fit, rfc(want*1000), fit)
				}
				switch fit {
				case calendar.Gap:
					gaps++
				case calendar.Overlap:
					overlaps++
				}
			}
		}
	}
	return gaps, overlaps
}

// expected counts when a wall shows a time, given in seconds as if it stood in UTC.
func expected(stretches []stretch, wall int64) (at int64, fit calendar.Fit) {
	fit = calendar.Gap
	for i, s := range stretches {
		shown := wall - s.offset
		switch inside := shown >= s.from && shown < s.to; {
		case inside && fit == calendar.Once:
			return at, calendar.Overlap
		case inside:
			at, fit = shown, calendar.Once
		case fit == calendar.Gap && i+1 < len(stretches) && shown >= s.to && wall-stretches[i+1].offset < s.to:
			at = shown // by the offset before the jump
		}
	}
	return at, fit
}
