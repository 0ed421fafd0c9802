package care

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// lead makes somebody a lead of a team.
func (p *place) lead(name string, team syncing.TeamID) {
	a := account(name)
	p.people[a] = syncing.Grant{
		Account: a, Name: "Lead " + name, Roles: []syncing.Role{RoleOncology}, Teams: []syncing.TeamID{team}, Leads: []syncing.TeamID{team},
		Categories: everything, Active: true, Known: true,
	}
}

// tries notes an attempt to reach the person.
func (p *place) tries(name string, row syncing.DocID, result string) {
	p.t.Helper()
	p.now += time.Minute.Milliseconds()
	require.NoError(p.t, p.act(name, AttemptPatch(row, p.now, result, "")))
}

// opens says that somebody has opened all that waits.
func (p *place) opens(name string, row syncing.DocID) error {
	return p.act(name, SeenPatch(row, p.sees(name, row).Elems("waiting")))
}

func TestWhatWasOpenedIsSeenByNameInEachConcern(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false, "phy.pain": 5, "emo.low": 5}, nil)
	row := p.row(oncologyTeam, false).Doc
	p.people[account("nurse")] = func(g syncing.Grant) syncing.Grant { g.Name = "Olive Green"; return g }(p.people[account("nurse")])
	require.ErrorContains(t, p.opens("gp", row), "members of the team")
	p.refused("nurse", string(row), fields{"status": "seen"}, "Say which reports")
	stranger := patchOf(row, nil)
	stranger.Add["opened"] = []jsontext.Value{syncing.TextValue("assessment/" + p.id("another"))}
	require.ErrorContains(t, p.act("nurse", stranger), "does not wait here")
	require.NoError(t, p.opens("nurse", row))
	require.Equal(t, "seen", p.row(oncologyTeam, false).Status)

	team := oncologyTeam.String()
	breath, low := p.concern(a, "phy.breath"), p.concern(a, "emo.low")
	require.Equal(t, "seen", breath.Text(routeStatusPrefix+team))
	steps := stepsIn(breath)
	require.Len(t, steps, 1)
	require.Equal(t, "Olive Green", steps[0].Name)
	require.Equal(t, account("nurse").String(), steps[0].By)
	require.Empty(t, stepsIn(low), "the practice has not looked at its own")

	p.now += 88 * time.Minute.Milliseconds()
	require.NoError(t, p.opens("gp", TriageID(p.record, practiceTeam.String(), false)))
	names := func(id string) string {
		return map[string]string{team: "Oncology", practiceTeam.String(): "GP"}[id]
	}
	said := Carried(stepsIn(p.concern(a, "phy.breath")), names, p.now, "Europe/London")
	require.Equal(t, "Oncology: seen 10:00; GP: seen 11:28.", said, "the practice was told, and has looked")
	require.Empty(t, p.concern(a, "phy.breath").Text(routeStatusPrefix+practiceTeam.String()), "but it is not the practice that acts")

	p.must("ada", string(a), fields{"answers.m.breathrest": true})
	require.Equal(t, "new", p.concern(a, "phy.breath").Text(routeStatusPrefix+team), "what got worse has to be looked at again")
	require.Equal(t, "new", p.row(oncologyTeam, false).Status)
}

