package notify_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify"
)

func TestAPushSaysOneWord(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]string{"k": "sync"}, notify.Sync.Payload())
	require.Equal(t, map[string]string{"k": "action"}, notify.Action.Payload())
}

func TestTheLogKnowsHowManyAndNotWho(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	sender := notify.Log{Logger: slog.New(slog.NewTextHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	report, err := sender.Send(context.Background(), notify.Sync, []string{"token-of-ada", "token-of-ben"})
	require.NoError(t, err)
	require.Equal(t, notify.Report{Sent: 2}, report)
	require.Contains(t, written.String(), "devices=2")
	require.NotContains(t, written.String(), "token-of")
}

func TestReportsAddUp(t *testing.T) {
	t.Parallel()
	sum := notify.Report{Sent: 1, Gone: []string{"a"}, Waiting: 1, RetryAfter: time.Minute}
	sum.Add(notify.Report{Sent: 2, Gone: []string{"b"}, Refused: 3, Waiting: 1, RetryAfter: time.Second})
	require.Equal(t, notify.Report{Sent: 3, Gone: []string{"a", "b"}, Refused: 3, Waiting: 2, RetryAfter: time.Minute}, sum)
}
