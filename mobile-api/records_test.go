package mobileapi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync"
)

func TestARecordIsBegunOnceForOneKey(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ask := map[string]any{"person": map[string]any{"name": "Ben", "birthDate": birthday}}
	first := p.do("POST", "/v1/records", &p.nurse, ask, keyHeader, "ben")
	again := p.do("POST", "/v1/records", &p.nurse, ask, keyHeader, "ben")
	require.Equal(t, 201, first.status, first.text())
	require.Equal(t, first.text(), again.text())
	other := map[string]any{"person": map[string]any{"name": "Cleo", "birthDate": birthday}}
	require.Equal(t, 409, p.do("POST", "/v1/records", &p.nurse, other, keyHeader, "ben").status, "another person under the key is never Ben's record")
	elsewhere := p.do("POST", "/v1/records", &p.oncologist, ask, keyHeader, "ben")
	require.Equal(t, 201, elsewhere.status)
	require.NotEqual(t, first.text(), elsewhere.text(), "a key is its caller's own")
}

func TestOnlyATeamBeginsARecord(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ask := map[string]any{"person": map[string]any{"name": "Ben", "birthDate": birthday}}
	for _, by := range []person{p.patient, p.caregiver, p.outsider} {
		require.Equal(t, 403, p.do("POST", "/v1/records", &by, ask, keyHeader, "k").status)
	}
	ask["teams"] = []any{p.centre.ID}
	require.Equal(t, 403, p.do("POST", "/v1/records", &p.nurse, ask, keyHeader, "k").status, "for a team that is not the caller's")
	ask["teams"] = []any{p.practice.ID, p.fresh()}
	require.Equal(t, 404, p.do("POST", "/v1/records", &p.nurse, ask, keyHeader, "k").status)
	ask["teams"] = make([]syncing.UUID, teamsMax+1)
	require.Equal(t, 400, p.do("POST", "/v1/records", &p.nurse, ask, keyHeader, "k").status)
	ask["teams"], ask["person"] = []any{p.practice.ID}, map[string]any{"name": "Ben", "birthDate": "tomorrow"}
	require.Equal(t, 422, p.do("POST", "/v1/records", &p.nurse, ask, keyHeader, "k").status)
	ask["person"] = map[string]any{"name": "Ben", "birthDate": birthday}
	require.Equal(t, 201, p.do("POST", "/v1/records", &p.nurse, ask, keyHeader, "k").status, "a refused beginning leaves nothing behind")
}

func TestRecordsAreListedInPages(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	want := []string{p.record.String()}
	for _, name := range []string{"Ben", "Cleo"} {
		want = append(want, p.begin(p.nurse, name, name).String())
	}
	var got []string
	for next := ""; ; {
		var page struct {
			Records []struct {
				Record syncing.RecordID
				Roles  []string
				Owner  bool
				Head   syncing.Rev
			}
			Next *syncing.RecordID
		}
		p.do("GET", "/v1/records?limit=1"+next, &p.nurse, nil).into(&page)
		require.Len(t, page.Records, 1)
		require.Equal(t, []string{"primary"}, page.Records[0].Roles)
		require.False(t, page.Records[0].Owner)
		require.NotZero(t, page.Records[0].Head)
		got = append(got, page.Records[0].Record.String())
		if page.Next == nil {
			break
		}
		next = "&after=" + page.Next.String()
	}
	require.ElementsMatch(t, want, got)
	require.Equal(t, 400, p.do("GET", "/v1/records?after=x", &p.nurse, nil).status)
	require.Equal(t, 400, p.do("GET", "/v1/records?limit=501", &p.nurse, nil).status)
}

func TestTheSchemaSaysWhatTheCallerMayWrite(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ask := func(by person, query string) syncing.SchemaJSON {
		var s syncing.SchemaJSON
		got := p.do("GET", "/v1/schema"+query, &by, nil)
		require.Equal(t, 200, got.status, got.text())
		got.into(&s)
		return s
	}
	mine := "?record=" + p.record.String()
	require.True(t, ask(p.patient, mine).Types["note"].Create)
	require.False(t, ask(p.patient, mine).Types["appointment"].Create)
	require.True(t, ask(p.nurse, mine).Types["appointment"].Create)
	require.False(t, ask(p.nurse, "").Types["appointment"].Create, "nowhere in particular nothing may be written")
	require.Equal(t, 404, p.do("GET", "/v1/schema?record=none", &p.nurse, nil).status)
}

