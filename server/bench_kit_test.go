package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// benchHouse is a whole server with one record a phone.
type benchHouse struct {
	server *Server
	phones []*benchPhone
}

// benchPhone is a client that knows just enough: the driver must not cost more than what it drives.
type benchPhone struct {
	url, token, record string
	replica            string
	client             *fasthttp.HostClient
	n                  int
	cursor             string
	docs               []string
	bytes              int // bodies, both ways
}

func newBenchHouse(tb testing.TB, phones int) *benchHouse {
	tb.Helper()
	dir := tb.TempDir()
	config := Config{
		Data: filepath.Join(dir, "data"), Keys: filepath.Join(dir, "keys"), Address: "127.0.0.1:0",
		PasswordCost: identity.PasswordCost{}, Drafts: true,
	}
	ctx := context.Background()
	require.NoError(tb, Init(ctx, config, nil))
	s, err := Open(ctx, config)
	require.NoError(tb, err)
	require.NoError(tb, s.Listen())
	h := &benchHouse{server: s}
	for i := range phones {
		h.phones = append(h.phones, h.phone(tb, fmt.Sprint("phone ", i)))
	}
	runBench(tb, s)
	for _, p := range h.phones {
		require.NoError(tb, p.sync(nil))
	}
	return h
}

// phone makes a record with its patient, and signs a phone in.
func (h *benchHouse) phone(tb testing.TB, name string) *benchPhone {
	tb.Helper()
	ctx, id := context.Background(), h.server.identity
	account, err := id.Seed().Person(ctx, identity.KindPatient, name)
	require.NoError(tb, err)
	record := syncing.RecordID{UUID: syncing.DerivedUUID("bench", name)}
	who := syncing.Principal{Account: account}
	grant := func(tx syncing.Tx) error { return id.GrantOwner(tx, who, account) }
	require.NoError(tb, h.server.engine.Create(ctx, who, record, "bench", grant, []syncing.Patch{
		{Doc: syncing.NewDocID("note", syncing.UUID(uuid.New())), Set: setOf("text", "first")},
	}))
	tokens, err := id.Seed().SignIn(ctx, account, identity.DeviceFacts{Name: "bench", Kind: "phone"})
	require.NoError(tb, err)
	base := h.server.listener.Addr().String()
	return &benchPhone{
		url: "http://" + base + "/v1/sync", token: "Bearer " + tokens.Access, record: record.String(),
		replica: uuid.NewString(), client: &fasthttp.HostClient{Addr: base},
	}
}

func setOf(field, text string) map[string]jsontext.Value {
	return map[string]jsontext.Value{field: syncing.TextValue(text)}
}

// roundWork is 5 mutations of about 400 bytes, 3 new documents and 2 updates, and reading what is new.
func roundWork(p *benchPhone) func() error {
	text := strings.Repeat("word ", 12)
	return func() error {
		var b bytes.Buffer
		for i := range 5 {
			doc := ""
			if i < 3 {
				doc = "note/" + uuid.Must(uuid.NewV7()).String()
				p.docs = append(p.docs, doc)
			} else {
				doc = p.docs[len(p.docs)-1-(i-3)]
			}
			p.n++
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"n":%d,"doc":%q,"schema":1,"base":%q,"at":%d,"after":0,"set":{"text":"%s%d"}}`, p.n, doc, p.cursor, time.Now().UnixMilli(), text, p.n)
		}
		return p.sync(b.Bytes())
	}
}

func idleWork(p *benchPhone) func() error { return func() error { return p.sync(nil) } }

func (p *benchPhone) sync(mutations []byte) error {
	acked := p.n - bytes.Count(mutations, []byte(`{"n":`))
	body := fmt.Appendf(nil, `{"replica":%q,"now":%d,"schema":1,"records":[{"record":%q,"cursor":%q,"acked":%d,"mutations":[%s]}]}`,
		p.replica, time.Now().UnixMilli(), p.record, p.cursor, acked, mutations)
	p.bytes += len(body)
	return post(p.client, p.url, p.token, body, func(answer []byte) error {
		p.bytes += len(answer)
		var got struct {
			Records []struct {
				Cursor   string
				More     bool
				Outcomes []struct{ Status string }
			}
		}
		if err := json.Unmarshal(answer, &got); err != nil {
			return err
		}
		r := got.Records[0]
		if r.Cursor == "" || r.More || len(r.Outcomes) != p.n-acked || slices.ContainsFunc(r.Outcomes, func(o struct{ Status string }) bool { return o.Status != "applied" }) {
			return fmt.Errorf("not what a round is: %s", answer)
		}
		p.cursor = r.Cursor
		return nil
	})
}

func post(client *fasthttp.HostClient, url, token string, body []byte, read func([]byte) error) error {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(url)
	req.Header.SetMethod("POST")
	req.Header.SetContentType("application/json")
	if token != "" {
		req.Header.Set("Authorization", token)
	}
	req.SetBodyRaw(body)
	if err := client.Do(req, resp); err != nil {
		return err
	}
	var answer bytes.Buffer
	if err := resp.BodyWriteTo(&answer); err != nil {
		return err
	}
	if resp.StatusCode() != 200 {
		return fmt.Errorf("status %d: %s", resp.StatusCode(), answer.Bytes())
	}
	return read(answer.Bytes())
}

func listenBench(tb testing.TB, app *fiber.App) (address string) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	go func() { _ = app.Listener(l) }()
	tb.Cleanup(func() { require.NoError(tb, app.Shutdown()) })
	return l.Addr().String()
}

// p99 of all clients' times together.
func p99(times [][]time.Duration) time.Duration {
	all := slices.Concat(times...)
	slices.Sort(all)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)*99/100].Round(10 * time.Microsecond)
}
