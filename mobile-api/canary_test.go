package mobileapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoWordOfAPersonIsLogged seeds a marker in every place where a person or an attacker can write, sends it, and looks for it in
// the log and in every answer that is a refusal.
func TestNoWordOfAPersonIsLogged(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	const canary = "CANARY"
	marked := 0
	mark := func() string {
		marked++
		return fmt.Sprintf("%s%04d", canary, marked)
	}
	refused := func(got reply) {
		t.Helper()
		require.GreaterOrEqual(t, got.status, 400, got.text())
		require.NotContains(t, got.text(), canary)
	}
	note := "note/" + p.fresh().String()
	got, _ := p.phone(p.patient).sync(
		set(note, map[string]any{"text": mark(), "title": mark()}),
		set("note/"+mark(), map[string]any{"text": mark()}),
		set("nothing/"+p.fresh().String(), map[string]any{mark(): mark()}),
		map[string]any{"doc": note, "set": map[string]any{"importance": mark()}, mark(): mark()})
	require.Len(t, got.Outcomes, 4)
	for _, outcome := range got.Outcomes {
		require.NotContains(t, outcome.Detail, canary)
	}
	for _, o := range p.operations() {
		if o.path == "/v1/live" || o.path == "/v1/sign-out" || o.json == nil {
			continue
		}
		refused(p.do(o.method, o.path+"?"+mark()+"="+mark(), &o.by, []byte(`{"`+mark()+`":"`+mark()+`","replica":"`+mark()+`"}`), keyHeader, mark(), "X-"+mark(), mark()))
		refused(p.do(o.method, o.path, &o.by, []byte(mark()), "Content-Type", mark(), keyHeader, "k"))
		refused(p.do(o.method, o.path, &o.by, []byte(mark()), "Content-Encoding", mark(), keyHeader, "k"))
		if o.signedIn {
			refused(p.do(o.method, o.path, &person{access: mark()}, o.json, keyHeader, "k"))
		}
	}
	refused(p.do("GET", "/"+mark()+"/"+mark(), nil, nil))
	refused(p.do("GET", "/v1/records/"+mark()+"/held", &p.patient, nil))
	refused(p.do("GET", "/v1/records/"+p.record.String()+"/documents/"+mark()+"/"+mark()+"/history", &p.patient, nil))
	refused(p.do("POST", "/v1/records/"+p.record.String()+"/actions/"+mark(), &p.patient, map[string]any{}, keyHeader, "k"))
	refused(p.do("POST", "/v1/sign-in", nil, map[string]any{"name": mark(), "password": mark(), "code": mark(), "device": map[string]any{"kind": mark(), "name": mark()}}))
	refused(p.do("POST", "/v1/token", nil, map[string]any{"refreshToken": mark(), "requestId": mark() + mark()}))
	refused(p.do("POST", "/v1/records", &p.nurse, map[string]any{"person": map[string]any{"name": mark(), "birthDate": mark()}}, keyHeader, "k"))
	refused(p.write(p.patient, "nothing/"+p.fresh().String(), map[string]any{mark(): mark()}, "k2"))

	log := p.log.text()
	require.Greater(t, marked, 100)
	require.NotContains(t, log, canary)
	require.NotContains(t, log, p.patient.access)
	require.NotContains(t, log, p.patient.account.String(), "an account is a tag that cannot be looked up")
	require.NotContains(t, log, p.record.String())
	require.NotContains(t, log, "Ada")
	require.Contains(t, log, "route=/v1/records/:record/held", "the pattern is logged, not the path")
	require.Contains(t, log, "account=")
	require.Greater(t, strings.Count(log, "msg=request"), 50)
}
