package identity

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func TestHazard_H12_WhatWasSaidOfOneRecordIsNeverSaidOfAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamPrimary)
	nurse := h.member(team)
	id := syncing.DerivedUUID("unmatched", t.Name())
	keep := func(id syncing.UUID) error { return h.KeepUnmatched(h.ctx, nurse, team.ID, id, []byte("{}")) }
	require.NoError(t, keep(id))
	require.NoError(t, keep(id), "twice is once")
	one, two := syncing.RecordID{UUID: syncing.DerivedUUID("one")}, syncing.RecordID{UUID: syncing.DerivedUUID("two")}
	require.NoError(t, h.ClaimUnmatched(h.ctx, team.ID, id, one))
	require.NoError(t, h.ClaimUnmatched(h.ctx, team.ID, id, one), "whoever died in between does it again")
	isFault(t, fault.Conflict, h.ClaimUnmatched(h.ctx, team.ID, id, two))
	require.NoError(t, h.ReleaseUnmatched(h.ctx, team.ID, id, two), "what was never said is not taken back")
	isFault(t, fault.Conflict, h.ClaimUnmatched(h.ctx, team.ID, id, two))
	require.NoError(t, h.ReleaseUnmatched(h.ctx, team.ID, id, one))
	require.NoError(t, h.ClaimUnmatched(h.ctx, team.ID, id, one), "it could not be written there, and can now")
	isFault(t, fault.NotFound, h.ClaimUnmatched(h.ctx, h.team(TeamOncology).ID, id, one))
	require.NoError(t, h.EndUnmatched(h.ctx, team.ID, id))
	isFault(t, fault.NotFound, h.ClaimUnmatched(h.ctx, team.ID, id, two))

	for i := range unmatchedMax {
		require.NoError(t, keep(syncing.DerivedUUID("unmatched", fmt.Sprint(i))))
	}
	isFault(t, fault.Refused, keep(id))
	isFault(t, fault.TooLarge, h.KeepUnmatched(h.ctx, nurse, team.ID, id, make([]byte, unmatchedBytesMax+1)))
	isFault(t, fault.Forbidden, h.KeepUnmatched(h.ctx, nurse, h.team(TeamNavigation).ID, id, nil))
}
