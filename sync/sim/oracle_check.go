package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	syncing "satchel/sync"
)

// wrote looks at one document as it changes, for rules that can be seen without knowing how a merge works.
func (o *oracle) wrote(s *scribe, a *attempt, before, after *doc) {
	o.covered["applied"]++
	t := o.schema.Type(after.id.Type())
	for at := range after.places {
		rule := t.Field(at.field).Rule
		standing := after.standing(rule, at)
		o.alone(after, at, standing)
		if rule == syncing.Max && before != nil {
			o.raised(a, before.standing(rule, at), standing)
		}
	}
	if before == nil {
		return
	}
	if before.deleted() && !after.deleted() {
		o.covered["returned"]++
		if last := before.deletions[len(before.deletions)-1]; a.system || a.base.owns(last.o) {
			o.fault("S15: %s came back by a write that knew its deletion, or by system", after.id)
		}
	}
	if before.sealing != nil && !a.system && a.o.by != before.sealing.by && !slices.ContainsFunc(before.sealBase, func(c cover) bool { return c.covers(a.o) }) {
		o.fault("S13: somebody else wrote to the sealed %s", after.id)
	}
}

// alone: writes that stand beside each other come from two databases, unless one was copied; two writes of one name of one
// database never stand beside each other (S4, S10).
func (o *oracle) alone(d *doc, at place, standing []*act) {
	if len(standing) < 2 {
		return
	}
	o.covered["siblings"]++
	if len(standing) > siblingsMost {
		o.covered["as many siblings as may be"]++
	}
	first := o.single(standing[0].o.name.replica)
	same := true
	for i, w := range standing {
		same = same && o.single(w.o.name.replica) == first
		for _, x := range standing[:i] {
			if w.o.name.replica == x.o.name.replica {
				o.fault("S4: two writes of one replica stand beside each other in %s %s", d.id, at.field)
			}
		}
	}
	if same && first != "" {
		o.fault("S10: a replica alone made a conflict in %s %s", d.id, at.field)
	}
}

// common: what a replica counts as its own must be its own: no copy's words lie under a number that it claims (S19). What a
// phone continues is asked only if it has heard of this life: in the first request after a restore it names numbers that were
// lost here, and a copy may have given them to other words meanwhile. The page has no way to notice that. Nor can a phone that
// let go of its words because they were safe, when an older backup than the safe one has a copy's words under their number.
func (s *scribe) common(claims []name) {
	for _, c := range claims {
		sp := s.r.replicas[c.replica]
		for n := uint64(1); sp != nil && n <= min(c.n, sp.last) && s.oracle.ours != nil; n++ {
			if t := s.r.names[name{c.replica, n}]; t != nil && !t.skipped && !s.oracle.ours(t.content) && !s.oracle.mourned[mournedName{s.r.id, name{c.replica, n}}] {
				s.oracle.fault("S19: number %d of %s is counted as its own, and a copy wrote it", n, c.replica.String()[:4])
			}
		}
	}
}

// raised: a max field is never lowered without a base that covers what it showed (S12).
func (o *oracle) raised(a *attempt, before, after []*act) {
	if len(before) == 0 || len(after) > 0 && rank(after[0].value) >= rank(before[0].value) {
		return
	}
	if !a.base.covers(before[0].o) {
		o.fault("S12: a max field was lowered by a write that had not seen it")
	}
}

// timed looks at a mutation's effective time (S11).
func (o *oracle) timed(s *scribe, m *words, at *origin) {
	if at.effective > s.now || m.after < s.now && at.effective <= m.after {
		o.fault("S11: effective %d, server now %d, after %d", at.effective, s.now, m.after)
	}
}

// view is what a reader must hold when it has read everything.
type view map[syncing.DocID]seenDoc

type seenDoc struct {
	rev   syncing.Rev
	shown *rendered
}

// visible lists what a grant shows, deleted documents left out.
func (o *oracle) visible(r *ledger, g grant) view {
	v := view{}
	for id, d := range r.docs {
		if sees(g, d.audience()) && !d.deleted() {
			v[id] = seenDoc{d.rev, d.render(o.schema.Type(id.Type()))}
		}
	}
	return v
}

