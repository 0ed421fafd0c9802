package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// close claims nothing: it closes the team's open row as it stands.
func (p *place) close(name string, team syncing.TeamID, outcome string) {
	p.t.Helper()
	require.NoError(p.t, p.act(name, ClosePatch(p.sees(name, TriageID(p.record, team.String(), false)), outcome, "We talked on the phone.")))
}

func TestHazard_H07_OneSurveyWithNineConcernsIsOneRowATeam(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	p.assess("ada", fields{
		"phy.tired": 5, "phy.sleep": 4, "phy.nausea": 6, "phy.appetite": 3, "phy.mouth": 2, "day.travel": 7,
		"mny.cost": 6, "emo.worry": 5, "inf.results": 4,
	}, nil)
	require.Len(t, p.list("ada", "concern"), 9)
	for _, team := range []syncing.TeamID{oncologyTeam, practiceTeam, navigatorTeam} {
		require.Len(t, p.queue(team), 1)
	}
	require.Equal(t, instrument.Green, p.row(navigatorTeam, false).Level)
}

func TestASecondReportJoinsTheRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.tired": 5}, nil)
	first := p.row(oncologyTeam, false)
	p.now += time.Hour.Milliseconds()
	p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, fields{"urgency": "today"})
	row := p.row(oncologyTeam, false)
	require.Equal(t, first.Doc, row.Doc)
	require.Equal(t, instrument.Red, row.Level)
	require.Equal(t, "today", row.Urgency)
	require.Equal(t, 2, row.Reports)
	require.Equal(t, first.ReportedAt, row.ReportedAt, "the first report has waited longest")
	require.Equal(t, p.now+time.Hour.Milliseconds(), row.DueBy, "and the red one is due in an hour")
}

func TestXItemsGoByThePhaseOfThePlan(t *testing.T) {
	t.Parallel()
	o, c := oncologyTeam.String(), practiceTeam.String()
	for phase, want := range map[string][]string{
		"diagnosis": {o}, "active-treatment": {o}, "recurrence": {o}, "follow-up": {c}, "palliative": {o, c}, "end-of-life": {o, c},
	} {
		p := newPlace(t)
		p.system("carePlan/"+p.id("plan"), fields{"phase": phase, "followUpLead": practiceTeam.String()})
		a := p.assess("ada", fields{"phy.appetite": 5}, nil)
		require.ElementsMatch(t, want, p.concern(a, "phy.appetite").Texts("routes"), phase)
	}
	p := newPlace(t)
	p.must("nurse", "carePlan/"+p.id("plan"), fields{"status": "completed"})
	a := p.assess("ada", fields{"phy.appetite": 5}, nil)
	require.ElementsMatch(t, []string{o, c}, p.concern(a, "phy.appetite").Texts("routes"), "without a plan both act")
}

func TestARouteThatNobodyAnswersGoesToBothTeams(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.must("nina", string(CareTeamID(navigatorTeam)), fields{"status": "suspended"})
	a := p.assess("ada", fields{"day.travel": 5}, nil)
	require.ElementsMatch(t, []string{oncologyTeam.String(), practiceTeam.String()}, p.concern(a, "day.travel").Texts("routes"))

	alone := bareRecord(t, testConfig(t))
	b := alone.assess("ada", fields{"day.travel": 5}, nil)
	require.Empty(t, alone.concern(b, "day.travel").Texts("routes"), "a record without teams still keeps what was said")
}

func TestOnlyATeamItselfSaysThatItIsHere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	other := syncing.TeamID{UUID: syncing.DerivedUUID("team", "another practice")}
	doc := string(CareTeamID(other))
	p.refused("nurse", doc, fields{"kind": KindPrimary, "name": "Another practice", "status": "active"}, "Only the team itself")
	p.must("nurse", doc, fields{"kind": KindPrimary, "name": "Another practice", "status": "proposed"})
	p.person("dr-new", RolePrimary, everything, other)
	p.must("dr-new", doc, fields{"status": "active"})
}

