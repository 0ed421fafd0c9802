package replica

import (
	"bytes"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Change is what a person wants done to one document: one intent.
type Change struct {
	Doc    syncing.DocID
	Set    map[string]jsontext.Value   // a nil or null value removes the field's value
	Add    map[string][]jsontext.Value // only for fields that are sets
	Remove map[string][]jsontext.Value
	Delete bool // stands alone
	// Base is the base of what the form showed, as Base gave it when the form was opened; nil: what is shown now.
	Base *string
	// Acting is the team for which the person writes, where they work in several; zero: not said.
	Acting syncing.TeamID
}

// Name is a mutation's identity: a replica and a number within (replica, record).
type Name = syncing.Continued

// Entry is one mutation of this database, in the outbox or kept: the words stay the same however often they are sent.
type Entry struct {
	Replica syncing.ReplicaID `json:"replica"`
	N       uint64            `json:"n"`
	Doc     syncing.DocID     `json:"doc"`
	// Body is the mutation as an object without n and was: what its hash is made of.
	Body jsontext.Value `json:"body"`
	// Outcome is what the server last said became of it; nil if it never said.
	Outcome *syncing.Outcome `json:"outcome,omitzero"`
	// Answered says that the outcome is of the server's present epoch; without it the mutation is sent (again).
	Answered bool `json:"answered,omitzero"`
	// Placed says that the documents in place hold what it did, so that it is not replayed on top of them.
	Placed bool `json:"placed,omitzero"`

	Sent  bool                   `json:"sent,omitzero"`  // it went out under its present name
	Names []Name                 `json:"names,omitzero"` // its earlier names
	Revs  map[string]syncing.Rev `json:"revs,omitzero"`  // for each epoch the last rev that it had there
}

// Base is the base of what is shown of a record now: a form keeps it from when it is opened and hands it to Mutate. "" says
// that nothing of the record was seen.
func (r *Replica) Base(id syncing.RecordID) string {
	if rec := r.records[id]; rec != nil {
		return rec.Cursor
	}
	return ""
}

// Mutate writes one change into the outbox and names it. now is the device's wall clock, ms since 1970 UTC. When it returns
// without an error, the change outlives the app. Faults: Invalid (the change says nothing, or a value is not JSON), Full.
func (r *Replica) Mutate(id syncing.RecordID, c Change, now int64) (Name, error) {
	if r.broken != nil {
		return Name{}, r.broken
	}
	if len(c.Set)+len(c.Add)+len(c.Remove) == 0 != c.Delete {
		return Name{}, fault.New(fault.Invalid, "replica.Mutate", "A change says something, or deletes, and deleting stands alone.")
	}
	base := r.Base(id)
	if c.Base != nil {
		base = *c.Base
	}
	body, err := r.body(c, base, now)
	if err != nil {
		return Name{}, fault.Wrap(err, fault.Invalid, "replica.Mutate", "This change holds a value that cannot be written down.")
	}
	rec := r.record(id)
	l := r.current(rec)
	l.Highest++
	rec.Entries = append(rec.Entries, &Entry{Replica: l.Replica, N: l.Highest, Doc: c.Doc, Body: body})
	r.touch(rec)
	return Name{Replica: l.Replica, N: l.Highest}, r.save()
}

// body writes the change as a mutation without n and was.
func (r *Replica) body(c Change, base string, now int64) (jsontext.Value, error) {
	w := newWriter()
	w.begin()
	w.text("doc", string(c.Doc))
	w.int("schema", int64(r.opts.Schema))
	if base != "" {
		w.text("base", base)
	}
	w.int("at", now)
	w.int("after", r.db.After)
	if !c.Acting.IsZero() {
		w.text("acting", c.Acting.String())
	}
	if len(c.Set) > 0 {
		w.name("set")
		w.begin()
		for _, field := range slices.Sorted(maps.Keys(c.Set)) {
			w.value(field, c.Set[field])
		}
		w.end()
	}
	w.lists("add", c.Add)
	w.lists("remove", c.Remove)
	if c.Delete {
		w.value("delete", syncing.BoolValue(true))
	}
	w.end()
	return w.done()
}

// writer writes JSON; the first mistake stays.
type writer struct {
	b   bytes.Buffer
	enc *jsontext.Encoder
	err error
}

func newWriter() *writer {
	w := &writer{}
	w.enc = jsontext.NewEncoder(&w.b)
	return w
}

func (w *writer) token(t jsontext.Token) {
	if w.err == nil {
		w.err = w.enc.WriteToken(t)
	}
}

func (w *writer) begin()                   { w.token(jsontext.BeginObject) }
func (w *writer) end()                     { w.token(jsontext.EndObject) }
func (w *writer) name(s string)            { w.token(jsontext.String(s)) }
func (w *writer) text(name, s string)      { w.name(name); w.token(jsontext.String(s)) }
func (w *writer) int(name string, n int64) { w.name(name); w.token(jsontext.Int(n)) }

func (w *writer) value(name string, v jsontext.Value) {
	w.name(name)
	if v == nil {
		w.token(jsontext.Null)
	} else if w.err == nil {
		w.err = w.enc.WriteValue(v)
	}
}

func (w *writer) lists(name string, lists map[string][]jsontext.Value) {
	if len(lists) == 0 {
		return
	}
	w.name(name)
	w.begin()
	for _, field := range slices.Sorted(maps.Keys(lists)) {
		w.name(field)
		w.token(jsontext.BeginArray)
		for _, v := range lists[field] {
			if w.err == nil {
				w.err = w.enc.WriteValue(v)
			}
		}
		w.token(jsontext.EndArray)
	}
	w.end()
}

func (w *writer) done() (jsontext.Value, error) {
	return bytes.TrimSpace(bytes.Clone(w.b.Bytes())), w.err
}
