package replica_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
	"satchel/sync/storetest"
)

// A desk is one engine with one record, and a database on a storage that the test can let crash.
type desk struct {
	t      *testing.T
	engine *syncing.Engine
	record syncing.RecordID
	ids    int
	now    int64
}

const person = syncing.Role("patient")

// access gives everybody the one record.
type access struct{ record syncing.RecordID }

func (a access) Scope(tx syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	return syncing.NewScope(syncing.Grant{
		Account: who.Account, Roles: []syncing.Role{person}, Categories: []string{"all"}, Owner: true, Active: tx.Record() == a.record,
	}), nil
}

func (a access) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) { return nil, nil }

func (a access) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	return syncing.Principal{Account: account}, true, nil
}

func (a access) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("home", account.String())}
}

var everyone = []syncing.Role{person}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, record: syncing.RecordID{UUID: syncing.DerivedUUID("record")}, now: 1_800_000_000_000}
	schema := syncing.NewSchema(1, &syncing.Type{Name: "note", Category: "all", Creators: everyone, Fields: []syncing.FieldSpec{
		{Name: "text", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone, Required: true},
		{Name: "tags", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
	}})
	d.engine = syncing.New(storetest.NewMemory(), schema, access{d.record}, syncing.Options{Epoch: "00000000000000aa", Now: func() int64 { return d.now }})
	require.NoError(t, d.engine.Create(t.Context(), ann, d.record, "begin", func(syncing.Tx) error { return nil },
		[]syncing.Patch{{Doc: d.doc(), Set: text("first")}}))
	return d
}

var ann = syncing.Principal{Account: syncing.AccountID{UUID: syncing.DerivedUUID("ann")}}

func (d *desk) id() syncing.UUID {
	d.ids++
	return syncing.DerivedUUID("id", fmt.Sprint(d.ids))
}

func (d *desk) doc() syncing.DocID { return syncing.NewDocID("note", d.id()) }

func text(s string) map[string]jsontext.Value {
	return map[string]jsontext.Value{"text": syncing.TextValue(s)}
}

func (d *desk) open(s replica.Storage) *replica.Replica {
	d.t.Helper()
	r, err := replica.Open(replica.Options{Schema: 1, NewID: d.id, Storage: s, Limit: 2})
	require.NoError(d.t, err)
	return r
}

// round carries one request and its answer; lost throws the answer away.
func (d *desk) round(r *replica.Replica, lost bool) error {
	d.now += 1000
	x, err := r.Request(d.now, d.record)
	if err != nil {
		return err
	}
	answer, err := d.engine.Sync(d.t.Context(), ann, x.Request)
	require.NoError(d.t, err)
	if lost {
		return nil
	}
	return r.Apply(x, answer, d.now)
}

func (d *desk) settle(r *replica.Replica) {
	d.t.Helper()
	for range 50 {
		require.NoError(d.t, d.round(r, false))
		if !r.Wants(d.record, d.now) {
			return
		}
	}
	require.Fail(d.t, "the outbox does not drain")
}

// disk keeps what was saved. It fails the save with the number crashAt, before or after it reached the disk.
type disk struct {
	parts   map[string][]byte
	saves   int
	crashAt int
	reached bool
}

var errPower = errors.New("the power went")

func (k *disk) Load() (map[string][]byte, error) { return maps.Clone(k.parts), nil }

func (k *disk) Save(parts map[string][]byte) error {
	k.saves++
	crash := k.saves == k.crashAt
	if crash && !k.reached {
		return errPower
	}
	if k.parts == nil {
		k.parts = map[string][]byte{}
	}
	for name, b := range parts {
		k.parts[name] = bytes.Clone(b)
	}
	if crash {
		return errPower
	}
	return nil
}

func TestACrashBetweenAnyTwoStepsLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for _, reached := range []bool{false, true} {
		crashed := 0
		for at := 1; ; at++ {
			k := &disk{crashAt: at, reached: reached}
			if !story(t, k) {
				break
			}
			crashed++
		}
		require.Greater(t, crashed, 8, "the story has that many steps")
	}
}