func TestTheFirstClaimWins(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	row := p.row(oncologyTeam, false).Doc
	require.ErrorContains(t, p.act("gp", ClaimPatch(row, account("gp"))), "members of the team")
	require.ErrorContains(t, p.act("nurse", ClaimPatch(row, account("colleague"))), "for somebody else")
	p.refused("nurse", string(row), fields{"status": "in-progress"}, "has to take this")
	require.NoError(t, p.act("nurse", ClaimPatch(row, account("nurse"))))
	require.ErrorContains(t, p.act("colleague", ClaimPatch(row, account("colleague"))), "taken this already")

	claimed := p.row(oncologyTeam, false)
	require.Equal(t, account("nurse").String(), claimed.ClaimedBy)
	require.Equal(t, "in-progress", claimed.Status)
	require.Equal(t, p.now, claimed.ClaimedAt)
	require.Equal(t, "in-progress", p.concern(a, "phy.breath").Text(routeStatusPrefix+oncologyTeam.String()))

	p.refused("colleague", string(row), fields{"claimedBy": nil, "status": "new"}, "Only the colleague who has this")
	p.must("nurse", string(row), fields{"claimedBy": nil, "status": "new"})
	require.Zero(t, p.row(oncologyTeam, false).ClaimedAt)
	require.NoError(t, p.act("colleague", ClaimPatch(row, account("colleague"))))
}

func TestTwoClaimsWrittenOfflineLeaveTheSecondHeld(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	row := string(p.row(oncologyTeam, false).Doc)
	one, two := p.phone("nurse", "one"), p.phone("colleague", "two")
	one.write(row, 0, fields{"claimedBy": account("nurse").String(), "status": "in-progress"})
	two.write(row, time.Minute, fields{"claimedBy": account("colleague").String(), "status": "in-progress"})
	require.Equal(t, syncing.Applied, one.sync()[0].Status)
	late := two.sync()[0]
	require.Equal(t, syncing.Held, late.Status)
	require.Equal(t, syncing.Stale, late.Reason)
}

func TestClosingNeedsAnOutcomeAndTellsTheConcerns(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false, "phy.pain": 5}, nil)
	row := p.row(oncologyTeam, false).Doc
	patch := ClosePatch(p.sees("nurse", row), "advice-given", "")
	delete(patch.Set, "outcome")
	require.ErrorContains(t, p.act("nurse", patch), "what came of it")
	p.refused("nurse", string(row), fields{"outcome": "advice-given"}, "only by closing")
	require.ErrorContains(t, p.act("gp", ClosePatch(p.sees("gp", row), "advice-given", "")), "members of the team")
	require.NoError(t, p.act("nurse", ClaimPatch(row, account("nurse"))))
	require.ErrorContains(t, p.act("colleague", ClosePatch(p.sees("nurse", row), "advice-given", "")), "can hand it back")
	p.close("nurse", oncologyTeam, "escalated-doctor")

	require.Empty(t, p.queue(oncologyTeam))
	require.Len(t, p.queue(practiceTeam), 1, "the other team's row is its own")
	closed := p.sees("nurse", row)
	require.Empty(t, closed.Text("claimedBy"))
	require.Equal(t, "escalated-doctor", closed.Text("outcome"))
	breath := p.concern(a, "phy.breath")
	require.Equal(t, "closed", breath.Text(routeStatusPrefix+oncologyTeam.String()))
	require.Equal(t, "escalated-doctor", breath.Text(routeOutcomePrefix+oncologyTeam.String()))
	pain := p.concern(a, "phy.pain")
	require.Equal(t, "closed", pain.Text(routeStatusPrefix+oncologyTeam.String()))
	require.Equal(t, "new", pain.Text(routeStatusPrefix+practiceTeam.String()))
	p.refused("nurse", string(row), fields{"status": "new"}, "open the concern again")
}

func TestWhatANurseHasNotSeenIsNeverClosed(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.tired": 5}, nil)
	seen := p.sees("nurse", p.row(oncologyTeam, false).Doc)
	board := p.phone("nurse", "board")
	red := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)

	require.ErrorContains(t, p.act("nurse", ClosePatch(seen, "no-action", "")), "not seen")
	board.n++
	raw := []byte(`{"n":1,"doc":"` + string(seen.ID()) + `","schema":1,"base":"` + board.cursor + `","at":0,"after":0,` +
		`"set":{"status":"closed","outcome":"no-action"},"remove":{"waiting":[` + string(seen.Elems("waiting")[0]) + `]}}`)
	board.outbox = append(board.outbox, syncing.RawMutation{N: 1, Raw: raw})
	outcome := board.sync()[0]
	require.Equal(t, syncing.Held, outcome.Status)
	require.Contains(t, outcome.Detail, "not seen")

	require.Equal(t, instrument.Red, p.row(oncologyTeam, false).Level)
	require.Equal(t, "new", p.concern(red, "phy.breath").Text(routeStatusPrefix+oncologyTeam.String()))
	p.close("nurse", oncologyTeam, "advice-given")
	require.Empty(t, p.queue(oncologyTeam))
}

