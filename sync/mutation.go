package syncing

import (
	"bytes"
	"crypto/sha256"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Mutation is one intent of one person for one document, read from its bytes.
type Mutation struct {
	N      uint64
	Doc    DocID
	Schema int
	Base   string
	At     int64
	After  int64
	Sets   []assignment
	Adds   []element
	Drops  []element
	Delete bool

	raw     jsontext.Value
	hash    [32]byte
	problem *Refusal // what cannot be understood; nil if all can
	named   string   // the document as it was named, readable or not
	names   []Continued
	was     []EpochRev
	acting  TeamID // for which of the author's teams it was written; zero: not said
	skip    Reason // the phone can no longer send the words of this number
}

type assignment struct {
	name  string
	value jsontext.Value // nil: null
}

type element struct {
	name string
	elem string // canonical JSON
}

// readMutation reads a mutation's members. It never fails: what cannot be understood is held, with its bytes.
func readMutation(raw RawMutation) *Mutation {
	m := &Mutation{N: raw.N, raw: raw.Raw, Schema: 1}
	if partsOf(raw.Raw) > partsMax { // before anything is kept of each of them
		m.hash = sha256.Sum256(raw.Raw)
		m.problem = &Refusal{TooLarge, "This change has more parts than any document."}
		return m
	}
	canonical, err := canonicalMutation(raw.Raw)
	if err != nil {
		m.hash = sha256.Sum256(raw.Raw)
		m.problem = &Refusal{Invalid, "This change cannot be read: its text is not valid JSON with unique names."}
		return m
	}
	m.hash = sha256.Sum256(canonical.hashed)
	for _, member := range canonical.members {
		m.member(member.name, member.value)
	}
	m.checkShape()
	return m
}

type canonicalForm struct {
	members []assignment
	hashed  []byte
}

// canonicalMutation brings a mutation into RFC 8785 form and leaves out `n` and `was` for its hash.
func canonicalMutation(raw jsontext.Value) (canonicalForm, error) {
	var c canonicalForm
	if depthOf(raw) > depthMax {
		return c, errRow
	}
	whole := raw.Clone()
	if err := whole.Canonicalize(); err != nil {
		return c, err
	}
	c.hashed = append(make([]byte, 0, len(whole)), '{')
	err := eachMember(whole, func(name string, value jsontext.Value) bool {
		c.members = append(c.members, assignment{name, value})
		if name == "n" || name == "was" {
			return true
		}
		if len(c.hashed) > 1 {
			c.hashed = append(c.hashed, ',')
		}
		c.hashed, _ = jsontext.AppendQuote(c.hashed, name)
		c.hashed = append(append(c.hashed, ':'), value...)
		return true
	})
	c.hashed = append(c.hashed, '}')
	return c, err
}

// depthOf counts how deep brackets nest outside of strings.
func depthOf(raw []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case !quoted && (b == '{' || b == '['):
			depth++
			deepest = max(deepest, depth)
		case !quoted && (b == '}' || b == ']'):
			depth--
		}
	}
	return deepest
}

// partsOf counts members and elements, all but the first of each object and list; it needs no valid JSON.
func partsOf(raw []byte) int {
	parts, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case !quoted && b == ',':
			parts++
		}
	}
	return parts
}

func (m *Mutation) wrong(detail string) {
	if m.problem == nil {
		m.problem = &Refusal{Invalid, detail}
	}
}

// member reads one member; those that nobody here knows are left alone.
func (m *Mutation) member(name string, v jsontext.Value) {
	switch name {
	case "doc":
		m.named = textOf(v)
		doc, err := ParseDocID(m.named)
		if m.Doc = doc; err != nil {
			m.wrong("The change does not name a document as type/id, the id as a UUID in lower case.")
		}
	case "schema":
		n, ok := intOf(v)
		if m.Schema = int(n); !ok || n < 1 {
			m.wrong("The schema version is not a number above 0.")
		}
	case "base":
		if m.Base = textOf(v); v.Kind() != '"' && v.Kind() != 'n' {
			m.wrong("The base is not a cursor.")
		}
	case "at":
		m.At = m.clock(v)
	case "after":
		m.After = m.clock(v)
	case "set":
		m.Sets = m.assignments(v)
	case "add":
		m.Adds = m.elements(v)
	case "remove":
		m.Drops = m.elements(v)
	case "delete":
		if m.Delete = v.Kind() == 't'; v.Kind() != 't' && v.Kind() != 'f' && v.Kind() != 'n' {
			m.wrong("`delete` is not true or false.")
		}
	case "was":
		m.readWas(v)
	case "acting":
		id, err := ParseUUID(textOf(v))
		if m.acting.UUID = id; err != nil && v.Kind() != 'n' {
			m.wrong("`acting` is not the id of a team.")
		}
	case "skip":
		if m.skip = Reason(textOf(v)); m.skip != Lost && m.skip != TooLarge {
			m.skip = ""
			m.wrong("`skip` is neither lost nor too_large.")
		}
	}
}

