package mobileapi

import (
	"maps"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/sync"
	"satchel/sync/storetest/counted"
)

// unsettledOf is the answer of GET /v1/teams/{team}/unsettled.
type unsettledOf struct {
	Records []struct {
		Record    syncing.RecordID
		Held      int
		Differing int
		Since     int64
		Person    *struct{ Name string }
	}
	Next     string
	Complete bool
}

func (p *place) unsettled(by person, team identity.Team, query string) (u unsettledOf) {
	p.t.Helper()
	got := p.do("GET", "/v1/teams/"+team.ID.String()+"/unsettled"+query, &by, nil)
	require.Equal(p.t, 200, got.status, got.text())
	got.into(&u)
	return u
}

// within lets phones speak of another record than the kit's.
func (p *place) within(record syncing.RecordID, do func()) {
	was := p.record
	p.record = record
	do()
	p.record = was
}

// unusable writes what nobody understands, so that it is held.
func (p *place) unusable(by person) {
	p.t.Helper()
	got, _ := p.phone(by).sync(set(string(care.PersonID(p.record)), map[string]any{"nothing": 1}))
	require.Equal(p.t, syncing.Held, got.Outcomes[0].Status)
}

// differs lets somebody write two things on two devices of which neither knew the other.
func (p *place) differs(by person) (doc string) {
	p.t.Helper()
	doc = "note/" + p.fresh().String()
	p.phone(by).sync(set(doc, map[string]any{"text": "one"}))
	got, _ := p.phone(by).sync(set(doc, map[string]any{"text": "another"}))
	require.Equal(p.t, syncing.Applied, got.Outcomes[0].Status)
	return doc
}

// filled names a record that fill made.
func (p *place) filled(team identity.Team, level, i string) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("filled", p.t.Name(), team.ID.String(), level, i)}
}

func TestAListOfWhatIsToBeSettledCostsWhatWaitsHoweverManyRecordsATeamHas(t *testing.T) {
	t.Parallel()
	var works []map[string]int
	for _, n := range []int{20, 200} {
		var mu sync.Mutex
		work := map[string]int{}
		p := newPlace(t, func(c *Config, _ *LiveOptions) {
			c.Store = counted.Store{Store: c.Store, Note: func(what string) {
				mu.Lock()
				defer mu.Unlock()
				work[what]++
			}}
		})
		p.fill(p.centre, n, false, "amber", nil)
		for _, i := range []string{"3", "11", "17"} {
			p.within(p.filled(p.centre, "amber", i), func() {
				p.unusable(p.oncologist)
				p.differs(p.oncologist)
			})
		}
		p.unsettled(p.oncologist, p.centre, "") // whoever is shown something is written down once an hour
		mu.Lock()
		clear(work)
		mu.Unlock()
		list := p.unsettled(p.oncologist, p.centre, "")
		require.Len(t, list.Records, 3)
		require.True(t, list.Complete)
		for _, line := range list.Records {
			require.Equal(t, [2]int{1, 1}, [2]int{line.Held, line.Differing})
		}
		mu.Lock()
		works = append(works, maps.Clone(work))
		mu.Unlock()
		require.Equal(t, 3, work["row of "+syncing.UnsettledIndex], "as many as records in which something waits")
		require.Equal(t, 6, work["row of table 13"], "and of each what waits")
		require.LessOrEqual(t, work["view"], 3+4, "each of them once, beside who asks: %v", work)
		require.Zero(t, work["row of table 2"], "no document is looked through")
	}
	require.Equal(t, works[0], works[1], "ten times as many records are the same work")
}

func TestWhatIsToBeSettledIsReadToItsEndTheLongestWaitingFirst(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.fill(p.centre, 5, false, "amber", nil)
	var waits []syncing.RecordID
	for _, i := range []string{"4", "0", "2"} {
		record := p.filled(p.centre, "amber", i)
		p.within(record, func() { p.unusable(p.oncologist) })
		waits = append(waits, record)
	}
	p.within(waits[1], func() { p.differs(p.oncologist) }) // it stands where the older of both does
	var seen []syncing.RecordID
	for after := ""; ; {
		page := p.unsettled(p.oncologist, p.centre, "?limit=1"+after)
		for _, line := range page.Records {
			seen = append(seen, line.Record)
		}
		if page.Next == "" {
			break
		}
		after = "&after=" + url.QueryEscape(page.Next)
	}
	require.Equal(t, waits, seen)
	for _, wrong := range []string{"?limit=0", "?limit=201", "?after=%25"} {
		require.Equal(t, 400, p.do("GET", "/v1/teams/"+p.centre.ID.String()+"/unsettled"+wrong, &p.oncologist, nil).status)
	}
}

// Who may not see a record, or may not settle what waits there, is told of nothing; and an access that ends or begins counts at once.
func TestALineOfWhatIsToBeSettledIsForThoseAloneWhoMaySettleIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	lines := func(by person, team identity.Team) (records []syncing.RecordID) {
		list := p.unsettled(by, team, "")
		for _, line := range list.Records {
			records = append(records, line.Record)
		}
		var hinted struct {
			Unsettled []struct{ Record syncing.RecordID }
		}
		got := p.do("GET", "/v1/teams/"+team.ID.String()+"/queue?records="+p.record.String(), &by, nil)
		require.Equal(t, 200, got.status, got.text())
		got.into(&hinted)
		require.Equal(t, slices.Contains(records, p.record), len(hinted.Unsettled) == 1, "a hint says what the list says")
		return records
	}
	require.Empty(t, lines(p.nurse, p.practice))
	visit := "appointment/" + p.fresh().String()
	p.phone(p.nurse).sync(set(visit, map[string]any{"title": "Visit", "start": "2027-03-02T09:30", "zone": "Europe/London", "ownerTeam": p.practice.ID, "status": "booked"}))
	for _, words := range []string{"one", "another"} {
		got, _ := p.phone(p.patient).sync(set(visit, map[string]any{"patientNote": words}))
		require.Equal(t, syncing.Applied, got.Outcomes[0].Status)
	}
	require.Empty(t, lines(p.nurse, p.practice), "between two notes of theirs the person chooses")
	p.differs(p.patient)
	require.Equal(t, []syncing.RecordID{p.record}, lines(p.nurse, p.practice))
	require.Equal(t, []syncing.RecordID{p.record}, lines(p.oncologist, p.centre))
	for _, by := range []*person{&p.outsider, &p.patient, &p.caregiver, &p.oncologist} {
		require.Equal(t, 404, p.do("GET", "/v1/teams/"+p.practice.ID.String()+"/unsettled", by, nil).status)
	}

	share := "/v1/records/" + p.record.String() + "/teams/" + p.centre.ID.String()
	require.Equal(t, 204, p.do("DELETE", share, &p.oncologist, nil).status, "a team may leave")
	require.Empty(t, lines(p.oncologist, p.centre))
	from, to := syncing.UnsettledRange(p.centre.ID)
	require.NoError(t, p.store.Scan(t.Context(), syncing.UnsettledIndex, from, to, 1, func(syncing.IndexEntry) bool {
		t.Error("a team that has a record no more keeps a line of it")
		return false
	}))
	require.Equal(t, []syncing.RecordID{p.record}, lines(p.nurse, p.practice))
	require.Equal(t, 204, p.do("PUT", share, &p.nurse, map[string]any{}).status)
	require.Equal(t, []syncing.RecordID{p.record}, lines(p.oncologist, p.centre), "what waits is there for whoever comes to it")
}