// TestMissingAndForbiddenAreOneAnswer: byte for byte, for every operation that names a record.
func TestMissingAndForbiddenAreOneAnswer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	note := "note/" + p.fresh().String()
	p.phone(p.patient).sync(set(note, map[string]any{"text": "here"}))
	body := map[string]any{"doc": note, "set": map[string]any{"text": "x"}}
	for _, tc := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/held", nil},
		{"GET", "/documents/" + note + "/history", nil},
		{"POST", "/actions/write", body},
		{"POST", "/actions/claim", map[string]any{"triage": "triage/" + p.fresh().String()}},
		{"POST", "/codes", map[string]any{"kind": "patient", "birthDate": birthday}},
		{"DELETE", "/codes/" + p.fresh().String(), nil},
		{"GET", "/caregivers", nil},
		{"PUT", "/caregivers/" + p.caregiver.account.String(), map[string]any{"categories": []string{}}},
		{"DELETE", "/caregivers/" + p.caregiver.account.String(), nil},
		{"PUT", "/teams/" + p.centre.ID.String(), map[string]any{}},
		{"DELETE", "/teams/" + p.centre.ID.String(), nil},
		{"GET", "/blobs/" + strings.Repeat("ab", 32), nil},
		{"HEAD", "/blobs/" + strings.Repeat("ab", 32), nil},
	} {
		missing := p.do(tc.method, "/v1/records/"+p.fresh().String()+tc.path, &p.outsider, tc.body, keyHeader, "k")
		forbidden := p.do(tc.method, "/v1/records/"+p.record.String()+tc.path, &p.outsider, tc.body, keyHeader, "k")
		require.Equal(t, 404, missing.status, "%s %s: %s", tc.method, tc.path, missing.text())
		require.Equal(t, missing.status, forbidden.status, "%s %s", tc.method, tc.path)
		require.Equal(t, missing.text(), forbidden.text(), "%s %s", tc.method, tc.path)
		missing.header.Del("Date")
		forbidden.header.Del("Date")
		require.Equal(t, missing.header, forbidden.header, "%s %s", tc.method, tc.path)
	}
}

func TestHistorySaysWhyAValueIsThere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	id := p.fresh().String()
	ph := p.phone(p.patient)
	ph.sync(set("note/"+id, map[string]any{"text": "first"}))
	ph.sync(set("note/"+id, map[string]any{"text": "second"}))
	path := "/v1/records/" + p.record.String() + "/documents/note/"
	var said struct {
		Doc     string
		Entries []syncing.HistoryEntry
	}
	got := p.do("GET", path+id+"/history", &p.caregiver, nil)
	require.Equal(t, 200, got.status, got.text())
	got.into(&said)
	require.Len(t, said.Entries, 2)
	require.Equal(t, `"second"`, string(said.Entries[1].Value))
	require.Equal(t, p.patient.account, said.Entries[1].By)
	for _, wrong := range []string{path + p.fresh().String() + "/history", path + "none/history", "/v1/records/" + p.record.String() + "/documents/%00/" + id + "/history"} {
		require.Equal(t, 404, p.do("GET", wrong, &p.patient, nil).status, wrong)
	}
}

func TestWhatIsHeldIsListedForItsAuthor(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	got, _ := p.phone(p.patient).sync(set("appointment/"+p.fresh().String(), map[string]any{
		"start": "2026-12-01T09:30", "zone": "Europe/London", "title": "Clinic", "status": "booked", "ownerTeam": p.centre.ID.String(),
	}))
	require.Equal(t, syncing.Held, got.Outcomes[0].Status)
	require.Equal(t, syncing.Forbidden, got.Outcomes[0].Reason)
	var list syncing.HeldList
	answer := p.do("GET", "/v1/records/"+p.record.String()+"/held", &p.patient, nil)
	require.Equal(t, 200, answer.status, answer.text())
	answer.into(&list)
	require.Len(t, list.Items, 1)
	require.Equal(t, syncing.Forbidden, list.Items[0].Reason)
	require.True(t, list.Items[0].MaySettle)
	var none syncing.HeldList
	p.do("GET", "/v1/records/"+p.record.String()+"/held", &p.caregiver, nil).into(&none)
	require.NotContains(t, none.Items, list.Items[0])
}