// clock reads a device's wall clock. What no JSON client reads exactly counts as 0: no mutation is refused for its time.
func (m *Mutation) clock(v jsontext.Value) int64 {
	if v.Kind() != '0' {
		if v.Kind() != 'n' {
			m.wrong("A time is not a number of milliseconds.")
		}
		return 0
	}
	return ClockValue(v)
}

// ClockValue reads a JSON number as milliseconds; numbers outside of +-(2^53-1) count as 0, fractions are cut off.
func ClockValue(v jsontext.Value) int64 {
	if n, ok := intOf(v); ok {
		return n
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || f > safeIntegerMax || f < -safeIntegerMax {
		return 0
	}
	return int64(f)
}

func (m *Mutation) assignments(v jsontext.Value) []assignment {
	var list []assignment
	if v.Kind() != '{' {
		m.wrong("`set` is not an object of field names and values.")
		return nil
	}
	err := eachMember(v, func(name string, value jsontext.Value) bool {
		if value.Kind() == 'n' {
			value = nil
		}
		list = append(list, assignment{name, value})
		return true
	})
	if err != nil {
		m.wrong("`set` cannot be read.")
	}
	return list
}

func (m *Mutation) elements(v jsontext.Value) []element {
	var list []element
	if v.Kind() != '{' {
		m.wrong("`add` and `remove` are objects of field names and lists.")
		return nil
	}
	err := eachMember(v, func(name string, values jsontext.Value) bool {
		if values.Kind() != '[' {
			m.wrong("`add` and `remove` hold a list for each field.")
			return true
		}
		if eachElement(values, func(value jsontext.Value) bool {
			list = append(list, element{name, string(value)})
			return true
		}) != nil {
			m.wrong("`add` and `remove` hold a list for each field.")
		}
		return true
	})
	if err != nil {
		m.wrong("`add` and `remove` cannot be read.")
	}
	return list
}

// checkShape looks at what only the whole mutation shows.
func (m *Mutation) checkShape() {
	changes := len(m.Sets) + len(m.Adds) + len(m.Drops)
	switch {
	case m.skip != "":
		if changes > 0 || m.Delete {
			m.skip = ""
			m.wrong("`skip` stands alone.")
		}
		return
	case m.named == "":
		m.wrong("The change names no document.")
	case m.Delete && changes > 0:
		m.wrong("`delete` stands alone.")
	case !m.Delete && changes == 0:
		m.wrong("The change says nothing: it has no set, add, remove or delete.")
	}
	if repeats(m.Adds, m.Drops) {
		m.wrong("One element is both added and removed, or named twice.")
	}
}

func repeats(lists ...[]element) bool {
	seen := map[element]bool{}
	for _, list := range lists {
		for _, e := range list {
			if seen[e] {
				return true
			}
			seen[e] = true
		}
	}
	return false
}

// fields lists the names that the mutation speaks of, each once, in the order of sets, adds and removes.
func (m *Mutation) fields() []string {
	var names []string
	seen := map[string]bool{}
	note := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, a := range m.Sets {
		note(a.name)
	}
	for _, e := range m.Adds {
		note(e.name)
	}
	for _, e := range m.Drops {
		note(e.name)
	}
	return names
}

// rawOfPatch writes a patch of system's as the mutation it stands for, for the journal.
func rawOfPatch(p Patch) jsontext.Value {
	var b bytes.Buffer
	enc := jsontext.NewEncoder(&b, jsontext.AllowDuplicateNames(false))
	write := func(err error) {
		if err != nil {
			panic("syncing: a rule of care wrote a value that is not JSON: " + err.Error())
		}
	}
	write(enc.WriteToken(jsontext.BeginObject))
	write(enc.WriteToken(jsontext.String("doc")))
	write(enc.WriteToken(jsontext.String(string(p.Doc))))
	if len(p.Set) > 0 {
		write(enc.WriteToken(jsontext.String("set")))
		write(enc.WriteToken(jsontext.BeginObject))
		for _, name := range sortedKeys(p.Set) {
			write(enc.WriteToken(jsontext.String(name)))
			if p.Set[name] == nil {
				write(enc.WriteToken(jsontext.Null))
				continue
			}
			write(enc.WriteValue(p.Set[name]))
		}
		write(enc.WriteToken(jsontext.EndObject))
	}
	for _, part := range []struct {
		name  string
		elems map[string][]jsontext.Value
	}{{"add", p.Add}, {"remove", p.Remove}} {
		if len(part.elems) == 0 {
			continue
		}
		write(enc.WriteToken(jsontext.String(part.name)))
		write(enc.WriteToken(jsontext.BeginObject))
		for _, name := range sortedKeys(part.elems) {
			write(enc.WriteToken(jsontext.String(name)))
			write(enc.WriteToken(jsontext.BeginArray))
			for _, v := range part.elems[name] {
				write(enc.WriteValue(v))
			}
			write(enc.WriteToken(jsontext.EndArray))
		}
		write(enc.WriteToken(jsontext.EndObject))
	}
	write(enc.WriteToken(jsontext.EndObject))
	return jsontext.Value(bytes.TrimSpace(b.Bytes()))
}
