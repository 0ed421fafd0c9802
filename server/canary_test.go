package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

// canary stands in every place where a person can write. It may come back to whoever may read it, and be nowhere else.
const canary = "canaryXq7"

// senders are the ways in which a wake-up leaves the house, each with the test that holds it to the payload of notify. A sender
// without a row fails.
var senders = map[string]string{
	"Log":     "it writes k and a count; TestNoWordOfAPersonLeavesItsPlace reads the log",
	"smtp":    "internal/notify/smtp: a Letter, whose words notify makes from numbers alone; TestHazard_H18_NoWordOfARecordLeavesInAMail holds each byte to a list",
	"webpush": "internal/notify/webpush: an encrypted body of Push.Payload, read by a service of others in cmd/satchel/stranger; addresses are of a closed list of hosts",
	"fcm":     "internal/notify/fcm: what is sent is Push.Payload and Kind.Words, held there against a list of its keys",
}

// tattler keeps all that is handed to a push service.
type tattler struct {
	mu   sync.Mutex
	said []map[string]string
}

func (p *tattler) Send(_ context.Context, pushes []notify.Push) (notify.Report, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, push := range pushes {
		p.said = append(p.said, push.Payload())
	}
	return notify.All(notify.Sent, len(pushes)), nil
}

func (p *tattler) all() []map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.said)
}

// journal is a log that goroutines write to.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// marked is a value of a field with the canary in it, if its kind holds words at all.
func marked(spec *syncing.FieldSpec, kind syncing.Kind) any {
	switch kind {
	case syncing.Text, syncing.Answer:
		return canary
	case syncing.Code:
		if len(spec.Codes) > 0 {
			return spec.Codes[0]
		}
		return canary
	case syncing.SetOf:
		return []any{marked(spec, spec.Of)}
	case syncing.Object:
		members := map[string]any{}
		for i := range spec.Fields {
			members[spec.Fields[i].Name] = marked(&spec.Fields[i], spec.Fields[i].Kind)
		}
		return members
	}
	return canary // of a wrong kind: it is held, and kept as it came
}

// wordsOf are mutations for a type: all that holds words, two that nobody understands, and the texts that are a person's own.
func wordsOf(kind *syncing.Type, n int) []map[string]any {
	sets, adds := map[string]any{}, map[string]any{}
	for i := range kind.Fields {
		spec := &kind.Fields[i]
		name := strings.TrimSuffix(spec.Name, "*") + strings.Repeat(canary, strings.Count(spec.Name, "*"))
		if spec.Kind == syncing.SetOf {
			adds[name] = marked(spec, spec.Kind)
			continue
		}
		sets[name] = marked(spec, spec.Kind)
	}
	own := map[string]any{}
	for i := range kind.Fields {
		if spec := &kind.Fields[i]; spec.Kind == syncing.Text && slices.Contains(spec.Writers, "patient") {
			own[spec.Name] = canary
		}
	}
	doc := func() string { return string(newDoc(kind.Name)) }
	list := []map[string]any{
		{"n": n, "doc": doc(), "schema": 1, "at": nowMs(), "set": sets, "add": adds, canary: canary},
		{"n": n + 1, "doc": doc(), "schema": 1, "at": nowMs(), "set": map[string]any{canary: canary}},
		{"n": n + 2, "doc": kind.Name + "/" + canary, "schema": 1, "at": nowMs(), "set": map[string]any{"text": canary}},
		{"n": n + 3, "doc": doc(), "schema": 1, "at": nowMs(), "set": own},
	}
	return list
}

// canaryHouse is an installation that is looked at from all sides.
type canaryHouse struct {
	t       *testing.T
	s       *Server
	w       ward
	ada     *phone
	client  *http.Client
	refusal bytes.Buffer // every answer that refuses
}

