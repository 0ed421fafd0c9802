package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/notify/fcm"
	"satchel/internal/notify/fcm/stub"
	"satchel/server"
	syncing "satchel/sync"
)

// withFirebase is a house that rings by the real Firebase client, over TCP, at a server that speaks as Google's does.
func withFirebase(t *testing.T) (google *stub.Server, option func(*server.Config)) {
	t.Helper()
	google = stub.Start()
	t.Cleanup(google.Close)
	sender, err := fcm.New(t.Context(), fcm.Options{ProjectID: stub.Project, Endpoint: google.URL + "/v1", Insecure: true, SendTime: time.Minute})
	require.NoError(t, err)
	return google, func(c *server.Config) { c.Sender = sender }
}

// rungFor is how often a device was rung; a wake-up that only asks to pull has no id and rings nobody.
func rungFor(google *stub.Server, token string) (n int) {
	for what, times := range google.Taken() {
		if id, ok := strings.CutPrefix(what, token+" "); ok && id != "" {
			n += times
		}
	}
	return n
}

// Nothing rings for the family between nine in the evening and eight in the morning, but an answer to something red and what asks them to call;
// what was put off is one ring at eight. A nurse is rung at any hour.
func TestReminders_QuietHoursAreKeptThroughANightAndAnEmergencyReplyBreaksThem(t *testing.T) {
	t.Parallel()
	google, rings := withFirebase(t)
	h := newHouse(t, rings)
	f := h.family()
	h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.String(), set{"categories": []string{"schedule", "messages"}}, nil))
	for _, a := range []*actor{f.ada, f.carla, h.pia} {
		a.listens("of " + a.name)
	}
	rung := func(a *actor) int { return rungFor(google, "of "+a.name) }

	h.at("2026-11-23T21:00")
	f.ada.reports(f.record, set{"phy.breath": 8, "m.breathrest": false}, nil)
	h.done(f.ada.posts(f.record, to(h.primary), nil))
	h.follow()
	require.Equal(t, 1, rung(h.pia), "staff have no quiet hours")
	red := h.olive.shift().list(f.record, "concern")[0]
	require.Equal(t, "red", value(red, "level"))
	carla := []jsontext.Value{syncing.TextValue(care.AccountRecipient(f.carla.Tokens().Account))}
	for range 3 {
		h.done(h.olive.posts(f.record, toPerson(f.record), set{"actionRequired": true, "fromTeam": h.oncology.ID}))
		h.done(h.olive.posts(f.record, carla, set{"actionRequired": true, "fromTeam": h.oncology.ID}))
		h.later(10 * time.Minute)
	}
	require.Zero(t, rung(f.ada)+rung(f.carla), "quiet")
	h.done(h.olive.posts(f.record, toPerson(f.record), set{"actionRequired": true, "fromTeam": h.oncology.ID, "about": red.ID}))
	h.follow()
	require.Equal(t, 1, rung(f.ada), "the answer to something red")
	h.at("2026-11-24T03:00")
	h.refused(403, f.carla.posts(f.record, toPerson(f.record), set{"kind": "call-us"}))
	h.refused(403, h.pia.shift().posts(f.record, to(h.oncology), set{"kind": "call-us", "fromTeam": h.primary.ID}))
	h.done(h.pia.posts(f.record, toPerson(f.record), set{"kind": "call-us", "fromTeam": h.primary.ID}))
	h.done(h.pia.posts(f.record, carla, set{"kind": "call-us", "fromTeam": h.primary.ID}))
	h.follow()
	require.Equal(t, []int{2, 1}, []int{rung(f.ada), rung(f.carla)}, "please call us")
	h.at("2026-11-24T07:59")
	require.Equal(t, []int{2, 1}, []int{rung(f.ada), rung(f.carla)})
	h.at("2026-11-24T08:00")
	require.Equal(t, []int{3, 2}, []int{rung(f.ada), rung(f.carla)}, "three that waited are one ring")
	h.later(day)
	require.Equal(t, []int{3, 2}, []int{rung(f.ada), rung(f.carla)}, "and none comes twice")
}

// What waits in the quiet hours and is over by their end rings nobody, and what the person sets meanwhile is heeded (hazards H17 and H31): a
// phone without a network that says so later is heard when it is back.
func TestHazard_H31_WhatIsOverWhenTheQuietHoursEndRingsNobody(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		does  func(h *house, f family, phone *handset)
		rings int
	}{
		"nothing": {func(*house, family, *handset) {}, 1},
		"read before": {func(h *house, f family, _ *handset) {
			for _, d := range f.ada.list(f.record, "receipt") {
				f.ada.writes(f.record, d.ID, set{"state." + f.record.UUID.String(): care.StateOpened})
			}
		}, 0},
		"today is enough": {func(h *house, f family, phone *handset) {
			phone.net.off.Store(true)
			h.done(phone.Enough(f.record))
			h.pass("2026-11-24T06:00")
			phone.net.off.Store(false)
			h.done(phone.Sync(h.ctx))
		}, 0},
		"left": {func(h *house, f family, _ *handset) {
			h.done(f.ada.write(f.record, care.PersonID(f.record), set{"engagementMode": "phone"}))
		}, 0},
		"died": {func(h *house, f family, _ *handset) {
			h.done(h.olive.shift().write(f.record, care.PersonID(f.record), set{"status": "deceased"}))
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			google, rings := withFirebase(t)
			h := newHouse(t, rings)
			f := h.family()
			f.ada.listens("of ada")
			phone := h.handset(f.record, identity.KindPatient, "ada's handset")
			h.at("2026-11-23T22:00")
			h.done(h.olive.shift().posts(f.record, toPerson(f.record), set{"actionRequired": true, "fromTeam": h.oncology.ID}))
			h.follow()
			h.pass("2026-11-24T05:00")
			h.done(f.ada.sync(f.record))
			tc.does(h, f, phone)
			h.at("2026-11-24T08:00")
			require.Equal(t, tc.rings, rungFor(google, "of ada"))
			h.at("2026-11-25T08:00")
			if name == "today is enough" {
				require.Equal(t, 1, rungFor(google, "of ada"), "the next morning")
			}
		})
	}
}
