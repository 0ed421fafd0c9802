package scenario

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity/oidc"
	"satchel/internal/identity/oidc/stub"
	"satchel/server"
)

// knowsProvider is a house whose staff may come by a provider.
func knowsProvider(issuer, secretFile string) func(*server.Config) {
	return func(c *server.Config) {
		c.OpenID = oidc.Options{Issuer: issuer, ClientID: stub.Client, SecretFile: secretFile, Name: "Riverside Hospital"}
	}
}

// freeAddress is one that is known before the house is there: a provider sends browsers nowhere else.
func freeAddress(t *testing.T) string {
	t.Helper()
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer probe.Close()
	return probe.Addr().String()
}

// strangersProvider is npm oidc-provider, which nobody here wrote.
func strangersProvider(t *testing.T, redirect string) (issuer string) {
	t.Helper()
	command := exec.Command("node", filepath.Join("..", "stranger", "node", "openid.mjs"), redirect)
	var said bytes.Buffer
	command.Stderr = &said
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(out)
	t.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		if err := command.Wait(); err != nil {
			t.Errorf("%v\n%s", err, said.String())
		}
	})
	for lines.Scan() {
		var ready struct{ Issuer string }
		if json.Unmarshal(lines.Bytes(), &ready) == nil && ready.Issuer != "" {
			return ready.Issuer
		}
	}
	t.Fatalf("the provider did not say where it is; `make tools` installs it\n%s", said.String())
	return ""
}

// A nurse comes by the sign-in of her organisation, in a real browser, by a provider that nobody here wrote: the board collects her tokens once and shows her
// teams. Whoever the provider knows and nobody linked ends at the board, is not signed in, and reads what to do. Nothing of it stands in an address.
func TestChromium_ANurseComesByTheSignInOfHerOrganisation(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	issuer := strangersProvider(t, "http://localhost:"+port+"/v1/oidc/callback")
	h := newHouse(t, func(c *server.Config) { c.Address = address }, knowsProvider(issuer, stub.SecretFile(t)))
	h.amos.provesByPassword()
	link := "/v1/accounts/" + h.olive.Tokens().Account.String() + "/oidc"
	h.done(h.amos.put(link, set{"subject": "olive-8f14"}, nil))

	play := chromium.Start(t, "openid.mjs", h.pages(), nil)
	type cameBack struct {
		Text    string
		Cookies []struct {
			Name, SameSite string
			HTTPOnly       bool
		}
		Left      int
		Addresses []string
	}
	comes := func(as, until string) (came cameBack) {
		t.Helper()
		play.Asks(set{"as": as, "until": until}, &came)
		require.Equal(t, 401, came.Left, "nothing is left to collect")
		for _, address := range came.Addresses {
			require.NotContains(t, address, "oken")
			require.NotContains(t, address, h.olive.Tokens().Account.String())
		}
		return came
	}
	const inVain = "The sign-in of your organisation opened nothing here."
	came := comes("olive-8f14", h.oncology.Name)
	require.Contains(t, came.Text, h.oncology.Name)
	require.Empty(t, came.Cookies, "what was collected is forgotten")
	require.Contains(t, came.Addresses, h.pages()+"/board#/signed-in")
	require.Contains(t, comes("somebody else", inVain).Text, inVain)
	h.done(h.amos.remove(link))
	require.Contains(t, comes("olive-8f14", inVain).Text, inVain)
	for _, complaint := range play.Ends() { // the provider's own page, and a browser's words about what was refused
		theirs := strings.HasPrefix(complaint, "a request to "+issuer) || strings.HasPrefix(complaint, "a request to https://fonts.googleapis.com/")
		require.True(t, theirs || strings.Contains(complaint, "401 (Unauthorized)"), complaint)
	}
}

// travels is a browser that follows nothing by itself.
type travels struct {
	*house
	provider *stub.Provider
}

func (w travels) get(path string, cookies ...*http.Cookie) *http.Response {
	w.t.Helper()
	return w.asks(http.MethodGet, path, "", "", cookies...)
}