// story writes three changes, each acknowledged by the database, and syncs them over a bad network, crashing once. It reports
// whether the crash came.
func story(t *testing.T, k *disk) bool {
	t.Helper()
	d := newDesk(t)
	said := map[string]bool{}
	r, err := replica.Open(replica.Options{Schema: 1, NewID: d.id, Storage: k, Limit: 2})
	steps := []func() error{
		func() error { return d.round(r, false) },
		func() error { return write(r, d, said, replica.Change{Doc: d.doc(), Set: text("one")}, "one") },
		func() error { return d.round(r, true) },
		func() error {
			return write(r, d, said, replica.Change{Doc: d.doc(), Set: text("two"), Add: map[string][]jsontext.Value{"tags": {syncing.TextValue("t")}}}, "two")
		},
		func() error { return d.round(r, false) },
		func() error { return write(r, d, said, replica.Change{Doc: d.doc(), Set: text("three")}, "three") },
		func() error { return d.round(r, false) },
	}
	for range 10 {
		steps = append(steps, func() error { return d.round(r, false) })
	}
	for i := 0; i < len(steps); i++ {
		if err == nil {
			err = steps[i]()
		}
		if errors.Is(err, errPower) {
			r, err = d.open(k), nil // the app starts again
		}
		require.NoError(t, err)
	}
	require.Equal(t, replica.UpToDate, r.State(d.record))
	counted := map[string]int{}
	for _, document := range r.View(d.record) {
		counted[string(document.Fields["text"])]++
		require.Empty(t, document.Siblings, "one database alone makes no conflict")
	}
	for word := range said {
		require.Equal(t, 1, counted[`"`+word+`"`], "%s was acknowledged", word)
	}
	return k.saves >= k.crashAt
}

// write writes one change; once the database says that it has it, it must never be lost.
func write(r *replica.Replica, d *desk, said map[string]bool, c replica.Change, word string) error {
	_, err := r.Mutate(d.record, c, d.now)
	if err == nil {
		said[word] = true
	}
	return err
}

func TestWhatWasWrittenShowsAtOnceAndStaysUntilItIsInPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.open(&disk{})
	require.Equal(t, replica.New, r.State(d.record))
	d.settle(r)
	require.Equal(t, replica.UpToDate, r.State(d.record))
	doc := d.doc()
	_, err := r.Mutate(d.record, replica.Change{Doc: doc, Set: text("offline")}, d.now)
	require.NoError(t, err)
	require.Equal(t, replica.Sending, r.State(d.record))
	require.Equal(t, 1, r.Unanswered(d.record))
	require.JSONEq(t, `"offline"`, string(r.Document(d.record, doc).Fields["text"]))
	require.NoError(t, d.round(r, true))
	require.Equal(t, replica.Sending, r.State(d.record), "an answer that was lost says nothing")
	d.settle(r)
	require.Equal(t, replica.UpToDate, r.State(d.record))
	require.JSONEq(t, `"offline"`, string(r.Document(d.record, doc).Fields["text"]))
	require.NotZero(t, r.Document(d.record, doc).Rev)
}

func TestOnlyTheAnswerToTheRequestSentLastCounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.open(&disk{})
	first, err := r.Request(d.now, d.record)
	require.NoError(t, err)
	late, err := d.engine.Sync(t.Context(), ann, first.Request)
	require.NoError(t, err)
	second, err := r.Request(d.now, d.record)
	require.NoError(t, err)
	require.NoError(t, r.Apply(first, late, d.now))
	require.Equal(t, replica.New, r.State(d.record))
	answer, err := d.engine.Sync(t.Context(), ann, second.Request)
	require.NoError(t, err)
	require.NoError(t, r.Apply(second, answer, d.now))
	require.Len(t, r.View(d.record), 1)
}

func TestAReplicaThatCouldNotSaveRefusesUntilItIsOpenedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := &disk{}
	r := d.open(k)
	k.crashAt = k.saves + 1
	_, err := r.Mutate(d.record, replica.Change{Doc: d.doc(), Set: text("x")}, d.now)
	require.ErrorIs(t, err, errPower)
	_, err = r.Mutate(d.record, replica.Change{Doc: d.doc(), Set: text("y")}, d.now)
	require.ErrorIs(t, err, errPower, "what is in memory is not what is kept")
	_, err = r.Request(d.now, d.record)
	require.ErrorIs(t, err, errPower)
	require.Empty(t, d.open(k).Outbox(d.record))
}

// TestAPhoneStaysBelowThePartsOfARequest: a server refuses a request with too many of them, and the same request would come for ever.
func TestAPhoneStaysBelowThePartsOfARequest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.open(nil)
	require.NoError(t, d.round(r, false))
	for range 60 {
		var tags []jsontext.Value
		for i := range 1000 {
			tags = append(tags, syncing.TextValue(fmt.Sprint(i)))
		}
		_, err := r.Mutate(d.record, replica.Change{Doc: d.doc(), Set: text("a, b"), Add: map[string][]jsontext.Value{"tags": tags}}, d.now)
		require.NoError(t, err)
	}
	x, err := r.Request(d.now, d.record)
	require.NoError(t, err)
	sent := len(x.Request.Records[0].Mutations)
	require.Positive(t, sent)
	require.Less(t, sent, 20, "a thousand members each")
	for range 60 { // a round is a second: as long as a busy record asks to wait
		require.NoError(t, d.round(r, false))
	}
	require.Zero(t, r.Unanswered(d.record))
}
