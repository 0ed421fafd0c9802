package sim

import (
	"context"
	"errors"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// stopsInside lets the machine stop while it takes in what one phone hands in for one record: before a commit, and nothing of it
// exists; or behind it, and all of it does, though nobody was told.
func (w *world) stopsInside() {
	ph := w.anyPhone()
	m := w.request(ph, []syncing.RecordID{w.records[min(w.rnd.IntN(7)/3, 2)]})
	req := m.exchange.Request
	if w.chance(50) {
		w.machine.Before = 1 + w.rnd.IntN(2)
	} else {
		w.machine.After = 1 + w.rnd.IntN(2)
	}
	before := w.opts.Disk.Sequence()
	_, err := w.engine.Sync(context.Background(), syncing.Principal{Account: m.as.account}, w.carried(req))
	stopped := w.machine.Off
	w.machine.Replug()
	if stopped != errors.Is(err, ErrPower) || err != nil && !stopped {
		w.broken("the machine stopped: %v, and the server says: %v", stopped, err)
	}
	if w.opts.Disk.Sequence() != before { // one record, so one commit that changes something
		w.listen(m)
		w.oracle.sync(m.as.account, req, &req.Records[0], w.clock())
		w.note("stopped behind a commit")
	} else if stopped {
		w.note("stopped before a commit")
	}
	w.tell("  the machine stops: %v", stopped)
	w.cables = nil // connections end with the machine
	w.restart()
	w.audit(req.Records[0].Record)
}

// fullForAWhile lets some phones speak while the disk is full: what is read is answered, what is handed in is not taken in, and
// stays with the phone. No restart is needed afterwards.
func (w *world) fullForAWhile() {
	w.machine.Full = true
	defer func() { w.machine.Full = false }()
	w.note("full disk")
	w.tell("the disk is full")
	for range 3 {
		w.speakToFull(w.anyPhone())
	}
	for _, p := range w.people[:2] {
		w.actOnFull(p)
	}
	w.machine.Full = false
	w.tell("the disk has room again")
	w.converse(w.anyPhone())
	w.auditAll()
}

func (w *world) speakToFull(ph *phone) {
	m := w.request(ph, w.records[:2])
	req, sequence := m.exchange.Request, w.opts.Disk.Sequence()
	answer, err := w.engine.Sync(context.Background(), syncing.Principal{Account: m.as.account}, w.carried(req))
	if w.opts.Disk.Sequence() != sequence {
		w.broken("a full disk takes something in")
	}
	handing := 0
	for i := range req.Records {
		if len(req.Records[i].Mutations) > 0 {
			handing++
		}
	}
	if handing == len(req.Records) {
		if !fault.Is(err, fault.Full) {
			w.broken("a full disk is answered with %v", err)
		}
		return
	}
	if err != nil {
		w.broken("the disk is full, and what is only read is answered with %v", err)
	}
	w.listen(m)
	m.answer, m.views = answer, map[syncing.RecordID]view{}
	for i := range req.Records {
		part, got := &req.Records[i], &answer.Records[i]
		if len(part.Mutations) == 0 {
			m.views[part.Record] = w.oracle.compare(w.oracle.sync(m.as.account, req, part, w.clock()), req, part, got)
			continue
		}
		if got.Error == nil || got.Error.Code != syncing.Busy || len(got.Outcomes)+len(got.Changes) > 0 || got.Cursor != "" {
			w.broken("a full disk is answered with %+v", *got)
		}
		w.note("answer busy")
	}
	w.take(m)
}

// actOnFull does something online on a full disk: it is refused, and nothing of it is there.
func (w *world) actOnFull(p *person) {
	id := w.records[0]
	if g := w.oracle.life.grants[grantKey{id, p.account}]; w.oracle.life.records[id] == nil || !g.Active {
		return
	}
	doc := syncing.NewDocID("note", w.id())
	c := w.edit(doc)
	if c.Delete {
		return
	}
	sequence := w.opts.Disk.Sequence()
	_, err := w.engine.Act(context.Background(), syncing.Principal{Account: p.account}, id,
		syncing.Action{Key: doc.ID(), Patch: syncing.Patch{Doc: doc, Set: c.Set, Add: c.Add, Remove: c.Remove}})
	if err == nil || w.opts.Disk.Sequence() != sequence {
		w.broken("a full disk takes an action in: %v", err)
	}
}

// listen tells the oracle which words the phone that speaks knows as its own.
func (w *world) listen(m *message) {
	w.oracle.ours = nil
	if m.written != nil {
		w.oracle.ours = func(content string) bool {
			_, known := m.written[content]
			return known
		}
	}
}
