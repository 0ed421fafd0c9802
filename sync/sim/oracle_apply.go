package sim

import (
	"fmt"
	"hash/fnv"
	"slices"

	syncing "satchel/sync"
)

// attempt is one mutation that the oracle tries.
type attempt struct {
	m      *words
	by     grant
	system bool
	base   cover
	o      *origin
	// continues are the earlier names that count as its own.
	continues []name
}

// scribe applies mutations to one record as PROTOCOL.md says it, one after another.
type scribe struct {
	oracle *oracle
	life   *life
	r      *ledger
	now    int64 // server now, not below the record's clock
}

// apply places one mutation: all of it or nothing. The reason is what it is held for.
func (s *scribe) apply(a *attempt) syncing.Reason {
	if a.m.doc.Type() == syncing.HeldType && !a.system {
		return s.settle(a)
	}
	before := s.r.docs[a.m.doc]
	after, reason := s.draw(a, before)
	if reason != "" {
		return reason
	}
	s.commit(a, after)
	if !a.system {
		s.derive(a, after)
	}
	if before == nil {
		s.retryWaiting(a)
	}
	return ""
}

// draw works out the document after the mutation.
func (s *scribe) draw(a *attempt, before *doc) (*doc, syncing.Reason) {
	if a.m.doc == "" {
		return nil, syncing.Invalid
	}
	t := s.oracle.schema.Type(a.m.doc.Type())
	if t == nil {
		return nil, syncing.Unknown
	}
	if !a.system && !s.may(a, t, before) {
		return nil, syncing.Forbidden
	}
	if reason := a.m.understood(s.oracle.schema, t); reason != "" {
		return nil, reason
	}
	if before == nil && (a.m.delete || !a.m.makesWhole(t)) {
		return nil, syncing.Missing
	}
	var after *doc
	if before == nil {
		after = &doc{id: a.m.doc, author: a.o.by, places: map[place][]act{}}
	} else {
		after = before.clone()
	}
	d := &draft{scribe: s, t: t, before: before, after: after, a: a, base: a.base}
	if before != nil {
		d.base = narrow(a.base, before)
	}
	if reason := d.change(); reason != "" {
		return nil, reason
	}
	return after, d.place()
}

// narrow leaves of a base nothing for a document that it did not show, or that was away: deleted and not yet returned.
func narrow(base cover, d *doc) cover {
	if base.wide {
		return base
	}
	hidden := !base.seen[d.id]
	if base.grant != nil {
		hidden = !sees(*base.grant, d.audienceFor(&base))
	}
	for i := range d.deletions {
		del := &d.deletions[i]
		if del.returned != nil && base.covers(del.o) && !base.covers(del.returned) {
			hidden = true
		}
	}
	if hidden {
		base.full, base.past = 0, syncing.EpochRev{}
	}
	return base
}

// audienceFor is who saw the document at a base, as far as revs can say it.
func (d *doc) audienceFor(base *cover) string {
	for i := len(d.audiences) - 1; i > 0; i-- {
		if base.knows(&origin{rev: d.audiences[i].rev, was: d.audiences[i].was}) {
			return d.audiences[i].name
		}
	}
	return d.audiences[0].name
}

func has(g grant, roles []syncing.Role) bool {
	return slices.ContainsFunc(roles, func(r syncing.Role) bool { return slices.Contains(g.Roles, r) })
}

// may asks whether the account may see and write what the mutation speaks of.
func (s *scribe) may(a *attempt, t *syncing.Type, before *doc) bool {
	switch {
	case !a.by.Active:
		return false
	case before != nil && !sees(a.by, before.audience()):
		return false
	case before == nil && t.Categorise == nil && !sees(a.by, t.Category):
		return false
	}
	if a.m.delete {
		return t.Deletable && has(a.by, t.Creators) && (before == nil || mayWriteAll(a.by, t, before))
	}
	for _, field := range a.m.fields() {
		if f := t.Field(field); f != nil && !has(a.by, f.Writers) {
			return false
		}
	}
	return before != nil || !a.m.makesWhole(t) || has(a.by, t.Creators)
}

// mayWriteAll: deleting is a write to every field that has a value.
func mayWriteAll(g grant, t *syncing.Type, d *doc) bool {
	for _, field := range d.fieldNames() {
		if f := t.Field(field); d.value(t, field) != "" && !has(g, f.Writers) {
			return false
		}
	}
	return true
}

