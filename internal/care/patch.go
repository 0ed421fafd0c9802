package care

import (
	"bytes"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// draft is a patch in the making. It holds only what differs from what stands, so that deriving twice changes nothing.
type draft struct {
	stands syncing.Snapshot
	patch  syncing.Patch
}

func newDraft(doc syncing.DocID, stands syncing.Snapshot) *draft {
	return &draft{stands: stands, patch: syncing.Patch{
		Doc: doc, Set: map[string]jsontext.Value{}, Add: map[string][]jsontext.Value{}, Remove: map[string][]jsontext.Value{},
	}}
}

// set writes a field; a nil value removes what it has. Of several the last counts.
func (d *draft) set(field string, value jsontext.Value) {
	if stands := d.stands.Value(field); !bytes.Equal(stands, value) {
		d.patch.Set[field] = value
	} else {
		delete(d.patch.Set, field)
	}
}

func (d *draft) text(field, value string)       { d.set(field, syncing.TextValue(value)) }
func (d *draft) integer(field string, n int64)  { d.set(field, syncing.IntValue(n)) }
func (d *draft) truth(field string, value bool) { d.set(field, syncing.BoolValue(value)) }
func (d *draft) clear(field string)             { d.set(field, nil) }
func (d *draft) once(field string, n int64)     { d.ifNone(field, syncing.IntValue(n)) }

// textOnce writes a text into a field that has no value yet; no text is no value.
func (d *draft) textOnce(field, value string) {
	if value != "" {
		d.ifNone(field, syncing.TextValue(value))
	}
}

func (d *draft) add(field string, texts []string) { d.addValues(field, quoted(texts)...) }

// ifNone writes a field that has no value yet.
func (d *draft) ifNone(field string, value jsontext.Value) {
	if d.stands.Value(field) == nil {
		d.set(field, value)
	}
}

func (d *draft) addValues(field string, values ...jsontext.Value) {
	there := d.stands.Elems(field)
	for _, value := range values {
		if !contains(there, value) && !contains(d.patch.Add[field], value) {
			d.patch.Add[field] = append(d.patch.Add[field], value)
		}
	}
}

func (d *draft) removeValues(field string, values ...jsontext.Value) {
	there := d.stands.Elems(field)
	for _, value := range values {
		if contains(there, value) {
			d.patch.Remove[field] = append(d.patch.Remove[field], value)
		}
	}
}

// intIn is the whole number that a patch writes; 0 if it writes none.
func intIn(p syncing.Patch, field string) (n int64) {
	if json.Unmarshal(p.Set[field], &n) != nil {
		return 0
	}
	return n
}

// shown is the document as it will stand, but for its sets.
func (d *draft) shown() Paper { return draftPaper{d} }

type draftPaper struct{ *draft }

// ID implements Paper.
func (p draftPaper) ID() syncing.DocID { return p.patch.Doc }

// Rev implements Paper.
func (p draftPaper) Rev() syncing.Rev { return p.stands.Rev() }

// Value implements Paper.
func (p draftPaper) Value(field string) jsontext.Value {
	if value, written := p.patch.Set[field]; written {
		return value
	}
	return p.stands.Value(field)
}

// Text implements Paper.
func (p draftPaper) Text(field string) string { return textIn(p.Value(field)) }

// Texts implements Paper.
func (p draftPaper) Texts(set string) []string { return p.stands.Texts(set) }

// Fields implements Paper.
func (p draftPaper) Fields(prefix string) []string { return p.stands.Fields(prefix) }

// empty reports whether nothing differs.
func (d *draft) empty() bool {
	return len(d.patch.Set)+len(d.patch.Add)+len(d.patch.Remove) == 0
}

// patches lists the drafts that change something.
func patches(drafts ...*draft) []syncing.Patch {
	var list []syncing.Patch
	for _, d := range drafts {
		if !d.empty() {
			list = append(list, d.patch)
		}
	}
	return list
}

func contains(list []jsontext.Value, value jsontext.Value) bool {
	return slices.ContainsFunc(list, func(v jsontext.Value) bool { return bytes.Equal(v, value) })
}

func quoted(texts []string) []jsontext.Value {
	list := make([]jsontext.Value, 0, len(texts))
	for _, text := range texts {
		list = append(list, syncing.TextValue(text))
	}
	return list
}

// without lists what is in the first and not in the second.
func without(list, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(taken, s) })
}

// union is both lists, sorted, each element once.
func union(a, b []string) []string {
	both := map[string]bool{}
	for _, s := range append(slices.Clone(a), b...) {
		both[s] = true
	}
	return slices.Sorted(maps.Keys(both))
}
