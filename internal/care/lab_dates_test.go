package care

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/lab"
	syncing "satchel/sync"
)

// longRecord is a record with 500 dates of three orders, for half of which a sample was taken, and how often each type was read.
func longRecord(tb testing.TB) (b Binder, reads map[string]int) {
	tb.Helper()
	papers := map[string][]Paper{}
	paper := func(kind, name string, values fields) syncing.DocID {
		id := syncing.NewDocID(kind, syncing.DerivedUUID("long", kind, name))
		raw := map[string]jsontext.Value{}
		for field, value := range values {
			text, err := json.Marshal(value)
			require.NoError(tb, err)
			raw[field] = text
		}
		papers[kind] = append(papers[kind], WirePaper(id, 1, raw))
		return id
	}
	for i, count := range []int{200, 200, 100} {
		order := paper(labOrderName, fmt.Sprint(i), fields{
			"title": "Blood count", "code": "cbc.panel", "status": "active", "handshake": handshakeAccepted, "zone": "America/Denver",
			"anchor": "2026-01-01", "recurrence": fmt.Sprintf("FREQ=DAILY;COUNT=%d", count), "requesterTeam": oncologyTeam.String(),
		})
		for day := range count / 2 {
			at := time.Date(2026, time.January, 1+day, 16, 0, 0, 0, time.UTC)
			paper(collectionName, fmt.Sprint(i, day), fields{"order": string(order), "due": at.Format(time.DateOnly), "collectedAt": at.UnixMilli()})
		}
	}
	reads = map[string]int{}
	return func(kind string) ([]Paper, error) {
		reads[kind]++
		return papers[kind], nil
	}, reads
}

var inMay = time.Date(2026, time.May, 20, 12, 0, 0, 0, time.UTC).UnixMilli()

// The screen of somebody with 500 dates: each type of document is read once, whatever the number of orders, and what a date costs does not
// grow with their number.
func TestTheStatesOfManyDatesCostLittle(t *testing.T) {
	b, reads := longRecord(t)
	plans, err := TestPlans(b, inMay)
	require.NoError(t, err)
	states := map[lab.State]int{}
	for _, plan := range plans {
		require.Equal(t, TestArranged, plan.State)
		for _, d := range plan.Dates {
			states[d.State]++
		}
	}
	require.Equal(t, 500, states[lab.Collected]+states[lab.Missed]+states[lab.Due]+states[lab.Overdue]+states[lab.Planned])
	require.Equal(t, 250, states[lab.Collected])
	for kind, times := range reads {
		require.Equal(t, 1, times, kind)
	}
	allocations := testing.AllocsPerRun(5, func() { _, _ = TestPlans(b, inMay) })
	require.Less(t, allocations, 500*8.0)
}

// BenchmarkStatesOf500Dates is what a phone works out for its screen of dates.
func BenchmarkStatesOf500Dates(b *testing.B) {
	binder, _ := longRecord(b)
	for b.Loop() {
		_, err := TestPlans(binder, inMay)
		require.NoError(b, err)
	}
}

func TestTheTimesOfTestsAreWhole(t *testing.T) {
	t.Parallel()
	_, err := loadLabTimes(labTimesFile)
	require.NoError(t, err)
	for _, change := range [][2]string{
		{`"acceptWithinHours": 48`, `"acceptWithinHours": 0`},
		{`"groups": [""]`, `"groups": ["chem."]`},
		{`"cbc.anc"]`, `"cbc.nothing"]`},
		{`"worse": "red"`, `"worse": "green"`},
		{`"eveAtHour": 18`, `"eveAtHour": 24`},
	} {
		broken := []byte(replaced(t, string(labTimesFile), change[0], change[1]))
		_, err := loadLabTimes(broken)
		require.Error(t, err, change[1])
	}
	require.Equal(t, 24*hourMs, labSteps.resultWithin("cbc.wbc"))
	require.Equal(t, 168*hourMs, labSteps.resultWithin("tm.psa"))
	require.Equal(t, 48*hourMs, labSteps.resultWithin("chem.k"))
}

func replaced(t *testing.T, text, old, new string) string {
	t.Helper()
	require.Contains(t, text, old)
	return strings.Replace(text, old, new, 1)
}

// An order has no dates after the last day on which it is to be followed.
func TestAnOrderHasNoDatesAfterItsLastDay(t *testing.T) {
	t.Parallel()
	orderUntil := func(last string) Paper {
		raw := map[string]jsontext.Value{"validUntil": syncing.TextValue(last)}
		for field, value := range map[string]string{"anchor": "2026-11-23", "recurrence": "FREQ=WEEKLY;BYDAY=MO;COUNT=6", "zone": "Europe/London"} {
			raw[field] = syncing.TextValue(value)
		}
		return WirePaper("labOrder/x", 1, raw)
	}
	schedule, err := LabSchedule(orderUntil("2026-12-08"))
	require.NoError(t, err)
	require.Len(t, schedule.Dates, 3)
	schedule, err = LabSchedule(orderUntil("2026-11-01"))
	require.NoError(t, err)
	require.Empty(t, schedule.Dates)
	schedule, err = LabSchedule(orderUntil(""))
	require.NoError(t, err)
	require.Len(t, schedule.Dates, 6)
}
