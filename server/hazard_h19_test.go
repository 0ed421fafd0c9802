package server

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// TestHazard_H19_APrivateReportRingsNowhereButAtTheTeam: a push lights a screen that somebody else may be looking at.
func TestHazard_H19_APrivateReportRingsNowhereButAtTheTeam(t *testing.T) {
	t.Parallel()
	c := installed(t)
	log := &lines{}
	c.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := opened(t, c)
	w := peopled(t, s)
	everything := []string{"schedule", "assessments", "messages", "concerns.emotional", "concerns.physical", "concerns.practical", "triage", "plan"}
	require.NoError(t, s.Identity().SetCaregiver(t.Context(), principal(t, s, w.ada), w.record, w.carla, everything, nil))
	for i, account := range []syncing.AccountID{w.ada, w.carla, w.nurse} {
		p := newPhone(t, s, account, w.record)
		session, err := s.Identity().Authenticate(t.Context(), p.token)
		require.NoError(t, err)
		require.NoError(t, s.Identity().RegisterPush(t.Context(), session.Principal, "android", fmt.Sprintf("push token %d", i)))
	}
	require.NoError(t, s.Follow(t.Context()))
	s.changed.take() // what went before rings for itself, sooner or later
	stop := running(t, s)
	ada := newPhone(t, s, w.ada, w.record)
	ada.base = s.Base()
	rings := 0
	wrote := func(change replica.Change, devices int, why string) {
		ada.write(t, change)
		require.NoError(t, ada.sync(t.Context()))
		rings++
		require.Eventually(t, func() bool { return log.count("msg=push") == rings }, 5*time.Second, 5*time.Millisecond, why)
		require.Equal(t, 1, log.count(fmt.Sprintf("devices=%d", devices)), why)
	}
	wrote(replica.Change{Doc: newDoc("note"), Set: fields("text", "everybody hears of a note")}, 3, "the person, the caregiver and the nurse")

	report := newDoc("assessment")
	draft := fields("questionnaire", "hna|1.0.0", "answeredBy", "patient", "status", "completed")
	draft["answers.rel.unsafe"] = jsontext.Value("true")
	wrote(replica.Change{Doc: report, Set: draft}, 1, "the nurse alone: not the caregiver, and not the lock screen of the person")

	ordinary := newDoc("assessment")
	first := fields("questionnaire", "hna|1.0.0", "answeredBy", "patient", "status", "completed")
	first["answers.phy.tired"] = jsontext.Value("2")
	before := log.count("devices=3")
	ada.write(t, replica.Change{Doc: ordinary, Set: first})
	require.NoError(t, ada.sync(t.Context()))
	rings++
	require.Eventually(t, func() bool { return log.count("devices=3") == before+1 }, 5*time.Second, 5*time.Millisecond, "an ordinary report rings for all")

	amended := fields("status", "amended")
	amended["answers.emo.selfharm"] = jsontext.Value("3")
	before = log.count("devices=1")
	ada.write(t, replica.Change{Doc: ordinary, Set: amended})
	require.NoError(t, ada.sync(t.Context()))
	require.Eventually(t, func() bool { return log.count("devices=1") == before+1 }, 5*time.Second, 5*time.Millisecond,
		"what becomes private rings no more than what was: its leaving lights no screen")
	require.NoError(t, stop())
	require.Equal(t, rings+1, log.count("msg=push"))
}
