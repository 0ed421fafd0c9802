package care

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// chosen is a place in which everybody sees what identity lets them see with the choices of the person.
func chosen(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	shared := []string{SharedWithCaregivers(CategoryPhysical), SharedWithCaregivers(CategoryPractical), SharedWithCaregivers(CategoryEmotional), SharedWithCaregivers(CategorySensitive)}
	p.person("ada", RolePatient, slices.Concat(everything, shared, []string{CategoryOncologyAlone, CategoryPracticeAlone}))
	p.person("nurse", RoleOncology, slices.Concat(everything, shared, []string{CategoryOncologyAlone}), oncologyTeam)
	p.person("gp", RolePrimary, slices.Concat(everything, shared, []string{CategoryPracticeAlone}), practiceTeam)
	p.person("ben", RoleCaregiver, slices.Concat([]string{CategorySchedule, CategoryAssessments, CategoryPhysical}, shared))
	p.person("nina", RoleNavigator, []string{CategoryPlan, CategoryPractical, SharedWithCaregivers(CategoryPractical), CategoryTriage}, navigatorTeam)
	p.system(string(ClinicalContextID(p.record)), settled())
	return p
}

func (p *place) seers(doc syncing.DocID) (names []string) {
	for _, name := range []string{"ben", "gp", "nina", "nurse"} {
		if p.sees(name, doc).Exists() {
			names = append(names, name)
		}
	}
	return names
}

func TestATickedItemReachesTheCaregiverAndNobodyElseWhoDidNotSeeIt(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.intimacy": 5, "day.travel": 5, "phy.tired": 5}, fields{"whoCanSee.phy.intimacy": "caregiver", "whoCanSee.day.travel": "caregiver"})
	require.Equal(t, []string{"ben", "gp", "nurse"}, p.seers(ConcernID(a, "phy.intimacy")))
	require.Equal(t, []string{"ben", "gp", "nina", "nurse"}, p.seers(ConcernID(a, "day.travel")))
	require.Equal(t, []string{"gp", "nurse"}, p.seers(a), "the assessment holds the sensitive item, ticked for the caregiver or not")
	require.Equal(t, []string{"gp", "nurse"}, p.seers(TriageID(p.record, practiceTeam.String(), true)))
}

func TestAnItemIsHiddenFromCaregiverNavigatorOrTheOtherTeam(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.nausea": 5, "phy.tired": 4, "emo.low": 8, "phy.pain": 3}, fields{
		"whoCanSee.phy.nausea": "treating", "whoCanSee.phy.tired": "oncology", "whoCanSee.emo.low": "practice",
	})
	require.Equal(t, []string{"gp", "nurse"}, p.seers(ConcernID(a, "phy.nausea")))
	require.Equal(t, []string{"nurse"}, p.seers(ConcernID(a, "phy.tired")))
	require.Equal(t, []string{"gp"}, p.seers(ConcernID(a, "emo.low")))
	require.Equal(t, []string{"ben", "gp", "nurse"}, p.seers(ConcernID(a, "phy.pain")))
	require.Empty(t, p.seers(a), "no team may read the whole of it; each has its concerns")
	require.True(t, p.sees("ada", a).Exists())

	alone := triageOf(p.record, practiceTeam.String(), partAlone)
	require.Equal(t, []string{"gp"}, p.seers(alone))
	row, open := RowOf(p.sees("gp", alone))
	require.True(t, open)
	require.True(t, row.Alone)
	require.Equal(t, instrument.Amber, row.Level)
	for _, id := range []syncing.DocID{TriageID(p.record, practiceTeam.String(), false), TriageID(p.record, oncologyTeam.String(), false)} {
		row, open := RowOf(p.sees("nurse", id))
		require.True(t, open, "pain is for both")
		require.Equal(t, []string{string(ConcernID(a, "phy.pain"))}, row.Concerns)
		require.Equal(t, instrument.Info, row.Level, "and what is hidden lifts nothing there")
	}
}

func TestWhatIsHiddenTakesPartInNoLevelThatOthersSee(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.nausea": 7, "phy.mouth": 7}, fields{"whoCanSee.phy.mouth": "oncology", "phoneLevel": "red"})
	require.Equal(t, "amber", p.concern(a, "phy.nausea").Text("level"), "two symptoms together are red only for those who see both")
	require.Equal(t, "red", p.concern(a, "phy.mouth").Text("level"))
	require.Equal(t, instrument.Amber, p.row(oncologyTeam, false).Level)
}

func TestSafetyItemsAreNeverForACaregiverAndOnlyThePersonChooses(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	for _, code := range neverByProxy {
		p.refused("ada", "assessment/"+p.id(code), response(fields{code: true}, fields{"whoCanSee." + code: "caregiver"}), "never shown to a caregiver")
	}
	p.refused("ben", "assessment/"+p.id("proxy"), response(fields{"phy.tired": 4}, fields{"answeredBy": "caregiver", "whoCanSee.phy.tired": "caregiver"}), "not yours")
}

