package syncing_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

var uuidForm = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// shorten puts the transcript's own names in the place of ids.
func (s *story) shorten(text string) string {
	return uuidForm.ReplaceAllStringFunc(text, func(id string) string {
		if name, ok := s.short[id]; ok {
			return name
		}
		return id
	})
}

func (s *story) print(format string, args ...any) {
	s.out.WriteString(s.shorten(fmt.Sprintf(format, args...)) + "\n")
}

// epoch is an epoch without its leading zeros.
func epoch(text string) string { return strings.TrimLeft(text, "0") }

// printSent says what of a request is out of the ordinary: section 7, and a pull from the start because of a digest.
func (d *device) printSent(req *syncing.Request, known map[replica.Name]syncing.Outcome) {
	r := &req.Records[0]
	if req.Replica != d.db.ID() {
		d.s.print("asks under its earlier name %s", req.Replica)
	}
	for _, c := range r.Continues {
		d.s.print("sends as %s, which continues %s up to %d", req.Replica, c.Replica, c.N)
	}
	for _, raw := range r.Mutations {
		if _, answered := known[replica.Name{Replica: req.Replica, N: raw.N}]; answered {
			continue
		}
		var m struct {
			N     uint64 `json:"n"`
			Stead string `json:"skip"` // what a number says in the stead of its words
			Was   struct {
				Names []syncing.Continued `json:"names"`
				Revs  map[string]uint64   `json:"revs"`
			} `json:"was"`
		}
		require.NoError(d.s.t, json.Unmarshal(raw.Raw, &m))
		line := ""
		for _, name := range m.Was.Names {
			line += fmt.Sprintf(" was %s-%d", name.Replica, name.N)
		}
		for _, e := range slices.Sorted(maps.Keys(m.Was.Revs)) {
			line += fmt.Sprintf(" was rev=%d in %s", m.Was.Revs[e], epoch(e))
		}
		if m.Stead != "" {
			line += " skip " + m.Stead
		}
		if line != "" {
			d.s.print("sends %s-%d%s", req.Replica, m.N, line)
		}
	}
}

func (d *device) printAnswer(as syncing.ReplicaID, r *syncing.RecordResponse, known map[replica.Name]syncing.Outcome) {
	s := d.s
	for _, o := range r.Outcomes {
		if before, answered := known[replica.Name{Replica: as, N: o.N}]; answered && before.Status == o.Status && before.Rev == o.Rev {
			continue
		}
		line := fmt.Sprintf("n=%d %s", o.N, o.Status)
		if o.Rev > 0 {
			line += fmt.Sprintf(" rev=%d", o.Rev)
		}
		if o.Reason != "" {
			line += " " + string(o.Reason)
		}
		s.print("%s", line)
		for _, c := range o.Conflicts {
			s.print("  conflict %s: %s won, the other is %s rev=%d by %s", c.Field, c.Won, c.Value, c.Rev, c.By)
		}
	}
	if r.Error != nil {
		line := fmt.Sprintf("error %s last=%d", r.Error.Code, r.Last)
		if r.Epoch != "" {
			line += " epoch=" + epoch(r.Epoch)
		}
		s.print("%s", line)
		return
	}
	if r.Reset {
		s.print("reset epoch=%s", epoch(r.Epoch))
	}
	for _, c := range r.Changes {
		d.printChange(&c)
	}
	if r.More {
		s.print("more")
	}
}

func (d *device) printChange(c *syncing.DocChange) {
	line := fmt.Sprintf("%s rev=%d", c.Doc, c.Rev)
	if c.Deleted {
		line += " deleted"
	}
	fields := map[string]jsontext.Value{}
	if c.Set != nil {
		require.NoError(d.s.t, json.Unmarshal(c.Set, &fields))
	}
	line += fieldsOf(c.Doc, fields)
	if len(c.Unset) > 0 {
		line += " unset " + strings.Join(c.Unset, " ")
	}
	d.s.print("%s", line)
	d.printSiblings(c.Siblings)
}

// heldFields are those of a held document that a transcript shows.
var heldFields = []string{"doc", "reason", "status", "discardReason"}

// valueShown is how much of one value a transcript shows.
const valueShown = 80

func fieldsOf(doc syncing.DocID, fields map[string]jsontext.Value) string {
	names := slices.Sorted(maps.Keys(fields))
	if doc.Type() == syncing.HeldType {
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(heldFields, name) })
	}
	line := ""
	for _, name := range names {
		text := string(fields[name])
		if len(text) > valueShown {
			text = fmt.Sprintf("(%d bytes)", len(text))
		}
		line += " " + name + "=" + text
	}
	return line
}

func (d *device) printSiblings(siblings map[string][]syncing.SiblingJSON) {
	for _, field := range slices.Sorted(maps.Keys(siblings)) {
		for _, sib := range siblings[field] {
			d.s.print("  beside %s: %s rev=%d by %s", field, sib.Value, sib.Rev, sib.By)
		}
	}
}

func (d *device) printDocument(doc *replica.Document) {
	d.s.print("%s%s", doc.ID, fieldsOf(doc.ID, doc.Fields))
	d.printSiblings(doc.Siblings)
}

// show prints what the person sees of a document: what the server gave, with the outbox on top.
func (d *device) show(id syncing.DocID) {
	if doc := d.db.Document(d.s.record, id); doc != nil {
		d.printDocument(doc)
		return
	}
	d.s.print("%s is not here", id)
}

func (d *device) held() {
	list := d.db.Held(d.s.record)
	for _, doc := range list {
		d.printDocument(doc)
	}
	if len(list) == 0 {
		d.s.print("nothing is held")
	}
}

// outbox prints what is kept and not answered.
func (d *device) outbox() {
	waiting := 0
	for _, e := range d.db.Outbox(d.s.record) {
		if !e.Answered {
			waiting++
			d.s.print("waits: %s-%d %s", e.Replica, e.N, e.Doc)
		}
	}
	if waiting == 0 {
		d.s.print("nothing waits")
	}
}

// why prints each value that a field had: who wrote it when by the server's clock, and what it won against or lost to.
func (s *story) why(doc syncing.DocID, field string) {
	who := syncing.Principal{Account: syncing.AccountID{UUID: syncing.DerivedUUID("account", s.reader)}}
	list, err := s.engine.History(s.t.Context(), who, s.record, doc)
	require.NoError(s.t, err)
	for _, e := range list {
		if e.Field != field {
			continue
		}
		text := string(e.Value)
		if e.Element != nil {
			text = string(e.Element)
		}
		line := fmt.Sprintf("rev=%d %s by %s at %s", e.Rev, text, e.By, time.Duration((e.Effective-s.begin)*1e6))
		if year := time.UnixMilli(e.At).UTC().Year(); year != time.UnixMilli(e.Effective).UTC().Year() {
			line += fmt.Sprintf(" (on a clock of %d)", year)
		}
		if line += fmt.Sprintf(": %s, %s", e.Rule, e.Result); len(e.Against) > 0 {
			line += fmt.Sprintf(" against rev %s", strings.Trim(fmt.Sprint(e.Against), "[]"))
		}
		s.print("%s", line)
	}
}
