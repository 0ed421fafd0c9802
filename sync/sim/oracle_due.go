package sim

import syncing "satchel/sync"

const (
	siblingsStay  = 30 * day
	tombstoneTold = 180 * day
)

// dueAt is when time next changes something about a document.
func (o *oracle) dueAt(d *doc) (at int64, ok bool) {
	if d.deleted() {
		return d.deletions[len(d.deletions)-1].o.effective + tombstoneTold, !d.untold
	}
	for _, w := range o.expirable(d) {
		if !ok || w.o.effective+siblingsStay < at {
			at, ok = w.o.effective+siblingsStay, true
		}
	}
	return at, ok
}

// expirable are the siblings of last-writer-wins fields.
func (o *oracle) expirable(d *doc) []*act {
	var list []*act
	t := o.schema.Type(d.id.Type())
	for at := range d.places {
		if t.Field(at.field).Rule == syncing.LWW {
			if standing := d.standing(syncing.LWW, at); len(standing) > 1 {
				list = append(list, standing[1:]...)
			}
		}
	}
	return list
}

// expire lets old siblings leave by a mutation of system, and stops telling an old deletion.
func (s *scribe) expire(d *doc, now int64) {
	d = d.clone()
	if d.deleted() {
		d.untold = true
		s.r.docs[d.id] = d
		s.r.floor = max(s.r.floor, d.rev)
		s.oracle.covered["untold"]++
		return
	}
	for _, w := range s.oracle.expirable(d) {
		if w.o.effective+siblingsStay <= now {
			w.gone = true
		}
	}
	s.oracle.covered["expired"]++
	s.commit(&attempt{m: &words{doc: d.id}, o: &origin{at: s.now, effective: s.now}, system: true, base: s.everything()}, d)
}
