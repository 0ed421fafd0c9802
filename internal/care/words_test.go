package care

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

func TestAConcernIsSaidInTheQuestionnairesWords(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	words := NewWords(testConfig(t))
	p.assess("ada", fields{"phy.nausea": 2}, nil)
	p.now += time.Hour.Milliseconds()
	a := p.assess("ada", fields{"phy.nausea": 6, "emo.selfharm": true, "m.shakes": true}, fields{"wantToTalk.phy.nausea": true})
	require.Equal(t, "Feeling sick: 6 out of 10, it was 2 last time. Wants to talk about it.", words.Concern(p.concern(a, "phy.nausea")))
	require.Equal(t, "Thoughts of hurting myself or not wanting to be alive: yes.", words.Concern(p.concern(a, "emo.selfharm")))
	doc := "assessment/" + p.id("proxy")
	p.must("ben", doc, response(fields{"phy.tired": 4}, fields{"answeredBy": "caregiver"}))
	p.must("ben", doc, fields{"status": "entered-in-error"})
	said := words.Concern(p.concern(syncing.DocID(doc), "phy.tired"))
	require.Contains(t, said, "Answered by the caregiver.")
	require.Contains(t, said, "sent by mistake")
}

func TestThePersonReadsWhatBecameOfAConcern(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	team := oncologyTeam.String()
	require.Equal(t, "Oncology has it and has not looked yet.", Route(p.concern(a, "phy.breath"), team, "Oncology"))
	require.NoError(t, p.act("nurse", ClaimPatch(p.row(oncologyTeam, false).Doc, account("nurse"))))
	require.Equal(t, "Somebody at Oncology is dealing with it.", Route(p.concern(a, "phy.breath"), team, "Oncology"))
	p.close("nurse", oncologyTeam, "advice-given")
	require.Equal(t, "Oncology gave advice and closed it.", Route(p.concern(a, "phy.breath"), team, "Oncology"))
	require.Contains(t, Route(p.concern(a, "phy.breath"), practiceTeam.String(), "The practice"), "do not know")
}

func TestARowTellsWhyItIsWhereItIs(t *testing.T) {
	t.Parallel()
	words := NewWords(testConfig(t))
	hour := time.Hour.Milliseconds()
	row := Row{Level: instrument.Red, Urgency: "today", Late: true, ReportedAt: noon - 3*hour, ReceivedAt: noon, DueBy: noon + hour, Unread: 1}
	require.Equal(t, "Red: first contact within an hour. Due Friday 20 November, 11:00. Asked to hear from someone today. "+
		"Reached us late: written 3 hours before. Call first, read later. Waiting for 4 hours. "+
		"1 answer could not be read by the rules. Look at the assessment itself. Nobody has taken it yet.", words.WhyHere(row, noon+hour, "Europe/London"))
	row = Row{Level: instrument.Info, ReportedAt: noon, ReceivedAt: noon + hour, Overdue: true, DueBy: noon, ClaimedBy: "x", ClaimedAt: noon}
	require.Equal(t, "Info: to be talked about at the next visit. Overdue since Friday 20 November, 03:00. Waiting for less than a minute. "+
		"Taken, and something new has come in since.", words.WhyHere(row, noon, "America/Denver"))
	row.ClaimedAt = noon + 2*hour
	require.Contains(t, words.WhyHere(row, noon, "no zone"), "Taken Friday 20 November, 12:00.")
	require.Contains(t, words.Review(), "draft")
}

func TestLengthsOfTimeAreSaidAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Hour: "less than a minute", 59 * time.Second: "less than a minute", time.Minute: "1 minute", 59 * time.Minute: "59 minutes",
		time.Hour: "1 hour", 47 * time.Hour: "47 hours", 48 * time.Hour: "2 days",
	} {
		require.Equal(t, want, Lasting(d.Milliseconds()), d)
	}
}

func TestEveryStateAndLevelHasWords(t *testing.T) {
	t.Parallel()
	words := NewWords(testConfig(t))
	for level := instrument.Info; level <= instrument.Emergency; level++ {
		require.NotEmpty(t, PersonLevel(level))
		require.NotContains(t, strings.ToLower(PersonLevel(level)), "no problem", "the app never says that all is well")
		require.NotContains(t, words.TeamLevel(level), ": .")
	}
	concern := Schema(testConfig(t)).Type("concern")
	for _, state := range concern.Field(routeStatusPrefix + "x").Codes {
		require.True(t, state == "closed" || routeWords[state] != "", state)
	}
	for _, outcome := range outcomes {
		require.NotEmpty(t, outcomeWords[outcome], outcome)
	}
	for _, urgency := range urgencies {
		require.NotEmpty(t, wishWords[urgency], urgency)
	}
}

// A code without words of its own is told as "something new", which tells nobody what to do.
func TestEachNoticeHasASentenceOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, code := range NoticeCodes {
		require.NotEmpty(t, noticeWords[code], code)
	}
}
