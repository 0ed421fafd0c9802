package ward

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/reminder"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

const (
	hour = int64(3600_000)
	day  = 24 * hour
	year = 365 * day

	birthDate = "1961-04-03"
	address   = "192.0.2.7"
)

// place is the ward of every run: reading its files is not what is simulated.
var place = sync.OnceValue(func() care.Config {
	cfg, err := care.Default()
	if err != nil {
		panic(err)
	}
	cfg.Blind = blind
	return cfg
})

var clockOf = sync.OnceValue(func() *reminder.Clock { return reminder.NewClock(place()) })

func blind(purpose string, value []byte) []byte {
	m := hmac.New(sha256.New, []byte("the key of a simulated ward"))
	fmt.Fprintf(m, "%d %s ", len(purpose), purpose)
	m.Write(value)
	return m.Sum(nil)
}

// person has an account.
type person struct {
	name    string
	account syncing.AccountID
	role    syncing.Role // in which they write
	kind    identity.Kind
	team    *team
}

type team struct {
	name string
	id   syncing.TeamID
	kind identity.TeamKind
}

// chanceBytes gives the identity service bytes from the seed.
type chanceBytes struct{ w *world }

func (c chanceBytes) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c.w.rnd.Uint32())
	}
	return len(b), nil
}

var _ io.Reader = chanceBytes{}

func (w *world) newIdentity(now func() int64) *identity.Service {
	s, err := identity.New(w.ctx, identity.Config{
		Store: w.machine, Blind: blind, Ledger: (*ledger)(w), Now: func() time.Time { return time.UnixMilli(now()) }, Rand: chanceBytes{w},
		PasswordCost: identity.PasswordCost{MemoryKiB: 8, Passes: 1, Lanes: 1},
	})
	w.must("identity begins", err)
	return s
}

// begin sets the scene: two patients, caregivers, two teams that treat them, a navigator, and people of other places, with phones
// whose clocks are right, a little wrong, or wrong by decades.
func (w *world) begin() {
	seed, err := w.identity.Seed(), error(nil)
	w.admin, err = w.identity.FirstAdministrator(w.ctx, "Root", "root@example.org", "lantern orbit velvet moss")
	w.must("an administrator", err)
	centre, err := seed.Organisation(w.ctx, "cancer-centre", "Cancer centre")
	w.must("an organisation", err)
	for _, t := range []*team{
		{name: "oncology", kind: identity.TeamOncology},
		{name: "practice", kind: identity.TeamPrimary},
		{name: "navigation", kind: identity.TeamNavigation},
		{name: "other hospital", kind: identity.TeamOncology},
		{name: "specialist", kind: identity.TeamSpecialist},
	} {
		made, err := seed.Team(w.ctx, centre.ID, t.kind, "The "+t.name+" team")
		w.must("a team", err)
		t.id = made.ID
		w.oracle.newTeam(t.id, string(t.kind))
		w.teams = append(w.teams, t)
	}
	for _, p := range []*person{
		{name: "ann", role: identity.RolePatient, kind: identity.KindPatient},
		{name: "cara", role: identity.RoleOncology, kind: identity.KindClinician, team: w.teams[0]},
		{name: "dan", role: identity.RolePrimary, kind: identity.KindClinician, team: w.teams[1]},
		{name: "ben", role: identity.RoleCaregiver, kind: identity.KindCaregiver},
		{name: "olga", role: identity.RoleOncology, kind: identity.KindClinician, team: w.teams[3]}, // never may see anything but in an emergency
		{name: "bea", role: identity.RoleCaregiver, kind: identity.KindCaregiver},
		{name: "pat", role: identity.RolePatient, kind: identity.KindPatient},
		{name: "nina", role: identity.RoleNavigator, kind: identity.KindNavigator, team: w.teams[2]},
		{name: "sam", role: identity.RoleSpecialist, kind: identity.KindClinician, team: w.teams[4]},
		{name: "zoe", role: identity.RoleCaregiver, kind: identity.KindCaregiver}, // has an account, and never anything else
	} {
		w.account(p)
	}
	w.must("a lead", seed.Lead(w.ctx, w.teams[0].id, w.people[1].account))
	w.records = []syncing.RecordID{{UUID: w.id()}, {UUID: w.id()}, {UUID: w.id()}}
	w.createRecord(0, w.people[0])
	w.createRecord(1, w.people[6])
	w.grantCaregiver(0, w.people[3], w.someCategories(), 0)
	devices := w.opts.Devices
	if devices == 0 {
		devices = 10
	}
	for i := range devices {
		p := w.people[i%len(w.people)]
		w.newPhone(p, fmt.Sprintf("%s's phone %d", p.name, 1+i/len(w.people)))
	}
	w.look()
}

