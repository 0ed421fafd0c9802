package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func offered() fields {
	return fields{
		"title": "Blood pressure every month", "kind": "comorbidity", "topic": "bp", "accountableTeam": practiceTeam.String(),
		"proposedBy": oncologyTeam.String(), "status": "offered", "protocolRef": "Measure at rest.", "returnCriteria": "Above 160 twice.",
	}
}

func TestAnActivityHasOneAccountableTeam(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "activity/" + p.id("bp")
	p.refused("gp", doc, offered(), "in its own name")
	p.must("nurse", doc, offered())
	p.refused("nurse", doc, fields{"status": "accepted"}, "Only the team that answers")
	p.refused("nina", doc, fields{"status": "cancelled"}, "Only the team that answers")
	p.refused("nurse", doc, fields{"supportTeams": nil, "title": ""}, "takes add")
	p.refused("gp", doc, fields{"status": "declined"}, "say why")
	p.must("gp", doc, fields{"status": "declined", "statusReason": "We are closed for a month."})
	p.refused("nurse", doc, fields{"status": "offered"}, "That team has declined")
	p.must("nurse", doc, fields{"accountableTeam": oncologyTeam.String(), "status": "offered"})
	p.must("nurse", doc, fields{"accountableTeam": practiceTeam.String()})
	p.refused("gp", doc, fields{"accountableTeam": navigatorTeam.String()}, "only by an offer")
	p.refused("nurse", doc, fields{"proposedBy": practiceTeam.String()}, "only by an offer")
	p.must("gp", doc, fields{"status": "accepted"})
	p.refused("nurse", doc, fields{"accountableTeam": oncologyTeam.String()}, "only by an offer")
	p.refused("nurse", doc, fields{"outcome": "done"}, "what came of it")
	p.refused("nurse", doc, fields{"title": "Something else"}, "can change it")
	p.refused("nurse", doc, fields{"status": "cancelled"}, "where it stands")
	p.refused("nina", doc, fields{"title": "Something else"}, "can change it")
	p.must("ada", doc, fields{"patientDone": true, "patientNote": "It was 130 over 80."})
	p.must("gp", doc, fields{"status": "completed", "outcome": "In range."})
	p.refused("gp", doc, fields{"status": "in-progress"}, "cannot go there")
}

func TestAnAnswerToAnOfferNeedsAConnection(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "activity/" + p.id("bp")
	p.must("nurse", doc, offered())
	board := p.phone("gp", "board")
	for _, set := range []fields{
		{"status": "accepted"},
		{"status": "declined", "statusReason": "No."},
		{"status": "counter-proposed", "counterDate": "2027-01-04"},
	} {
		board.write(doc, time.Hour, set)
	}
	for _, outcome := range board.sync() {
		require.Equal(t, syncing.Held, outcome.Status)
		require.Equal(t, syncing.Forbidden, outcome.Reason)
	}
	require.Equal(t, "offered", p.sees("ada", syncing.DocID(doc)).Text("status"))

	board.write("activity/"+p.id("own"), time.Hour, fields{
		"title": "HbA1c every 3 months", "kind": "comorbidity", "topic": "diabetes", "accountableTeam": practiceTeam.String(),
		"proposedBy": practiceTeam.String(), "status": "accepted",
	})
	outcomes := board.sync()
	require.Equal(t, syncing.Applied, outcomes[len(outcomes)-1].Status, "a team's own asks nobody")
	p.refused("nurse", "activity/"+p.id("for them"), fields{
		"title": "T", "kind": "lab", "accountableTeam": practiceTeam.String(), "proposedBy": oncologyTeam.String(), "status": "accepted",
	}, "where it stands")
}

// tasks are the open tasks of a team about a document, by kind.
func (p *place) tasks(team syncing.TeamID, about string) (kinds []string) {
	p.t.Helper()
	for _, task := range p.list("nurse", taskName) {
		if isOpenTask(task) && task.Text("team") == team.String() && task.Text("focus") == about {
			kinds = append(kinds, task.Text("kind"))
		}
	}
	return kinds
}

