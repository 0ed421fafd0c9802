package ward

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// write lets the person at a phone change something.
func (w *world) write() {
	ph := w.anyPhone()
	i := min(w.rnd.IntN(20)/9, 2)
	if ph.owner.name == "pat" {
		i = 1
	}
	id := w.records[i]
	c, ok := w.change(ph.owner, i, ph.db.View(id), ph.db.Held(id))
	if !ok {
		return
	}
	switch base := ph.bases[id]; {
	case base != "" && w.chance(20): // a form that was opened some time ago
		c.Base = &base
	case w.chance(30):
		ph.bases[id] = ph.db.Base(id)
	}
	w.mutate(ph, id, c)
}

func (w *world) mutate(ph *phone, id syncing.RecordID, c replica.Change) {
	if !c.Delete && len(c.Set)+len(c.Add)+len(c.Remove) == 0 {
		return
	}
	named, err := ph.db.Mutate(id, c, w.now+ph.drift)
	w.must("writing", err)
	w.note("written")
	w.tell("%s writes n=%d in %s: %s", ph.name, named.N, short(id), say(c))
}

func say(c replica.Change) string {
	body, _ := json.Marshal(map[string]any{"set": c.Set, "add": c.Add, "remove": c.Remove, "delete": c.Delete}, json.Deterministic(true))
	return string(c.Doc) + " " + string(body)
}

// quarrel lets several people who have one document before them write to it, before any of them hears of the others.
func (w *world) quarrel() {
	i := w.rnd.IntN(2)
	id := w.records[i]
	shown := notHeld(w.anyPhone().db.View(id))
	if len(shown) == 0 {
		return
	}
	doc := pick(w, shown...).ID
	for _, ph := range w.phones {
		if d := ph.db.Document(id, doc); !ph.gone && d != nil && w.chance(60) {
			if c, ok := w.edit(ph.owner, i, d); ok {
				w.mutate(ph, id, c)
			}
		}
	}
}

func notHeld(list []*replica.Document) []*replica.Document {
	return slices.DeleteFunc(slices.Clone(list), func(d *replica.Document) bool { return d.ID.Type() == syncing.HeldType })
}

// act does something online, upon what stands.
func (w *world) act() {
	i, p := w.rnd.IntN(2), pick(w, w.people...)
	id := w.records[i]
	who := w.principal(p)
	may := w.oracle.permits(id, p.account, w.serverNow())
	shown := w.shownTo(id, may)
	c, ok := w.change(p, i, shown, nil)
	if !ok || c.Delete || c.Doc.Type() == syncing.HeldType || who.Account.IsZero() {
		return
	}
	if _, err := syncing.ParseDocID(string(c.Doc)); err != nil {
		return
	}
	before := w.opts.Disk.Sequence()
	_, err := w.engine.Act(w.ctx, who, id, syncing.Action{Key: fmt.Sprint(w.step), Patch: syncing.Patch{Doc: c.Doc, Set: c.Set, Add: c.Add, Remove: c.Remove}})
	switch {
	case err == nil && !may.active:
		w.broken("a: somebody without access acts on %s", c.Doc)
	case err != nil && w.opts.Disk.Sequence() != before:
		w.broken("b: an action is refused, and leaves something behind: %v", err)
	case err != nil && !isRefusal(err):
		w.broken("d: an action is answered with %v", err)
	}
	w.note("action")
	w.tell("%s acts online in %s: %s: %v", p.name, short(id), say(c), err)
}

// shownTo gives what somebody sees as a phone would have it.
func (w *world) shownTo(id syncing.RecordID, may permitted) (list []*replica.Document) {
	papers := w.oracle.views(id, may).must
	for _, doc := range sortedDocs(papers) {
		d := &replica.Document{ID: doc, Rev: papers[doc].rev, Fields: map[string]jsontext.Value{}}
		for field, value := range papers[doc].fields {
			d.Fields[field] = jsontext.Value(value)
		}
		list = append(list, d)
	}
	return list
}

func sortedDocs(m map[syncing.DocID]*paper) []syncing.DocID {
	var list []syncing.DocID
	for id := range m {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// text makes words that nobody wrote before.
func (w *world) text() string {
	w.words++
	return fmt.Sprintf("%s%d.%d%s", marker, w.step, w.words, "q")
}

// value makes up a value of a field's kind; now and then one that is none.
func (w *world) value(f *syncing.FieldSpec, kind syncing.Kind, record syncing.RecordID) jsontext.Value {
	switch kind {
	case syncing.Text:
		return syncing.TextValue(w.text())
	case syncing.Code:
		codes := f.Codes
		if len(codes) == 0 {
			codes = []string{"UK"}
		}
		return syncing.TextValue(pick(w, codes...))
	case syncing.Bool:
		return syncing.BoolValue(w.chance(50))
	case syncing.Int:
		return syncing.IntValue(int64(w.rnd.IntN(4)))
	case syncing.Date:
		return syncing.TextValue(time.UnixMilli(w.now + int64(w.rnd.IntN(40)-20)*day).UTC().Format(time.DateOnly))
	case syncing.CivilTime:
		return syncing.TextValue(time.UnixMilli(w.now + int64(w.rnd.IntN(40))*hour).UTC().Format("2006-01-02T15:04"))
	case syncing.Instant:
		return syncing.IntValue(w.now + int64(w.rnd.IntN(int(2*day))) - day)
	case syncing.Reference:
		return syncing.TextValue(pick(w, w.teams[0].id.String(), w.teams[1].id.String(), record.String()))
	case syncing.Answer:
		return syncing.IntValue(int64(w.rnd.IntN(11)))
	case syncing.Object:
		members := map[string]jsontext.Value{}
		for i := range f.Fields {
			if m := &f.Fields[i]; m.Kind != syncing.SetOf {
				members[m.Name] = w.value(m, m.Kind, record)
			}
		}
		v, err := json.Marshal(members, json.Deterministic(true))
		w.must("a value", err)
		return v
	}
	return syncing.TextValue("37.5")
}

// nonsense is what a server cannot understand, or a person may not do.
func (w *world) nonsense(shown []*replica.Document) replica.Change {
	doc := syncing.NewDocID("note", w.id())
	if len(shown) > 0 {
		doc = pick(w, shown...).ID
	}
	c := replica.Change{Doc: doc, Set: map[string]jsontext.Value{}}
	switch w.rnd.IntN(6) {
	case 0:
		c.Set["nobody.knows"] = syncing.TextValue(w.text())
	case 1:
		c.Doc, c.Set["x"] = syncing.NewDocID("mystery", w.id()), syncing.TextValue(w.text())
	case 2:
		c.Set[pick(w, "status", "title", "text", "level")] = jsontext.Value(`{"a":1}`)
	case 3:
		c.Set, c.Delete = nil, true
	case 4:
		c.Doc, c.Set["x"] = "note", syncing.TextValue(w.text())
	case 5:
		kind := pick(w, w.schema.Types()...)
		c.Doc = syncing.NewDocID(kind.Name, w.id())
		for i := range kind.Fields {
			if f := &kind.Fields[i]; w.chance(40) && f.Kind != syncing.SetOf && f.Name[len(f.Name)-1] != '*' {
				c.Set[f.Name] = w.value(f, f.Kind, w.records[0])
			}
		}
		if len(c.Set) == 0 {
			c.Set["x"] = jsontext.Value("1")
		}
	}
	return c
}
