package stub

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Client and Secret are how this installation is known there.
const (
	Client = "satchel"
	Secret = "a secret of the tests"
)

// Provider vouches for whoever a test names.
type Provider struct {
	URL string
	Now func() time.Time
	// Claims changes what the next tokens say; nil: what is true.
	Claims func(jwt.MapClaims)
	// Sign writes the next tokens; nil: with the key that is published.
	Sign func(jwt.MapClaims) string
	// Away lets it answer nothing but 503.
	Away bool

	t     testing.TB
	key   *rsa.PrivateKey
	mu    sync.Mutex
	codes map[string]given
	asked int
}

type given struct {
	nonce, challenge, redirect, subject string
	at                                  time.Time
}

// Start starts one, until the test ends.
func Start(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{t: t, Now: now, key: key, codes: map[string]given{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked++
		away := p.Away
		p.mu.Unlock()
		if away {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// SecretFile is a file with the client's secret.
func SecretFile(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Asked is how often anything was asked of it.
func (p *Provider) Asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// Vouches is somebody who signs in there, at the address to which their browser was sent: the state and the code that it brings back.
func (p *Provider) Vouches(address, subject string) (state, code string) {
	p.t.Helper()
	asked, err := url.Parse(address)
	if err != nil {
		p.t.Fatal(err)
	}
	q := asked.Query()
	if q.Get("client_id") != Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("scope") != "openid" {
		p.t.Fatalf("the provider is asked %s", address)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code = rand.Text()
	p.codes[code] = given{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri"), subject, p.Now()}
	return q.Get("state"), code
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	says(w, http.StatusOK, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	text := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	says(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": text(p.key.N), "e": text(big.NewInt(int64(p.key.E))),
	}}})
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if id, secret, ok := r.BasicAuth(); !ok || id != Client || secret != url.QueryEscape(Secret) {
		says(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	g, there := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !there || g.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) || g.redirect != r.FormValue("redirect_uri") {
		says(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := jwt.MapClaims{
		"iss": p.URL, "aud": Client, "sub": g.subject, "nonce": g.nonce, "iat": p.Now().Unix(), "exp": p.Now().Add(time.Minute).Unix(), "auth_time": g.at.Unix(),
	}
	if p.Claims != nil {
		p.Claims(claims)
	}
	sign := p.Sign
	if sign == nil {
		sign = p.Signed
	}
	says(w, http.StatusOK, map[string]any{"access_token": "of no use here", "token_type": "Bearer", "id_token": sign(claims)})
}

// Signed is a token with the key that is published.
func (p *Provider) Signed(claims jwt.MapClaims) string {
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	t.Header["kid"] = "one"
	text, err := t.SignedString(p.key)
	if err != nil {
		panic(err) // the key is good
	}
	return text
}

func says(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what) // a client that is gone reads nothing
}