func TestTheOtherTeamIsToldOfWhatIsUrgentAndActsOnNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	acts, told := p.row(oncologyTeam, false), p.row(practiceTeam, false)
	require.Equal(t, instrument.Red, acts.Own)
	require.Equal(t, instrument.Red, told.Level)
	require.Equal(t, instrument.Info, told.Own)
	require.Zero(t, told.DueBy, "the promise is the other team's")
	require.Empty(t, p.queue(navigatorTeam))
	words := NewWords(testConfig(t))
	require.Contains(t, words.WhyHere(told, p.now, "Europe/London"), "another team acts on it")
	require.NotContains(t, words.WhyHere(acts, p.now, "Europe/London"), "another team acts on it")

	require.NoError(t, p.act("gp", ClosePatch(p.sees("gp", told.Doc), "no-action", "")))
	require.Equal(t, "new", p.concern(a, "phy.breath").Text(routeStatusPrefix+oncologyTeam.String()))
	require.Empty(t, p.concern(a, "phy.breath").Text(routeStatusPrefix+practiceTeam.String()))
	require.Len(t, p.queue(oncologyTeam), 1)

	dealt := newPlace(t)
	dealt.assess("ada", fields{"phy.breath": 8, "m.breathrest": false, "emo.low": 4}, nil)
	dealt.close("nurse", oncologyTeam, "advice-given")
	left := dealt.row(practiceTeam, false)
	require.Equal(t, instrument.Green, left.Level, "once the other team has dealt with it, what is its own stays")
	require.Len(t, left.Concerns, 1)
	only := newPlace(t)
	only.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	only.close("nurse", oncologyTeam, "advice-given")
	require.Empty(t, only.queue(practiceTeam))
	require.Contains(t, fmt.Sprint(stepsIn(only.sees("gp", TriageID(only.record, practiceTeam.String(), false)))), "advice-given")

	mild := newPlace(t)
	mild.system(string(ClinicalContextID(mild.record)), settled())
	mild.assess("ada", fields{"phy.nausea": 5}, nil)
	require.Empty(t, mild.queue(practiceTeam), "below red nobody is told but who acts")
	mild.assess("ada", fields{"emo.selfharm": true}, nil)
	require.Empty(t, mild.queue(navigatorTeam))
}

func TestThreeFailedContactsNeedALead(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.lead("lea", oncologyTeam)
	p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	row := p.row(oncologyTeam, false).Doc
	closing := func(outcome string) syncing.Patch { return ClosePatch(p.sees("nurse", row), outcome, "") }
	require.ErrorContains(t, p.act("nurse", closing("unable-to-reach")), "three attempts")
	for range 3 {
		require.ErrorContains(t, p.act("lea", SignOffPatch(row, "Police asked to look.")), "before three attempts")
		p.tries("nurse", row, "no-answer")
	}
	require.Equal(t, 3, p.row(oncologyTeam, false).Failed)
	for _, outcome := range []string{"unable-to-reach", "no-action", "advice-given"} {
		require.ErrorContains(t, p.act("nurse", closing(outcome)), "welfare check")
	}
	require.ErrorContains(t, p.act("nurse", SignOffPatch(row, "I say so.")), "Only a lead")
	require.ErrorContains(t, p.act("gp", SignOffPatch(row, "I say so.")), "members of the team")
	p.now++
	require.NoError(t, p.act("lea", SignOffPatch(row, "Police asked to look.")))
	p.now++
	require.NoError(t, p.act("nurse", closing("unable-to-reach")))
	closed := p.sees("nurse", row)
	require.Empty(t, closed.Elems("attempts"), "they belong to this opening")
	require.Empty(t, closed.Text("signOff"))
	var last []string
	for _, s := range stepsIn(closed) {
		last = append(last, s.What)
	}
	require.Equal(t, []string{"attempt", "attempt", "attempt", "signed-off", "closed"}, last)

	p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	for range 3 {
		p.tries("nurse", row, "left-message")
	}
	p.tries("nurse", row, "reached")
	require.NoError(t, p.act("nurse", closing("advice-given")), "whoever was reached was reached")
}

func TestALeadTakesOverWhatSomebodyHasWhoIsGone(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.lead("lea", oncologyTeam)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	row := p.row(oncologyTeam, false).Doc
	require.NoError(t, p.act("nurse", ClaimPatch(row, account("nurse"))))
	take := func(name string) error { return p.act(name, TakeOverRowPatch(row, account("nurse"), account(name))) }
	require.ErrorContains(t, p.act("lea", ClaimPatch(row, account("lea"))), "taken this already", "not by accident")
	require.ErrorContains(t, take("colleague"), "a lead of the team can take it over")
	require.ErrorContains(t, take("gp"), "members of the team")
	require.NoError(t, take("lea"))
	require.Equal(t, account("lea").String(), p.row(oncologyTeam, false).ClaimedBy)
	require.Equal(t, "Lead lea", p.row(oncologyTeam, false).ClaimedName)
	require.ErrorContains(t, take("lea"), "Somebody else has this now")
	require.Contains(t, fmt.Sprint(stepsIn(p.concern(a, "phy.breath"))), "taken-over")

	p.follow(row, p.now+time.Hour.Milliseconds())
	require.NoError(t, p.act("colleague", TakeOverRowPatch(row, account("lea"), account("colleague"))), "a person does not wait for a lead")
}