// commit gives the mutation the next rev.
func (s *scribe) commit(a *attempt, after *doc) {
	s.r.rev++
	s.r.tokens = append(s.r.tokens, s.token(a))
	a.o.rev = s.r.rev
	after.rev, after.shown = s.r.rev, nil
	if last := &after.audiences[len(after.audiences)-1]; last.rev == 0 {
		last.rev, last.was = s.r.rev, a.o.was
	}
	s.oracle.wrote(s, a, s.r.docs[after.id], after)
	s.r.docs[after.id] = after
}

// token stands for a life up to a rev: the same for two lives only if the same was written in both, at the same time, under the same name.
// A server whose clock is behind can write the same at the same time once more after it was put back; a base of the epoch before covers
// what was read then up to where that epoch was left, and no more (section 7).
func (s *scribe) token(a *attempt) uint64 {
	s.entry(a)
	return s.r.chain
}

// entry chains one entry of the journal to those before it.
func (s *scribe) entry(a *attempt) {
	h := fnv.New64a()
	fmt.Fprint(h, s.life.epoch, s.r.chain, a.o.name, a.o.by, a.o.effective, a.o.was, s.now, a.m.doc, a.m.content, a.m.names, a.continues, a.system)
	s.r.chain = h.Sum64()
}

// derive is the simulation's one rule, as the oracle understands it: a report that is out of its draft raises its area's flag.
func (s *scribe) derive(a *attempt, d *doc) {
	t := s.oracle.schema.Type(d.id.Type())
	if d.id.Type() != "report" || d.deleted() {
		return
	}
	area := text(d.value(t, "area"))
	if area == "" || text(d.value(t, "status")) == "draft" {
		return
	}
	level := d.value(t, "level")
	if level == "" {
		level = "0"
	}
	m := &words{
		n: a.o.name.n, doc: flagID(area), schema: 1,
		sets: []assignment{{"level", level}, {"says", quoted("level " + level)}, {"latest", quoted(string(d.id))}},
	}
	if source := []place{{"sources", quoted(string(d.id))}}; level == "0" {
		m.drops = source
	} else {
		m.adds = source
	}
	s.system(m, a)
}

// system writes because of a mutation: as that mutation's own, never to what is deleted, and not what is there already.
func (s *scribe) system(m *words, because *attempt) {
	if before := s.r.docs[m.doc]; before != nil {
		if before.deleted() {
			return
		}
		t := s.oracle.schema.Type(m.doc.Type())
		m.sets = slices.DeleteFunc(m.sets, func(set assignment) bool { return before.value(t, set.field) == set.value })
		m.adds = slices.DeleteFunc(m.adds, func(e place) bool { return slices.Contains(before.elems(e.field), e.elem) })
		m.drops = slices.DeleteFunc(m.drops, func(e place) bool { return !slices.Contains(before.elems(e.field), e.elem) })
		if len(m.sets)+len(m.adds)+len(m.drops) == 0 {
			return
		}
	}
	o := *because.o
	o.by, o.rev = syncing.AccountID{}, 0
	base := because.base
	base.own = append(slices.Clone(base.own), because.o.name)
	s.apply(&attempt{m: m, system: true, base: base, o: &o})
}

// retryWaiting tries what was held as missing: in the order of arrival, a replica's by n, with its own base and time and its
// author's rights of now.
func (s *scribe) retryWaiting(brought *attempt) {
	var due []name
	for _, at := range s.r.waiting {
		if s.r.names[at].kept.m.doc == brought.m.doc {
			due = append(due, at)
		}
	}
	for i := range due { // a replica's by n, in the places that it has in the order of arrival
		for j := i + 1; j < len(due); j++ {
			if due[j].replica == due[i].replica && due[j].n < due[i].n {
				due[i], due[j] = due[j], due[i]
			}
		}
	}
	for _, at := range due {
		kept := s.r.names[at].kept
		o := kept.origin
		again := &attempt{m: kept.m, by: s.standing(kept.by), base: kept.base, o: &o, continues: kept.continues}
		again.base = s.coverOf(kept.by, kept.m, at, kept.continues)
		if s.apply(again) != "" {
			continue
		}
		s.oracle.covered["retried"]++
		s.r.waiting = slices.DeleteFunc(s.r.waiting, func(n name) bool { return n == at })
		s.mark(at, "applied", &o)
	}
}

// standing is what an author may do now.
func (s *scribe) standing(account syncing.AccountID) grant {
	return s.life.grants[grantKey{s.r.id, account}]
}
