package mobileapi

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/cost"
)

// The requests of this file are made from openapi.yaml alone: an operation, a parameter or a member that is declared tomorrow is
// tried tomorrow, without a line here. The transport holds every answer against the contract: its status is declared, its body is
// what that promises, no library speaks.

// badParts are what stands in a path where a name should.
var badParts = []string{
	"0193A5C0-0000-7000-8000-00000000DEAD", "00000000-0000-0000-0000-000000000000", "{0193a5c0-0000-7000-8000-00000000dead}", "-1", "null", "%00", "%ff", "..%2f..%2fetc",
	"%2e%2e", "%F0%9F%92%A9", "'%20OR%201=1", strings.Repeat("a", 2000),
}

var badQueries = []string{"-1", "1e9", "99999999999999999999", "x", "%00", "%ff", "null", "a.b.c.d", "AAAA", strings.Repeat("a", 3000)}

// badValues stand where a member should have another.
var badValues = []jsontext.Value{
	jsontext.Value(`null`), jsontext.Value(`true`), jsontext.Value(`-1`), jsontext.Value(`1e999`), jsontext.Value(`0.5`), jsontext.Value(`""`), jsontext.Value(`[]`), jsontext.Value(`{}`),
	jsontext.Value(`[null,{},[]]`), jsontext.Value(`"\u0000"`), jsontext.Value(`"\ud800"`), jsontext.Value(`"` + strings.Repeat("w", 70_000) + `"`),
	jsontext.Value(`{"__proto__":{"a":1}}`), jsontext.Value(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), jsontext.Value("\"\xff\""),
}

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

// harmless reports whether an operation may be tried as somebody who is needed later: it neither ends the sign-in nor goes on for ever.
func (o operation) harmless() bool { return o.path != "/v1/live" && o.path != "/v1/sign-out" }

func (p *place) tried(o operation, path string, body any, headers ...string) reply {
	p.t.Helper()
	got := p.do(o.method, path, &o.by, body, append([]string{keyHeader, "k-" + p.fresh().String()}, headers...)...)
	require.Less(p.t, got.status, 500, "%s %.200s: %s", o.method, path, got.text())
	return got
}

// TestEveryNameInEveryPathAndQueryMayBeWrong. A preflight answers alike whatever it is asked about.
func TestEveryNameInEveryPathAndQueryMayBeWrong(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc, err := contract()
	require.NoError(t, err)
	tries := 0
	for pattern, item := range doc.Paths.Map() {
		for method, declared := range item.Operations() {
			for _, o := range p.operations() {
				if o.method != method || method == http.MethodOptions || !o.harmless() || !regexp.MustCompile("^"+inBraces.ReplaceAllString(pattern, "[^/]+")+"$").MatchString(o.path) {
					continue
				}
				parts, names := strings.Split(o.path, "/"), strings.Split(pattern, "/")
				for i, name := range names {
					for _, wrong := range badParts {
						if inBraces.MatchString(name) {
							tried := slices.Clone(parts)
							tried[i] = wrong
							tries++
							require.GreaterOrEqual(t, p.tried(o, strings.Join(tried, "/"), bodyOf(o)).status, 400, "%s %s with %.40q", method, pattern, wrong)
						}
					}
				}
				for _, parameter := range slices.Concat(item.Parameters, declared.Parameters) {
					for _, wrong := range badQueries {
						if parameter.Value.In == "query" {
							tries++
							p.tried(o, o.path+"?"+url.QueryEscape(parameter.Value.Name)+"="+wrong, bodyOf(o))
						}
					}
				}
			}
		}
	}
	require.Greater(t, tries, 500)
}

// TestNoPathTakesAMethodThatItDoesNotDeclare.
func TestNoPathTakesAMethodThatItDoesNotDeclare(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	takes := map[string][]string{}
	for _, o := range p.operations() {
		takes[o.path] = append(takes[o.path], o.method)
	}
	for path, methods := range takes {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			if slices.Contains(methods, method) || method == "HEAD" && slices.Contains(methods, "GET") {
				continue
			}
			got := p.do(method, path, &p.patient, nil)
			require.Contains(t, []int{404, 405}, got.status, "%s %s: %s", method, path, got.text())
		}
	}
}