func (v view) digest() string {
	var sum uint64
	for id, d := range v {
		hash := sha256.Sum256([]byte(string(id) + "@" + number(uint64(d.rev))))
		sum += binary.BigEndian.Uint64(hash[:8])
	}
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, sum))
}

// compare holds an answer against what it must be, and books its cursor. The view is what the reader then has, if there is no
// more.
func (o *oracle) compare(x *expected, req *syncing.Request, part *syncing.RecordRequest, got *syncing.RecordResponse) view {
	code := syncing.ErrorCode("")
	if got.Error != nil {
		code = got.Error.Code
	}
	if code != x.code || got.Last != x.last && code != syncing.OtherAccount {
		o.fault("an answer has code %q and last %d, and must have %q and %d", code, got.Last, x.code, x.last)
		return nil
	}
	o.compareOutcomes(x, got)
	epoch := o.life.epoch
	if code == syncing.OtherAccount {
		epoch = ""
	}
	if got.Epoch != epoch {
		o.fault("an answer names epoch %q, and must name %q", got.Epoch, epoch)
	}
	if code != "" {
		o.covered["answer "+string(code)]++
		if len(got.Changes) > 0 || got.Cursor != "" || got.Digest != "" || got.Reset || got.More || x.bare && got.Safe > 0 {
			o.fault("S14: an answer with the error %s holds more than it may", code)
		}
		return nil
	}
	if o.life.safe[part.Record][req.Replica] < got.Safe {
		o.fault("S2: safe is %d, and the backup that was read back holds %d", got.Safe, o.life.safe[part.Record][req.Replica])
	}
	return o.comparePage(x, req, part, got)
}

func (o *oracle) compareOutcomes(x *expected, got *syncing.RecordResponse) {
	same := len(x.outcomes) == len(got.Outcomes)
	for i := 0; same && i < len(x.outcomes); i++ {
		want, is := &x.outcomes[i], &got.Outcomes[i]
		same = want.N == is.N && want.Status == is.Status && want.Rev == is.Rev && want.Reason == is.Reason &&
			slices.EqualFunc(want.Conflicts, is.Conflicts, func(a, b syncing.Conflict) bool {
				return a.Field == b.Field && a.Won == b.Won && string(a.Value) == string(b.Value) && a.Rev == b.Rev && a.By == b.By
			})
		if want.Reason != "" {
			o.covered["held "+string(want.Reason)]++
			same = same && is.Detail != "" && !strings.Contains(is.Detail, marker)
		} else {
			same = same && is.Detail == ""
		}
	}
	if same {
		return
	}
	for i := range min(len(x.outcomes), len(got.Outcomes)) { // name the first that differs
		if want, is := fmt.Sprintf("%+v", x.outcomes[i]), got.Outcomes[i]; true {
			if is.Detail = ""; fmt.Sprintf("%+v", is) != want {
				o.fault("an outcome is %+v, and must be %s", is, want)
			}
		}
	}
	o.fault("the outcomes are %+v, and must be %+v", got.Outcomes, x.outcomes)
}

