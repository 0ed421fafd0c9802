package syncing

import "slices"

// SchemaJSON is the answer of GET /v1/schema: what a generic client needs to work without knowing any medicine.
type SchemaJSON struct {
	Schema int                 `json:"schema"`
	Types  map[string]TypeJSON `json:"types"`
}

// TypeJSON is one document type as a caller may use it.
type TypeJSON struct {
	Category  string               `json:"category"`
	Event     bool                 `json:"event"`
	SealedAt  *string              `json:"sealedAt"`
	Deletable bool                 `json:"deletable"`
	Create    bool                 `json:"create"` // may the caller create one in this record
	Fields    map[string]FieldJSON `json:"fields"`
}

// FieldJSON is one field, or an open family of fields.
type FieldJSON struct {
	Kind     Kind                 `json:"kind"`
	Of       Kind                 `json:"of,omitzero"`
	Max      int                  `json:"max,omitzero"`
	Codes    []string             `json:"codes,omitzero"`
	Order    []string             `json:"order,omitzero"` // lowest first, for max
	Merge    Rule                 `json:"merge,omitzero"`
	Moves    map[string][]string  `json:"moves,omitzero"`
	Unit     string               `json:"unit,omitzero"`
	Required bool                 `json:"required,omitzero"`
	Write    bool                 `json:"write"` // may the caller write it
	Fields   map[string]FieldJSON `json:"fields,omitzero"`
}

// Describe lists the document types as a scope may use them. An inactive scope may use none.
func (s *Schema) Describe(scope Scope) SchemaJSON {
	out := SchemaJSON{Schema: s.Version, Types: map[string]TypeJSON{}}
	for _, t := range s.Types() {
		described := TypeJSON{
			Category: t.Category, Event: t.Event, Deletable: t.Deletable,
			Create: scope.active && scope.Has(t.Creators...), Fields: map[string]FieldJSON{},
		}
		if t.SealedAt != "" {
			described.SealedAt = &t.SealedAt
		}
		for i := range t.Fields {
			f := &t.Fields[i]
			described.Fields[f.Name] = describeField(f, mayDescribe(scope, t, f))
		}
		out.Types[t.Name] = described
	}
	return out
}

// mayDescribe: of a held document the status and the reason of a discard, whoever settles it; else by role.
func mayDescribe(scope Scope, t *Type, f *FieldSpec) bool {
	if t.Name == HeldType {
		return scope.active && (f.Name == "status" || f.Name == "discardReason")
	}
	return scope.active && scope.Has(f.Writers...)
}

func describeField(f *FieldSpec, write bool) FieldJSON {
	out := FieldJSON{
		Kind: f.Kind, Of: f.Of, Max: f.Max, Codes: slices.Clone(f.Codes), Merge: f.Rule, Moves: f.Moves,
		Unit: f.Unit, Required: f.Required, Write: write,
	}
	if f.Rule == Max && f.Kind == Code {
		if out.Order = f.Order; len(f.Order) == 0 {
			out.Order = f.Codes
		}
	}
	if len(f.Fields) > 0 {
		out.Fields = map[string]FieldJSON{}
		for i := range f.Fields {
			member := describeField(&f.Fields[i], write)
			out.Fields[f.Fields[i].Name] = member
		}
	}
	return out
}
