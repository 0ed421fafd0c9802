package scenario

import (
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// actor is one account on one device: a phone, or a board. It keeps a replica like any other, and can lose its network.
type actor struct {
	*client.Client
	h    *house
	name string
	db   *replica.Replica
	net  *network
	skew time.Duration // how far the device's clock is ahead of the true time
}

// device makes one that has not signed in yet.
func (h *house) device(name string) *actor {
	h.t.Helper()
	db, err := replica.Open(replica.Options{Schema: care.SchemaVersion, NewID: func() syncing.UUID { return syncing.UUID(uuid.New()) }})
	require.NoError(h.t, err)
	a := &actor{Client: client.New(h.base, client.Tokens{}), h: h, name: name, db: db, net: &network{}}
	a.HTTP = &http.Client{Timeout: 30 * time.Second, Transport: a.net}
	return a
}

// network is what lies between a device and the server.
type network struct {
	off     atomic.Bool  // airplane mode
	deaf    atomic.Int64 // so many requests still arrive whose answers are lost
	tried   atomic.Int64 // requests that the device tried to send
	through atomic.Int64 // requests that arrived
}

var errNoNetwork = errors.New("no network")

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	n.tried.Add(1)
	if n.off.Load() {
		return nil, errNoNetwork
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	n.through.Add(1)
	if n.deaf.Load() > 0 {
		n.deaf.Add(-1)
		return nil, errors.Join(errNoNetwork, answer.Body.Close())
	}
	return answer, nil
}

// now is what the device's clock says, in ms.
func (a *actor) now() int64 { return a.h.clock.Now().Add(a.skew).UnixMilli() }

// set is what somebody writes: field to value, as JSON would have it; nil removes.
type set map[string]any

func (s set) values(a *actor) map[string]jsontext.Value {
	a.h.t.Helper()
	out := map[string]jsontext.Value{}
	for name, v := range s {
		text, err := json.Marshal(v)
		require.NoError(a.h.t, err)
		out[name] = text
	}
	return out
}

// note writes on the device, with or without network; sync carries it.
func (a *actor) note(record syncing.RecordID, doc syncing.DocID, fields set) replica.Name {
	a.h.t.Helper()
	return a.change(record, replica.Change{Doc: doc, Set: fields.values(a)})
}

// change is note for sets of values and deletions.
func (a *actor) change(record syncing.RecordID, c replica.Change) replica.Name {
	a.h.t.Helper()
	name, err := a.db.Mutate(record, c, a.now())
	require.NoError(a.h.t, err)
	return name
}

// sync brings the device and the server together.
func (a *actor) sync(record syncing.RecordID) error {
	return a.Sync(a.h.ctx, a.db, a.now, record)
}

// writes is note and sync, and asks that it was applied.
func (a *actor) writes(record syncing.RecordID, doc syncing.DocID, fields set) {
	a.h.t.Helper()
	name := a.note(record, doc, fields)
	a.h.done(a.sync(record))
	outcome := a.outcome(record, name)
	require.Equal(a.h.t, syncing.Applied, outcome.Status, "%s: %s %s", a.name, outcome.Reason, a.detail(record, name))
}

// isHeld is note and sync, and asks that it was held for that reason.
func (a *actor) isHeld(record syncing.RecordID, doc syncing.DocID, fields set, reason syncing.Reason) {
	a.h.t.Helper()
	name := a.note(record, doc, fields)
	a.h.done(a.sync(record))
	outcome := a.outcome(record, name)
	require.Equal(a.h.t, syncing.Held, outcome.Status, a.name)
	require.Equal(a.h.t, reason, outcome.Reason, a.detail(record, name))
}

// outcome is what the server last said became of a mutation that is still in the device's book.
func (a *actor) outcome(record syncing.RecordID, name replica.Name) syncing.Outcome {
	a.h.t.Helper()
	for _, e := range a.db.Outbox(record) {
		if e.Replica == name.Replica && e.N == name.N && e.Outcome != nil {
			return *e.Outcome
		}
	}
	require.Fail(a.h.t, "the server said nothing of a mutation", a.name)
	return syncing.Outcome{}
}

// detail is the sentence of a held mutation.
func (a *actor) detail(record syncing.RecordID, name replica.Name) string {
	var list syncing.HeldList
	if a.get("/v1/records/"+record.UUID.String()+"/held", &list) != nil {
		return ""
	}
	for _, item := range list.Items {
		if item.Replica == name.Replica.String() && item.N == name.N {
			return item.Detail
		}
	}
	return ""
}

// sees is what the device shows of a document after a sync; nil if it is not there.
func (a *actor) sees(record syncing.RecordID, doc syncing.DocID) *replica.Document {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	return a.shows(record, doc)
}

// shows is what the device shows of a document now, with or without network.
func (a *actor) shows(record syncing.RecordID, doc syncing.DocID) *replica.Document {
	return a.db.Document(record, doc)
}

// list is what the device shows of a document type after a sync.
func (a *actor) list(record syncing.RecordID, kind string) []*replica.Document {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	var found []*replica.Document
	for _, d := range a.db.View(record) {
		if d.ID.Type() == kind {
			found = append(found, d)
		}
	}
	return found
}

// value is a field of a document as Go would have it; nil if there is none.
func value(d *replica.Document, field string) any {
	if d == nil || d.Fields[field] == nil {
		return nil
	}
	var v any
	if json.Unmarshal(d.Fields[field], &v) != nil {
		return nil
	}
	return v
}

// write does the action `write`: now, or not at all.
func (a *actor) write(record syncing.RecordID, doc syncing.DocID, fields set) error {
	a.h.t.Helper()
	return a.act(record, "write", map[string]any{"doc": doc, "set": fields}, nil)
}

// act does an action on a record.
func (a *actor) act(record syncing.RecordID, action string, body, into any) error {
	return a.Act(a.h.ctx, "/v1/records/"+record.UUID.String()+"/actions/"+action, client.NewRequestID(), body, into)
}

func (a *actor) get(path string, into any) error {
	return a.Do(a.h.ctx, http.MethodGet, path, nil, into)
}

func (a *actor) post(path string, body, into any) error {
	return a.Act(a.h.ctx, path, client.NewRequestID(), body, into)
}

func (a *actor) put(path string, body, into any) error {
	return a.Do(a.h.ctx, http.MethodPut, path, body, into)
}

func (a *actor) remove(path string) error { return a.Do(a.h.ctx, http.MethodDelete, path, nil, nil) }

// refused asks that something was refused with a status and a sentence, and gives the sentence.
func (h *house) refused(status int, err error) string {
	h.t.Helper()
	var p *client.Problem
	require.ErrorAs(h.t, err, &p)
	require.Equal(h.t, status, p.Status, p.Detail)
	require.NotEmpty(h.t, p.Detail)
	return p.Detail
}

// queueRow is a row of a team's queue, as a board reads it.
type queueRow struct {
	Record  syncing.RecordID `json:"record"`
	Doc     syncing.DocID    `json:"doc"`
	Level   string           `json:"level"`
	Late    bool             `json:"late"`
	Overdue bool             `json:"overdue"`
	Status  string           `json:"status"`
	Why     string           `json:"why"`
	Reports int              `json:"reports"`
	Own     string           `json:"own"` // of what the team itself acts on
	Failed  int              `json:"failed"`
	Results int              `json:"results"` // that the team has to acknowledge

	ClaimedName string `json:"claimedName"`
	Escalated   []struct {
		To string `json:"to"`
		At int64  `json:"at"`
	} `json:"escalated"`
	Person struct {
		Name string `json:"name"`
	} `json:"person"`

	Concerns []string         `json:"concerns"`
	Waiting  []jsontext.Value `json:"waiting"`
	Also     *queueRow        `json:"also"`
}

// queue is the queue of a team as the actor reads it.
func (a *actor) queue(team identity.Team) []queueRow {
	a.h.t.Helper()
	var page struct {
		Rows []queueRow `json:"rows"`
	}
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/queue", &page))
	return page.Rows
}

func newDoc(kind string) syncing.DocID {
	return syncing.NewDocID(kind, syncing.UUID(uuid.Must(uuid.NewV7())))
}

func careTeam(team identity.Team) syncing.DocID { return care.CareTeamID(team.ID) }
