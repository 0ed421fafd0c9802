package care

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// prescriber makes somebody of oncology one.
func (p *place) prescriber(name string) {
	g := p.people[account(name)]
	g.Job, g.Name = "oncologist", "Dr "+name
	p.people[account(name)] = g
}

// growthFactor is what is expected after a growth factor was given on the day before yesterday.
func growthFactor(more fields) fields {
	set := fields{
		"code": "cbc.wbc", "low": "10", "high": "60", "unit": "10*9/L", "validFrom": "2026-11-18", "validTo": "2026-11-25", "doseDate": "2026-11-18",
		"drug": "pegfilgrastim", "because": "pegfilgrastim on 18 November", "ifOutside": "Call the oncology line.",
		"patientText": "A high count is what the injection is for.", "clinicianText": "Expected after pegfilgrastim.", "status": "draft",
	}
	maps.Copy(set, more)
	return set
}

// signs drafts and signs a finding with exclusions.
func (p *place) signs(set fields, exclusions ...string) syncing.DocID {
	p.t.Helper()
	p.prescriber("colleague")
	doc := syncing.DocID(expectedFindingName + "/" + p.id("finding"))
	patch := patchOf(doc, set)
	patch.Add["exclusions"] = quoted(exclusions)
	require.NoError(p.t, p.act("gp", patch))
	p.must("colleague", string(doc), fields{"status": "signed"})
	return doc
}

func (p *place) measures(name string, set fields) syncing.Snapshot {
	p.t.Helper()
	p.keys++
	doc := resultName + "/" + p.id(fmt.Sprint("result", p.keys))
	p.must(name, doc, set)
	return p.sees("nurse", syncing.DocID(doc))
}

// acknowledges decides upon a result, or says something else about it.
func (p *place) acknowledges(name string, team syncing.TeamID, result syncing.Snapshot, more fields) error {
	p.t.Helper()
	p.keys++
	now := p.sees("nurse", result.ID())
	version, _ := now.Int("version")
	set := fields{"result": string(result.ID()), "team": team.String(), "version": version}
	maps.Copy(set, more)
	return p.try(name, resultAckName+"/"+p.id(fmt.Sprint("ack", p.keys)), set)
}

// TestHazard_H08_ClassMatchAndExclusionTogether is the table: which number, taken when, with which answers of the last day.
func TestHazard_H08_ClassMatchAndExclusionTogether(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour.Milliseconds()
	no := fields{"phy.tired": 3}
	fever := fields{"phy.fever": 5, "m.temp": "38.1"}
	pain := fields{"phy.pain": 6, "m.leftbelly": true}
	otherPain := fields{"phy.pain": 6, "m.leftbelly": false}
	somePain := fields{"phy.pain": 6}
	for name, row := range map[string]struct {
		value    string
		on       int64 // days from noon
		answers  fields
		ago      time.Duration
		blasts   any
		verified any
		class    string
		match    string
		level    instrument.Level
	}{
		"expected, and everybody asked":        {"50", 0, no, time.Hour, false, true, "critical-expected", "matches", instrument.Amber},
		"nobody asked the person":              {"50", 0, nil, 0, false, true, "critical", "asks", instrument.Red},
		"asked two days ago":                   {"50", 0, no, 48 * time.Hour, false, true, "critical", "asks", instrument.Red},
		"nobody says whether there are blasts": {"50", 0, no, time.Hour, nil, true, "critical", "asks", instrument.Red},
		"blasts":                               {"50", 0, no, time.Hour, true, true, "critical", "", instrument.Red},
		"a fever":                              {"50", 0, fever, time.Hour, false, true, "critical", "", instrument.Red},
		"a fever of the day before yesterday":  {"50", 0, fever, 48 * time.Hour, false, true, "critical", "", instrument.Red},
		"pain under the left ribs":             {"50", 0, pain, time.Hour, false, true, "critical", "", instrument.Red},
		"pain elsewhere":                       {"50", 0, otherPain, time.Hour, false, true, "critical-expected", "matches", instrument.Amber},
		"pain, and nobody asked where":         {"50", 0, somePain, time.Hour, false, true, "critical", "asks", instrument.Red},
		"above what was expected":              {"72", 0, no, time.Hour, false, true, "critical", "", instrument.Red},
		"above what anybody may expect":        {"101", 0, no, time.Hour, false, true, "critical", "", instrument.Red},
		"after the last day":                   {"50", 6, no, time.Hour, false, true, "critical", "", instrument.Red},
		"before the first day":                 {"50", -3, no, time.Hour, false, true, "critical", "", instrument.Red},
		"high, not critical":                   {"20", 0, no, time.Hour, false, true, "action", "matches", instrument.Amber},
		"ordinary":                             {"12", 0, no, time.Hour, false, true, "normal", "matches", instrument.Info},
		"unverified":                           {"50", 0, no, time.Hour, false, false, "critical", "matches", instrument.Red},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.now += row.on*day - row.ago.Milliseconds() + 10*day // the clock of a server never goes back
			late := growthFactor(fields{"validFrom": "2026-11-28", "validTo": "2026-12-05", "doseDate": "2026-11-28"})
			p.signs(late, "fever", "spleen-pain", "blasts", "no-gcsf-date")
			if row.answers != nil {
				p.assess("ada", row.answers, nil)
			}
			p.now += row.ago.Milliseconds()
			result := p.measures("gp", counted(row.value, "10*9/L", fields{"effective": p.now, "blasts": row.blasts, "verified": row.verified}))
			require.Equal(t, []string{row.class, row.match}, []string{result.Text("class"), result.Text("match")})
			require.Equal(t, row.level, p.waitsAt(oncologyTeam, result.ID()))
		})
	}
}

