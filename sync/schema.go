package syncing

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Rule says which of several uncovered writes of a field is shown (PROTOCOL.md section 4).
type Rule string

// The six merge rules.
const (
	LWW Rule = "lww" // what a person says about themselves: the latest is shown, the rest leave after 30 days
	MV  Rule = "mv"  // words that two people may both mean: the latest is shown and flagged until a person chooses
	Max Rule = "max" // severity, urgency: the highest is shown, the rest are kept and not sent
	Set Rule = "set" // members, tags: add wins over a concurrent remove
	CAS Rule = "cas" // what a clinician decides: a write that does not cover what stands is held as stale
	FSM Rule = "fsm" // status: a move is tried from the current state
)

// Kind is the shape of a value.
type Kind string

// The kinds of GET /v1/schema.
const (
	Text      Kind = "text"
	Code      Kind = "code"
	Bool      Kind = "bool"
	Int       Kind = "int"
	Decimal   Kind = "decimal" // a string such as "37.5"
	Date      Kind = "date"    // "2026-11-22"
	CivilTime Kind = "civilTime"
	Instant   Kind = "instant"   // ms since 1970 UTC
	Reference Kind = "reference" // "type/id" or an id; may point to nothing
	SetOf     Kind = "set"
	Object    Kind = "object" // merged as one value
	// Answer is an open value: a number, a bool, a short text or a decimal. Questionnaires declare which.
	Answer Kind = "answer"
)

// FieldSpec declares one field of a document type, or with a name ending in ".*" an open family of fields.
type FieldSpec struct {
	Name     string
	Kind     Kind
	Of       Kind   // of a set's elements
	Rule     Rule   // how concurrent writes are merged
	Writers  []Role // who may write it, on creation and later, by set, add, remove
	Required bool   // a document exists once every required field has a value
	Max      int    // characters of a text; 0: only the field's byte limit
	Codes    []string
	Order    []string            // for Max over codes: lowest first; empty: Codes in their order
	Moves    map[string][]string // for FSM: from state to states; "" holds the first states
	Fields   []FieldSpec         // of an object
	Unit     string              // UCUM, where the value has one
	Doc      string              // what it means, for the generated table
}

// Type declares one document type: one noun of the ward, one file.
type Type struct {
	Name      string
	Category  string // who may see it, unless Categorise says otherwise
	Event     bool   // written once
	SealedAt  string // the status at which the document freezes; "" never
	Deletable bool   // refused together with an FSM field
	Creators  []Role
	Fields    []FieldSpec
	Doc       string

	// Categorise gives a document's category from its content; nil: always Category. It must be one of the schema's.
	Categorise func(Snapshot) string
	// Apart says in which category a first write lies that was held, where it is not for the owner of the record either; "" leaves it to
	// the owner, as usual. It is asked for a field's text as it came: nobody has checked it. nil: always "".
	Apart func(text func(field string) string) string
	// Allow refuses a change for reasons finer than role and field; nil allows. It is asked before anything changes.
	Allow func(Change) *Refusal
	// Require refuses a change for what the rest of the record says; nil allows. It is asked last, and reads what the author may
	// not see: its sentence must not say more than the author knows.
	Require func(Change, Reader) (*Refusal, error)
	// Derive says what follows from an applied change: patches that system writes in the same transaction. An error undoes the
	// change with everything else in its transaction; one of the rules of care is for an action alone, whose author is there.
	Derive func(Change, Reader) ([]Patch, error)
	// Index gives the entries that this state of the document has in the store's index; entries of the state before
	// are removed by the engine.
	Index func(RecordID, Snapshot) []IndexKey
}

// IndexKey is one entry that a document has in the store's index.
type IndexKey struct {
	Index string
	Key   []byte
	Value []byte
}

// Refusal is why a mutation is held, in the protocol's words and in a sentence for its author.
type Refusal struct {
	Reason Reason
	Detail string
}

