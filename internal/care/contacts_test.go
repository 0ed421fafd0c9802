package care

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

var callZone = "Europe/London"

func officeHours(from, to string) []OpenHours {
	return []OpenHours{{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: from, To: to}}
}

// callers are a cancer centre with a line for day and night, a practice and navigators in their hours, all tried a month ago.
func callers(tried time.Time) Caller {
	phone := func(value string, hours []OpenHours) []Contact {
		return []Contact{{System: "phone", Value: value, Is24h: hours == nil, Hours: hours, VerifiedAt: tried.UnixMilli()}}
	}
	return Caller{
		Home: callZone, Profile: instrument.Profile{Emergency: "999", Crisis: "116 123"},
		Teams: []CallTeam{
			{ID: "a", Kind: KindOncology, Name: "Oncology", Active: true, Contacts: phone("111", nil)},
			{ID: "b", Kind: KindPrimary, Name: "Practice", Active: true, Contacts: phone("222", officeHours("08:00", "18:30"))},
			{ID: "c", Kind: KindNavigation, Name: "Navigators", Active: true, Contacts: phone("333", officeHours("09:00", "17:00"))},
		},
	}
}

// ask asks at a wall time in London, as the person reads it there.
func ask(t *testing.T, c Caller, topic, at string) Call {
	t.Helper()
	london, err := time.LoadLocation(callZone)
	require.NoError(t, err)
	when, err := time.ParseInLocation("2006-01-02T15:04", at, london)
	require.NoError(t, err)
	answer, known, err := c.WhoToCall(topic, when)
	require.NoError(t, err)
	require.True(t, known, topic)
	return answer
}

func TestWhatCannotWaitGoesToWhoeverAnswersNowAndWhatCanToWhoHandlesIt(t *testing.T) {
	t.Parallel()
	c := callers(time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC))
	for _, tc := range []struct {
		topic, at, first, opens string
		open                    Opening
	}{
		{"fever", "2026-11-24T02:00", "Oncology", "", Open},
		{"phy.fever", "2026-11-24T02:00", "Oncology", "", Open}, // an item of the questionnaire
		{"shivering", "2026-11-24T14:00", "Oncology", "", Open}, // what people may type
		{"fit-note", "2026-11-24T02:00", "Practice", "2026-11-24T08:00", Closed},
		{"fit note", "2026-11-24T08:00", "Practice", "", Open},
		{"fit-note", "2026-11-24T18:30", "Practice", "2026-11-25T08:00", Closed}, // closes with the minute
		{"fit-note", "2026-11-28T12:00", "Practice", "2026-11-30T08:00", Closed}, // a Saturday
		{"money", "2026-11-24T10:00", "Navigators", "", Open},
		{"fall", "2026-11-24T02:00", "Oncology", "", Open}, // the practice would be asked, and is closed
		{"fall", "2026-11-24T10:00", "Practice", "", Open},
		{"chest-pain", "2026-11-24T10:00", "Emergency services", "", Open},
		{"self-harm", "2026-11-24T02:00", "Crisis line", "", Open},
	} {
		t.Run(tc.topic+" at "+tc.at, func(t *testing.T) {
			t.Parallel()
			answer := ask(t, c, tc.topic, tc.at)
			first := answer.Contacts[0]
			require.Equal(t, tc.first, first.Name, answer.Says)
			require.Equal(t, tc.open, first.Open)
			require.Equal(t, tc.opens, first.Opens)
			require.NotEmpty(t, first.Reasons)
			require.False(t, answer.Gap)
		})
	}
	_, known, err := c.WhoToCall("unicorns", time.Now().UTC().Truncate(0))
	require.NoError(t, err)
	require.False(t, known)
}

func TestOnTheNightsOfClockChangesHoursAreThoseOfTheWall(t *testing.T) {
	t.Parallel()
	c := callers(time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC))
	c.Teams[1].Contacts[0].Hours = []OpenHours{{Days: []string{"sun", "mon"}, From: "01:30", To: "06:00"}}
	at := func(utc string) Call {
		when, err := time.Parse(time.RFC3339, utc)
		require.NoError(t, err)
		answer, _, err := c.WhoToCall("fit-note", when)
		require.NoError(t, err)
		return answer
	}
	require.Equal(t, Closed, at("2026-03-29T00:59:00Z").Contacts[0].Open)
	require.Equal(t, "2026-03-29T02:30", at("2026-03-29T00:59:00Z").Contacts[0].Opens, "half past one does not come that night")
	require.Equal(t, Open, at("2026-03-29T01:30:00Z").Contacts[0].Open, "the wall shows half past two")
	require.Equal(t, Open, at("2026-10-25T00:45:00Z").Contacts[0].Open, "a quarter to two, the first time")
	require.Equal(t, Open, at("2026-10-25T01:45:00Z").Contacts[0].Open, "and the second time")
}

