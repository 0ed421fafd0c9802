package mobileapi

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"satchel/internal/bolt"
	"satchel/internal/care"
	"satchel/internal/healthlink"
	"satchel/internal/identity"
	"satchel/sync"
)

// place is a practice and a cancer centre with the real API in front of a real bolt file, on a real socket.
type place struct {
	t        testing.TB
	ctx      context.Context
	store    syncing.Store
	engine   *syncing.Engine
	identity *identity.Service
	live     *Live
	app      *fiber.App
	base     string // http://127.0.0.1:port
	log      *lines
	ledger   *ledger
	client   *http.Client

	practice, centre                                identity.Team
	nurse, oncologist, outsider, patient, caregiver person
	record                                          syncing.RecordID
}

// person is somebody who is signed in.
type person struct {
	account syncing.AccountID
	device  syncing.UUID
	access  string
	refresh string
}

// lines is a log that goroutines may write to.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// ledger is a second place in memory.
type ledger struct {
	mu   sync.Mutex
	list []identity.Revocation
}

func (l *ledger) Append(_ context.Context, r identity.Revocation) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, r)
	return nil
}

type option func(*Config, *LiveOptions)

func blind(purpose string, value []byte) []byte {
	m := hmac.New(sha256.New, []byte("a key of the tests"))
	fmt.Fprintf(m, "%d %s ", len(purpose), purpose)
	m.Write(value)
	return m.Sum(nil)
}

const (
	staffPassword = "quiet marble harbour fern"
	birthday      = "1961-05-24"
	testEpoch     = "7f3a91c2d0b14e55"
)

