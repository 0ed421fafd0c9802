package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

func (p *place) why(row Row) string {
	p.t.Helper()
	return NewWords(testConfig(p.t)).WhyHere(row, p.now, "Europe/London")
}

func TestTwoReportsWithinMinutesAreBothKeptAndCountOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.nausea": 5}, nil)
	p.now += 9 * time.Minute.Milliseconds()
	b := p.assess("ada", fields{"phy.nausea": 6}, nil)
	require.Equal(t, []string{string(b)}, p.sees("ada", a).Texts("possibleDuplicate"))
	require.Equal(t, []string{string(a)}, p.sees("ada", b).Texts("possibleDuplicate"))
	require.Equal(t, "completed", p.sees("ada", a).Text("status"), "a mark is no amendment")
	row := p.row(oncologyTeam, false)
	require.Equal(t, 1, row.Reports)
	require.Equal(t, 2, row.Duplicates)
	require.Len(t, row.Concerns, 2, "nothing is merged")
	require.Contains(t, p.why(row), "may be one")

	p.now += 11 * time.Minute.Milliseconds()
	c := p.assess("ada", fields{"phy.nausea": 6}, nil)
	require.Empty(t, p.sees("ada", c).Texts("possibleDuplicate"), "later than that it is another report")
	require.Equal(t, 2, p.row(oncologyTeam, false).Reports)
}

func TestAPossibleDuplicateTellsNothingOfAHiddenReport(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.nausea": 5}, nil)
	b := p.assess("ada", fields{"emo.selfharm": true}, nil)
	require.Empty(t, p.sees("ben", a).Texts("possibleDuplicate"), "who reads the one may not know of the other")
	require.Equal(t, []string{string(a)}, p.sees("nurse", b).Texts("possibleDuplicate"))
	require.Zero(t, p.row(oncologyTeam, false).Duplicates)
}

func TestALevelThatTheServerRaisedSaysSo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.breath": 8, "m.breathrest": false, "phy.tired": 4}, fields{"phoneLevel": "green", "phoneHash": p.rulesHash()})
	upgraded, _ := p.sees("ada", a).Bool("upgraded")
	require.True(t, upgraded, "the phone can show it")
	require.Equal(t, "red", p.sees("ada", a).Text("serverLevel"))
	require.Contains(t, NewWords(testConfig(t)).Concern(p.concern(a, "phy.breath")), "More urgent than the phone had said.")
	marked, _ := p.concern(a, "phy.breath").Bool("upgraded")
	require.True(t, marked)
	marked, _ = p.concern(a, "phy.tired").Bool("upgraded")
	require.False(t, marked, "tiredness is as the phone judged it")
	row := p.row(oncologyTeam, false)
	require.True(t, row.Upgraded)
	require.Contains(t, p.why(row), "Upgraded after sync")
	require.True(t, p.row(practiceTeam, false).Upgraded, "who is told of it is told that too")

	q := newPlace(t)
	b := q.assess("ada", fields{"phy.breath": 8, "m.breathrest": false}, fields{"phoneLevel": "red", "phoneHash": q.rulesHash()})
	upgraded, _ = q.sees("ada", b).Bool("upgraded")
	require.False(t, upgraded)
	require.Empty(t, q.row(oncologyTeam, false).Review)
}

func (p *place) rulesHash() string { return testConfig(p.t).Library.Current().SHA256() }

func TestUnknownOrOldRulesOfAPhoneAreForANurseToLookAt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	old := p.now - 31*24*time.Hour.Milliseconds()
	p.assess("ada", fields{"phy.nausea": 5}, fields{"phoneLevel": "green", "phoneHash": "00ff", "phoneRulesAt": old})
	row := p.row(oncologyTeam, false)
	require.Equal(t, []string{"old-rules", "unknown-rules"}, row.Review)
	require.Contains(t, p.why(row), "rules that we do not know")

	q := newPlace(t)
	q.assess("ada", fields{"phy.nausea": 5}, fields{"phoneLevel": "green", "phoneHash": q.rulesHash(), "phoneRulesAt": old + 2*24*time.Hour.Milliseconds()})
	require.Empty(t, q.row(oncologyTeam, false).Review)
}

func TestWhatThePersonDidAboutTheAdviceReachesTheRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	breath := fields{"phy.breath": 8, "m.breathrest": false}
	a := p.assess("ada", breath, fields{"phoneLevel": "red", "adviceShownAt": p.now, "adviceAction": "not-yet"})
	row := p.row(oncologyTeam, false)
	require.Equal(t, p.now, row.AdviceShownAt)
	require.Contains(t, p.why(row), "Advice shown Friday 20 November, 10:00; patient said: not called yet: call first, read later.")
	p.must("ada", string(a), fields{"adviceAction": "called-line"})
	row = p.row(oncologyTeam, false)
	require.Equal(t, 1, row.Reports)
	require.Contains(t, p.why(row), "patient said: called the 24-hour line.")

	q := newPlace(t)
	q.assess("ada", fields{"emo.selfharm": true, "phy.tired": 4}, fields{"phoneLevel": "red", "adviceShownAt": q.now, "adviceAction": "called-emergency"})
	require.Empty(t, q.row(oncologyTeam, false).AdviceAction, "a row that is not urgent by itself would tell of what is hidden")
	require.Equal(t, "called-emergency", q.row(oncologyTeam, true).AdviceAction)
}

func TestAPhoneWhoseClockIsWrongShowsBothTimes(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ph := p.phone("ada", "phone")
	ph.skew = -48 * time.Hour.Milliseconds()
	ph.write("assessment/"+p.id("a"), 3*time.Hour, response(fields{"phy.breath": 8, "m.breathrest": false}, nil))
	ph.sync()
	row := p.row(oncologyTeam, false)
	require.Equal(t, p.now-3*time.Hour.Milliseconds(), row.ReportedAt)
	require.Equal(t, p.now-51*time.Hour.Milliseconds(), row.DeviceAt)
	require.True(t, row.Late)
	require.Contains(t, p.why(row), "The phone's clock is wrong: it said Wednesday 18 November, 07:00")
}

func TestADocumentCompletedOnceMoreIsAnAmendment(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.tired": 5}, nil)
	p.must("ada", string(a), response(fields{"phy.tired": 4, "phy.nausea": 7}, nil))
	require.Equal(t, "amended", p.sees("ada", a).Text("status"))
	require.Equal(t, instrument.Amber, p.row(oncologyTeam, false).Level)
	require.Equal(t, 1, p.row(oncologyTeam, false).Reports)
}

func TestReportLimitsAreWholeOrRefused(t *testing.T) {
	t.Parallel()
	_, err := loadReportLimits(reportLimitsFile)
	require.NoError(t, err)
	for _, broken := range []string{`{}`, `{"id":"reports"}`, `{"id":"reports","version":"1","review":"r","source":"s","about":"","duplicateMinutes":0,"clockOffMinutes":1,"rulesOldDays":1}`, `{"unknown":1}`} {
		_, err := loadReportLimits([]byte(broken))
		require.Error(t, err, broken)
	}
}
