package scenario

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// unmatched is a result as a laboratory sends it that names somebody and no order.
func unmatched(number string) set {
	return set{
		"name": "Ada Example", "identifiers": []set{{"system": "hospital", "value": number}},
		"set": set{"code": "cbc.anc", "value": "400", "unit": "/uL", "effective": monday.UnixMilli(), "source": "ehr", "status": "final"},
	}
}

type unmatchedLine struct {
	ID   syncing.UUID `json:"id"`
	Name string       `json:"name"`
}

func (a *actor) unmatchedOf(team identity.Team) []unmatchedLine {
	a.h.t.Helper()
	var page struct {
		Results []unmatchedLine `json:"results"`
	}
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/unmatched-results", &page))
	return page.Results
}

// A result that names somebody is in nobody's record until a human has compared two identifiers, and a name is none. Two people of the
// same name are told apart, and what was said of one is never said of the other too.
func TestHazard_H12_AResultWithoutAnOrderIsFiledByAHumanWithTwoIdentifiersAndNeverByName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	namesake := h.admit("Ada Example") // the same name, and the same birthday
	for record, number := range map[syncing.RecordID]string{f.record: "4711", namesake: "4712"} {
		h.done(h.olive.act(record, "write", map[string]any{
			"doc": "person/" + record.UUID.String(), "set": set{}, "add": map[string]any{"identifier": []any{set{"system": "hospital", "value": number}}},
		}, nil))
	}
	path := "/v1/teams/" + h.primary.ID.String() + "/unmatched-results"
	send := func(a *actor, key string, body set) error { return a.Act(h.ctx, path, key, body, nil) }
	key := client.NewRequestID()
	for range 2 { // the answer was lost
		h.done(send(h.pia, key, unmatched("47 11")))
	}
	wrong := unmatched("4711")
	wrong["set"] = set{"code": "cbc.anc", "loinc": "770-8", "value": "40", "unit": "%", "effective": 1, "source": "ehr", "status": "final"}
	require.Contains(t, h.refused(422, send(h.pia, client.NewRequestID(), wrong)), "absolute neutrophil count")
	for _, a := range []*actor{h.olive, h.otto, f.ada, h.amos} {
		h.refused(404, a.get(path, nil))
		h.refused(404, send(a, client.NewRequestID(), unmatched("4711")))
	}
	h.refused(403, h.nils.get("/v1/teams/"+h.navigation.ID.String()+"/unmatched-results", nil))

	waits := h.pia.unmatchedOf(h.primary)
	require.Len(t, waits, 1)
	require.Equal(t, "Ada Example", waits[0].Name)
	for _, record := range []syncing.RecordID{f.record, namesake} {
		require.Empty(t, h.pia.list(record, "result"), "it files itself nowhere")
	}
	attach := func(a *actor, record syncing.RecordID, identifiers ...set) error {
		return a.act(record, "attach-result", set{"team": h.primary.ID, "unmatched": waits[0].ID, "identifiers": identifiers}, nil)
	}
	born, number := set{"system": "birthDate", "value": birthday}, set{"system": "hospital", "value": "4711"}
	h.refused(400, attach(h.pia, f.record, born))
	h.refused(422, attach(h.pia, f.record, born, born))
	h.refused(422, attach(h.pia, f.record, set{"system": "name", "value": "Ada Example"}, born))
	h.refused(422, attach(h.pia, f.record, born, set{"system": "hospital", "value": "4712"}))
	require.Contains(t, h.refused(422, attach(h.pia, namesake, born, set{"system": "hospital", "value": "4712"})), "The laboratory says something else")
	h.refused(404, attach(h.olive, f.record, born, number))
	h.refused(404, attach(h.otto, f.record, born, number))
	future := unmatched("4711")
	future["set"] = set{"code": "cbc.anc", "value": "0.4", "unit": "10*9/L", "effective": 1, "performer": 7, "source": "ehr", "status": "final"}
	h.done(send(h.pia, client.NewRequestID(), future))
	broken := h.pia.unmatchedOf(h.primary)[1].ID
	for range 2 { // what could not be written was said of nobody
		h.refused(422, h.pia.act(f.record, "attach-result", set{"team": h.primary.ID, "unmatched": broken, "identifiers": []set{born, number}}, nil))
	}
	h.done(h.pia.Do(h.ctx, http.MethodDelete, path+"/"+broken.String(), nil, nil))
	require.Len(t, h.pia.unmatchedOf(h.primary), 1, "it waits on")

	h.done(attach(h.pia, f.record, born, number))
	h.done(attach(h.pia, f.record, born, number)) // the answer was lost
	require.Empty(t, h.pia.unmatchedOf(h.primary))
	h.refused(404, attach(h.pia, namesake, born, set{"system": "hospital", "value": "4712"}))
	require.Empty(t, h.pia.list(namesake, "result"))
	require.Len(t, h.olive.list(f.record, "result"), 1)
	require.Equal(t, "red", h.olive.rowOf(h.oncology, f.record).Level, "from now on it is a result like any other")

	// An order of somebody else is no order of this person, whoever was meant.
	order := newDoc("labOrder")
	h.done(h.olive.orders(namesake, order, ordering(h.oncology, "cbc.diff", "Blood count", "2026-11-23", nil)))
	require.Contains(t, h.refused(422, h.pia.write(f.record, newDoc("result"), h.count("5", "10*9/L", set{"order": string(order)}))), "no such order")

	h.done(send(h.pia, client.NewRequestID(), unmatched("9999")))
	h.done(h.pia.Do(h.ctx, http.MethodDelete, path+"/"+h.pia.unmatchedOf(h.primary)[0].ID.String(), nil, nil))
	require.Empty(t, h.pia.unmatchedOf(h.primary))
}
