package server

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// desk is a team with so many open rows, and a nurse who reads them.
type desk struct {
	url, token string
	client     *fasthttp.HostClient
}

// newDesk fills a queue, many rows at once: they share their commits.
func newDesk(tb testing.TB, s *Server, rows int) *desk {
	tb.Helper()
	ctx, seed := context.Background(), s.identity.Seed()
	house, err := seed.Organisation(ctx, "cancer-centre", "Bench centre")
	require.NoError(tb, err)
	team, err := seed.Team(ctx, house.ID, identity.TeamOncology, fmt.Sprint("team of ", rows))
	require.NoError(tb, err)
	nurse, err := seed.Staff(ctx, identity.Staff{Kind: identity.KindClinician, Name: "Nurse", SignInName: fmt.Sprint("nurse", rows), Password: "a synthetic passphrase"}, team.ID)
	require.NoError(tb, err)
	who := syncing.Principal{Account: nurse, Teams: []syncing.Membership{{Team: team.ID, Role: identity.RoleOncology}}}
	var group sync.WaitGroup
	next := make(chan int)
	for range 64 {
		group.Go(func() {
			for i := range next {
				if err := s.benchRow(ctx, who, team, i); err != nil {
					tb.Error(err)
				}
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	group.Wait()
	tokens, err := seed.SignIn(ctx, nurse, identity.DeviceFacts{Name: "bench", Kind: "web"})
	require.NoError(tb, err)
	base := s.listener.Addr().String()
	return &desk{"http://" + base + "/v1/teams/" + team.ID.String() + "/queue", "Bearer " + tokens.Access, &fasthttp.HostClient{Addr: base}}
}

// benchRow makes a record with a row, as a report would.
func (s *Server) benchRow(ctx context.Context, who syncing.Principal, team identity.Team, i int) error {
	record := syncing.RecordID{UUID: syncing.DerivedUUID("bench row", team.ID.String(), fmt.Sprint(i))}
	grant := func(tx syncing.Tx) error { return s.identity.GrantTeam(tx, who, team.ID, nil) }
	person := syncing.Patch{Doc: care.PersonID(record), Set: map[string]jsontext.Value{
		"name": syncing.TextValue(fmt.Sprint("Person ", i)), "birthDate": syncing.TextValue("1961-05-24"),
	}}
	if err := s.engine.Create(ctx, who, record, "bench", grant, []syncing.Patch{person}); err != nil {
		return err
	}
	level := []string{"green", "amber", "red", "emergency"}[i%4]
	return s.engine.System(ctx, record, []syncing.Patch{{
		Doc: care.TriageID(record, team.ID.String(), false),
		Set: map[string]jsontext.Value{
			"team": syncing.TextValue(team.ID.String()), "private": syncing.BoolValue(false), "status": syncing.TextValue("new"),
		},
		Add: map[string][]jsontext.Value{"waiting": {jsontext.Value(fmt.Sprintf(
			`{"assessment":"assessment/%s","concerns":[],"late":false,"level":%q,"receivedAt":%d,"reportedAt":%d}`, record, level, 1+i, 1+i))}},
	}})
}

// first50 reads the first page.
func (d *desk) first50() error {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(d.url)
	req.Header.Set("Authorization", d.token)
	if err := d.client.Do(req, resp); err != nil {
		return err
	}
	var page bytes.Buffer
	if err := resp.BodyWriteTo(&page); err != nil {
		return err
	}
	if resp.StatusCode() != fasthttp.StatusOK || page.Len() < 50*200 {
		return fmt.Errorf("not a page of 50: %d, %d bytes", resp.StatusCode(), page.Len())
	}
	return nil
}

// BenchmarkQueue prints how long the first 50 rows of a queue of 10,000 take beside those of one of 100, in one run: the two are
// read by turns, so that a noisy neighbour meets both.
func BenchmarkQueue(b *testing.B) {
	h := newBenchHouse(b, 1)
	short, long := newDesk(b, h.server, 100), newDesk(b, h.server, 10_000)
	var took [2]time.Duration
	turns := 0
	for ; turns < 200; turns++ {
		for i, d := range []*desk{short, long} {
			begin := time.Now()
			require.NoError(b, d.first50())
			took[i] += time.Since(begin)
		}
	}
	for b.Loop() { // the two numbers are the result
	}
	b.ReportMetric(float64(took[0].Microseconds())/float64(turns), "µs/page-of-100")
	b.ReportMetric(float64(took[1].Microseconds())/float64(turns), "µs/page-of-10000")
	b.ReportMetric(float64(took[1])/float64(took[0]), "ratio")
}
