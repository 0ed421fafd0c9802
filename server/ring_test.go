package server

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/notify"
	"satchel/internal/notify/fcm/stub"
	"satchel/internal/notify/outbox"
	syncing "satchel/sync"
)

// pushed is what a push is, byte for byte; only its id, its time and its token differ.
var pushed = regexp.MustCompile(`^\{"message":\{"data":\{"id":"([0-9a-f-]{36})","k":"action","ts":"[0-9]{13}"\},"android":\{"priority":"high"\},` +
	`"apns":\{"headers":\{"apns-collapse-id":"([0-9a-f-]{36})","apns-priority":"10","apns-push-type":"alert"\},` +
	`"payload":\{"aps":\{"alert":\{"body":"Please open the app\."\},"mutable-content":1\}\}\},` +
	`"token":"of the (?:person|caregiver|team)"\}\}$`)

// TestHazard_H18_NoWordOfARecordLeavesInAPush: every code of a notice and every kind of push, for everybody, out of a record in which every
// word is the canary. Codes come from care and kinds from notify, so that one more is one more here.
func TestHazard_H18_NoWordOfARecordLeavesInAPush(t *testing.T) {
	t.Parallel()
	h := newTower(t)
	h.closes()
	h.listens(h.w.ada, "of the person")
	h.listens(h.w.carla, "of the caregiver")
	h.listens(h.w.nurse, "of the team")
	note := newDoc("note")
	_, err := h.s.Engine().Act(t.Context(), principal(t, h.s, h.w.nurse), h.w.record, syncing.Action{
		Key: "a note", Patch: syncing.Patch{Doc: note, Set: fields("text", canary, "title", canary)},
	})
	require.NoError(t, err)
	require.NoError(t, h.s.Engine().System(t.Context(), h.w.record, []syncing.Patch{{Doc: care.PersonID(h.w.record), Set: fields("name", canary, "phone", canary, "email", canary)}}))
	var all []syncing.Patch
	things := h.things(canary)
	for _, code := range care.NoticeCodes {
		for _, audience := range []string{"patient", "caregiver", "team"} {
			more := map[string]string{"code": code, "focus": string(note), "step": canary, "due": "2026-11-23"}
			if of, stands := things[code]; stands && audience != "team" { // the family is told of what stands alone
				more = map[string]string{"code": code, "focus": string(of.doc), "due": of.day}
			}
			all = append(all, h.notices(1, audience, more)...)
		}
	}
	h.happens(all...)
	require.NoError(t, h.s.outbox.Turn(t.Context()))

	bodies, _ := h.google.Asked()
	require.Len(t, bodies, len(all), "each rings on one device")
	events := map[string]bool{}
	for _, event := range all {
		events[event.Doc.ID()] = true
	}
	for _, body := range bodies {
		found := pushed.FindStringSubmatch(strings.TrimSpace(body))
		require.NotNil(t, found, "this may not leave: %s", body)
		require.True(t, found[1] == found[2] && events[found[1]])
	}
	for _, kind := range notify.Kinds {
		words, err := json.Marshal([]any{kind.Words(), notify.Push{Kind: kind, ID: syncing.UUID{1}, At: 1}.Payload()})
		require.NoError(t, err)
		require.Regexp(t, `^\["(Please open the app\.)?",\{"id":"01000000-0000-0000-0000-000000000000","k":"(sync|action)","ts":"1"\}\]$`, string(words))
	}
	require.NotContains(t, h.log.text.String(), canary)
	h.ahead.Add(time.Hour.Milliseconds())
	h.turn()
	again, _ := h.google.Asked()
	require.Len(t, again, len(bodies), "once")
}

