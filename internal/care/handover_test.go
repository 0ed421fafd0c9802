package care

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

func TestAFileOfHandoverTimesThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	_, err := loadHandoverTimes(handoverTimesFile)
	require.NoError(t, err)
	for _, change := range [][2]string{
		{`"id": "handover"`, `"id": "other"`},
		{`"review": "draft`, `"review2": "draft`},
		{`"days": 14`, `"days": 0`},
		{`"days": 30`, `"days": -30`},
		{`"days": 93`, `"days": 93, "months": 3`},
		{`"least": 5`, `"least": 0`},
		{`"source": "SEEDS B15 [P]"`, `"source": ""`},
	} {
		require.Contains(t, string(handoverTimesFile), change[0])
		_, err := loadHandoverTimes([]byte(strings.Replace(string(handoverTimesFile), change[0], change[1], 1)))
		require.Error(t, err, change[1])
	}
}

func TestASchemaOfSurvivorshipThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	_, err := loadSurvivorship(survivorshipFile)
	require.NoError(t, err)
	for _, change := range [][2]string{
		{`"x-id": "survivorship"`, `"x-id": "other"`},
		{`"x-review": "draft`, `"x-review2": "draft`},
		{`"treatment-summary": {`, `"summary": {`},
		{`"lateEffects",`, `"effectsThatNobodyDescribes",`},
	} {
		require.Contains(t, string(survivorshipFile), change[0])
		_, err := loadSurvivorship([]byte(strings.ReplaceAll(string(survivorshipFile), change[0], change[1])))
		require.Error(t, err, change[1])
	}
}

func TestAReviewIsDueOnTheSameDayOfTheMonthOrItsLast(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{"2026-11-23": "2027-11-23", "2028-02-29": "2029-02-28", "2026-12-31": "2027-12-31"} {
		day, err := calendar.ParseDate(from)
		require.NoError(t, err)
		require.Equal(t, to, timeLimit{Months: 12}.afterDay(day).String())
	}
	day, err := calendar.ParseDate("2026-11-30")
	require.NoError(t, err)
	require.Equal(t, "2027-02-28", timeLimit{Months: 3}.afterDay(day).String())
	require.Equal(t, "2027-03-03", timeLimit{Days: 93}.afterDay(day).String())
}

// The same cohort gives the same figures, in whatever order it is read and whichever of two teams that acted on a concern comes first.
func TestFiguresAreTheSameInWhateverOrderTheyAreRead(t *testing.T) {
	t.Parallel()
	words := NewWords(testConfig(t))
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 0))
			c := counting(rnd)
			want := words.Quality(c)
			require.False(t, want.Few)
			for range 5 {
				rnd.Shuffle(len(c.Persons), func(i, j int) { c.Persons[i], c.Persons[j] = c.Persons[j], c.Persons[i] })
				rnd.Shuffle(len(c.Concerns), func(i, j int) {
					c.Concerns[i], c.Concerns[j] = c.Concerns[j], c.Concerns[i]
					c.Docs[i], c.Docs[j] = c.Docs[j], c.Docs[i]
				})
				require.Equal(t, want, words.Quality(c))
			}
			c.Persons = c.Persons[:4]
			require.Equal(t, Quality{Persons: 4, Few: true, Complete: true, Outcomes: []Outcome{}, WithoutPlanDays: 14}, words.Quality(c), "of few nothing is told")
		})
	}
}

// counting is a cohort of persons and concerns, some of which two teams acted on.
func counting(rnd *rand.Rand) Counting {
	hour := time.Hour.Milliseconds()
	c := Counting{Now: noon, Since: noon - 365*24*hour, Responses: 30, Complete: true}
	maybe := func(at int64) int64 {
		if rnd.IntN(3) == 0 {
			return 0
		}
		return at
	}
	for range 5 + rnd.IntN(20) {
		c.Persons = append(c.Persons, Measured{
			Phase: phaseCodes[rnd.IntN(len(phaseCodes))], PhaseSince: noon - int64(rnd.IntN(90))*24*hour, PlanAt: maybe(noon - int64(rnd.IntN(90))*24*hour),
			TreatmentEnd: "2026-10-01", SummaryAt: maybe(noon), DiagnosedOn: "2026-01-01", SupportAt: maybe(noon), Counts: map[string]int64{"admission.2026-11": 1, "follow-up.oncology.2020-01": 9},
		})
	}
	for range rnd.IntN(40) {
		at := noon - int64(rnd.IntN(500))*hour
		acted := maybe(at + int64(rnd.IntN(50))*hour)
		one := Acted{Assessment: syncing.DocID(fmt.Sprint("assessment/", rnd.IntN(10))), Level: 2, At: at, ActedAt: acted, ClosedAt: maybe(acted), Outcome: []string{"advice-given", "referred"}[rnd.IntN(2)]}
		c.Concerns = append(c.Concerns, one)
		c.Docs = append(c.Docs, syncing.DocID(fmt.Sprint("concern/", rnd.IntN(20))))
	}
	return c
}
