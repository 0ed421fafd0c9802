package mobileapi

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/sync"
)

type inboxOf struct {
	Unread, Action, Information int
	Letters                     []struct {
		Topic  string
		Person *struct{ Name string }
	}
}

func (p *place) inbox(by person, team identity.Team, query string) (q inboxOf, got reply) {
	p.t.Helper()
	got = p.do("GET", "/v1/teams/"+team.ID.String()+"/inbox"+query, &by, nil)
	if got.status == 200 {
		got.into(&q)
	}
	return q, got
}

// writes sends a message to a team.
func (p *place) writes(by person, team identity.Team, topic string, action bool) syncing.Outcome {
	p.t.Helper()
	got, _ := p.phone(by).sync(map[string]any{
		"doc": "message/" + p.fresh().String(), "add": map[string]any{"recipient": []string{team.ID.String()}},
		"set": map[string]any{"thread": p.fresh().String(), "body": "Synthetic words.", "topic": topic, "actionRequired": action},
	})
	return got.Outcomes[0]
}

func TestAnInboxIsForMembersWhoMaySeeMessages(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	require.Equal(t, syncing.Invalid, p.writes(p.oncologist, p.practice, "Bloods", true).Reason, "nobody has tried the contact yet")
	require.NoError(t, p.engine.System(p.ctx, p.record, []syncing.Patch{{Doc: care.CareTeamID(p.practice.ID), Set: map[string]jsontext.Value{
		"contactVerifiedAt": syncing.IntValue(1_795_000_000_000), // as the card of the team brings it
	}}}))
	require.Equal(t, syncing.Applied, p.writes(p.oncologist, p.practice, "Bloods", true).Status)
	require.Equal(t, syncing.Applied, p.writes(p.oncologist, p.practice, "For your records", false).Status)

	inbox, _ := p.inbox(p.nurse, p.practice, "")
	require.Equal(t, []int{2, 1, 1}, []int{inbox.Unread, inbox.Action, inbox.Information})
	require.Equal(t, "Bloods", inbox.Letters[0].Topic)
	require.Equal(t, "Ada Palmer", inbox.Letters[0].Person.Name)
	inbox, _ = p.inbox(p.oncologist, p.centre, "")
	require.Zero(t, inbox.Unread)
	for _, query := range []string{"?limit=0", "?limit=201", "?limit=x"} {
		_, got := p.inbox(p.nurse, p.practice, query)
		require.Equal(t, 400, got.status, query)
	}
	for _, by := range []person{p.patient, p.caregiver, p.outsider, p.oncologist} {
		_, got := p.inbox(by, p.practice, "")
		require.Equal(t, 404, got.status)
		require.Equal(t, 404, p.do("GET", "/v1/teams/"+p.practice.ID.String()+"/digest", &by, nil).status)
	}

	share := "/v1/records/" + p.record.String() + "/teams/" + p.practice.ID.String()
	require.Equal(t, 204, p.do("PUT", share, &p.patient, map[string]any{"categories": []string{"person", "team", "schedule"}}).status)
	inbox, _ = p.inbox(p.nurse, p.practice, "")
	require.Zero(t, inbox.Unread+inbox.Action+inbox.Information, "what the team may not see is neither shown nor counted")
}
