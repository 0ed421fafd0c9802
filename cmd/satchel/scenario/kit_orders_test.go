package scenario

import (
	"maps"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// ordering is an order of a team for one day, as its board makes it.
func ordering(team identity.Team, code, title, day string, more set) set {
	all := set{
		"code": code, "title": title, "requesterTeam": team.ID, "resultResponsibleTeam": team.ID, "anchor": day, "zone": "Europe/London", "status": "active",
	}
	maps.Copy(all, more)
	return all
}

// orders places an order with a connection; sites are the parts of the body.
func (a *actor) orders(record syncing.RecordID, doc syncing.DocID, fields set, sites ...string) error {
	a.h.t.Helper()
	body := map[string]any{"doc": doc, "set": fields}
	if len(sites) > 0 {
		var list []jsontext.Value
		for _, site := range sites {
			list = append(list, syncing.TextValue(site))
		}
		body["add"] = map[string]any{"bodySite": list}
	}
	return a.act(record, "write", body, nil)
}

// mayRepeat asks that an order was answered 409 `duplicate-order`, and gives what it may repeat.
func (h *house) mayRepeat(err error) []care.OrderMatch {
	h.t.Helper()
	var p *client.Problem
	require.ErrorAs(h.t, err, &p)
	require.Equal(h.t, 409, p.Status, p.Detail)
	require.Equal(h.t, "duplicate-order", p.Code)
	require.NotEmpty(h.t, p.Matches)
	return p.Matches
}
