package sim

import (
	"slices"

	syncing "satchel/sync"
)

// draft is what an attempt would make of a document.
type draft struct {
	scribe *scribe
	t      *syncing.Type
	before *doc
	after  *doc
	a      *attempt
	base   cover // narrowed to this document
}

// note counts what a run came to, attempts that come to nothing included.
func (d *draft) note(what string) { d.scribe.oracle.covered[what]++ }

// change makes the change in d.after.
func (d *draft) change() syncing.Reason {
	switch {
	case d.before != nil && d.before.deleted():
		return d.changeDeleted()
	case d.a.m.delete:
		return d.remove()
	case d.before != nil && !d.a.system && d.t.Event:
		return d.repeat()
	case d.before != nil && !d.a.system && d.before.sealing != nil:
		return d.amend()
	}
	return d.write()
}

// write changes each field by its rule.
func (d *draft) write() syncing.Reason {
	d.after.untold = false
	for _, set := range d.a.m.sets {
		if reason := d.set(set); reason != "" {
			return reason
		}
	}
	d.elements()
	return d.seal()
}

func (d *draft) elements() {
	for _, e := range d.a.m.adds {
		d.after.happen(syncing.Set, e, act{o: d.a.o, write: true, base: d.base})
	}
	for _, e := range d.a.m.drops {
		for _, s := range d.after.standing(syncing.Set, e) {
			s.gone = s.gone || d.a.system
		}
		d.after.happen(syncing.Set, e, act{o: d.a.o, base: d.base})
	}
}

// set is a write to one field.
func (d *draft) set(set assignment) syncing.Reason {
	rule := d.t.Field(set.field).Rule
	at := place{field: set.field}
	w := act{o: d.a.o, value: set.value, write: true, base: d.base}
	standing := d.after.standing(rule, at)
	if rule != syncing.CAS && rule != syncing.FSM {
		d.after.happen(rule, at, w)
		return ""
	}
	covers := act{o: d.a.o, base: d.base, idle: true}
	if !d.a.system && d.after.covered(rule, at, d.a.o) {
		d.after.happen(rule, at, covers)
		return ""
	}
	if rule == syncing.CAS {
		if !d.a.system && slices.ContainsFunc(standing, func(s *act) bool { return !d.base.covers(s.o) }) {
			return syncing.Stale
		}
		for _, s := range standing {
			s.gone = true
		}
		d.after.happen(rule, at, w)
		return ""
	}
	from, to := "", text(set.value)
	if len(standing) > 0 {
		if from = text(standing[0].value); from == to {
			d.after.happen(rule, at, covers)
			return ""
		}
	}
	if !slices.Contains(d.t.Field(set.field).Moves[from], to) {
		return syncing.Transition
	}
	for _, s := range standing {
		s.gone = true
	}
	d.after.happen(rule, at, w)
	return ""
}

// repeat is a second write to what is written once: the same content changes nothing.
func (d *draft) repeat() syncing.Reason {
	now, m := d.before.render(d.t), d.a.m
	said := map[string]string{}
	for _, s := range m.sets {
		if s.value != now.fields[s.field] {
			return syncing.SealedDoc
		}
		said[s.field] = s.value
	}
	for _, e := range m.adds {
		if !slices.Contains(d.before.elems(e.field), e.elem) {
			return syncing.SealedDoc
		}
		said[e.field] += e.elem
	}
	for field := range now.fields {
		if said[field] == "" || len(d.before.elems(field)) != countOf(m.adds, field) {
			return syncing.SealedDoc
		}
	}
	if len(m.drops) > 0 {
		return syncing.SealedDoc
	}
	d.note("event again")
	return ""
}

func countOf(list []place, field string) int {
	count := 0
	for _, e := range list {
		if e.field == field {
			count++
		}
	}
	return count
}

// seal freezes the document when its status comes to where its type seals.
func (d *draft) seal() syncing.Reason {
	if d.t.SealedAt == "" || d.after.sealing != nil || text(d.after.value(d.t, "status")) != d.t.SealedAt {
		return ""
	}
	d.after.sealing, d.after.sealBase = d.a.o, append(d.after.sealBase, d.base)
	return ""
}

// amend is a write to a frozen document.
func (d *draft) amend() syncing.Reason {
	sealing := d.before.sealing
	if slices.ContainsFunc(d.before.sealBase, func(c cover) bool { return c.covers(d.a.o) }) {
		d.note("before the sealing")
		return d.beforeSealing()
	}
	if sealing.by != d.a.o.by || !d.base.covers(sealing) {
		return syncing.SealedDoc
	}
	if reason := d.write(); reason != "" {
		return reason
	}
	d.note("amended")
	if slices.ContainsFunc(d.a.m.sets, func(s assignment) bool { return s.field == "status" }) {
		return ""
	}
	return d.set(assignment{"status", quoted("amended")})
}

// beforeSealing writes what belongs before the sealing: what the sealing wrote stands, and the status is where it left it.
func (d *draft) beforeSealing() syncing.Reason {
	for _, s := range d.a.m.sets {
		at := place{field: s.field}
		standing := d.after.standing(d.t.Field(s.field).Rule, at)
		if s.field == "status" || slices.ContainsFunc(standing, func(a *act) bool { return a.o.name == d.before.sealing.name }) {
			continue
		}
		if reason := d.set(s); reason != "" {
			return reason
		}
	}
	d.elements()
	return ""
}

// remove deletes: it covers like a write to every field.
func (d *draft) remove() syncing.Reason {
	for at := range d.before.places {
		rule := d.t.Field(at.field).Rule
		for _, w := range d.before.standing(rule, at) {
			if !d.base.covers(w.o) {
				return syncing.Stale
			}
		}
	}
	d.note("deleted")
	d.after.deletions = append(d.after.deletions, deletion{o: d.a.o, bases: []cover{d.base}})
	return ""
}

// changeDeleted is a write to what is deleted.
func (d *draft) changeDeleted() syncing.Reason {
	del := &d.after.deletions[len(d.after.deletions)-1]
	del.bases = slices.Clone(del.bases)
	switch {
	case d.a.m.delete:
		del.bases = append(del.bases, d.base)
		return ""
	case d.base.covers(del.o):
		return syncing.SealedDoc
	case d.deletedOver():
		d.note("joined what is deleted")
		return d.write() // it joins what is away
	}
	if reason := d.write(); reason != "" {
		return reason
	}
	del.returned = d.a.o
	return ""
}

// deletedOver reports whether a deletion covers the mutation.
func (d *draft) deletedOver() bool {
	return slices.ContainsFunc(d.before.deletions, func(del deletion) bool {
		return slices.ContainsFunc(del.bases, func(c cover) bool { return c.covers(d.a.o) })
	})
}

// place decides who sees the document now.
func (d *draft) place() syncing.Reason {
	category := d.t.Category
	if d.t.Name == "note" {
		if category = diary; d.after.value(d.t, "private") == "true" {
			category = private
		}
	}
	if d.before == nil && !d.a.system && !sees(d.a.by, category) {
		return syncing.Forbidden
	}
	if d.before == nil || d.before.audience() != category {
		d.after.audiences = append(d.after.audiences, audienceAt{name: category})
	}
	return ""
}
