package syncing

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

var refuseWrite = &Refusal{Forbidden, "This is not yours to change here."}

// permit asks whether the author may see and write what the mutation speaks of. A no says nothing else.
func permit(a *attempt, t *Type, doc *Document) *Refusal {
	if a.system {
		return nil
	}
	if !a.by.active || doc != nil && !a.by.sees(doc.audience()) || doc == nil && t.Categorise == nil && !a.by.sees(t.Category) {
		return refuseWrite
	}
	if a.m.Delete {
		if !t.Deletable || !a.by.Has(t.Creators...) || doc != nil && !mayWriteAll(a.by, t, doc) {
			return refuseWrite
		}
		return nil
	}
	for _, name := range a.m.fields() {
		if spec := t.Field(name); spec != nil && !a.by.Has(spec.Writers...) {
			return refuseWrite
		}
	}
	if doc == nil && whole(a.m, t) && !a.by.Has(t.Creators...) {
		return refuseWrite
	}
	return nil
}

// mayWriteAll reports whether the scope may write every field that has a value: deleting is a write to each.
func mayWriteAll(s Scope, t *Type, doc *Document) bool {
	for i := range doc.Fields {
		f := &doc.Fields[i]
		if spec := t.Field(f.Name); f.shown() != nil && spec != nil && !s.Has(spec.Writers...) {
			return false
		}
	}
	return true
}

// understand looks whether everything in the mutation means something here.
func (w *work) understand(m *Mutation, t *Type) *Refusal {
	if m.problem != nil {
		return m.problem
	}
	if m.Schema > w.engine.schema.Version {
		return &Refusal{Unknown, "This was written by a newer app than this server knows."}
	}
	for _, set := range m.Sets {
		if refusal := understandSet(t.Field(set.name), set); refusal != nil {
			return refusal
		}
	}
	for _, e := range slices.Concat(m.Adds, m.Drops) {
		spec := t.Field(e.name)
		switch {
		case spec == nil:
			return unknownField
		case spec.Rule != Set:
			return &Refusal{Invalid, "The field " + spec.Name + " is not a set: it takes set, not add and remove."}
		case len(e.elem) > fieldBytesMax:
			return &Refusal{TooLarge, "One value is larger than 16 KiB."}
		}
		if wrong := checkValue(spec, spec.Of, jsontext.Value(e.elem)); wrong != "" {
			return &Refusal{Invalid, wrong}
		}
	}
	return nil
}

var unknownField = &Refusal{Unknown, "This server does not know one of the fields."}

func understandSet(spec *FieldSpec, set assignment) *Refusal {
	switch {
	case spec == nil || len(set.name) > fieldNameMax:
		return unknownField
	case spec.Rule == Set:
		return &Refusal{Invalid, "The field " + spec.Name + " is a set: it takes add and remove, not set."}
	case len(set.value) > fieldBytesMax:
		return &Refusal{TooLarge, "One value is larger than 16 KiB."}
	case set.value == nil && spec.Rule == FSM:
		return &Refusal{Invalid, "A status cannot be taken away."}
	case set.value == nil:
		return nil
	}
	if wrong := checkValue(spec, spec.Kind, set.value); wrong != "" {
		return &Refusal{Invalid, wrong}
	}
	return nil
}

// whole reports whether the mutation by itself makes a document of the type.
func whole(m *Mutation, t *Type) bool {
	for i := range t.Fields {
		spec := &t.Fields[i]
		if !spec.Required {
			continue
		}
		has := slices.ContainsFunc(m.Sets, func(s assignment) bool { return s.name == spec.Name && s.value != nil }) ||
			slices.ContainsFunc(m.Adds, func(e element) bool { return e.name == spec.Name })
		if !has {
			return false
		}
	}
	return true
}

// shownBytes is the size of a document: names and shown values; siblings are not counted.
func shownBytes(d *Document) int {
	size := 0
	for i := range d.Fields {
		f := &d.Fields[i]
		switch {
		case f.Elem != "" && len(f.Writes) > 0:
			size += len(f.Elem)
		case f.Elem == "":
			size += len(f.Name) + len(f.shown())
		}
	}
	return size
}

// mutationOf reads a patch of system's as a mutation.
func mutationOf(p Patch) *Mutation {
	m := &Mutation{Doc: p.Doc, named: string(p.Doc), Schema: 1, raw: rawOfPatch(p)}
	for _, name := range sortedKeys(p.Set) {
		m.Sets = append(m.Sets, assignment{name, canonicalValue(p.Set[name])})
	}
	for _, name := range sortedKeys(p.Add) {
		for _, v := range p.Add[name] {
			m.Adds = append(m.Adds, element{name, string(canonicalValue(v))})
		}
	}
	for _, name := range sortedKeys(p.Remove) {
		for _, v := range p.Remove[name] {
			m.Drops = append(m.Drops, element{name, string(canonicalValue(v))})
		}
	}
	return m
}

func canonicalValue(v jsontext.Value) jsontext.Value {
	if v == nil || v.Kind() == 'n' {
		return nil
	}
	c := v.Clone()
	if err := c.Canonicalize(); err != nil {
		panic("syncing: a rule of care wrote a value that is not JSON: " + err.Error())
	}
	return c
}

// trim leaves out of a patch what is there already.
func trim(m *Mutation, now Snapshot) {
	m.Sets = slices.DeleteFunc(m.Sets, func(s assignment) bool { return bytes.Equal(s.value, now.Value(s.name)) })
	here := func(e element) bool {
		return slices.ContainsFunc(now.Elems(e.name), func(v jsontext.Value) bool { return string(v) == e.elem })
	}
	m.Adds = slices.DeleteFunc(m.Adds, here)
	m.Drops = slices.DeleteFunc(m.Drops, func(e element) bool { return !here(e) })
}
