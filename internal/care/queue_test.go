package care

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// inOrder says NEEDS 4.5 once more, in the plainest way.
func inOrder(a, b Row) bool {
	if a.Level != b.Level {
		return a.Level > b.Level
	}
	if a.Overdue != b.Overdue {
		return a.Overdue
	}
	wish := map[string]int{"": 0, "next-visit": 1, "this-week": 2, "today": 3, "now": 4}
	if a.Urgency != b.Urgency {
		return wish[a.Urgency] > wish[b.Urgency]
	}
	if a.Late != b.Late {
		return a.Late
	}
	return a.ReportedAt < b.ReportedAt
}

func randomRow(rnd *rand.Rand) Row {
	return Row{
		Level: instrument.Level(rnd.IntN(5)), Overdue: rnd.IntN(2) == 0, Late: rnd.IntN(2) == 0,
		Urgency: []string{"", "next-visit", "this-week", "today", "now"}[rnd.IntN(5)], ReportedAt: rnd.Int64N(4) * (1 << 40),
	}
}

func TestTheKeysOfAQueueSortAsTheRowsDo(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 0))
			for range 50 {
				a, b := randomRow(rnd), randomRow(rnd)
				byKey := bytes.Compare(a.orderBytes(), b.orderBytes())
				require.Equal(t, inOrder(a, b), byKey < 0, "%+v %+v", a, b)
				require.Equal(t, inOrder(b, a), byKey > 0, "%+v %+v", a, b)
				require.Equal(t, byKey, sign(a.Compare(b)))
			}
		})
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestTwoRowsOfARecordHaveTwoKeysInTheRangeOfTheirTeam(t *testing.T) {
	t.Parallel()
	record := syncing.RecordID{UUID: syncing.DerivedUUID("record")}
	from, to := QueueRange(oncologyTeam)
	open, private := queueKey(oncologyTeam.UUID, Row{}, record), queueKey(oncologyTeam.UUID, Row{Private: true}, record)
	require.NotEqual(t, open, private)
	for _, key := range [][]byte{open, private} {
		require.Len(t, key, 16+12+16+1)
		require.True(t, bytes.Compare(from, key) <= 0 && bytes.Compare(key, to) < 0)
	}
	other := queueKey(practiceTeam.UUID, Row{}, record)
	require.False(t, bytes.Compare(from, other) <= 0 && bytes.Compare(other, to) < 0)
	last := syncing.TeamID{UUID: syncing.UUID(bytes.Repeat([]byte{0xff}, 16))}
	from, to = QueueRange(last)
	require.Nil(t, to, "the last team of all has no end")
	require.True(t, bytes.Compare(from, queueKey(last.UUID, Row{}, record)) <= 0)
}

func TestServiceLevelsStartWhenTheServerHasTheReport(t *testing.T) {
	t.Parallel()
	levels := newWard(testConfig(t)).levels
	friday := time.Date(2026, time.March, 27, 9, 30, 0, 0, time.UTC) // clocks go forward on Sunday
	due := func(level instrument.Level) time.Time {
		return time.UnixMilli(levels.due(level, friday.UnixMilli(), "Europe/London")).UTC()
	}
	require.Equal(t, friday.Add(15*time.Minute), due(instrument.Emergency))
	require.Equal(t, friday.Add(time.Hour), due(instrument.Red))
	require.Equal(t, friday.Add(24*time.Hour), due(instrument.Amber))
	require.Equal(t, time.Date(2026, time.April, 1, 8, 30, 0, 0, time.UTC), due(instrument.Green), "Monday, Tuesday, Wednesday, at the same time on the wall")
	require.Zero(t, levels.due(instrument.Info, friday.UnixMilli(), "Europe/London"))
	require.Contains(t, levels.Review, "draft", "nobody has signed these")
}

func TestAFileOfServiceLevelsThatContradictsItselfIsRefused(t *testing.T) {
	t.Parallel()
	_, err := loadServiceLevels(serviceLevelsFile)
	require.NoError(t, err)
	for name, change := range map[string][2]string{
		"a level is missing":         {`"amber": {`, `"orange": {`},
		"red waits longer":           {`"minutes": 60`, `"minutes": 6000`},
		"no time for red":            {`"minutes": 60, `, ``},
		"an unknown member":          {`"id":`, `"colour": "x", "id":`},
		"review is missing":          {`draft, not clinically approved`, ``},
		"no threshold for lateness":  {`"afterMinutes": 120`, `"afterMinutes": 0`},
		"minutes and days at a time": {`"workingDays": 3`, `"workingDays": 3, "minutes": 9999`},
		"no JSON":                    {`{`, `[`},
	} {
		broken := bytes.Replace(serviceLevelsFile, []byte(change[0]), []byte(change[1]), 1)
		require.NotEqual(t, serviceLevelsFile, broken, name)
		_, err := loadServiceLevels(broken)
		require.Error(t, err, name)
	}
}

