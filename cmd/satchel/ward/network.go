package ward

import (
	"fmt"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
	"satchel/sync/replica"
	"satchel/sync/sim"
)

// message is a request or an answer on its way.
type message struct {
	from     *phone
	db       *replica.Replica // as it was when it sent: a restored phone knows nothing of it
	exchange *replica.Exchange
	answer   *syncing.Response // nil: a request
	views    map[syncing.RecordID]*view
}

func (w *world) anyPhone() *phone {
	for {
		if ph := w.phones[w.rnd.IntN(len(w.phones))]; !ph.gone {
			return ph
		}
	}
}

// ask lets a phone send a request; mostly the answer comes at once.
func (w *world) ask() {
	ph, records := w.anyPhone(), w.records
	if w.chance(30) {
		records = []syncing.RecordID{pick(w, w.records...)}
	}
	m := w.request(ph, records)
	if w.chance(60) {
		if back := w.arrive(m); back != nil {
			if w.chance(90) {
				w.take(back)
			} else {
				w.cables = append(w.cables, back)
			}
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
	w.must("asking", err)
	return &message{from: ph, db: ph.db, exchange: x}
}

// deliver lets one message arrive, or not.
func (w *world) deliver() {
	if len(w.cables) == 0 {
		return
	}
	m, fate := sim.Draw(w.rnd, &w.cables)
	switch fate {
	case sim.Lost:
		w.note("lost message")
		return
	case sim.Doubled:
		w.note("doubled message")
	case sim.Cut:
		w.note("cut message")
		if m.answer != nil {
			return
		}
		body, err := json.Marshal(m.exchange.Request)
		w.must("writing a request", err)
		if _, err := syncing.DecodeRequest(body[:w.rnd.IntN(len(body))]); err == nil {
			w.broken("a request that was cut off is read")
		}
		return
	}
	if m.answer != nil {
		w.take(m)
	} else if back := w.arrive(m); back != nil {
		w.cables = append(w.cables, back)
	}
}

// arrive lets the server answer a request; nil if whoever asks is not let in.
func (w *world) arrive(m *message) *message {
	who, ok := w.speak(m.from)
	if !ok {
		w.note("not let in")
		w.tell("%s is not let in", m.from.name)
		return nil
	}
	back := *m
	back.answer, back.views = w.serve(m, who)
	if back.answer == nil {
		return nil
	}
	return &back
}

// serve lets the engine answer, and the oracle look at the answer. nil: the disk is full.
func (w *world) serve(m *message, who syncing.Principal) (*syncing.Response, map[syncing.RecordID]*view) {
	w.result.Messages++
	req := m.exchange.Request
	answer, err := w.engine.Sync(w.ctx, who, w.carried(req))
	if err != nil {
		if w.machine.Full && isFull(err) {
			w.note("answer full")
			return nil, nil
		}
		w.broken("d: the server fails: %v", err)
	}
	if tamper := w.opts.Faults.Response; tamper != nil {
		tamper(who.Account, req, answer)
	}
	w.look()
	views := map[syncing.RecordID]*view{}
	for i := range answer.Records {
		got := &answer.Records[i]
		if w.machine.Full && got.Error != nil && got.Error.Code == syncing.Busy {
			continue
		}
		p := w.oracle.permits(got.Record, who.Account, w.serverNow())
		views[got.Record] = w.oracle.hears(p, req.Replica, &req.Records[i], got)
		fmt.Fprint(w.hash, got.Last, len(got.Outcomes), got.Digest, ";")
		if got.Reset {
			w.note("reset")
		}
		w.tell("  %s: %s is answered: %s", m.from.name, short(got.Record), brief(&req.Records[i], got))
	}
	return answer, views
}

// carried is the request as the engine gets it: in every other seed it went through its JSON form.
func (w *world) carried(req *syncing.Request) *syncing.Request {
	tamper := w.opts.Faults.Request
	if w.opts.Seed%2 != 0 && tamper == nil {
		return req
	}
	body, err := json.Marshal(req)
	w.must("writing a request", err)
	sent, err := syncing.DecodeRequest(body)
	w.must("reading a request", err)
	if tamper != nil {
		tamper(sent)
	}
	return sent
}

func short(id syncing.RecordID) string { return "record " + id.String()[:4] }

func brief(part *syncing.RecordRequest, got *syncing.RecordResponse) string {
	text := fmt.Sprintf("sent %d, last %d safe %d", len(part.Mutations), got.Last, got.Safe)
	if got.Error != nil {
		text += " " + string(got.Error.Code)
	}
	for _, o := range got.Outcomes {
		text += fmt.Sprintf(" %d:%s %s %s", o.N, o.Status, o.Reason, o.Detail)
	}
	if got.Reset {
		text += " reset"
	}
	return text + fmt.Sprintf(" %d documents, more %v", len(got.Changes), got.More)
}

// take lets a phone take in an answer, and looks whether what it then holds is what the server showed.
func (w *world) take(m *message) {
	ph := m.from
	if ph.gone || ph.db != m.db {
		return
	}
	before := map[syncing.RecordID][]replica.Entry{}
	for i := range m.answer.Records {
		before[m.answer.Records[i].Record] = ph.db.Outbox(m.answer.Records[i].Record)
	}
	id := ph.db.ID()
	w.must("taking in an answer", ph.db.Apply(m.exchange, m.answer, w.now+ph.drift))
	if ph.db.ID() != id {
		w.note("forked")
		w.tell("%s was copied, and goes on under another name", ph.name)
	}
	for i := range m.answer.Records {
		got := &m.answer.Records[i]
		w.keeps(ph, got, before[got.Record])
		if v := m.views[got.Record]; v != nil && got.Cursor != "" && ph.db.Base(got.Record) == got.Cursor {
			w.equal(ph, got.Record, v)
		}
	}
}

// keeps: no word leaves the outbox that is not safe.
func (w *world) keeps(ph *phone, got *syncing.RecordResponse, before []replica.Entry) {
	after := map[string]bool{}
	for _, e := range ph.db.Outbox(got.Record) {
		after[string(e.Body)] = true
	}
	for _, e := range before {
		if !after[string(e.Body)] && (e.N > got.Safe || got.Error != nil) {
			w.broken("b: %s lost its number %d", ph.name, e.N)
		}
	}
}

// equal: a phone that has read everything holds what its account may see, and nothing else.
func (w *world) equal(ph *phone, id syncing.RecordID, v *view) {
	have := ph.db.Given(id)
	for doc, d := range have {
		x := v.may[doc]
		if x == nil {
			w.broken("e: %s holds %s, and its account may not see it", ph.name, doc)
		}
		if d.Rev != x.rev || len(d.Fields) != len(x.fields) || len(d.Siblings) != len(x.siblings) {
			w.broken("e: %s holds %s at rev %d with %d fields, and the server has rev %d with %d", ph.name, doc, d.Rev, len(d.Fields), x.rev, len(x.fields))
		}
		for field, value := range d.Fields {
			if string(value) != x.fields[field] {
				w.broken("e: %s shows %s.%s as %s, and the server has %s", ph.name, doc, field, value, x.fields[field])
			}
		}
	}
	for doc := range v.must {
		if have[doc] == nil {
			w.broken("e: %s does not hold %s, and its account may see it", ph.name, doc)
		}
	}
}
