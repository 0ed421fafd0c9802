package scenario

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

var weber = outsider{"weber", "ob-gyn", "Weber Gynaecology", "practice"}

// Sixty outside providers, each of an organisation of its own, come by invitation with free accounts. Each sees the person to whom
// they were invited and nobody else.
func TestSeed_A14_SixtyAccountsFromSixtyOrganisationsEachSeeTheirPanelAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var records []syncing.RecordID
	for i := range 6 {
		records = append(records, h.admit(fmt.Sprintf("Person %d", i)))
	}
	jobs := []string{"ob-gyn", "gp", "cardiologist", "physiotherapist", "dentist", "dermatologist"}
	for i := range 60 {
		record := records[i%6]
		if i%10 == 0 {
			h.clock.pass(time.Hour) // not so many at once from one address
		}
		code := h.olive.invites(record, identity.TeamSpecialist, fmt.Sprintf("Dr No %d", i))
		o := outsider{fmt.Sprintf("outside-%d", i), jobs[i%6], fmt.Sprintf("Private practice %d", i), "practice"}
		a := h.redeem(code, o)
		require.Equal(t, []syncing.RecordID{record}, a.panel(), a.name)
		other := records[(i+1)%6]
		h.refused(404, a.get("/v1/records/"+other.UUID.String()+"/call?topic=fever", nil))
		require.Empty(t, a.list(other, "person"))
		require.Len(t, a.list(record, "person"), 1)
		h.refused(403, a.get("/v1/teams?all=true", nil))
		h.refused(404, a.get("/v1/teams/"+h.oncology.ID.String(), nil))
		h.refused(403, a.Act(h.ctx, "/v1/records", client.NewRequestID(), map[string]any{"person": map[string]any{"name": "Mine", "birthDate": birthday, "status": "active"}}, nil))
	}
	paid := weber.body(h.olive.invites(records[0], identity.TeamSpecialist, "Dr Weber"), client.NewRequestID())
	paid["licence"] = "123"
	h.refused(400, h.device("weber").Do(h.ctx, http.MethodPost, "/v1/invitations/redeem", paid, nil)) // there is nothing to pay with
	var directory struct {
		Organisations []struct{ Name string } `json:"organisations"`
	}
	h.done(h.olive.get("/v1/organisations?type=practice", &directory))
	require.Len(t, directory.Organisations, 2, "who came by invitation is in no directory")
}

// The primary care provider of St Luke's, outside the health system and with no electronic record here, joins one person's team by a
// one-time invitation. A second invitation adds a second person.
func TestSeed_A05_APracticeElsewhereJoinsByOneTimeInvitationAndSeesThatPersonAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	second, hidden := h.admit("Bea Example"), h.admit("Cleo Example")

	luke := outsider{"luke", "gp", "St Luke's", "practice"}
	code := f.ada.invites(f.record, identity.TeamPrimary, "My doctor at St Luke's") // the person themselves
	request := client.NewRequestID()
	a := h.device("luke")
	h.done(a.Do(h.ctx, http.MethodPost, "/v1/invitations/redeem", luke.body(code, request), nil))
	h.done(a.Do(h.ctx, http.MethodPost, "/v1/invitations/redeem", luke.body(code, request), nil)) // the answer was lost: the same again
	h.refused(422, h.device("thief").Do(h.ctx, http.MethodPost, "/v1/invitations/redeem", outsider{"thief", "gp", "Elsewhere", "practice"}.body(code, client.NewRequestID()), nil))
	_, err := a.SignIn(h.ctx, "luke@outside.example", passphrase, "desk")
	h.done(err)

	team := a.team()
	require.Equal(t, []syncing.RecordID{f.record}, a.panel())
	require.Equal(t, "proposed", value(f.ada.sees(f.record, careTeam(team)), "status"), "whether they are there they say themselves")
	h.refused(403, h.olive.write(f.record, careTeam(team), set{"status": "active"}))
	h.done(a.write(f.record, careTeam(team), set{"status": "active"}))
	for _, reader := range []*actor{f.ada, h.olive, h.pia} {
		card := reader.sees(f.record, careTeam(team))
		require.Equal(t, []any{"active", "St Luke's"}, []any{value(card, "status"), value(card, "name")}, reader.name)
	}
	require.Nil(t, h.otto.shows(f.record, careTeam(team)))
	for _, other := range []syncing.RecordID{second, hidden} {
		h.refused(404, a.get("/v1/records/"+other.UUID.String()+"/held", nil))
		h.refused(404, a.write(other, newDoc("note"), set{"text": "hello"}))
	}
	h.refused(404, h.otto.post("/v1/records/"+f.record.UUID.String()+"/invitations", map[string]any{"as": "specialist", "for": "me"}, nil))
	h.refused(403, f.carla.post("/v1/records/"+f.record.UUID.String()+"/invitations", map[string]any{"as": "specialist", "for": "me"}, nil))

	more := h.olive.invites(second, identity.TeamPrimary, "St Luke's")
	h.refused(403, f.ada.post("/v1/invitations/accept", map[string]any{"code": more}, nil))
	h.done(a.post("/v1/invitations/accept", map[string]any{"code": more}, nil))
	h.done(a.post("/v1/invitations/accept", map[string]any{"code": more}, nil))
	h.refused(422, h.otto.post("/v1/invitations/accept", map[string]any{"code": more}, nil))
	require.ElementsMatch(t, []syncing.RecordID{f.record, second}, a.panel())
	h.refused(404, a.get("/v1/records/"+hidden.UUID.String()+"/held", nil))
}

