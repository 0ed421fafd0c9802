package care

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

//go:embed data/survivorship.v1.json
var survivorshipFile []byte

// SurvivorshipSchema is the JSON Schema (2020-12) that every published treatment summary and survivorship plan fits, whichever
// organisation wrote it (seed T14). The bytes are read-only.
func SurvivorshipSchema() []byte { return survivorshipFile }

// The kinds of documents that the schema describes.
const (
	kindSummary = "treatment-summary"
	kindSurvive = "survivorship-plan"
)

// survivorship is that schema, as far as fields, requirements and the published form are worked out from it: one place says what a
// section is, for whoever writes one here and for whoever checks one elsewhere.
type survivorship struct {
	ID      string                    `json:"x-id"`
	Version string                    `json:"x-version"`
	Review  string                    `json:"x-review"` // the state of clinical approval
	Source  string                    `json:"x-source"`
	Kinds   map[string]schemaOfObject `json:"$defs"`
}

// schemaOfObject is an object of the schema: a whole document, or an element of a section.
type schemaOfObject struct {
	Description string                `json:"description"`
	Required    []string              `json:"required"`
	Properties  map[string]schemaPart `json:"properties"`
}

// schemaPart is one property. An array with oneOf is a list of codes; any other array is a section of objects.
type schemaPart struct {
	Type        string         `json:"type"`
	Const       jsontext.Value `json:"const"`
	Description string         `json:"description"`
	MaxLength   int            `json:"maxLength"`
	Pattern     string         `json:"pattern"`
	Format      string         `json:"format"`
	Items       *schemaItems   `json:"items"`
	Unless      string         `json:"x-unless"` // a flag: where it is true the section may be empty
	When        string         `json:"x-when"`   // a flag: where it is true the section may not be empty
}

type schemaItems struct {
	schemaOfObject
	OneOf []struct {
		Const string `json:"const"`
		Title string `json:"title"`
	} `json:"oneOf"`
}

// frame are the properties that the rules fill in.
var frame = []string{"schema", "kind", "number"}

// loadSurvivorship reads the schema and refuses one that is not whole.
func loadSurvivorship(data []byte) (*survivorship, error) {
	var s survivorship
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("survivorship: %w", err)
	}
	if s.ID != "survivorship" || s.Version == "" || s.Review == "" || s.Source == "" {
		return nil, fmt.Errorf("survivorship: id, version, review or source is missing")
	}
	for _, kind := range []string{kindSummary, kindSurvive} {
		of, ok := s.Kinds[kind]
		if !ok || of.Description == "" || len(of.Required) == 0 {
			return nil, fmt.Errorf("survivorship: %s is missing, or requires nothing", kind)
		}
		for _, name := range of.Required {
			if _, known := of.Properties[name]; !known {
				return nil, fmt.Errorf("survivorship: %s requires %s, which it does not describe", kind, name)
			}
		}
	}
	return &s, nil
}

func (s *survivorship) key() string { return s.ID + "|" + s.Version }

// parts are the properties that people write, by name.
func (o schemaOfObject) parts() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(o.Properties)), func(name string) bool { return slices.Contains(frame, name) })
}

// isSection reports whether the property is a list of objects.
func (p schemaPart) isSection() bool { return p.Items != nil && len(p.Items.OneOf) == 0 }

// codes are those of a list of codes.
func (p schemaPart) codes() (list []string) {
	if p.Items != nil {
		for _, one := range p.Items.OneOf {
			list = append(list, one.Const)
		}
	}
	return list
}

// fields are the fields of a draft of that kind. writers names those of a part; the rest is oncology's.
func (s *survivorship) fields(kind string, writers map[string][]syncing.Role) []syncing.FieldSpec {
	var list []syncing.FieldSpec
	of := s.Kinds[kind]
	for _, name := range of.parts() {
		part, by := of.Properties[name], writers[name]
		if by == nil {
			by = []syncing.Role{RoleOncology}
		}
		rule := syncing.CAS
		if slices.Contains(by, RolePatient) {
			rule = syncing.MV
		}
		switch {
		case part.isSection():
			list = append(list, field(name+".*", syncing.Object, rule, by, part.Description+"; its code after the dot", members(part.Items.members()...)))
		case part.Items != nil:
			list = append(list, field(name, syncing.Code, syncing.Set, by, part.Description, codes(part.codes()...)))
		default:
			list = append(list, field(name, part.kind(), rule, by, part.Description, upTo(part.MaxLength)))
		}
		if name == "title" || name == "team" {
			list[len(list)-1].Required = true
		}
	}
	return list
}

