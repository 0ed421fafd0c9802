package identity

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func joining(code Code, name string) Joining {
	return Joining{
		Code: code.Text, RequestID: "request of " + name + ", 1", Address: "192.0.2.7", Device: desk, Name: "Dr " + name, SignInName: name + "@example.org",
		Password: staffPassword, Job: "ob-gyn", Practice: name + " practice", Type: "practice",
	}
}

func (h *house) invitation(by syncing.Principal, record syncing.RecordID, as TeamKind) Code {
	h.t.Helper()
	code, err := h.Invite(h.ctx, by, record, InvitationRequest{As: as, For: "Dr Weber"})
	require.NoError(h.t, err)
	return code
}

func TestAnInvitationOpensOneRecordOnceForWhoeverRedeemsItFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	nurse := h.member(team)
	record, other := h.record(team, nurse), h.record(team, nurse)
	code := h.invitation(nurse, record, TeamSpecialist)

	tokens, joined, err := h.Join(h.ctx, joining(code, "weber"))
	require.NoError(t, err)
	require.Equal(t, KindExternal, tokens.Kind)
	h.restart()
	again, _, err := h.Join(h.ctx, joining(code, "weber"))
	require.NoError(t, err, "the answer was lost")
	require.Equal(t, tokens.Account, again.Account)
	_, _, err = h.Join(h.ctx, joining(code, "thief"))
	isFault(t, fault.Refused, err)

	who := h.who(tokens.Account)
	scope := h.scope(record, who)
	require.Equal(t, []syncing.Role{RoleSpecialist}, scope.Roles())
	require.True(t, scope.OfTeam(joined.Team))
	require.NotContains(t, scope.Categories(), CategorySensitive)
	require.False(t, h.known(other, who), "nothing else is there for them")
	_, err = h.SignIn(h.ctx, SigningIn{Name: "weber@example.org", Password: staffPassword, Device: desk})
	require.NoError(t, err)
	require.NoError(t, h.EndAccess(h.ctx, nurse, record, Grantee{Team: team.ID}))
	require.True(t, h.scope(record, who).Active(), "it does not hang on who invited them")
}

func TestATakenNameLeavesTheInvitationAsItWas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	nurse := h.member(team)
	record := h.record(team, nurse)
	code := h.invitation(nurse, record, TeamPrimary)
	taken := joining(code, "root") // the administrator's
	_, _, err := h.Join(h.ctx, taken)
	isFault(t, fault.Refused, err)
	weak := joining(code, "weber")
	weak.Password = "short"
	_, _, err = h.Join(h.ctx, weak)
	require.Error(t, err)
	_, _, err = h.Join(h.ctx, joining(code, "weber"))
	require.NoError(t, err)
}

func TestAnInvitationIsWorthWhatItsMakerMayNow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	nurse, colleague := h.member(team), h.member(team)
	record := h.record(team, nurse)
	stranger := h.member(h.team(TeamPrimary))

	_, err := h.Invite(h.ctx, stranger, record, InvitationRequest{As: TeamSpecialist, For: "me"})
	isFault(t, fault.NotFound, err)
	_, err = h.Invite(h.ctx, nurse, record, InvitationRequest{As: TeamSpecialist, For: "x", Categories: []string{CategorySchedule}})
	isFault(t, fault.Forbidden, err)
	_, err = h.Invite(h.ctx, nurse, record, InvitationRequest{As: TeamOncology, For: "x"})
	isFault(t, fault.Invalid, err)

	cancelled, late, orphan := h.invitation(nurse, record, TeamSpecialist), h.invitation(nurse, record, TeamSpecialist), h.invitation(colleague, record, TeamSpecialist)
	require.NoError(t, h.CancelInvitation(h.ctx, nurse, record, cancelled.ID))
	_, _, err = h.Join(h.ctx, joining(cancelled, "one"))
	isFault(t, fault.Refused, err)
	require.NoError(t, h.EndMember(h.ctx, h.admin, team.ID, colleague.Account))
	_, _, err = h.Join(h.ctx, joining(orphan, "two"))
	isFault(t, fault.Refused, err)
	h.clock.forward(codeLives)
	_, _, err = h.Join(h.ctx, joining(late, "three"))
	isFault(t, fault.Refused, err)

	list, err := h.Invitations(h.ctx, nurse, record)
	require.NoError(t, err)
	states := map[string]int{}
	for _, i := range list {
		states[i.State]++
	}
	require.Equal(t, map[string]int{"cancelled": 1, "expired": 2}, states)
	_, err = h.Invitations(h.ctx, stranger, record)
	isFault(t, fault.NotFound, err)
	for range invitationsOpenMax {
		h.invitation(nurse, record, TeamSpecialist)
	}
	_, err = h.Invite(h.ctx, nurse, record, InvitationRequest{As: TeamSpecialist, For: "x"})
	isFault(t, fault.Refused, err)
}
