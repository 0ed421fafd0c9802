package syncing

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Document is one document as it is kept: every uncovered write of every field, deleted or not.
type Document struct {
	ID        DocID
	Rev       Rev       // of the latest mutation that was applied to it
	Author    AccountID // who created it; zero for system
	Created   Rev
	Audiences []AudienceMark // who could see it since when, oldest first; never empty
	Deletions []Deletion     // oldest first; the last one is open while the document is deleted
	Sealing   *Origin        // the mutation that froze it; nil if it is not frozen
	Fields    []Field        // sorted by Name, then Elem
	Untold    bool           // it is deleted, and so long ago that the deletion is not told any more

	DeleteMemory []EpochRev // what the latest deletion covered in earlier epochs (section 7)
	SealMemory   []EpochRev // what the sealing covered in earlier epochs (section 7)
}

// AudienceMark says who sees a document from a rev on.
type AudienceMark struct {
	Rev      Rev
	Audience string
	Was      []EpochRev // the revs that its mutation had in earlier epochs (section 7)
}

// Deletion is one time that the document was away. A base that knows the deletion and not the return covers nothing of it.
type Deletion struct {
	Origin *Origin
	Return *Origin // nil: still away
}

// EpochRev is a rev in an epoch.
type EpochRev struct {
	Epoch string
	Rev   Rev
}

// Field is the set of its uncovered writes. The fields of a set share a Name and differ in Elem, the element as canonical
// JSON; beside them stands one with an empty Elem, which carries only Changed, for the set as a whole.
type Field struct {
	Name    string
	Elem    string
	Writes  []Write    // the shown one first, then by the rule's order
	Drops   []*Origin  // of an element: the latest remove of each replica, so that its earlier adds stay below it when they come late
	Changed Rev        // when what is sent of this field last changed
	Memory  []EpochRev // what bases of earlier epochs covered here (section 7)
}

// Write is one person's value for one field. A nil Value is null: it removes the field's value.
type Write struct {
	Value  jsontext.Value
	Origin *Origin
}

// Origin is the mutation that a write came with. All writes of one mutation share it.
type Origin struct {
	Rev       Rev
	Replica   ReplicaID
	N         uint64
	By        AccountID // zero: system
	At        int64     // device wall clock, ms
	Effective int64     // by the server's clock, ms
	Was       []EpochRev
	Continues []Continued // earlier names of the replica, each with the last n that is its own (section 7)
}

// after reports whether both are of one replica, or of one that this one continues, and the other's n is lower.
func (o *Origin) after(earlier *Origin) bool {
	if o.Replica == earlier.Replica {
		return o.N > earlier.N
	}
	return slices.ContainsFunc(o.Continues, func(c Continued) bool { return c.Replica == earlier.Replica && earlier.N <= c.N })
}

// Type is the name of the document's type.
func (d *Document) Type() string { return d.ID.Type() }

// Deleted reports whether the document is away now.
func (d *Document) Deleted() bool {
	return len(d.Deletions) > 0 && d.Deletions[len(d.Deletions)-1].Return == nil
}

// audience is who sees the document now.
func (d *Document) audience() string { return d.Audiences[len(d.Audiences)-1].Audience }

// audienceFor is who saw the document at a base. Before it was here, its first audience counts: after a restore a base may
// know a document from another life of the store.
func (d *Document) audienceFor(c coverage) string {
	for i := len(d.Audiences) - 1; i > 0; i-- {
		if mark := &d.Audiences[i]; c.knows(&Origin{Rev: mark.Rev, Was: mark.Was}) {
			return d.Audiences[i].Audience
		}
	}
	return d.Audiences[0].Audience
}

// find gives the place of a field, and whether it is there.
func (d *Document) find(name, elem string) (int, bool) {
	return slices.BinarySearchFunc(d.Fields, Field{Name: name, Elem: elem}, func(a, b Field) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Elem, b.Elem))
	})
}

// field gives the field, or nil.
func (d *Document) field(name, elem string) *Field {
	if i, ok := d.find(name, elem); ok {
		return &d.Fields[i]
	}
	return nil
}

// ensure gives the field, making it if needed. The pointer holds until the next ensure.
func (d *Document) ensure(name, elem string) *Field {
	i, ok := d.find(name, elem)
	if !ok {
		d.Fields = slices.Insert(d.Fields, i, Field{Name: name, Elem: elem})
	}
	return &d.Fields[i]
}

// clone copies what a mutation may change; values and origins are shared, for they never change.
func (d *Document) clone() *Document {
	if d == nil {
		return nil
	}
	c := *d
	c.Audiences = slices.Clone(d.Audiences)
	c.Deletions = slices.Clone(d.Deletions)
	c.DeleteMemory = slices.Clone(d.DeleteMemory)
	c.SealMemory = slices.Clone(d.SealMemory)
	c.Fields = slices.Clone(d.Fields)
	for i := range c.Fields {
		c.Fields[i].Writes = slices.Clone(d.Fields[i].Writes)
		c.Fields[i].Drops = slices.Clone(d.Fields[i].Drops)
		c.Fields[i].Memory = slices.Clone(d.Fields[i].Memory)
	}
	return &c
}