// A server was put back to before a closing. The colleague who had opened the concern again after that closing is heard first.
func TestAClosingThatComesAfterTheConcernWasOpenedAgainLeavesItInItsRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	red := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	seen := p.sees("nurse", p.row(oncologyTeam, false).Doc)
	board, colleague := p.phone("nurse", "board"), p.phone("colleague", "her phone")
	concern := string(ConcernID(red, "phy.breath"))
	colleague.write(concern, 0, fields{routeStatusPrefix + oncologyTeam.String(): "new"})
	require.Equal(t, syncing.Applied, colleague.sync()[0].Status)

	board.n++
	raw := []byte(`{"n":1,"doc":"` + string(seen.ID()) + `","schema":1,"base":"` + board.cursor + `","at":0,"after":0,` +
		`"set":{"status":"closed","outcome":"no-action"},"remove":{"waiting":[` + string(seen.Elems("waiting")[0]) + `]}}`)
	board.outbox = append(board.outbox, syncing.RawMutation{N: 1, Raw: raw})
	outcome := board.sync()[0]
	require.Equal(t, syncing.Held, outcome.Status)
	require.Contains(t, outcome.Detail, "not seen")
	require.Equal(t, []string{concern}, p.row(oncologyTeam, false).Concerns)
	require.Positive(t, waitingIn(p.sees("nurse", seen.ID()))[0].ReopenedAt)

	p.close("nurse", oncologyTeam, "advice-given")
	require.Empty(t, p.queue(oncologyTeam))
	require.Equal(t, "closed", p.concern(red, "phy.breath").Text(routeStatusPrefix+oncologyTeam.String()))
}

func TestNobodyPutsReportsIntoAQueueByHand(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.tired": 5}, nil)
	row := p.row(oncologyTeam, false).Doc
	patch := patchOf(row, nil)
	patch.Add["waiting"] = append(patch.Add["waiting"], []byte(`{"level":"emergency"}`))
	require.ErrorContains(t, p.act("nurse", patch), "only from the person")
	require.ErrorContains(t, p.act("ada", patch), "not yours")
	drop := patchOf(row, nil)
	drop.Remove["waiting"] = p.sees("nurse", row).Elems("waiting")
	require.ErrorContains(t, p.act("nurse", drop), "only by closing")
	p.refused("nurse", "triage/"+p.id("mine"), fields{"team": oncologyTeam.String()}, "not yours")
}

func TestANewReportOpensAClosedRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"phy.tired": 5}, nil)
	p.close("nurse", oncologyTeam, "advice-given")
	p.now += time.Hour.Milliseconds()
	p.assess("ada", fields{"phy.tired": 6}, nil)
	row := p.row(oncologyTeam, false)
	require.Equal(t, "new", p.sees("nurse", row.Doc).Text("status"))
	require.Equal(t, 1, row.Reports)
	require.Equal(t, p.now, row.ReportedAt)
}

func TestThePersonMayOpenAConcernAgain(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	concern := string(ConcernID(a, "phy.breath"))
	route := routeStatusPrefix + oncologyTeam.String()
	p.refused("ada", concern, fields{route: "closed"}, "The team says")
	p.refused("gp", concern, fields{route: "seen"}, "Each team says for itself")
	p.refused("nurse", concern, fields{routeStatusPrefix + navigatorTeam.String(): "new"}, "did not go to that team")
	p.refused("nurse", concern, fields{"severity": 1}, "not yours")
	p.must("nurse", concern, fields{route: "seen"})
	p.close("nurse", oncologyTeam, "advice-given")
	p.must("ada", concern, fields{route: "new", "patientComment": "It is back."})
	row := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Red, row.Level)
	require.Equal(t, []string{concern}, row.Concerns)
}

