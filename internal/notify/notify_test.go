package notify_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify"
	syncing "satchel/sync"
)

func TestAPushIsOneOfAClosedList(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]string{"k": "sync"}, notify.Push{Token: "of ada", Kind: notify.Sync}.Payload())
	require.Equal(t, map[string]string{"k": "action", "id": "00000001-0000-0000-0000-000000000000", "ts": "1700000000123"},
		notify.Push{Token: "of ada", Kind: notify.Action, ID: syncing.UUID{3: 1}, At: 1_700_000_000_123}.Payload())
	require.Empty(t, notify.Sync.Words(), "what only asks to pull lights no screen")
	require.Equal(t, "Please open the app.", notify.Action.Words())
}

func TestTheLogKnowsHowManyAndNotWho(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	sender := notify.Log{Logger: slog.New(slog.NewTextHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	report, err := sender.Send(context.Background(), []notify.Push{
		{Token: "token-of-ada", Kind: notify.Sync}, {Token: "token-of-ben", Kind: notify.Sync}, {Token: "token-of-ben", Kind: notify.Action, ID: syncing.UUID{1}},
	})
	require.NoError(t, err)
	require.Equal(t, notify.All(notify.Sent, 3), report)
	require.Contains(t, written.String(), "k=sync devices=2")
	require.Contains(t, written.String(), "k=action devices=1")
	require.NotContains(t, written.String(), "token-of")
}

func TestReportsAddUp(t *testing.T) {
	t.Parallel()
	sum := notify.Report{Results: []notify.Result{notify.Sent, notify.Gone}, RetryAfter: time.Minute}
	sum.Add(notify.Report{Results: []notify.Result{notify.Waiting}, RetryAfter: time.Second})
	require.Equal(t, notify.Report{Results: []notify.Result{notify.Sent, notify.Gone, notify.Waiting}, RetryAfter: time.Minute}, sum)
	require.Equal(t, 1, sum.Count(notify.Gone))
}

// What a service asks for is read by its own clock, and a number that is too large for a duration is a long time and not none.
func TestHowLongAServiceWantsToBeLeftAlone(t *testing.T) {
	t.Parallel()
	const noon = "Mon, 23 Nov 2026 12:00:00 GMT"
	for said, want := range map[string]time.Duration{
		"": 0, "17": 17 * time.Second, "-17": 0, "soon": 0, "17.5": 0,
		"9223372036854775807": 9223372036 * time.Second, "99999999999999999999": 0,
		"Mon, 23 Nov 2026 12:20:00 GMT": 20 * time.Minute, "Mon, 23 Nov 2026 11:00:00 GMT": 0,
	} {
		require.Equal(t, want, notify.RetryAfter(http.Header{"Retry-After": {said}, "Date": {noon}}), said)
	}
	require.Zero(t, notify.RetryAfter(http.Header{"Retry-After": {"Mon, 23 Nov 2026 12:20:00 GMT"}}), "by whose clock nobody knows")
}

// TestTheWordsOfALetterAreFewAndTravelAsTheyAre: numbers alone differ, and no line is longer than a mail may have it.
func TestTheWordsOfALetterAreFewAndTravelAsTheyAre(t *testing.T) {
	t.Parallel()
	_, ok := notify.DigestText([]notify.Desk{{}, {}})
	require.False(t, ok, "nothing waits")
	most := notify.Desk{Open: 1 << 40, Overdue: 1 << 40, ByUrgency: [5]int{1 << 40, 1 << 40, 1 << 40, 1 << 40, 1 << 40}, More: true}
	digest, ok := notify.DigestText([]notify.Desk{most, {}, most})
	require.True(t, ok)
	require.Contains(t, digest.Body(), "Team 1 of 3")
	require.NotContains(t, digest.Body(), "Team 2 of 3", "of a team without anything there is nothing to say")
	require.Contains(t, digest.Body(), "Team 3 of 3")
	code := notify.CodeText(42)
	require.Contains(t, code.Body(), "Your code is 000042.")
	for _, text := range []notify.Text{digest, code} {
		require.Regexp(t, `^Reminder: your (desk|code)$`, text.Subject(), "what is seen over a shoulder")
		for line := range strings.SplitSeq(text.Body(), "\n") {
			require.Regexp(t, `^[A-Za-z0-9 .,:;-]{0,75}$`, line)
		}
	}
}
