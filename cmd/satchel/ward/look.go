package ward

import (
	"maps"
	"slices"

	"satchel/internal/care"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

func isFull(err error) bool { return fault.Is(err, fault.Full) }

// look reads what changed since it was last looked at, with the auditor's eyes, and asks whether everything holds that has to.
func (w *world) look() {
	for _, id := range w.records {
		if w.changed[id] && w.oracle.life.charts[id] != nil {
			w.lookAt(id)
		}
	}
	clear(w.changed)
}

func (w *world) lookAt(id syncing.RecordID) {
	full := w.machine.Full
	w.machine.Full = false
	defer func() { w.machine.Full = full }()
	before := map[syncing.DocID]*paper{}
	for more := true; more; {
		answer, err := w.engine.Sync(w.ctx, syncing.Principal{Account: auditor}, &syncing.Request{
			Replica: syncing.ReplicaID(auditor), Now: w.now, Schema: 2,
			Records: []syncing.RecordRequest{{Record: id, Cursor: w.oracle.life.charts[id].cursor}},
		})
		w.must("the auditor reads", err)
		got := &answer.Records[0]
		maps.Copy(before, w.oracle.reads(id, got))
		more = got.More
	}
	w.must("reading the journal", w.machine.View(w.ctx, id, func(tx syncing.ReadTx) error {
		from := []byte(w.oracle.life.charts[id].read)
		if len(from) > 0 {
			from = append(from, 0)
		}
		return tx.Scan(syncing.TableJournal, from, nil, func(key, row []byte) (bool, error) {
			w.oracle.journals(id, key, row)
			return true, nil
		})
	}))
	w.oracle.cares(id, before)
	w.queues(id)
	w.rings(id)
}

// queues hands the oracle what stands in the queues of all teams for a record.
func (w *world) queues(id syncing.RecordID) {
	rows := map[syncing.DocID]syncing.TeamID{}
	for _, t := range w.teams {
		from, to := care.QueueRange(t.id)
		w.must("reading a queue", w.machine.Scan(w.ctx, care.QueueIndex, from, to, 1000, func(e syncing.IndexEntry) bool {
			if e.Record == id {
				rows[rowOf(e.Value)] = t.id
			}
			return true
		}))
	}
	w.oracle.queued(id, rows)
}

// rings: nobody is woken by what they may not see, and how far somebody is told is how far they may see.
func (w *world) rings(id syncing.RecordID) {
	accounts, err := w.identity.AccountsOf(w.ctx, id)
	w.must("reading whom to wake", err)
	for _, p := range w.people {
		who, ok, err := w.identity.Principal(w.ctx, p.account)
		w.must("a principal", err)
		if !ok || !slices.Contains(accounts, p.account) {
			continue
		}
		head, ok, err := w.engine.Head(w.ctx, who, id)
		w.must("reading a head", err)
		w.oracle.rings(id, w.oracle.permits(id, p.account, w.serverNow()), ok, head.Head, head.Loud)
	}
}

// pry lets somebody ask beside the sync: for a document's history and for the list of what is held.
func (w *world) pry() {
	id, p := w.records[w.rnd.IntN(2)], pick(w, w.people...)
	who, ok, err := w.identity.Principal(w.ctx, p.account)
	w.must("a principal", err)
	papers := w.oracle.life.charts[id].papers
	if !ok || len(papers) == 0 {
		return
	}
	doc := pick(w, slices.Sorted(maps.Keys(papers))...)
	may := w.oracle.permits(id, p.account, w.serverNow())
	history, err := w.engine.History(w.ctx, who, id, doc)
	if len(history) > 0 && !may.may(papers[doc]) || err == nil && len(history) == 0 || err != nil && !fault.Is(err, fault.NotFound) {
		w.broken("a: the history of %s is told in %d lines: %v", doc, len(history), err)
	}
	if err != nil && may.must(papers[doc]) && !papers[doc].gone {
		w.broken("e: the history of %s is not told to somebody who sees it: %v", doc, err)
	}
	held, err := w.engine.Held(w.ctx, who, id)
	if err != nil && (may.active || !fault.Is(err, fault.NotFound)) {
		w.broken("e: what is held is not listed: %v", err)
	}
	for _, item := range held.Items {
		if x := papers[item.Doc]; x == nil || !may.may(x) {
			w.broken("a: %s is listed to somebody who may not see it", item.Doc)
		}
	}
}
