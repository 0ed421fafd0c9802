package care

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// reads is the timeline as somebody reads it, without its times.
func (p *place) reads(by string, owner bool) (lines []string) {
	p.t.Helper()
	words := NewWords(testConfig(p.t))
	who := Onlooker{Record: p.record, Account: account(by), Owner: owner}
	require.NoError(p.t, p.engine.Read(p.t.Context(), syncing.Principal{Account: account(by)}, p.record, func(_ syncing.Scope, r syncing.Reader) error {
		list, err := words.Timeline(who, BinderOf(r))
		for _, line := range list {
			lines = append(lines, line.Text)
		}
		return err
	}))
	return lines
}

func TestATimelineTellsEachReaderWhatTheyMaySeeInTheirOwnWords(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.reached(oncologyTeam, practiceTeam)
	require.Empty(t, p.reads("ada", true))
	p.assess("ada", fields{"phy.sleep": 7, "emo.selfharm": true}, nil)
	p.now++
	p.assess("ada", nil, nil)
	p.now++
	p.letter("ada", fields{"body": "May I swim?", "topic": "Swimming", "actionRequired": nil}, oncologyTeam)
	require.Equal(t, []string{
		"You reported: Sleeping badly; Thoughts of hurting myself or not wanting to be alive.", "That reached The oncology team and The primary-care team.",
		"You completed an assessment.",
		"You sent “Swimming” to The oncology team, who must act on it.",
	}, p.reads("ada", true))
	require.Equal(t, "Ada Grey reported: Sleeping badly; Thoughts of hurting myself or not wanting to be alive.", p.reads("gp", false)[0])
	require.Equal(t, []string{
		"The person reported: Sleeping badly.", "That reached another team.", "The person completed an assessment.",
	}, p.reads("ben", false), "the caregiver is told nothing of what is sensitive, nor of messages, nor which teams those are")
	require.Equal(t, "Ada Grey sent “Swimming” to The oncology team, who must act on it.", p.reads("nina", false)[3])
}

func TestAPhoneTellsWhatHasNotLeftItLast(t *testing.T) {
	t.Parallel()
	record := syncing.RecordID{UUID: syncing.DerivedUUID("record", t.Name())}
	team := CareTeamID(oncologyTeam)
	papers := map[string][]Paper{
		careTeamName: {WirePaper(team, 1, patchOf(team, fields{"name": "Oncology"}).Set)},
		messageName: {WirePaper("message/m", 0, patchOf("message/m", fields{
			"topic": "Tablets", "recipient": []string{oncologyTeam.String()},
		}).Set)},
	}
	lines, err := NewWords(testConfig(t)).Timeline(Onlooker{Record: record, Owner: true}, func(kind string) ([]Paper, error) { return papers[kind], nil })
	require.NoError(t, err)
	require.Equal(t, []Line{{0, "message/m", "“Tablets” waits on this phone for Oncology. It is sent when there is a network."}}, lines)
	require.Equal(t, StateQueued, StateOf(nil, oncologyTeam.String()))
}
