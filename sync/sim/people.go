package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

const (
	hour = int64(3600_000)
	day  = 24 * hour
	year = 365 * day
)

// phonesMost is how many phones there may be when one more is set up from a copy.
const phonesMost = 10

// begin sets the scene: a patient and a caregiver at home, two teams, two records, and a handful of phones with clocks that
// are right, a little wrong, or wrong by decades.
func (w *world) begin() {
	for _, p := range []struct {
		name string
		role syncing.Role
	}{{"ann", patient}, {"ben", caregiver}, {"cara", nurse}, {"dan", doctor}, {"eve", nurse}} {
		w.people = append(w.people, &person{account: syncing.AccountID{UUID: w.id()}, name: p.name, role: p.role})
	}
	w.auditor = &person{account: syncing.AccountID{UUID: w.id()}, name: "auditor"}
	devices := w.opts.Devices
	switch {
	case devices > 0:
	case w.crowd:
		devices = 13
	default:
		devices = 7
	}
	called := []string{"phone", "tablet", "desk", "old phone"}
	for i := range devices {
		p := w.people[i%len(w.people)]
		w.newPhone(p, p.name+"'s "+called[min(i/len(w.people), 3)]+strings.Repeat("'", max(0, i/len(w.people)-3)))
	}
	w.records = []syncing.RecordID{{UUID: w.id()}, {UUID: w.id()}, {UUID: w.id()}} // of the last nobody ever has anything
	w.create(0)
	if w.chance(60) {
		w.create(1)
	}
}

func (w *world) newPhone(p *person, called string) {
	ph := &phone{name: called, owner: p, family: called, schema: 1 + w.rnd.IntN(2), written: map[string]syncing.RecordID{}, bases: map[syncing.RecordID][]string{}}
	switch w.rnd.IntN(4) {
	case 0:
		ph.drift = -27 * year
	case 1:
		ph.drift = 14 * year
	case 2:
		ph.drift = int64(w.rnd.IntN(7200_000)) - hour
	}
	db, err := replica.Open(w.database(ph))
	if err != nil {
		w.broken("a new phone: %v", err)
	}
	ph.db = db
	w.family[db.ID()] = ph.family
	w.phones = append(w.phones, ph)
	w.tell("%s, a %s, has %s: schema %d, its clock is off by %s", p.name, p.role, ph.name, ph.schema, time.Duration(ph.drift)*time.Millisecond)
}

func (w *world) database(ph *phone) replica.Options {
	limit := 0
	if w.opts.Seed%3 == 1 {
		limit = 1 + w.rnd.IntN(4)
	}
	return replica.Options{Schema: ph.schema, NewID: w.id, Limit: limit}
}

// create begins a record: a clinician's first action in it.
func (w *world) create(i int) {
	id := w.records[i]
	w.give(id, grant{Account: w.auditor.account, Categories: []string{diary, plan, private}, Owner: true})
	w.give(id, grant{Account: w.people[i].account, Roles: []syncing.Role{patient}, Categories: []string{diary, plan, private}, Owner: true})
	nurseGrant := w.usual(id, w.people[2])
	w.give(id, nurseGrant)
	if i == 0 {
		w.give(id, w.usual(id, w.people[1]))
		if w.chance(60) {
			w.give(id, w.usual(id, w.people[3]))
		}
		if w.chance(50) {
			w.give(id, w.usual(id, w.people[4]))
		}
	}
	doc := syncing.NewDocID("task", syncing.DerivedUUID("first", id.String()))
	patch := syncing.Patch{Doc: doc, Set: map[string]jsontext.Value{"status": jsontext.Value(`"proposed"`)}}
	r := newLedger(id)
	w.oracle.life.records[id] = r
	s := &scribe{oracle: w.oracle, life: w.oracle.life, r: r, now: max(w.clock(), r.clock)}
	o, _ := s.act(w.people[2].account, patch)
	err := w.engine.Create(context.Background(), syncing.Principal{Account: w.people[2].account}, id, "begin",
		func(syncing.Tx) error { return nil }, []syncing.Patch{patch})
	if err != nil || o != "" {
		w.broken("creating a record: %v %s", err, o)
	}
	w.tell("cara begins record %d", i)
	w.audit(id)
}

// usual is what somebody may do in a record when nothing special was decided.
func (w *world) usual(id syncing.RecordID, p *person) grant {
	g := grant{Account: p.account, Roles: []syncing.Role{p.role}, Categories: []string{diary, plan}}
	switch p.role {
	case nurse:
		g.Teams = []syncing.TeamID{{UUID: syncing.DerivedUUID("team", "a")}}
		if p.name == "eve" { // of the other team
			g.Teams = []syncing.TeamID{{UUID: syncing.DerivedUUID("team", "b")}}
		}
	case doctor:
		g.Teams, g.Categories = []syncing.TeamID{{UUID: syncing.DerivedUUID("team", "b")}}, []string{plan}
	case patient:
		g.Owner = id == w.records[0]
	}
	return g
}

func (w *world) give(id syncing.RecordID, g grant) {
	g.Active, g.Known = true, true
	w.oracle.life.grants[grantKey{id, g.Account}] = g
}

// flip changes what somebody may see: less, more, nothing, or what is usual again.
func (w *world) flip() {
	i := w.rnd.IntN(2)
	id, p := w.records[i], w.people[w.rnd.IntN(len(w.people))]
	if w.oracle.life.records[id] == nil {
		return
	}
	g := w.oracle.life.grants[grantKey{id, p.account}]
	switch kind := w.rnd.IntN(8); {
	case kind == 0 && g.Active:
		w.note("revoked")
		w.oracle.life.grants[grantKey{id, p.account}] = grant{Account: p.account, Known: true}
		w.tell("access of %s to record %d ends", p.name, i)
		return
	case kind < 4 && g.Active:
		g.Categories = [][]string{{diary}, {plan}, {diary, plan, private}, {private, plan}}[w.rnd.IntN(4)]
	default:
		g = w.usual(id, p)
	}
	w.give(id, g)
	w.tell("%s may now see %v of record %d", p.name, g.Categories, i)
}

// act does something online, upon what stands, through the server's own replica.
func (w *world) act() {
	id, p := w.records[w.rnd.IntN(2)], w.people[w.rnd.IntN(len(w.people))]
	r := w.oracle.life.records[id]
	g := w.oracle.life.grants[grantKey{id, p.account}]
	if r == nil || !g.Active {
		return
	}
	c := w.change(w.oracle.visibleIDs(r, g), id, nil)
	if _, err := syncing.ParseDocID(string(c.Doc)); err != nil || c.Delete || c.Doc.Type() == syncing.HeldType {
		return
	}
	patch := syncing.Patch{Doc: c.Doc, Set: c.Set, Add: c.Add, Remove: c.Remove}
	s := &scribe{oracle: w.oracle, life: w.oracle.life, r: r, now: max(w.clock(), r.clock)}
	reason, _ := s.act(p.account, patch)
	_, err := w.engine.Act(context.Background(), syncing.Principal{Account: p.account}, id,
		syncing.Action{Key: fmt.Sprint(w.step), Patch: patch})
	if (err != nil) != (reason != "") {
		w.broken("an action is answered %v, and is refused as %q", err, reason)
	}
	w.note("action")
	w.tell("%s acts on %s online: %s", p.name, c.Doc, reason)
	w.audit(id)
}