// Change is what a mutation is about to do, or has done, to one document.
type Change struct {
	Record    RecordID
	By        Scope    // zero Account for system
	Before    Snapshot // Exists is false if the document is being created
	After     Snapshot
	Fields    []string // names that the mutation sets, adds to or removes from, sorted
	Now       int64    // server now, ms since 1970 UTC
	At        int64    // device wall clock when the person wrote it, ms
	Effective int64    // when the person wrote it by the server's clock, ms
	Online    bool     // it is an action: upon what stands now, by somebody who is still there to be asked
}

// Wrote reports whether the mutation names the field.
func (c Change) Wrote(field string) bool { return slices.Contains(c.Fields, field) }

// Patch is a change that system makes because of another one.
type Patch struct {
	Doc    DocID
	Set    map[string]jsontext.Value
	Add    map[string][]jsontext.Value
	Remove map[string][]jsontext.Value
}

// Reader reads other documents of the same record, inside the transaction, as they stand after what came before.
type Reader interface {
	// Document gives the present state; Exists is false if it is not here.
	Document(DocID) (Snapshot, error)
	// Documents lists the documents of a type that are here and not deleted, by id.
	Documents(kind string) ([]Snapshot, error)
}

// Schema is the set of document types that an engine understands.
type Schema struct {
	Version int
	types   map[string]*Type
	names   []string
}

// NewSchema checks the declarations and adds the type `held`. A declaration that contradicts itself panics: it is a mistake
// in the program, found by the first test.
func NewSchema(version int, types ...*Type) *Schema {
	s := &Schema{Version: version, types: map[string]*Type{}}
	for _, t := range append([]*Type{heldType()}, types...) {
		if err := checkType(t); err != "" {
			panic("schema: " + t.Name + ": " + err)
		}
		if s.types[t.Name] != nil {
			panic("schema: " + t.Name + " is declared twice")
		}
		s.types[t.Name] = t
		s.names = append(s.names, t.Name)
	}
	slices.Sort(s.names)
	return s
}

// Type gives a declaration; nil if there is none of that name.
func (s *Schema) Type(name string) *Type { return s.types[name] }

// Types lists the declarations by name.
func (s *Schema) Types() []*Type {
	list := make([]*Type, 0, len(s.names))
	for _, name := range s.names {
		list = append(list, s.types[name])
	}
	return list
}

// Field finds the declaration of a field, or of the open family that it belongs to; nil if there is none.
func (t *Type) Field(name string) *FieldSpec {
	for i := range t.Fields {
		spec := &t.Fields[i]
		if spec.Name == name {
			return spec
		}
		if family, open := strings.CutSuffix(spec.Name, "*"); open && len(name) > len(family) && strings.HasPrefix(name, family) {
			return spec
		}
	}
	return nil
}

// status is the type's fsm field, if it has one.
func (t *Type) status() *FieldSpec {
	for i := range t.Fields {
		if t.Fields[i].Rule == FSM {
			return &t.Fields[i]
		}
	}
	return nil
}

func checkType(t *Type) string {
	seen := map[string]bool{}
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case seen[f.Name]:
			return "field " + f.Name + " is declared twice"
		case (f.Kind == SetOf) != (f.Rule == Set):
			return "field " + f.Name + ": kind set and rule set go together"
		case f.Rule == FSM && len(f.Moves[""]) == 0:
			return "field " + f.Name + " has no first state"
		case f.Rule == FSM && t.Deletable:
			return "a type with an fsm field is not deletable"
		case f.Rule == Max && f.Kind != Int && f.Kind != Decimal && f.Kind != Bool && f.Kind != Code && f.Kind != Instant && f.Kind != Date && f.Kind != Answer:
			return "field " + f.Name + " has no order"
		case f.Rule == "":
			return "field " + f.Name + " has no merge rule"
		}
		seen[f.Name] = true
	}
	if t.SealedAt != "" && t.status() == nil {
		return "sealedAt needs an fsm field"
	}
	return ""
}

// set notes a field's value in a patch.
func (p *Patch) set(field string, v jsontext.Value) {
	if p.Set == nil {
		p.Set = map[string]jsontext.Value{}
	}
	p.Set[field] = v
}
