package remind_test

import (
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/calendar/remind"
	"satchel/internal/fault"
)

func TestAFileOfRemindersThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("data/reminders.v1.json")
	require.NoError(t, err)
	_, err = remind.Load(data)
	require.NoError(t, err)
	text, err := os.ReadFile("testdata/refused.v1.json") // changes, for programs in any language
	require.NoError(t, err)
	var changes [][2]string
	require.NoError(t, json.Unmarshal(text, &changes))
	require.Greater(t, len(changes), 10)
	for _, c := range changes {
		require.Contains(t, string(data), c[0])
		_, err := remind.Load([]byte(strings.Replace(string(data), c[0], c[1], 1)))
		require.True(t, fault.Is(err, fault.Invalid), c[1])
	}
}

func TestAListBeyondTheLimitsIsRefused(t *testing.T) {
	t.Parallel()
	in := remind.Input{Audience: remind.ForPatient, Days: remind.DaysMax, Settings: remind.Settings{HomeZone: "Europe/London"}}
	in.Events = make([]remind.Event, remind.EventsMax)
	_, err := remind.Own.List(in)
	require.NoError(t, err)
	for _, spoil := range []func(*remind.Input){
		func(in *remind.Input) { in.Days++ },
		func(in *remind.Input) { in.Days = 0 },
		func(in *remind.Input) { in.Events = make([]remind.Event, remind.EventsMax+1) },
		func(in *remind.Input) { in.Settings.HomeZone = "Europe/Atlantis" },
		func(in *remind.Input) { in.Settings.DeviceZone = "Local" },
	} {
		bad := in
		spoil(&bad)
		_, err := remind.Own.List(bad)
		require.True(t, fault.Is(err, fault.Invalid))
	}
}

// Whatever a person's hours are, nothing rings in them, nothing rings twice, and no day has more than it may.
func TestNothingRingsInQuietHoursAndNoDayHasMoreThanItMay(t *testing.T) {
	t.Parallel()
	day, err := calendar.ParseDate("2026-03-27") // the clock jumps on 29 March
	require.NoError(t, err)
	for from := remind.Clock(0); from < 24*60; from += 90 {
		for to := remind.Clock(30); to < 24*60; to += 150 {
			in := remind.Input{Audience: remind.ForPatient, Days: 14, Settings: remind.Settings{HomeZone: "Europe/London", QuietFrom: &from, QuietTo: &to}, From: 1774500000000}
			for i := range 40 {
				clock := remind.Clock(i * 37 % (24 * 60))
				kind := remind.Kinds[i%len(remind.Kinds)]
				in.Events = append(in.Events, remind.Event{Kind: kind, Focus: "f", Step: clock.String(), Date: day.AddDays(i % 7), Time: &clock, Zone: "Europe/London"})
			}
			list, err := remind.Own.List(in)
			require.NoError(t, err)
			require.NotEmpty(t, list)
			seen, days := map[string]bool{}, map[string]int{}
			for _, m := range list {
				var wall calendar.CivilTime
				require.NoError(t, wall.UnmarshalText([]byte(m.Wall)))
				clock := remind.Clock(wall.Hour*60 + wall.Minute)
				quiet := clock >= from && clock < to
				if from > to {
					quiet = clock >= from || clock < to
				}
				require.False(t, quiet && m.Fit != calendar.Gap, "%s rings at %s between %s and %s (%s)", m.Code, m.Wall, from, to, m.Fit)
				days[m.Wall[:10]]++
				for _, id := range append(m.About, m.ID) {
					require.False(t, seen[id], "%s twice", id)
					seen[id] = true
				}
			}
			for day, n := range days {
				require.LessOrEqual(t, n, remind.Own.Cap.PerDay, day)
			}
		}
	}
}
