package oidc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"satchel/internal/fault"
)

const (
	// askTime is how long the provider may take for one answer.
	askTime = 8 * time.Second
	// answerBytesMax bounds one of its answers.
	answerBytesMax = 1 << 20
	// awayFor is how long a provider that did not answer is not asked again where it is: whoever comes meanwhile is told at once, and nobody
	// waits behind somebody who waits.
	awayFor = 5 * time.Second
)

// Options name a provider. Issuer, ClientID and SecretFile are required.
type Options struct {
	Issuer     string // as the provider writes it: https, or this machine
	ClientID   string
	SecretFile string           // its first line is the client's secret
	CAFile     string           // certificates (PEM) by which the provider's is checked; "": those of this machine
	Name       string           // what the button on the page says, such as Riverside Hospital
	Now        func() time.Time // required
	Log        *slog.Logger     // told why an answer was not taken, in words of ours; nil: nobody is
}

// Provider is one OpenID provider. It is asked for its addresses and keys when somebody first signs in, so that a start does not hang on it.
type Provider struct {
	options Options
	secret  string
	client  *http.Client

	mu     sync.Mutex
	found  *oidc.Provider
	failed time.Time // when it was asked in vain last
}

// New reads the files. It asks nobody. Its fault is Invalid.
func New(o Options) (*Provider, error) {
	const op = "oidc.New"
	issuer, err := url.Parse(o.Issuer)
	if err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" || issuer.User != nil {
		return nil, fault.New(fault.Invalid, op, "The issuer of the OpenID provider is an address such as https://login.example.org.")
	}
	if issuer.Scheme != "https" && (issuer.Scheme != "http" || !isThisMachine(issuer.Hostname())) {
		return nil, fault.New(fault.Invalid, op, "The OpenID provider must be reached by https.")
	}
	if o.ClientID == "" || o.SecretFile == "" || o.Now == nil {
		return nil, fault.New(fault.Invalid, op, "An OpenID provider needs the id of this client, and a file with its secret.")
	}
	secret, err := os.ReadFile(o.SecretFile)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, "The file with the secret for the OpenID provider cannot be read.")
	}
	line, _, _ := strings.Cut(string(secret), "\n")
	p := &Provider{options: o, secret: strings.TrimSpace(line)}
	if o.Log == nil {
		p.options.Log = slog.New(slog.DiscardHandler)
	}
	if p.secret == "" {
		return nil, fault.New(fault.Invalid, op, "The file with the secret for the OpenID provider is empty.")
	}
	if p.options.Name == "" {
		p.options.Name = issuer.Hostname()
	}
	p.client, err = newClient(o.CAFile)
	return p, err
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func newClient(file string) (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true // it is asked seldom, and nothing stays open
	if file != "" {
		text, err := os.ReadFile(file)
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(text) {
			return nil, fault.New(fault.Invalid, "oidc.New", "The file with the certificates of the OpenID provider cannot be read, or holds none.")
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Timeout: askTime, Transport: bounded{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// bounded lets nothing come in that is longer than answerBytesMax.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(req)
	if err == nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, answerBytesMax)
	}
	return resp, err
}

var _ io.Closer = (*Provider)(nil)

// Close lets go of connections.
func (p *Provider) Close() error {
	p.client.CloseIdleConnections()
	return nil
}

// Issuer is who vouches for a subject.
func (p *Provider) Issuer() string { return p.options.Issuer }

// Name is what people call the provider.
func (p *Provider) Name() string { return p.options.Name }

// discovered asks the provider for its addresses, once it answered.
func (p *Provider) discovered(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if since := p.options.Now().Sub(p.failed); since >= 0 && since < awayFor {
		return nil, p.away(errAway)
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.options.Issuer)
	if err != nil {
		p.failed = p.options.Now()
		return nil, p.away(err)
	}
	p.found = found
	return found, nil
}

func (p *Provider) oauth(found *oidc.Provider, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.options.ClientID, ClientSecret: p.secret, Endpoint: found.Endpoint(), RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID}}
}

// Ask gives the address at the provider to which a browser is sent. It asks for who somebody is and for nothing else of them. The fault is Busy.
func (p *Provider) Ask(ctx context.Context, redirect, state, nonce, verifier string) (string, error) {
	found, err := p.discovered(ctx)
	if err != nil {
		return "", err
	}
	return p.oauth(found, redirect).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

var errAway = errors.New("it did not answer a moment ago")

var errNonce = errors.New("the token was made for another sign-in")

// Answer exchanges the code that a browser brought back, and gives whom the provider vouches for: its name of them, which stays, and when they
// last showed it who they are (ms; 0: it does not say). Everything that is wrong is one fault, Unauthenticated; Busy if it does not answer.
func (p *Provider) Answer(ctx context.Context, redirect, code, nonce, verifier string) (subject string, at int64, err error) {
	found, err := p.discovered(ctx)
	if err != nil {
		return "", 0, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(found, redirect).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return "", 0, p.notExchanged(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: p.options.ClientID, Now: p.options.Now}).Verify(ctx, raw)
	if err != nil {
		return "", 0, p.refused("its token does not hold", err)
	}
	var claims struct {
		At    int64  `json:"auth_time"`
		Party string `json:"azp"`
	}
	if err := id.Claims(&claims); err != nil {
		return "", 0, p.refused("its claims cannot be read", err)
	}
	if id.Nonce != nonce || nonce == "" || id.Subject == "" || claims.Party != "" && claims.Party != p.options.ClientID {
		return "", 0, p.refused("its token was made for another sign-in", errNonce)
	}
	return id.Subject, claims.At * 1000, nil
}

// notExchanged tells a provider that is away from one that says no, which it does in the words of RFC 6749: invalid_client is a wrong secret.
func (p *Provider) notExchanged(err error) error {
	var said *oauth2.RetrieveError
	switch {
	case !errors.As(err, &said) || said.Response.StatusCode >= http.StatusInternalServerError:
		return p.away(err)
	case slices.Contains([]string{"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"}, said.ErrorCode):
		return p.refused("it says "+said.ErrorCode, err)
	}
	return p.refused("it gave no token", err)
}

const awayText = "Your organisation's sign-in does not answer. Sign in in another way, or try again in a moment."

// away tells the operator how the provider could not be reached. What it said itself is not logged.
func (p *Provider) away(err error) error {
	why := "it fails"
	if errors.Is(err, errAway) {
		return fault.Wrap(err, fault.Busy, "oidc.Provider", awayText)
	}
	if said := (*url.Error)(nil); errors.As(err, &said) {
		why = said.Err.Error()
	}
	p.options.Log.Warn("the OpenID provider does not answer", "cause", why)
	return fault.Wrap(err, fault.Busy, "oidc.Provider", awayText)
}

// refused tells the operator why, and whoever signs in only that.
func (p *Provider) refused(why string, err error) error {
	p.options.Log.Warn("an answer of the OpenID provider was not taken: " + why)
	return fault.Wrap(err, fault.Unauthenticated, "oidc.Answer", "Your organisation's sign-in did not say who you are. Please try again.")
}