// waitsAt is at which level a result stands in the queue of a team; info if it does not.
func (p *place) waitsAt(team syncing.TeamID, result syncing.DocID) instrument.Level {
	p.t.Helper()
	for _, e := range waitingIn(p.sees("nurse", TriageID(p.record, team.String(), false))) {
		if e.Assessment == string(result) {
			return e.Level
		}
	}
	return instrument.Info
}

func TestHazard_H08_AFindingIsBoundedAndCountsOnlyOnceAPrescriberHasSigned(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.prescriber("colleague")
	doc := expectedFindingName + "/" + p.id("finding")
	p.refused("gp", doc, growthFactor(fields{"high": "101"}), "above 100")
	p.refused("gp", doc, growthFactor(fields{"validTo": "2026-12-20", "validFrom": "2026-12-01"}), "last dose")
	p.refused("ada", doc, growthFactor(nil), "not yours")
	p.refused("colleague", doc, growthFactor(fields{"status": "signed"}), "status cannot")
	p.must("gp", doc, growthFactor(nil))
	require.False(t, p.sees("ada", syncing.DocID(doc)).Exists(), "a draft is nothing to go by")
	require.True(t, p.sees("nurse", syncing.DocID(doc)).Exists())
	p.refused("gp", doc, fields{"status": "signed"}, "prescriber")
	p.refused("nurse", doc, fields{"status": "signed"}, "prescriber")
	p.refused("colleague", doc, fields{"status": "signed", "high": "90"}, "as it stands")
	p.must("colleague", doc, fields{"status": "signed"})
	signed := p.sees("ada", syncing.DocID(doc))
	require.Equal(t, "Dr colleague", signed.Text("signedBy"))
	p.refused("colleague", doc, fields{"high": "90"}, "stays as it was signed")
	p.refused("gp", doc, fields{"status": "entered-in-error"}, "prescriber")

	other := expectedFindingName + "/" + p.id("other")
	p.must("gp", other, growthFactor(fields{"high": "50", "supersedes": doc}))
	require.Equal(t, "signed", p.sees("ada", syncing.DocID(doc)).Text("status"), "a draft takes nobody's place")
	p.must("colleague", other, fields{"status": "signed"})
	require.Equal(t, "superseded", p.sees("ada", syncing.DocID(doc)).Text("status"))
}

