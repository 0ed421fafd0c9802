package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

func TestACompletedAssessmentMakesAConcernForEachThingThatMatters(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	a := p.assess("ada", fields{"phy.tired": 6, "day.travel": 2, "emo.low": 5, "phy.sleep": 0}, fields{"itemNote.phy.tired": "cannot climb stairs", "wantToTalk.phy.tired": true})

	require.Len(t, p.list("ada", "concern"), 3, "an item answered with 0 is no concern")
	tired := p.concern(a, "phy.tired")
	severity, _ := tired.Int("severity")
	require.Equal(t, int64(6), severity)
	require.Equal(t, "green", tired.Text("level"))
	require.Equal(t, "cannot climb stairs", tired.Text("note"))
	require.Equal(t, "first", tired.Text("trend"))
	require.ElementsMatch(t, []string{oncologyTeam.String(), practiceTeam.String()}, tired.Texts("routes"))
	require.Equal(t, "new", tired.Text(routeStatusPrefix+practiceTeam.String()))
	require.Equal(t, "info", p.concern(a, "day.travel").Text("level"))
	require.Equal(t, []string{navigatorTeam.String()}, p.concern(a, "day.travel").Texts("routes"))
}

func TestADraftFollowsNothingUntilItIsCompleted(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "assessment/" + p.id("draft")
	p.must("ada", doc, fields{"questionnaire": "hna|1.0.0", "status": "in-progress", "answers.phy.tired": 6})
	require.Empty(t, p.list("ada", "concern"))
	require.Empty(t, p.queue(oncologyTeam))
	p.must("ada", doc, fields{"status": "completed"})
	require.Len(t, p.list("ada", "concern"), 1)
	require.Len(t, p.queue(oncologyTeam), 1)
}

func TestNothingToReportIsACompletedResponseWithoutRows(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{}, nil)
	require.Equal(t, "completed", p.sees("ada", a).Text("status"))
	require.Empty(t, p.list("ada", "concern"))
	require.Empty(t, p.queue(oncologyTeam))
	require.Empty(t, p.queue(practiceTeam))
}

func TestAWishToBeHeardNowReachesSomebodyAlsoWithNothingTicked(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{}, fields{"urgency": "now"})
	row := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Red, row.Level)
	require.Equal(t, "now", row.Urgency)
	require.Empty(t, row.Concerns)
	require.Empty(t, p.queue(practiceTeam), "in active treatment it is oncology that answers")
}

func TestThePhoneIsBelievedIfItJudgedHigher(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	a := p.assess("ada", fields{"phy.fever": 3, "m.temp": "37.6"}, fields{"phoneLevel": "red"})
	fever := p.concern(a, "phy.fever")
	require.Equal(t, "info", fever.Text("serverLevel"))
	require.Equal(t, "red", fever.Text("phoneLevel"))
	require.Equal(t, "red", fever.Text("level"), "the higher of both stands")
	require.Equal(t, instrument.Red, p.row(oncologyTeam, false).Level)

	b := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, fields{"phoneLevel": "green"})
	require.Equal(t, "red", p.concern(b, "phy.breath").Text("level"), "and a phone that judged lower lowers nothing")
}

func TestHazard_H06_UnknownContextCountsAsRisk(t *testing.T) {
	t.Parallel()
	fever := fields{"phy.fever": 3, "m.temp": "37.8"}
	unknown := newPlace(t)
	require.Equal(t, "red", unknown.concern(unknown.assess("ada", fever, nil), "phy.fever").Text("level"), "nobody said when the last treatment was")

	known := newPlace(t)
	known.system(string(ClinicalContextID(known.record)), settled())
	require.Equal(t, "info", known.concern(known.assess("ada", fever, nil), "phy.fever").Text("level"))
}

func TestTheThresholdsAreThoseOfTheTeamsRegion(t *testing.T) {
	t.Parallel()
	fever := fields{"phy.fever": 3, "m.temp": "37.6"}
	uk := newPlace(t)
	require.Equal(t, "red", uk.concern(uk.assess("ada", fever, nil), "phy.fever").Text("level"))
	us := newPlace(t)
	us.must("nurse", string(CareTeamID(oncologyTeam)), fields{"region": "US"})
	require.Equal(t, "amber", us.concern(us.assess("ada", fever, nil), "phy.fever").Text("level"))
	odd := newPlace(t)
	odd.must("nurse", string(CareTeamID(oncologyTeam)), fields{"region": "Narnia"})
	require.Equal(t, "red", odd.concern(odd.assess("ada", fever, nil), "phy.fever").Text("level"), "a region that the rules do not know stops no report")
}