func TestEachConcernKeepsWhatTheTeamSaidOfIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.nausea": 5, "phy.mouth": 5}, nil)
	route, note := routeStatusPrefix+oncologyTeam.String(), routeNotePrefix+oncologyTeam.String()
	nausea := string(ConcernID(a, "phy.nausea"))
	p.refused("nurse", nausea, fields{route: "escalated"}, "why a doctor")
	p.refused("nurse", nausea, fields{route: "closed"}, "with its row")
	p.refused("gp", nausea, fields{note: "Not mine."}, "for itself")
	p.refused("gp", nausea, fields{routeNotePrefix + practiceTeam.String(): "Mine."}, "did not go to that team")
	p.refused("ada", nausea, fields{note: "Not mine."}, "not yours")
	p.must("nurse", nausea, fields{route: "escalated", note: "Cannot keep tablets down."})
	require.ErrorContains(t, p.act("nurse", ClosePatch(p.sees("nurse", TriageID(p.record, oncologyTeam.String(), false)), "escalated-doctor", "")), "why a doctor")
	p.close("nurse", oncologyTeam, "managed-by-nurse")
	require.Equal(t, "escalated-doctor", p.concern(a, "phy.nausea").Text(routeOutcomePrefix+oncologyTeam.String()))
	require.Equal(t, "managed-by-nurse", p.concern(a, "phy.mouth").Text(routeOutcomePrefix+oncologyTeam.String()))
	for _, s := range stepsIn(p.concern(a, "phy.mouth")) {
		require.Empty(t, s.Note, "a note on the row speaks of all its concerns")
	}
}

func TestADocumentTellsItsLastSteps(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.nausea": 5}, nil)
	row := p.row(oncologyTeam, false).Doc
	for range stepsMax {
		p.now += time.Minute.Milliseconds()
		require.NoError(t, p.act("nurse", ClaimPatch(row, account("nurse"))))
		p.now += time.Minute.Milliseconds()
		require.NoError(t, p.act("nurse", HandBackPatch(row)))
	}
	steps := stepsIn(p.sees("nurse", row))
	require.Len(t, steps, stepsMax)
	require.Equal(t, p.now, steps[stepsMax-1].At)
}

func TestAttemptsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.nausea": 5}, nil)
	row := p.row(oncologyTeam, false).Doc
	for range attemptsMax {
		p.tries("nurse", row, "no-answer")
	}
	require.ErrorContains(t, p.act("nurse", AttemptPatch(row, p.now+1, "no-answer", "")), "20 attempts")
	drop := patchOf(row, nil)
	drop.Remove["attempts"] = p.sees("nurse", row).Elems("attempts")
	require.ErrorContains(t, p.act("nurse", drop), "stays until")
	require.NoError(t, p.act("nurse", ClosePatch(p.sees("nurse", row), "unable-to-reach", "")), "below red no lead is asked")
	require.ErrorContains(t, p.act("nurse", AttemptPatch(row, p.now+2, "no-answer", "")), "Nothing waits")
}

func TestEveryStepHasWords(t *testing.T) {
	t.Parallel()
	name := func(string) string { return "Oncology" }
	for _, what := range stepCodes {
		said := Tell(Step{At: noon, Team: "x", What: what, Name: "Olive Green", To: "lead", Note: "Because."}, name, "Europe/London")
		require.True(t, strings.HasPrefix(said, "Friday 20 November, 10:00: Olive Green, Oncology, "), said)
		require.NotContains(t, said, "%", said)
		require.Contains(t, said, "Because.")
	}
	for _, to := range rungs {
		require.NotEmpty(t, rungWords[to], to)
	}
	require.Equal(t, "Nobody has looked at it yet.", Carried(nil, name, noon, "Europe/London"))
	require.Contains(t, Tell(Step{What: "flown"}, name, "Europe/London"), "does not know")
	require.Empty(t, ReadSteps(jsontext.Value(`"no list"`)))
}
