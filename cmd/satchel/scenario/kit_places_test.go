package scenario

import (
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// reach gives the teams contacts that were verified on the first morning: the cancer centre's line is answered day and night, the
// others in their hours. Farfield, where otto works, has none: a team that nobody has tried to reach.
func (h *house) reach() {
	h.t.Helper()
	h.contact(h.oncology, "Advice line", "01632 960 111")
	h.contact(h.primary, "Reception", "01632 960 222", weekdays("08:00", "18:30"))
	h.contact(h.navigation, "Navigators", "01632 960 333", weekdays("09:00", "17:00"))
	h.contact(h.nursing, "District nurses", "01632 960 444", identity.OpenHours{
		Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, From: "08:00", To: "20:00",
	})
}

func weekdays(from, to string) identity.OpenHours {
	return identity.OpenHours{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: from, To: to}
}

// contact gives a team a verified telephone; without hours it is answered day and night.
func (h *house) contact(team identity.Team, label, number string, hours ...identity.OpenHours) identity.ContactPoint {
	h.t.Helper()
	made, err := h.server.Identity().Seed().Contact(h.ctx, team.ID, identity.ContactPoint{
		System: identity.ContactPhone, Value: number, Label: label, Is24h: len(hours) == 0, Hours: hours,
	})
	require.NoError(h.t, err)
	return made
}

// calls is whom the device names to call about something now, from what it holds.
func (a *actor) calls(record syncing.RecordID, topic string) care.Call {
	a.h.t.Helper()
	cfg, err := care.Default()
	require.NoError(a.h.t, err)
	call, known, err := care.NewWords(cfg).WhoToCall(topic, a.h.clock.Now(), client.Papers(a.db, record))
	require.NoError(a.h.t, err)
	require.True(a.h.t, known, topic)
	return call
}

// asks is whom the server names, as the account sees the record.
func (a *actor) asks(record syncing.RecordID, query string) care.Call {
	a.h.t.Helper()
	var answer struct {
		Calls []care.Call `json:"calls"`
	}
	a.h.done(a.get("/v1/records/"+record.UUID.String()+"/call?"+query, &answer))
	require.Len(a.h.t, answer.Calls, 1)
	return answer.Calls[0]
}

// teamPage is a team as the directory shows it.
type teamPage struct {
	Name          string   `json:"name"`
	DoesHandle    []string `json:"doesHandle"`
	DoesNotHandle []string `json:"doesNotHandle"`
	People        []struct {
		Name string `json:"name"`
		Job  string `json:"job"`
	} `json:"people"`
	Contacts []struct {
		ID         syncing.UUID `json:"id"`
		Value      string       `json:"value"`
		VerifiedAt int64        `json:"verifiedAt"`
	} `json:"contacts"`
}

func (a *actor) page(team identity.Team) teamPage {
	a.h.t.Helper()
	var page teamPage
	a.h.done(a.get("/v1/teams/"+team.ID.String(), &page))
	return page
}

// verify tries a contact: one reads the code out there, another types it in.
func (h *house) verify(team identity.Team, contact syncing.UUID, reads, types *actor) error {
	h.t.Helper()
	path := "/v1/teams/" + team.ID.String() + "/contacts/" + contact.String()
	var made struct {
		Code string `json:"code"`
	}
	h.done(reads.post(path+"/challenge", map[string]any{}, &made))
	return types.post(path+"/verify", map[string]any{"code": made.Code}, nil)
}

// administer makes an administrator of the organisation of a team alone.
func (h *house) administer(name string, team identity.Team) *actor {
	h.t.Helper()
	_, err := h.server.Identity().Seed().Staff(h.ctx, identity.Staff{
		Kind: identity.KindAdministrator, Name: "Synthetic " + name, SignInName: name, Password: passphrase, Organisation: team.Organisation,
	})
	require.NoError(h.t, err)
	a := h.device(name)
	_, err = a.SignIn(h.ctx, name, passphrase, "desk of "+name)
	require.NoError(h.t, err)
	return a
}