func (w travels) asks(method, path, kind, body string, cookies ...*http.Cookie) *http.Response {
	w.t.Helper()
	req, err := http.NewRequest(method, w.base+path, strings.NewReader(body))
	w.done(err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for _, c := range cookies {
		req.AddCookie(c)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	w.done(err)
	w.done(resp.Body.Close())
	return resp
}

// begins goes to the provider, where olive signs in.
func (w travels) begins(query string) (keep *http.Cookie, state, code string) {
	w.t.Helper()
	resp := w.get("/v1/oidc/begin" + query)
	require.Equal(w.t, 303, resp.StatusCode)
	require.Equal(w.t, "no-referrer", resp.Header.Get("Referrer-Policy"))
	address := resp.Header.Get("Location")
	require.True(w.t, strings.HasPrefix(address, w.provider.URL+"/authorize?"), address)
	asked, err := url.Parse(address)
	w.done(err)
	require.Equal(w.t, "https://satchel.example.org/v1/oidc/callback", asked.Query().Get("redirect_uri"))
	require.Len(w.t, resp.Cookies(), 1)
	keep = resp.Cookies()[0]
	require.Equal(w.t, "__Host-satchel-openid", keep.Name)
	require.True(w.t, keep.Secure && keep.HttpOnly && keep.Path == "/" && keep.Domain == "" && keep.SameSite == http.SameSiteLaxMode)
	require.NotContains(w.t, address, keep.Value)
	state, code = w.provider.Vouches(address, "olive-8f14")
	return keep, state, code
}

// The way back cannot be bent: no parameter sends a browser elsewhere, another browser than the one that began gets nothing, what is collected
// lies where no script reads it, and cookies of a page with TLS are set by this host alone.
func TestAccess_TheSignInOfAnOrganisationSendsNobodyElsewhere(t *testing.T) {
	t.Parallel()
	provider := stub.Start(t, time.Now)
	h := newHouse(t, knowsProvider(provider.URL, stub.SecretFile(t)), func(c *server.Config) { c.Public = "https://satchel.example.org" })
	provider.Now = h.clock.Now
	h.amos.provesByPassword()
	h.done(h.amos.put("/v1/accounts/"+h.olive.Tokens().Account.String()+"/oidc", set{"subject": "olive-8f14"}, nil))
	w := travels{h, provider}
	back := func(state, code string, more string) string {
		return "/v1/oidc/callback?" + url.Values{"state": {state}, "code": {code}}.Encode() + more
	}
	const vain = "/board#/not-signed-in"
	keep, state, code := w.begins("?return=https://evil.example&redirect_uri=https://evil.example&next=//evil.example")
	other, _, _ := w.begins("")
	require.Equal(t, vain, w.get(back(state, code, "")).Header.Get("Location"), "a browser that began nothing")
	require.Equal(t, vain, w.get(back(state, code, ""), other).Header.Get("Location"), "another browser")
	require.Equal(t, vain, w.get("/v1/oidc/callback?error=access_denied&state="+state, keep).Header.Get("Location"))
	require.Equal(t, vain, w.get(back(state, code, "&iss=https://evil.example"), keep).Header.Get("Location"))
	good := w.get(back(state, code, "&return=https://evil.example"), keep)
	require.Equal(t, "/board#/signed-in", good.Header.Get("Location"))
	require.Len(t, good.Cookies(), 2, "the first one is forgotten")
	forgotten, handover := good.Cookies()[0], good.Cookies()[1]
	require.Empty(t, forgotten.Value)
	require.Equal(t, "__Host-satchel-openid-handover", handover.Name)
	require.True(t, handover.Secure && handover.HttpOnly && handover.Path == "/" && handover.Domain == "" && handover.SameSite == http.SameSiteStrictMode)
	require.Equal(t, vain, w.get(back(state, code, ""), keep).Header.Get("Location"), "a second time")

	const device = `{"device":{"kind":"web","name":"Desk 3"}}`
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		require.Equal(t, 415, w.asks(http.MethodPost, "/v1/oidc/finish", kind, device, handover).StatusCode, "a form of another site collects nothing")
	}
	require.Equal(t, 401, w.asks(http.MethodPost, "/v1/oidc/finish", "application/json", device).StatusCode)
	require.Equal(t, 200, w.asks(http.MethodPost, "/v1/oidc/finish", "application/json", device, handover).StatusCode)
	require.Equal(t, 401, w.asks(http.MethodPost, "/v1/oidc/finish", "application/json", device, handover).StatusCode)
}