func TestATrendComparesWithTheAssessmentBefore(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	p.assess("ada", fields{"phy.pain": 2, "phy.tired": 5, "phy.sleep": 4}, nil)
	p.now += 7 * 24 * time.Hour.Milliseconds()
	a := p.assess("ada", fields{"phy.pain": 5, "phy.tired": 5, "phy.sleep": 1, "phy.nausea": 3}, nil)
	for code, trend := range map[string]string{"phy.pain": "worse", "phy.tired": "same", "phy.sleep": "better", "phy.nausea": "new"} {
		require.Equal(t, trend, p.concern(a, code).Text("trend"), code)
	}
	before, _ := p.concern(a, "phy.pain").Int("prevSeverity")
	require.Equal(t, int64(2), before)
	require.Contains(t, p.concern(a, "phy.pain").Texts("firedRules"), "WORSE|1.0.0", "up by 3 within 28 days")

	p.now += 60 * 24 * time.Hour.Milliseconds()
	b := p.assess("ada", fields{"phy.pain": 6, "phy.nausea": 6}, nil)
	require.NotContains(t, p.concern(b, "phy.nausea").Texts("firedRules"), "WORSE|1.0.0", "the one before is too long ago")
}

func TestAnAmendmentKeepsIdsLosesNothingAndOnlyRaises(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false, "phy.tired": 4}, nil)
	before := p.list("ada", "concern")
	p.must("ada", string(a), fields{"answers.phy.breath": 2, "answers.phy.nausea": 5, "answers.phy.tired": nil})

	require.Equal(t, "amended", p.sees("ada", a).Text("status"))
	require.Len(t, p.list("ada", "concern"), len(before)+1)
	breath := p.concern(a, "phy.breath")
	severity, _ := breath.Int("severity")
	require.Equal(t, int64(2), severity, "what the person says now is shown")
	require.Equal(t, "red", breath.Text("level"), "and the level stays until a nurse closes it")
	tired := p.concern(a, "phy.tired")
	severity, _ = tired.Int("severity")
	require.Equal(t, int64(0), severity, "an item that was taken back stays, with nothing ticked")
	row := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Red, row.Level)
	require.Equal(t, 1, row.Reports, "it is one report still")
	require.Contains(t, row.Concerns, string(ConcernID(a, "phy.nausea")))
	require.Equal(t, noon, row.ReportedAt)
}

func TestAnAmendmentAfterTheClosingOpensTheRowAgainAtItsOwnLevel(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	p.close("nurse", oncologyTeam, "managed-by-nurse")
	require.Empty(t, p.queue(oncologyTeam))
	p.must("ada", string(a), fields{"adviceAction": "called-line"})
	require.Empty(t, p.queue(oncologyTeam), "what the person did does not open it")
	p.must("ada", string(a), fields{"answers.phy.breath": 5})
	require.Equal(t, instrument.Amber, p.row(oncologyTeam, false).Level)
	require.Equal(t, "amber", p.concern(a, "phy.breath").Text("level"))
	require.Equal(t, "new", p.concern(a, "phy.breath").Text(routeStatusPrefix+oncologyTeam.String()))
}

func TestSomebodyElseCannotAmend(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.tired": 4}, nil)
	p.refused("ben", string(a), fields{"answers.phy.tired": 9, "answeredBy": "caregiver"}, "completed")
	p.refused("nurse", string(a), fields{"answers.phy.tired": 1}, "not yours")
}

func TestAMistakeIsMarkedAndStaysInTheQueueUntilANurseLooks(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, nil)
	p.must("ada", string(a), fields{"status": "entered-in-error"})
	withdrawn, _ := p.concern(a, "phy.breath").Bool("withdrawn")
	require.True(t, withdrawn)
	require.Len(t, p.queue(oncologyTeam), 1)
}

func TestThePinnedVersionStays(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "assessment/" + p.id("draft")
	p.must("ada", doc, fields{"questionnaire": "hna|1.0.0", "status": "in-progress"})
	p.refused("ada", doc, fields{"questionnaire": "hna|1.1.0"}, "stays as it was")
	p.must("ada", doc, fields{"questionnaire": "hna|1.0.0"})
}

