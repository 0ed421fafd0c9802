package care

import (
	"strings"
	"testing"

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
