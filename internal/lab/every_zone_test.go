package lab

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
)

// Twice a week from 2024 to 2036 in every zone of tzdata: each date of an order stands once, its window opens and closes on the days that
// the wall at the site shows, and none begins before the one before it has ended.
func TestInEveryZoneEachDateStandsOnceOnItsDay(t *testing.T) {
	t.Parallel()
	names, err := os.ReadFile("../calendar/testdata/zones.txt")
	require.NoError(t, err)
	zones := strings.Fields(string(names))
	require.Greater(t, len(zones), 400)
	orders := twiceAWeekUntil(t, date(t, "2024-01-01"), date(t, "2036-12-31"))
	now := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, zone := range zones {
		stands, last := 0, time.Time{}
		for _, dates := range orders {
			occurrences, err := Schedule{Dates: dates, Zone: zone}.Occurrences(now, nil)
			require.NoError(t, err)
			for i := range occurrences {
				o := &occurrences[i]
				opens, err := calendar.In(o.Opens, zone)
				require.NoError(t, err)
				closes, err := calendar.In(o.Closes, zone)
				require.NoError(t, err)
				if o.Date != dates[i] || opens.Date != dates[i] || closes.Date != dates[i] || !o.Opens.After(last) || !o.Closes.After(o.Opens) {
					require.Failf(t, "another day", "%s %s: %s to %s", zone, dates[i], opens, closes)
				}
				stands, last = stands+1, o.Closes
			}
		}
		require.Equal(t, 1357, stands, zone)
	}
}

// twiceAWeekUntil are all Mondays and Thursdays between two days, as orders that are as long as an order may be.
func twiceAWeekUntil(t *testing.T, first, last calendar.CivilDate) (orders [][]calendar.CivilDate) {
	t.Helper()
	for first.Compare(last) <= 0 {
		dates, err := calendar.Recurrence{Anchor: first, Rule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=200"}.Dates()
		require.NoError(t, err)
		for len(dates) > 0 && dates[len(dates)-1].Compare(last) > 0 {
			dates = dates[:len(dates)-1]
		}
		orders = append(orders, dates)
		first = first.AddDays(7 * 100)
	}
	return orders
}

// longest is an order as long as one may be, its rule, its windows and where each date stands.
func longest(t testing.TB) {
	t.Helper()
	rule := calendar.Recurrence{Anchor: calendar.CivilDate{Year: 2026, Month: time.January, Day: 1}, Rule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=200"}
	dates, err := rule.Dates()
	require.NoError(t, err)
	list, err := Schedule{Dates: dates, Zone: "America/Denver", After: 1}.Occurrences(time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC), nil)
	require.NoError(t, err)
	require.Len(t, list, 200)
}

// What a phone works out at each look at an order may not cost an allocation for each of its dates.
func TestTheLongestOrderCostsFewerAllocationsThanItHasDates(t *testing.T) {
	require.Less(t, testing.AllocsPerRun(5, func() { longest(t) }), 100.0)
}

func BenchmarkExpansionOf200Dates(b *testing.B) {
	for b.Loop() {
		longest(b)
	}
}
