package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/sync"
)

// house is a service on a real bolt file, with a clock that the test turns.
type house struct {
	*Service
	t      testing.TB
	ctx    context.Context
	dir    string
	file   *bolt.Store
	clock  *clock
	ledger *ledgerFile
	admin  syncing.Principal
	center Organisation
}

type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMilli(c.ms.Load()) }
func (c *clock) forward(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// ledgerFile is a second place of one JSON line a revocation.
type ledgerFile struct {
	mu   sync.Mutex
	path string
	full atomic.Bool
}

func (l *ledgerFile) Append(_ context.Context, r Revocation) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full.Load() {
		return fmt.Errorf("the disk of the second place is full")
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Close()
}

func (l *ledgerFile) list(t testing.TB) (all []Revocation) {
	t.Helper()
	text, err := os.ReadFile(l.path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	for line := range lines(text) {
		var r Revocation
		require.NoError(t, json.Unmarshal(line, &r))
		all = append(all, r)
	}
	return all
}

func lines(text []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		start := 0
		for i, b := range text {
			if b == '\n' {
				if !yield(text[start:i]) {
					return
				}
				start = i + 1
			}
		}
	}
}

func blind(purpose string, value []byte) []byte {
	m := hmac.New(sha256.New, []byte("a key of the tests"))
	fmt.Fprintf(m, "%d %s ", len(purpose), purpose)
	m.Write(value)
	return m.Sum(nil)
}

var cheapPasswords = PasswordCost{MemoryKiB: 64, Passes: 1, Lanes: 1}

const (
	adminPassword = "lantern orbit velvet moss"
	staffPassword = "quiet marble harbour fern"
	birthday      = "1961-05-24"
	pages         = "https://satchel.example:8443"
	pagesHost     = "satchel.example"
)

var (
	phone = DeviceFacts{Kind: "android", Name: "Ada's phone"}
	desk  = DeviceFacts{Kind: "web", Name: "Desk 3"}
)

// newHouse makes a store, its first administrator and an organisation.
func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, ctx: t.Context(), dir: t.TempDir(), clock: &clock{}}
	h.clock.ms.Store(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC).UnixMilli())
	h.ledger = &ledgerFile{path: filepath.Join(t.TempDir(), "revocations")}
	require.NoError(t, bolt.Init(h.dir))
	h.open()
	t.Cleanup(func() { require.NoError(t, h.file.Close()) })
	admin, err := h.FirstAdministrator(h.ctx, "Root", "root@example.org", adminPassword)
	require.NoError(t, err)
	h.admin = syncing.Principal{Account: admin}
	h.center, err = h.Seed().Organisation(h.ctx, "cancer-centre", "Cancer centre")
	require.NoError(t, err)
	return h
}

// open opens the file as a process that has just started does.
func (h *house) open() {
	h.t.Helper()
	file, err := bolt.Open(h.dir, bolt.Options{Fatal: func(err error) { h.t.Errorf("fatal: %v", err) }})
	require.NoError(h.t, err)
	h.file = file
	h.Service = h.serviceOn(file)
}

func (h *house) serviceOn(store syncing.Store) *Service {
	h.t.Helper()
	config := Config{Store: store, Blind: blind, Ledger: h.ledger, Now: h.clock.now, Rand: rand.Reader, PasswordCost: cheapPasswords, Origin: func() string { return pages }}
	if c, ok := store.(*counted); ok && c.hashes {
		config.Hashed = func(purpose string) { c.note("hash of " + purpose) }
	}
	s, err := New(context.WithoutCancel(h.ctx), config)
	require.NoError(h.t, err)
	return s
}

func (h *house) restart() {
	h.t.Helper()
	require.NoError(h.t, h.file.Close())
	h.open()
}

func (h *house) team(kind TeamKind) Team {
	h.t.Helper()
	team, err := h.Seed().Team(h.ctx, h.center.ID, kind, "Team "+string(kind))
	require.NoError(h.t, err)
	return team
}

var staffNumber atomic.Int64

// member makes a clinician who works in the teams.
func (h *house) member(teams ...Team) syncing.Principal {
	h.t.Helper()
	return h.staff(KindClinician, teams...)
}

func (h *house) staff(kind Kind, teams ...Team) syncing.Principal {
	h.t.Helper()
	var ids []syncing.TeamID
	for _, team := range teams {
		ids = append(ids, team.ID)
	}
	name := fmt.Sprintf("staff%d@example.org", staffNumber.Add(1))
	account, err := h.Seed().Staff(h.ctx, Staff{Kind: kind, Name: "Nurse", SignInName: name, Password: staffPassword}, ids...)
	require.NoError(h.t, err)
	return h.who(account)
}

func (h *house) who(account syncing.AccountID) syncing.Principal {
	h.t.Helper()
	who, ok, err := h.Principal(h.ctx, account)
	require.NoError(h.t, err)
	require.True(h.t, ok)
	return who
}

// record makes a record that the team sees.
func (h *house) record(team Team, by syncing.Principal) syncing.RecordID {
	h.t.Helper()
	record := syncing.RecordID{UUID: h.id()}
	h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, by, team.ID, nil) })
	return record
}

