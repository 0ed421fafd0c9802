package mobileapi

import (
	"net/url"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	"satchel/sync"
)

// queueOf is the answer of GET /v1/teams/{team}/queue.
type queueOf struct {
	Count    int
	Complete bool
	Rows     []struct {
		Record  syncing.RecordID
		Order   string
		Doc     syncing.DocID
		Level   string
		Private bool
		Status  string
		Why     string
		Waiting []jsontext.Value
		Person  *struct{ Name, BirthDate string }
		Also    *struct {
			Doc     syncing.DocID
			Private bool
			Level   string
			Waiting []jsontext.Value
		}
	}
	Next string
}

func (p *place) queue(by person, team identity.Team, query string) (queueOf, reply) {
	p.t.Helper()
	got := p.do("GET", "/v1/teams/"+team.ID.String()+"/queue"+query, &by, nil)
	var q queueOf
	if got.status == 200 {
		got.into(&q)
	}
	return q, got
}

func (p *place) rowPath(team identity.Team, record syncing.RecordID, action string) string {
	return "/v1/teams/" + team.ID.String() + "/queue/" + record.String() + "/" + action
}

func TestATeamTakesClosesAndHandsBackWhatWaits(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.report("phy.fever", 8)
	q, _ := p.queue(p.oncologist, p.centre, "")
	require.Equal(t, 1, q.Count)
	require.True(t, q.Complete)
	row := q.Rows[0]
	require.Equal(t, p.record, row.Record)
	require.Equal(t, "Ada Palmer", row.Person.Name)
	require.Contains(t, row.Why, "Nobody has taken it yet.")
	require.Equal(t, "new", row.Status)

	got := p.do("POST", p.rowPath(p.centre, p.record, "claim"), &p.oncologist, map[string]any{}, keyHeader, "take-1")
	require.Equal(t, 200, got.status, got.text())
	again := p.do("POST", p.rowPath(p.centre, p.record, "claim"), &p.oncologist, map[string]any{}, keyHeader, "take-1")
	require.Equal(t, got.text(), again.text(), "the same key is one claim")
	q, _ = p.queue(p.oncologist, p.centre, "")
	require.Equal(t, "in-progress", q.Rows[0].Status)

	got = p.do("POST", p.rowPath(p.centre, p.record, "hand-back"), &p.oncologist, map[string]any{}, keyHeader, "back-1")
	require.Equal(t, 200, got.status, got.text())

	p.report("phy.pain", 9) // something new comes in before it is closed
	closing := map[string]any{"outcome": "advice-given", "note": "Spoke for ten minutes", "seen": row.Waiting}
	got = p.do("POST", p.rowPath(p.centre, p.record, "close"), &p.oncologist, closing, keyHeader, "close-1")
	require.Equal(t, 409, got.status, "what nobody has seen is not closed: %s", got.text())
	q, _ = p.queue(p.oncologist, p.centre, "")
	closing["seen"] = q.Rows[0].Waiting
	got = p.do("POST", p.rowPath(p.centre, p.record, "close"), &p.oncologist, closing, keyHeader, "close-2")
	require.Equal(t, 200, got.status, got.text())
	again = p.do("POST", p.rowPath(p.centre, p.record, "close"), &p.oncologist, closing, keyHeader, "close-2")
	require.Equal(t, got.text(), again.text(), "a lost answer is given again")
	q, _ = p.queue(p.oncologist, p.centre, "")
	require.Zero(t, q.Count)
}

func TestSomethingSensitiveIsPartOfTheOneRowOfItsRecord(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.report("phy.tired", 4)
	p.report("emo.selfharm", true)
	q, _ := p.queue(p.oncologist, p.centre, "")
	require.Equal(t, 1, q.Count, "one row a record and team")
	require.Len(t, q.Rows, 1)
	row := q.Rows[0]
	require.True(t, row.Private, "the more urgent part stands first")
	require.Equal(t, "red", row.Level)
	require.NotNil(t, row.Also)
	require.False(t, row.Also.Private)
	require.Equal(t, "amber", row.Also.Level, "the person asked to hear from someone today")
	require.NotEmpty(t, row.Also.Waiting)

	closing := map[string]any{"outcome": "advice-given", "seen": row.Waiting, "private": true}
	got := p.do("POST", p.rowPath(p.centre, p.record, "close"), &p.oncologist, closing, keyHeader, "close-private")
	require.Equal(t, 200, got.status, got.text())
	q, _ = p.queue(p.oncologist, p.centre, "")
	require.Nil(t, q.Rows[0].Also)
	require.False(t, q.Rows[0].Private, "the other part still waits")
}

