package sim

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// intake is one replica's mutations for one record on their way in.
type intake struct {
	replica   syncing.ReplicaID
	account   syncing.AccountID
	by        grant
	speaker   *speaker
	continues []name
	sent      int64 // the device's now
	heard     bool  // the phone has heard of the server's present life
	answered  map[uint64]*told
	stopped   syncing.ErrorCode
	refused   uint64
}

// take reads mutations in order of n.
func (s *scribe) take(in *intake, list []syncing.RawMutation) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b syncing.RawMutation) int { return int(int64(a.N) - int64(b.N)) })
	for _, raw := range list {
		m := read(raw)
		switch {
		case m.n <= in.speaker.last:
			s.again(in, m, raw.Raw)
		case m.n > in.speaker.last+1:
			in.stopped = syncing.Gap
		default:
			in.speaker.last = m.n
			s.first(in, m, raw.Raw)
		}
		if in.stopped != "" {
			in.refused = m.n
			return
		}
	}
}

// again answers a number that is here.
func (s *scribe) again(in *intake, m *words, raw jsontext.Value) {
	at := name{in.replica, m.n}
	known := s.r.names[at]
	switch {
	case known.content == m.content || m.skip != "":
		in.answered[m.n] = known
	case !known.skipped:
		in.stopped = syncing.Fork
	default:
		s.instead(in, m, raw, known)
	}
}

// instead puts real words in the place of a number that was skipped.
func (s *scribe) instead(in *intake, m *words, raw jsontext.Value, known *told) {
	s.oracle.covered["words after a skip"]++
	m.names = s.mine(in.account, m.names)
	t := s.earlier(m, name{in.replica, m.n})
	if t == nil {
		d := s.r.docs[heldID(name{in.replica, m.n})]
		if d != nil && text(d.value(s.oracle.schema.Type(syncing.HeldType), "status")) == "open" {
			o := origin{name: name{in.replica, m.n}, at: m.at, effective: s.effective(in, m)}
			s.mark(name{in.replica, m.n}, "applied", &o)
		}
		t = s.try(in, m, raw)
	}
	s.name(in, m, t)
}

// first takes in a number that is new here.
func (s *scribe) first(in *intake, m *words, raw jsontext.Value) {
	m.names = s.mine(in.account, m.names)
	t := s.earlier(m, name{in.replica, m.n})
	if t == nil {
		t = s.try(in, m, raw)
	}
	s.name(in, m, t)
}

// earlier finds what became of the same content under any of its names.
func (s *scribe) earlier(m *words, own name) *told {
	for _, at := range append([]name{own}, m.names...) {
		if t := s.r.came[namesake{at, m.content}]; t != nil {
			s.oracle.covered["came under another name"]++
			copied := *t
			copied.outcome.N = m.n
			return &copied
		}
	}
	return nil
}

// name keeps the outcome under all names, those that have not come yet included.
func (s *scribe) name(in *intake, m *words, t *told) {
	s.r.names[name{in.replica, m.n}] = t
	in.answered[m.n] = t
	for _, at := range append([]name{{in.replica, m.n}}, m.names...) {
		if s.r.came[namesake{at, m.content}] == nil && m.skip == "" {
			s.r.came[namesake{at, m.content}] = t
		}
	}
	for _, at := range m.names {
		if s.r.names[at] != nil {
			continue
		}
		copied := *t
		copied.outcome.N = at.n
		s.r.names[at] = &copied
		if s.r.replicas[at.replica] == nil {
			s.r.replicas[at.replica] = &speaker{account: in.account}
		}
	}
}

// mine leaves out the names of other accounts' replicas.
func (s *scribe) mine(account syncing.AccountID, list []name) []name {
	return slices.DeleteFunc(slices.Clone(list), func(at name) bool {
		if sp := s.r.replicas[at.replica]; sp != nil {
			return sp.account != account
		}
		owner, known := s.life.owners[at.replica]
		return known && owner != account
	})
}

// try places a mutation that never came before.
func (s *scribe) try(in *intake, m *words, raw jsontext.Value) *told {
	at := name{in.replica, m.n}
	o := &origin{name: at, by: in.account, at: m.at, effective: s.effective(in, m), was: m.revs}
	in.speaker.effective = o.effective
	s.oracle.timed(s, m, o)
	s.common([]name{{in.replica, m.n - 1}})
	if in.heard && in.by.Active {
		s.common(in.continues)
	}
	a := &attempt{m: m, by: in.by, base: s.coverOf(in.account, m, at, in.continues), o: o, continues: in.continues}
	reason := m.skip
	if reason == "" {
		reason = s.apply(a)
	}
	if reason != "" {
		return s.hold(a, raw, reason)
	}
	return &told{content: m.content, doc: m.doc, outcome: syncing.Outcome{N: m.n, Status: syncing.Applied, Rev: o.rev}}
}

// effective is when the person wrote by the server's clock.
func (s *scribe) effective(in *intake, m *words) int64 {
	return min(s.now, max(m.at+s.now-in.sent, m.after+1, in.speaker.effective))
}

// coverOf is what an author had seen, by the oracle's books.
func (s *scribe) coverOf(account syncing.AccountID, m *words, at name, continues []name) cover {
	c := cover{own: append([]name{{at.replica, at.n - 1}}, continues...)}
	b := s.oracle.books[m.base]
	if b == nil || b.record != s.r.id || b.account != account {
		return c
	}
	shared := b.shared(s.r)
	left, earlier := s.leftAt(b.epoch)
	if s.oracle.torn[b.epoch] && b.epoch != s.life.epoch && !(earlier && b.head <= left && shared < b.head) {
		return s.coverOfTorn(c, b, left, earlier)
	}
	switch {
	case b.epoch == s.life.epoch && shared < b.head, earlier && b.head <= left && shared < b.head:
		return c // of an unknown life
	case earlier:
		c.past = syncing.EpochRev{Epoch: b.epoch, Rev: b.full}
	}
	c.full, c.seen = min(b.full, shared), b.seen
	if shared < b.head { // what came into sight or left it in the lost part is known as far as it was sent again
		c.grant = &b.grant
	}
	return c
}

// coverOfTorn is coverOf for an epoch that lost a tail without anybody noticing. Two lives have its name then, and neither a
// cursor nor a `was` says which it is of. Where the journal cannot tell either, the page takes the name's word for it, and so
// does the oracle.
func (s *scribe) coverOfTorn(c cover, b *book, left syncing.Rev, earlier bool) cover {
	c.grant, c.full = &b.grant, b.full
	if earlier {
		c.past, c.full = syncing.EpochRev{Epoch: b.epoch, Rev: b.full}, min(b.full, left)
		return c
	}
	for i := len(b.epochs) - 1; i >= 0; i-- {
		theirs := b.epochs[i]
		if ours, ok := s.leftAt(theirs.Epoch); ok || theirs.Epoch == s.life.epoch {
			if !ok {
				ours = s.r.rev
			}
			c.full = min(b.full, theirs.Rev, ours)
			return c
		}
	}
	c.full = 0
	return c
}

// leftAt is the rev at which an earlier epoch of this record was left.
func (s *scribe) leftAt(epoch string) (syncing.Rev, bool) {
	for _, e := range s.r.epochs {
		if e.Epoch == epoch {
			return e.Rev, true
		}
	}
	return 0, false
}