func TestALateRedReportIsMarkedAndAFreshOneIsNot(t *testing.T) {
	t.Parallel()
	red := response(fields{"phy.breath": 8, "m.breathrest": false}, nil)
	for ago, late := range map[time.Duration]bool{2 * time.Hour: false, 2*time.Hour + time.Millisecond: true} {
		p := newPlace(t)
		ph := p.phone("ada", "phone")
		ph.write("assessment/"+p.id("a"), ago, red)
		require.Equal(t, syncing.Applied, ph.sync()[0].Status)
		row := p.row(oncologyTeam, false)
		require.Equal(t, late, row.Late, ago)
		require.Equal(t, noon-ago.Milliseconds(), row.ReportedAt)
		require.Equal(t, noon+time.Hour.Milliseconds(), row.DueBy, "the clock starts when the server has it")
	}
	p := newPlace(t)
	ph := p.phone("ada", "phone")
	ph.write("assessment/"+p.id("a"), 5*time.Hour, response(fields{"phy.tired": 5}, nil))
	ph.sync()
	require.False(t, p.row(oncologyTeam, false).Late, "below red it does not matter")
}

func TestDerivingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false, "emo.selfharm": true, "day.travel": 3}, fields{"urgency": "today"})
	ward := newWard(testConfig(t))
	after := p.sees("ada", a)
	by := syncing.NewScope(p.people[account("ada")])
	change := syncing.Change{Record: p.record, By: by, After: after, Fields: []string{"status"}, Now: p.now, At: p.now, Effective: p.now}
	who := syncing.Principal{Account: account("ada")}
	require.NoError(t, p.engine.Read(t.Context(), who, p.record, func(_ syncing.Scope, r syncing.Reader) error {
		again, err := ward.deriveAssessment(change, r)
		require.Empty(t, again)
		return err
	}))
}

func TestAReportWrittenOnAnOldBaseStillOpensTheRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	one, two := p.phone("ada", "phone"), p.phone("ada", "tablet")
	one.write("assessment/"+p.id("one"), 3*time.Hour, response(fields{"phy.breath": 8, "m.breathrest": false}, nil))
	two.write("assessment/"+p.id("two"), 5*time.Hour, response(fields{"phy.tired": 4}, fields{"urgency": "today"}))
	one.sync()
	require.NoError(t, p.act("nurse", ClaimPatch(p.row(oncologyTeam, false).Doc, account("nurse"))))
	two.sync() // its base is from before the first report and the claim
	row := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Red, row.Level, "a milder report lowers nothing")
	require.Equal(t, "in-progress", row.Status)
	require.Equal(t, 2, row.Reports)
	require.Equal(t, noon-5*time.Hour.Milliseconds(), row.ReportedAt)
	p.close("nurse", oncologyTeam, "advice-given")

	three := p.phone("ada", "watch")
	three.cursor = ""
	three.write("assessment/"+p.id("three"), 0, response(fields{"phy.tired": 5}, nil))
	three.sync()
	row = p.row(oncologyTeam, false)
	require.Equal(t, instrument.Green, row.Level)
	require.Equal(t, "new", row.Status)
	require.Empty(t, row.ClaimedBy)
}

func TestAnAmendmentKeepsTheClockRunning(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	ph := p.phone("ada", "phone")
	doc := "assessment/" + p.id("a")
	ph.write(doc, 3*time.Hour, response(fields{"phy.breath": 8, "m.breathrest": false}, nil))
	ph.sync()
	before := p.row(oncologyTeam, false)
	p.now += 10 * time.Minute.Milliseconds()
	p.must("ada", doc, fields{"answers.phy.nausea": 3})
	after := p.row(oncologyTeam, false)
	require.True(t, after.Late)
	require.Equal(t, before.ReportedAt, after.ReportedAt)
	require.Equal(t, before.ReceivedAt, after.ReceivedAt)
	require.Equal(t, before.DueBy, after.DueBy)
	p.must("ada", doc, fields{"answers.m.breathrest": true})
	worse := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Emergency, worse.Level)
	require.Equal(t, p.now+15*time.Minute.Milliseconds(), worse.DueBy, "what got worse is due sooner")
}

func TestWorkingDaysAreThoseOfThePersonsHome(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	p.must("ada", string(PersonID(p.record)), fields{"homeZone": "America/Denver"})
	p.now = time.Date(2026, time.November, 21, 2, 0, 0, 0, time.UTC).UnixMilli() // Friday evening at home, Saturday in London
	p.assess("ada", fields{"phy.nausea": 5}, nil)
	require.Equal(t, time.Date(2026, time.November, 26, 2, 0, 0, 0, time.UTC), time.UnixMilli(p.row(oncologyTeam, false).DueBy).UTC(), "Wednesday evening at home")
}
