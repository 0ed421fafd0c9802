package scenario

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	"satchel/internal/postgres/pgtest"
	"satchel/server"
	syncing "satchel/sync"
)

// house is a running server with a cancer centre, a practice, navigators and district nurses, each of an organisation of its own,
// and somebody who works elsewhere. Everybody is invented.
type house struct {
	t      testing.TB
	ctx    context.Context
	server *server.Server
	config server.Config
	stop   func()                      // ends the process, once
	people map[syncing.RecordID]*actor // the phone that each person got first
	base   string
	clock  *clock

	oncology, primary, navigation, nursing, elsewhere identity.Team

	olive *actor // nurse, oncology
	oscar *actor // doctor, oncology
	pia   *actor // nurse, practice
	paul  *actor // doctor, practice
	nils  *actor // navigator
	dora  *actor // district nurse
	otto  *actor // works elsewhere: sees nothing of anybody here
	amos  *actor // administrator
}

// clock is the time of the server and of everybody's devices. It passes only when a scenario lets it, except for one millisecond
// at each look, so that no two things happen at once.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// monday is when every scenario begins: Monday 23 November 2026, nine o'clock in London.
var monday = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// newHouse installs and serves. Options change the configuration before it is opened.
func newHouse(t testing.TB, options ...func(*server.Config)) *house {
	t.Helper()
	folder := t.TempDir()
	h := &house{t: t, people: map[syncing.RecordID]*actor{}, ctx: t.Context(), clock: &clock{now: monday}}
	c := server.Config{
		Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "keys"), Address: "127.0.0.1:0", Now: h.clock.Now,
		PasswordCost: identity.PasswordCost{MemoryKiB: 8, Passes: 1, Lanes: 1}, // nobody guesses here
		// Followers rest: a scenario lets time pass with later, which does what follows from it before it returns.
		FollowEvery: 24 * time.Hour, Log: slog.New(&bugs{Handler: slog.DiscardHandler, t: t}),
		Drafts: true, // rules that say of themselves that nobody approved them
	}
	if os.Getenv("SATCHEL_STORIES_ON") == "postgresql" { // make postgresql
		c.Store, c.Data, c.Connections = pgtest.Database(t), "", 1 // one: see the same in server
	}
	for _, option := range options {
		option(&c)
	}
	h.config = c
	require.NoError(t, server.Init(h.ctx, c, nil))
	var err error
	h.server, err = server.Open(h.ctx, c)
	require.NoError(t, err)
	h.serve()
	h.found()
	return h
}

// bugs is a log that fails the test when the server says that it met a bug of its own.
type bugs struct {
	slog.Handler
	t testing.TB
}

// Enabled implements slog.Handler.
func (b *bugs) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (b *bugs) Handle(_ context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		said := r.Message
		r.Attrs(func(a slog.Attr) bool {
			said += " " + a.String()
			return true
		})
		b.t.Error("the server logs an error: " + said)
	}
	return nil
}

func (h *house) serve() {
	h.t.Helper()
	require.NoError(h.t, h.server.Listen())
	h.base = h.server.Base()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.server.Run(besideRequests(ctx)) }()
	h.stop = sync.OnceFunc(func() {
		stop()
		require.NoError(h.t, <-ended)
	})
	h.t.Cleanup(h.stop)
}

// later lets time pass, and does what follows from it.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	h.clock.pass(d)
	h.follow()
}

// follow does what the followers would do now.
func (h *house) follow() {
	h.t.Helper()
	require.NoError(h.t, h.server.Follow(h.ctx))
}

// found makes the teams and hires their people.
func (h *house) found() {
	h.t.Helper()
	h.oncology = h.team("cancer-centre", "Riverside Cancer Centre", identity.TeamOncology, "Riverside Oncology")
	h.primary = h.team("practice", "Millbrook Practice", identity.TeamPrimary, "Millbrook nurses")
	h.navigation = h.team("advocacy", "Bridge Advocacy", identity.TeamNavigation, "Bridge navigators")
	h.nursing = h.team("community", "Hillside Community Health", identity.TeamNursing, "Hillside district nurses")
	h.elsewhere = h.team("practice", "Farfield Practice", identity.TeamPrimary, "Farfield nurses")
	h.reach()
	h.olive = h.hire(identity.KindClinician, "olive", h.oncology)
	h.oscar = h.hire(identity.KindClinician, "oscar", h.oncology)
	h.pia = h.hire(identity.KindClinician, "pia", h.primary)
	h.paul = h.hire(identity.KindClinician, "paul", h.primary)
	h.nils = h.hire(identity.KindNavigator, "nils", h.navigation)
	h.dora = h.hire(identity.KindClinician, "dora", h.nursing)
	h.otto = h.hire(identity.KindClinician, "otto", h.elsewhere)
	h.amos = h.hire(identity.KindAdministrator, "amos")
}