func (o schemaOfObject) members() (list []syncing.FieldSpec) {
	for _, name := range slices.Sorted(maps.Keys(o.Properties)) {
		if part := o.Properties[name]; name != "code" {
			list = append(list, member(name, part.kind(), part.Description, upTo(part.MaxLength)))
		}
	}
	return list
}

func (p schemaPart) kind() syncing.Kind {
	switch {
	case p.Type == "boolean":
		return syncing.Bool
	case p.Format == "uuid":
		return syncing.Reference
	case p.Pattern != "":
		return syncing.Date
	}
	return syncing.Text
}

// LackMissing says that a part of a summary or a survivorship plan is missing; Field says which.
const LackMissing = "missing"

// lacks are the parts of a draft that are missing, each with its name (seeds A03, B31, B37): "lateEffects", or
// "lateEffects.lungs.plain" for a member of an element.
func (s *survivorship) lacks(kind string, draft Paper) (list []Lack) {
	of := s.Kinds[kind]
	missing := func(name string) { list = append(list, Lack{draft.ID(), LackMissing, name}) }
	for _, name := range of.parts() {
		part := of.Properties[name]
		switch {
		case part.isSection():
			elements := fieldsOf(draft, name+".")
			if len(elements) == 0 && part.mustHave(draft, slices.Contains(of.Required, name)) {
				missing(name)
			}
			for _, element := range elements {
				for _, member := range part.Items.lacksIn(draft.Value(element)) {
					missing(element + "." + member)
				}
			}
		case slices.Contains(of.Required, name) && isEmpty(draft, name, part):
			missing(name)
		}
	}
	return list
}

// mustHave reports whether an empty section is one that is missing.
func (p schemaPart) mustHave(draft Paper, required bool) bool {
	if p.When != "" {
		return truth(draft, p.When)
	}
	return required && (p.Unless == "" || !truth(draft, p.Unless))
}

func isEmpty(draft Paper, name string, part schemaPart) bool {
	if part.Items != nil {
		return len(draft.Texts(name)) == 0
	}
	v := draft.Value(name)
	return v == nil || v.Kind() == '"' && draft.Text(name) == ""
}

// lacksIn are the required members that an element does not have.
func (o schemaOfObject) lacksIn(element jsontext.Value) (names []string) {
	var has map[string]any
	if json.Unmarshal(element, &has) != nil {
		return o.Required
	}
	for _, name := range o.Required {
		if text, isText := has[name].(string); name != "code" && (has[name] == nil || isText && text == "") {
			names = append(names, name)
		}
	}
	return names
}

// published are the parts of a draft in the form of the schema, by name.
func (s *survivorship) published(kind string, draft Paper) (map[string]jsontext.Value, error) {
	of, parts := s.Kinds[kind], map[string]jsontext.Value{}
	for _, name := range of.parts() {
		part := of.Properties[name]
		switch {
		case part.isSection():
			list := []map[string]jsontext.Value{}
			for _, element := range fieldsOf(draft, name+".") {
				var members map[string]jsontext.Value
				if err := json.Unmarshal(draft.Value(element), &members); err != nil {
					return nil, err
				}
				maps.DeleteFunc(members, func(_ string, v jsontext.Value) bool { return v.Kind() == 'n' })
				members["code"] = syncing.TextValue(element[len(name)+1:])
				list = append(list, members)
			}
			v, err := json.Marshal(list, json.Deterministic(true))
			if err != nil {
				return nil, err
			}
			parts[name] = v
		case isEmpty(draft, name, part):
		case part.Items != nil:
			v, err := json.Marshal(draft.Texts(name))
			if err != nil {
				return nil, err
			}
			parts[name] = v
		default:
			parts[name] = draft.Value(name)
		}
	}
	return parts, nil
}
