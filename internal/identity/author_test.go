package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func TestWhoWroteIsKnownAlsoAfterTheyLeft(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	caregiver := h.who(h.caregiver(nurse, record).Account)
	accounts := []syncing.AccountID{nurse.Account, patient.Account, caregiver.Account, {UUID: h.id()}}
	wrote := h.clock.now().UnixMilli()
	authors, err := h.Authors(h.ctx, patient, record, accounts)
	require.NoError(t, err)
	standing := func(who syncing.AccountID) Standing {
		list := authors[who].At(wrote)
		require.Len(t, list, 1)
		return list[0]
	}
	require.NotEmpty(t, authors[nurse.Account].Name)
	was := standing(nurse.Account)
	require.NotEmpty(t, was.Organisation)
	require.Equal(t, nurse.Teams[0].Role, was.Role)
	require.Equal(t, RolePatient, standing(patient.Account).Role)
	require.Equal(t, RoleCaregiver, standing(caregiver.Account).Role)
	require.Empty(t, authors[patient.Account].Name, "a patient's name is in their record alone")
	require.Empty(t, authors[accounts[3]].Standings, "an account that is not here")

	h.clock.forward(time.Second)
	require.NoError(t, h.EndMember(h.ctx, h.admin, nurse.Teams[0].Team, nurse.Account))
	h.clock.forward(time.Second)
	authors, err = h.Authors(h.ctx, patient, record, accounts)
	require.NoError(t, err)
	require.Equal(t, was.Organisation, standing(nurse.Account).Organisation)
	require.Empty(t, authors[nurse.Account].At(h.clock.now().UnixMilli()), "and is nobody there now")

	_, err = h.Authors(h.ctx, h.who(nurse.Account), record, accounts)
	isFault(t, fault.NotFound, err)
}

func TestWhoWroteInTheLastMomentOfAnAccessWroteWithIt(t *testing.T) {
	t.Parallel()
	a := Author{Standings: []Standing{{Team: "ended", From: 10, Until: 20}, {Team: "lasts", From: 15}}}
	teams := func(ms int64) (names []string) {
		for _, s := range a.At(ms) {
			names = append(names, s.Team)
		}
		return names
	}
	require.Empty(t, teams(9))
	require.Equal(t, []string{"ended"}, teams(10))
	require.Equal(t, []string{"ended", "lasts"}, teams(20))
	require.Equal(t, []string{"lasts"}, teams(21))
}
