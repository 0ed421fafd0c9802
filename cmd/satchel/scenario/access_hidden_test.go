package scenario

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// asking is one request that names something inside of a record, or beside it, which the caller may not see.
type asking struct {
	what         string
	method, path string
	body         any
}

// names puts another id into a request, wherever it names the first.
func (a asking) names(hidden, other string) asking {
	text, _ := json.Marshal(a.body)
	var body any
	_ = json.Unmarshal([]byte(strings.ReplaceAll(string(text), hidden, other)), &body)
	return asking{a.what, a.method, strings.ReplaceAll(a.path, hidden, other), body}
}

// TestAccess_WhatIsHiddenInARecordAnswersAndCostsLikeWhatIsNowhere asks, as everybody who is in a record, for each document, file, code,
// invitation, account, device and contact that they do not see, and for one that does not exist: bytes, reads and hashes are alike.
func TestAccess_WhatIsHiddenInARecordAnswersAndCostsLikeWhatIsNowhere(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	asked := 0
	for _, c := range w.columns {
		if c.actor == nil || !slices.Contains([]string{"patient", "caregiver", "caregiver-limited", "oncology", "primary", "navigator", "nursing", "external", "emergency"}, c.name) {
			continue
		}
		w.done(w.server.Identity().Tend(besideRequests(w.ctx)))
		for hidden, list := range w.hiddenFrom(c) {
			for _, ask := range list {
				nowhere := otherThan(hidden)
				missing := ask.names(hidden, nowhere)
				got := w.knock(ask.method, ask.path, c.token, ask.body)
				none := w.knock(missing.method, missing.path, c.token, missing.body)
				what := c.name + ": " + ask.what
				require.NotEqual(t, 200, got.status, what)
				require.Equal(t, strings.ReplaceAll(printed(none), nowhere, hidden), printed(got), what)
				require.Equal(t, none.work, got.work, what)
				asked++
			}
		}
	}
	require.Greater(t, asked, 300)
}

// otherThan is the name of what is nowhere, and of the same kind: a document of that type, the sum of a file, an id.
func otherThan(hidden string) string {
	if len(hidden) == 64 {
		return strings.Repeat("ab", 32)
	}
	kind, _, isDocument := strings.Cut(hidden, "/")
	if isDocument {
		return kind + "/" + uuid.NewString()
	}
	return uuid.NewString()
}

// hiddenFrom are the requests of one caller, by the id that they do not see.
func (w *accessWorld) hiddenFrom(c column) map[string][]asking {
	of := w.hiddenDocuments(c)
	record := "/v1/records/" + w.record.UUID.String()
	add := func(id, what, method, path string, body any) {
		of[id] = append(of[id], asking{what, method, path, body})
	}

	account := w.otto.Tokens().Account.String() // somebody, and nobody here
	add(account, "an account that is nobody's caregiver", http.MethodDelete, record+"/caregivers/"+account, nil)
	add(account, "an account that does not wait", http.MethodPost, record+"/caregivers/"+account+"/confirm", map[string]any{})
	add(account, "an account that is no caregiver", http.MethodPut, record+"/caregivers/"+account, map[string]any{"categories": []string{"schedule"}})
	device := w.otto.Tokens().Device.String()
	add(device, "somebody else's device", http.MethodDelete, "/v1/devices/"+device, nil)
	team := w.elsewhere.ID.String()
	add(team, "a team that has not the record", http.MethodDelete, record+"/teams/"+team, nil)
	if c.name != "emergency" { // who opens a record in an emergency works there
		add(team, "a queue of others", http.MethodGet, "/v1/teams/"+team+"/queue", nil)
	}
	for kind, id := range w.papers {
		add(id, "one of the "+kind+" of another record", http.MethodDelete, record+"/"+kind+"/"+id, nil)
	}
	contact := w.contactOf(w.nursing)
	if c.name != "nursing" {
		add(contact, "a contact of another team", http.MethodDelete, "/v1/teams/"+w.primary.ID.String()+"/contacts/"+contact, nil)
	}
	if c.name == "caregiver-limited" || c.name == "emergency" {
		add(w.blob, "a file", http.MethodGet, record+"/blobs/"+w.blob, nil)
		add(w.blob, "a file", http.MethodHead, record+"/blobs/"+w.blob, nil)
	}
	return of
}

// hiddenDocuments are the documents that the patient or a team sees and the caller does not, named in each way in which one can be.
func (w *accessWorld) hiddenDocuments(c column) map[string][]asking {
	w.t.Helper()
	w.done(c.actor.sync(w.record))
	of := map[string][]asking{}
	for _, who := range []*actor{w.ada, w.olive, w.pia} {
		w.done(who.sync(w.record))
		for _, d := range who.db.View(w.record) {
			id := string(d.ID)
			if _, known := of[id]; known || c.actor.shows(w.record, d.ID) != nil {
				continue
			}
			of[id] = w.namings(d.ID)
		}
	}
	return of
}

// namings are the requests that name a document: its history, and each action that takes one of its type.
func (w *accessWorld) namings(doc syncing.DocID) (list []asking) {
	record := "/v1/records/" + w.record.UUID.String()
	list = append(list, asking{"history of a " + doc.Type(), http.MethodGet, record + "/documents/" + string(doc) + "/history", nil})
	for action, body := range w.deeds() {
		fields, _ := json.Marshal(body)
		var named map[string]any
		_ = json.Unmarshal(fields, &named)
		for field, value := range named {
			if id, isText := value.(string); isText && strings.HasPrefix(id, doc.Type()+"/") && action != "write" {
				named[field] = doc
				list = append(list, asking{action + " of a " + doc.Type(), http.MethodPost, record + "/actions/" + action, named})
			}
		}
	}
	return list
}
