package mobileapi

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

// A browser gets what it subscribes with, signed in or not; where there is no key it is told so.
func TestABrowserIsToldWhatToSubscribeWith(t *testing.T) {
	t.Parallel()
	key := "B" + strings.Repeat("k", 86)
	p := newPlace(t, func(c *Config, _ *LiveOptions) { c.ApplicationServerKey = key })
	got := p.do("GET", "/v1/web-push", nil, nil)
	require.Equal(t, 200, got.status)
	require.JSONEq(t, `{"rings":true,"applicationServerKey":"`+key+`"}`, got.text())
	require.Equal(t, got.text(), p.do("GET", "/v1/web-push", &p.patient, nil).text())

	none := newPlace(t).do("GET", "/v1/web-push", nil, nil)
	require.Equal(t, 200, none.status)
	require.JSONEq(t, `{"rings":false}`, none.text())
}

// The service worker is a script that may speak with this server alone, and that a browser fetches again when it has changed, not before.
func TestTheServiceWorkerIsServedAsAScriptThatIsFetchedOnce(t *testing.T) {
	t.Parallel()
	of := func(text string) *place {
		return newPlace(t, func(c *Config, _ *LiveOptions) { c.Web = fstest.MapFS{"worker.js": {Data: []byte(text)}} })
	}
	p := of("one")
	got := p.do("GET", "/worker.js", nil, nil)
	require.Equal(t, 200, got.status)
	require.Equal(t, "one", got.text())
	require.Equal(t, "text/javascript; charset=utf-8", got.header.Get("Content-Type"))
	require.Equal(t, "no-cache", got.header.Get("Cache-Control"))
	require.Equal(t, "default-src 'none'; connect-src 'self'; frame-ancestors 'none'", got.header.Get("Content-Security-Policy"))
	tag := got.header.Get("ETag")
	again := p.do("GET", "/worker.js", nil, nil, "If-None-Match", tag)
	require.Equal(t, 304, again.status)
	require.Empty(t, again.body)
	require.Equal(t, 200, of("two").do("GET", "/worker.js", nil, nil, "If-None-Match", tag).status)
	require.Equal(t, 404, newPlace(t).do("GET", "/worker.js", nil, nil).status, "without web apps there is none")

	_, err := readWeb(fstest.MapFS{}, "worker.js", workerPolicy)
	require.True(t, fault.Is(err, fault.Invalid), "files that lack it are refused at the start")
}