func TestHazard_H11_TheLadderOfAResultIsClimbedOnceAndNotByAnybodyElse(t *testing.T) {
	t.Parallel()
	hour := time.Hour.Milliseconds()
	p := newPlace(t)
	result := p.measures("gp", counted("0.8", "10*9/L", nil))
	p.measures("gp", counted("0.7", "10*9/L", fields{"code": "cbc.anc"}))
	told := func(upTo int64) (list []string) {
		p.follow(result.ID(), p.now+upTo)
		for _, s := range stepsIn(p.sees("nurse", result.ID())) {
			list = append(list, s.To)
		}
		return list
	}
	require.Empty(t, told(hour-1))
	require.Equal(t, []string{"backup"}, told(hour))
	require.Equal(t, []string{"backup", "lead"}, told(2*hour))
	require.NotContains(t, p.kinds("gp", practiceTeam), TaskResult)
	require.Len(t, told(3*hour), 4)
	require.Contains(t, p.kinds("gp", practiceTeam), TaskResult)
	require.Contains(t, p.kinds("nina", navigatorTeam), TaskResult)
	require.Len(t, told(99*hour), 4)

	require.ErrorContains(t, p.acknowledges("gp", practiceTeam, result, fields{"decision": "no-action"}), "Another team is responsible")
	require.NoError(t, p.acknowledges("gp", practiceTeam, result, nil), "seen is not acknowledged")
	require.False(t, isAcknowledged(p.sees("ada", result.ID())))
	row := p.row(oncologyTeam, false)
	require.ErrorContains(t, p.act("nurse", ClosePatch(p.sees("nurse", row.Doc), "no-action", "")), "A result waits here")
	require.NoError(t, p.acknowledges("nurse", oncologyTeam, result, fields{"decision": "repeat", "note": "Again on Thursday."}))
	require.Equal(t, instrument.Info, p.waitsAt(oncologyTeam, result.ID()))
	require.NotContains(t, p.kinds("gp", practiceTeam), TaskResult)
	require.Zero(t, p.follow(result.ID(), p.now+999*hour))
	require.Len(t, p.queue(oncologyTeam), 1, "the other one waits on")
}

// kinds are the open tasks of a team, as somebody sees them.
func (p *place) kinds(name string, team syncing.TeamID) (list []string) {
	p.t.Helper()
	for _, task := range p.list(name, taskName) {
		if isOpenTask(task) && task.Text("team") == team.String() {
			list = append(list, task.Text("kind"))
		}
	}
	return list
}

func TestACorrectionKeepsBothVersionsVoidsWhatWasSaidAndBeginsAnew(t *testing.T) {
	t.Parallel()
	hour := time.Hour.Milliseconds()
	p := newPlace(t)
	result := p.measures("gp", counted("2.5", "10*9/L", nil))
	require.Equal(t, "normal", result.Text("class"))
	require.Empty(t, p.queue(oncologyTeam), "what can wait is on the list and not in the queue")
	require.NoError(t, p.acknowledges("nurse", oncologyTeam, result, fields{"decision": "no-action"}))
	p.now += hour
	p.refused("gp", string(result.ID()), fields{"value": "0.25"}, "amended or corrected")
	p.must("gp", string(result.ID()), fields{"value": "0.25", "status": "corrected"})
	after := p.sees("ada", result.ID())
	require.Equal(t, "critical", after.Text("class"))
	require.False(t, isAcknowledged(after))
	require.Len(t, earlierOf(after), 1)
	require.Equal(t, []string{"2.5", "no-action"}, []string{earlierOf(after)[0].Value, earlierOf(after)[0].Decision})
	due, _ := after.Int("dueBy")
	require.Equal(t, p.now+hour, due)
	require.Equal(t, instrument.Red, p.waitsAt(oncologyTeam, result.ID()))
	p.follow(result.ID(), p.now+hour)
	require.NotEmpty(t, p.sees("nurse", result.ID()).Elems("rungs"))

	stale := fields{"result": string(result.ID()), "team": oncologyTeam.String(), "version": 1, "decision": "no-action"}
	p.refused("nurse", resultAckName+"/"+p.id("stale"), stale, "corrected or withdrawn meanwhile")
	p.must("gp", string(result.ID()), fields{"status": "entered-in-error"})
	require.Empty(t, p.queue(oncologyTeam))
	p.refused("gp", string(result.ID()), fields{"value": "3"}, "withdrawn")
}