func (p *place) due(to int64) (docs []syncing.DocID) {
	p.t.Helper()
	require.NoError(p.t, p.store.Scan(p.t.Context(), DueIndex, nil, DueKey(to), 100, func(e syncing.IndexEntry) bool {
		docs = append(docs, syncing.DocID(e.Value))
		return true
	}))
	return docs
}

// follow does what is due about a document, and counts the patches.
func (p *place) follow(doc syncing.DocID, now int64) (count int) {
	p.t.Helper()
	ward, err := Default()
	require.NoError(p.t, err)
	clock := NewClock(ward)
	require.NoError(p.t, p.engine.Follow(p.t.Context(), p.record, func(r syncing.Reader, _ int64) ([]syncing.Patch, error) {
		patches, err := clock.Due(p.record, r, doc, now)
		count = len(patches)
		return patches, err
	}))
	return count
}

func TestARowIsOverdueOnceItsTimeHasPassed(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	row := p.row(oncologyTeam, false)
	require.Empty(t, p.due(row.DueBy))
	require.Equal(t, []syncing.DocID{row.Doc}, p.due(row.DueBy+1))
	require.Zero(t, p.follow(row.Doc, row.DueBy-1))

	require.Equal(t, 1, p.follow(row.Doc, row.DueBy))
	require.True(t, p.row(oncologyTeam, false).Overdue)
	require.Empty(t, p.due(row.DueBy+1), "it is said once")
	require.Zero(t, p.follow(row.Doc, row.DueBy+1))

	p.close("nurse", oncologyTeam, "advice-given")
	p.assess("ada", fields{"phy.tired": 4}, nil)
	require.False(t, p.row(oncologyTeam, false).Overdue, "a new report starts with a new clock")
}

func TestAQueueIsReadInTheOrderInWhichATeamWorks(t *testing.T) {
	t.Parallel()
	shared := newPlace(t)
	report := func(name string, answers, more fields, ago time.Duration) {
		other := *shared
		other.record = syncing.RecordID{UUID: syncing.DerivedUUID("record", name)}
		nurse := syncing.Principal{Account: account("nurse")}
		person := patchOf(PersonID(other.record), fields{"name": name, "birthDate": "1950-01-01"})
		require.NoError(t, shared.engine.Create(t.Context(), nurse, other.record, "begin", func(syncing.Tx) error { return nil }, []syncing.Patch{person}))
		other.system(string(CareTeamID(oncologyTeam)), fields{"kind": KindOncology, "name": "O", "status": "active"})
		other.system(string(ClinicalContextID(other.record)), settled())
		ph := other.phone("ada", name)
		ph.write("assessment/"+other.id(name), ago, response(answers, more))
		require.Equal(t, syncing.Applied, ph.sync()[0].Status)
	}
	green, red := fields{"phy.nausea": 5}, fields{"phy.breath": 8, "m.breathrest": false}
	report("green", green, nil, 0)
	report("green, wants to hear this week", green, fields{"urgency": "this-week"}, 0)
	report("red, fresh", red, nil, 0)
	report("red, an hour old", red, nil, time.Hour)
	report("red, late", red, nil, 3*time.Hour)
	report("red, asks for now", red, fields{"urgency": "now"}, 0)
	report("emergency", fields{"phy.breath": 8, "m.breathrest": true}, nil, 0)
	report("info", fields{"phy.nausea": 1}, nil, 9*time.Hour)

	var order []string
	from, to := QueueRange(oncologyTeam)
	require.NoError(t, shared.store.Scan(t.Context(), QueueIndex, from, to, 100, func(e syncing.IndexEntry) bool {
		for _, name := range []string{"green", "green, wants to hear this week", "red, fresh", "red, an hour old", "red, late", "red, asks for now", "emergency", "info"} {
			if e.Record.UUID == syncing.DerivedUUID("record", name) {
				order = append(order, name)
			}
		}
		return true
	}))
	require.Equal(t, []string{
		"emergency", "red, asks for now", "red, late", "red, an hour old", "red, fresh",
		"green, wants to hear this week", "green", "info",
	}, order)
}
