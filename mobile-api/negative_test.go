package mobileapi

import (
	"bytes"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// operation is one line of openapi.yaml, and a request of it by somebody who may make it.
type operation struct {
	method, path string
	by           person
	signedIn     bool
	keyed        bool           // it asks for an Idempotency-Key
	json         map[string]any // a body that is well-formed; nil: the operation takes none
}

// operations names things that are here, so that a bad body is read at all, except what would end something.
func (p *place) operations() []operation {
	t := p.t
	t.Helper()
	doc, err := contract()
	require.NoError(t, err)
	const nowhere = "0193a5c0-0000-7000-8000-00000000dead"
	fill := strings.NewReplacer("{record}", p.record.String(), "{team}", p.centre.ID.String(), "{account}", p.caregiver.account.String(),
		"{id}", nowhere, "{contact}", nowhere, "{invitation}", nowhere, "{organisation}", p.centre.Organisation.String(), "{code}", nowhere, "{type}", "note", "{action}", "write", "{sha256}", strings.Repeat("ab", 32))
	var all []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := operation{method: method, path: inBraces.ReplaceAllString(fill.Replace(path), nowhere), signedIn: op.Security == nil || len(*op.Security) > 0, by: p.patient}
			if strings.HasPrefix(path, "/v1/teams") || op.OperationID == "createRecord" {
				o.by = p.oncologist
			}
			for _, parameter := range op.Parameters {
				o.keyed = o.keyed || parameter.Value.Name == keyHeader
			}
			if op.RequestBody != nil {
				if media := op.RequestBody.Value.Content["application/json"]; media != nil {
					o.json = exampleOf(t, media)
				}
			}
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

func exampleOf(t testing.TB, media *openapi3.MediaType) map[string]any {
	t.Helper()
	found := media.Example
	for _, name := range []string{"edit", "write"} {
		if named := media.Examples[name]; named != nil {
			found = named.Value.Value
		}
	}
	text, err := json.Marshal(found)
	require.NoError(t, err)
	var body map[string]any
	require.NoError(t, json.Unmarshal(text, &body))
	return body
}

const wrongTypes = "every value of a wrong type" // needs a body that has members

// bad is one way to send what nobody should.
type bad struct {
	name    string
	body    func(o operation) []byte // nil: what is well-formed
	headers []string
	anyone  bool // also for operations that take no body
	want    []int
}

func nested(levels int) func(operation) []byte {
	return func(operation) []byte {
		return []byte(strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels))
	}
}

func mutated(change func(text string) string) func(operation) []byte {
	return func(o operation) []byte {
		text, err := json.Marshal(o.json, json.Deterministic(true))
		if err != nil {
			panic(err)
		}
		return []byte(change(string(text)))
	}
}

// bomb is about 1 KB that unpacks to 256 MiB.
func bomb(t *testing.T) []byte {
	t.Helper()
	var once bytes.Buffer
	w, err := zstd.NewWriter(&once, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	require.NoError(t, err)
	zeros := make([]byte, 1<<20)
	for range 256 {
		_, err := w.Write(zeros)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.Less(t, once.Len(), 32<<10)
	return once.Bytes()
}

func gzipBomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	require.NoError(t, err)
	zeros := make([]byte, 1<<20)
	for range 256 {
		_, err := w.Write(zeros)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func badRequests(t *testing.T) []bad {
	t.Helper()
	fixed := func(text string) func(operation) []byte { return func(operation) []byte { return []byte(text) } }
	huge := strings.Repeat("x", bodyBytesMax+1)
	zstdBomb, gzBomb := bomb(t), gzipBomb(t)
	raw := func(b []byte) func(operation) []byte { return func(operation) []byte { return b } }
	return []bad{
		{"nothing", fixed(""), nil, false, []int{400}},
		{"not JSON", fixed("{"), nil, false, []int{400}},
		{"a list", fixed("[]"), nil, false, []int{400}},
		{"a number that no one can hold", fixed(`{"now":1e9999,"limit":1e9999,"schema":1e9999}`), nil, false, []int{400}},
		{"two values", mutated(func(s string) string { return s + s }), nil, false, []int{400}},
		{wrongTypes, mutated(func(s string) string { return strings.NewReplacer(`:"`, `:7,"q":"`, `:[`, `:"x","p":[`).Replace(s) }), nil, false, []int{400, 404, 422}},
		{"repeated keys", mutated(func(s string) string { return strings.Replace(s, "{", `{"replica":1,"replica":1,`, 1) }), nil, false, []int{400}},
		{"100,000 levels", nested(100_000), nil, false, []int{400}},
		{"33 levels", nested(depthMax + 1), nil, false, []int{400}},
		{"a NUL", mutated(func(s string) string { return "\x00" + s }), nil, false, []int{400}},
		{"a NUL inside", fixed("{\"replica\":\"\x00\"}"), nil, false, []int{400}},
		{"invalid UTF-8", fixed("{\"replica\":\"\xff\xfe\"}"), nil, false, []int{400}},
		{"1 byte more than 1 MiB", fixed(huge), nil, true, []int{413}},
		{"plain text", nil, []string{"Content-Type", "text/plain"}, false, []int{415}},
		{"a form", nil, []string{"Content-Type", "multipart/form-data; boundary=x"}, false, []int{415}},
		{"no type", nil, []string{"Content-Type", ""}, false, []int{415}},
		{"an encoding that nobody reads", nil, []string{"Content-Encoding", "br"}, false, []int{415}},
		{"packed twice", nil, []string{"Content-Encoding", "gzip, gzip"}, false, []int{415}},
		{"said to be gzip", nil, []string{"Content-Encoding", "gzip"}, false, []int{400}},
		{"said to be zstd", nil, []string{"Content-Encoding", "zstd"}, false, []int{400}},
		{"zstd of 256 MiB", raw(zstdBomb), []string{"Content-Encoding", "zstd"}, false, []int{413}},
		{"gzip of 256 MiB", raw(gzBomb), []string{"Content-Encoding", "gzip"}, false, []int{413}},
		{"1 MiB of dots as a token", nil, []string{"Authorization", "Bearer " + strings.Repeat(".", 1<<20)}, true, []int{431}},
		{"7000 bytes of dots as a token", nil, []string{"Authorization", "Bearer " + strings.Repeat(".", 7000)}, false, []int{200, 204, 400, 401, 404, 422}},
		{"no key", nil, []string{keyHeader, ""}, false, []int{400}},
		{"a key with a space", nil, []string{keyHeader, "a b"}, false, []int{400}},
		{"a key of 129 letters", nil, []string{keyHeader, strings.Repeat("k", keyBytesMax+1)}, false, []int{400}},
	}
}

// TestNoBadRequestDoesHarm sends every kind of bad request to every operation, with and without a sign-in. Each gets its status
// and a sentence, none a fault of ours; the transport holds each answer against openapi.yaml.
func TestNoBadRequestDoesHarm(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.report("phy.fever", 8) // so that there is a row to claim and to close
	kinds := badRequests(t)
	var slow sync.WaitGroup // what is refused for its size takes a moment, see drain.go
	for _, o := range p.operations() {
		if o.path == "/v1/live" || o.path == "/v1/sign-out" {
			continue // tested on their own: one does not end, one ends the sign-in
		}
		for _, kind := range kinds {
			switch {
			case o.json == nil && !kind.anyone, len(o.json) == 0 && kind.name == wrongTypes, slices.Contains(kind.headers, keyHeader) && !o.keyed:
			case kind.anyone:
				slow.Go(func() { p.sendBad(o, kind) })
			default:
				p.sendBad(o, kind)
			}
		}
		p.sendWithout(o)
		if o.signedIn {
			got := p.do(o.method, o.path, nil, bodyOf(o))
			require.Equal(t, 401, got.status, "%s %s without a sign-in", o.method, o.path)
		}
	}
	slow.Wait()
	after, _ := p.phone(p.patient).sync()
	require.Nil(t, after.Error, "after all of that a phone syncs as ever")
	require.NotContains(t, p.log.text(), "level=ERROR")
}

// sendWithout leaves out each member in turn, and puts one in that nobody knows. The transport sees that what is accepted is what
// the contract asks for.
func (p *place) sendWithout(o operation) {
	p.t.Helper()
	for name := range o.json {
		less := maps.Clone(o.json)
		delete(less, name)
		got := p.do(o.method, o.path, &o.by, less, keyHeader, "k-"+p.fresh().String())
		require.Less(p.t, got.status, 500, "%s %s without %s", o.method, o.path, name)
	}
	if o.json == nil {
		return
	}
	more := maps.Clone(o.json)
	more["nobodyKnows"] = 1
	want := 400
	if o.path == "/v1/sync" {
		want = 200 // passed over, for the clients of tomorrow
	}
	require.Equal(p.t, want, p.do(o.method, o.path, &o.by, more, keyHeader, "k").status, "%s %s with one member more", o.method, o.path)
}

func bodyOf(o operation) any {
	if o.json == nil {
		return nil
	}
	return o.json
}

func (p *place) sendBad(o operation, kind bad) {
	p.t.Helper()
	var body any
	switch {
	case kind.body != nil:
		body = kind.body(o)
	case o.json != nil:
		body = o.json
	}
	headers := append([]string{keyHeader, "k-" + p.fresh().String()}, kind.headers...)
	got := p.do(o.method, o.path, &o.by, body, headers...)
	require.Contains(p.t, kind.want, got.status, "%s %s: %s: %s", o.method, o.path, kind.name, got.text())
	if got.status >= 400 && o.method != http.MethodHead {
		var said problem
		got.into(&said)
		require.Regexp(p.t, `^[A-Z`+"`"+`].+\.$`, said.Detail, "%s %s: %s", o.method, o.path, kind.name)
	}
}

// TestABombCostsNoMemory: what unpacks to 256 MiB is let go after 4.
func TestABombCostsNoMemory(t *testing.T) {
	p := newPlace(t)
	packed := gzipBomb(t)
	require.Less(t, len(packed), bodyBytesMax)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const times = 20
	for range times {
		got := p.do("POST", "/v1/sync", &p.patient, packed, "Content-Encoding", "gzip")
		require.Equal(t, 413, got.status)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, (after.TotalAlloc-before.TotalAlloc)/times, uint64(24<<20), "bytes that one request made us ask for")
}
