package webpush

import (
	"crypto/ecdh"
	"encoding/base64"
	"net/url"
	"strings"

	push "github.com/SherClockHolmes/webpush-go"

	"github.com/go-json-experiment/json"

	"satchel/internal/notify"
)

// services are the hosts to which browsers have themselves be pushed: a name, or all names under it if it begins with a dot. They are
// Google's, Mozilla's, Apple's and Microsoft's, as of 2026.
var services = []struct {
	host    string
	channel notify.Channel
}{
	{"fcm.googleapis.com", notify.Browsers},
	{"updates.push.services.mozilla.com", notify.Mozilla},
	{"web.push.apple.com", notify.Apple},
	{".notify.windows.com", notify.Microsoft},
}

// Channels are those that a Sender serves.
func Channels() (list []notify.Channel) {
	for _, service := range services {
		list = append(list, service.channel)
	}
	return list
}

// ChannelOf says by which service a browser is reached; what no browser gave goes where it is found out and forgotten.
func ChannelOf(token string) notify.Channel {
	channel, _ := serviceOf(endpointOf(token))
	return channel
}

// NameOf is what a token names: of a PushSubscription the address, in whatever order and with whatever keys it was written, so that a browser
// which somebody else uses now rings for them alone; of any other token, itself.
func NameOf(token string) string {
	if endpoint := endpointOf(token); endpoint != "" {
		return endpoint
	}
	return token
}

func endpointOf(token string) string {
	var said struct {
		Endpoint string `json:"endpoint"`
	}
	if len(token) > subscriptionMax || json.Unmarshal([]byte(token), &said) != nil {
		return ""
	}
	return said.Endpoint
}

// serviceOf reads whose an address is; ok is false if it is no push service's.
func serviceOf(endpoint string) (channel notify.Channel, ok bool) {
	at, err := url.Parse(endpoint)
	if err != nil || at.User != nil || at.Fragment != "" || at.Scheme != "https" || at.Host != at.Hostname() {
		return notify.Browsers, false
	}
	host := strings.ToLower(at.Host)
	for _, service := range services {
		if name, under := strings.CutSuffix(host, service.host); under && (name != "") == strings.HasPrefix(service.host, ".") {
			return service.channel, true
		}
	}
	return notify.Browsers, false
}

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
	if _, ok := serviceOf(endpoint); ok {
		return true
	}
	at, err := url.Parse(endpoint)
	return s.options.Loopback && err == nil && at.User == nil && at.Scheme == "http" && (at.Hostname() == "localhost" || at.Hostname() == "127.0.0.1")
}