func (h *canaryHouse) send(method, path, token string, body []byte, headers ...string) (int, []byte) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), method, h.s.Base()+path, bytes.NewReader(body))
	require.NoError(h.t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", "k-"+newDoc("k").ID())
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := h.client.Do(request)
	require.NoError(h.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(h.t, err)
	if answer.StatusCode >= 400 {
		fmt.Fprintf(&h.refusal, "%s %s %s %v\n", method, path[:min(len(path), 8)], text, answer.Header)
	}
	return answer.StatusCode, text
}

// writeEverything sends the canary in every field of every document type, as the person and as her nurse. Applied or held, each is kept.
func (h *canaryHouse) writeEverything() {
	h.t.Helper()
	kept := 0
	for _, account := range []syncing.AccountID{h.w.ada, h.w.nurse} {
		p := newPhone(h.t, h.s, account, h.w.record)
		replica, n := newDoc("x").ID(), 1
		for _, kind := range h.s.Engine().Schema().Types() {
			mutations := wordsOf(kind, n)
			n += len(mutations)
			body, err := json.Marshal(map[string]any{"replica": replica, "now": nowMs(), "schema": care.SchemaVersion, "records": []any{map[string]any{"record": h.w.record, "mutations": mutations}}})
			require.NoError(h.t, err)
			status, text := h.send("POST", "/v1/sync", p.token, body)
			require.Equal(h.t, 200, status, "%s: %s", kind.Name, text)
			var answer syncing.Response
			require.NoError(h.t, json.Unmarshal(text, &answer))
			require.GreaterOrEqual(h.t, len(answer.Records[0].Outcomes), len(mutations), kind.Name)
			for _, outcome := range answer.Records[0].Outcomes {
				require.NotContains(h.t, outcome.Detail, canary, kind.Name)
				kept++
			}
		}
	}
	require.Greater(h.t, kept, 100)
}

var inPath = regexp.MustCompile(`\{\w+\}`)

// askEverything sends the canary to every route of the contract: in its path, its query, its headers and its body.
func (h *canaryHouse) askEverything() (patterns []string) {
	h.t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	require.NoError(h.t, err)
	for pattern, item := range doc.Paths.Map() {
		patterns = append(patterns, pattern)
		if pattern == "/v1/live" || pattern == "/v1/sign-out" {
			continue // below
		}
		for method := range item.Operations() {
			named := strings.ReplaceAll(pattern, "{record}", h.w.record.String())
			named = strings.ReplaceAll(named, "{team}", h.w.oncology.ID.String())
			for _, path := range []string{inPath.ReplaceAllString(pattern, canary), inPath.ReplaceAllString(named, canary)} {
				path += "?" + canary + "=" + canary + "&after=" + canary + "&limit=" + canary
				body := []byte(`{"` + canary + `":"` + canary + `"}`)
				h.send(method, path, h.ada.token, body, "X-"+canary, canary, "Idempotency-Key", canary)
				h.send(method, path, canary, body)
				h.send(method, path, "", []byte(canary), "Content-Encoding", canary)
			}
		}
	}
	h.send("GET", "/v1/live?"+canary+"="+canary, canary, nil)
	h.send("POST", "/v1/sign-out?"+canary, canary, []byte(canary))
	return patterns
}

// leaks lists the files under a folder that hold the canary as it was written, or its account's and record's names.
func leaks(t *testing.T, folder string) (found []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(canary)) || strings.Contains(path, canary) {
			found = append(found, filepath.Base(path))
		}
		return err
	}))
	return found
}

