package ward

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	syncing "satchel/sync"
)

// view is what a reader has who has read everything: the papers that it is shown, and those that it may be shown.
type view struct {
	must, may map[syncing.DocID]*paper
}

// views works out what somebody sees of a record.
func (o *oracle) views(id syncing.RecordID, p permitted) view {
	v := view{map[syncing.DocID]*paper{}, map[syncing.DocID]*paper{}}
	c := o.life.charts[id]
	if c == nil {
		return v
	}
	for doc, x := range c.papers {
		if x.gone || !p.may(x) {
			continue
		}
		v.may[doc] = x
		if p.must(x) {
			v.must[doc] = x
		}
	}
	return v
}

func (v view) digest() string {
	var sum uint64
	for id, x := range v.must {
		hash := sha256.Sum256(fmt.Appendf(nil, "%s@%d", id, x.rev))
		sum += binary.BigEndian.Uint64(hash[:8])
	}
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, sum))
}

// hears looks at what one account is answered for one record: nothing outside of what it may see, and every outcome as it was told
// before. The view is what the reader then has, if there is no more.
func (o *oracle) hears(p permitted, replica syncing.ReplicaID, part *syncing.RecordRequest, got *syncing.RecordResponse) *view {
	o.outcomes(p, replica, part, got)
	c := o.life.charts[part.Record]
	if !p.active || c == nil {
		if got.Error == nil || len(got.Changes) > 0 || got.Digest != "" || got.Cursor != "" {
			o.fault("a: somebody without access is answered with %d documents, digest %q", len(got.Changes), got.Digest)
		}
		return nil
	}
	if got.Error != nil {
		if len(got.Changes) > 0 || got.Cursor != "" {
			o.fault("an answer has an error and changes")
		}
		o.covered["answer "+string(got.Error.Code)]++
		if got.Error.Code == syncing.Ended {
			o.fault("e: somebody with access is told that there is none")
		}
		return nil
	}
	for i := range got.Changes {
		change := &got.Changes[i]
		x := c.papers[change.Doc]
		switch {
		case x == nil:
			o.fault("a: %s is delivered, and is not there", change.Doc)
		case !p.may(x):
			o.fault("a: %s of %v is delivered to somebody who may see %v", change.Doc, x.categories, p.categories)
		case x.rev != change.Rev || x.gone != change.Deleted:
			o.fault("%s is told as rev %d, deleted %v, and is rev %d, deleted %v", change.Doc, change.Rev, change.Deleted, x.rev, x.gone)
		}
		o.sameWords(x, change)
	}
	v := o.views(part.Record, p)
	if !got.More && len(v.may) == len(v.must) && got.Digest != v.digest() {
		o.fault("a: the digest is not that of what somebody may see")
	}
	return &v
}

// sameWords: no value is told that does not stand there.
func (o *oracle) sameWords(x *paper, change *syncing.DocChange) {
	for field, value := range membersOf(change.Set) {
		if x.fields[field] != value {
			o.fault("%s.%s is told as %s, and is %s", x.id, field, value, x.fields[field])
		}
	}
	for field, list := range change.Siblings {
		if !sameSiblings(list, x.siblings[field]) {
			o.fault("siblings of %s.%s are told that do not stand there", x.id, field)
		}
	}
}

func sameSiblings(a, b []syncing.SiblingJSON) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if string(a[i].Value) != string(b[i].Value) || a[i].Rev != b[i].Rev || a[i].By != b[i].By || a[i].At != b[i].At {
			return false
		}
	}
	return true
}

// outcomes: each name is answered the same for ever, by the journal's word, and without access with nothing but the status.
func (o *oracle) outcomes(p permitted, replica syncing.ReplicaID, part *syncing.RecordRequest, got *syncing.RecordResponse) {
	c := o.life.charts[part.Record]
	for _, out := range got.Outcomes {
		at := name{part.Record, replica, out.N}
		now := verdict{out.Status, out.Reason, out.Rev, !p.active}
		if now.bare && (out.Rev != 0 || out.Reason != "" || out.Detail != "" || len(out.Conflicts) > 0) {
			o.fault("a: somebody without access is told why: %+v", out)
		}
		if c == nil || now.bare && c.lines[line{replica, out.N, "mutation"}]+c.lines[line{replica, out.N, "held"}] == 0 {
			continue // it lies with the account, for the record was never theirs: once it is, the same is handed in there
		}
		before, known := o.life.told[at]
		same := before.status == now.status && (before.bare || now.bare || before == now)
		if known && !same {
			o.fault("c: number %d was %s %s, and now is %s %s", out.N, before.status, before.reason, now.status, now.reason)
		}
		if !known || before.bare {
			o.life.told[at] = now
		}
		o.covered[string(out.Status)+" "+string(out.Reason)]++
		applied, held := c.lines[line{replica, out.N, "mutation"}], c.lines[line{replica, out.N, "held"}]
		if out.Rev != 0 && !c.revs[out.Rev] { // under another name, if the phone was copied
			o.fault("b: number %d is answered, and stands nowhere", out.N)
		}
		if applied+held == 1 && (applied == 1) != (out.Status == syncing.Applied) {
			o.fault("b: number %d is answered as %s, and was not", out.N, out.Status)
		}
		o.conflicts(p, c, out)
	}
}

// conflicts: the words of others are told only of what somebody may see.
func (o *oracle) conflicts(p permitted, c *chart, out syncing.Outcome) {
	for _, conflict := range out.Conflicts {
		for _, x := range c.papers {
			if p.may(x) && !x.gone && x.rev >= conflict.Rev && holds(x, conflict) {
				return
			}
		}
		o.fault("a: a conflict of %s is told to somebody who sees no such thing", conflict.Field)
	}
}

func holds(x *paper, conflict syncing.Conflict) bool {
	if x.fields[conflict.Field] == string(conflict.Value) || string(conflict.Value) == "null" {
		return true
	}
	for _, s := range x.siblings[conflict.Field] {
		if string(s.Value) == string(conflict.Value) {
			return true
		}
	}
	return false
}
