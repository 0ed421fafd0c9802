package sim

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// words is a mutation as the oracle reads it.
type words struct {
	n       uint64
	content string // what it says, whatever its number and names
	doc     syncing.DocID
	named   string
	schema  int
	base    string
	at      int64
	after   int64
	sets    []assignment
	adds    []place
	drops   []place
	delete  bool
	skip    syncing.Reason
	names   []name
	revs    map[string]syncing.Rev
	wrong   bool // it cannot be understood
}

type assignment struct {
	field string
	value string // "" for null
}

// wireWords is a mutation's JSON.
type wireWords struct {
	Doc    string                      `json:"doc"`
	Schema int                         `json:"schema"`
	Base   string                      `json:"base"`
	At     int64                       `json:"at"`
	After  int64                       `json:"after"`
	Set    map[string]jsontext.Value   `json:"set"`
	Add    map[string][]jsontext.Value `json:"add"`
	Remove map[string][]jsontext.Value `json:"remove"`
	Delete bool                        `json:"delete"`
	SkipOf syncing.Reason              `json:"skip"`
	Was    struct {
		Names []struct {
			Replica syncing.ReplicaID `json:"replica"`
			N       uint64            `json:"n"`
		} `json:"names"`
		Revs map[string]syncing.Rev `json:"revs"`
	} `json:"was"`
}

// read reads a mutation. The simulation's replicas write nothing that is not JSON; what is wrong with it is in its meaning.
func read(raw syncing.RawMutation) *words {
	var w wireWords
	if err := json.Unmarshal(raw.Raw, &w); err != nil {
		panic("sim: a replica wrote what is not a mutation: " + err.Error())
	}
	m := &words{
		n: raw.N, content: contentOf(raw.Raw), named: w.Doc, schema: max(w.Schema, 1), base: w.Base, at: w.At, after: w.After,
		delete: w.Delete, skip: w.SkipOf, revs: w.Was.Revs,
	}
	for _, was := range w.Was.Names {
		m.names = append(m.names, name{was.Replica, was.N})
	}
	for _, field := range slices.Sorted(maps.Keys(w.Set)) {
		value := string(w.Set[field])
		if value == "null" {
			value = ""
		}
		m.sets = append(m.sets, assignment{field, value})
	}
	m.adds, m.drops = elementsOf(w.Add), elementsOf(w.Remove)
	doc, err := syncing.ParseDocID(w.Doc)
	m.doc = doc
	m.wrong = m.skip == "" && (err != nil || m.delete == (len(m.sets)+len(m.adds)+len(m.drops) > 0))
	return m
}

func elementsOf(lists map[string][]jsontext.Value) []place {
	var all []place
	for _, field := range slices.Sorted(maps.Keys(lists)) {
		for _, v := range lists[field] {
			all = append(all, place{field, string(v)})
		}
	}
	return all
}

// contentOf is what a mutation says: its members without n and was, in the order of their names.
func contentOf(raw jsontext.Value) string {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(raw, &members); err != nil {
		panic("sim: not an object: " + err.Error())
	}
	delete(members, "n")
	delete(members, "was")
	b, err := json.Marshal(members, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (m *words) fields() []string {
	var list []string
	for _, s := range m.sets {
		list = append(list, s.field)
	}
	for _, e := range slices.Concat(m.adds, m.drops) {
		list = append(list, e.field)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// makesWhole reports whether the mutation by itself makes a document of the type.
func (m *words) makesWhole(t *syncing.Type) bool {
	for _, f := range t.Fields {
		if f.Required && !slices.ContainsFunc(m.sets, func(s assignment) bool { return s.field == f.Name && s.value != "" }) {
			return false
		}
	}
	return true
}

// understood says as what the mutation is held because its meaning is not known; "" if it is.
func (m *words) understood(s *syncing.Schema, t *syncing.Type) syncing.Reason {
	switch {
	case m.wrong:
		return syncing.Invalid
	case m.schema > s.Version:
		return syncing.Unknown
	}
	for _, set := range m.sets {
		f := t.Field(set.field)
		switch {
		case f == nil:
			return syncing.Unknown
		case f.Rule == syncing.Set || set.value == "" && f.Rule == syncing.FSM || set.value != "" && !fits(f, f.Kind, set.value):
			return syncing.Invalid
		}
	}
	for _, e := range slices.Concat(m.adds, m.drops) {
		f := t.Field(e.field)
		switch {
		case f == nil:
			return syncing.Unknown
		case f.Rule != syncing.Set || !fits(f, f.Of, e.elem):
			return syncing.Invalid
		}
	}
	return ""
}

// fits reports whether a value is of a kind, for the kinds that the simulation's types have.
func fits(f *syncing.FieldSpec, kind syncing.Kind, value string) bool {
	quoted := value[0] == '"'
	switch kind {
	case syncing.Text:
		return quoted && (f.Max == 0 || utf8.RuneCountInString(text(value)) <= f.Max)
	case syncing.Code:
		return quoted && (len(f.Codes) == 0 || slices.Contains(f.Codes, text(value)))
	case syncing.Bool:
		return value == "true" || value == "false"
	case syncing.Int:
		_, err := strconv.ParseInt(value, 10, 53)
		return err == nil
	case syncing.Answer:
		return value[0] != '['
	}
	panic("sim: no type has a field of this kind: " + string(kind))
}
