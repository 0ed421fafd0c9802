package reminder

import (
	"context"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// morning is Monday 23 November 2026, nine o'clock in London.
var morning = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC).UnixMilli()

const (
	hour  = int64(60 * 60 * 1000)
	clerk = "0193a5c0-0000-7000-8000-0000000000c1"
	team  = "0193a5c0-0000-7000-8000-0000000000d1"
)

// chart is one record on the real engine over a store in memory, into which system writes what a test says: nothing else follows from it.
type chart struct {
	t      *testing.T
	engine *syncing.Engine
	record syncing.RecordID
	now    int64
}

// Scope implements syncing.Access: one clerk may do all.
func (c *chart) Scope(syncing.ReadTx, syncing.Principal) (syncing.Scope, error) {
	id, err := syncing.ParseUUID(clerk)
	return syncing.NewScope(syncing.Grant{
		Account: syncing.AccountID{UUID: id}, Roles: []syncing.Role{care.RoleOncology}, Categories: []string{care.CategoryPerson}, Active: true, Known: true,
	}), err
}

// TeamScopes implements syncing.Access.
func (*chart) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) { return nil, nil }

// Principal implements syncing.Access.
func (c *chart) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	return syncing.Principal{Account: account}, true, nil
}

// AccountRecord implements syncing.Access.
func (c *chart) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID(account)
}

func newChart(t *testing.T) *chart {
	t.Helper()
	c := &chart{t: t, now: morning, record: syncing.RecordID{UUID: syncing.DerivedUUID("record", t.Name())}}
	place, err := care.Default()
	require.NoError(t, err)
	c.engine = syncing.New(storetest.NewMemory(), care.Schema(place), c, syncing.Options{Epoch: "7f3a91c2d0b14e55", Now: func() int64 { return c.now }, Sequential: true})
	person := syncing.Patch{Doc: care.PersonID(c.record), Set: values(t, fields{"name": "Ada Grey", "birthDate": "1961-04-03", "homeZone": "Europe/London"})}
	require.NoError(t, c.engine.Create(t.Context(), syncing.Principal{}, c.record, "begin", func(syncing.Tx) error { return nil }, []syncing.Patch{person}))
	return c
}

type fields map[string]any

// each is a set of elements.
type each []string

func values(t *testing.T, set fields) map[string]jsontext.Value {
	t.Helper()
	out := map[string]jsontext.Value{}
	for name, value := range set {
		if _, isSet := value.(each); isSet {
			continue
		}
		raw, err := json.Marshal(value)
		require.NoError(t, err)
		out[name] = raw
	}
	return out
}

// holds writes a document, or more of it.
func (c *chart) holds(doc syncing.DocID, set fields) syncing.DocID {
	c.t.Helper()
	patch := syncing.Patch{Doc: doc, Set: values(c.t, set), Add: map[string][]jsontext.Value{}}
	for name, value := range set {
		if elems, isSet := value.(each); isSet {
			for _, elem := range elems {
				patch.Add[name] = append(patch.Add[name], syncing.TextValue(elem))
			}
		}
	}
	require.NoError(c.t, c.engine.System(c.t.Context(), c.record, []syncing.Patch{patch}))
	return doc
}

// doc names a document for what it is called in a test.
func doc(kind, name string) syncing.DocID {
	return syncing.NewDocID(kind, syncing.DerivedUUID(kind, name))
}

// read hands over the record as rules read it.
func (c *chart) read(do func(b care.Binder) error) {
	c.t.Helper()
	require.NoError(c.t, c.engine.Follow(c.t.Context(), c.record, func(r syncing.Reader, _ int64) ([]syncing.Patch, error) {
		return nil, do(care.BinderOf(r))
	}))
}

func (c *chart) events() (list []remind.Event) {
	c.t.Helper()
	c.read(func(b care.Binder) (err error) {
		list, err = eventsOf(b, "Europe/London", c.now, c.now, 14, remind.Kinds)
		return err
	})
	return list
}

// one is the only event there is.
func (c *chart) one() remind.Event {
	c.t.Helper()
	list := c.events()
	require.Len(c.t, list, 1)
	return list[0]
}

func (c *chart) wishes(audience string) (w wishes) {
	c.t.Helper()
	c.read(func(b care.Binder) (err error) {
		w, err = wishesOf(b, audience, "Europe/London")
		return err
	})
	return w
}

func (c *chart) list(audience string, days int) (page Page) {
	c.t.Helper()
	c.read(func(b care.Binder) (err error) {
		page, err = List(b, audience, "Europe/London", c.now, days)
		return err
	})
	return page
}

func (c *chart) visit(name, start string, more fields) syncing.DocID {
	c.t.Helper()
	id := c.holds(doc("appointment", name), fields{"start": start, "zone": "Europe/London", "ownerTeam": team, "title": name, "status": "booked"})
	if more != nil {
		c.holds(id, more)
	}
	return id
}