// TestWhoeverLosesAccessBetweenQueueingAndSendingIsNotRung: what waits is asked again when it leaves (threat T6, hazards H17 and H31).
func TestWhoeverLosesAccessBetweenQueueingAndSendingIsNotRung(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		loses func(t *testing.T, h *tower) error
		rings int
	}{
		"nothing": {func(*testing.T, *tower) error { return nil }, 2},
		"the access": {func(t *testing.T, h *tower) error {
			return h.s.Identity().EndAccess(t.Context(), principal(t, h.s, h.w.ada), h.w.record, granteeOf(h.w.carla))
		}, 1},
		"the schedule": {func(t *testing.T, h *tower) error {
			return h.s.Identity().SetCaregiver(t.Context(), principal(t, h.s, h.w.ada), h.w.record, h.w.carla, []string{"plan"}, nil)
		}, 1},
		"the phone": {func(t *testing.T, h *tower) error {
			who := principal(t, h.s, h.w.carla)
			devices, err := h.s.Identity().Devices(t.Context(), who, h.w.carla, syncing.RecordID{})
			for _, d := range devices {
				require.NoError(t, h.s.Identity().RevokeDevice(t.Context(), who, h.w.carla, d.ID, syncing.RecordID{}))
			}
			return err
		}, 1},
		"the person": {func(t *testing.T, h *tower) error {
			_, err := h.s.Engine().Act(t.Context(), principal(t, h.s, h.w.nurse), h.w.record, syncing.Action{
				Key: "died", Patch: syncing.Patch{Doc: care.PersonID(h.w.record), Set: fields("status", "deceased")},
			})
			return err
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newTower(t)
			h.closes()
			h.listens(h.w.ada, "of ada")
			h.listens(h.w.carla, "of carla")
			events := append(h.notices(1, "patient", nil), h.notices(1, "caregiver", nil)...)
			h.goesAway(stub.Unavailable)
			h.happens(events...)
			h.turn()
			require.Equal(t, 2, h.s.outbox.Rows(), "both wait")
			require.NoError(t, tc.loses(t, h))
			h.isBack()
			h.passes(2*time.Minute, 5*time.Second)
			require.Zero(t, h.s.outbox.Rows())
			want := map[string]int{said("of ada", events[0]): 1, said("of carla", events[1]): 1}
			if tc.rings < 2 {
				delete(want, said("of carla", events[1]))
			}
			if tc.rings < 1 {
				delete(want, said("of ada", events[0]))
			}
			require.Equal(t, want, h.google.Taken())
		})
	}
}

// TestHazard_H17_AReminderOfWhatWasCalledOffWhileItWaitedIsNotSent, whichever way it was called off; the one that stands rings.
func TestHazard_H17_AReminderOfWhatWasCalledOffWhileItWaitedIsNotSent(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set   map[string]string
		rings int
	}{"it stands": {map[string]string{"place": "Ward 7"}, 1}, "cancelled": {map[string]string{"status": "cancelled"}, 0}, "the person cannot come": {map[string]string{"patientResponse": "declined"}, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newTower(t)
			h.closes()
			h.listens(h.w.ada, "of ada")
			visit := newDoc(care.AppointmentType)
			write := func(set map[string]jsontext.Value) {
				require.NoError(t, h.s.Engine().System(t.Context(), h.w.record, []syncing.Patch{{Doc: visit, Set: set}}))
			}
			write(fields("start", "2026-12-01T10:00", "zone", "Europe/London", "ownerTeam", h.w.oncology.ID.String(), "title", "Clinic", "status", "booked"))
			h.goesAway(stub.Unavailable)
			events := h.notices(1, "patient", map[string]string{"code": care.NoticeAppointmentSoon, "focus": string(visit)})
			h.happens(events...)
			h.turn()
			require.Equal(t, 1, h.s.outbox.Rows())
			set := map[string]jsontext.Value{}
			for field, text := range tc.set {
				set[field] = syncing.TextValue(text)
			}
			write(set)
			h.isBack()
			h.passes(2*time.Minute, 5*time.Second)
			require.Zero(t, h.s.outbox.Rows())
			require.Len(t, h.google.Taken(), tc.rings)
		})
	}
}

// A token that moved with its phone to somebody else rings for the new owner alone, also for what was put in line before (threat T19).
func TestATokenMovesWithThePhone(t *testing.T) {
	t.Parallel()
	h := newTower(t)
	h.closes()
	h.listens(h.w.ada, "of a phone")
	events := h.notices(1, "patient", nil)
	h.goesAway(stub.Unavailable)
	h.happens(events...)
	h.turn()
	ben, err := h.s.Identity().Seed().Person(t.Context(), identity.KindPatient, "ben")
	require.NoError(t, err)
	h.listens(ben, "of a phone")
	h.isBack()
	h.passes(2*time.Minute, 5*time.Second)
	require.Empty(t, h.google.Taken(), "it was for ada")
	require.Zero(t, h.s.outbox.Rows())
}

// What waits lies sealed, and its clear key names nobody: whoever has the data folder without the keys learns how much waits, and since when.
func TestWhatWaitsNamesNobodyInTheClear(t *testing.T) {
	t.Parallel()
	h := newTower(t)
	h.closes()
	h.listens(h.w.ada, "a-token-of-ada")
	h.goesAway(stub.Unavailable)
	h.happens(h.notices(1, "patient", nil)...)
	h.turn()
	require.Equal(t, 1, h.s.outbox.Rows())
	devices, err := h.s.Identity().PushTargets(t.Context(), h.w.ada)
	require.NoError(t, err)
	rows := 0
	require.NoError(t, h.s.file.Scan(t.Context(), outbox.Index, nil, nil, 10, func(e syncing.IndexEntry) bool {
		rows++
		for _, id := range []string{"a-token-of-ada", string(h.w.ada.UUID[:]), string(devices[0].Device[:]), h.w.ada.String(), devices[0].Device.String(), "notice"} {
			require.NotContains(t, string(e.Key)+string(e.Value), id, "%x", id)
		}
		return true
	}))
	require.Equal(t, 1, rows)
}