// shown is the value that people see; nil if there is none.
func (f *Field) shown() jsontext.Value {
	if len(f.Writes) == 0 {
		return nil
	}
	return f.Writes[0].Value
}

// Snapshot is a document as people see it: for each field the shown value. The zero Snapshot is a document that is not there.
type Snapshot struct {
	doc *Document
}

// SnapshotOf shows a document; a nil document gives a Snapshot that does not exist.
func SnapshotOf(d *Document) Snapshot { return Snapshot{d} }

// Exists reports whether the document is here and not deleted.
func (s Snapshot) Exists() bool { return s.doc != nil && !s.doc.Deleted() }

// ID is the document's name; "" if there is none.
func (s Snapshot) ID() DocID {
	if s.doc == nil {
		return ""
	}
	return s.doc.ID
}

// Rev is the rev of the latest mutation that was applied to it.
func (s Snapshot) Rev() Rev {
	if s.doc == nil {
		return 0
	}
	return s.doc.Rev
}

// Author is who created it; zero for system.
func (s Snapshot) Author() AccountID {
	if s.doc == nil {
		return AccountID{}
	}
	return s.doc.Author
}

// Value is the shown value of a field as JSON; nil if it has none. Sets have no single value: see Elems.
func (s Snapshot) Value(field string) jsontext.Value {
	if s.doc == nil {
		return nil
	}
	if f := s.doc.field(field, ""); f != nil {
		return f.shown()
	}
	return nil
}

// Has reports whether a field has a value.
func (s Snapshot) Has(field string) bool { return s.Value(field) != nil }

// Text is a string value without its quotes; "" if there is none or it is not a string.
func (s Snapshot) Text(field string) string { return textOf(s.Value(field)) }

// Int is a whole number; ok is false if the field has none.
func (s Snapshot) Int(field string) (n int64, ok bool) { return intOf(s.Value(field)) }

// Bool is a truth value; ok is false if the field has none.
func (s Snapshot) Bool(field string) (value, ok bool) {
	v := s.Value(field)
	return bytes.Equal(v, []byte("true")), v != nil && (v.Kind() == 't' || v.Kind() == 'f')
}

// Elems are the elements of a set as JSON, in the order of their bytes.
func (s Snapshot) Elems(field string) []jsontext.Value {
	if s.doc == nil {
		return nil
	}
	var list []jsontext.Value
	at, _ := s.doc.find(field, "")
	for _, f := range s.doc.Fields[at:] {
		if f.Name != field {
			break
		}
		if f.Elem != "" && len(f.Writes) > 0 {
			list = append(list, jsontext.Value(f.Elem))
		}
	}
	return list
}

// Texts are the elements of a set of strings, without their quotes.
func (s Snapshot) Texts(field string) []string {
	var list []string
	for _, elem := range s.Elems(field) {
		list = append(list, textOf(elem))
	}
	return list
}

// Fields lists the names of fields that have a value and begin with a prefix, sorted; sets with elements are among them.
func (s Snapshot) Fields(prefix string) []string {
	if s.doc == nil {
		return nil
	}
	var list []string
	for i := range s.doc.Fields {
		f := &s.doc.Fields[i]
		if len(f.Name) < len(prefix) || f.Name[:len(prefix)] != prefix || len(list) > 0 && list[len(list)-1] == f.Name {
			continue
		}
		if f.Elem != "" && len(f.Writes) > 0 || f.Elem == "" && f.shown() != nil {
			list = append(list, f.Name)
		}
	}
	return list
}

// Written says by whom and when (by the server's clock, ms) the shown value of a field was written; ok is false if it has none.
func (s Snapshot) Written(field string) (by AccountID, effective int64, ok bool) {
	if s.doc == nil {
		return AccountID{}, 0, false
	}
	f := s.doc.field(field, "")
	if f == nil || len(f.Writes) == 0 {
		return AccountID{}, 0, false
	}
	return f.Writes[0].Origin.By, f.Writes[0].Origin.Effective, true
}

// Changed is when what people see of the document was last written or taken away, by the server's clock in ms; 0 if there is nothing.
func (s Snapshot) Changed() (ms int64) {
	if s.doc == nil {
		return 0
	}
	for i := range s.doc.Fields {
		f := &s.doc.Fields[i]
		for _, w := range f.Writes {
			ms = max(ms, w.Origin.Effective)
		}
		for _, drop := range f.Drops {
			ms = max(ms, drop.Effective)
		}
	}
	return ms
}
