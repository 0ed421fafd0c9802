package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// What a person wrote and the server kept without using it is theirs to settle in the companion: sent again it stands, when they have seen what stood
// there; written anew it stands as they said it; thrown away it changes nothing; and left as it is it stays theirs to settle.
func TestChromium_WhatCouldNotBeUsedIsSentAgainWrittenAnewOrThrownAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	h.done(f.ada.sync(f.record))
	h.done(f.carla.sync(f.record))
	f.carla.note(f.record, visit, set{"companion": "Carla comes along"})
	h.done(f.carla.sync(f.record))
	f.ada.isHeld(f.record, visit, set{"companion": "Ben comes along"}, "stale")
	play := chromium.Start(t, "settle.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli()})
	comes := func() string {
		h.done(f.carla.sync(f.record))
		return string(f.carla.sees(f.record, visit).Fields["companion"])
	}
	var said string
	play.Hears(&said)
	require.JSONEq(t, `"Ben comes along"`, comes())
	f.ada.isHeld(f.record, visit, set{"companion": "Ben alone"}, "stale") // this phone has not heard of it
	play.Asks(set{"go": "leave it"}, &said)
	require.JSONEq(t, `"Ben comes along"`, comes())
	h.done(f.ada.sync(f.record))
	open := 0
	for _, held := range f.ada.db.Held(f.record) {
		if string(held.Fields["status"]) == `"open"` {
			open++
		}
	}
	require.Equal(t, 1, open, "it waits as before")
	play.Asks(set{"go": "anew"}, &said)
	require.JSONEq(t, `"Ben and Carla"`, comes())
	f.ada.isHeld(f.record, visit, set{"companion": "Nobody"}, "stale")
	var wrong []string
	play.Asks(set{"go": "away"}, &wrong)
	require.Empty(t, wrong)
	require.JSONEq(t, `"Ben and Carla"`, comes())
	h.done(f.ada.sync(f.record))
	for _, held := range f.ada.db.Held(f.record) {
		require.NotEqual(t, `"open"`, string(held.Fields["status"]))
	}
	require.Empty(t, play.Ends())
}
