package care

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// offers asks another team to take concerns over, and gives the offer's name.
func (p *place) offers(name string, from, to syncing.TeamID, private bool, concerns ...string) (syncing.DocID, error) {
	p.t.Helper()
	p.keys++
	doc := syncing.NewDocID(rerouteName, syncing.DerivedUUID(p.t.Name(), "offer", fmt.Sprint(p.keys)))
	row := p.sees(name, TriageID(p.record, from.String(), private))
	return doc, p.act(name, ReroutePatch(doc, row, to, concerns, "Her practice knows this best."))
}

func TestAConcernMovesOnlyWhenTheOtherTeamAccepts(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	a := p.assess("ada", fields{"phy.nausea": 8, "phy.mouth": 4}, nil)
	o, c := oncologyTeam.String(), practiceTeam.String()
	nausea := ConcernID(a, "phy.nausea")
	before := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Amber, before.Own)

	offer, err := p.offers("nurse", oncologyTeam, practiceTeam, false, string(nausea))
	require.NoError(t, err)
	after := p.row(oncologyTeam, false)
	require.Equal(t, before.DueBy, after.DueBy, "until then the sender stays responsible, and its clock runs")
	require.Equal(t, before.Concerns, after.Concerns)
	require.Empty(t, p.queue(practiceTeam))
	require.ErrorContains(t, p.act("nurse", RerouteAnswer(offer, "accepted", "")), "team that was asked")
	require.ErrorContains(t, p.act("gp", RerouteAnswer(offer, "withdrawn", "")), "team that offered")
	require.ErrorContains(t, p.act("nina", RerouteAnswer(offer, "accepted", "")), "team that was asked")
	require.ErrorContains(t, p.act("gp", RerouteAnswer(offer, "rejected", "")), "why your team cannot")
	p.refused("nurse", string(offer), fields{"to": navigatorTeam.String()}, "stays as it was made")

	p.now += time.Hour.Milliseconds()
	require.NoError(t, p.act("gp", RerouteAnswer(offer, "accepted", "")))
	sender, receiver := p.row(oncologyTeam, false), p.row(practiceTeam, false)
	require.Equal(t, instrument.Green, sender.Own)
	require.Equal(t, []string{string(ConcernID(a, "phy.mouth"))}, sender.Concerns)
	require.Equal(t, instrument.Amber, receiver.Own)
	require.Equal(t, []string{string(nausea)}, receiver.Concerns)
	require.Equal(t, before.DueBy, receiver.DueBy, "the promise to the person stands")
	moved := p.concern(a, "phy.nausea")
	require.Equal(t, []string{c}, moved.Texts("routes"), "one team acts")
	require.Equal(t, outcomeRerouted, moved.Text(routeOutcomePrefix+o))
	require.Equal(t, "new", moved.Text(routeStatusPrefix+c))
	p.refused("gp", string(offer), fields{"answer": "again"}, "answered already")

	p.must("ada", string(a), fields{"answers.phy.nausea": 9})
	require.Equal(t, []string{c}, p.concern(a, "phy.nausea").Texts("routes"), "what she adds goes to who has it")
	require.NotContains(t, p.row(oncologyTeam, false).Concerns, string(nausea))
}

func TestADeclinedOfferChangesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.nausea": 5}, nil)
	before := p.row(oncologyTeam, false)
	offer, err := p.offers("nurse", oncologyTeam, practiceTeam, false, string(ConcernID(a, "phy.nausea")))
	require.NoError(t, err)
	require.NoError(t, p.act("gp", RerouteAnswer(offer, "rejected", "Closed for two days.")))
	require.Equal(t, before, p.row(oncologyTeam, false))
	require.Empty(t, p.queue(practiceTeam))
	concern := p.concern(a, "phy.nausea")
	require.Equal(t, "new", concern.Text(routeStatusPrefix+oncologyTeam.String()))
	steps := stepsIn(concern)
	require.Len(t, steps, 2)
	name := func(id string) string {
		return map[string]string{oncologyTeam.String(): "Oncology", practiceTeam.String(): "GP"}[id]
	}
	said := []string{Tell(steps[0], name, "Europe/London"), Tell(steps[1], name, "Europe/London")}
	require.Contains(t, said, "Friday 20 November, 10:00: Oncology has asked GP to take it over, and looks after it until they accept. Her practice knows this best.")
	require.Contains(t, said, "Friday 20 November, 10:00: GP cannot take it over from Oncology; it stays where it was. Closed for two days.")
}

