package conformance

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
	"satchel/sync/storetest"
)

// world is one record on the real engine, over a store that can be put back, behind a door on this machine. Time in it passes only
// as the kit says.
type world struct {
	mu     sync.Mutex // one request at a time, so that a seed repeats
	store  Store
	engine *syncing.Engine
	grants map[syncing.AccountID]syncing.Grant
	tokens map[string]*socket
	record syncing.RecordID
	now    int64
	epochs []string
	schema int
	// schemaMin is the oldest schema that a client may read.
	schemaMin int

	server *http.Server
	base   string
	late   []letter
	ids    int
	// tamper changes an answer before it goes out; nil leaves them alone.
	tamper func(s *socket, req *syncing.Request, answer *syncing.Response)
	// requests counts what came in, lost or not.
	requests int
}

// letter is a request that the network keeps for a while.
type letter struct {
	account syncing.AccountID
	body    []byte
}

const headerTime = 10 * time.Second

// Store is what a world stands on: one that can go back to an earlier state.
type Store interface {
	syncing.Store
	Snapshot() storetest.Snapshot
	Restore(to storetest.Snapshot)
	SetDurability(taken, safe uint64)
	Sequence() uint64
}

func newWorld(ctx context.Context, store Store) (*world, error) {
	w := &world{
		store: store, grants: map[syncing.AccountID]syncing.Grant{}, tokens: map[string]*socket{},
		record: syncing.RecordID{UUID: syncing.DerivedUUID("conformance", "record")}, now: 1_800_000_000_000, schema: 1,
	}
	w.life()
	w.grant("ann", patient, "schedule", "concerns")
	w.grant("ben", nurse, "schedule")
	err := w.engine.Create(ctx, w.principal("ann"), w.record, "begin", func(syncing.Tx) error { return nil },
		[]syncing.Patch{{Doc: docID("thing/first"), Set: map[string]jsontext.Value{"title": syncing.TextValue("first")}}})
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w.base = "http://" + l.Addr().String()
	w.server = &http.Server{Handler: w, ReadHeaderTimeout: headerTime}
	go func() { _ = w.server.Serve(l) }()
	return w, nil
}

func (w *world) close() { _ = w.server.Close() }

// life begins a new epoch of the store.
func (w *world) life() {
	w.epochs = append(w.epochs, fmt.Sprintf("%016x", 0xaa+0x11*len(w.epochs)))
	w.boot()
}

// boot starts the engine, as after a restart.
func (w *world) boot() {
	last := len(w.epochs) - 1
	w.engine = syncing.New(w.store, schema(w.schema), access{w}, syncing.Options{
		Epoch: w.epochs[last], Epochs: w.epochs[:last], Now: func() int64 { return w.now }, Sequential: true,
		SchemaMin: w.schemaMin,
	})
}

// upgrade restarts the server with a newer schema.
func (w *world) upgrade(version int) {
	w.schema = version
	w.boot()
}

func accountOf(name string) syncing.AccountID {
	return syncing.AccountID{UUID: syncing.DerivedUUID("conformance", "account", name)}
}

func (w *world) principal(name string) syncing.Principal {
	return syncing.Principal{Account: accountOf(name)}
}

func (w *world) grant(name string, role syncing.Role, categories ...string) {
	g := syncing.Grant{Account: accountOf(name), Roles: []syncing.Role{role}, Categories: categories, Owner: role == patient, Active: true, Known: true}
	if role == nurse {
		g.Teams = []syncing.TeamID{{UUID: syncing.DerivedUUID("conformance", "team")}}
	}
	w.grants[g.Account] = g
}

func (w *world) revoke(name string) {
	w.grants[accountOf(name)] = syncing.Grant{Account: accountOf(name), Known: true}
}

// docID expands a short name: thing/1 to an id made from it.
func docID(name string) syncing.DocID {
	kind, _, _ := strings.Cut(name, "/")
	return syncing.NewDocID(kind, syncing.DerivedUUID("conformance", name))
}

// access answers the engine from the world's grants.
type access struct{ w *world }

func (a access) Scope(tx syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	if tx.Record() != a.w.record {
		return syncing.Scope{}, nil
	}
	g := a.w.grants[who.Account]
	g.Account = who.Account
	return syncing.NewScope(g), nil // of invented people, in memory
}

func (a access) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) { return nil, nil }

func (a access) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	_, ok := a.w.grants[account]
	return syncing.Principal{Account: account}, ok, nil
}

func (a access) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("conformance", "home", account.String())}
}

// truth is what an account sees of the record, read anew from the server.
func (w *world) truth(ctx context.Context, name string) (map[string]Document, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen, cursor := map[string]Document{}, ""
	for {
		answer, err := w.engine.Sync(ctx, w.principal(name), &syncing.Request{
			Replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("conformance", "reader")}, Now: w.now, Schema: w.schema,
			Records: []syncing.RecordRequest{{Record: w.record, Cursor: cursor}},
		})
		if err != nil {
			return nil, err
		}
		part := &answer.Records[0]
		if part.Error != nil {
			return map[string]Document{}, nil
		}
		for i := range part.Changes {
			if c := &part.Changes[i]; !c.Deleted {
				seen[string(c.Doc)] = documentOf(c)
			}
		}
		if cursor = part.Cursor; !part.More {
			return seen, nil
		}
	}
}

func documentOf(c *syncing.DocChange) Document {
	d := Document{Rev: uint64(c.Rev), Siblings: map[string][]jsontext.Value{}}
	if c.Set != nil {
		_ = json.Unmarshal(c.Set, &d.Fields) // an object: the engine wrote it
	}
	for field, list := range c.Siblings {
		for _, s := range list {
			d.Siblings[field] = append(d.Siblings[field], s.Value)
		}
	}
	return d
}

// colleague is somebody whose phone does everything right and has the best of networks.
type colleague struct {
	w    *world
	name string
	db   *replica.Replica
}

func (w *world) colleague(name string) (*colleague, error) {
	db, err := replica.Open(replica.Options{Schema: 1, NewID: func() syncing.UUID {
		w.ids++
		return syncing.DerivedUUID("conformance", "colleague", fmt.Sprint(w.ids))
	}})
	return &colleague{w, name, db}, err
}

// writes puts a change in and brings both sides together.
func (c *colleague) writes(ctx context.Context, change replica.Change) error {
	if _, err := c.db.Mutate(c.w.record, change, c.w.now); err != nil {
		return err
	}
	return c.sync(ctx)
}

func (c *colleague) sync(ctx context.Context) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	for range roundsMax {
		c.w.now += 1000
		x, err := c.db.Request(c.w.now, c.w.record)
		if err != nil {
			return err
		}
		answer, err := c.w.engine.Sync(ctx, c.w.principal(c.name), x.Request)
		if err == nil {
			err = c.db.Apply(x, answer, c.w.now)
		}
		if err != nil || !c.db.Wants(c.w.record, c.w.now) {
			return err
		}
	}
	return nil
}