// An obstetrician with a private practice works with the person's teams: reads, writes messages, takes what is offered, and no more.
// When the person ends it, it is over.
func TestSeed_T11_SomebodyFromOutsideWorksInThisRecordAsATeamOfTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	a := h.redeem(h.olive.invites(f.record, identity.TeamSpecialist, "Dr Weber"), weber)
	team := a.team()
	h.done(a.write(f.record, careTeam(team), set{"status": "active"}))

	activity := newDoc("activity")
	h.done(h.olive.write(f.record, activity, set{
		"title": "Talk about fertility", "kind": "referral", "topic": "fertility", "accountableTeam": team.ID, "proposedBy": h.oncology.ID, "status": "offered",
	}))
	require.Equal(t, "Talk about fertility", value(a.sees(f.record, activity), "title"))
	h.done(a.write(f.record, activity, set{"status": "accepted"}))
	for _, reader := range []*actor{f.ada, h.olive, h.pia} {
		require.Equal(t, "accepted", value(reader.sees(f.record, activity), "status"), reader.name)
	}
	role, wrote := h.olive.wroteAs(f.record, activity, "status")
	require.Equal(t, []string{"specialist", team.ID.String()}, []string{role, wrote})

	message := newDoc("message")
	fields := set{"thread": newDoc("thread").ID(), "body": "I can see her on Thursday.", "actionRequired": false}
	sent := a.change(f.record, changeOf(a, message, fields, "recipient", h.oncology.ID.String()))
	h.done(a.sync(f.record))
	require.Equal(t, syncing.Applied, a.outcome(f.record, sent).Status, a.detail(f.record, sent))
	require.Equal(t, "I can see her on Thursday.", value(h.olive.sees(f.record, message), "body"))
	require.Equal(t, "I can see her on Thursday.", value(f.ada.sees(f.record, message), "body"))
	require.Nil(t, f.carla.sees(f.record, message))
	require.Nil(t, h.otto.shows(f.record, message))

	reply := func() set {
		return set{"thread": newDoc("thread").ID(), "body": "Thank you.", "actionRequired": false}
	}
	unread := h.olive.change(f.record, changeOf(h.olive, newDoc("message"), reply(), "recipient", team.ID.String()))
	h.done(h.olive.sync(f.record))
	require.Equal(t, syncing.Held, h.olive.outcome(f.record, unread).Status, "nobody knows yet how Dr Weber is reached")
	contact := uuid.NewString()
	h.done(a.put("/v1/teams/"+team.ID.String()+"/contacts/"+contact, map[string]any{"system": "phone", "value": "01632 960 555", "is24h": true}, nil))
	h.refused(422, h.verify(team, syncing.UUID(uuid.MustParse(contact)), a, a))
	h.done(h.verify(team, syncing.UUID(uuid.MustParse(contact)), h.olive, a)) // olive calls, Dr Weber types in what she heard
	h.follow()
	read := h.olive.change(f.record, changeOf(h.olive, newDoc("message"), reply(), "recipient", team.ID.String()))
	h.done(h.olive.sync(f.record))
	require.Equal(t, syncing.Applied, h.olive.outcome(f.record, read).Status, h.olive.detail(f.record, read))
	require.Equal(t, "01632 960 555", f.ada.asks(f.record, "topic=fertility").Contacts[0].Value, "who accepted it is whom to call")

	h.refused(403, a.write(f.record, careTeam(h.oncology), set{"name": "Other"}))
	h.refused(403, a.write(f.record, newDoc("carePlan"), set{"title": "Mine", "overallLead": team.ID, "status": "active", "phase": "follow-up"}))
	h.refused(404, a.get("/v1/teams/"+h.oncology.ID.String()+"/queue", nil))
	f.ada.writes(f.record, newDoc("assessment"), set{"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "answers.emo.selfharm": true})
	for _, concern := range a.list(f.record, "concern") {
		require.NotEqual(t, "emo.selfharm", value(concern, "code"), "what is sensitive is not shown to who was only invited")
	}

	h.done(f.ada.remove("/v1/records/" + f.record.UUID.String() + "/teams/" + team.ID.String()))
	require.Empty(t, a.panel())
	h.refused(404, a.write(f.record, newDoc("note"), set{"text": "still here?"}))
	var list struct {
		Invitations []struct{ State string } `json:"invitations"`
	}
	h.done(f.ada.get("/v1/records/"+f.record.UUID.String()+"/invitations", &list))
	require.Equal(t, "used", list.Invitations[0].State)
	h.refused(404, a.get("/v1/records/"+f.record.UUID.String()+"/invitations", nil))
}
