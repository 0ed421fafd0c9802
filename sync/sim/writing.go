package sim

import (
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// marker begins every text that people write here, so that a text which strays can be seen.
const marker = "zq"

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func fieldsOf(v jsontext.Value) map[string]string {
	var members map[string]jsontext.Value
	if len(v) > 0 && json.Unmarshal(v, &members) != nil {
		panic("sim: an answer's fields are not an object")
	}
	fields := make(map[string]string, len(members))
	for field, value := range members {
		fields[field] = string(value)
	}
	return fields
}

// write lets the person at a phone change something.
func (w *world) write() {
	ph := w.anyPhone()
	id := w.records[0]
	if w.chance(40) && (w.chance(20) || w.oracle.life.grants[grantKey{w.records[1], ph.owner.account}].Known) {
		id = w.records[1]
	} else if w.chance(3) {
		id = w.records[2]
	}
	shown := ph.db.View(id)
	ids := make([]syncing.DocID, len(shown))
	for i, d := range shown {
		ids[i] = d.ID
	}
	c := w.change(ids, id, ph.db.Held(id))
	if bases := ph.bases[id]; len(bases) > 0 && w.chance(30) { // a form that was opened some time ago
		c.Base = &bases[w.rnd.IntN(len(bases))]
	}
	w.mutate(ph, id, c)
}

// quarrel lets several people who have one document before them write to it, before any of them hears of the others.
func (w *world) quarrel() {
	id := w.records[w.rnd.IntN(2)]
	shown := w.anyPhone().db.View(id)
	if len(shown) == 0 {
		return
	}
	doc := pick(w, shown...).ID
	if doc.Type() == syncing.HeldType {
		return
	}
	for _, ph := range w.phones {
		if ph.gone || ph.db.Document(id, doc) == nil || w.chance(40) && !w.crowd {
			continue
		}
		c := w.edit(doc)
		if w.crowd && doc.Type() == "note" {
			c = replica.Change{Doc: doc, Set: map[string]jsontext.Value{"text": w.words()}}
		}
		w.mutate(ph, id, c)
	}
}

func (w *world) mutate(ph *phone, id syncing.RecordID, c replica.Change) {
	named, err := ph.db.Mutate(id, c, w.now+ph.drift)
	if err != nil {
		w.broken("writing: %v", err)
	}
	entries := ph.db.Outbox(id)
	ph.written[contentOf(entries[len(entries)-1].Body)] = id
	w.note("written")
	w.tell("%s writes n=%d %s %s", ph.name, named.N, short(id), brief(entries[len(entries)-1].Body))
}

func short(id syncing.RecordID) string { return "record " + id.String()[:4] }

// brief is a mutation without its long members, for the story.
func brief(body jsontext.Value) string {
	var m map[string]jsontext.Value
	if json.Unmarshal(body, &m) != nil {
		return string(body)
	}
	delete(m, "base")
	delete(m, "at")
	delete(m, "after")
	delete(m, "schema")
	b, _ := json.Marshal(m, json.Deterministic(true))
	return string(b)
}

func (w *world) anyPhone() *phone {
	for {
		if ph := w.phones[w.rnd.IntN(len(w.phones))]; !ph.gone {
			return ph
		}
	}
}

func (w *world) chance(percent int) bool { return w.rnd.IntN(100) < percent }

// words makes a text that nobody wrote before.
func (w *world) words() jsontext.Value {
	w.values++
	return syncing.TextValue(marker + strconv.Itoa(w.step) + "." + strconv.Itoa(w.values))
}

func (w *world) level() jsontext.Value { return syncing.IntValue(int64(w.rnd.IntN(10))) }

func pick[T any](w *world, list ...T) T { return list[w.rnd.IntN(len(list))] }

// change makes up what a person could want: something new, an edit, a settlement, a deletion, or nonsense.
func (w *world) change(shown []syncing.DocID, id syncing.RecordID, held []*replica.Document) replica.Change {
	shown = slices.DeleteFunc(slices.Clone(shown), func(d syncing.DocID) bool { return d.Type() == syncing.HeldType })
	switch roll := w.rnd.IntN(100); {
	case roll < 10 && len(held) > 0:
		return w.settlement(held[w.rnd.IntN(len(held))])
	case roll < 16:
		return w.nonsense(shown, id)
	case roll < 24 && len(w.targets[id]) > 0: // of something that perhaps is not here; the newest often is not
		return w.edit(pick(w, w.targets[id][w.rnd.IntN(len(w.targets[id])):]...))
	case roll < 76 && len(shown) > 0:
		return w.edit(pick(w, shown...))
	}
	if len(w.targets[id]) > 3+int(w.opts.Seed%11) && len(shown) > 0 { // where there are few, many write to one
		return w.edit(pick(w, shown...))
	}
	return w.something(id)
}

// something is a new document.
func (w *world) something(id syncing.RecordID) replica.Change {
	kind := pick(w, "note", "note", "task", "message", "report", "report")
	doc := syncing.NewDocID(kind, w.id())
	w.targets[id] = append(w.targets[id], doc)
	c := w.edit(doc)
	c.Delete = false
	if c.Set == nil {
		c.Set = map[string]jsontext.Value{}
	}
	if w.chance(8) { // its maker forgets what makes it whole
		c.Set["mood"] = w.words()
		return c
	}
	switch kind {
	case "note":
		c.Set["title"] = w.words()
	case "message":
		c.Set["text"] = w.words()
	case "task":
		c.Set["status"] = syncing.TextValue(pick(w, "proposed", "booked"))
	case "report":
		c.Set["status"] = syncing.TextValue(pick(w, "draft", "draft", "completed"))
		c.Set["area"] = syncing.TextValue(pick(w, "a", "b"))
	}
	return c
}

// edit changes one or a few fields.
func (w *world) edit(doc syncing.DocID) replica.Change {
	c := replica.Change{Doc: doc}
	if doc.Type() == "note" && w.chance(12) || doc.Type() == "flag" && w.chance(10) {
		c.Delete = true
		return c
	}
	c.Set = map[string]jsontext.Value{}
	for range 1 + w.rnd.IntN(3) {
		w.field(&c, doc.Type())
	}
	if len(c.Set)+len(c.Add)+len(c.Remove) == 0 {
		c.Set["answers.x"] = w.level()
	}
	return c
}

func (w *world) field(c *replica.Change, kind string) {
	set := func(field string, v jsontext.Value) {
		if w.chance(10) {
			v = jsontext.Value("null")
		}
		c.Set[field] = v
	}
	switch kind {
	case "note":
		switch w.rnd.IntN(9) {
		case 0, 1:
			set("text", w.words())
		case 2:
			set("mood", w.words())
		case 3:
			set("pain", w.level())
		case 4, 5:
			w.tag(c, "tags")
		case 6:
			set("owner", w.words())
		case 7:
			set("private", syncing.BoolValue(w.chance(50)))
		case 8:
			set("answers."+pick(w, "x", "y"), w.level())
		}
	case "task":
		switch w.rnd.IntN(4) {
		case 0:
			c.Set["status"] = syncing.TextValue(pick(w, "booked", "done", "cancelled", "proposed"))
		case 1:
			set("dose", w.level())
		case 2:
			set("memo", w.words())
		case 3:
			set("urgent", w.level())
		}
	case "message":
		if w.chance(60) {
			c.Set["text"] = syncing.TextValue(marker + "hello")
		} else {
			w.tag(c, "to")
		}
	case "report":
		switch w.rnd.IntN(6) {
		case 0:
			c.Set["status"] = syncing.TextValue(pick(w, "completed", "completed", "draft", "amended"))
		case 1:
			c.Set["area"] = syncing.TextValue(pick(w, "a", "b"))
		case 2:
			set("level", w.level())
		case 3:
			set("note", w.words())
		case 4:
			w.tag(c, "tags")
		case 5:
			set("answers."+pick(w, "x", "y"), w.words())
		}
	case "flag":
		if w.chance(25) {
			c.Set["level"] = w.level()
		} else {
			set(pick(w, "claimed", "says", "latest"), w.words())
		}
	default:
		c.Set["x"] = w.level()
	}
}

// tag adds or removes an element; each is named once.
func (w *world) tag(c *replica.Change, field string) {
	e := syncing.TextValue(pick(w, "red", "blue", "green"))
	for _, list := range slices.Concat(c.Add[field], c.Remove[field]) {
		if string(list) == string(e) {
			return
		}
	}
	to := &c.Add
	if w.chance(40) {
		to = &c.Remove
	}
	if *to == nil {
		*to = map[string][]jsontext.Value{}
	}
	(*to)[field] = append((*to)[field], e)
}

func (w *world) settlement(held *replica.Document) replica.Change {
	c := replica.Change{Doc: held.ID, Set: map[string]jsontext.Value{"status": syncing.TextValue(pick(w, "released", "released", "discarded", "open"))}}
	if w.chance(40) {
		c.Set["discardReason"] = w.words()
	}
	return c
}

// nonsense is what a server cannot understand, or a person may not do.
func (w *world) nonsense(shown []syncing.DocID, id syncing.RecordID) replica.Change {
	doc := syncing.NewDocID("note", w.id())
	if len(shown) > 0 {
		doc = pick(w, shown...)
	}
	c := replica.Change{Doc: doc, Set: map[string]jsontext.Value{}}
	switch w.rnd.IntN(7) {
	case 0:
		c.Set["nobody.knows"] = w.words()
	case 1:
		c.Doc, c.Set["x"] = syncing.NewDocID("mystery", w.id()), w.words()
	case 2:
		c.Set[pick(w, "pain", "level", "urgent", "text")] = jsontext.Value(`{"a":1}`)
	case 3:
		c.Add = map[string][]jsontext.Value{pick(w, "text", "memo"): {w.words()}}
	case 4:
		c.Set, c.Delete = nil, true
	case 5:
		c.Doc, c.Set["x"] = "note", w.words()
	case 6:
		c.Set["text"] = syncing.TextValue(marker + "01234567890123456789012345678901234567890")
	}
	return c
}