// TestNoWordOfAPersonLeavesItsPlace: what is written is read by those who may, and stands in no log, refusal, metric, push, file or
// backup. Types come from the schema and routes from the contract, so that one more is one more here.
func TestNoWordOfAPersonLeavesItsPlace(t *testing.T) {
	t.Parallel()
	c := installed(t)
	log, pushes := &journal{}, &tattler{}
	c.Log, c.Sender, c.Metrics = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), pushes, "127.0.0.1:0"
	s := opened(t, c)
	h := &canaryHouse{t: t, s: s, w: peopled(t, s), client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}}
	h.ada = newPhone(t, s, h.w.ada, h.w.record)
	stop := running(t, s)
	h.ada.base = s.Base()
	status, text := h.send("PUT", "/v1/devices/self/push", h.ada.token, []byte(`{"platform":"fcm","token":"a-token-of-a-phone"}`))
	require.Equal(t, 204, status, "%s", text)

	h.writeEverything()
	patterns := h.askEverything()
	require.NoError(t, h.ada.sync(t.Context()))
	shown, err := json.Marshal(slices.Collect(maps.Values(h.ada.view())))
	require.NoError(t, err)
	require.Contains(t, string(shown), canary, "those who may read it do: else nothing below shows anything")
	require.Eventually(t, func() bool { return len(pushes.all()) > 0 }, 20*time.Second, waitStep)

	metered, err := http.Get(s.Metrics())
	require.NoError(t, err)
	metrics, err := io.ReadAll(metered.Body)
	require.NoError(t, err)
	require.NoError(t, metered.Body.Close())
	for _, pattern := range patterns {
		route := regexp.MustCompile(`\{(\w+)\}`).ReplaceAllString(strings.Replace(pattern, "/{file}", "/+", 1), ":$1")
		require.True(t, strings.Contains(string(metrics), `route="`+route+`"`), "%s was not asked", route)
	}
	backup, keyFile := backedUp(t, s)
	require.NoError(t, stop())

	for _, said := range pushes.all() {
		if said["k"] == "sync" {
			require.Len(t, said, 1)
			continue
		}
		require.Equal(t, []string{"id", "k", "ts"}, slices.Sorted(maps.Keys(said)))
		require.Equal(t, "action", said["k"])
		require.Regexp(t, `^[0-9a-f-]{36} [0-9]{13}$`, said["id"]+" "+said["ts"])
	}
	require.NotContains(t, log.String(), canary)
	require.NotContains(t, log.String(), h.w.record.String())
	require.NotContains(t, log.String(), "Ada")
	require.Contains(t, log.String(), "route=/v1/sync")
	require.NotContains(t, h.refusal.String(), canary)
	require.Greater(t, h.refusal.Len(), 10_000)
	require.NotContains(t, string(metrics), canary)
	require.Empty(t, leaks(t, c.Data))
	require.Empty(t, leaks(t, c.Keys))
	require.Empty(t, leaks(t, filepath.Dir(backup)))
	restored(t, c, backup, keyFile)
	require.Empty(t, leaks(t, c.Data), "a backup that was opened with its key holds sealed values still")
	require.NoError(t, os.WriteFile(filepath.Join(c.Data, "plain"), []byte("x"+canary), 0o600))
	require.Equal(t, []string{"plain"}, leaks(t, c.Data), "a search that finds nothing shows nothing")
}

// TestEverySenderHasItsRow: a further way out of the house is looked at before it is built in.
func TestEverySenderHasItsRow(t *testing.T) {
	t.Parallel()
	found := []string{}
	folders, err := filepath.Glob("../internal/notify/*/*.go")
	require.NoError(t, err)
	for _, path := range folders {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if !strings.HasSuffix(path, "_test.go") && regexp.MustCompile(`func \(\w+ \*?\w+\) Send\(`).Match(text) {
			found = append(found, filepath.Base(filepath.Dir(path)))
		}
	}
	text, err := os.ReadFile("../internal/notify/notify.go")
	require.NoError(t, err)
	for _, receiver := range regexp.MustCompile(`func \(\w+ \*?(\w+)\) Send\(`).FindAllSubmatch(text, -1) {
		found = append(found, string(receiver[1]))
	}
	slices.Sort(found)
	require.Equal(t, slices.Sorted(maps.Keys(senders)), found)
}
