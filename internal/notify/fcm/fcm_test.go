package fcm_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/notify"
	"satchel/internal/notify/fcm"
)

// google is a server that speaks FCM's HTTP v1, and the token endpoint of a service account.
type google struct {
	*httptest.Server
	mu     sync.Mutex
	sent   []string // bodies of messages:send, as they came
	auth   []string
	answer func(token string) (status int, header, body string)
}

func newGoogle(t *testing.T, answer func(token string) (int, string, string)) *google {
	t.Helper()
	g := &google{answer: answer}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/projects/{id}/messages:send", g.send)
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token":"of-the-service-account","token_type":"Bearer","expires_in":3600}`)
	})
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

func (g *google) send(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var asked struct {
		Message struct {
			Token string `json:"token"`
		} `json:"message"`
	}
	if err != nil || r.PathValue("id") != "satchel-test" || json.Unmarshal(body, &asked) != nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	g.mu.Lock()
	g.sent = append(g.sent, string(body))
	g.auth = append(g.auth, r.Header.Get("Authorization"))
	g.mu.Unlock()
	status, retryAfter, text := http.StatusOK, "", `{"name":"projects/satchel-test/messages/1"}`
	if g.answer != nil {
		status, retryAfter, text = g.answer(asked.Message.Token)
	}
	w.Header().Set("Content-Type", "application/json")
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(status)
	fmt.Fprint(w, text)
}

// trouble is an error of FCM as its reference describes it.
func trouble(status int, code, fcmCode string) string {
	detail := ""
	if fcmCode != "" {
		detail = `{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"` + fcmCode + `"}`
	}
	return fmt.Sprintf(`{"error":{"code":%d,"message":"no","status":%q,"details":[%s]}}`, status, code, detail)
}

func sender(t *testing.T, g *google) *fcm.Sender {
	t.Helper()
	s, err := fcm.New(context.Background(), fcm.Options{ProjectID: "satchel-test", Endpoint: g.URL + "/v1", Insecure: true})
	require.NoError(t, err)
	return s
}

func TestNothingLeavesButTheTokenAndOneWord(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, nil)
	report, err := sender(t, g).Send(context.Background(), notify.Sync, []string{"token-1"})
	require.NoError(t, err)
	require.Equal(t, notify.Report{Sent: 1}, report)
	require.Len(t, g.sent, 1)
	require.Equal(t, `{"message":{"data":{"k":"sync"},"token":"token-1"}}`, strings.TrimSpace(g.sent[0]), "byte for byte: no notification, no text, no other key")
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
	report, err := s.Send(context.Background(), notify.Sync, []string{"token-1"})
	require.NoError(t, err)
	require.Equal(t, 1, report.Sent)
	require.Equal(t, []string{"Bearer of-the-service-account"}, g.auth)
}

func TestEachAnswerMeansSomethingForItsToken(t *testing.T) {
	t.Parallel()
	answers := map[string]func() (int, string, string){
		"fine":         func() (int, string, string) { return 200, "", `{"name":"projects/satchel-test/messages/1"}` },
		"removed":      func() (int, string, string) { return 404, "", trouble(404, "NOT_FOUND", "UNREGISTERED") },
		"of-another":   func() (int, string, string) { return 403, "", trouble(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH") },
		"malformed":    func() (int, string, string) { return 400, "", trouble(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT") },
		"a-plain-404":  func() (int, string, string) { return 404, "", trouble(404, "NOT_FOUND", "") },
		"too-much":     func() (int, string, string) { return 429, "17", trouble(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED") },
		"too-much-too": func() (int, string, string) { return 429, "", trouble(429, "RESOURCE_EXHAUSTED", "") },
	}
	g := newGoogle(t, func(token string) (int, string, string) { return answers[token]() })
	s := sender(t, g)
	for _, tc := range []struct {
		token string
		want  notify.Report
		fault fault.Code
	}{
		{"fine", notify.Report{Sent: 1}, ""},
		{"removed", notify.Report{Gone: []string{"removed"}}, ""},
		{"of-another", notify.Report{Gone: []string{"of-another"}}, ""},
		{"malformed", notify.Report{Refused: 1}, ""},
		{"a-plain-404", notify.Report{Refused: 1}, ""},
		{"too-much", notify.Report{Waiting: 1, RetryAfter: 17 * time.Second}, fault.TooMany},
		{"too-much-too", notify.Report{Waiting: 1}, fault.TooMany},
	} {
		t.Run(tc.token, func(t *testing.T) {
			t.Parallel()
			report, err := s.Send(context.Background(), notify.Sync, []string{tc.token})
			require.Equal(t, tc.want, report)
			require.Equal(t, tc.fault, fault.CodeOf(err))
			require.Equal(t, tc.want.RetryAfter, fault.RetryAfterOf(err))
		})
	}
	t.Run("one bad token stops no other", func(t *testing.T) {
		t.Parallel()
		report, err := s.Send(context.Background(), notify.Sync, []string{"removed", "fine", "too-much", "fine", "malformed"})
		require.True(t, fault.Is(err, fault.TooMany))
		require.Equal(t, notify.Report{Sent: 2, Gone: []string{"removed"}, Refused: 1, Waiting: 1, RetryAfter: 17 * time.Second}, report)
	})
}

func TestAServiceThatIsAwayCostsFiveSecondsAtMost(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(string) (int, string, string){
		"503":      func(string) (int, string, string) { return 503, "", trouble(503, "UNAVAILABLE", "UNAVAILABLE") },
		"bare 503": func(string) (int, string, string) { return 503, "", "" },
		"500":      func(string) (int, string, string) { return 500, "", trouble(500, "INTERNAL", "INTERNAL") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			report, err := sender(t, newGoogle(t, answer)).Send(context.Background(), notify.Sync, []string{"token-of-ada"})
			require.True(t, fault.Is(err, fault.Busy), "%v", err)
			require.Equal(t, 1, report.Waiting)
			require.Less(t, time.Since(began), 7*time.Second)
			require.NotContains(t, err.Error(), "token-of-ada")
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		g := newGoogle(t, nil)
		s := sender(t, g)
		g.Close()
		report, err := s.Send(context.Background(), notify.Sync, []string{"token-of-ada"})
		require.True(t, fault.Is(err, fault.Busy), "%v", err)
		require.Equal(t, 1, report.Waiting)
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
	report, err := sender(t, g).Send(context.Background(), notify.Sync, tokens)
	require.NoError(t, err)
	require.Equal(t, 501, report.Sent)
	require.Len(t, g.sent, 501)
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