func TestTwoWhoCorrectHalvesOfANumberAtOnceDoNotMakeAThird(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	result := p.measures("gp", counted("5.0", "10*9/L", nil))
	board := p.phone("gp", "board")
	p.refused("nurse", string(result.ID()), fields{"unit": "/uL", "status": "corrected"}, "the number with its unit")
	p.must("nurse", string(result.ID()), fields{"value": "500", "unit": "/uL", "status": "corrected"})
	require.NoError(t, p.acknowledges("nurse", oncologyTeam, result, fields{"decision": "repeat"}))
	board.write(string(result.ID()), time.Hour, fields{"value": "5.5", "status": "amended"})
	require.Equal(t, syncing.Held, board.sync()[0].Status, "it was written for a number that stands no more")
	after := p.sees("ada", result.ID())
	require.Equal(t, []string{"500", "0.5", "critical"}, []string{after.Text("value"), after.Text("normalised"), after.Text("class")})
	require.True(t, isAcknowledged(after))
}

// A report that was written before a decision and arrives after it makes the decision void all the same.
func TestAFeverThatArrivesLateOpensAResultAgain(t *testing.T) {
	t.Parallel()
	hour := time.Hour.Milliseconds()
	p := newPlace(t)
	result := p.measures("gp", counted("0.4", "10*9/L", fields{"code": "cbc.anc"}))
	phone := p.phone("ada", "phone")
	p.now += hour
	require.NoError(t, p.acknowledges("nurse", oncologyTeam, result, fields{"decision": "repeat"}))
	p.now += hour
	phone.write("assessment/"+p.id("offline"), 90*time.Minute, response(fields{"phy.fever": 5, "m.temp": "38.4"}, nil))
	phone.sync()
	require.Equal(t, instrument.Emergency, p.waitsAt(oncologyTeam, result.ID()))
	after := p.sees("nurse", result.ID())
	require.False(t, isAcknowledged(after))
	p.follow(result.ID(), p.now+hour)
	require.NotEmpty(t, p.sees("nurse", result.ID()).Elems("rungs"), "and its ladder begins")
}

func TestHazard_H11_WhatCanWaitIsATaskAfterAWeekAndATeamThatHasLeftIsSucceeded(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour.Milliseconds()
	p := newPlace(t)
	calm := p.measures("gp", counted("5", "10*9/L", nil))
	p.follow(calm.ID(), p.now+7*day-1)
	require.NotContains(t, p.kinds("nurse", oncologyTeam), TaskResult)
	p.follow(calm.ID(), p.now+7*day)
	require.Contains(t, p.kinds("nurse", oncologyTeam), TaskResult)
	p.follow(calm.ID(), p.now+21*day)
	require.Contains(t, p.kinds("gp", practiceTeam), TaskResult)

	left := newPlace(t)
	low := left.measures("gp", counted("0.8", "10*9/L", nil))
	left.must("nurse", string(CareTeamID(oncologyTeam)), fields{"status": "inactive"})
	left.follow(low.ID(), left.now+time.Hour.Milliseconds())
	require.Equal(t, practiceTeam.String(), left.sees("gp", low.ID()).Text("responsibleTeam"))
	require.Equal(t, instrument.Red, left.waitsAt(practiceTeam, low.ID()))
	require.Equal(t, instrument.Info, left.waitsAt(oncologyTeam, low.ID()))
}

