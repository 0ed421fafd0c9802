package sim

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

func cloneWritten(m map[string]syncing.RecordID) map[string]syncing.RecordID { return maps.Clone(m) }

// load opens a phone's database from a copy of its parts.
func (w *world) load(ph *phone, parts map[string][]byte) {
	db, err := replica.OpenState(w.database(ph), parts)
	if err != nil {
		w.broken("opening a phone: %v", err)
	}
	ph.db = db
}

func (w *world) reopen(ph *phone) {
	parts, err := ph.db.MarshalState()
	if err != nil {
		w.broken("closing a phone: %v", err)
	}
	w.load(ph, parts)
}

// ask lets a phone send a request, at times for one record only, and rarely under somebody else's name.
func (w *world) ask() {
	ph := w.anyPhone()
	records := slices.Clone(w.records[:2])
	if w.chance(30) || len(ph.db.Outbox(w.records[2])) > 0 {
		records = []syncing.RecordID{w.records[min(w.rnd.IntN(7)/3, 2)]}
	}
	if len(w.past) > 0 && w.chance(5) {
		records = append(records, pick(w, w.past...))
	}
	m := w.request(ph, records)
	if _, claimed := w.oracle.life.owners[m.exchange.Request.Replica]; claimed && w.chance(2) {
		m.as = w.people[w.rnd.IntN(len(w.people))]
	}
	if w.chance(60) { // both ways at once
		before := len(w.cables)
		w.arrive(m)
		if len(w.cables) > before && w.chance(90) {
			m, w.cables = w.cables[before], w.cables[:before]
			w.take(m)
		}
		return
	}
	w.cables = append(w.cables, m)
	if len(w.cables) > 8 {
		w.cables = w.cables[1:]
	}
}

func (w *world) request(ph *phone, records []syncing.RecordID) *message {
	x, err := ph.db.Request(w.now+ph.drift, records...)
	if err != nil {
		w.broken("asking: %v", err)
	}
	w.tell("%s asks as %s", ph.name, short2(x.Request))
	return &message{from: ph, db: ph.db, written: ph.written, as: ph.owner, exchange: x}
}

func short2(req *syncing.Request) string {
	text := req.Replica.String()[:4]
	for _, r := range req.Records {
		text += fmt.Sprintf(" [%s from %s acked %d", short(r.Record), short3(r.Cursor), r.Acked)
		for _, c := range r.Continues {
			text += fmt.Sprintf(" (and %s to %d)", c.Replica.String()[:4], c.N)
		}
		text += ", sends"
		for _, m := range r.Mutations {
			text += fmt.Sprintf(" %d", m.N)
		}
		text += "]"
	}
	return text
}

// short3 tells cursors apart.
func short3(cursor string) string {
	sum := sha256.Sum256([]byte(cursor))
	return hex.EncodeToString(sum[:2])
}

// deliver lets one message arrive, or not.
func (w *world) deliver() {
	if len(w.cables) == 0 {
		return
	}
	m, fate := Draw(w.rnd, &w.cables)
	switch fate {
	case Lost:
		w.note("lost message")
		w.tell("a message of %s is lost", m.from.name)
		return
	case Doubled:
		w.note("doubled message")
	case Cut:
		w.cut(m)
		return
	}
	w.arrive(m)
}

// cut breaks a message off: neither side can read it, and nothing comes of it.
func (w *world) cut(m *message) {
	w.note("cut message")
	if m.answer != nil {
		return
	}
	body, err := json.Marshal(m.exchange.Request)
	if err != nil {
		w.broken("writing a request: %v", err)
	}
	if _, err := syncing.DecodeRequest(body[:w.rnd.IntN(len(body))]); err == nil {
		w.broken("a request that was cut off is read")
	}
}

func (w *world) arrive(m *message) {
	if m.answer == nil {
		if _, claimed := w.oracle.life.owners[m.exchange.Request.Replica]; m.as != m.from.owner && !claimed {
			return // nobody's replica would become somebody else's
		}
		answer := *m
		answer.answer, answer.views = w.serve(m, m.exchange.Request)
		w.cables = append(w.cables, &answer)
		return
	}
	w.take(m)
}

// serve lets the engine answer a request, and holds the answer against the oracle's.
func (w *world) serve(m *message, req *syncing.Request) (*syncing.Response, map[syncing.RecordID]view) {
	w.result.Messages++
	now, as := w.clock(), m.as
	expect, stood := make([]*expected, len(req.Records)), make([]uint64, len(req.Records))
	w.listen(m)
	for i := range req.Records {
		stood[i] = w.oracle.entries(req.Records[i].Record)
		expect[i] = w.oracle.sync(as.account, req, &req.Records[i], now)
	}
	sent := w.carried(req)
	answer, err := w.engine.Sync(context.Background(), syncing.Principal{Account: as.account}, sent)
	if err != nil {
		w.broken("the server fails: %v", err)
	}
	if w.opts.Tamper.Response != nil {
		w.opts.Tamper.Response(answer)
	}
	views := map[syncing.RecordID]view{}
	for i := range req.Records {
		now = max(now, expect[i].now)
		if v := w.oracle.compare(expect[i], req, &req.Records[i], &answer.Records[i]); v != nil {
			views[req.Records[i].Record] = v
		}
		fmt.Fprint(w.hash, answer.Records[i].Cursor, answer.Records[i].Last, len(answer.Records[i].Outcomes), answer.Records[i].Digest, ";")
		if as != w.auditor {
			w.tell("  the server answers %s: %s", short(req.Records[i].Record), told2(&answer.Records[i]))
		}
	}
	if answer.Now != now {
		w.broken("the server's now is %d, and must be %d", answer.Now, now)
	}
	for i := range req.Records {
		if id := req.Records[i].Record; w.oracle.entries(id) != stood[i] {
			w.audit(id)
		}
	}
	return answer, views
}