func TestTheHoursOfATeamInAnotherZoneAreItsOwnAndAreToldByTheClockAtHome(t *testing.T) {
	t.Parallel()
	c := callers(time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC))
	c.Teams[1].Contacts[0].Zone = "America/Denver"
	answer := ask(t, c, "fit-note", "2026-11-24T14:59")
	require.Equal(t, Closed, answer.Contacts[0].Open)
	require.Equal(t, "2026-11-24T15:00", answer.Contacts[0].Opens)
	require.Equal(t, Open, ask(t, c, "fit-note", "2026-11-24T15:00").Contacts[0].Open)
}

func TestWhoAnswersForATopicIsAskedFirstAndWhoDoesNotHandleItIsNot(t *testing.T) {
	t.Parallel()
	c := callers(time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC))
	c.Teams[0].Does = []string{"bp"}
	require.Equal(t, "Oncology", ask(t, c, "bp", "2026-11-24T10:00").Contacts[0].Name, "it says so itself")
	c.Accountable = "c"
	answer := ask(t, c, "bp", "2026-11-24T10:00")
	require.Equal(t, "Navigators", answer.Contacts[0].Name, "the plan says so")
	require.Contains(t, answer.Says, "answers for this in the plan")
	c.Teams[2].Active = false
	require.Equal(t, "Oncology", ask(t, c, "bp", "2026-11-24T10:00").Contacts[0].Name, "a team that has left answers for nothing")

	c.Teams[0].Does, c.Teams[1].DoesNot = nil, []string{"bp"}
	answer = ask(t, c, "bp", "2026-11-24T10:00")
	require.True(t, answer.Gap, "nobody handles it")
	require.Equal(t, "Oncology", answer.Contacts[0].Name, "but somebody is named")
	require.False(t, strings.Contains(answer.Says, "Practice"))
}

func TestAContactThatNobodyTriedForLongSaysSo(t *testing.T) {
	t.Parallel()
	tried := time.Date(2026, 5, 28, 10, 0, 0, 0, time.UTC) // 180 days before 24 November
	require.Empty(t, ask(t, callers(tried), "fever", "2026-11-24T10:00").Contacts[0].Warning)
	require.Contains(t, ask(t, callers(tried), "fever", "2026-11-24T10:01").Contacts[0].Warning, "28 May 2026")
	never := callers(tried)
	never.Teams[0].Contacts[0].VerifiedAt = 0
	require.Contains(t, ask(t, never, "fever", "2026-11-24T10:00").Contacts[0].Warning, "Nobody has checked")
}

func TestWithNobodyToAnswerAnUrgentThingGoesToTheEmergencyNumber(t *testing.T) {
	t.Parallel()
	c := callers(time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC))
	c.Teams[0].Contacts[0].Is24h, c.Teams[0].Contacts[0].Hours = false, officeHours("09:00", "17:00")
	answer := ask(t, c, "fever", "2026-11-24T02:00")
	require.Equal(t, []string{"999", "111", "222"}, []string{answer.Contacts[0].Value, answer.Contacts[1].Value, answer.Contacts[2].Value})
	c.Teams = nil
	require.Equal(t, "999", ask(t, c, "fever", "2026-11-24T02:00").Contacts[0].Value)
	require.Empty(t, ask(t, c, "fit-note", "2026-11-24T02:00").Contacts)
}

func TestAFileOfTopicsThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	for what, change := range map[string][2]string{
		"an unknown urgency":   {`"urgency": "crisis"`, `"urgency": "soon"`},
		"nobody to ask":        {`"ask": ["navigation", "primary-care"]`, `"ask": []`},
		"an unknown kind":      {`"ask": ["navigation", "primary-care"]`, `"ask": ["wizards"]`},
		"a name twice":         {`"also": ["cough", `, `"also": ["shivering", `},
		"no state of approval": {`"review": "draft, not clinically approved"`, `"review": ""`},
		"a member more":        {`"verifiedDays": 180`, `"verifiedDays": 180, "more": 1`},
	} {
		broken := strings.Replace(string(callsFile), change[0], change[1], 1)
		require.NotEqual(t, string(callsFile), broken, what)
		_, err := loadCalls([]byte(broken))
		require.Error(t, err, what)
	}
	for _, t2 := range embeddedCalls().Topics {
		require.LessOrEqual(t, len(t2.Words), lineMax)
	}
}

func TestACardChangesOnlyWhatDiffersAndAnOlderOneNothing(t *testing.T) {
	t.Parallel()
	card := Card{Team: syncing.TeamID{UUID: syncing.DerivedUUID("team")}, Kind: KindOncology, Name: "Oncology", Revision: 5, Contacts: []Contact{{ID: syncing.DerivedUUID("c"), System: "phone", Value: "111"}}}
	first, err := CardPatches(bare{}, card)
	require.NoError(t, err)
	require.Len(t, first, 1)
	require.Equal(t, `"proposed"`, string(first[0].Set["status"]))
	require.NotContains(t, first[0].Set, "contactVerifiedAt", "nobody has tried it")
}

// bare is a record with nothing in it.
type bare struct{}

func (bare) Document(syncing.DocID) (syncing.Snapshot, error) { return syncing.Snapshot{}, nil }
func (bare) Documents(string) ([]syncing.Snapshot, error)     { return nil, nil }