func TestAResultChangesHandsOnlyWhenTheOtherTeamAccepts(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	result := p.measures("gp", counted("0.8", "10*9/L", nil))
	offer := fields{"decision": decisionTransfer, "to": practiceTeam.String(), "note": "You see her today."}
	require.ErrorContains(t, p.acknowledges("nurse", oncologyTeam, result, fields{"decision": decisionTransfer, "to": practiceTeam.String()}), "say why")
	require.NoError(t, p.acknowledges("nurse", oncologyTeam, result, offer))
	require.Equal(t, oncologyTeam.String(), p.sees("gp", result.ID()).Text("responsibleTeam"), "nothing changes before they accept")
	require.Equal(t, instrument.Red, p.waitsAt(oncologyTeam, result.ID()))
	require.Contains(t, p.kinds("gp", practiceTeam), TaskResult)
	require.NoError(t, p.acknowledges("gp", practiceTeam, result, fields{"answer": "declined", "note": "She is with you."}))
	require.NotContains(t, p.kinds("gp", practiceTeam), TaskResult)
	require.ErrorContains(t, p.acknowledges("gp", practiceTeam, result, fields{"answer": "accepted"}), "not asked")

	require.NoError(t, p.acknowledges("nurse", oncologyTeam, result, offer))
	require.Contains(t, p.kinds("gp", practiceTeam), TaskResult, "asked anew")
	due, _ := p.sees("gp", result.ID()).Int("dueBy")
	p.now += time.Minute.Milliseconds()
	require.NoError(t, p.acknowledges("gp", practiceTeam, result, fields{"answer": "accepted"}))
	after := p.sees("ada", result.ID())
	same, _ := after.Int("dueBy")
	require.Equal(t, []any{practiceTeam.String(), due}, []any{after.Text("responsibleTeam"), same}, "the clock runs on")
	require.Equal(t, instrument.Info, p.waitsAt(oncologyTeam, result.ID()))
	require.Equal(t, instrument.Red, p.waitsAt(practiceTeam, result.ID()))
	require.Empty(t, p.queue(oncologyTeam))
	require.ErrorContains(t, p.acknowledges("nurse", oncologyTeam, result, fields{"decision": "no-action"}), "Another team")
	require.NoError(t, p.acknowledges("gp", practiceTeam, result, fields{"decision": "contact-patient", "patientInformedAt": p.now, "patientInformedHow": "phone"}))
	require.True(t, p.sees("ada", result.ID()).Has("informedAt"))
}

func TestFewNeutrophilsAndAFeverAreAnEmergencyInWhicheverOrderTheyCome(t *testing.T) {
	t.Parallel()
	low := counted("0.4", "10*9/L", fields{"code": "cbc.anc"})
	fever := fields{"phy.fever": 5, "m.temp": "38.4"}
	first := newPlace(t)
	first.assess("ada", fever, nil)
	first.now += 48 * time.Hour.Milliseconds()
	low["effective"] = first.now
	require.Equal(t, instrument.Emergency, first.waitsAt(oncologyTeam, first.measures("gp", low).ID()))

	late := newPlace(t)
	low["effective"] = late.now
	result := late.measures("gp", low)
	require.Equal(t, instrument.Red, late.waitsAt(oncologyTeam, result.ID()))
	require.NoError(t, late.acknowledges("nurse", oncologyTeam, result, fields{"decision": "repeat"}))
	late.now += time.Hour.Milliseconds()
	late.assess("ada", fields{"phy.tired": 3}, nil)
	require.Equal(t, instrument.Info, late.waitsAt(oncologyTeam, result.ID()), "no sign of an infection")
	late.assess("ada", fever, nil)
	require.Equal(t, instrument.Emergency, late.waitsAt(oncologyTeam, result.ID()), "what was decided upon the number alone is decided anew")
	require.False(t, isAcknowledged(late.sees("nurse", result.ID())))

	long := newPlace(t)
	long.assess("ada", fever, nil)
	long.now += 73 * time.Hour.Milliseconds()
	low["effective"] = long.now
	require.Equal(t, instrument.Red, long.waitsAt(oncologyTeam, long.measures("gp", low).ID()), "that was long ago")
}