// accepted reports what sync takes though the contract's schema does not name it: a mutation that cannot be read is held, and any
// number is a clock, also one that the validator cannot hold.
func accepted(o operation, body []byte) bool {
	return o.path == "/v1/sync" && (bytes.Contains(body, []byte(`"records":[{`)) || bytes.Contains(body, []byte("1e999")))
}

// TestEveryMemberOfEveryBodyMayBeWrong puts each bad value in the place of each member, at every depth, and each member there twice.
func TestEveryMemberOfEveryBodyMayBeWrong(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	plain := &http.Transport{}
	defer plain.CloseIdleConnections()
	tries := 0
	for _, o := range p.operations() {
		if !o.harmless() {
			continue
		}
		for _, body := range spoilt(t, o.json) {
			if tries++; accepted(o, body) {
				quick := *p // without the witness
				quick.client = &http.Client{Transport: plain}
				quick.tried(o, o.path, body)
				continue
			}
			p.tried(o, o.path, body)
		}
	}
	require.Greater(t, tries, 1000)
	after, _ := p.phone(p.patient).sync()
	require.Nil(t, after.Error, "after all of that a phone syncs as ever")
	require.NotContains(t, p.log.text(), "level=ERROR")
}

// spoilt lists the texts of a body in which one member has a bad value, or stands twice.
func spoilt(t *testing.T, body map[string]any) (list [][]byte) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(body)) {
		others := maps.Clone(body)
		delete(others, name)
		rest, err := json.Marshal(others, json.Deterministic(true))
		require.NoError(t, err)
		key, err := json.Marshal(name)
		require.NoError(t, err)
		with := func(value []byte) []byte {
			text := fmt.Appendf(nil, "{%s:%s", key, value)
			if len(others) > 0 {
				text = append(text, ',')
			}
			return append(text, rest[1:]...)
		}
		for _, value := range badValues {
			list = append(list, with(value))
		}
		was, err := json.Marshal(body[name], json.Deterministic(true))
		require.NoError(t, err)
		list = append(list, with(fmt.Appendf(nil, "%s,%s:%s", was, key, was)))
		inner := body[name]
		if elements, ok := inner.([]any); ok && len(elements) > 0 {
			inner = elements[0]
		}
		if members, ok := inner.(map[string]any); ok {
			for _, deeper := range spoilt(t, members) {
				if _, isList := body[name].([]any); isList {
					deeper = append(append([]byte("["), deeper...), ']')
				}
				list = append(list, with(deeper))
			}
		}
	}
	return list
}

// TestNoBodyMakesTheServerAskForMuch sends every operation 4 MiB of the shortest pieces that a decoder could keep, packed. What one
// request may cost is ten times what a body may unpack to.
func TestNoBodyMakesTheServerAskForMuch(t *testing.T) {
	p := newPlace(t)
	nulls := strings.Repeat("null,", unpackedBytesMax/5-1000)
	for _, o := range p.operations() {
		if o.json == nil || !o.harmless() {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(o.json)) {
			body := packed(t, "zstd", paddedWithNoise(fmt.Sprintf(`{%q:[%snull]}`, name, nulls)))
			cost.Bound(t, 2*unpackedBytesMax, func() { // both ends are counted
				got := p.tried(o, o.path, body, "Content-Encoding", "zstd")
				require.GreaterOrEqual(t, got.status, 400, "%s %s", o.method, o.path)
			})
		}
	}
}

// paddedWithNoise makes a text pack less well than what is refused for packing too well.
func paddedWithNoise(text string) []byte {
	noise, state := []byte(text), uint32(1)
	for range unpackedBytesMax / 100 * 2 {
		state = state*1664525 + 1013904223
		noise = append(noise, " \t\r\n"[state>>30])
	}
	return noise[:min(len(noise), unpackedBytesMax)]
}
