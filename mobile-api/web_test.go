package mobileapi

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
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

// webApps are files of web apps, whose service worker says something.
func webApps(worker string) fstest.MapFS {
	return fstest.MapFS{
		"worker.js": {Data: []byte(worker)}, "app/index.html": {Data: []byte("<p>companion")}, "app/main.js": {Data: []byte("import './x.js'")},
		"board/index.html": {Data: []byte("<p>board")}, "board/main.js": {Data: []byte("1")}, "vendor/preact.LICENSE": {Data: []byte("MIT")},
		"ui/theme.css": {Data: []byte("p {}")},
	}
}

func served(t testing.TB, files fstest.MapFS) *place {
	return newPlace(t, func(c *Config, _ *LiveOptions) {
		c.Web, c.WebKept = files, []string{companion, "app/main.js", "ui/theme.css"}
	})
}

// The service worker is a script that may speak with this server alone, and that a browser fetches again when it has changed, not before.
func TestTheServiceWorkerIsServedAsAScriptThatIsFetchedOnce(t *testing.T) {
	t.Parallel()
	p := served(t, webApps("one"))
	got := p.do("GET", "/worker.js", nil, nil)
	require.Equal(t, 200, got.status)
	require.Equal(t, "one", got.text())
	require.Equal(t, "text/javascript; charset=utf-8", got.header.Get("Content-Type"))
	require.Equal(t, "no-cache", got.header.Get("Cache-Control"))
	require.Equal(t, "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'", got.header.Get("Content-Security-Policy"))
	tag := got.header.Get("ETag")
	again := p.do("GET", "/worker.js", nil, nil, "If-None-Match", tag)
	require.Equal(t, 304, again.status)
	require.Empty(t, again.body)
	require.Equal(t, 200, served(t, webApps("two")).do("GET", "/worker.js", nil, nil, "If-None-Match", tag).status)
	require.Equal(t, 404, newPlace(t).do("GET", "/worker.js", nil, nil).status, "without web apps there is none")

	for _, name := range []string{"worker.js", "app/index.html", "board/index.html"} {
		lacking := webApps("")
		delete(lacking, name)
		_, err := readWeb(lacking, nil)
		require.True(t, fault.Is(err, fault.Invalid), "files that lack %s are refused at the start", name)
	}
}

// Pages run files of this server and nothing that stands in a text; files are what there is, and nothing beside it, whatever a path says.
func TestTheWebAppsAreServedAsTheFilesThatThereAre(t *testing.T) {
	t.Parallel()
	p := served(t, webApps(""))
	for path, want := range map[string]string{"/app": "<p>companion", "/board": "<p>board"} {
		got := p.do("GET", path, nil, nil)
		require.Equal(t, want, got.text(), path)
		require.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"))
		policy := got.header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'; script-src 'self'; style-src 'self';")
		require.Contains(t, policy, "require-trusted-types-for 'script'")
		require.NotContains(t, policy, "unsafe")
	}
	for path, kind := range map[string]string{
		"/web/app/main.js": "text/javascript; charset=utf-8", "/web/ui/theme.css": "text/css; charset=utf-8", "/web/vendor/preact.LICENSE": "text/plain; charset=utf-8",
	} {
		got := p.do("GET", path, nil, nil)
		require.Equal(t, 200, got.status)
		require.Equal(t, kind, got.header.Get("Content-Type"))
		require.Equal(t, 304, p.do("GET", path, nil, nil, "If-None-Match", got.header.Get("ETag")).status)
	}
	long := webApps("")
	long["app/main.js"] = &fstest.MapFile{Data: bytes.Repeat([]byte("calm words "), 500)}
	got := served(t, long).do("GET", "/web/app/main.js", nil, nil, "Accept-Encoding", "gzip, br")
	require.Equal(t, "br", got.header.Get("Content-Encoding"))
	require.Less(t, len(got.body), 200)
	unpacked, err := io.ReadAll(brotli.NewReader(bytes.NewReader(got.body)))
	require.NoError(t, err)
	require.Equal(t, string(long["app/main.js"].Data), string(unpacked))
	require.Equal(t, "gzip", served(t, long).do("GET", "/web/app/main.js", nil, nil, "Accept-Encoding", "gzip").header.Get("Content-Encoding"))

	for _, nothing := range []string{"/web/", "/web/app", "/web/app/", "/web/app/other.js", "/web/app/index.html", "/web/app/..%2fworker.js", "/web/../worker.js", "/web//worker.js", "/web/app/main.js%00", "/app/", "/board/x"} {
		require.Equal(t, 404, p.do("GET", nothing, nil, nil).status, nothing)
	}
	require.Equal(t, 404, newPlace(t).do("GET", "/app", nil, nil).status, "without web apps there is none")
}

// The companion works with no network from files that one list names: it has another version when any of them is another.
func TestTheListOfWhatTheCompanionNeedsChangesWithEachOfItsFiles(t *testing.T) {
	t.Parallel()
	list := func(files fstest.MapFS) string { return served(t, files).do("GET", "/web/files.js", nil, nil).text() }
	before := list(webApps(""))
	require.Regexp(t, `^self\.FILES = \{"version":"[0-9a-f]{32}","paths":\["/app","/web/app/main\.js","/web/ui/theme\.css"\]\};\n$`, before)
	require.Equal(t, before, list(webApps("")))
	changed := webApps("")
	changed["app/index.html"] = &fstest.MapFile{Data: []byte("<p>another")}
	require.NotEqual(t, before, list(changed))
	other := webApps("another worker")
	other["board/main.js"] = &fstest.MapFile{Data: []byte("2")}
	other["words/en/board.json"] = &fstest.MapFile{Data: []byte("{}")}
	require.Equal(t, before, list(other), "the board is not kept by the companion")
}

// The one answer has each file of the list, as it would be answered by itself, under the version of the list.
func TestTheOneAnswerIsTheFilesOfTheList(t *testing.T) {
	t.Parallel()
	p := served(t, webApps(""))
	var list struct {
		Version string
		Paths   []string
	}
	require.NoError(t, json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimPrefix(p.do("GET", "/web/files.js", nil, nil).text(), "self.FILES = "), ";\n")), &list))
	var all struct {
		Version string
		Files   map[string]keptFile
	}
	require.NoError(t, json.Unmarshal(p.do("GET", "/web/kept.json", nil, nil).body, &all))
	require.Equal(t, list.Version, all.Version)
	require.ElementsMatch(t, list.Paths, slices.Collect(maps.Keys(all.Files)))
	for path, file := range all.Files {
		alone := p.do("GET", path, nil, nil)
		require.Equal(t, alone.text(), file.Text, path)
		for name, value := range file.Headers {
			require.Equal(t, alone.header.Get(name), value, path)
		}
	}
	spoilt := webApps("")
	spoilt["app/main.js"] = &fstest.MapFile{Data: []byte{0xff, 0xfe}}
	_, err := readWeb(spoilt, []string{companion, "app/main.js"})
	require.True(t, fault.Is(err, fault.Invalid), "what is no text cannot stand in it")
}
