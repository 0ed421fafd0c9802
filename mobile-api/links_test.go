package mobileapi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A viewer of another site may ask and read, as the specification of SMART Health Links wants it; nothing is kept on the way, and no
// address is passed on.
func TestALinkIsReadFromAnywhereAndKeptNowhere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var made struct {
		URL string `json:"url"`
	}
	const base = "http://localhost"
	got := p.do("POST", "/v1/records/"+p.record.UUID.String()+"/links", &p.patient, map[string]any{"flags": "U", "base": base, "content": "e30..aXY.Y2lwaGVy.dGFn"}, keyHeader, "k")
	require.Equal(t, 201, got.status, got.text())
	got.into(&made)
	path := made.URL[len(base):]
	for _, asked := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"OPTIONS", path, nil, 204},
		{"GET", path + "?recipient=ED", nil, 200},
		{"GET", path, nil, 400},
		{"POST", path, map[string]any{"recipient": "ED"}, 404},
		{"GET", path + "/file/AAAA", nil, 404},
	} {
		got := p.do(asked.method, asked.path, nil, asked.body)
		require.Equal(t, asked.status, got.status, "%s %s", asked.method, asked.path)
		require.Equal(t, "*", got.header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "no-store", got.header.Get("Cache-Control"))
		require.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
		if asked.method == "OPTIONS" {
			require.Equal(t, "content-type", got.header.Get("Access-Control-Allow-Headers"))
		}
		if got.status == 200 {
			require.Equal(t, "application/jose", got.header.Get("Content-Type"))
		}
	}
	page := p.do("GET", "/view", nil, nil)
	require.Regexp(t, `^default-src 'none'; connect-src 'self'; script-src 'sha256-[A-Za-z0-9+/]{43}='; style-src 'sha256-`, page.header.Get("Content-Security-Policy"))
	for _, no := range []string{"https://", "innerHTML", "eval(", " style=", "<img", "<link", "onclick"} {
		require.NotContains(t, page.text(), no)
	}
	require.NotContains(t, p.log.text(), path[len("/v1/links/"):], "the secret of a link is in no log")
}
