package fcm_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/notify"
	"satchel/internal/notify/fcm"
	"satchel/internal/notify/fcm/stub"
	syncing "satchel/sync"
)

// newGoogle is a push service that answers each token as the test says.
func newGoogle(t *testing.T, answer func(token string) stub.Answer) *stub.Server {
	t.Helper()
	g := stub.Start()
	t.Cleanup(g.Close)
	if answer != nil {
		g.Answers(func(m stub.Message) stub.Answer { return answer(m.Token) })
	}
	return g
}

// sender has time for whatever a small machine does beside it.
func sender(t *testing.T, g *stub.Server) *fcm.Sender { return senderFor(t, g, time.Minute) }

func senderFor(t *testing.T, g *stub.Server, sendTime time.Duration) *fcm.Sender {
	t.Helper()
	s, err := fcm.New(context.Background(), fcm.Options{ProjectID: stub.Project, Endpoint: g.URL + "/v1", Insecure: true, SendTime: sendTime})
	require.NoError(t, err)
	return s
}

// hints are pushes that ask to pull.
func hints(tokens ...string) (pushes []notify.Push) {
	for _, token := range tokens {
		pushes = append(pushes, notify.Push{Token: token, Kind: notify.Sync})
	}
	return pushes
}

func one(result notify.Result, wait time.Duration) notify.Report {
	return notify.Report{Results: []notify.Result{result}, RetryAfter: wait}
}

func TestNothingLeavesButTheTokenAndOneWord(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, nil)
	report, err := sender(t, g).Send(context.Background(), hints("token-1"))
	require.NoError(t, err)
	require.Equal(t, notify.All(notify.Sent, 1), report)
	sent, _ := g.Asked()
	require.Len(t, sent, 1)
	require.Equal(t, `{"message":{"data":{"k":"sync"},"token":"token-1"}}`, strings.TrimSpace(sent[0]), "byte for byte: no notification, no text, no other key")
}

func TestWhatRingsHasAnIdATimeAndASentenceThatNamesNobody(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, nil)
	_, err := sender(t, g).Send(context.Background(), []notify.Push{{Token: "token-1", Kind: notify.Action, ID: syncing.UUID{15: 7}, At: 1_700_000_000_000}})
	require.NoError(t, err)
	sent, _ := g.Asked()
	require.Len(t, sent, 1)
	require.JSONEq(t, `{"message":{"token":"token-1",
		"data":{"k":"action","id":"00000000-0000-0000-0000-000000000007","ts":"1700000000000"},
		"android":{"priority":"high"},
		"apns":{"headers":{"apns-collapse-id":"00000000-0000-0000-0000-000000000007","apns-priority":"10","apns-push-type":"alert"},
			"payload":{"aps":{"alert":{"body":"Please open the app."},"mutable-content":1}}}}}`, sent[0], "all that leaves")
}

func TestAServiceAccountSignsIn(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, nil)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	account, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "satchel-test", "private_key_id": "1", "client_id": "1",
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": "push@satchel-test.iam.gserviceaccount.com", "token_uri": g.URL + "/token",
	})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "account.json")
	require.NoError(t, os.WriteFile(file, account, 0o600))
	s, err := fcm.New(context.Background(), fcm.Options{CredentialsFile: file, Endpoint: g.URL + "/v1"})
	require.NoError(t, err)
	report, err := s.Send(context.Background(), hints("token-1"))
	require.NoError(t, err)
	require.Equal(t, 1, report.Count(notify.Sent))
	_, auth := g.Asked()
	require.Equal(t, []string{"Bearer of-the-service-account"}, auth)
}

