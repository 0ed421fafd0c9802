package server

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify"
	syncing "satchel/sync"
)

// told notes which push tokens were sent to.
type told struct{ tokens map[string]bool }

func (s *told) Send(_ context.Context, pushes []notify.Push) (notify.Report, error) {
	for _, p := range pushes {
		s.tokens[p.Token] = true
	}
	return notify.All(notify.Sent, len(pushes)), nil
}

// Who may be woken is asked when a wake-up is sent, not when it is put in line (threat T6): an access that ends in between, a phone that
// is signed out, a consent that is taken back.
func TestAWakeUpIsNotSentToWhoeverLostAccessSinceItWasAsked(t *testing.T) {
	t.Parallel()
	for name, loses := range map[string]func(t *testing.T, s *Server, w ward) error{
		"nothing": func(*testing.T, *Server, ward) error { return nil },
		"the access": func(t *testing.T, s *Server, w ward) error {
			return s.Identity().EndAccess(t.Context(), principal(t, s, w.ada), w.record, granteeOf(w.carla))
		},
		"the schedule": func(t *testing.T, s *Server, w ward) error {
			return s.Identity().SetCaregiver(t.Context(), principal(t, s, w.ada), w.record, w.carla, []string{"plan"}, nil)
		},
		"the phone": func(t *testing.T, s *Server, w ward) error {
			who := principal(t, s, w.carla)
			devices, err := s.Identity().Devices(t.Context(), who, w.carla, syncing.RecordID{})
			for _, d := range devices {
				require.NoError(t, s.Identity().RevokeDevice(t.Context(), who, w.carla, d.ID, syncing.RecordID{}))
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := &told{tokens: map[string]bool{}}
			c := installed(t)
			c.Sender = sent
			s := opened(t, c)
			w := peopled(t, s)
			for token, account := range map[string]syncing.AccountID{"of ada": w.ada, "of carla": w.carla} {
				session, err := s.Identity().Authenticate(t.Context(), newPhone(t, s, account, w.record).token)
				require.NoError(t, err)
				require.NoError(t, s.Identity().RegisterPush(t.Context(), session.Principal, "android", token))
			}
			s.changed.take()
			_, err := s.Engine().Act(t.Context(), principal(t, s, w.nurse), w.record, syncing.Action{
				Key: "a note", Patch: syncing.Patch{Doc: newDoc("note"), Set: fields("text", "clinic at nine")},
			})
			require.NoError(t, err)
			require.NoError(t, loses(t, s, w))
			waker := &waker{identity: s.identity, engine: s.engine, changed: s.changed, sender: s.sender, metrics: s.metrics, log: s.config.Log}
			for _, record := range s.changed.take() {
				require.NoError(t, waker.wake(t.Context(), record))
			}
			want := []string{"of ada"}
			if name == "nothing" {
				want = append(want, "of carla")
			}
			require.Equal(t, want, slices.Sorted(maps.Keys(sent.tokens)))
		})
	}
}