func TestWhatThePersonSendsIsGreyAndAnswersNoDate(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.must("nurse", labOrderName+"/"+p.id("order"), fields{
		"code": "cbc.diff", "title": "Blood count", "requesterTeam": oncologyTeam.String(), "resultResponsibleTeam": oncologyTeam.String(),
		"anchor": "2026-11-20", "zone": "Europe/London", "recurrence": "FREQ=DAILY;INTERVAL=3;COUNT=4", "windowAfterDays": 1, "status": "active",
	})
	p.refused("ada", resultName+"/"+p.id("bold"), counted("0.8", "10*9/L", nil), "a picture or a copy")
	p.refused("ada", resultName+"/"+p.id("sure"), counted("0.8", "10*9/L", fields{"source": "patient-photo", "verified": true}), "not yours")
	photo := p.measures("ada", counted("0.8", "10*9/L", fields{"source": "patient-photo"}))
	require.False(t, isVerified(photo))
	require.Empty(t, photo.Text("answersDate"))
	require.Equal(t, instrument.Red, p.waitsAt(oncologyTeam, photo.ID()), "a nurse looks at it all the same")

	wbc := p.measures("gp", counted("5", "10*9/L", nil))
	plt := p.measures("gp", counted("200", "10*9/L", fields{"code": "cbc.plt"}))
	again := p.measures("gp", counted("5.1", "10*9/L", fields{"effective": p.now + 24*time.Hour.Milliseconds()}))
	require.Equal(t, "2026-11-20", wbc.Text("answersDate"))
	require.Equal(t, "2026-11-20", plt.Text("answersDate"), "of the same sample")
	require.Empty(t, again.Text("answersDate"), "each date once")
	require.Empty(t, p.measures("gp", counted("100", "umol/L", fields{"code": "chem.creat"})).Text("answersDate"), "not what was ordered")

	p.must("nurse", string(photo.ID()), fields{"verified": true})
	p.refused("ada", string(photo.ID()), fields{"value": "8"}, "has checked this result")
}

func TestANarrowKindOfResultIsHeldBackWhereTheRegionAllowsItAndShownInTime(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := resultName + "/" + p.id("one")
	held := fields{
		"code": "genetic", "conclusion": "No variant found.", "effective": p.now, "source": "clinician-entry", "status": "final",
		"holdUntil": "2026-11-27", "holdReason": "We tell her ourselves on Wednesday.",
	}
	p.refused("nurse", doc, counted("5", "10*9/L", fields{"holdUntil": "2026-11-27", "holdReason": "x"}), "not held back")
	long := maps.Clone(held)
	long["holdUntil"] = "2026-12-31"
	p.refused("nurse", doc, long, "not held back")
	p.must("nurse", doc, held)
	require.False(t, p.sees("ada", syncing.DocID(doc)).Exists())
	require.True(t, p.sees("gp", syncing.DocID(doc)).Exists())
	said := fields{"decision": "contact-patient", "note": "We see her on Wednesday."}
	require.ErrorContains(t, p.acknowledges("nurse", oncologyTeam, p.sees("nurse", syncing.DocID(doc)), said), "held back with it")
	said["held"] = true
	require.NoError(t, p.acknowledges("nurse", oncologyTeam, p.sees("nurse", syncing.DocID(doc)), said))
	require.Empty(t, p.list("ada", resultAckName), "nor does she read what is said of it")
	require.Len(t, p.list("gp", resultAckName), 1)
	p.follow(syncing.DocID(doc), p.now+6*24*time.Hour.Milliseconds())
	require.False(t, p.sees("ada", syncing.DocID(doc)).Exists())
	p.follow(syncing.DocID(doc), p.now+7*24*time.Hour.Milliseconds())
	require.True(t, p.sees("ada", syncing.DocID(doc)).Exists())

	us := newPlace(t)
	us.must("nurse", string(CareTeamID(oncologyTeam)), fields{"region": "US"})
	us.refused("nurse", doc, held, "not held back")
}
