package identity

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func TestALeadOfOneTeamLeadsNoOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := h.team(TeamOncology), h.team(TeamPrimary)
	nurse := h.member(one, two)
	isFault(t, fault.Forbidden, h.SetLead(h.ctx, nurse, one.ID, nurse.Account, true))
	isFault(t, fault.NotFound, h.SetLead(h.ctx, h.admin, h.team(TeamNursing).ID, nurse.Account, true))

	record := h.record(one, nurse)
	h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, nurse, two.ID, nil) })
	require.False(t, h.scope(record, h.who(nurse.Account)).Leads(one.ID))
	require.NoError(t, h.SetLead(h.ctx, h.admin, one.ID, nurse.Account, true))
	require.NoError(t, h.SetLead(h.ctx, h.admin, one.ID, nurse.Account, true), "twice is once")
	scope := h.scope(record, h.who(nurse.Account))
	require.True(t, scope.Leads(one.ID))
	require.False(t, scope.Leads(two.ID))
	require.NotEmpty(t, scope.Name(), "what somebody does can be told under their name")

	require.NoError(t, h.SetLead(h.ctx, h.admin, one.ID, nurse.Account, false))
	require.False(t, h.scope(record, h.who(nurse.Account)).Leads(one.ID))
}

func TestThePersonsNameIsInTheirRecordAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	person, err := h.Seed().Person(h.ctx, KindPatient, "somebody")
	require.NoError(t, err)
	require.Empty(t, h.who(person).Name)
}