func TestAChoiceThatComesLaterMovesWhatWaits(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.tired": 6, "phy.pain": 2}, nil)
	require.Len(t, p.row(practiceTeam, false).Concerns, 2)
	p.must("ada", string(a), fields{"whoCanSee.phy.tired": "oncology"})
	row := p.row(practiceTeam, false)
	require.Equal(t, []string{string(ConcernID(a, "phy.pain"))}, row.Concerns)
	require.Equal(t, instrument.Info, row.Level)
	require.Equal(t, []string{"nurse"}, p.seers(triageOf(p.record, oncologyTeam.String(), partAlone)))
	require.Equal(t, []string{oncologyTeam.String()}, p.concern(a, "phy.tired").Texts("routes"))

	p.must("ada", string(a), fields{"whoCanSee.phy.tired": nil})
	require.Len(t, p.row(practiceTeam, false).Concerns, 2, "and back")
	require.False(t, len(p.queue(oncologyTeam)) > 1, "nothing stays in the row that is for one team alone")
}

func TestAChoiceOpensNothingThatIsClosed(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.nausea": 6}, nil)
	p.close("nurse", oncologyTeam, "managed-by-nurse")
	p.must("ada", string(a), fields{"whoCanSee.phy.nausea": "caregiver"})
	require.Empty(t, p.queue(oncologyTeam))
	require.Equal(t, "closed", p.concern(a, "phy.nausea").Text(routeStatusPrefix+oncologyTeam.String()))
}

func TestAChoiceIsNeverWidenedAlsoIfNobodyIsLeft(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	p.must("gp", string(CareTeamID(practiceTeam)), fields{"status": "inactive"})
	a := p.assess("ada", fields{"emo.low": 8}, fields{"whoCanSee.emo.low": "practice"})
	require.Empty(t, p.concern(a, "emo.low").Texts("routes"))
	require.Empty(t, p.queue(oncologyTeam))
	require.Contains(t, NewWords(testConfig(t)).Concern(p.concern(a, "emo.low")), "nobody acts on it")
}

func TestADraftIsThePersonsOwnUntilItIsCompleted(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	doc := syncing.DocID("assessment/" + p.id("draft"))
	p.must("ada", string(doc), fields{"questionnaire": "hna|1.0.0", "status": "in-progress", "answers.phy.tired": 6})
	require.Empty(t, p.seers(doc), "nobody sees it begin, or vanish when something sensitive is ticked")
	p.must("ada", string(doc), fields{"status": "completed"})
	require.Equal(t, []string{"ben", "gp", "nurse"}, p.seers(doc))

	proxy := syncing.DocID("assessment/" + p.id("proxy"))
	p.must("ben", string(proxy), fields{"questionnaire": "hna|1.0.0", "status": "in-progress", "answeredBy": "caregiver", "answers.phy.tired": 6})
	require.Equal(t, []string{"ben", "gp", "nurse"}, p.seers(proxy), "what is answered for the person is no secret of the caregiver's")
	require.True(t, p.sees("ada", proxy).Exists())
}

func TestATeamThatActsAsSomethingElseKeepsWhatItWasAsked(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.nausea": 3}, nil)
	p.must("nurse", string(CareTeamID(oncologyTeam)), fields{"kind": KindNursing})
	p.must("ada", string(a), fields{"phoneLevel": "emergency"})
	require.Equal(t, instrument.Emergency, p.row(oncologyTeam, false).Level, "it has the concern before it, and knows how urgent it is now")
	p.must("ada", string(a), fields{"whoCanSee.phy.nausea": "caregiver"})
	require.Equal(t, []string{string(ConcernID(a, "phy.nausea"))}, p.row(oncologyTeam, false).Concerns, "a caregiver who sees it too takes it from nobody")
	require.Equal(t, instrument.Emergency, p.row(practiceTeam, false).Level)
	p.must("ada", string(a), fields{"whoCanSee.phy.nausea": "practice"})
	require.Empty(t, p.queue(oncologyTeam))
	p.must("ada", string(a), fields{"whoCanSee.phy.nausea": nil})
	require.Len(t, p.queue(practiceTeam), 1, "and back, in the row of everybody")
	require.False(t, p.queue(practiceTeam)[0].Alone)
}

func TestWhatIsHiddenLeavesAlsoTheRowOfATeamThatIsNotHereAnyMore(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.tired": 6}, nil)
	require.Len(t, p.queue(practiceTeam), 1)
	p.must("gp", string(CareTeamID(practiceTeam)), fields{"status": "inactive"})
	p.must("ada", string(a), fields{"whoCanSee.phy.tired": "oncology"})
	require.Empty(t, p.queue(practiceTeam))
}

// Ward seed 3707: a fever that had become less, shown to a caregiver too, left the row of the team that was only told of it, and stayed red.
func TestWhoWasToldOfARedConcernKeepsItWhenACaregiverSeesItToo(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	a := p.assess("ada", fields{"phy.fever": 10}, fields{"phoneLevel": "red"})
	require.Equal(t, "red", p.concern(a, "phy.fever").Text("level"))
	for _, team := range []syncing.TeamID{oncologyTeam, practiceTeam} {
		require.Len(t, p.queue(team), 1)
	}
	p.must("ada", string(a), fields{"answers.phy.fever": 1, "phoneLevel": "info", "whoCanSee.phy.fever": "caregiver"})
	for _, team := range []syncing.TeamID{oncologyTeam, practiceTeam} {
		require.Equal(t, []string{string(ConcernID(a, "phy.fever"))}, p.row(team, false).Concerns, "it is still as urgent as it was")
	}
}