func TestHazard_H25_AnswersOfAnotherVersionAreKeptAndNeverLost(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "phy.hiccups": 6}, fields{"questionnaire": "hna|9.0.0"})
	require.Equal(t, "6", string(p.sees("ada", a).Value("answers.phy.hiccups")))
	require.Equal(t, "red", p.concern(a, "phy.breath").Text("level"), "codes are permanent, so what is known is judged")
	require.Equal(t, 1, p.row(oncologyTeam, false).Unread)

	b := newPlace(t)
	b.assess("ada", fields{"phy.hiccups": 6}, fields{"questionnaire": "hna|9.0.0"})
	require.Equal(t, instrument.Green, b.row(oncologyTeam, false).Level, "a report that nobody could read is looked at by a person")
	require.Equal(t, instrument.Green, b.row(practiceTeam, false).Level)
}

func TestHazard_H20_ACaregiverSaysThatTheyAnswer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "assessment/" + p.id("proxy")
	p.refused("ben", doc, response(fields{"phy.tired": 4}, nil), "answering for somebody else")
	p.refused("ben", doc, response(fields{"phy.tired": 4}, fields{"answeredBy": "patient"}), "answering for somebody else")
	p.must("ben", doc, response(fields{"phy.tired": 4}, fields{"answeredBy": "caregiver"}))
	require.Equal(t, "caregiver", p.concern(syncing.DocID(doc), "phy.tired").Text("answeredBy"))
}

func TestHazard_H26_SelfHarmIsAnsweredByThePersonAndSeenByBothTeamsAlone(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, code := range neverByProxy {
		p.refused("ben", "assessment/"+p.id(code), response(fields{code: true}, fields{"answeredBy": "caregiver"}), "Only the person themselves")
	}
	a := p.assess("ada", fields{"emo.selfharm": true, "phy.tired": 4}, nil)

	for _, nurse := range []string{"nurse", "gp"} {
		require.Equal(t, "red", p.sees(nurse, ConcernID(a, "emo.selfharm")).Text("level"))
	}
	for _, other := range []string{"ben", "nina"} {
		require.False(t, p.sees(other, ConcernID(a, "emo.selfharm")).Exists())
		require.False(t, p.sees(other, a).Exists(), "nor the assessment that holds the answer")
		require.False(t, p.sees(other, TriageID(p.record, practiceTeam.String(), true)).Exists())
	}
	for _, team := range []syncing.TeamID{oncologyTeam, practiceTeam} {
		require.Equal(t, instrument.Red, p.row(team, true).Level)
		require.Equal(t, instrument.Green, p.row(team, false).Level, "the row that everybody sees says nothing of it")
		require.NotContains(t, p.row(team, false).Concerns, string(ConcernID(a, "emo.selfharm")))
	}
	require.True(t, p.sees("nina", TriageID(p.record, practiceTeam.String(), false)).Exists())
}

func TestAPhonesLevelFromAPrivateRuleRaisesNothingThatEverybodySees(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", fields{"emo.selfharm": true, "phy.tired": 4}, fields{"phoneLevel": "red"})
	require.Equal(t, instrument.Green, p.row(oncologyTeam, false).Level)
	p = newPlace(t)
	a := p.assess("ada", fields{"emo.selfharm": false, "phy.tired": 4}, fields{"phoneLevel": "emergency"})
	require.Equal(t, "emergency", p.concern(a, "phy.tired").Text("level"), "a level that nothing explains is believed")
}

func TestAPrivateRuleOfThePhoneAloneMakesAPrivateRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	patch := patchOf(syncing.DocID("assessment/"+p.id("a")), response(fields{"phy.tired": 4}, fields{"phoneLevel": "red"}))
	patch.Add["phoneRules"] = append(patch.Add["phoneRules"], syncing.TextValue("R17|1.0.0"))
	require.NoError(t, p.act("ada", patch))
	require.Equal(t, instrument.Green, p.row(oncologyTeam, false).Level)
	require.Equal(t, instrument.Red, p.row(oncologyTeam, true).Level, "what the phone knew and we do not is not lost")
	require.Equal(t, instrument.Red, p.row(practiceTeam, true).Level)

	other := newPlace(t)
	patch = patchOf(syncing.DocID("assessment/"+other.id("a")), response(fields{"phy.tired": 4}, fields{"phoneLevel": "red"}))
	patch.Add["phoneRules"] = append(patch.Add["phoneRules"], syncing.TextValue("R17"), syncing.TextValue("A18"))
	require.NoError(t, other.act("ada", patch))
	require.Equal(t, instrument.Amber, other.row(oncologyTeam, false).Level, "of two rules the open one shows")
}

