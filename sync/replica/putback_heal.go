package replica

import (
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// Section 7, a restored server: what it may have lost is sent again by the phones.

// lostSomething reports whether an answer says that the server may have lost what it had answered: it names another epoch, or a
// `last` below what was acknowledged.
func (rec *record) lostSomething(l *line, p *syncing.RecordResponse) bool {
	if p.Epoch != "" && p.Epoch != rec.Epoch {
		return rec.Epoch != "" || slices.ContainsFunc(rec.Entries, func(e *Entry) bool { return e.Answered })
	}
	return p.Last < rec.acknowledged(l)
}

// acknowledged is the highest number of a line that this epoch has answered, with or without a gap before it.
func (rec *record) acknowledged(l *line) uint64 {
	highest := rec.acked(l)
	for _, e := range rec.Entries {
		if e.Answered && e.Replica == l.Replica {
			highest = max(highest, e.N)
		}
	}
	return highest
}

// refusedAnswered reports whether a number was refused that had an outcome: what it stood for is not there any more.
func (p *part) refusedAnswered(answer *syncing.RecordResponse) bool {
	e := p.numbers[p.refused(answer)]
	return e != nil && e.Answered
}

// again makes everything that is kept part of the outbox again, from the lowest n on, under the names that it has.
func (rec *record) again() {
	for _, e := range rec.Entries {
		e.Answered = false
	}
	for _, l := range rec.Lines {
		l.Ask = l.Left
	}
}

// forget lets go of what survives the loss of the server's machine. What is still replayed stays.
func (rec *record) forget(l *line, safe uint64) {
	rec.Entries = slices.DeleteFunc(rec.Entries, func(e *Entry) bool {
		return e.Replica == l.Replica && e.N <= safe && e.Answered && e.Placed
	})
}

// writeWas adds what a mutation was called and which revs it had, when it is sent again.
func (e *Entry) writeWas(w *writer) {
	if len(e.Names)+len(e.Revs) == 0 {
		return
	}
	w.name("was")
	w.begin()
	if len(e.Names) > 0 {
		w.name("names")
		w.token(jsontext.BeginArray)
		for _, name := range e.Names {
			w.begin()
			w.text("replica", name.Replica.String())
			w.int("n", int64(name.N))
			w.end()
		}
		w.token(jsontext.EndArray)
	}
	if len(e.Revs) > 0 {
		w.name("revs")
		w.begin()
		for _, epoch := range slices.Sorted(maps.Keys(e.Revs)) {
			w.int(epoch, int64(e.Revs[epoch]))
		}
		w.end()
	}
	w.end()
}

// skip stands for a number that this phone can no longer send, or that no request has room for.
func skip(n uint64, why syncing.Reason) syncing.RawMutation {
	w := newWriter()
	w.begin()
	w.int("n", int64(n))
	w.text("skip", string(why))
	w.end()
	raw, _ := w.done()
	return syncing.RawMutation{N: n, Raw: raw}
}