func TestWhatNobodyHasAcceptedIsATaskOfThoseWhoMustAct(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "activity/" + p.id("bp")
	p.must("nurse", doc, offered())
	for _, team := range []syncing.TeamID{oncologyTeam, practiceTeam, navigatorTeam} {
		require.Equal(t, []string{TaskOffer}, p.tasks(team, doc))
	}
	p.must("gp", doc, fields{"status": "declined", "statusReason": "No."})
	require.Empty(t, p.tasks(practiceTeam, doc))
	require.Equal(t, []string{TaskGap}, p.tasks(oncologyTeam, doc))
	require.Equal(t, []string{TaskGap}, p.tasks(navigatorTeam, doc))

	gap := string(TaskID(TaskGap, navigatorTeam.String(), syncing.DocID(doc)))
	p.must("nina", gap, fields{"status": "completed", "outcome": "could-not"})
	require.Empty(t, p.tasks(navigatorTeam, doc))
	p.must("nurse", doc, fields{"accountableTeam": oncologyTeam.String(), "status": "offered"})
	p.must("nurse", doc, fields{"accountableTeam": practiceTeam.String()})
	p.must("gp", doc, fields{"status": "declined", "statusReason": "Still no."})
	require.Equal(t, []string{TaskGap}, p.tasks(navigatorTeam, doc), "a second decline is a new gap, also if the first was closed")
	p.must("nurse", doc, fields{"accountableTeam": oncologyTeam.String(), "status": "offered"})
	p.must("nurse", doc, fields{"status": "accepted"})
	for _, team := range []syncing.TeamID{oncologyTeam, practiceTeam, navigatorTeam} {
		require.Empty(t, p.tasks(team, doc))
	}
}

func TestWhoAnswersStaysSoUntilAnotherTakesOver(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "activity/" + p.id("bp")
	p.must("nurse", doc, offered())
	p.refused("nurse", doc, fields{"transferTo": navigatorTeam.String()}, "once it is accepted")
	p.must("gp", doc, fields{"status": "accepted"})
	p.refused("nina", doc, fields{"transferTo": navigatorTeam.String()}, "asked to take over")
	p.must("gp", doc, fields{"transferTo": oncologyTeam.String()})
	require.Equal(t, []string{TaskOffer}, p.tasks(oncologyTeam, doc))
	require.Equal(t, practiceTeam.String(), p.sees("ada", syncing.DocID(doc)).Text("accountableTeam"))
	p.refused("gp", doc, fields{"accountableTeam": oncologyTeam.String()}, "only by an offer")
	p.refused("nina", doc, fields{"accountableTeam": navigatorTeam.String()}, "only by an offer")
	p.must("nurse", doc, fields{"accountableTeam": oncologyTeam.String()})
	now := p.sees("ada", syncing.DocID(doc))
	require.Equal(t, oncologyTeam.String(), now.Text("accountableTeam"))
	require.False(t, now.Has("transferTo"))
	require.Empty(t, p.tasks(oncologyTeam, doc))
	p.refused("gp", doc, fields{"outcome": "done"}, "what came of it")
}

func TestATeamThatLeavesLeavesGaps(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "activity/" + p.id("bp")
	p.must("nurse", doc, offered())
	p.must("gp", doc, fields{"status": "accepted"})
	p.must("gp", string(CareTeamID(practiceTeam)), fields{"status": "suspended"})
	require.Equal(t, []string{TaskGap}, p.tasks(oncologyTeam, doc))
	require.Equal(t, []string{TaskGap}, p.tasks(navigatorTeam, doc))
	p.must("gp", string(CareTeamID(practiceTeam)), fields{"status": "active"})
	require.Empty(t, p.tasks(oncologyTeam, doc))
	require.Empty(t, p.tasks(navigatorTeam, doc))

	p.must("nina", string(CareTeamID(navigatorTeam)), fields{"status": "inactive"})
	p.must("gp", doc, fields{"status": "declined", "statusReason": "No."})
	require.Empty(t, p.tasks(navigatorTeam, doc))
	p.must("nina", string(CareTeamID(navigatorTeam)), fields{"status": "active"})
	require.Equal(t, []string{TaskGap}, p.tasks(navigatorTeam, doc), "who comes sees what is open")
}

func TestPathwayFilesThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	_, err := loadPathways(topicsFile, phasesFile)
	require.NoError(t, err)
	for name, files := range map[string][2]string{
		"no topics":      {`{}`, string(phasesFile)},
		"no phases":      {string(topicsFile), `{}`},
		"a member more":  {string(topicsFile), `{"more": 1}`},
		"unknown topics": {`{"id":"topics","version":"1","review":"draft","source":"s","about":"a","topics":[{"code":"pain","words":"Pain"}]}`, string(phasesFile)},
	} {
		_, err := loadPathways([]byte(files[0]), []byte(files[1]))
		require.Error(t, err, name)
	}
}
