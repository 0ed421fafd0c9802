package care

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// emergency is a report that goes to oncology, and of which the practice is told.
var emergency = fields{"phy.breath": 8, "m.breathrest": true}

// told lists who was told about a row, in order.
func (p *place) told(doc syncing.DocID) (list []string) {
	p.t.Helper()
	for _, x := range escalationsIn(p.sees("nurse", doc)) {
		list = append(list, x.To)
	}
	return list
}

// until lets the clock look at each minute, as a follower that is there all the time would.
func (p *place) until(doc syncing.DocID, from, to int64) {
	p.t.Helper()
	for at := from; at <= to; at += time.Minute.Milliseconds() {
		p.follow(doc, at)
	}
}

func TestTheLadderIsClimbedOnceHoweverOftenTheClockLooks(t *testing.T) {
	t.Parallel()
	minute := time.Minute.Milliseconds()
	p := newPlace(t)
	p.assess("ada", emergency, nil)
	doc := p.row(oncologyTeam, false).Doc
	p.until(doc, p.now, p.now+14*minute)
	require.Empty(t, p.told(doc), "there is time yet")
	p.until(doc, p.now, p.now+15*minute)
	require.Equal(t, []string{"backup"}, p.told(doc))
	p.until(doc, p.now, p.now+44*minute)
	require.Equal(t, []string{"backup", "on-call"}, p.told(doc))
	p.until(doc, p.now, p.now+600*minute)
	all := []string{"backup", "on-call", "navigator", "other-team"}
	require.Equal(t, all, p.told(doc))
	require.NotContains(t, p.due(p.now+1e12), doc, "nothing is left to be done by time")

	slept := newPlace(t)
	slept.assess("ada", emergency, nil)
	doc = slept.row(oncologyTeam, false).Doc
	slept.follow(doc, slept.now+600*minute)
	require.Equal(t, all, slept.told(doc), "nothing is skipped by who was away")
	require.Zero(t, slept.follow(doc, slept.now+601*minute), "and nothing doubled")
}

func TestAnEscalationReachesTheOtherTeamsAndGoesAwayWithAContact(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.assess("ada", emergency, nil)
	doc := p.row(oncologyTeam, false).Doc
	p.follow(doc, p.now+time.Hour.Milliseconds())
	open := func() (teams []string) {
		for _, task := range p.list("nurse", taskName) {
			if isOpenTask(task) {
				require.Equal(t, string(doc), task.Text("focus"))
				teams = append(teams, task.Text("team"))
			}
		}
		return teams
	}
	require.ElementsMatch(t, []string{navigatorTeam.String(), practiceTeam.String()}, open())
	require.True(t, p.row(oncologyTeam, false).Overdue)

	p.now += 2 * time.Hour.Milliseconds()
	p.tries("nurse", doc, "no-answer")
	require.Len(t, open(), 2, "a try is no contact")
	p.tries("nurse", doc, "reached")
	require.Empty(t, open())
	row := p.row(oncologyTeam, false)
	require.False(t, row.Overdue)
	require.Empty(t, row.Escalated)
	require.Zero(t, p.follow(doc, p.now+1e10), "what was answered is not escalated")

	p.now += time.Hour.Milliseconds()
	p.assess("ada", emergency, nil)
	require.False(t, p.row(oncologyTeam, false).Overdue, "what comes in later has a clock of its own")
	p.follow(doc, p.now+15*time.Minute.Milliseconds())
	row = p.row(oncologyTeam, false)
	require.True(t, row.Overdue)
	require.Len(t, row.Escalated, 1)
	require.Equal(t, "backup", row.Escalated[0].To)
}

func TestTheEscalationOfWhatIsSensitiveIsAsPrivate(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	p.assess("ada", fields{"emo.selfharm": true, "m.harmnow": true}, nil)
	doc := p.row(oncologyTeam, true).Doc
	p.follow(doc, p.now+time.Hour.Milliseconds())
	require.Len(t, p.told(doc), 4)
	require.False(t, p.sees("nina", doc).Exists())
	require.Empty(t, p.list("nina", taskName), "the navigator's task of it is not theirs to see")
	require.NotEmpty(t, p.list("gp", taskName))
	require.Empty(t, p.list("ben", taskName))
}

func TestAMilderReportDoesNotClimbTheLadderOfAGraverOne(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	p.assess("ada", fields{"phy.nausea": 5}, nil)
	row := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Green, row.Level)
	p.follow(row.Doc, row.DueBy)
	require.True(t, p.row(oncologyTeam, false).Overdue)
	require.Empty(t, p.told(row.Doc), "at three working days it is overdue, at five days the navigator hears of it")
	p.follow(row.Doc, row.DueBy+48*time.Hour.Milliseconds())
	require.Equal(t, []string{"navigator"}, p.told(row.Doc))
}

func TestALadderThatContradictsItselfIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"nobody stands there":   {`"to": "on-call"`, `"to": "the night porter"`},
		"before the time is up": {`{"afterMinutes": 60, "to": "backup"`, `{"afterMinutes": 59, "to": "backup"`},
		"it goes down":          {`{"afterMinutes": 30, "to": "on-call"`, `{"afterMinutes": 50, "to": "on-call"`},
		"for what has no time":  {`"escalation": []`, `"escalation": [{"afterMinutes": 1, "to": "lead", "source": "x"}]`},
		"no budget":             {`"warnAbovePercent": 40`, `"warnAbovePercent": 0`},
	} {
		broken := bytes.Replace(serviceLevelsFile, []byte(change[0]), []byte(change[1]), 1)
		require.NotEqual(t, serviceLevelsFile, broken, name)
		_, err := loadServiceLevels(broken)
		require.Error(t, err, name)
	}
	require.True(t, strings.Contains(string(serviceLevelsFile), "not clinically approved"))
}
