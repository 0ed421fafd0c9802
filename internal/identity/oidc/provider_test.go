package oidc

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity/oidc/stub"
)

const (
	redirect = "https://satchel.example/v1/oidc/callback"
	verifier = "a verifier that is drawn anew for each sign-in"
)

func clock() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

func of(t *testing.T, issuer string) *Provider {
	t.Helper()
	p, err := New(Options{Issuer: issuer, ClientID: stub.Client, SecretFile: stub.SecretFile(t), Now: clock})
	require.NoError(t, err)
	return p
}

// comes lets somebody sign in at the provider, and asks it who they are.
func comes(t *testing.T, p *Provider, at *stub.Provider) (subject string, when int64, err error) {
	t.Helper()
	address, err := p.Ask(t.Context(), redirect, "the state", "the nonce", verifier)
	require.NoError(t, err)
	require.NotContains(t, address, verifier)
	state, code := at.Vouches(address, "8f14e45f")
	require.Equal(t, "the state", state)
	return p.Answer(t.Context(), redirect, code, "the nonce", verifier)
}

func TestAProviderSaysWhoItIs(t *testing.T) {
	t.Parallel()
	at := stub.Start(t, clock)
	p := of(t, at.URL)
	subject, when, err := comes(t, p, at)
	require.NoError(t, err)
	require.Equal(t, "8f14e45f", subject)
	require.Equal(t, clock().UnixMilli(), when)
	require.Equal(t, "127.0.0.1", p.Name())
}

// Each token is wrong in one way, and says nothing of anybody.
func TestATokenThatDoesNotHoldSaysNothing(t *testing.T) {
	t.Parallel()
	at := stub.Start(t, clock)
	p := of(t, at.URL)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	as := func(method jwt.SigningMethod, key any) func(jwt.MapClaims) string {
		return func(c jwt.MapClaims) string {
			token := jwt.NewWithClaims(method, c)
			token.Header["kid"] = "one"
			text, err := token.SignedString(key)
			require.NoError(t, err)
			return text
		}
	}
	set := func(name string, value any) func(jwt.MapClaims) { return func(c jwt.MapClaims) { c[name] = value } }
	for name, wrong := range map[string]struct {
		claims func(jwt.MapClaims)
		sign   func(jwt.MapClaims) string
	}{
		"for somebody else's client":      {claims: set("aud", "another client")},
		"of another provider":             {claims: set("iss", "https://evil.example")},
		"that has expired":                {claims: set("exp", clock().Add(-time.Second).Unix())},
		"that never expires":              {claims: func(c jwt.MapClaims) { delete(c, "exp") }},
		"for another sign-in":             {claims: set("nonce", "another nonce")},
		"for no sign-in":                  {claims: func(c jwt.MapClaims) { delete(c, "nonce") }},
		"of nobody":                       {claims: set("sub", "")},
		"that another client was given":   {claims: set("azp", "another client")},
		"signed by nobody":                {sign: as(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType)},
		"signed with another key":         {sign: as(jwt.SigningMethodRS256, other)},
		"signed with our own secret":      {sign: as(jwt.SigningMethodHS256, []byte(stub.Secret))},
		"signed in a way that it has not": {sign: as(jwt.SigningMethodPS256, other)},
		"that is none":                    {sign: func(jwt.MapClaims) string { return "e30.e30.e30" }},
		"that is missing":                 {sign: func(jwt.MapClaims) string { return "" }},
	} {
		at.Claims, at.Sign = wrong.claims, wrong.sign
		_, _, err := comes(t, p, at)
		require.True(t, fault.Is(err, fault.Unauthenticated), "%s: %v", name, err)
	}
	at.Claims, at.Sign = nil, nil
	_, _, err = comes(t, p, at)
	require.NoError(t, err)
}