func (w *world) account(p *person) {
	seed, err := w.identity.Seed(), error(nil)
	if p.team == nil {
		p.account, err = seed.Person(w.ctx, p.kind, p.name)
	} else {
		p.account, err = seed.Staff(w.ctx, identity.Staff{Kind: p.kind, Name: p.name, SignInName: p.name + "@example.org", Password: "quiet marble harbour fern"}, p.team.id)
	}
	w.must("an account", err)
	w.oracle.newAccount(p.account)
	if p.team != nil {
		w.oracle.joins(p.account, p.team.id)
	}
	w.people = append(w.people, p)
}

// createRecord is what POST /v1/records does, with the practice as the second team and the person as its owner.
func (w *world) createRecord(i int, owner *person) {
	id, cara := w.records[i], w.principal(w.people[1])
	patches := []syncing.Patch{{Doc: care.PersonID(id), Set: map[string]jsontext.Value{
		"name": syncing.TextValue(owner.name), "birthDate": syncing.TextValue(birthDate), "homeZone": syncing.TextValue("Europe/London"),
	}}}
	for at, t := range w.teams[:2] {
		patches = append(patches, syncing.Patch{Doc: care.CareTeamID(t.id), Set: map[string]jsontext.Value{
			"kind": syncing.TextValue(string(t.kind)), "name": syncing.TextValue(t.name), "status": syncing.TextValue([]string{"active", "proposed"}[at]),
		}})
	}
	patches = append(patches, syncing.Patch{Doc: syncing.NewDocID("carePlan", syncing.DerivedUUID("plan", id.String())), Set: map[string]jsontext.Value{
		"title": syncing.TextValue("Treatment"), "overallLead": syncing.TextValue(w.teams[0].id.String()), "status": syncing.TextValue("active"),
		"phase": syncing.TextValue("active-treatment"),
	}})
	grant := func(tx syncing.Tx) error {
		for _, t := range w.teams[:2] {
			if err := w.identity.GrantTeam(tx, cara, t.id, nil); err != nil {
				return err
			}
		}
		return w.identity.GrantOwner(tx, cara, owner.account)
	}
	w.must("a record", w.engine.Create(w.ctx, cara, id, "begin", grant, patches))
	w.oracle.newRecord(id)
	w.oracle.grantsOwner(id, owner.account)
	for _, t := range w.teams[:2] {
		w.oracle.grantsTeam(id, t.id, nil)
	}
	_, err := w.engine.Act(w.ctx, w.principal(w.people[2]), id, syncing.Action{Key: "here", Patch: syncing.Patch{
		Doc: care.CareTeamID(w.teams[1].id), Set: map[string]jsontext.Value{"status": syncing.TextValue("active")},
	}})
	w.must("the practice says that it is here", err)
	w.tell("cara begins the record of %s", owner.name)
}

// principal is an account as the server knows it now; the zero one if it is locked or not there.
func (w *world) principal(p *person) syncing.Principal {
	who, _, err := w.identity.Principal(w.ctx, p.account)
	w.must("a principal", err)
	return who
}

func (w *world) newPhone(p *person, called string) {
	ph := &phone{name: called, owner: p, schema: 1, bases: map[syncing.RecordID]string{}}
	switch w.rnd.IntN(4) {
	case 0:
		ph.drift = -27 * year
	case 1:
		ph.drift = 14 * year
	case 2:
		ph.drift = int64(w.rnd.IntN(7200_000)) - hour
	}
	db, err := replica.Open(w.database(ph))
	w.must("a new phone", err)
	ph.db = db
	w.phones = append(w.phones, ph)
	w.tell("%s, %s, has %s: its clock is off by %s", p.name, p.role, ph.name, time.Duration(ph.drift)*time.Millisecond)
}

func (w *world) database(ph *phone) replica.Options {
	limit := 0
	if w.opts.Seed%3 == 1 {
		limit = 3 + w.rnd.IntN(6)
	}
	return replica.Options{Schema: ph.schema, NewID: w.id, Limit: limit}
}
