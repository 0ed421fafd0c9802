package calendar

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

func day(t *testing.T, text string) CivilDate {
	t.Helper()
	d, err := ParseDate(text)
	require.NoError(t, err)
	return d
}

func days(t *testing.T, texts ...string) (list []CivilDate) {
	t.Helper()
	for _, text := range texts {
		list = append(list, day(t, text))
	}
	return list
}

func TestARecurrenceIsTheDatesThatAPersonWouldWriteDown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		r    Recurrence
		want string
	}{
		"once":              {Recurrence{Anchor: day(t, "2026-05-04")}, "2026-05-04"},
		"twice a week":      {Recurrence{Anchor: day(t, "2026-05-04"), Rule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6"}, "2026-05-04 2026-05-07 2026-05-11 2026-05-14 2026-05-18 2026-05-21"},
		"begins midweek":    {Recurrence{Anchor: day(t, "2026-05-06"), Rule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3"}, "2026-05-07 2026-05-11 2026-05-14"},
		"until, the last":   {Recurrence{Anchor: day(t, "2026-05-04"), Rule: "FREQ=DAILY;INTERVAL=3;UNTIL=20260510"}, "2026-05-04 2026-05-07 2026-05-10"},
		"first Monday":      {Recurrence{Anchor: day(t, "2026-05-04"), Rule: "FREQ=MONTHLY;BYDAY=1MO;COUNT=3"}, "2026-05-04 2026-06-01 2026-07-06"},
		"the 31st":          {Recurrence{Anchor: day(t, "2026-01-31"), Rule: "FREQ=MONTHLY;COUNT=3"}, "2026-01-31 2026-03-31 2026-05-31"},
		"holiday moved":     {Recurrence{Anchor: day(t, "2026-05-04"), Rule: "FREQ=WEEKLY;COUNT=3", Except: days(t, "2026-05-11"), Extra: days(t, "2026-05-12", "2026-05-12")}, "2026-05-04 2026-05-12 2026-05-18"},
		"cycle days":        {Recurrence{Anchor: day(t, "2026-05-01"), Cycles: Cycles{Days: []int{8, 11}, Length: 21, Count: 2}}, "2026-05-08 2026-05-11 2026-05-29 2026-06-01"},
		"a delayed cycle":   {Recurrence{Anchor: day(t, "2026-05-01"), Cycles: Cycles{Days: []int{1}, Length: 21, Count: 4, Starts: map[int]CivilDate{2: day(t, "2026-05-29")}}}, "2026-05-01 2026-05-29 2026-06-19 2026-07-10"},
		"shared by cycles":  {Recurrence{Anchor: day(t, "2026-05-01"), Cycles: Cycles{Days: []int{1, 22}, Length: 21, Count: 2}}, "2026-05-01 2026-05-22 2026-06-12"},
		"over a leap day":   {Recurrence{Anchor: day(t, "2028-02-28"), Rule: "FREQ=DAILY;COUNT=3"}, "2028-02-28 2028-02-29 2028-03-01"},
		"an extra date":     {Recurrence{Anchor: day(t, "2026-05-04"), Extra: days(t, "2026-05-06")}, "2026-05-04 2026-05-06"},
		"none are left":     {Recurrence{Anchor: day(t, "2026-05-04"), Except: days(t, "2026-05-04")}, ""},
		"as many as may be": {Recurrence{Anchor: day(t, "2026-05-04"), Rule: "FREQ=DAILY;COUNT=1", Extra: nil}, "2026-05-04"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dates, err := c.r.Dates()
			require.NoError(t, err)
			var texts []string
			for _, d := range dates {
				texts = append(texts, d.String())
			}
			require.Equal(t, c.want, strings.Join(texts, " "))
		})
	}
}

func TestARecurrenceThatWeWouldNotFollowIsRefused(t *testing.T) {
	t.Parallel()
	anchor := day(t, "2026-05-04")
	many := make([]CivilDate, DatesMax)
	for i := range many {
		many[i] = anchor.AddDays(i + 1)
	}
	for name, r := range map[string]Recurrence{
		"no anchor":              {},
		"no end":                 {Anchor: anchor, Rule: "FREQ=DAILY"},
		"two ends":               {Anchor: anchor, Rule: "FREQ=DAILY;COUNT=2;UNTIL=20260601"},
		"hourly":                 {Anchor: anchor, Rule: "FREQ=HOURLY;COUNT=2"},
		"yearly":                 {Anchor: anchor, Rule: "FREQ=YEARLY;COUNT=2"},
		"a part we ignore":       {Anchor: anchor, Rule: "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2"},
		"a part twice":           {Anchor: anchor, Rule: "FREQ=DAILY;COUNT=2;COUNT=3"},
		"small letters":          {Anchor: anchor, Rule: "freq=daily;count=2"},
		"no frequency":           {Anchor: anchor, Rule: "COUNT=2"},
		"nothing":                {Anchor: anchor, Rule: ";"},
		"an hour in UNTIL":       {Anchor: anchor, Rule: "FREQ=DAILY;UNTIL=20260601T000000Z"},
		"count of none":          {Anchor: anchor, Rule: "FREQ=DAILY;COUNT=0"},
		"interval of none":       {Anchor: anchor, Rule: "FREQ=DAILY;INTERVAL=0;COUNT=2"},
		"interval of years":      {Anchor: anchor, Rule: "FREQ=DAILY;INTERVAL=4000;COUNT=2"},
		"too many":               {Anchor: anchor, Rule: "FREQ=DAILY;COUNT=201"},
		"too many until":         {Anchor: anchor, Rule: "FREQ=DAILY;UNTIL=20270101"},
		"beyond ten years":       {Anchor: anchor, Rule: "FREQ=MONTHLY;INTERVAL=12;COUNT=12"},
		"until far":              {Anchor: anchor, Rule: "FREQ=MONTHLY;INTERVAL=12;UNTIL=20990101"},
		"the second Monday":      {Anchor: anchor, Rule: "FREQ=WEEKLY;BYDAY=2MO;COUNT=2"},
		"a weekday that is none": {Anchor: anchor, Rule: "FREQ=WEEKLY;BYDAY=XX;COUNT=2"},
		"the ninth Monday":       {Anchor: anchor, Rule: "FREQ=MONTHLY;BYDAY=9MO;COUNT=2"},
		"a long text":            {Anchor: anchor, Rule: "FREQ=WEEKLY;COUNT=2;BYDAY=" + strings.Repeat("MO,", 100) + "TU"},
		"rule and cycles":        {Anchor: anchor, Rule: "FREQ=DAILY;COUNT=2", Cycles: Cycles{Days: []int{1}, Length: 21, Count: 2}},
		"half a cycle":           {Anchor: anchor, Cycles: Cycles{Days: []int{1}, Count: 2}},
		"day zero":               {Anchor: anchor, Cycles: Cycles{Days: []int{0}, Length: 21, Count: 2}},
		"very many cycles":       {Anchor: anchor, Cycles: Cycles{Days: []int{1}, Length: 21, Count: 201}},
		"a third of two cycles":  {Anchor: anchor, Cycles: Cycles{Days: []int{1}, Length: 21, Count: 2, Starts: map[int]CivilDate{3: anchor}}},
		"extra before":           {Anchor: anchor, Extra: []CivilDate{anchor.AddDays(-1)}},
		"extra that is no day":   {Anchor: anchor, Extra: []CivilDate{{Year: 2026, Month: time.February, Day: 30}}},
		"too many with extra":    {Anchor: anchor, Extra: many},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dates, err := r.Dates()
			require.Empty(t, dates)
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
		})
	}
}

func TestDatesOfARecurrenceCostLittle(t *testing.T) {
	r := Recurrence{Anchor: day(t, "2026-05-04"), Rule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=200"}
	allocations := testing.AllocsPerRun(10, func() {
		dates, err := r.Dates()
		require.NoError(t, err)
		require.Len(t, dates, DatesMax)
	})
	require.Less(t, allocations, 4000.0)
	t.Logf("%.0f allocations", allocations)
}
