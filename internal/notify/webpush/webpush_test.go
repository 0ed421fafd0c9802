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
	"sync/atomic"
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
		"https://evilnotify.windows.com/", "https://.notify.windows.com/", "https://notify.windows.com/", "https://fcm.googleapis.com:/x", "https://fcm.googleapis.com./x", "https://fcm.googleapis.com\\@127.0.0.1/x", "https://127.0.0.1#@fcm.googleapis.com/",
		"https://127.0.0.1/x", "http://127.0.0.1/x", "http://localhost:9090/metrics", "https://user@fcm.googleapis.com/x", "https://[::1]/x", "file:///etc/passwd", "//fcm.googleapis.com/x",
	} {
		_, ok := s.subscription(stub.Browser(bad))
		require.False(t, ok, bad)
	}
	_, ok := s.subscription(stub.Browser("https://fcm.googleapis.com/" + strings.Repeat("x", subscriptionMax)))
	require.False(t, ok, "too long")
}

// Each service is left alone, waited for and rung on its own; what no browser gave goes where it is forgotten.
func TestEachServiceIsAChannelOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[notify.Channel]bool{}
	for endpoint, want := range map[string]notify.Channel{
		"https://fcm.googleapis.com/fcm/send/abc": notify.Browsers, "https://updates.push.services.mozilla.com/wpush/v2/abc": notify.Mozilla,
		"https://web.push.apple.com/abc": notify.Apple, "https://db5p.notify.windows.com/w/?token=abc": notify.Microsoft, "https://evil.example/": notify.Browsers,
	} {
		require.Equal(t, want, ChannelOf(stub.Browser(endpoint)), endpoint)
		seen[want] = true
	}
	require.Equal(t, notify.Browsers, ChannelOf("not the subscription of any browser"))
	require.Equal(t, notify.Browsers, ChannelOf(stub.Browser("https://web.push.apple.com/"+strings.Repeat("x", subscriptionMax))))
	require.Len(t, seen, len(Channels()))
	for _, way := range []string{`{"endpoint":"https://a.example/1","keys":{"auth":"x"}}`, `{"keys":{},"expirationTime":null, "endpoint" : "https://a.example/1"}`} {
		require.Equal(t, "https://a.example/1", NameOf(way), "one browser, however it is written")
	}
	for _, other := range []string{"a token of a phone", `{"endpoint":""}`, `{"endpoint":7}`, "[]", "null", ""} {
		require.Equal(t, other, NameOf(other))
	}
}

// A service that takes connections and says nothing costs one Send its time once, however many browsers it has.
func TestAServiceThatHangsCostsItsTimeOnceAndNotForEachBrowser(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	over := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		select {
		case <-r.Context().Done():
		case <-over:
		}
	}))
	t.Cleanup(service.Close)
	t.Cleanup(func() { close(over) })
	s := sender(t)
	s.options.SendTime = 300 * time.Millisecond
	var pushes []notify.Push
	for i := range 3 * workers {
		pushes = append(pushes, notify.Push{Token: stub.Browser(service.URL), Kind: notify.Action, ID: syncing.UUID{15: byte(i)}})
	}
	report, err := s.Send(t.Context(), pushes)
	require.True(t, fault.Is(err, fault.Busy))
	require.Equal(t, len(pushes), report.Count(notify.Waiting))
	require.LessOrEqual(t, asked.Load(), int64(workers), "the others were not even asked")
}

// An answer is read as far as it may go, and no further.
func TestAnAnswerWithoutAnEndIsNotRead(t *testing.T) {
	t.Parallel()
	var written atomic.Int64
	ended := make(chan struct{}, 1)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/head" {
			w.Header().Set("X-Long", strings.Repeat("x", 4*headMax))
		}
		w.WriteHeader(http.StatusCreated)
		for r.URL.Path == "/body" {
			n, err := w.Write(make([]byte, 64<<10))
			if written.Add(int64(n)); err != nil {
				ended <- struct{}{}
				return
			}
		}
	}))
	t.Cleanup(service.Close)
	push := func(path string) notify.Result {
		report, _ := sender(t).Send(t.Context(), []notify.Push{{Token: stub.Browser(service.URL + path), Kind: notify.Action, ID: syncing.UUID{1}}})
		return report.Results[0]
	}
	require.Equal(t, notify.Sent, push("/body"))
	<-ended
	require.Less(t, written.Load(), int64(64<<20), "what buffers of the machine hold, and it was cut")
	require.Equal(t, notify.Waiting, push("/head"))
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
			if name := NameOf(token); ChannelOf(token) != notify.Browsers && name == token {
				t.Errorf("a service's browser without an address: %q", token)
			}
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