// carried is the request as the engine gets it: in every other seed it went through its JSON form.
func (w *world) carried(req *syncing.Request) *syncing.Request {
	sent := req
	if w.opts.Seed%2 == 0 || w.opts.Tamper.Request != nil {
		body, err := json.Marshal(req)
		if err != nil {
			w.broken("writing a request: %v", err)
		}
		if sent, err = syncing.DecodeRequest(body); err != nil {
			w.broken("reading a request: %v", err)
		}
	}
	if w.opts.Tamper.Request != nil {
		w.opts.Tamper.Request(sent)
	}
	return sent
}

func told2(r *syncing.RecordResponse) string {
	text := fmt.Sprintf("last %d safe %d", r.Last, r.Safe)
	if r.Error != nil {
		text += " " + string(r.Error.Code)
	}
	for _, o := range r.Outcomes {
		text += fmt.Sprintf(" %d:%s%s@%d", o.N, o.Status, o.Reason, o.Rev)
	}
	if r.Reset {
		text += " reset"
	}
	return text + fmt.Sprintf(" %d documents, more %v, cursor %s", len(r.Changes), r.More, short3(r.Cursor))
}

// take lets a phone take in an answer.
func (w *world) take(m *message) {
	ph := m.from
	if ph.gone || ph.db != m.db {
		return
	}
	answer := m.answer
	if w.opts.Tamper.Answer != nil {
		body, err := json.Marshal(answer)
		if err != nil {
			w.broken("writing an answer: %v", err)
		}
		answer = &syncing.Response{}
		if err := json.Unmarshal(body, answer); err != nil {
			w.broken("reading an answer: %v", err)
		}
		w.opts.Tamper.Answer(answer)
	}
	before := map[syncing.RecordID][]replica.Entry{}
	for i := range answer.Records {
		before[answer.Records[i].Record] = ph.db.Outbox(answer.Records[i].Record)
	}
	id := ph.db.ID()
	if err := ph.db.Apply(m.exchange, answer, w.now+ph.drift); err != nil {
		w.broken("taking in an answer: %v", err)
	}
	w.tell("%s takes in an answer", ph.name)
	if ph.db.ID() != id {
		w.family[ph.db.ID()] = ph.family
		w.note("forked")
		w.tell("%s was copied, and goes on as %s", ph.name, ph.db.ID().String()[:4])
	}
	for i := range answer.Records {
		w.tookIn(ph, &answer.Records[i], before[answer.Records[i].Record], m.views[answer.Records[i].Record])
	}
}

// tookIn looks at a phone after an answer: no word of the outbox is gone that is not safe, and if everything was read, what it
// holds is what the server then had.
func (w *world) tookIn(ph *phone, got *syncing.RecordResponse, before []replica.Entry, v view) {
	after := map[string]bool{}
	for _, e := range ph.db.Outbox(got.Record) {
		after[string(e.Body)] = true
	}
	for _, e := range before {
		if !after[string(e.Body)] && (e.N > got.Safe || got.Error != nil) {
			w.broken("S16: %s lost its number %d", ph.name, e.N)
		}
	}
	if v == nil || got.Cursor == "" || ph.db.Base(got.Record) != got.Cursor {
		return
	}
	w.equal(ph, got.Record, v)
}

// equal asks whether a phone holds every visible document, at the server's rev, with every field and sibling (S5, S7).
func (w *world) equal(ph *phone, id syncing.RecordID, v view) {
	have := ph.db.Given(id)
	for doc, d := range have {
		if _, visible := v[doc]; !visible {
			w.broken("S5: %s holds %s at rev %d, and the server does not show it", ph.name, doc, d.Rev)
		}
	}
	if len(have) != len(v) {
		w.broken("S5: %s holds %d documents, and the server shows %d", ph.name, len(have), len(v))
	}
	for doc, want := range v {
		d := have[doc]
		if d == nil || d.Rev != want.rev || len(d.Fields) != len(want.shown.fields) || len(d.Siblings) != len(want.shown.siblings) {
			w.broken("S5: %s holds %s as %+v, and the server shows rev %d %v", ph.name, doc, d, want.rev, want.shown)
		}
		for field, value := range want.shown.fields {
			if !sameValue(doc, field, string(d.Fields[field]), value) {
				w.broken("S5: %s shows %s.%s as %s, and the server has %s", ph.name, doc, field, d.Fields[field], value)
			}
		}
		for field, list := range want.shown.siblings {
			if !sameSiblings(d.Siblings[field], list) {
				w.broken("S7: %s has siblings of %s.%s %v, and the server has %v", ph.name, doc, field, d.Siblings[field], list)
			}
		}
	}
}
