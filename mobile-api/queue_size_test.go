package mobileapi

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/sync"
	"satchel/sync/storetest/counted"
)

// queueReads counts what is read of a store.
type queueReads struct {
	entries atomic.Int64 // of the queue's index
	views   atomic.Int64 // of records
}

func countReads(into *queueReads) option {
	return func(c *Config, _ *LiveOptions) {
		c.Store = counted.Store{Store: c.Store, Note: func(what string) {
			switch what {
			case "view":
				into.views.Add(1)
			case "row of " + care.QueueIndex:
				into.entries.Add(1)
			}
		}}
	}
}

// waits is what a row holds: one report, so old.
func waits(level string, reportedAt int) jsontext.Value {
	return jsontext.Value(fmt.Sprintf(`{"assessment":"assessment/0193a5c0-0000-7000-8000-000000000001","concerns":[],"late":false,"level":%q,"receivedAt":%d,"reportedAt":%d}`,
		level, reportedAt, reportedAt))
}

// fill makes n records of the team with a row each, many at once: they share their commits. It does what reports would do, which
// would take too long for so many.
func (p *place) fill(team identity.Team, n int, private bool, level string, categories []string) {
	p.t.Helper()
	who := syncing.Principal{Account: p.oncologist.account, Teams: []syncing.Membership{{Team: team.ID, Role: identity.RoleOncology}}}
	var group sync.WaitGroup
	next := make(chan int)
	for range 32 {
		group.Go(func() {
			for i := range next {
				record := syncing.RecordID{UUID: syncing.DerivedUUID("filled", p.t.Name(), team.ID.String(), level, fmt.Sprint(i))}
				grant := func(tx syncing.Tx) error { return p.identity.GrantTeam(tx, who, team.ID, categories) }
				err := p.engine.Create(p.ctx, who, record, "begin", grant, []syncing.Patch{{Doc: care.PersonID(record), Set: map[string]jsontext.Value{
					"name": syncing.TextValue(fmt.Sprint("Person ", i)), "birthDate": syncing.TextValue(birthday),
				}}})
				if err == nil {
					err = p.engine.System(p.ctx, record, []syncing.Patch{{
						Doc: care.TriageID(record, team.ID.String(), private),
						Set: map[string]jsontext.Value{
							"team": syncing.TextValue(team.ID.String()), "private": syncing.BoolValue(private), "status": syncing.TextValue("new"),
						},
						Add: map[string][]jsontext.Value{"waiting": {waits(level, 1+i)}},
					}})
				}
				if err != nil {
					p.t.Error(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}

func TestAPageOfAQueueReadsWhatItShowsHoweverLongTheQueueIs(t *testing.T) {
	t.Parallel()
	var entries, views []int64
	for _, n := range []int{queueCountMax + 1, 4 * queueCountMax} {
		reads := &queueReads{}
		p := newPlace(t, countReads(reads))
		p.fill(p.centre, n, false, "amber", nil)
		for range 2 {
			reads.entries.Store(0)
			reads.views.Store(0)
			q, got := p.queue(p.oncologist, p.centre, "")
			require.Equal(t, 200, got.status, got.text())
			require.Len(t, q.Rows, queuePage)
			require.Equal(t, queueCountMax, q.Count)
			require.False(t, q.Complete, "there are more")
			entries, views = append(entries, reads.entries.Load()), append(views, reads.views.Load())
			require.LessOrEqual(t, reads.entries.Load(), int64(queueCountMax+1))
			require.LessOrEqual(t, reads.views.Load(), int64(queueCountMax+10), "and each once, beside who asks")
			again, got := p.queue(p.oncologist, p.centre, "?after="+url.QueryEscape(q.Next))
			require.Equal(t, 200, got.status, got.text())
			require.Len(t, again.Rows, queuePage)
			require.NotEqual(t, q.Rows[queuePage-1].Record, again.Rows[0].Record)
		}
	}
	require.Len(t, slices.Compact(entries), 1, "the same work: %v", entries)
	require.Len(t, slices.Compact(views), 1, "the same work: %v", views)
}

func TestALongQueueIsReadToItsEndEachRowOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.fill(p.centre, 60, false, "amber", nil)
	p.fill(p.centre, 25, true, "amber", nil) // the same records: their other row
	p.fill(p.centre, 7, true, "red", nil)
	whole, _ := p.queue(p.oncologist, p.centre, "?limit=200")
	require.True(t, whole.Complete)
	require.Equal(t, 67, whole.Count, "one row a record")
	require.Empty(t, whole.Next)
	seen := map[syncing.RecordID]bool{}
	for after := ""; ; {
		page, got := p.queue(p.oncologist, p.centre, "?limit=9"+after)
		require.Equal(t, 200, got.status, got.text())
		for _, row := range page.Rows {
			require.False(t, seen[row.Record])
			seen[row.Record] = true
		}
		if page.Next == "" {
			break
		}
		after = "&after=" + url.QueryEscape(page.Next)
	}
	require.Len(t, seen, 67)
}

func TestWhatTheCallerMayNotSeeIsPassedOverAndNotCounted(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	less := slices.DeleteFunc(slices.Clone(identity.AllCategories), func(c string) bool { return c == identity.CategorySensitive })
	p.fill(p.centre, queueLookMax+30, true, "red", less)
	p.fill(p.centre, 3, false, "amber", less)
	first, got := p.queue(p.oncologist, p.centre, "?limit=1")
	require.Equal(t, 200, got.status, got.text())
	require.Empty(t, first.Rows, "it has looked far enough")
	require.Equal(t, 3, first.Count, "what is hidden is not counted")
	require.NotContains(t, first.Next, syncing.RecordID{UUID: syncing.DerivedUUID("filled", t.Name(), p.centre.ID.String(), "red", "0")}.String())
	var names []string
	for next := first.Next; next != ""; {
		page, got := p.queue(p.oncologist, p.centre, "?limit=1&after="+url.QueryEscape(next))
		require.Equal(t, 200, got.status, got.text())
		for _, row := range page.Rows {
			require.Equal(t, "amber", row.Level)
			names = append(names, row.Person.Name)
		}
		next = page.Next
	}
	require.Equal(t, []string{"Person 0", "Person 1", "Person 2"}, names)
}

// A long queue is read page by page for what its rows cost, up to its end; and what a hint names is read alone, where it stands as in the pages.
func TestALongQueueCostsItsRowsAndAHintItsRecord(t *testing.T) {
	t.Parallel()
	reads := &queueReads{}
	p := newPlace(t, countReads(reads))
	p.fill(p.centre, 3*queuePageMax, false, "amber", nil)
	p.fill(p.centre, 3, true, "amber", nil) // of the same records: their other row
	type found struct{ Order, Record string }
	var all []found
	for after := ""; ; {
		reads.entries.Store(0)
		reads.views.Store(0)
		page, got := p.queue(p.oncologist, p.centre, "?limit=200"+after)
		require.Equal(t, 200, got.status, got.text())
		require.LessOrEqual(t, reads.entries.Load(), int64(queuePageMax+5))
		require.LessOrEqual(t, reads.views.Load(), int64(queuePageMax+15))
		for _, row := range page.Rows {
			all = append(all, found{row.Order, row.Record.String()})
		}
		if page.Next == "" {
			break
		}
		after = "&after=" + url.QueryEscape(page.Next)
	}
	require.Equal(t, 3*queuePageMax, len(all))
	require.True(t, slices.IsSortedFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Record, b.Record))
	}), "the order of the queue is that of what its rows say of it")

	reads.entries.Store(0)
	reads.views.Store(0)
	asked := []string{all[0].Record, all[3*queuePageMax-1].Record, p.fresh().String(), p.record.String()}
	some, got := p.queue(p.oncologist, p.centre, "?records="+strings.Join(asked, ","))
	require.Equal(t, 200, got.status, got.text())
	require.Len(t, some.Rows, 2, "what is missing and what has no row are not there")
	for i, at := range []int{0, 3*queuePageMax - 1} {
		require.Equal(t, all[at], found{some.Rows[i].Order, some.Rows[i].Record.String()})
	}
	require.NotNil(t, some.Rows[0].Also)
	require.Zero(t, reads.entries.Load(), "the index is not asked")
	require.LessOrEqual(t, reads.views.Load(), int64(len(asked)+8))

	many := slices.Repeat([]string{all[0].Record}, queueRecordsMax+1)
	for _, wrong := range []string{strings.Join(many, ","), "x", all[0].Record + ","} {
		_, got = p.queue(p.oncologist, p.centre, "?records="+wrong)
		require.Equal(t, 400, got.status, got.text())
	}
	for _, by := range []person{p.patient, p.outsider} {
		_, got = p.queue(by, p.centre, "?records="+all[0].Record)
		require.Equal(t, 404, got.status, got.text())
	}
}

// What a member may not see in a row is not in the answer about its record either.
func TestAHintTellsNobodyOfWhatTheyMayNotSee(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	less := slices.DeleteFunc(slices.Clone(identity.AllCategories), func(c string) bool { return c == identity.CategorySensitive })
	p.fill(p.centre, 1, true, "red", less)
	record := syncing.RecordID{UUID: syncing.DerivedUUID("filled", t.Name(), p.centre.ID.String(), "red", "0")}
	hidden, got := p.queue(p.oncologist, p.centre, "?records="+record.String())
	require.Equal(t, 200, got.status, got.text())
	require.Empty(t, hidden.Rows)
	p.fill(p.centre, 1, false, "amber", nil)
	whole, _ := p.queue(p.oncologist, p.centre, "")
	require.Len(t, whole.Rows, 1)
	require.Equal(t, "amber", whole.Rows[0].Level)
}
