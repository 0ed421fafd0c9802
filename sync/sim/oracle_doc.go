package sim

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// origin is the mutation that a write came with.
type origin struct {
	rev       syncing.Rev
	name      name
	by        syncing.AccountID
	at        int64
	effective int64
	was       map[string]syncing.Rev
}

// cover is what an author had seen when writing.
type cover struct {
	full syncing.Rev      // of the present life
	wide bool             // a server replica writes upon what stands: nothing was hidden from it
	past syncing.EpochRev // what was seen in an earlier epoch
	// grant is what was seen where `seen` cannot say it: of an epoch that two lives have the name of.
	grant *grant
	own   []name // replicas that count as its own, each up to its n
	seen  map[syncing.DocID]bool
}

func (c *cover) owns(o *origin) bool {
	return slices.ContainsFunc(c.own, func(own name) bool { return own.replica == o.name.replica && o.name.n <= own.n })
}

func (c *cover) covers(o *origin) bool { return c.owns(o) || c.knows(o) }

// knows is covers by what the base showed.
func (c *cover) knows(o *origin) bool {
	if o.rev > 0 && o.rev <= c.full {
		return true
	}
	was := o.was[c.past.Epoch]
	return was > 0 && was <= c.past.Rev
}

// act is one thing that happened to a field: a write, or something that only covers.
type act struct {
	o     *origin
	value string // "" for null
	write bool
	base  cover
	gone  bool // it left by the limit of siblings, by time, or because the rule lets one stand
	// idle: it was applied and changed nothing. What stands is not touched, and what comes later and was seen is covered.
	idle bool
}

// place is a field, or an element of a set.
type place struct {
	field string
	elem  string
}

// doc keeps everything that ever happened to a document.
type doc struct {
	id        syncing.DocID
	rev       syncing.Rev
	author    syncing.AccountID
	audiences []audienceAt
	places    map[place][]act
	deletions []deletion
	sealing   *origin
	sealBase  []cover
	untold    bool
	shown     *rendered // of this rev; nil if it must be made
}

type audienceAt struct {
	rev  syncing.Rev
	name string
	was  map[string]syncing.Rev
}

// deletion is one time that the document was away.
type deletion struct {
	o        *origin
	bases    []cover // of all that deleted it while it was away
	returned *origin
}

func (d *doc) clone() *doc {
	c := *d
	c.audiences, c.deletions, c.sealBase = slices.Clone(d.audiences), slices.Clone(d.deletions), slices.Clip(d.sealBase)
	c.places = make(map[place][]act, len(d.places))
	for at, acts := range d.places {
		c.places[at] = slices.Clone(acts)
	}
	return &c
}

func (d *doc) deleted() bool {
	return len(d.deletions) > 0 && d.deletions[len(d.deletions)-1].returned == nil
}

func (d *doc) audience() string { return d.audiences[len(d.audiences)-1].name }

// covered reports whether a write that arrives is covered already: by one of its own replica that stands there or took the
// element out, or by anything that ever happened there whose author had seen it in an earlier epoch.
func (d *doc) covered(rule syncing.Rule, at place, o *origin) bool {
	for _, a := range d.places[at] {
		if a.base.knows(o) || !a.write && !a.idle && a.base.owns(o) {
			return true
		}
	}
	return slices.ContainsFunc(d.standing(rule, at), func(a *act) bool { return a.base.owns(o) })
}

// standing is the set of writes of a place that nothing covers, worked out from all that ever happened there, the shown one
// first.
func (d *doc) standing(rule syncing.Rule, at place) []*act {
	acts := d.places[at]
	var list []*act
	for i := range acts {
		w := &acts[i]
		if !w.write || w.gone {
			continue
		}
		beaten := false
		for j := i + 1; j < len(acts) && !beaten; j++ {
			beaten = !acts[j].idle && acts[j].base.covers(w.o)
		}
		if !beaten {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b *act) int {
		if rule == syncing.Max {
			if order := cmp.Compare(rank(b.value), rank(a.value)); order != 0 {
				return order
			}
		}
		return cmp.Or(cmp.Compare(b.o.effective, a.o.effective),
			bytes.Compare(b.o.name.replica.UUID[:], a.o.name.replica.UUID[:]), cmp.Compare(b.o.name.n, a.o.name.n))
	})
	return list
}

// rank orders the values of a max field, which are whole numbers here; null is lowest.
func rank(value string) int64 {
	if value == "" {
		return -1 << 62
	}
	n, _ := strconv.ParseInt(value, 10, 64)
	return n
}

// siblingsMost is how many writes stay beside the shown one.
const siblingsMost = 8

// happen notes an act and lets leave what the limit of siblings pushes out. A write that is covered already does not join, but
// removes what it covers.
func (d *doc) happen(rule syncing.Rule, at place, a act) {
	decides := a.o.by == (syncing.AccountID{}) && (rule == syncing.CAS || rule == syncing.FSM) // system has read what stands
	if a.write && !decides && d.covered(rule, at, a.o) {
		a.gone = true
	}
	d.places[at] = append(d.places[at], a)
	if list := d.standing(rule, at); len(list) > 1+siblingsMost {
		for _, w := range list[1+siblingsMost:] {
			w.gone = true
		}
	}
}

// value is what is shown of a field; "" if there is none.
func (d *doc) value(t *syncing.Type, field string) string {
	spec := t.Field(field)
	if spec == nil {
		return ""
	}
	list := d.standing(spec.Rule, place{field: field})
	if len(list) == 0 {
		return ""
	}
	return list[0].value
}

// elems are the elements of a set, in the order of their bytes.
func (d *doc) elems(field string) []string {
	var list []string
	for at := range d.places {
		if at.field == field && at.elem != "" && len(d.standing(syncing.Set, at)) > 0 {
			list = append(list, at.elem)
		}
	}
	slices.Sort(list)
	return list
}

// fieldNames lists the fields at which something happened.
func (d *doc) fieldNames() []string {
	var list []string
	for at := range d.places {
		list = append(list, at.field)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// rendered is a document as a reader is told of it.
type rendered struct {
	deleted  bool
	fields   map[string]string
	siblings map[string][]sibling
}

type sibling struct {
	value string
	rev   syncing.Rev
	by    syncing.AccountID
	at    int64
}

func (d *doc) render(t *syncing.Type) *rendered {
	if d.shown != nil {
		return d.shown
	}
	out := &rendered{deleted: d.deleted(), fields: map[string]string{}, siblings: map[string][]sibling{}}
	for _, field := range d.fieldNames() {
		spec := t.Field(field)
		if spec.Rule == syncing.Set {
			if list := d.elems(field); len(list) > 0 {
				out.fields[field] = "[" + join(list) + "]"
			}
			continue
		}
		list := d.standing(spec.Rule, place{field: field})
		if len(list) == 0 {
			continue
		}
		if list[0].value != "" {
			out.fields[field] = list[0].value
		}
		if spec.Rule == syncing.Max {
			continue
		}
		for _, w := range list[1:] {
			out.siblings[field] = append(out.siblings[field], sibling{cmp.Or(w.value, "null"), w.o.rev, w.o.by, w.o.effective})
		}
	}
	d.shown = out
	return out
}

func join(list []string) string {
	var b []byte
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, s...)
	}
	return string(b)
}

// text unquotes a JSON string; "" for anything else.
func text(value string) string {
	if len(value) == 0 || value[0] != '"' {
		return ""
	}
	b, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return ""
	}
	return string(b)
}
