package webpush

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/cost"
	"satchel/internal/fault"
	"satchel/internal/notify"
	"satchel/internal/notify/webpush/stub"
	syncing "satchel/sync"
)

func sender(t *testing.T) *Sender {
	t.Helper()
	s, err := New(Options{KeyFile: stub.KeyFile(t), Contact: "operator@satchel.example", Loopback: true})
	require.NoError(t, err)
	return s
}

func TestEachAnswerOfAServiceMeansSomethingForItsBrowser(t *testing.T) {
	t.Parallel()
	type came struct{ ttl, urgency, topic, encoding string }
	heard := make(chan came, 16)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard <- came{r.Header.Get("TTL"), r.Header.Get("Urgency"), r.Header.Get("Topic"), r.Header.Get("Content-Encoding")}
		status := 0
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
		w.Header().Set("Retry-After", "17")
		w.Header().Set("Location", "/201")
		w.WriteHeader(status)
	}))
	t.Cleanup(service.Close)
	s := sender(t)
	for status, tc := range map[int]struct {
		want  notify.Result
		wait  time.Duration
		fault fault.Code
	}{
		201: {notify.Sent, 0, ""}, 404: {notify.Gone, 0, ""}, 410: {notify.Gone, 0, ""}, 400: {notify.Refused, 0, ""}, 403: {notify.Refused, 0, ""},
		307: {notify.Refused, 0, ""}, 429: {notify.Waiting, 17 * time.Second, fault.TooMany}, 503: {notify.Waiting, 17 * time.Second, fault.Busy},
	} {
		push := notify.Push{Token: stub.Browser(fmt.Sprintf("%s/%d", service.URL, status)), Kind: notify.Action, ID: syncing.UUID{15: 7}, At: 1}
		report, err := s.Send(t.Context(), []notify.Push{push})
		require.Equal(t, []notify.Result{tc.want}, report.Results, status)
		require.Equal(t, tc.wait, report.RetryAfter, status)
		require.Equal(t, tc.fault, fault.CodeOf(err), status)
		require.Equal(t, came{"86400", "high", strings.Repeat("0", 31) + "7", "aes128gcm"}, <-heard)
	}
	require.Empty(t, heard, "and nobody followed where an answer led")
}

func TestAServiceThatIsAwayIsTriedAgainAndItsAddressIsNotTold(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.NotFoundHandler())
	address := service.URL + "/of-ada"
	service.Close()
	report, err := sender(t).Send(context.Background(), []notify.Push{{Token: stub.Browser(address), Kind: notify.Action, ID: syncing.UUID{1}}})
	require.Equal(t, []notify.Result{notify.Waiting}, report.Results)
	require.True(t, fault.Is(err, fault.Busy))
	require.NotContains(t, err.Error(), "of-ada")
}

// What a browser gave is a web address that whoever holds the phone chose: it must not make this server ask machines around it.
func TestOnlyTheServicesOfBrowsersAreAsked(t *testing.T) {
	t.Parallel()
	s := sender(t)
	s.options.Loopback = false
	for _, good := range []string{
		"https://fcm.googleapis.com/fcm/send/abc", "https://updates.push.services.mozilla.com/wpush/v2/abc", "https://web.push.apple.com/abc", "https://db5p.notify.windows.com/w/?token=abc",
	} {
		_, ok := s.subscription(stub.Browser(good))
		require.True(t, ok, good)
	}
	for _, bad := range []string{
		"", "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:8443/x", "https://fcm.googleapis.com.evil.example/x", "https://notify.windows.com.evil.example/",
		"https://evilnotify.windows.com/", "https://127.0.0.1/x", "http://127.0.0.1/x", "http://localhost:9090/metrics", "https://user@fcm.googleapis.com/x", "https://[::1]/x", "file:///etc/passwd", "//fcm.googleapis.com/x",
	} {
		_, ok := s.subscription(stub.Browser(bad))
		require.False(t, ok, bad)
	}
	_, ok := s.subscription(stub.Browser("https://fcm.googleapis.com/" + strings.Repeat("x", subscriptionMax)))
	require.False(t, ok, "too long")
}

func TestSettingsThatSignNothingAreRefused(t *testing.T) {
	t.Parallel()
	pkcs8 := func(key *ecdsa.PrivateKey) ([]byte, error) { return x509.MarshalPKCS8PrivateKey(key) }
	s, err := New(Options{KeyFile: stub.KeyFileOf(t, elliptic.P256(), pkcs8), Contact: "operator@satchel.example"})
	require.NoError(t, err)
	require.Len(t, s.PublicKey(), 87)
	for name, o := range map[string]Options{
		"no file":       {KeyFile: filepath.Join(t.TempDir(), "none.pem"), Contact: "operator@satchel.example"},
		"no contact":    {KeyFile: stub.KeyFileOf(t, elliptic.P256(), pkcs8)},
		"another curve": {KeyFile: stub.KeyFileOf(t, elliptic.P384(), pkcs8), Contact: "operator@satchel.example"},
	} {
		_, err := New(o)
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
	}
}

// FuzzSubscription: whatever a browser calls its subscription, what is believed of it is a service's address and keys that encrypt.
func FuzzSubscription(f *testing.F) {
	f.Add(stub.Browser("https://fcm.googleapis.com/fcm/send/abc"))
	f.Add(`{"endpoint":"https://fcm.googleapis.com/","keys":{"p256dh":"BA","auth":"AA"}}`)
	f.Add(`[]`)
	s := &Sender{}
	f.Fuzz(func(t *testing.T, token string) {
		if len(token) > 2*subscriptionMax {
			return
		}
		ok, endpoint := false, ""
		cost.Bound(t, 2*subscriptionMax, func() {
			to, fine := s.subscription(token)
			if ok = fine; ok {
				endpoint = to.Endpoint
			}
		})
		if ok && !strings.HasPrefix(strings.ToLower(endpoint), "https://") {
			t.Fatalf("believed: %q", endpoint)
		}
	})
}
