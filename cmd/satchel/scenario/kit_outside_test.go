package scenario

import (
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// outsider is a clinician from outside: what they would type when they redeem an invitation.
type outsider struct{ name, job, practice, kind string }

func (o outsider) body(code, request string) map[string]any {
	return map[string]any{
		"code": code, "requestId": request, "name": "Dr " + o.name, "signInName": o.name + "@outside.example", "password": passphrase, "job": o.job,
		"practice": map[string]any{"name": o.practice, "type": o.kind}, "device": map[string]any{"kind": "web", "name": "desk"},
	}
}

// invites makes a one-time code for somebody from outside.
func (a *actor) invites(record syncing.RecordID, as identity.TeamKind, who string) string {
	a.h.t.Helper()
	var made struct {
		Code string `json:"code"`
	}
	a.h.done(a.post("/v1/records/"+record.UUID.String()+"/invitations", map[string]any{"as": as, "for": who}, &made))
	return made.Code
}

// redeem lets somebody from outside come by a code, and sign in with the password that they chose.
func (h *house) redeem(code string, o outsider) *actor {
	h.t.Helper()
	a := h.device(o.name)
	h.done(a.Do(h.ctx, http.MethodPost, "/v1/invitations/redeem", o.body(code, client.NewRequestID()), nil))
	_, err := a.SignIn(h.ctx, o.name+"@outside.example", passphrase, "desk of "+o.name)
	h.done(err)
	return a
}

// team is the one team in which the actor works.
func (a *actor) team() identity.Team {
	a.h.t.Helper()
	var list struct {
		Teams []identity.Team `json:"teams"`
	}
	a.h.done(a.get("/v1/teams", &list))
	require.Len(a.h.t, list.Teams, 1, a.name)
	return list.Teams[0]
}

// panel is the records that the actor may see.
func (a *actor) panel() []syncing.RecordID {
	a.h.t.Helper()
	var page struct {
		Records []struct {
			Record syncing.RecordID `json:"record"`
		} `json:"records"`
	}
	a.h.done(a.get("/v1/records", &page))
	list := []syncing.RecordID{}
	for _, line := range page.Records {
		list = append(list, line.Record)
	}
	return list
}

// changeOf is a new document with one element in a set.
func changeOf(a *actor, doc syncing.DocID, fields set, name string, element any) replica.Change {
	return replica.Change{Doc: doc, Set: fields.values(a), Add: map[string][]jsontext.Value{name: {set{"e": element}.values(a)["e"]}}}
}
