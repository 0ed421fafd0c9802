package scenario

import (
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

// restart stops the server and opens the same store again. It is reached elsewhere then: these devices, and those of the staff, are
// told where.
func (h *house) restart(devices ...*actor) {
	h.t.Helper()
	h.stop()
	var err error
	h.server, err = server.Open(h.ctx, h.config)
	require.NoError(h.t, err)
	h.serve()
	for _, a := range append(devices, h.olive, h.oscar, h.pia, h.paul, h.nils, h.dora, h.otto, h.amos) {
		a.Base = h.base
	}
}

// until lets time pass to an hour of the first day, on the clock in London, and does what follows from it.
func (h *house) until(hour, minute int) {
	h.t.Helper()
	at := time.Date(2026, time.November, 23, hour, minute, 0, 0, time.UTC)
	h.later(at.Sub(h.clock.Now()))
}

// lead makes somebody a lead of a team.
func (h *house) lead(a *actor, team identity.Team) {
	h.t.Helper()
	h.done(h.amos.put("/v1/teams/"+team.ID.String()+"/leads/"+a.Tokens().Account.String(), nil, nil))
}

// deals does something with the row of a record in a team's queue.
func (a *actor) deals(team identity.Team, record syncing.RecordID, action string, more map[string]any) error {
	a.h.t.Helper()
	body := map[string]any{"triage": care.TriageID(record, team.ID.String(), false)}
	for name, v := range more {
		body[name] = v
	}
	return a.act(record, action, body, nil)
}

// looks opens all that waits in the row of a record.
func (a *actor) looks(team identity.Team, record syncing.RecordID) error {
	a.h.t.Helper()
	return a.deals(team, record, "seen", map[string]any{"seen": a.rowOf(team, record).Waiting})
}

// tries notes an attempt to reach the person.
func (a *actor) tries(team identity.Team, record syncing.RecordID, result string) error {
	a.h.t.Helper()
	return a.deals(team, record, "attempt", map[string]any{"at": a.now(), "result": result})
}

// closes closes the row of a record as it stands.
func (a *actor) closes(team identity.Team, record syncing.RecordID, outcome, note string) error {
	a.h.t.Helper()
	return a.deals(team, record, "close", map[string]any{"outcome": outcome, "note": note, "seen": a.rowOf(team, record).Waiting})
}

// teamName names a team as the device knows it, with or without network.
func (a *actor) teamName(record syncing.RecordID) func(team string) string {
	return func(team string) string {
		name, _ := value(a.shows(record, syncing.DocID("careTeam/"+team)), "name").(string)
		return name
	}
}

// carried is what the device says, with or without network, of who has seen a concern.
func (a *actor) carried(record syncing.RecordID, concern syncing.DocID) string {
	a.h.t.Helper()
	d := a.shows(record, concern)
	require.NotNil(a.h.t, d, a.name)
	return care.Carried(care.ReadSteps(d.Fields["steps"]), a.teamName(record), a.now(), "Europe/London")
}

// told are the steps that the device tells of a document, with or without network.
func (a *actor) told(record syncing.RecordID, doc syncing.DocID) (lines []string) {
	a.h.t.Helper()
	d := a.shows(record, doc)
	require.NotNil(a.h.t, d, a.name)
	for _, step := range care.ReadSteps(d.Fields["steps"]) {
		lines = append(lines, care.Tell(step, a.teamName(record), "Europe/London"))
	}
	return lines
}

// figures is how a team fares.
type figures struct {
	Closed  shareOf `json:"closedWithoutEscalation"`
	Acted   shareOf `json:"actedOnInTime"`
	Alerts  shareOf `json:"alerts"`
	Warning string  `json:"warning"`
}

type shareOf struct {
	Count   int  `json:"count"`
	Of      int  `json:"of"`
	Percent *int `json:"percent"`
}

func (a *actor) figures(team identity.Team) (f figures) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/figures", &f))
	return f
}

// standing is where a team stands with a concern, as the device shows it: its state and its outcome.
func (a *actor) standing(record syncing.RecordID, concern syncing.DocID, team identity.Team) [2]any {
	a.h.t.Helper()
	d := a.sees(record, concern)
	return [2]any{value(d, "routeStatus."+team.ID.String()), value(d, "routeOutcome."+team.ID.String())}
}