// opened makes a store in a folder of its own.
func opened(t testing.TB) syncing.Store {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, bolt.Init(dir))
	s, err := bolt.Open(dir, bolt.Options{Fatal: func(err error) { t.Errorf("fatal: %v", err) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// newPlace puts everything together and lets it listen. Every request of its client is held against openapi.yaml.
func newPlace(t testing.TB, options ...option) *place {
	t.Helper()
	p := &place{t: t, ctx: context.Background(), store: opened(t), log: &lines{}, ledger: &ledger{}}
	var err error
	p.identity, err = identity.New(p.ctx, identity.Config{
		Store: p.store, Blind: blind, Ledger: p.ledger, Now: time.Now, Rand: rand.Reader,
		PasswordCost: identity.PasswordCost{MemoryKiB: 64, Passes: 1, Lanes: 1}, Origin: func() string { return pages },
	})
	require.NoError(t, err)
	ward, err := care.Default()
	require.NoError(t, err)
	cfg := Config{
		Identity: p.identity, Store: p.store, Words: care.NewWords(ward), Zone: ward.Zone, Now: time.Now,
		Logger: slog.New(slog.NewTextHandler(p.log, nil)),
	}
	var live LiveOptions
	for _, option := range options {
		option(&cfg, &live)
	}
	p.store = cfg.Store // an option may count what is read
	p.live = NewLive(live)
	cfg.Live = p.live
	cfg.Links, err = healthlink.New(healthlink.Config{
		Store: p.store, Blind: blind, Access: p.identity, Now: time.Now, Rand: rand.Reader, Cost: healthlink.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1},
	})
	require.NoError(t, err)
	p.engine = syncing.New(p.store, care.Schema(ward), p.identity, syncing.Options{
		Epoch: testEpoch, Now: func() int64 { return time.Now().UnixMilli() }, Committed: p.live.Changed,
	})
	cfg.Engine = p.engine
	p.app, err = New(cfg)
	require.NoError(t, err)
	p.listen()
	p.people()
	return p
}

func (p *place) listen() {
	p.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(p.t, err)
	served := make(chan error, 1)
	go func() { served <- p.app.Listener(ln) }()
	p.base = "http://" + ln.Addr().String()
	plain := &http.Transport{DisableCompression: true}
	p.client = &http.Client{Transport: &witness{t: p.t, next: plain}, Timeout: 30 * time.Second}
	p.t.Cleanup(func() {
		p.live.Close()
		plain.CloseIdleConnections()
		require.NoError(p.t, p.app.ShutdownWithTimeout(10*time.Second))
		require.NoError(p.t, <-served)
	})
}

// people makes two teams, a member of each, somebody of neither, and one record with its person and a caregiver.
func (p *place) people() {
	p.t.Helper()
	seed := p.identity.Seed()
	house, err := seed.Organisation(p.ctx, "practice", "Riverside Practice")
	require.NoError(p.t, err)
	p.practice, err = seed.Team(p.ctx, house.ID, identity.TeamPrimary, "Riverside nurses")
	require.NoError(p.t, err)
	p.centre, err = seed.Team(p.ctx, house.ID, identity.TeamOncology, "Day unit")
	require.NoError(p.t, err)
	p.nurse = p.staff("Nia Nurse", "nia@practice", p.practice.ID)
	p.oncologist = p.staff("Otto Onc", "otto@centre", p.centre.ID)
	p.outsider = p.staff("Olga Outside", "olga@elsewhere")

	p.record = p.begin(p.nurse, "record-of-the-kit", "Ada Palmer")
	p.both()
	p.patient = p.enrolled(p.nurse, map[string]any{"kind": "patient"}, birthday)
	p.caregiver = p.enrolled(p.nurse, map[string]any{"kind": "caregiver", "birthDate": "1990-02-03"}, "1990-02-03")
}

func (p *place) staff(name, signIn string, teams ...syncing.TeamID) person {
	p.t.Helper()
	_, err := p.identity.Seed().Staff(p.ctx, identity.Staff{Kind: identity.KindClinician, Name: name, SignInName: signIn, Password: staffPassword}, teams...)
	require.NoError(p.t, err)
	got := p.do("POST", "/v1/sign-in", nil, map[string]any{
		"name": signIn, "password": staffPassword, "device": map[string]any{"kind": "web", "name": "Desk"},
	})
	require.Equal(p.t, 200, got.status, got.text())
	return signedIn(got)
}

func signedIn(got reply) person {
	var who tokenAnswer
	got.into(&who)
	return person{account: who.Account, device: who.Device, access: who.AccessToken, refresh: who.RefreshToken}
}

// begin makes a record with both teams in it.
func (p *place) begin(by person, key, name string) syncing.RecordID {
	p.t.Helper()
	got := p.do("POST", "/v1/records", &by, map[string]any{
		"person": map[string]any{"name": name, "birthDate": birthday}, "teams": []any{p.practice.ID, p.centre.ID},
	}, keyHeader, key)
	require.Equal(p.t, 201, got.status, got.text())
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	got.into(&made)
	return made.Record
}

// both lets the second team say that it is there.
func (p *place) both() {
	p.t.Helper()
	got := p.write(p.oncologist, string(care.CareTeamID(p.centre.ID)), map[string]any{"status": "active"}, "centre-joins")
	require.Equal(p.t, 200, got.status, got.text())
}

func (p *place) write(by person, doc string, set map[string]any, key string) reply {
	p.t.Helper()
	return p.do("POST", "/v1/records/"+p.record.String()+"/actions/write", &by, map[string]any{"doc": doc, "set": set}, keyHeader, key)
}

func (p *place) enrolled(by person, ask map[string]any, birth string) person {
	p.t.Helper()
	got := p.do("POST", "/v1/records/"+p.record.String()+"/codes", &by, ask)
	require.Equal(p.t, 201, got.status, got.text())
	var code struct {
		Code string `json:"code"`
	}
	got.into(&code)
	got = p.do("POST", "/v1/enrol", nil, map[string]any{
		"code": code.Code, "birthDate": birth, "name": "Carla", "requestId": p.fresh().String(), "device": map[string]any{"kind": "android", "name": "Phone"},
	})
	require.Equal(p.t, 200, got.status, got.text())
	who := signedIn(got)
	if ask["kind"] == "caregiver" {
		path := "/v1/records/" + p.record.String() + "/caregivers/" + who.account.String() + "/confirm"
		require.Equal(p.t, 204, p.do("POST", path, &p.patient, map[string]any{}).status)
	}
	return who
}

func (p *place) fresh() syncing.UUID {
	p.t.Helper()
	var id syncing.UUID
	_, err := rand.Read(id[:])
	require.NoError(p.t, err)
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}

// reply is an answer, read to its end.
type reply struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

func (r reply) text() string { return string(r.body) }

func (r reply) into(v any) {
	r.t.Helper()
	require.NoError(r.t, json.Unmarshal(r.body, v, json.MatchCaseInsensitiveNames(true)), r.text())
}

// do sends body (nil: none; []byte: as it is; else as JSON) as `by`, with further headers as pairs.
func (p *place) do(method, path string, by *person, body any, headers ...string) reply {
	p.t.Helper()
	var content io.Reader
	var kind string
	switch b := body.(type) {
	case nil:
	case []byte:
		content, kind = bytes.NewReader(b), "application/json"
	default:
		text, err := json.Marshal(b)
		require.NoError(p.t, err)
		content, kind = bytes.NewReader(text), "application/json"
	}
	req, err := http.NewRequestWithContext(p.ctx, method, p.base+path, content)
	require.NoError(p.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if by != nil {
		req.Header.Set("Authorization", "Bearer "+by.access)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := p.client.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return reply{p.t, resp.StatusCode, resp.Header, text}
}

// phone is a replica that speaks the protocol by hand.
type phone struct {
	p       *place
	by      person
	replica syncing.UUID
	n       int
	cursor  any
}

func (p *place) phone(by person) *phone { return &phone{p: p, by: by, replica: p.fresh()} }

// sync sends mutations and pulls one page.
func (ph *phone) sync(mutations ...map[string]any) (syncing.RecordResponse, reply) {
	ph.p.t.Helper()
	for _, m := range mutations {
		ph.n++
		m["n"], m["schema"] = ph.n, 1
		if _, again := m["at"]; !again {
			m["at"], m["base"] = time.Now().UnixMilli(), ph.cursor
		}
	}
	got := ph.p.do("POST", "/v1/sync", &ph.by, map[string]any{
		"replica": ph.replica, "now": time.Now().UnixMilli(), "schema": 1,
		"records": []any{map[string]any{"record": ph.p.record, "cursor": ph.cursor, "mutations": mutations}},
	})
	require.Equal(ph.p.t, 200, got.status, got.text())
	var all syncing.Response
	got.into(&all)
	require.Len(ph.p.t, all.Records, 1)
	if all.Records[0].Error == nil && !all.Records[0].More {
		ph.cursor = all.Records[0].Cursor
	}
	return all.Records[0], got
}

// report lets the person complete an assessment with one answer, as a phone sends it.
func (p *place) report(code string, answer any) {
	p.t.Helper()
	got, _ := p.phone(p.patient).sync(set("assessment/"+p.fresh().String(), map[string]any{
		"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "answers." + code: answer, "urgency": "today",
	}))
	require.Equal(p.t, syncing.Applied, got.Outcomes[0].Status, got.Outcomes[0].Detail)
}

func set(doc string, fields map[string]any) map[string]any {
	return map[string]any{"doc": doc, "set": fields}
}

func trusting(prefix string) option {
	return func(c *Config, _ *LiveOptions) {
		c.Proxy = Proxy{Header: "X-Forwarded-For", Trusted: []netip.Prefix{netip.MustParsePrefix(prefix)}}
	}
}
