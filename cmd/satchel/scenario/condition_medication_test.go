package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// Each treating team records what it found, and neither corrects the other; everybody who treats the person sees both.
func TestCondition_EachTreatingTeamRecordsItsOwnAndTheOtherReadsIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	lymphoma, sugar := newDoc("condition"), newDoc("condition")
	h.done(h.oscar.write(f.record, lymphoma, set{"text": "Lymphoma", "clinicalStatus": "active", "recorder": h.oncology.ID, "stage": "Ann Arbor II"}))
	h.done(h.pia.write(f.record, sugar, set{"text": "Diabetes type 2", "clinicalStatus": "active", "recorder": h.primary.ID}))
	require.Contains(t, h.refused(403, h.pia.write(f.record, lymphoma, set{"clinicalStatus": "remission"})), "Record what your own team found beside it.")
	h.refused(403, h.oscar.write(f.record, newDoc("condition"), set{"text": "Gout", "clinicalStatus": "active", "recorder": h.primary.ID}))
	h.refused(403, f.ada.write(f.record, newDoc("condition"), set{"text": "Gout", "clinicalStatus": "active", "recorder": h.primary.ID}))
	h.done(h.olive.write(f.record, lymphoma, set{"clinicalStatus": "remission"}))
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		require.Len(t, a.list(f.record, "condition"), 2, a.name)
		require.Equal(t, "remission", value(a.shows(f.record, lymphoma), "clinicalStatus"), a.name)
	}
	for _, a := range []*actor{f.carla, h.otto} {
		require.Empty(t, a.list(f.record, "condition"), a.name)
	}
}

// What was prescribed and what the person says stand beside each other: written at once on both sides, neither is lost.
func TestMedication_WhatThePersonSaysStandsBesideWhatWasPrescribed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	pills := newDoc("medication")
	h.done(h.pia.write(f.record, pills, set{"display": "Ramipril 5 mg", "dose": "once a day", "status": "active", "source": "prescribed"}))
	h.done(f.ada.sync(f.record))
	f.ada.net.off.Store(true)
	f.ada.note(f.record, pills, set{"taking": "not-taking", "takingNote": "It makes me cough."})
	require.Error(t, f.ada.sync(f.record))
	h.done(h.oscar.write(f.record, pills, set{"dose": "half a tablet"}))
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		d := a.sees(f.record, pills)
		require.Equal(t, []any{"half a tablet", "not-taking", "It makes me cough."}, []any{value(d, "dose"), value(d, "taking"), value(d, "takingNote")}, a.name)
	}
	f.ada.isHeld(f.record, pills, set{"dose": "two"}, syncing.Forbidden)
	h.refused(403, h.oscar.write(f.record, pills, set{"taking": "taking"}))
	for _, a := range []*actor{f.carla, h.otto} {
		require.Empty(t, a.list(f.record, "medication"), a.name)
	}
}
