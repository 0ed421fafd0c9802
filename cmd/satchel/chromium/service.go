package chromium

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
)

// Service is a push service as a browser's maker runs one, npm web-push-testing, which nobody here wrote: it checks the signature against the
// key that a browser subscribed with, and decrypts.
type Service struct {
	t    testing.TB
	base string
}

// Subscription is what a browser hands over, with the name by which the service knows it.
type Subscription struct {
	Endpoint   string            `json:"endpoint"`
	Keys       map[string]string `json:"keys"`
	ClientHash string            `json:"clientHash"`
}

// Token is a subscription as a browser writes it.
func (s Subscription) Token() string {
	text, _ := json.Marshal(map[string]any{"endpoint": s.Endpoint, "expirationTime": nil, "keys": s.Keys}) // of plain values
	return string(text)
}

// StartService starts one, until the test ends.
func StartService(t testing.TB) *Service {
	t.Helper()
	p, err := begin(exec.Command("node", filepath.Join(here(), "..", "stranger", "node", "push.mjs")))
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Port int }
	if err := p.next(&said); err != nil {
		t.Fatalf("%v\n`make tools` installs what it needs", err)
	}
	t.Cleanup(func() {
		_ = p.in.Close()
		if err := p.command.Wait(); err != nil {
			t.Errorf("%v\n%s", err, p.said.String())
		}
	})
	return &Service{t, fmt.Sprintf("http://localhost:%d", said.Port)}
}

// Subscribes gives a subscription for the key of a server.
func (s *Service) Subscribes(key string) (made Subscription) {
	s.t.Helper()
	s.asks("/subscribe", map[string]string{"userVisibleOnly": "true", "applicationServerKey": key}, &made)
	return made
}

// Expires ends a subscription, as a browser that was thrown away does.
func (s *Service) Expires(sub Subscription) {
	s.t.Helper()
	s.asks("/expire-subscription/"+sub.ClientHash, map[string]string{}, nil)
}

// Delivered is what came for a subscription, decrypted.
func (s *Service) Delivered(sub Subscription) []string {
	s.t.Helper()
	var came struct{ Messages []string }
	s.asks("/get-notifications", map[string]string{"clientHash": sub.ClientHash}, &came)
	return came.Messages
}

// asks posts JSON and reads the data that comes back into `into`.
func (s *Service) asks(path string, body, into any) {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.Post(s.base+path, "application/json", bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("the push service answered %d: %v: %s", answer.StatusCode, err, read)
	}
	if into == nil {
		return
	}
	said := struct {
		Data any `json:"data"`
	}{into}
	if err := json.Unmarshal(read, &said); err != nil {
		s.t.Fatal(err)
	}
}
