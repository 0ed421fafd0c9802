package care

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// acted reads what the index says of a team, and how many responses it counts.
func (p *place) acted(team syncing.TeamID) (list []Acted, responses int) {
	p.t.Helper()
	from, to := TeamRange(team, 0, p.now+1)
	require.NoError(p.t, p.store.Scan(p.t.Context(), ConcernsIndex, from, to, 100, func(e syncing.IndexEntry) bool {
		var one Acted
		require.NoError(p.t, json.Unmarshal(e.Value, &one))
		list = append(list, one)
		return true
	}))
	require.NoError(p.t, p.store.Scan(p.t.Context(), ResponsesIndex, from, to, 100, func(syncing.IndexEntry) bool {
		responses++
		return true
	}))
	return list, responses
}

func TestFiguresCountWhatATeamDidAndNothingSensitive(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	p.assess("ada", fields{"phy.nausea": 8, "phy.mouth": 4, "emo.selfharm": true}, nil)
	p.assess("ada", fields{}, nil)
	list, responses := p.acted(oncologyTeam)
	require.Len(t, list, 2, "what is sensitive is not counted")
	require.Equal(t, 2, responses, "nothing to report is a response too")
	figures := NewWords(testConfig(t)).Figures(list, responses, p.now)
	require.Equal(t, 1, figures.Alerts.Count)
	require.Equal(t, 50, *figures.Alerts.Percent)
	require.NotEmpty(t, figures.Warning)
	require.Zero(t, figures.ActedOnInTime.Of, "there is time yet")
	require.Nil(t, figures.ClosedWithoutEscalation.Percent)
	require.Len(t, p.queue(oncologyTeam), 2, "and nothing is left out of the queue")

	p.now += 71 * time.Hour.Milliseconds()
	p.close("nurse", oncologyTeam, "managed-by-nurse")
	p.now += 2 * time.Hour.Milliseconds()
	list, responses = p.acted(oncologyTeam)
	figures = NewWords(testConfig(t)).Figures(list, responses, p.now)
	require.Equal(t, 1, figures.ActedOnInTime.Count)
	require.Equal(t, 1, figures.ActedOnInTime.Of)
	require.Equal(t, 2, figures.ClosedWithoutEscalation.Count)
	elsewhere, none := p.acted(syncing.TeamID{UUID: syncing.DerivedUUID("team", "elsewhere")})
	require.Empty(t, elsewhere)
	require.Zero(t, none)
}

func TestAnAlertThatNobodyActedOnCountsOnceItsTimeHasPassed(t *testing.T) {
	t.Parallel()
	words := NewWords(testConfig(t))
	hour := time.Hour.Milliseconds()
	red := func(actedAt int64) Acted { return Acted{Level: instrument.Red, At: noon, ActedAt: actedAt} }
	for _, tc := range []struct {
		list      []Acted
		now       int64
		count, of int
	}{
		{[]Acted{red(0)}, noon + 72*hour, 0, 0},
		{[]Acted{red(0)}, noon + 72*hour + 1, 0, 1},
		{[]Acted{red(noon + 72*hour)}, noon + 100*hour, 1, 1},
		{[]Acted{red(noon + 72*hour + 1)}, noon + 100*hour, 0, 1},
		{[]Acted{{Level: instrument.Green, At: noon}}, noon + 100*hour, 0, 0},
	} {
		f := words.Figures(tc.list, 1, tc.now)
		require.Equal(t, []int{tc.count, tc.of}, []int{f.ActedOnInTime.Count, f.ActedOnInTime.Of}, "%+v", tc)
	}
	escalated := Acted{ClosedAt: 1, Outcome: "managed-by-nurse", Escalated: true}
	f := words.Figures([]Acted{escalated, {ClosedAt: 1, Outcome: "advice-given"}, {ClosedAt: 1, Outcome: outcomeRerouted}, {ClosedAt: 1, Outcome: "escalated-doctor"}}, 9, noon)
	require.Equal(t, 1, f.ClosedWithoutEscalation.Count)
	require.Equal(t, 3, f.ClosedWithoutEscalation.Of, "what another team took is theirs to count")
	require.Empty(t, f.Warning)
}

// A week counts what came in within it; all weeks together count what the figures of as many days do.
func TestTheWeeksOfATeamTogetherAreItsFigures(t *testing.T) {
	t.Parallel()
	words := NewWords(testConfig(t))
	const day = int64(24 * time.Hour / time.Millisecond)
	var list []Acted
	var responses []int64
	for i := range int64(28) {
		at := noon - i*day
		list = append(list, Acted{Assessment: syncing.DocID(fmt.Sprint(i)), Level: instrument.Red, At: at, ActedAt: at + 1, ClosedAt: at + i%2, Outcome: "advice-given"})
		responses = append(responses, at, at)
	}
	older := Acted{Assessment: "older", Level: instrument.Red, At: noon - 28*day, ActedAt: noon, ClosedAt: noon, Outcome: "advice-given"}
	weeks := words.Weeks(append(list, older), append(responses, noon-28*day), 4, noon)
	require.Len(t, weeks, 4)
	all, closed, alerts := words.Figures(list, len(responses), noon), 0, 0
	for i, week := range weeks {
		require.Equal(t, noon-int64(4-i)*7*day, week.From)
		require.Equal(t, 7, week.ActedOnInTime.Of, "week %d", i)
		require.Equal(t, 14, week.Alerts.Of, "week %d", i)
		closed, alerts = closed+week.ClosedWithoutEscalation.Of, alerts+week.Alerts.Count
	}
	require.Equal(t, all.ClosedWithoutEscalation.Of, closed)
	require.Equal(t, all.Alerts.Count, alerts)
	require.Empty(t, words.Weeks(list, responses, 0, noon))
}