func TestTheActionsOfARecordDoTheSame(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.report("phy.fever", 8)
	q, _ := p.queue(p.oncologist, p.centre, "")
	act := func(action string, body map[string]any, key string) reply {
		return p.do("POST", "/v1/records/"+p.record.String()+"/actions/"+action, &p.oncologist, body, keyHeader, key)
	}
	row := q.Rows[0]
	require.Equal(t, 200, act("claim", map[string]any{"triage": row.Doc}, "1").status)
	require.Equal(t, 200, act("hand-back", map[string]any{"triage": row.Doc}, "2").status)
	got := act("close", map[string]any{"triage": row.Doc, "outcome": "referred", "seen": row.Waiting}, "3")
	require.Equal(t, 200, got.status, got.text())
	require.Equal(t, 404, act("erase", map[string]any{"triage": row.Doc}, "4").status, "no such action")
	require.Equal(t, 404, act("claim", map[string]any{"triage": "note/" + p.fresh().String()}, "5").status, "no row of a queue")
	require.Equal(t, 409, act("claim", map[string]any{"triage": row.Doc}, "3").status, "the key was another action's")
}

func TestAQueueIsHereForItsMembersOnly(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.report("phy.fever", 8)
	missing := p.do("GET", "/v1/teams/"+p.fresh().String()+"/queue", &p.nurse, nil)
	for _, by := range []person{p.patient, p.caregiver, p.outsider, p.nurse} {
		_, got := p.queue(by, p.centre, "")
		require.Equal(t, 404, got.status)
		require.Equal(t, missing.text(), got.text(), "missing and forbidden are one answer")
		got = p.do("POST", p.rowPath(p.centre, p.record, "claim"), &by, map[string]any{}, keyHeader, "k")
		require.Equal(t, 404, got.status, got.text())
	}
}

func TestAQueueIsReadInPagesInItsOrder(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	levels := []int{9, 3, 7}
	for i, name := range []string{"Ben", "Cleo", "Dora"} {
		p.record = p.begin(p.nurse, "record-"+name, name)
		p.both()
		p.patient = p.enrolled(p.nurse, map[string]any{"kind": "patient"}, birthday)
		p.report("phy.pain", levels[i])
	}
	whole, _ := p.queue(p.oncologist, p.centre, "")
	require.GreaterOrEqual(t, whole.Count, 2)
	var paged []syncing.RecordID
	for next := ""; ; {
		page, got := p.queue(p.oncologist, p.centre, "?limit=1"+next)
		require.Equal(t, 200, got.status, got.text())
		if next == "" {
			require.Equal(t, whole.Count, page.Count)
		}
		require.Len(t, page.Rows, 1)
		paged = append(paged, page.Rows[0].Record)
		if page.Next == "" {
			break
		}
		next = "&after=" + url.QueryEscape(page.Next)
	}
	var order []syncing.RecordID
	for _, row := range whole.Rows {
		order = append(order, row.Record)
	}
	require.Equal(t, order, paged)

	for _, place := range []string{p.fresh().String(), p.fresh().String() + ".0.00000000.0", whole.Rows[0].Record.String() + ".0.00000000.0", whole.Rows[0].Record.String() + ".3.00000000.0"} {
		_, got := p.queue(p.oncologist, p.centre, "?after="+place)
		require.Equal(t, 409, got.status, "behind a row that is gone nothing is certain")
	}
	for _, limit := range []string{"0", "201", "-1", "x", "99999999999999999999"} {
		_, got := p.queue(p.oncologist, p.centre, "?limit="+limit)
		require.Equal(t, 400, got.status, limit)
	}
}

func TestWhatATeamHasNoMoreIsNotInItsQueue(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.report("phy.fever", 8)
	q, _ := p.queue(p.oncologist, p.centre, "")
	require.Equal(t, 1, q.Count)
	got := p.do("DELETE", "/v1/records/"+p.record.String()+"/teams/"+p.centre.ID.String(), &p.patient, nil)
	require.Equal(t, 204, got.status, got.text())
	q, _ = p.queue(p.oncologist, p.centre, "")
	require.Zero(t, q.Count, "neither shown nor counted")
}
