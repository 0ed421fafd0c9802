package care

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func TestAFileOfJourneysThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	_, err := loadJourneys(journeysFile)
	require.NoError(t, err)
	for _, change := range [][2]string{
		{`"version"`, `"versoin"`},
		{`"id": "journeys"`, `"id": "phases"`},
		{`{"value": 7,`, `{"value": 0,`},
		{`"documents": ["referral-letter"], "source"`, `"documents": ["a paper of which nobody has heard"], "source"`},
		{`{"code": "surgery"`, `{"code": "oncology"`},
		{`"title": "Surgery"`, `"title": ""`},
		{`{"code": "private"`, `{"code": "prc"`},
	} {
		text := strings.Replace(string(journeysFile), change[0], change[1], 1)
		require.NotEqual(t, string(journeysFile), text, change[0])
		_, err := loadJourneys([]byte(text))
		require.Error(t, err, change[1])
	}
}

// Whoever wrote "ready" is outvoted by a paper that is missing; whoever wrote "not ready" stands, whatever the papers say.
func TestWhatThePapersLackStandsAgainstAWordThatTheyAreReady(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	referral, visit := "referral/"+p.id("referral"), "appointment/"+p.id("visit")
	p.must("gp", referral, fields{
		"title": "Heart clinic", "service": "imaging", "destination": "Elsewhere", "requesterTeam": practiceTeam.String(), "document.referral-letter": "on file",
		"document.eligibility": "on file", "programme": "prc", "authorisationNo": "A1", "validFrom": "2026-11-20", "validTo": "2026-12-20", "status": "sent",
	})
	p.must("nurse", visit, fields{
		"start": "2026-11-24T09:30", "zone": "Europe/London", "ownerTeam": oncologyTeam.String(), "title": "Clinic", "status": "booked", "authorisationRef": referral,
		"readiness": "ready",
	})
	w := NewWords(testConfig(t)).ward
	state := func() string {
		is := w.journeys.papersOf(p.sees("nina", syncing.DocID(visit)), p.sees("nina", syncing.DocID(referral)), nil)
		return is.State + " " + strings.Join(is.Reasons, " ")
	}
	require.Equal(t, "ready ", state())
	p.must("nina", referral, fields{"validTo": "2026-11-23"})
	require.Equal(t, "not-ready The authorisation does not cover this day.", state())
	p.must("nina", referral, fields{"validTo": nil, "authorisationNo": nil})
	require.Equal(t, "not-ready There is no authorisation number.", state())
	p.must("nina", referral, fields{"programme": "nhs"})
	require.Equal(t, "ready ", state())
	p.must("nina", visit, fields{"readiness": "not-ready", "readinessReason": "The scan is missing."})
	require.Equal(t, "not-ready The scan is missing.", state())
	p.must("nina", visit, fields{"readiness": nil})
	require.Equal(t, "unknown ", state())
	used, err := VisitsUsed(syncing.DocID(referral), BinderOf(snapshots{p.sees("nina", syncing.DocID(visit))}))
	require.NoError(t, err)
	require.Zero(t, used)
	p.must("nurse", visit, fields{"status": "fulfilled"})
	used, err = VisitsUsed(syncing.DocID(referral), BinderOf(snapshots{p.sees("nina", syncing.DocID(visit))}))
	require.NoError(t, err)
	require.EqualValues(t, 1, used)
}

// snapshots is a reader of these documents alone.
type snapshots []syncing.Snapshot

// Document implements syncing.Reader.
func (s snapshots) Document(id syncing.DocID) (syncing.Snapshot, error) {
	for _, one := range s {
		if one.ID() == id {
			return one, nil
		}
	}
	return syncing.Snapshot{}, nil
}

// Documents implements syncing.Reader.
func (s snapshots) Documents(kind string) (list []syncing.Snapshot, _ error) {
	for _, one := range s {
		if one.ID().Type() == kind {
			list = append(list, one)
		}
	}
	return list, nil
}

// meetingByVideo is an appointment of the practice with its link.
func meetingByVideo(p *place) (appointment, link syncing.DocID) {
	appointment = syncing.DocID("appointment/" + p.id("visit"))
	link = VirtualServiceID(appointment)
	p.must("gp", string(appointment), fields{
		"title": "Review", "start": "2026-11-27T10:00", "zone": "Europe/London", "ownerTeam": practiceTeam.String(), "status": "booked",
	})
	return appointment, link
}

func TestALinkFollowsWhoTakesPartAlsoFromAnOldBase(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	appointment, link := meetingByVideo(p)
	phone := p.phone("gp", "tablet")
	p.must("gp", string(link), fields{"appointment": string(appointment), "address": "https://meet.example/a", "for": linkPractice})
	phone.write(string(appointment), time.Hour, fields{"type": "3-way"})
	phone.n++
	raw := fmt.Appendf(nil, `{"n":%d,"doc":"%s","schema":%d,"base":%q,"at":%d,"after":0,"add":{"invited":["%s"]}}`, phone.n, appointment, SchemaVersion, phone.cursor, p.now, oncologyTeam)
	phone.outbox = append(phone.outbox, syncing.RawMutation{N: phone.n, Raw: raw})
	for _, outcome := range phone.sync() {
		require.Equal(t, syncing.Applied, outcome.Status)
	}
	require.Equal(t, linkEverybody, p.sees("gp", link).Text("for"))
	require.True(t, p.sees("nurse", link).Exists(), "oncology was invited, and can join")
}

func TestALinkFollowsATeamThatActsAsSomethingElse(t *testing.T) {
	t.Parallel()
	p := chosen(t)
	appointment, link := meetingByVideo(p)
	p.must("gp", string(link), fields{"appointment": string(appointment), "address": "https://meet.example/a", "for": linkPractice})
	p.must("gp", string(CareTeamID(practiceTeam)), fields{"kind": KindNursing})
	require.Equal(t, linkEverybody, p.sees("ada", link).Text("for"))
}

// A team may hand over before the record has a plan: it was written offline, and waits.
func TestAHandoverBeforeThereIsAPlanIsOffered(t *testing.T) {
	t.Parallel()
	p := bareRecord(t, testConfig(t))
	for team, kind := range map[syncing.TeamID]string{oncologyTeam: KindOncology, practiceTeam: KindPrimary} {
		p.system(string(CareTeamID(team)), fields{"kind": kind, "name": "The " + kind + " team", "status": "active"})
	}
	doc := syncing.DocID("phaseTransition/" + p.id("handover"))
	p.must("nurse", string(doc), fields{
		"plan": "carePlan/" + p.id("later"), "to": "palliative", "fromTeam": oncologyTeam.String(), "toTeam": practiceTeam.String(), "status": "offered",
	})
	handover := p.sees("gp", doc)
	require.True(t, handover.Has("offeredAt"))
	require.True(t, handover.Has("answerBy"), "the other team is asked, and has its time")
	require.False(t, handover.Has("from"))
}
