package sim

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	syncing "satchel/sync"
)

// audit reads a whole record with every right, so that what an answer does not show is looked at too.
func (w *world) audit(id syncing.RecordID) {
	r := w.oracle.life.records[id]
	if r == nil {
		return
	}
	req := &syncing.Request{
		Replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("auditor")}, Now: w.now, Schema: 2,
		Records: []syncing.RecordRequest{{Record: id}},
	}
	w.serve(&message{as: w.auditor}, req)
	if w.audits++; w.audits%8 == 0 {
		w.count(id)
	}
}

// auditAll looks at the records in use and at one of the past.
func (w *world) auditAll() {
	for _, id := range w.records {
		w.audit(id)
	}
	if len(w.past) > 0 {
		w.audit(pick(w, w.past...))
	}
}

// count: the journal has an entry for each rev and for each mutation that was held, chained; digests and outcomes fit.
func (w *world) count(id syncing.RecordID) {
	r, entries := w.oracle.life.records[id], uint64(0)
	err := w.store.View(context.Background(), id, func(tx syncing.ReadTx) error {
		if err := syncing.Check(tx); err != nil {
			return err
		}
		return tx.Scan(syncing.TableJournal, nil, nil, func(_, _ []byte) (bool, error) {
			entries++
			return true, nil
		})
	})
	if changed, err := w.engine.Relist(context.Background(), id); changed || err != nil {
		w.broken("what waits to be settled is not what the documents say: %v", err)
	}
	if err != nil || entries != uint64(r.rev)+r.held {
		w.broken("S2: the journal has %d entries, and must have %d for revs and %d for what was held: %v", entries, r.rev, r.held, err)
	}
}

// due does what time brings, in the order in which it became due.
func (w *world) due() {
	type entry struct {
		at  int64
		id  syncing.RecordID
		doc syncing.DocID
	}
	var list []entry
	for id, r := range w.oracle.life.records {
		for _, d := range r.docs {
			if at, ok := w.oracle.dueAt(d); ok && at <= w.clock() {
				list = append(list, entry{at, id, d.id})
			}
		}
	}
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.id.UUID[:], b.id.UUID[:]), cmp.Compare(a.doc, b.doc))
	})
	for _, e := range list {
		r := w.oracle.life.records[e.id]
		s := &scribe{oracle: w.oracle, life: w.oracle.life, r: r, now: max(w.clock(), r.clock)}
		s.expire(r.docs[e.doc], w.clock())
		r.clock = s.now
	}
	changed, _, err := w.engine.Due(context.Background())
	if err != nil || changed != len(list) {
		w.broken("time changes %d documents, and must change %d: %v", changed, len(list), err)
	}
	w.tell("time does its work on %d documents", changed)
	w.auditAll()
	for i, e := range list {
		if slices.Contains(w.past, e.id) && !slices.ContainsFunc(list[:i], func(x entry) bool { return x.id == e.id }) {
			w.audit(e.id)
		}
	}
}

// roundsMost bounds how often a phone may have to speak, beyond once for each of its mutations, before it rests.
const roundsMost = 60

// settleAll ends all faults and asks whether everything comes to rest: every outbox drains, every phone holds what the server
// shows it, and nothing that anybody wrote is missing.
func (w *world) settleAll() {
	w.cables, w.drift, w.oracle.schemaMin, w.quiet = nil, 0, 0, true
	w.restart()
	for id := range w.records[:2] {
		w.createIfMissing(id)
	}
	for range 3 {
		w.rest()
		w.now += 25 * hour // earlier names ask once a day
	}
	w.backUp()
	w.readBack()
	w.now += 25 * hour
	w.rest()
	w.rest() // for those who had not read what came last
	for _, ph := range w.phones {
		if !ph.gone {
			w.atRest(ph)
		}
	}
	w.everyOutcome()
	for id := range w.oracle.life.records {
		w.count(id)
	}
}

// rest lets every phone speak until it has nothing more to say.
func (w *world) rest() {
	for _, ph := range w.phones {
		if ph.gone {
			continue
		}
		spoken, most := 0, roundsMost
		for _, id := range w.every() {
			most += len(ph.db.Outbox(id)) + len(ph.db.Given(id))
			if r := w.oracle.life.records[id]; r != nil {
				most += len(r.docs)
			}
		}
		for spoken < 2 || w.wants(ph) { // an earlier name may take the first turn
			w.now += 2000
			if spoken++; spoken > most {
				w.broken("L: %s does not come to rest: %v", ph.name, w.states(ph))
			}
			w.converse(ph)
		}
	}
}

func (w *world) wants(ph *phone) bool {
	return slices.ContainsFunc(w.every(), func(id syncing.RecordID) bool { return ph.db.Wants(id, w.now+ph.drift) })
}

func (w *world) states(ph *phone) (list []string) {
	for _, id := range w.every() {
		list = append(list, string(ph.db.State(id)))
	}
	return list
}

func (w *world) converse(ph *phone) {
	records := slices.Concat(w.records[:2], w.past)
	if slices.Contains(ph.db.Records(), w.records[2]) {
		records = w.every()
	}
	m := w.request(ph, records)
	m.answer, m.views = w.serve(m, m.exchange.Request)
	w.take(m)
}

// atRest looks at one phone when everything is over.
func (w *world) atRest(ph *phone) {
	for i, id := range w.every() {
		r := w.oracle.life.records[id]
		g := w.oracle.life.grants[grantKey{id, ph.owner.account}]
		state := ph.db.State(id)
		if ph.db.Unanswered(id) > 0 {
			w.broken("L: %s has words for record %d without an outcome (%s)", ph.name, i, state)
		}
		if r == nil || !g.Active {
			if len(ph.db.Given(id)) > 0 {
				w.broken("S14: %s still holds documents of record %d", ph.name, i)
			}
			continue
		}
		if state != "up to date" {
			w.broken("L: %s says %q of record %d", ph.name, state, i)
		}
		w.equal(ph, id, w.oracle.visible(r, g))
		if left := ph.db.Outbox(id); len(left) > 0 {
			w.broken("L: %s still keeps %d mutations of record %d that are safe", ph.name, len(left), i)
		}
	}
	for content, id := range ph.written {
		if !w.lost[content] && !w.known(id, ph.owner.account, content) {
			w.broken("S3: what %s wrote is nowhere: %s", ph.name, content)
		}
	}
}

// known reports whether words are in a record's journal, or in the account's list for records that were never its own.
func (w *world) known(id syncing.RecordID, account syncing.AccountID, content string) bool {
	if r := w.oracle.life.records[id]; r != nil {
		for _, t := range r.names {
			if t.content == content {
				return true
			}
		}
	}
	if list := w.oracle.life.foreign[account]; list != nil {
		for at, state := range list.lines {
			for _, c := range state.contents {
				if at.record == id && c == content {
					return true
				}
			}
		}
	}
	return false
}

// everyOutcome asks for each outcome that was ever given once more (S2).
func (w *world) everyOutcome() {
	for _, id := range slices.SortedFunc(maps.Keys(w.oracle.life.records), func(a, b syncing.RecordID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) }) {
		r := w.oracle.life.records[id]
		for _, replica := range slices.SortedFunc(maps.Keys(r.replicas), func(a, b syncing.ReplicaID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) }) {
			owner := &person{account: r.replicas[replica].account}
			req := &syncing.Request{Replica: replica, Now: w.now, Schema: 2, Records: []syncing.RecordRequest{{Record: id}}}
			w.serve(&message{as: owner}, req)
		}
	}
}
