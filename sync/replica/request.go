package replica

import (
	"bytes"
	"iter"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// The limits of PROTOCOL.md section 10 that a client keeps.
const (
	// recordsMax is how many records one request may name.
	recordsMax = 32
	// mutationsMax is how many mutations one request may hold for one record.
	mutationsMax = 500
	// bodyBytesMax is the size of a request.
	bodyBytesMax = 1 << 20
	// partsMax is how many members and elements a request may have before no further mutation is put into it.
	partsMax = 16 << 10
	// recordBytes and mutationBytes are set aside for what stands around a record and a mutation.
	recordBytes   = 256
	mutationBytes = 64
	nameBytes     = 80 // of one name in `continues` or `was`
)

// Exchange is one request on its way. An answer counts for a record only if it answers the request sent last for it.
type Exchange struct {
	Request *syncing.Request
	parts   map[syncing.RecordID]*part
	size    int // members and elements of its mutations, about
}

// part is what an exchange carries for one record.
type part struct {
	line    *line
	numbers map[uint64]*Entry // what was sent; nil for a number whose words are gone
	order   []uint64
	asked   bool // with a null cursor, because digests differ
}

// Request makes the next request for some records; without any for all that the database knows. now is the device's wall
// clock, ms since 1970 UTC. It takes the place of a request under way: what that one is answered does not count any more.
// Everything that this database has to say may take several rounds: see Wants.
func (r *Replica) Request(now int64, ids ...syncing.RecordID) (*Exchange, error) {
	if r.broken != nil {
		return nil, r.broken
	}
	if len(ids) == 0 {
		ids = r.Records()
	}
	for _, id := range ids {
		r.record(id).askDaily(now)
	}
	replica := r.speaker(ids)
	x := &Exchange{
		Request: &syncing.Request{Replica: replica, Now: now, Schema: r.opts.Schema},
		parts:   map[syncing.RecordID]*part{},
	}
	room := bodyBytesMax - recordBytes
	for _, id := range ids {
		rec := r.record(id)
		if len(x.Request.Records) == recordsMax || room < recordBytes+len(rec.Cursor) {
			break
		}
		if l := rec.line(replica); replica == r.db.Replica || l != nil && rec.owes(l) {
			r.ask(x, rec, &room)
		}
	}
	return x, r.save()
}

// ask adds one record's part.
func (r *Replica) ask(x *Exchange, rec *record, room *int) {
	p := &part{line: rec.line(x.Request.Replica), numbers: map[uint64]*Entry{}}
	if now := r.current(rec); p.line == nil {
		p.line = now
	} else if p.line != now { // the name in use has its turn after the earlier ones
		now.Ask = rec.keeps(now)
	}
	out := syncing.RecordRequest{
		Record: rec.ID, Cursor: rec.from(), Acked: rec.acked(p.line), Limit: r.opts.Limit, Continues: rec.continues(p.line),
	}
	if rec.Digest != nil && rec.Digest.Ask {
		out.Cursor, p.asked = "", true
	}
	*room -= recordBytes + len(out.Cursor) + nameBytes*len(out.Continues)
	for n, e := range rec.owed(p.line) {
		m := rec.mutation(n, e)
		x.size += bytes.Count(m.Raw, []byte(",")) // commas in words count as well: it is only to stay far below the limit
		tooMuch := x.size > partsMax && x.size > bytes.Count(m.Raw, []byte(","))
		if *room -= mutationBytes + len(m.Raw); *room < 0 || tooMuch || len(out.Mutations) == mutationsMax {
			break
		}
		if e != nil && !e.Sent {
			e.Sent = true
			r.touch(rec)
		}
		out.Mutations = append(out.Mutations, m)
		p.numbers[n] = e
		p.order = append(p.order, n)
	}
	x.Request.Records = append(x.Request.Records, out)
	x.parts[rec.ID] = p
	rec.sent = x
}

// from is the cursor with which a pull goes on.
func (rec *record) from() string {
	if rec.Pull != nil {
		return rec.Pull.Cursor
	}
	return rec.Cursor
}

// lowest is the lowest number of a line that this epoch has not answered; 0 if there is none.
func (rec *record) lowest(l *line) uint64 {
	var lowest uint64
	for _, e := range rec.Entries {
		if e.Replica == l.Replica && !e.Answered && (lowest == 0 || e.N < lowest) {
			lowest = e.N
		}
	}
	return lowest
}

// acked is up to where the outcomes of a line are stored here.
func (rec *record) acked(l *line) uint64 {
	ours := l.Highest
	if l.Left {
		ours = l.Common
	}
	if lowest := rec.lowest(l); lowest > 0 {
		ours = lowest - 1
	}
	return min(ours, l.Last)
}

// owed walks what is to be sent under a line's name, in order of n: what has no outcome in this epoch, and before it the numbers
// whose words are gone (nil) and which the server lacks. The last one that has an outcome goes before them: if the server was
// put back meanwhile and a copy of this database came first, it is refused, and nothing is written upon the copy's words.
func (rec *record) owed(l *line) iter.Seq2[uint64, *Entry] {
	return func(yield func(uint64, *Entry) bool) {
		there, begun := l.Last, false
		var before *Entry
		for _, e := range rec.Entries { // numbers of one line grow in the order of writing
			if e.Replica != l.Replica {
				continue
			}
			if e.Answered {
				before, there = e, max(there, e.N)
				continue
			}
			if before != nil && !begun && !yield(before.N, before) {
				return
			}
			for begun = true; there+1 < e.N; there++ {
				if !yield(there+1, nil) {
					return
				}
			}
			there = max(there, e.N)
			if !yield(e.N, e) {
				return
			}
		}
		if l.Ask && before != nil && !begun {
			yield(before.N, before)
		}
	}
}

// mutation writes one number as it is sent.
func (rec *record) mutation(n uint64, e *Entry) syncing.RawMutation {
	if e == nil {
		return skip(n, syncing.Lost)
	}
	m := syncing.RawMutation{N: n, Raw: e.raw()}
	if len(m.Raw) > bodyBytesMax-2*recordBytes-mutationBytes-len(rec.from())-nameBytes*len(rec.Lines) {
		return skip(n, syncing.TooLarge)
	}
	return m
}

// raw puts n and was around the words.
func (e *Entry) raw() jsontext.Value {
	w := newWriter()
	w.begin()
	w.int("n", int64(e.N))
	e.writeWas(w)
	w.end()
	head, err := w.done()
	if err != nil || len(e.Body) < 2 {
		panic("replica: an outbox entry cannot be written") // it was read back from what we wrote
	}
	return append(append(head[:len(head)-1], ','), e.Body[1:]...)
}