// team makes a team in an organisation of its own.
func (h *house) team(organisationKind, organisation string, kind identity.TeamKind, name string) identity.Team {
	h.t.Helper()
	seed := h.server.Identity().Seed()
	made, err := seed.Organisation(h.ctx, organisationKind, organisation)
	require.NoError(h.t, err)
	team, err := seed.Team(h.ctx, made.ID, kind, name)
	require.NoError(h.t, err)
	return team
}

const passphrase = "a synthetic passphrase"

// hire makes a member of staff who signs in with a password.
func (h *house) hire(kind identity.Kind, name string, teams ...identity.Team) *actor {
	h.t.Helper()
	ids := make([]syncing.TeamID, 0, len(teams))
	for _, team := range teams {
		ids = append(ids, team.ID)
	}
	staff := identity.Staff{Kind: kind, Name: "Synthetic " + name, SignInName: name, Password: passphrase}
	account, err := h.server.Identity().Seed().Staff(h.ctx, staff, ids...)
	require.NoError(h.t, err)
	a := h.device(name)
	_, err = a.SignIn(h.ctx, name, passphrase, "board of "+name)
	require.NoError(h.t, err)
	require.Equal(h.t, account, a.Tokens().Account)
	return a
}

// admit begins the record of a person, with oncology, practice and navigators, all of them here.
func (h *house) admit(name string) syncing.RecordID {
	h.t.Helper()
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	h.done(h.olive.Act(h.ctx, "/v1/records", client.NewRequestID(), map[string]any{
		"person": map[string]any{"name": name, "birthDate": birthday, "homeZone": "Europe/London", "status": "active"},
		"teams":  []syncing.TeamID{h.oncology.ID, h.primary.ID, h.navigation.ID},
	}, &made))
	h.done(h.olive.write(made.Record, careTeam(h.oncology), set{"status": "active", "region": "UK", "phone": "01632 960 111", "is24h": true}))
	h.done(h.pia.write(made.Record, careTeam(h.primary), set{"status": "active", "phone": "01632 960 222"}))
	h.done(h.nils.write(made.Record, careTeam(h.navigation), set{"status": "active", "phone": "01632 960 333"}))
	return made.Record
}

// birthday is everybody's: with it a code opens a phone.
const birthday = "1961-05-24"

// codeFor is a code that the oncology nurse makes for a phone of the record.
func (h *house) codeFor(record syncing.RecordID, kind identity.Kind) string {
	h.t.Helper()
	var made struct {
		Code string `json:"code"`
	}
	h.done(h.olive.post("/v1/records/"+record.UUID.String()+"/codes", map[string]any{"kind": kind, "birthDate": birthday}, &made))
	return made.Code
}

// enrol gives a person of the record a phone, by a code that the oncology nurse makes.
func (h *house) enrol(record syncing.RecordID, kind identity.Kind, name string) *actor {
	h.t.Helper()
	a := h.device(name)
	_, err := a.Enrol(h.ctx, h.codeFor(record, kind), birthday, client.NewRequestID(), "phone of "+name)
	require.NoError(h.t, err)
	switch by := h.people[record]; {
	case kind == identity.KindPatient && by == nil:
		h.people[record] = a
	case kind == identity.KindCaregiver && by == nil: // a person without a phone has told the nurse
		h.done(h.olive.confirms(record, a))
	case kind == identity.KindCaregiver:
		h.done(by.confirms(record, a))
	}
	return a
}

// family is one record with the person and a caregiver, both with phones, and teams whose boards have seen it.
type family struct {
	record syncing.RecordID
	ada    *actor // the person
	carla  *actor // a caregiver, who sees the schedule until Ada shares more
}

// family admits Ada, and gives her and Carla phones that have synced.
func (h *house) family() family {
	h.t.Helper()
	f := family{record: h.admit("Ada Example")}
	f.ada = h.enrol(f.record, identity.KindPatient, "ada")
	f.carla = h.enrol(f.record, identity.KindCaregiver, "carla")
	for _, a := range []*actor{f.ada, f.carla, h.olive, h.pia, h.nils} {
		h.done(a.sync(f.record))
	}
	return f
}

// done asks that something worked.
func (h *house) done(err error) {
	h.t.Helper()
	require.NoError(h.t, err)
}
