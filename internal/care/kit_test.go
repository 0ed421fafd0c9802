package care

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// place is a record with people and teams around it, on the real engine over a store in memory.
type place struct {
	t      *testing.T
	engine *syncing.Engine
	store  *storetest.Memory
	record syncing.RecordID
	now    int64
	people map[syncing.AccountID]syncing.Grant
	keys   int
}

var (
	oncologyTeam  = syncing.TeamID{UUID: syncing.DerivedUUID("team", "oncology")}
	practiceTeam  = syncing.TeamID{UUID: syncing.DerivedUUID("team", "practice")}
	navigatorTeam = syncing.TeamID{UUID: syncing.DerivedUUID("team", "navigator")}

	everything = []string{
		CategoryPerson, CategoryTeam, CategorySchedule, CategoryPlan, CategoryResults, CategoryAssessments,
		CategoryPhysical, CategoryPractical, CategoryEmotional, CategorySensitive, CategoryMessages, CategoryMedication, CategoryTriage,
	}
	treating     = append(slices.Clone(everything), CategoryClinical)
	notSensitive = slices.DeleteFunc(slices.Clone(everything), func(c string) bool { return c == CategorySensitive })
)

// noon is a Friday, 10:00 in London.
var noon = time.Date(2026, time.November, 20, 10, 0, 0, 0, time.UTC).UnixMilli()

func account(name string) syncing.AccountID {
	return syncing.AccountID{UUID: syncing.DerivedUUID("account", name)}
}

// Scope implements syncing.Access from a list: who may do what is identity's trade, which stands beside this room.
func (p *place) Scope(_ syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	return syncing.NewScope(p.people[who.Account]), nil
}

func (*place) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) { return nil, nil }

// Principal implements syncing.Access.
func (p *place) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	return syncing.Principal{Account: account}, true, nil
}

// AccountRecord implements syncing.Access.
func (p *place) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID(account)
}

func (p *place) person(name string, role syncing.Role, categories []string, teams ...syncing.TeamID) {
	a := account(name)
	p.people[a] = syncing.Grant{Account: a, Roles: []syncing.Role{role}, Teams: teams, Categories: categories, Owner: role == RolePatient, Active: true, Known: true}
}

func testConfig(t *testing.T) Config {
	t.Helper()
	cfg, err := Default()
	require.NoError(t, err)
	return cfg
}

// newPlace is a person in active treatment with both teams and a navigator.
func newPlace(t *testing.T) *place { return newPlaceWith(t, testConfig(t)) }

func newPlaceWith(t *testing.T, cfg Config) *place {
	t.Helper()
	p := bareRecord(t, cfg)
	for team, kind := range map[syncing.TeamID]string{oncologyTeam: KindOncology, practiceTeam: KindPrimary, navigatorTeam: KindNavigation} {
		p.system(string(CareTeamID(team)), fields{"kind": kind, "name": "The " + kind + " team", "status": "active"})
	}
	p.must("nurse", "carePlan/"+p.id("plan"), fields{
		"title": "Treatment", "overallLead": oncologyTeam.String(), "status": "active", "phase": "active-treatment",
	})
	return p
}

// bareRecord has people and no document but the person.
func bareRecord(t *testing.T, cfg Config) *place {
	t.Helper()
	p := &place{
		t: t, store: storetest.NewMemory(), now: noon, people: map[syncing.AccountID]syncing.Grant{},
		record: syncing.RecordID{UUID: syncing.DerivedUUID("record", t.Name())},
	}
	p.engine = syncing.New(p.store, Schema(cfg), p, syncing.Options{Epoch: "7f3a91c2d0b14e55", Now: func() int64 { return p.now }, Sequential: true})
	p.person("ada", RolePatient, everything)
	p.person("ben", RoleCaregiver, []string{CategorySchedule, CategoryAssessments, CategoryPhysical})
	p.person("nurse", RoleOncology, treating, oncologyTeam)
	p.person("colleague", RoleOncology, treating, oncologyTeam)
	p.person("gp", RolePrimary, treating, practiceTeam)
	p.person("nina", RoleNavigator, notSensitive, navigatorTeam)
	nurse := syncing.Principal{Account: account("nurse")}
	created := patchOf(PersonID(p.record), fields{"name": "Ada Grey", "birthDate": "1961-04-03", "homeZone": "Europe/London"})
	require.NoError(t, p.engine.Create(t.Context(), nurse, p.record, "begin", func(syncing.Tx) error { return nil }, []syncing.Patch{created}))
	return p
}

type fields map[string]any

func patchOf(doc syncing.DocID, set fields) syncing.Patch {
	d := newDraft(doc, syncing.Snapshot{})
	for name, value := range set {
		raw, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		d.patch.Set[name] = jsontext.Value(raw)
	}
	return d.patch
}

func (p *place) id(name string) string { return syncing.DerivedUUID("test", p.t.Name(), name).String() }

// act does something online, upon what stands.
func (p *place) act(name string, patch syncing.Patch) error {
	p.keys++
	_, err := p.engine.Act(p.t.Context(), syncing.Principal{Account: account(name)}, p.record, syncing.Action{Key: fmt.Sprint(p.keys), Patch: patch})
	return err
}