func TestEachAnswerMeansSomethingForItsToken(t *testing.T) {
	t.Parallel()
	answers := map[string]stub.Answer{
		"fine":         {},
		"removed":      stub.Unregistered,
		"of-another":   {Status: 403, Body: stub.Trouble(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH")},
		"malformed":    {Status: 400, Body: stub.Trouble(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")},
		"a-plain-404":  {Status: 404, Body: stub.Trouble(404, "NOT_FOUND", "")},
		"too-much":     {Status: 429, RetryAfter: "17", Body: stub.TooMany.Body},
		"too-much-too": {Status: 429, Body: stub.Trouble(429, "RESOURCE_EXHAUSTED", "")},
	}
	g := newGoogle(t, func(token string) stub.Answer { return answers[token] })
	s := sender(t, g)
	for _, tc := range []struct {
		token string
		want  notify.Report
		fault fault.Code
	}{
		{"fine", one(notify.Sent, 0), ""},
		{"removed", one(notify.Gone, 0), ""},
		{"of-another", one(notify.Gone, 0), ""},
		{"malformed", one(notify.Refused, 0), ""},
		{"a-plain-404", one(notify.Refused, 0), ""},
		{"too-much", one(notify.Waiting, 17*time.Second), fault.TooMany},
		{"too-much-too", one(notify.Waiting, 0), fault.TooMany},
	} {
		t.Run(tc.token, func(t *testing.T) {
			t.Parallel()
			report, err := s.Send(context.Background(), hints(tc.token))
			require.Equal(t, tc.want, report)
			require.Equal(t, tc.fault, fault.CodeOf(err))
			require.Equal(t, tc.want.RetryAfter, fault.RetryAfterOf(err))
		})
	}
	t.Run("one bad token stops no other", func(t *testing.T) {
		t.Parallel()
		report, err := s.Send(context.Background(), hints("removed", "fine", "too-much", "", "fine", "malformed"))
		require.True(t, fault.Is(err, fault.TooMany))
		require.Equal(t, notify.Report{
			Results:    []notify.Result{notify.Gone, notify.Sent, notify.Waiting, notify.Refused, notify.Sent, notify.Refused},
			RetryAfter: 17 * time.Second,
		}, report)
	})
}

// Whatever the service or somebody before it is down with, a message waits and is tried once: Google's client by itself would try for seven
// seconds, and forget a Retry-After for which it began to wait. Who calls tries again.
func TestAServiceThatIsAwayIsTriedOnceAndKeepsWhatItAsksFor(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer stub.Answer
		wait   time.Duration
	}{
		"503":                                    {stub.Unavailable, 0},
		"bare 503":                               {stub.Answer{Status: 503}, 0},
		"503 for a minute":                       {stub.Answer{Status: 503, RetryAfter: "60", Body: stub.Unavailable.Body}, time.Minute},
		"503 for an hour":                        {stub.Answer{Status: 503, RetryAfter: "3600", Body: stub.Unavailable.Body}, time.Hour},
		"500":                                    {stub.Answer{Status: 500, Body: stub.Trouble(500, "INTERNAL", "INTERNAL")}, 0},
		"a gateway's 502":                        {stub.Answer{Status: 502, Body: "<html>"}, 0},
		"a gateway's 504":                        {stub.Answer{Status: 504, RetryAfter: "9"}, 9 * time.Second},
		"a gateway that redirects":               {stub.Answer{Status: 302}, 0},
		"408":                                    {stub.Answer{Status: 408}, 0},
		"an account that is not in order":        {stub.Answer{Status: 401, Body: stub.Trouble(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR")}, 0},
		"an account that may not send, so far":   {stub.Answer{Status: 403, Body: stub.Trouble(403, "PERMISSION_DENIED", "")}, 0},
		"hanging":                                {stub.Answer{Hang: true}, 0},
		"a socket that is cut":                   {stub.Answer{Status: 503, Cut: true}, 0},
		"a socket that is cut when it was taken": {stub.Answer{Cut: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGoogle(t, func(string) stub.Answer { return tc.answer })
			s := sender(t, g)
			if tc.answer.Hang {
				s = senderFor(t, g, 2*time.Second)
			}
			report, err := s.Send(context.Background(), hints("token-of-ada"))
			require.True(t, fault.Is(err, fault.Busy), "%v", err)
			require.Equal(t, one(notify.Waiting, tc.wait), report)
			require.NotContains(t, err.Error(), "token-of-ada")
			asked, _ := g.Asked()
			require.Len(t, asked, 1)
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		g := newGoogle(t, nil)
		s := sender(t, g)
		g.Close()
		report, err := s.Send(context.Background(), hints("token-of-ada"))
		require.True(t, fault.Is(err, fault.Busy), "%v", err)
		require.Equal(t, one(notify.Waiting, 0), report)
		require.NotContains(t, err.Error(), "token-of-ada")
	})
}

func TestMoreThanOneBatchIsSent(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, nil)
	tokens := make([]string, 501)
	for i := range tokens {
		tokens[i] = fmt.Sprintf("token-%d", i)
	}
	report, err := sender(t, g).Send(context.Background(), hints(tokens...))
	require.NoError(t, err)
	require.Equal(t, 501, report.Count(notify.Sent))
	require.Len(t, g.Taken(), 501)
}

func TestSettingsThatReachNobodyAreRefused(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]fcm.Options{
		"nothing":                        {},
		"no file":                        {ProjectID: "p"},
		"without credentials, to Google": {ProjectID: "p", Insecure: true},
		"a file that is not there":       {CredentialsFile: filepath.Join(t.TempDir(), "none.json")},
	} {
		_, err := fcm.New(context.Background(), o)
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
	}
}