// comparePage looks at the changes of an answer.
func (o *oracle) comparePage(x *expected, req *syncing.Request, part *syncing.RecordRequest, got *syncing.RecordResponse) view {
	var page, full syncing.Rev
	if x.from != nil {
		page, full = x.from.page, x.from.full
	}
	due := o.lacking(x, page)
	limit := part.Limit
	if limit == 0 || limit > 500 {
		limit = 500
	}
	want := due[:min(len(due), limit)]
	more := len(due) > len(want)
	if got.Reset != x.reset || got.More != more || len(got.Changes) != len(want) {
		o.fault("a page has reset %v, more %v and %d documents, and must have %v, %v and %d (%s)",
			got.Reset, got.More, len(got.Changes), x.reset, more, len(want), x.cause)
		return nil
	}
	for i, d := range want {
		o.compareChange(d, &got.Changes[i], full, page == 0)
	}
	b := &book{
		record: part.Record, account: x.grant.Account, grant: x.grant, epoch: o.life.epoch, epochs: slices.Clone(x.ledger.epochs), schema: req.Schema,
		sight: (&scribe{oracle: o, r: x.ledger}).sight(x.grant), page: x.ledger.rev, full: x.ledger.rev, head: x.ledger.rev,
	}
	var v view
	if more {
		b.page, b.full, b.floor = want[len(want)-1].rev, full, x.ledger.floor
		if x.from != nil {
			b.seen, b.floor = x.from.seen, x.from.floor
		}
		o.covered["page"]++
	} else {
		b.seen = map[syncing.DocID]bool{}
		for id, d := range x.ledger.docs {
			b.seen[id] = sees(x.grant, d.audience())
		}
		v = o.visible(x.ledger, x.grant)
		if got.Digest != v.digest() {
			o.fault("the digest is not that of what the account sees")
		}
	}
	b.tokens = x.ledger.tokens[:b.head]
	if old := o.books[got.Cursor]; old == nil {
		o.books[got.Cursor] = b
	} else if old.page != b.page || old.full != b.full {
		o.fault("S6: one cursor stands for two places")
	}
	if from := o.books[part.Cursor]; !got.Reset && from != nil && (from.page > b.page || from.full > b.full) {
		o.fault("S6: a cursor went back")
	}
	return v
}

// lacking lists the documents behind a rev that a reader is told of, in rev order.
func (o *oracle) lacking(x *expected, page syncing.Rev) []*doc {
	var due []*doc
	for _, d := range x.ledger.docs {
		if d.rev > page && sees(x.grant, d.audience()) && !(d.deleted() && (page == 0 || d.untold)) {
			due = append(due, d)
		}
	}
	slices.SortFunc(due, func(a, b *doc) int { return int(int64(a.rev) - int64(b.rev)) })
	return due
}

// compareChange looks at one document of a page.
func (o *oracle) compareChange(d *doc, c *syncing.DocChange, full syncing.Rev, first bool) {
	want := d.render(o.schema.Type(d.id.Type()))
	set := fieldsOf(c.Set)
	ok := c.Doc == d.id && c.Rev == d.rev && c.Deleted == want.deleted
	if want.deleted {
		if !ok || len(set)+len(c.Unset)+len(c.Siblings) > 0 {
			o.fault("a deleted document is told as %+v", *c)
		}
		return
	}
	named := map[string]bool{}
	for field, value := range set {
		named[field] = true
		ok = ok && sameValue(d.id, field, value, want.fields[field])
	}
	for _, field := range c.Unset {
		ok = ok && !named[field] && want.fields[field] == ""
		named[field] = true
	}
	for field := range named {
		ok = ok && sameSiblings(c.Siblings[field], want.siblings[field])
	}
	for field := range c.Siblings {
		ok = ok && named[field]
	}
	if full == 0 {
		for _, field := range d.fieldNames() { // from the start: all that has something, and on later pages all that ever had
			has := want.fields[field] != "" || len(want.siblings[field]) > 0
			ok = ok && (named[field] || !has && first)
		}
	}
	if !ok {
		o.fault("%s is told as rev %d %s unset %v siblings %v, and is rev %d %v %v", d.id, c.Rev, c.Set, c.Unset, c.Siblings, d.rev, want.fields, want.siblings)
	}
}

func sameValue(id syncing.DocID, field, got, want string) bool {
	if id.Type() == syncing.HeldType && field == "detail" { // a sentence of the server's own
		return got != "" && !strings.Contains(got, marker)
	}
	return got == want
}

func sameSiblings(got []syncing.SiblingJSON, want []sibling) bool {
	return slices.EqualFunc(got, want, func(a syncing.SiblingJSON, b sibling) bool {
		return string(a.Value) == b.value && a.Rev == b.rev && a.By == b.by && a.At == b.at
	})
}