func TestAConcernOfferedTwiceGoesOneWay(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"day.travel": 5}, nil)
	travel := string(ConcernID(a, "day.travel"))
	one, err := p.offers("nina", navigatorTeam, oncologyTeam, false, travel)
	require.NoError(t, err)
	two, err := p.offers("nina", navigatorTeam, practiceTeam, false, travel)
	require.NoError(t, err)
	require.NoError(t, p.act("gp", RerouteAnswer(two, "accepted", "")))
	require.Equal(t, "withdrawn", p.sees("nina", one).Text("status"))
	require.Error(t, p.act("nurse", RerouteAnswer(one, "accepted", "")))
	require.Equal(t, []string{practiceTeam.String()}, p.concern(a, "day.travel").Texts("routes"))
	require.Empty(t, p.queue(navigatorTeam))
	require.Empty(t, p.queue(oncologyTeam))
	require.Equal(t, outcomeRerouted, p.sees("nina", TriageID(p.record, navigatorTeam.String(), false)).Text("outcome"))

	back, err := p.offers("gp", practiceTeam, navigatorTeam, false, travel)
	require.NoError(t, err)
	require.NoError(t, p.act("nina", RerouteAnswer(back, "accepted", "")))
	require.Equal(t, []string{navigatorTeam.String()}, p.concern(a, "day.travel").Texts("routes"), "and back again")
	p.must("ada", string(a), fields{"answers.day.travel": 6})
	require.Equal(t, []string{navigatorTeam.String()}, p.concern(a, "day.travel").Texts("routes"))
}

func TestClosingARowWithdrawsWhatWasOfferedOfIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a := p.assess("ada", fields{"phy.nausea": 5}, nil)
	offer, err := p.offers("nurse", oncologyTeam, practiceTeam, false, string(ConcernID(a, "phy.nausea")))
	require.NoError(t, err)
	p.close("nurse", oncologyTeam, "advice-given")
	require.Equal(t, "withdrawn", p.sees("gp", offer).Text("status"))
	require.Error(t, p.act("gp", RerouteAnswer(offer, "accepted", "")))
	require.Empty(t, p.queue(practiceTeam))
}

func TestAnOfferOfWhatIsSensitiveIsAsPrivate(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.system(string(ClinicalContextID(p.record)), settled())
	a := p.assess("ada", fields{"phy.intimacy": 5}, nil)
	offer, err := p.offers("gp", practiceTeam, oncologyTeam, true, string(ConcernID(a, "phy.intimacy")))
	require.NoError(t, err)
	require.False(t, p.sees("nina", offer).Exists())
	require.False(t, p.sees("ben", offer).Exists())
	require.NoError(t, p.act("nurse", RerouteAnswer(offer, "accepted", "")))
	require.True(t, p.row(oncologyTeam, true).Private)
	_, err = p.offers("nurse", oncologyTeam, oncologyTeam, true, string(ConcernID(a, "phy.intimacy")))
	require.ErrorContains(t, err, "Name another team")
	lie := ReroutePatch(syncing.DocID("reroute/"+p.id("lie")), p.sees("nurse", TriageID(p.record, oncologyTeam.String(), true)), practiceTeam,
		[]string{string(ConcernID(a, "phy.intimacy"))}, "x")
	delete(lie.Set, "private")
	require.ErrorContains(t, p.act("nurse", lie), "not the row of your team")
}
