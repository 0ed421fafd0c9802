package ward

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// reads takes in what the auditor was answered for a record: what is there now, whatever anybody may see. It gives the papers that
// are new or changed, each with what it was before.
func (o *oracle) reads(id syncing.RecordID, got *syncing.RecordResponse) map[syncing.DocID]*paper {
	c := o.life.charts[id]
	if got.Error != nil {
		o.fault("d: the auditor is answered %+v", *got.Error)
	}
	c.cursor = got.Cursor
	before := map[syncing.DocID]*paper{}
	said := map[syncing.DocID]bool{}
	for i := range got.Changes {
		change := &got.Changes[i]
		said[change.Doc] = true
		old := c.papers[change.Doc]
		if old != nil && old.rev == change.Rev && !got.Reset {
			continue
		}
		x := o.takes(old, change, got.Reset)
		c.papers[x.id], c.rev = x, max(c.rev, x.rev)
		if old == nil || old.rev != x.rev {
			before[x.id] = old
		}
	}
	if got.Reset {
		for doc, x := range c.papers {
			if !said[doc] && !x.gone {
				o.fault("f: %s is not there any more", doc)
			}
		}
	}
	for doc := range before {
		o.categorises(c, c.papers[doc], before)
	}
	return before
}

// takes gives a paper as it is after a change.
func (o *oracle) takes(old *paper, change *syncing.DocChange, whole bool) *paper {
	x := &paper{id: change.Doc, rev: change.Rev, gone: change.Deleted, fields: map[string]string{}, siblings: map[string][]syncing.SiblingJSON{}}
	if old != nil && !whole && !x.gone {
		x.fields, x.siblings = maps.Clone(old.fields), maps.Clone(old.siblings)
	}
	if old != nil {
		x.categories, x.by, x.unsure = old.categories, old.by, old.unsure
	}
	set := membersOf(change.Set)
	for field, value := range set {
		x.fields[field] = value
		delete(x.siblings, field)
	}
	for _, field := range change.Unset {
		delete(x.fields, field)
		delete(x.siblings, field)
	}
	maps.Copy(x.siblings, change.Siblings)
	return x
}

func membersOf(v jsontext.Value) map[string]string {
	var members map[string]jsontext.Value
	if len(v) > 0 && json.Unmarshal(v, &members) != nil {
		panic("ward: an answer's fields are not an object")
	}
	fields := make(map[string]string, len(members))
	for field, value := range members {
		fields[field] = string(value)
	}
	return fields
}

// categorises says where a paper lies. A deleted one lies where it lay, if that was seen; a held one where what it was meant for lay when it was held.
func (o *oracle) categorises(c *chart, x *paper, before map[syncing.DocID]*paper) {
	switch {
	case x.gone:
		// It may have gone elsewhere first; and what was made and deleted within one transaction was never seen to lie anywhere.
		x.unsure = before[x.id] == nil || x.rev > before[x.id].rev+1
		return
	case x.id.Type() == syncing.HeldType:
		x.by = x.text("by")
		if len(x.categories) > 0 {
			return
		}
		target := syncing.DocID(x.text("doc"))
		x.categories = nil
		for _, of := range []*paper{c.papers[target], before[target]} {
			if of == nil {
				continue
			}
			if of.id.Type() == syncing.HeldType {
				x.categories = append(x.categories, syncing.OwnerAudience)
				continue
			}
			if len(of.categories) == 0 || of == c.papers[target] && !of.gone {
				of.categories = []string{categoryOf(of)}
			}
			x.categories = append(x.categories, of.categories...)
		}
		_, x.unsure = before[target] // it may have lain anywhere in between
		if c.papers[target] == nil {
			x.categories = append(x.categories, ofNothing(x))
		}
	default:
		category := categoryOf(x)
		if category == "" {
			o.fault("a: nobody said who sees a %s", x.id.Type())
		}
		x.categories = []string{category}
	}
}

// ofNothing says who sees a held mutation whose document is not there: the person, but for what clinicians wrote among themselves.
func ofNothing(held *paper) string {
	var meant struct {
		Set map[string]jsontext.Value `json:"set"`
	}
	kind, _, _ := strings.Cut(held.text("doc"), "/")
	if kind == "prognosis" || kind == "caseNote" {
		return "messages.clinical"
	}
	read := json.Unmarshal([]byte(held.fields["mutation"]), &meant) == nil
	set := func(field string) string { return unquoted(string(meant.Set[field])) }
	meeting := kind == "appointment" && (set("audience") == "clinicians" || set("audience") == "" && set("type") == "mdt")
	if read && (meeting || kind == "virtualService" && set("for") == "clinicians" || kind == "message" && set("audience") == "clinicians" || kind == "result" && set("holdUntil") != "" || kind == "resultAck" || kind == "expectedFinding") {
		return "messages.clinical"
	}
	return syncing.OwnerAudience
}

// line is how a name stands in the journal.
type line struct {
	replica syncing.ReplicaID
	n       uint64
	kind    string
}

// journals reads the rows of a record's journal behind the last that was read: each mutation stands there once, applied or held, and
// what was held is applied at most once later.
func (o *oracle) journals(id syncing.RecordID, key, row []byte) {
	c := o.life.charts[id]
	c.read = string(key)
	at, raw := entryOf(row)
	if at.kind == "system" {
		return
	}
	c.lines[at]++
	if at.kind != "held" {
		c.revs[syncing.Rev(binary.BigEndian.Uint64(key))] = true
	}
	once := line{at.replica, at.n, "mutation"}
	held, retried := line{at.replica, at.n, "held"}, line{at.replica, at.n, "retried"}
	if c.lines[once]+c.lines[held] > 1 || c.lines[retried] > 1 {
		o.fault("b: one number has more than one effect: %d mutations, %d held, %d tried again", c.lines[once], c.lines[held], c.lines[retried])
	}
	if at.kind == "held" {
		return
	}
	for _, mark := range marksOf(raw) {
		if other, there := c.marks[mark]; there && (other.replica != at.replica || other.n != at.n) {
			o.fault("b: %s has its effect twice, under two numbers", mark)
		}
		c.marks[mark] = name{id, at.replica, at.n}
	}
}

// entryOf reads the beginning of a row of the journal by hand: a hash, a version, the kind, and the name.
func entryOf(row []byte) (line, string) {
	b := row[33:]
	length, size := binary.Uvarint(b)
	b = b[size:]
	at := line{kind: string(b[:length])}
	b = b[length:]
	copy(at.replica.UUID[:], b[:16])
	at.n, _ = binary.Uvarint(b[16:])
	return at, string(b)
}

// marker begins every text that people write here, and ends it, so that each can be found again.
const marker = "zqzq"

// marksOf finds the texts of people in a row. One row may name a text more than once.
func marksOf(row string) []string {
	var list []string
	for {
		_, rest, found := strings.Cut(row, marker)
		if !found {
			return slices.Compact(list)
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if end < 0 {
			return slices.Compact(list)
		}
		list, row = append(list, rest[:end]), rest[end:]
	}
}
