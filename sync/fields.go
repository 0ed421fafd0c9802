package syncing

import (
	"bytes"
	"slices"
)

// set changes one field by its rule.
func (d *draft) set(a *attempt, cov coverage, set assignment) *Refusal {
	spec := d.spec.Field(set.name)
	f := d.after.ensure(set.name, "")
	w := Write{Value: set.value, Origin: &a.origin}
	switch spec.Rule {
	case CAS:
		return d.decideOnce(spec, f, w, cov, a.system)
	case FSM:
		return d.move(spec, f, w, cov, a.system)
	}
	standing := slices.Clone(f.Writes)
	joined := join(spec, f, w, cov)
	f.Memory = cov.remember(f.Memory)
	if joined.sent {
		f.Changed = unnumbered
	}
	d.note(spec, f, w, joined.covered, standing)
	return nil
}

// decideOnce is the rule cas: what does not cover what stands is held. System has what stands before it in this very transaction, whatever
// the author had seen whose change it follows from, and whenever he wrote it: nobody can have decided meanwhile.
func (d *draft) decideOnce(spec *FieldSpec, f *Field, w Write, cov coverage, system bool) *Refusal {
	if !system && coveredBy(f, w.Origin) {
		f.Memory = cov.remember(f.Memory)
		d.note(spec, f, w, true, f.Writes)
		return nil
	}
	for _, standing := range f.Writes {
		if !system && !cov.covers(standing.Origin) {
			return &Refusal{Stale, "Somebody decided this meanwhile. Look at what stands now, then decide again."}
		}
	}
	standing := f.Writes
	f.Writes, f.Changed = []Write{w}, unnumbered
	f.Memory = cov.remember(f.Memory)
	d.note(spec, f, w, false, standing)
	return nil
}

// move is the rule fsm: tried from the state that stands, whatever the author had seen. A move to that state changes nothing.
func (d *draft) move(spec *FieldSpec, f *Field, w Write, cov coverage, system bool) *Refusal {
	from, to := textOf(f.shown()), textOf(w.Value)
	covered := !system && coveredBy(f, w.Origin)
	f.Memory = cov.remember(f.Memory)
	switch {
	case covered || from == to && len(f.Writes) > 0:
		d.note(spec, f, w, true, f.Writes)
		return nil
	case !slices.Contains(spec.Moves[from], to):
		return &Refusal{Transition, "The status cannot go there from where it is now."}
	}
	standing := f.Writes
	f.Writes, f.Changed = []Write{w}, unnumbered
	d.note(spec, f, w, false, standing)
	return nil
}

// add puts an element into a set. Each element is a field of its own, whose writes are its adds.
func (d *draft) add(a *attempt, cov coverage, e element) {
	spec := d.spec.Field(e.name)
	d.after.ensure(e.name, "")
	f := d.after.ensure(e.name, e.elem)
	standing := slices.Clone(f.Writes)
	w := Write{Origin: &a.origin}
	joined := join(spec, f, w, cov)
	f.Memory = cov.remember(f.Memory)
	if joined.sent {
		d.after.ensure(e.name, "").Changed = unnumbered
	}
	d.note(spec, d.after.ensure(e.name, e.elem), w, joined.covered, standing)
}

// drop takes an element out of a set: it only covers, so an add that its author had not seen stays. System has seen what stands.
func (d *draft) drop(a *attempt, cov coverage, e element) {
	spec := d.spec.Field(e.name)
	d.after.ensure(e.name, "")
	f := d.after.ensure(e.name, e.elem)
	seen := cov
	if a.system {
		seen = coverage{all: true}
	}
	sent := uncover(f, seen)
	f.Drops = slices.DeleteFunc(f.Drops, func(old *Origin) bool { return a.origin.after(old) })
	f.Drops = append(f.Drops, &a.origin)
	f.Memory = cov.remember(f.Memory)
	result := effect{Field: e.name, Elem: e.elem, Rule: spec.Rule, Result: "removed", Against: revsOf(f.Writes)}
	if len(f.Writes) > 0 {
		result.Result = "lost"
	}
	d.effects = append(d.effects, result)
	if sent {
		d.after.ensure(e.name, "").Changed = unnumbered
	}
}

// note records for the history what a write did.
func (d *draft) note(spec *FieldSpec, f *Field, w Write, covered bool, standing []Write) {
	e := effect{Field: f.Name, Elem: f.Elem, Rule: spec.Rule, Result: "won", Value: w.Value}
	switch {
	case covered:
		e.Result = "covered"
		e.Against = revsOf(standing)
	case len(f.Writes) > 0 && f.Writes[0].Origin != w.Origin:
		e.Result = "lost"
		e.Against = []Rev{f.Writes[0].Origin.Rev}
	default:
		e.Against = revsOf(standing)
	}
	d.effects = append(d.effects, e)
}

func revsOf(writes []Write) []Rev {
	var revs []Rev
	for _, w := range writes {
		if w.Origin.Rev != 0 {
			revs = append(revs, w.Origin.Rev)
		}
	}
	return revs
}

// repeatEvent answers a second write to a document that is written once: the same content changes nothing.
func (d *draft) repeatEvent(a *attempt) *Refusal {
	d.idle = true
	now := SnapshotOf(d.before)
	same := len(a.m.Drops) == 0
	named := map[string]bool{}
	for _, set := range a.m.Sets {
		same = same && bytes.Equal(set.value, now.Value(set.name))
		named[set.name] = true
	}
	adds := map[string]int{}
	for _, e := range a.m.Adds {
		f := d.before.field(e.name, e.elem)
		same = same && f != nil && len(f.Writes) > 0
		adds[e.name]++
	}
	for _, name := range now.Fields("") {
		if spec := d.spec.Field(name); spec != nil && len(spec.Writers) == 0 {
			continue // what system wrote beside it changes no word of it
		}
		same = same && (named[name] || adds[name] > 0 && adds[name] == len(now.Elems(name)))
	}
	if !same {
		return &Refusal{SealedDoc, "This was written once and is not changed. Write a new one that refers to it."}
	}
	return nil
}
