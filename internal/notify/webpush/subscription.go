package webpush

import (
	"crypto/ecdh"
	"encoding/base64"
	"net/url"
	"strings"

	push "github.com/SherClockHolmes/webpush-go"

	"github.com/go-json-experiment/json"
)

// services are the hosts to which browsers have themselves be pushed: a name, or all names under it if it begins with a dot. They are
// Google's, Mozilla's, Apple's and Microsoft's, as of 2026.
var services = []string{"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", ".notify.windows.com"}

// subscriptionMax bounds the JSON of a PushSubscription.
const subscriptionMax = 4096

// subscription reads the JSON of a PushSubscription; ok is false if no browser that we know made it.
func (s *Sender) subscription(token string) (to *push.Subscription, ok bool) {
	if len(token) > subscriptionMax {
		return nil, false
	}
	var said struct {
		Endpoint string `json:"endpoint"`
		Keys     struct {
			Auth   string `json:"auth"`
			P256dh string `json:"p256dh"`
		} `json:"keys"`
	}
	if json.Unmarshal([]byte(token), &said) != nil || !s.believed(said.Endpoint) {
		return nil, false
	}
	auth, badAuth := decode(said.Keys.Auth)
	point, badPoint := decode(said.Keys.P256dh)
	if badAuth != nil || badPoint != nil || len(auth) != 16 {
		return nil, false
	}
	if _, err := ecdh.P256().NewPublicKey(point); err != nil {
		return nil, false
	}
	return &push.Subscription{Endpoint: said.Endpoint, Keys: push.Keys{
		Auth: base64.RawURLEncoding.EncodeToString(auth), P256dh: base64.RawURLEncoding.EncodeToString(point),
	}}, true
}

// decode reads base64url, padded or not.
func decode(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}

// believed reports whether an address is one of a push service's.
func (s *Sender) believed(endpoint string) bool {
	at, err := url.Parse(endpoint)
	if err != nil || at.User != nil || at.Fragment != "" {
		return false
	}
	if s.options.Loopback && at.Scheme == "http" && (at.Hostname() == "localhost" || at.Hostname() == "127.0.0.1") {
		return true
	}
	if at.Scheme != "https" || at.Port() != "" {
		return false
	}
	host := strings.ToLower(at.Hostname())
	for _, service := range services {
		if host == service || strings.HasPrefix(service, ".") && strings.HasSuffix(host, service) {
			return true
		}
	}
	return false
}