// A code is good once, with the verifier of who asked for it, at the address for which it was asked.
func TestACodeIsWorthNothingToWhoeverDidNotAskForIt(t *testing.T) {
	t.Parallel()
	at := stub.Start(t, clock)
	p := of(t, at.URL)
	code := func() string {
		address, err := p.Ask(t.Context(), redirect, "s", "n", verifier)
		require.NoError(t, err)
		_, code := at.Vouches(address, "8f14e45f")
		return code
	}
	answers := func(redirect, code, nonce, verifier string) error {
		_, _, err := p.Answer(t.Context(), redirect, code, nonce, verifier)
		return err
	}
	used := code()
	require.NoError(t, answers(redirect, used, "n", verifier))
	for name, err := range map[string]error{
		"a second time":          answers(redirect, used, "n", verifier),
		"another verifier":       answers(redirect, code(), "n", "a verifier of somebody who saw the code"),
		"another address":        answers("https://evil.example/", code(), "n", verifier),
		"another nonce":          answers(redirect, code(), "another", verifier),
		"no nonce":               answers(redirect, code(), "", verifier),
		"a code that nobody has": answers(redirect, "a guess", "n", verifier),
	} {
		require.True(t, fault.Is(err, fault.Unauthenticated), "%s: %v", name, err)
	}
}

// A provider that is away says nothing of who signs in, and is asked again when it is back; what it says in a flood or by another address is not read.
func TestAProviderThatIsAwayIsAskedAgain(t *testing.T) {
	t.Parallel()
	at := stub.Start(t, clock)
	at.Away = true
	p := of(t, at.URL)
	_, err := p.Ask(t.Context(), redirect, "s", "n", verifier)
	require.True(t, fault.Is(err, fault.Busy), "%v", err)
	at.Away = false
	asked := at.Asked()
	_, err = p.Ask(t.Context(), redirect, "s", "n", verifier)
	require.True(t, fault.Is(err, fault.Busy), "%v", err)
	require.Equal(t, asked, at.Asked(), "nobody waits for what did not answer a moment ago")
	p.options.Now = func() time.Time { return clock().Add(awayFor) }
	_, _, err = comes(t, p, at)
	require.NoError(t, err)
	for name, handler := range map[string]http.HandlerFunc{
		"a flood":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, answerBytesMax+1)) },
		"elsewhere": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, at.URL+r.URL.Path, http.StatusFound) },
		"another's own": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"issuer":"https://evil.example"}`))
		},
	} {
		server := httptest.NewServer(handler)
		_, err := of(t, server.URL).Ask(t.Context(), redirect, "s", "n", verifier)
		server.Close()
		require.True(t, fault.Is(err, fault.Busy), "%s: %v", name, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = of(t, at.URL).Ask(ended, redirect, "s", "n", verifier)
	require.Error(t, err)
}

func TestAProviderIsNamedWhole(t *testing.T) {
	t.Parallel()
	secret := stub.SecretFile(t)
	empty := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, os.WriteFile(empty, []byte("\n"), 0o600))
	good := Options{Issuer: "https://login.example.org/realms/house", ClientID: "satchel", SecretFile: secret, Name: "Riverside Hospital", Now: clock}
	p, err := New(good)
	require.NoError(t, err)
	require.Equal(t, "Riverside Hospital", p.Name())
	for name, change := range map[string]func(*Options){
		"without TLS":                    func(o *Options) { o.Issuer = "http://login.example.org" },
		"no address":                     func(o *Options) { o.Issuer = "login" },
		"with more than an address":      func(o *Options) { o.Issuer += "?a=b" },
		"without a client":               func(o *Options) { o.ClientID = "" },
		"without a secret":               func(o *Options) { o.SecretFile = "" },
		"with an empty secret":           func(o *Options) { o.SecretFile = empty },
		"with a secret that is not":      func(o *Options) { o.SecretFile = secret + "x" },
		"with certificates that are not": func(o *Options) { o.CAFile = secret },
	} {
		o := good
		change(&o)
		_, err := New(o)
		require.True(t, fault.Is(err, fault.Invalid), name)
		require.False(t, err != nil && strings.Contains(err.Error(), stub.Secret), name)
	}
}