func (h *house) id() syncing.UUID {
	h.t.Helper()
	id, err := h.randomID()
	require.NoError(h.t, err)
	return id
}

func (h *house) in(record syncing.RecordID, fn func(tx syncing.Tx) error) {
	h.t.Helper()
	require.NoError(h.t, h.Store.Update(h.ctx, record, fn))
}

func (h *house) scope(record syncing.RecordID, who syncing.Principal) syncing.Scope {
	h.t.Helper()
	scope, err := h.ScopeOf(h.ctx, who, record)
	require.NoError(h.t, err)
	return scope
}

// known says whether the account has or once had the record.
func (h *house) known(record syncing.RecordID, who syncing.Principal) (known bool) {
	h.t.Helper()
	require.NoError(h.t, h.Store.View(h.ctx, record, func(tx syncing.ReadTx) error {
		g, err := h.access(tx, who)
		known = g.Known
		return err
	}))
	return known
}

func (h *house) code(who syncing.Principal, record syncing.RecordID, req CodeRequest) Code {
	h.t.Helper()
	code, err := h.CreateCode(h.ctx, who, record, req)
	require.NoError(h.t, err)
	return code
}

func redemption(code Code) Redemption {
	return Redemption{Code: code.Text, BirthDate: birthday, Name: "Carla", RequestID: "request of one phone", Address: "192.0.2.7", Device: phone}
}

// patient enrols a patient's phone with a code of that record.
func (h *house) patient(nurse syncing.Principal, record syncing.RecordID) Tokens {
	h.t.Helper()
	tokens, err := h.Redeem(h.ctx, redemption(h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})))
	require.NoError(h.t, err)
	return tokens
}

// caregiver enrols a caregiver's phone, and lets whoever is the record's person confirm it; without one, whoever made the code.
func (h *house) caregiver(by syncing.Principal, record syncing.RecordID, categories ...string) Tokens {
	h.t.Helper()
	tokens, err := h.Redeem(h.ctx, redemption(h.code(by, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday, Categories: categories})))
	require.NoError(h.t, err)
	h.confirm(by, record, tokens.Account)
	return tokens
}

func (h *house) confirm(by syncing.Principal, record syncing.RecordID, account syncing.AccountID) {
	h.t.Helper()
	var owner syncing.AccountID
	var owned bool
	require.NoError(h.t, h.Store.View(h.ctx, record, func(tx syncing.ReadTx) (err error) {
		owner, owned, err = h.recordOwner(tx)
		return err
	}))
	if owned {
		by = h.who(owner)
	}
	require.NoError(h.t, h.ConfirmCaregiver(h.ctx, by, record, account, nil, nil))
}

// ward is a house with an oncology team, a nurse in it and a record.
func newWard(t testing.TB) (h *house, nurse syncing.Principal, record syncing.RecordID) {
	t.Helper()
	h = newHouse(t)
	team := h.team(TeamOncology)
	nurse = h.member(team)
	return h, nurse, h.record(team, nurse)
}

func isFault(t testing.TB, code fault.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
	require.NotEmpty(t, fault.TextOf(err))
}

// counted counts what is asked of the store beneath it, in order.
type counted struct {
	syncing.Store
	hashes bool // count them too
	mu     sync.Mutex
	calls  []string
}

func (c *counted) note(call string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call)
}

func (c *counted) taken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := c.calls
	c.calls = nil
	return calls
}

func (c *counted) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	err := c.Store.Update(ctx, record, func(tx syncing.Tx) error { return fn(&countedTx{tx, c}) })
	if err == nil {
		c.note("committed")
	} else {
		c.note("not committed")
	}
	return err
}

func (c *counted) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	c.note("view")
	return c.Store.View(ctx, record, func(tx syncing.ReadTx) error { return fn(&countedRead{tx, c}) })
}

func (c *counted) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	c.note("lookup " + index)
	return c.Store.Lookup(ctx, index, key)
}

func (c *counted) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	c.note("walk of " + index)
	return c.Store.Scan(ctx, index, from, to, limit, fn)
}

type countedTx struct {
	syncing.Tx
	c *counted
}

func (t *countedTx) Get(table syncing.Table, key []byte) ([]byte, error) {
	t.c.note("get")
	return t.Tx.Get(table, key)
}

func (t *countedTx) Put(table syncing.Table, key, value []byte) error {
	t.c.note("put")
	return t.Tx.Put(table, key, value)
}

type countedRead struct {
	syncing.ReadTx
	c *counted
}

func (t *countedRead) Get(table syncing.Table, key []byte) ([]byte, error) {
	t.c.note("get")
	return t.ReadTx.Get(table, key)
}

func (t *countedTx) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	t.c.note("walk")
	return t.Tx.Scan(table, from, to, fn)
}

func (t *countedTx) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	t.c.note("lookup " + index)
	return t.Tx.Lookup(index, key)
}

func (t *countedRead) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	t.c.note("walk")
	return t.ReadTx.Scan(table, from, to, fn)
}

func (t *countedRead) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	t.c.note("lookup " + index)
	return t.ReadTx.Lookup(index, key)
}
