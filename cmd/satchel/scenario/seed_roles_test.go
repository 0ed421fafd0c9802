package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// community is a cancer centre with primary care of its own: two teams of one organisation, and a doctor who works in both.
type community struct {
	primary identity.Team
	dana    *actor
	record  syncing.RecordID
}

func (h *house) community() community {
	h.t.Helper()
	team, err := h.server.Identity().Seed().Team(h.ctx, h.oncology.Organisation, identity.TeamPrimary, "Riverside Primary Care")
	h.done(err)
	c := community{primary: team, dana: h.hire(identity.KindClinician, "dana", h.oncology, team)}
	c.dana.Acting = h.oncology.ID.String()
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	h.done(c.dana.Act(h.ctx, "/v1/records", client.NewRequestID(), map[string]any{
		"person": map[string]any{"name": "Bea Example", "birthDate": birthday, "homeZone": "Europe/London", "status": "active"},
		"teams":  []syncing.TeamID{h.oncology.ID, team.ID},
	}, &made))
	c.dana.Acting = team.ID.String()
	h.done(c.dana.write(made.Record, careTeam(team), set{"status": "active"}))
	c.dana.Acting = ""
	c.record = made.Record
	return c
}

// noteAs writes on the device for one of the actor's teams.
func (a *actor) noteAs(team identity.Team, record syncing.RecordID, doc syncing.DocID, fields set) replica.Name {
	a.h.t.Helper()
	return a.change(record, replica.Change{Doc: doc, Set: fields.values(a), Acting: team.ID})
}

// wroteAs gives role and team of the latest write of a field, as the history tells it.
func (a *actor) wroteAs(record syncing.RecordID, doc syncing.DocID, field string) (role, team string) {
	a.h.t.Helper()
	var answer struct {
		Entries []struct{ Field, Role, Team string } `json:"entries"`
	}
	a.h.done(a.get("/v1/records/"+record.UUID.String()+"/documents/"+string(doc)+"/history", &answer))
	for _, e := range answer.Entries {
		if e.Field == field {
			role, team = e.Role, e.Team
		}
	}
	require.NotEmpty(a.h.t, role, "nobody wrote %s", field)
	return role, team
}

// One doctor works in oncology and in primary care of one organisation. What is written offline keeps the role in which it was
// written, and has the rights of that role alone.
func TestSeed_A15_EveryWriteKeepsTheRoleInWhichItWasMade(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.community()
	h.done(c.dana.sync(c.record))

	c.dana.net.off.Store(true)
	asOncology, asPrimary, unsaid, stranger := newDoc("activity"), newDoc("activity"), newDoc("activity"), newDoc("activity")
	offer := func(by identity.Team) set {
		return set{"title": "Look at the blood pressure", "kind": "comorbidity", "accountableTeam": c.primary.ID, "proposedBy": by.ID, "status": "proposed"}
	}
	first := c.dana.noteAs(h.oncology, c.record, asOncology, offer(h.oncology))
	second := c.dana.noteAs(c.primary, c.record, asPrimary, offer(c.primary))
	wrong := c.dana.noteAs(c.primary, c.record, newDoc("activity"), offer(h.oncology)) // in the name of the other team
	third := c.dana.note(c.record, unsaid, offer(h.oncology))
	fourth := c.dana.noteAs(h.primary, c.record, stranger, offer(h.oncology)) // Millbrook's: not hers
	c.dana.net.off.Store(false)
	h.done(c.dana.sync(c.record))

	require.Equal(t, syncing.Applied, c.dana.outcome(c.record, first).Status, c.dana.detail(c.record, first))
	require.Equal(t, syncing.Applied, c.dana.outcome(c.record, second).Status, c.dana.detail(c.record, second))
	for _, refused := range []replica.Name{wrong, third, fourth} {
		require.Equal(t, syncing.Forbidden, c.dana.outcome(c.record, refused).Reason)
	}
	require.Contains(t, c.dana.detail(c.record, third), "Say for which")

	bea := h.enrol(c.record, identity.KindPatient, "bea")
	for _, reader := range []*actor{h.olive, c.dana, bea} {
		role, team := reader.wroteAs(c.record, asOncology, "title")
		require.Equal(t, []string{"oncology", h.oncology.ID.String()}, []string{role, team}, reader.name)
		role, team = reader.wroteAs(c.record, asPrimary, "title")
		require.Equal(t, []string{"primary", c.primary.ID.String()}, []string{role, team}, reader.name)
	}
	h.refused(404, h.pia.get("/v1/records/"+c.record.UUID.String()+"/documents/"+string(asOncology)+"/history", nil))
	h.refused(404, h.otto.get("/v1/records/"+c.record.UUID.String()+"/documents/"+string(asOncology)+"/history", nil))
}

// A provider of several specialities is one organisation with teams of both kinds; whoever acts for one of them at a connection
// sees and does what that one may, and nobody acts for a team in which they do not work.
func TestSeed_B55_OneOrganisationHasTeamsOfBothKindsAndOnePersonActsForOneAtATime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.community()

	h.refused(403, c.dana.write(c.record, careTeam(c.primary), set{"phone": "01632 960 777"}))
	c.dana.Acting = c.primary.ID.String()
	h.done(c.dana.write(c.record, careTeam(c.primary), set{"phone": "01632 960 777"}))
	role, team := c.dana.wroteAs(c.record, careTeam(c.primary), "phone")
	require.Equal(t, []string{"primary", c.primary.ID.String()}, []string{role, team})
	h.refused(404, c.dana.get("/v1/teams/"+h.oncology.ID.String()+"/queue", nil))
	require.Empty(t, c.dana.queue(c.primary))
	c.dana.Acting = h.oncology.ID.String()
	require.Empty(t, c.dana.queue(h.oncology))

	h.olive.Acting = c.primary.ID.String()
	h.refused(403, h.olive.get("/v1/records", nil))
	h.otto.Acting = h.oncology.ID.String()
	h.refused(403, h.otto.get("/v1/records", nil))
	h.olive.Acting = ""

	bea := h.enrol(c.record, identity.KindPatient, "bea")
	bea.writes(c.record, newDoc("goal"), set{"text": "Walk my dog", "lifecycleStatus": "active"})
	goal := bea.list(c.record, "goal")[0]
	role, team = bea.wroteAs(c.record, goal.ID, "text")
	require.Equal(t, []string{"patient", ""}, []string{role, team}, "who reaches the record in one way need not say so")
}
