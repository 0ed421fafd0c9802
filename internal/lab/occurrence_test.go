package lab

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
)

// twiceAWeek is the order of the seed's story: Mondays and Thursdays, six times, at a clinic that keeps daylight saving.
func twiceAWeek(t *testing.T) Schedule {
	t.Helper()
	dates, err := calendar.Recurrence{Anchor: date(t, "2026-05-04"), Rule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6"}.Dates()
	require.NoError(t, err)
	return Schedule{Dates: dates, Zone: "America/Denver", After: 1}
}

func at(t *testing.T, zone, text string) time.Time {
	t.Helper()
	civil, err := calendar.ParseTime(text)
	require.NoError(t, err)
	instant, _, err := calendar.Resolve(civil, zone)
	require.NoError(t, err)
	return instant
}

func states(t *testing.T, s Schedule, now time.Time, steps ...Step) (list []State) {
	t.Helper()
	occurrences, err := s.Occurrences(now, steps)
	require.NoError(t, err)
	for _, o := range occurrences {
		list = append(list, o.State)
	}
	return list
}

func TestADateGoesFromPlannedToMissedByTheClockOfTheSiteAlone(t *testing.T) {
	t.Parallel()
	s := twiceAWeek(t)
	for _, c := range []struct {
		now  string
		want State
	}{
		{"2026-05-04T07:59", Planned},
		{"2026-05-04T08:00", Due},
		{"2026-05-05T20:00", Due},
		{"2026-05-05T20:01", Overdue},
		{"2026-05-06T19:59", Overdue},
		{"2026-05-06T20:00", Missed},
	} {
		require.Equal(t, c.want, states(t, s, at(t, s.Zone, c.now))[0], c.now)
	}
	s.After = 2 // its window closes on Wednesday evening, and the next opens on Thursday morning
	require.Equal(t, Overdue, states(t, s, at(t, s.Zone, "2026-05-07T07:59"))[0])
	require.Equal(t, Missed, states(t, s, at(t, s.Zone, "2026-05-07T08:00"))[0], "the next window is open")
}

func TestEachStepAnswersOneDateTheNearestThatIsOpen(t *testing.T) {
	t.Parallel()
	s := twiceAWeek(t)
	now := at(t, s.Zone, "2026-05-12T12:00")
	step := func(id string, state State, on string) Step { return Step{ID: id, State: state, On: date(t, on)} }
	require.Equal(t, []State{Resulted, Collected, Due, Planned, Planned, Planned},
		states(t, s, now, step("a", Collected, "2026-05-05"), step("b", Resulted, "2026-05-05"), step("c", Collected, "2026-05-08")))
	require.Equal(t, []State{Resulted, Resulted, Due, Planned, Planned, Planned},
		states(t, s, now, step("a", Resulted, "2026-05-05"), step("b", Resulted, "2026-05-06")), "a second result is another date's")
	require.Equal(t, []State{Missed, Missed, Due, Planned, Planned, Planned},
		states(t, s, now, step("a", Resulted, "2026-05-01")), "nobody asked for this one")
	named := Step{ID: "a", State: Collected, On: date(t, "2026-05-08"), Due: date(t, "2026-05-04")}
	require.Equal(t, []State{Collected, Missed, Due, Planned, Planned, Planned}, states(t, s, now, named), "it says which it answers")
	require.Equal(t, []State{Closed, Missed, Due, Planned, Planned, Planned}, states(t, s, now,
		step("d", Closed, "2026-05-04"), step("c", Reviewed, "2026-05-04"), step("b", Resulted, "2026-05-04"), step("a", Collected, "2026-05-04")))
}

func TestWhatWasTakenOutOfAnOrderIsNotMissed(t *testing.T) {
	t.Parallel()
	s := twiceAWeek(t)
	s.Excused = []calendar.CivilDate{date(t, "2026-05-04")}
	s.HeldFrom = date(t, "2026-05-11")
	s.CancelledOn = date(t, "2026-05-18")
	require.Equal(t, []State{Excused, Missed, Held, Held, Cancelled, Cancelled}, states(t, s, at(t, s.Zone, "2026-06-01T12:00")))
	done := Step{ID: "a", State: Collected, On: date(t, "2026-05-11")}
	require.Equal(t, Collected, states(t, s, at(t, s.Zone, "2026-06-01T12:00"), done)[2], "what was done was done")
}

func TestTheSameStepsInAnyOrderGiveTheSameStates(t *testing.T) {
	t.Parallel()
	s := twiceAWeek(t)
	now := at(t, s.Zone, "2026-05-19T12:00")
	draw := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var steps []Step
		for i := range 1 + draw.IntN(8) {
			step := Step{ID: fmt.Sprint(i), State: []State{Collected, Resulted, Reviewed, Closed}[draw.IntN(4)], On: s.Dates[0].AddDays(draw.IntN(20) - 2)}
			if draw.IntN(4) == 0 {
				step.Due = s.Dates[draw.IntN(len(s.Dates))]
			}
			steps = append(steps, step)
		}
		want := states(t, s, now, steps...)
		draw.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		require.Equal(t, want, states(t, s, now, steps...))
	}
}

func TestNavajoAndPhoenixAreAnHourApartInSummer(t *testing.T) {
	t.Parallel()
	open := func(zone string) time.Time {
		list, err := Schedule{Dates: []calendar.CivilDate{date(t, "2026-07-09")}, Zone: zone}.Occurrences(time.Time{}, nil)
		require.NoError(t, err)
		return list[0].Opens.UTC()
	}
	require.Equal(t, time.Date(2026, 7, 9, 14, 0, 0, 0, time.UTC), open("America/Denver"))
	require.Equal(t, time.Date(2026, 7, 9, 15, 0, 0, 0, time.UTC), open("America/Phoenix"))
}
