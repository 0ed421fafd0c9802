package trial

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/storetest/memory"
)

// Record is one, over a store in memory, with a clock that the test moves. One account writes everything, in every role: who may write what is
// care's own to test, and what follows from a change follows here too.
type Record struct {
	ID   syncing.RecordID
	Team syncing.TeamID
	Now  time.Time

	t      testing.TB
	engine *syncing.Engine
	keys   int
}

var everybody = syncing.AccountID{UUID: syncing.DerivedUUID("account", "everybody")}

// Fields are those of a document.
type Fields map[string]any

// New makes a record of a person who lives in London, on Friday 20 November 2026 at ten.
func New(t testing.TB) *Record {
	t.Helper()
	r := &Record{
		ID: syncing.RecordID{UUID: syncing.DerivedUUID("trial", t.Name())}, Team: syncing.TeamID{UUID: syncing.DerivedUUID("team", "oncology")},
		Now: time.Date(2026, time.November, 20, 10, 0, 0, 0, time.UTC), t: t,
	}
	place, err := care.Default()
	if err != nil {
		t.Fatal(err)
	}
	r.engine = syncing.New(memory.New(), care.Schema(place), access{r}, syncing.Options{
		Epoch: "7f3a91c2d0b14e55", Now: func() int64 { return r.Now.UnixMilli() }, Sequential: true,
	})
	person := r.patch(care.PersonID(r.ID), Fields{"name": "Ada Synthetic", "birthDate": "1961-05-24", "homeZone": "Europe/London", "status": "active"})
	nobody := func(syncing.Tx) error { return nil }
	if err := r.engine.Create(t.Context(), syncing.Principal{Account: everybody}, r.ID, "begin", nobody, []syncing.Patch{person}); err != nil {
		t.Fatal(err)
	}
	return r
}

// access gives the one account every role.
type access struct{ r *Record }

func (a access) Scope(syncing.ReadTx, syncing.Principal) (syncing.Scope, error) {
	return syncing.NewScope(syncing.Grant{
		Account: everybody, Roles: []syncing.Role{care.RoleOncology, care.RolePatient}, Teams: []syncing.TeamID{a.r.Team}, Active: true, Known: true,
		Categories: []string{care.CategoryPerson, care.CategorySchedule, care.CategoryAssessments, care.CategoryResults, care.CategoryPlan, care.CategoryTeam},
	}), nil
}

func (access) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) { return nil, nil }

func (access) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	return syncing.Principal{Account: account}, true, nil
}

func (access) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID(account)
}

func (r *Record) patch(doc syncing.DocID, set Fields) syncing.Patch {
	r.t.Helper()
	patch := syncing.Patch{Doc: doc, Set: map[string]jsontext.Value{}}
	for name, value := range set {
		raw, err := json.Marshal(value)
		if err != nil {
			r.t.Fatal(err)
		}
		patch.Set[name] = raw
	}
	return patch
}

// Writes writes fields of a document, a minute after what was written before it.
func (r *Record) Writes(doc syncing.DocID, set Fields) {
	r.t.Helper()
	r.Now = r.Now.Add(time.Minute)
	r.keys++
	_, err := r.engine.Act(r.t.Context(), syncing.Principal{Account: everybody}, r.ID, syncing.Action{Key: fmt.Sprint(r.keys), Patch: r.patch(doc, set)})
	if err != nil {
		r.t.Fatal(err)
	}
}

// Has writes a new document of a type.
func (r *Record) Has(kind, name string, set Fields) syncing.DocID {
	r.t.Helper()
	doc := syncing.NewDocID(kind, syncing.DerivedUUID(r.t.Name(), kind, name))
	r.Writes(doc, set)
	return doc
}

// Visit is an appointment that is booked in London.
func (r *Record) Visit(name, start string, more Fields) syncing.DocID {
	r.t.Helper()
	set := Fields{"start": start, "zone": "Europe/London", "ownerTeam": r.Team.String(), "title": name, "status": "booked"}
	for field, value := range more {
		set[field] = value
	}
	return r.Has(care.AppointmentType, name, set)
}

// Reads hands out a reader of everything, and writes what comes back.
func (r *Record) Reads(do func(syncing.Reader) ([]syncing.Patch, error)) {
	r.t.Helper()
	err := r.engine.Follow(r.t.Context(), r.ID, func(reader syncing.Reader, _ int64) ([]syncing.Patch, error) { return do(reader) })
	if err != nil {
		r.t.Fatal(err)
	}
}