func (p *place) try(name, doc string, set fields) error {
	return p.act(name, patchOf(syncing.DocID(doc), set))
}

func (p *place) must(name, doc string, set fields) {
	p.t.Helper()
	require.NoError(p.t, p.try(name, doc, set))
}

// refused asks that the change is refused with these words.
func (p *place) refused(name, doc string, set fields, words string) {
	p.t.Helper()
	require.ErrorContains(p.t, p.try(name, doc, set), words)
}

func (p *place) system(doc string, set fields) {
	p.t.Helper()
	require.NoError(p.t, p.engine.System(p.t.Context(), p.record, []syncing.Patch{patchOf(syncing.DocID(doc), set)}))
}

// sees gives a document as somebody sees it.
func (p *place) sees(name string, doc syncing.DocID) (s syncing.Snapshot) {
	p.t.Helper()
	who := syncing.Principal{Account: account(name)}
	require.NoError(p.t, p.engine.Read(p.t.Context(), who, p.record, func(_ syncing.Scope, r syncing.Reader) (err error) {
		s, err = r.Document(doc)
		return err
	}))
	return s
}

// list gives the documents of a type as somebody sees them.
func (p *place) list(name, kind string) (list []syncing.Snapshot) {
	p.t.Helper()
	who := syncing.Principal{Account: account(name)}
	require.NoError(p.t, p.engine.Read(p.t.Context(), who, p.record, func(_ syncing.Scope, r syncing.Reader) (err error) {
		list, err = r.Documents(kind)
		return err
	}))
	return list
}

// assess completes an assessment online and gives its name.
func (p *place) assess(name string, answers fields, more fields) syncing.DocID {
	p.t.Helper()
	p.keys++
	doc := "assessment/" + p.id(fmt.Sprint("assessment", p.keys))
	p.must(name, doc, response(answers, more))
	return syncing.DocID(doc)
}

func response(answers fields, more fields) fields {
	set := fields{"questionnaire": "hna|1.0.0", "status": "completed"}
	for code, answer := range answers {
		set[answersPrefix+code] = answer
	}
	maps.Copy(set, more)
	return set
}

// queue reads a team's open rows in the order of the store's index.
func (p *place) queue(team syncing.TeamID) (rows []Row) {
	p.t.Helper()
	from, to := QueueRange(team)
	require.NoError(p.t, p.store.Scan(p.t.Context(), QueueIndex, from, to, 1000, func(e syncing.IndexEntry) bool {
		var row Row
		require.NoError(p.t, json.Unmarshal(e.Value, &row))
		require.Equal(p.t, p.record, e.Record)
		rows = append(rows, row)
		return true
	}))
	return rows
}

func (p *place) row(team syncing.TeamID, private bool) Row {
	p.t.Helper()
	rows := slices.DeleteFunc(p.queue(team), func(r Row) bool { return r.Private != private })
	require.Len(p.t, rows, 1)
	return rows[0]
}

func (p *place) concern(assessment syncing.DocID, code string) syncing.Snapshot {
	p.t.Helper()
	s := p.sees("ada", ConcernID(assessment, code))
	require.True(p.t, s.Exists(), code)
	return s
}

// settled is a clinical context in which nothing raises a risk.
func settled() fields {
	return fields{
		"sactLastDose": "2025-01-01", "checkpointInhibitorLastDose": "2024-01-01", "transplantOrCarT": false,
		"spinalMetsRisk": false, "anticoagulated": false, "steroid": false, "paracetamolRegular": false,
	}
}

// phone is a replica that may be offline: its mutations have a base and a time of their own.
type phone struct {
	p       *place
	who     syncing.AccountID
	replica syncing.ReplicaID
	n       uint64
	cursor  string
	outbox  []syncing.RawMutation
	skew    int64 // ms by which its clock is ahead
}

func (p *place) phone(name, device string) *phone {
	ph := &phone{p: p, who: account(name), replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("replica", p.t.Name(), device)}}
	ph.sync()
	return ph
}

// write puts a change into the outbox, written `ago` before the server's now.
func (ph *phone) write(doc string, ago time.Duration, set fields) {
	ph.n++
	raw, err := json.Marshal(map[string]any{
		"n": ph.n, "doc": doc, "schema": SchemaVersion, "base": ph.cursor, "at": ph.p.now + ph.skew - ago.Milliseconds(), "after": 0, "set": set,
	})
	require.NoError(ph.p.t, err)
	ph.outbox = append(ph.outbox, syncing.RawMutation{N: ph.n, Raw: raw})
}

// sync hands the outbox in and reads on.
func (ph *phone) sync() []syncing.Outcome {
	ph.p.t.Helper()
	req := &syncing.Request{Replica: ph.replica, Now: ph.p.now + ph.skew, Schema: SchemaVersion, Records: []syncing.RecordRequest{{
		Record: ph.p.record, Cursor: ph.cursor, Mutations: ph.outbox,
	}}}
	resp, err := ph.p.engine.Sync(ph.p.t.Context(), syncing.Principal{Account: ph.who}, req)
	require.NoError(ph.p.t, err)
	require.Nil(ph.p.t, resp.Records[0].Error)
	require.False(ph.p.t, resp.Records[0].More)
	ph.cursor, ph.outbox = resp.Records[0].Cursor, nil
	return resp.Records[0].Outcomes
}