func TestAPrivateLevelStaysPrivateBesideGenericAndUnknownRules(t *testing.T) {
	t.Parallel()
	for _, beside := range []string{"SEVERE", "URGENCY", "X99|9.0.0"} {
		p := newPlace(t)
		patch := patchOf(syncing.DocID("assessment/"+p.id("a")), response(fields{"phy.tired": 4}, fields{"phoneLevel": "emergency"}))
		patch.Add["phoneRules"] = append(patch.Add["phoneRules"], syncing.TextValue("E07"), syncing.TextValue(beside))
		require.NoError(t, p.act("ada", patch))
		require.Less(t, p.row(oncologyTeam, false).Level, instrument.Emergency, beside)
		require.Equal(t, instrument.Emergency, p.row(oncologyTeam, true).Level, beside)
	}
	p := newPlace(t)
	patch := patchOf(syncing.DocID("assessment/"+p.id("a")), response(fields{"phy.tired": 4}, fields{"phoneLevel": "red"}))
	patch.Add["phoneRules"] = append(patch.Add["phoneRules"], syncing.TextValue("X99|9.0.0"))
	require.NoError(t, p.act("ada", patch))
	require.Equal(t, instrument.Red, p.row(oncologyTeam, false).Level, "a rule that we do not know is believed")
}

func TestASensitiveAnswerThatNobodyCouldReadIsLookedAtInPrivate(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"emo.selfharm": 5}, nil)
	require.Equal(t, 1, p.row(oncologyTeam, true).Unread)
	require.Len(t, p.queue(oncologyTeam), 1, "and nothing of it shows to everybody")
	require.False(t, p.sees("ben", a).Exists())
	b := newPlace(t)
	b.assess("ada", fields{"emo.selfharm": 5, "phy.nausea": 5}, nil)
	require.Zero(t, b.row(oncologyTeam, false).Unread)
}

func TestSeveralSymptomsTogetherLiftThoseThatAreMeant(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	a := p.assess("ada", fields{"phy.pain": 7, "phy.vomit": 3, "m.vomits": 4, "phy.nausea": 2, "day.travel": 5}, nil)
	for code, level := range map[string]string{"phy.pain": "red", "phy.vomit": "red", "phy.nausea": "info", "day.travel": "green"} {
		require.Equal(t, level, p.concern(a, code).Text("level"), code)
	}
	require.Contains(t, p.concern(a, "phy.pain").Texts("firedRules"), "COMBINE|1.0.0")
	require.Equal(t, "amber", p.concern(a, "phy.pain").Text("serverLevel"), "its own")
	require.Equal(t, instrument.Green, p.row(navigatorTeam, false).Level)
}

func TestAReportThatArrivesLateIsComparedWithWhatCameBeforeIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ph := p.phone("ada", "phone")
	ph.write("assessment/"+p.id("old"), 48*time.Hour, response(fields{"phy.pain": 5}, nil))
	p.assess("ada", fields{"phy.pain": 2}, nil)
	ph.sync()
	require.Equal(t, "first", p.concern(syncing.DocID("assessment/"+p.id("old")), "phy.pain").Text("trend"))
}

func TestSensitiveItemsHideTheAssessmentAndANoDoesNot(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"emo.selfharm": false, "rel.unsafe": false, "phy.tired": 4}, nil)
	require.True(t, p.sees("ben", a).Exists())
	b := p.assess("ada", fields{"phy.intimacy": 1}, nil)
	require.False(t, p.sees("ben", b).Exists())
	require.True(t, p.sees("gp", b).Exists())
}

func TestEachConcernLiesInTheCategoryOfItsDomain(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	library := testConfig(t).Library
	ward := newWard(testConfig(t))
	want := map[string]string{
		"phy": CategoryPhysical, "day": CategoryPractical, "mny": CategoryPractical, "inf": CategoryPractical, "fut": CategoryPractical,
		"emo": CategoryEmotional, "rel": CategoryEmotional, "bel": CategoryEmotional,
	}
	answers := fields{}
	for _, item := range library.Current().Questionnaire().Items {
		answers[item.Code] = 1
		if item.Kind == instrument.KindYesNo {
			answers[item.Code] = true
		}
	}
	a := p.assess("ada", answers, nil)
	for _, item := range library.Current().Questionnaire().Items {
		category := ward.concernType().Categorise(p.concern(a, item.Code))
		if item.Sensitive {
			require.Equal(t, CategorySensitive, category, item.Code)
		} else {
			require.Equal(t, want[item.Domain], category, item.Code)
		}
	}
	require.Equal(t, CategorySensitive, ward.concernType().Categorise(syncing.Snapshot{}), "what we do not know is shown least")
}
