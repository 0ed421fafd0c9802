package care

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// handles asks as somebody who sees everything, on the server and from the same documents as a phone holds them.
func (p *place) handles(topic string) Responsibility {
	p.t.Helper()
	words := NewWords(testConfig(p.t))
	var here, there Responsibility
	who := syncing.Principal{Account: account("ada")}
	require.NoError(p.t, p.engine.Read(p.t.Context(), who, p.record, func(_ syncing.Scope, r syncing.Reader) (err error) {
		here, _, err = words.WhoHandles(topic, BinderOf(r))
		require.NoError(p.t, err)
		there, _, err = words.WhoHandles(topic, func(kind string) ([]Paper, error) {
			docs, err := r.Documents(kind)
			var list []Paper
			for _, doc := range docs {
				list = append(list, onWire(p.t, doc))
			}
			return list, err
		})
		return err
	}))
	require.Equal(p.t, here, there, "a phone answers as the server does")
	return here
}

// onWire is a document as a phone holds it.
func onWire(t *testing.T, s syncing.Snapshot) Paper {
	t.Helper()
	values := map[string]jsontext.Value{}
	for _, name := range s.Fields("") {
		if values[name] = s.Value(name); values[name] == nil {
			values[name] = jsontext.Value("[" + strings.Join(texts(s.Elems(name)), ",") + "]")
		}
	}
	return WirePaper(s.ID(), s.Rev(), values)
}

func texts(values []jsontext.Value) (list []string) {
	for _, v := range values {
		list = append(list, string(v))
	}
	return list
}

func (p *place) says(team syncing.TeamID, field, topic string) {
	p.t.Helper()
	name := map[syncing.TeamID]string{oncologyTeam: "nurse", practiceTeam: "gp", navigatorTeam: "nina"}[team]
	patch := patchOf(CareTeamID(team), nil)
	patch.Add[field] = append(patch.Add[field], syncing.TextValue(topic))
	require.NoError(p.t, p.act(name, patch))
}

func TestWhatTeamsSayOfThemselvesIsAgreedOnlyWhenTheOtherSaysSoToo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	nobody := p.handles("fit-note")
	require.Equal(t, Gap, nobody.State)
	require.Empty(t, nobody.Team)
	require.Equal(t, oncologyTeam.String(), nobody.Ask, "the team that leads the plan")
	p.says(practiceTeam, "doesHandle", "fit-note")
	require.Equal(t, Pending, p.handles("fit-note").State, "one says so")
	require.Equal(t, practiceTeam.String(), p.handles("fit-note").Team)
	p.says(oncologyTeam, "doesNotHandle", "fit-note")
	require.Equal(t, Agreed, p.handles("fit-note").State, "both say so")
	require.Equal(t, "Looked after by The primary-care team. Agreed by both teams.", p.handles("fit-note").Says)
	p.says(navigatorTeam, "doesHandle", "fit-note")
	require.Equal(t, Pending, p.handles("fit-note").State, "two say so, and nobody has settled between them")

	p.says(oncologyTeam, "doesHandle", "pain")
	p.says(practiceTeam, "doesHandle", "pain")
	both := p.handles("pain")
	require.Equal(t, Pending, both.State, "two who both say so have not agreed")
	require.Equal(t, oncologyTeam.String(), both.Team, "one answer: the team that the phase proposes")
}

func TestAnOfferToATeamThatIsNotHereIsAGap(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "activity/" + p.id("bp")
	set := offered()
	set["accountableTeam"] = p.id("nobody")
	p.must("nurse", doc, set)
	require.Equal(t, Gap, p.handles("bp").State)
	require.ElementsMatch(t, []string{TaskGap, TaskOffer}, p.tasks(navigatorTeam, doc))
}

func TestAPhaseThatProposesAnotherTeamLeavesWhoAnswersAndWaitsForAConfirmation(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	plan, doc := "carePlan/"+p.id("plan"), "activity/"+p.id("pain")
	p.must("gp", doc, fields{"title": "Pain", "kind": "monitoring", "topic": "pain", "status": "offered", "accountableTeam": oncologyTeam.String(), "proposedBy": practiceTeam.String()})
	p.must("nurse", doc, fields{"status": "accepted"})
	require.Equal(t, Agreed, p.handles("pain").State)
	p.must("nurse", plan, fields{"phase": "palliative", "followUpLead": practiceTeam.String()})
	require.Equal(t, Pending, p.handles("pain").State)
	require.Equal(t, oncologyTeam.String(), p.handles("pain").Team, "nothing moves by itself")
	p.must("gp", doc, fields{"keptFor": "palliative"})
	require.Equal(t, Agreed, p.handles("pain").State)
	p.must("nurse", plan, fields{"phase": "end-of-life", "followUpLead": practiceTeam.String()})
	require.Equal(t, Pending, p.handles("pain").State, "another phase asks anew")
}

func TestWhatIsOfferedIsAcceptedAsItStands(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "activity/" + p.id("bp")
	p.must("nurse", doc, offered())
	p.refused("nurse", doc, fields{"returnCriteria": "Never."}, "Take the offer back")
	p.must("nurse", doc, fields{"status": "proposed", "returnCriteria": "Above 150 twice."})
	p.refused("gp", doc, fields{"status": "accepted"}, "where it stands")
	p.must("nurse", doc, fields{"status": "offered"})
	p.refused("gp", doc, fields{"status": "cancelled"}, "where it stands")
	p.must("gp", doc, fields{"status": "accepted"})
	p.refused("gp", doc, fields{"status": "cancelled"}, "Give it back")
	p.must("gp", doc, fields{"status": "declined", "statusReason": "Our nurse has left."})
	require.Equal(t, []string{TaskGap}, p.tasks(oncologyTeam, doc))
	p.must("nurse", doc, fields{"status": "cancelled"})
	require.Empty(t, p.tasks(oncologyTeam, doc))
}

// A field has a size that it may not exceed, and what system cannot write is not written: a version of long words must still be one.
func TestAPlanOfLongWordsIsPublishedWhole(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	plan, doc := "carePlan/"+p.id("plan"), "activity/"+p.id("long")
	long := func(n int) string { return strings.Repeat("計", n) }
	p.must("nurse", doc, fields{
		"title": long(lineMax), "kind": kindCareReview, "topic": "care-review", "status": "accepted", "accountableTeam": oncologyTeam.String(), "proposedBy": oncologyTeam.String(),
		"description": long(pageMax), "protocolRef": long(noteMax), "returnCriteria": long(noteMax), "repeat": long(noteMax),
	})
	p.must("ada", "goal/"+p.id("goal"), fields{"text": long(noteMax), "target": long(noteMax)})
	p.refused("nurse", plan, fields{"version": 1}, "cannot be published")
	p.must("nurse", plan, fields{"followUpLead": oncologyTeam.String()})
	p.must("nurse", plan, fields{"version": 1})
	first := p.sees("ada", PlanVersionID(syncing.DocID(plan), 1))
	require.True(t, first.Exists())
	require.Equal(t, first.Text("hash"), PlanHash(onWire(t, first).(wirePaper).values))

	p.must("nurse", doc, fields{"status": "completed", "outcome": long(pageMax)})
	require.Len(t, p.list("ada", planVersionName), 2, "the review is one, of its own")
	p.must("nurse", plan, fields{"version": 3})
	require.Equal(t, first.Text("hash"), p.sees("gp", first.ID()).Text("hash"))
	require.Len(t, p.list("ada", planVersionName), 3)
	p.refused("nurse", plan, fields{"version": 3}, "published meanwhile")
}
