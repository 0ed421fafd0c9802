package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
	"satchel/sync/storetest"
)

// room is one record with one engine, for rules that are easier seen alone.
type room struct {
	t      *testing.T
	engine *syncing.Engine
	record syncing.RecordID
	now    int64
	who    grant
}

func (r *room) Scope(tx syncing.ReadTx, _ syncing.Principal) (syncing.Scope, error) {
	return syncing.NewScope(r.who), nil
}

func (r *room) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) { return nil, nil }

func (r *room) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	return syncing.Principal{Account: account}, true, nil
}

func (r *room) AccountRecord(syncing.AccountID) syncing.RecordID { return syncing.RecordID{} }

func id(parts ...any) syncing.UUID { return syncing.DerivedUUID(fmt.Sprint(parts...)) }

// newRoom begins a record with one note.
func newRoom(t *testing.T) (r *room, note syncing.DocID) {
	t.Helper()
	r = &room{t: t, record: syncing.RecordID{UUID: id("room")}, now: 1_795_302_000_000}
	r.who = grant{
		Account: syncing.AccountID{UUID: id("somebody")}, Roles: everyone, Categories: []string{diary, plan, private}, Owner: true, Active: true,
	}
	r.engine = syncing.New(storetest.NewMemory(), schema(), r, syncing.Options{Epoch: "00000000000000aa", Now: func() int64 { return r.now }})
	note = syncing.NewDocID("note", id("note"))
	patch := syncing.Patch{Doc: note, Set: map[string]jsontext.Value{"title": jsontext.Value(`"begun"`)}}
	require.NoError(t, r.engine.Create(t.Context(), syncing.Principal{Account: r.who.Account}, r.record, "k", func(syncing.Tx) error { return nil }, []syncing.Patch{patch}))
	return r, note
}

func (r *room) sync(x *replica.Exchange) *syncing.Response {
	r.t.Helper()
	answer, err := r.engine.Sync(r.t.Context(), syncing.Principal{Account: r.who.Account}, x.Request)
	require.NoError(r.t, err)
	return answer
}

// phone is a database which read the record once.
func (r *room) phone(name string) *replica.Replica {
	r.t.Helper()
	ids := 0
	db, err := replica.Open(replica.Options{Schema: 2, NewID: func() syncing.UUID { ids++; return id(name, ids) }})
	require.NoError(r.t, err)
	r.speak(db)
	return db
}

func (r *room) speak(db *replica.Replica) {
	r.t.Helper()
	x, err := db.Request(r.now, r.record)
	require.NoError(r.t, err)
	require.NoError(r.t, db.Apply(x, r.sync(x), r.now))
}

func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			var first map[string]string
			for round := range 4 {
				rnd := rand.New(rand.NewPCG(seed, 0))
				seen := arrive(t, rnd, rand.New(rand.NewPCG(seed, uint64(round+1))))
				if round == 0 {
					first = seen
				}
				require.Equal(t, first, seen, "shown values and siblings (S8)")
			}
		})
	}
}

// arrive lets a handful of phones write without having heard of each other, and hand in in a drawn order.
func arrive(t *testing.T, words, order *rand.Rand) map[string]string {
	t.Helper()
	r, note := newRoom(t)
	phones := make([]*replica.Replica, 3+words.IntN(5))
	for i := range phones {
		phones[i] = r.phone(fmt.Sprint("phone ", i))
		for range 1 + words.IntN(3) {
			c := replica.Change{Doc: note, Set: map[string]jsontext.Value{}}
			w := &world{rnd: words}
			w.field(&c, "note")
			delete(c.Set, "owner") // not cas: there the order decides
			if len(c.Set)+len(c.Add)+len(c.Remove) == 0 {
				continue
			}
			_, err := phones[i].Mutate(r.record, c, r.now+1+int64(words.IntN(900)))
			require.NoError(t, err)
		}
	}
	r.now += 1000 // everything was written before the first arrives, so effective times do not depend on the order
	for _, i := range order.Perm(len(phones)) {
		r.speak(phones[i])
	}
	d := r.phone("reader").Given(r.record)[note]
	seen := map[string]string{}
	for field, value := range d.Fields {
		seen[field] = string(value)
	}
	for field, list := range d.Siblings {
		for _, s := range list {
			seen[field+" siblings"] += string(s.Value) + " "
		}
	}
	return seen
}

func TestAHeldMutationChangesNothingElse(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			clean := handIn(t, seed, false)
			require.Equal(t, clean, handIn(t, seed, true), "documents and outcomes of all others (S20)")
		})
	}
}

// handIn lets one phone hand in what it wrote, with or without mutations in between that nobody can understand.
func handIn(t *testing.T, seed uint64, poisoned bool) (seen []string) {
	t.Helper()
	r, note := newRoom(t)
	db, words := r.phone("phone"), rand.New(rand.NewPCG(seed, 0))
	var asked []syncing.DocID
	for range 12 {
		if poisoned {
			poison := replica.Change{Doc: note, Set: map[string]jsontext.Value{"nobody.knows": jsontext.Value(`"zq"`)}}
			_, err := db.Mutate(r.record, poison, r.now)
			require.NoError(t, err)
		}
		c := replica.Change{Doc: note, Set: map[string]jsontext.Value{"answers.x": jsontext.Value("1")}}
		w := &world{rnd: words}
		w.field(&c, "note")
		_, err := db.Mutate(r.record, c, r.now)
		require.NoError(t, err)
		asked = append(asked, c.Doc)
	}
	r.speak(db)
	for _, e := range db.Outbox(r.record) {
		if e.Outcome.Reason != syncing.Unknown {
			seen = append(seen, string(e.Outcome.Status)+" "+string(e.Outcome.Reason))
		}
	}
	require.Len(t, seen, len(asked))
	for field, value := range r.phone("reader").Given(r.record)[note].Fields {
		seen = append(seen, field+" "+string(value))
	}
	slices.Sort(seen[len(asked):]) // of a map; outcomes stay in their order
	return seen
}
