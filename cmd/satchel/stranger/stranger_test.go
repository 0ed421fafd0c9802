package stranger_test

import (
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAStrangersClient does what the issue promises to a client that somebody else wrote.
func TestAStrangersClient(t *testing.T) {
	t.Parallel()
	binary := binaryOf(t)
	d := startDemo(t, binary)
	record := d.shared(t)
	patient, caregiver := d.who(t, "patient", record), d.who(t, "caregiver", record)
	nurse := d.who(t, "oncology", record)

	t.Run("the same batch ten times has one effect and one answer", func(t *testing.T) {
		p := d.phone(t, patient, record)
		p.pull(0)
		kind, fields := p.creatable("set")
		doc := kind + "/" + newID()
		create := p.mutation(doc, fields)
		add := p.mutation(doc, object{"add": object{p.field(kind, "set"): []string{"stranger"}}})
		first := p.sync(object{"mutations": []object{create, add}})
		for range 10 {
			again := p.sync(object{"mutations": []object{create, add}})
			require.Equal(t, first["outcomes"], again["outcomes"])
		}
		require.Equal(t, "applied", p.outcome(first, 2)["status"])
		status, history := p.get("/v1/records/" + record + "/documents/" + doc + "/history")
		require.Equal(t, 200, status)
		require.Equal(t, 1, strings.Count(string(history), "stranger"), "one effect")
	})

	t.Run("gap and fork", func(t *testing.T) {
		p := d.phone(t, patient, record)
		p.pull(0)
		kind, fields := p.creatable("lww")
		p.push(p.mutation(kind+"/"+newID(), fields))
		p.n++
		answer := p.sync(object{"mutations": []object{p.mutation(kind+"/"+newID(), fields)}})
		require.Equal(t, "gap", answer["error"].(object)["code"])
		p.n = 0
		answer = p.sync(object{"mutations": []object{p.mutation(kind+"/"+newID(), fields)}})
		require.Equal(t, "fork", answer["error"].(object)["code"])
	})

	for _, rule := range []string{"lww", "mv", "max", "set", "cas"} {
		t.Run("win and lose by "+rule, func(t *testing.T) { winAndLose(t, d, patient, record, rule) })
	}
	t.Run("win and lose by fsm", func(t *testing.T) { moveOnce(t, d, nurse, record) })

	t.Run("held for each reason that a client can cause", func(t *testing.T) { heldForEach(t, d, caregiver, nurse, record) })

	t.Run("pages of three end at the digest of one page", func(t *testing.T) {
		one, three := d.phone(t, nurse, record), d.phone(t, nurse, record)
		require.Equal(t, 1, one.pull(0))
		require.Greater(t, three.pull(3), 2)
		require.Equal(t, one.digest, three.digest)
		require.Equal(t, one.digest, three.sum())
		require.Equal(t, one.docs, three.docs)
	})

	t.Run("reset by an epoch of another data folder", func(t *testing.T) {
		other := startDemo(t, binary)
		here, there := d.phone(t, patient, record), other.phone(t, other.who(t, "patient", ""), other.who(t, "patient", "").Records[0])
		here.pull(0)
		there.pull(0)
		there.cursor = here.cursor
		answer := there.sync(nil)
		require.Equal(t, true, answer["reset"])
		require.NotEqual(t, here.sync(nil)["epoch"], answer["epoch"])
	})
}

// creatable finds a type that the caller may create and that has a field of the rule which it may write, and the fields that
// make one whole.
func (p *phone) creatable(rule string) (kind string, fields object) {
	p.t.Helper()
	names := make([]string, 0)
	for name := range p.schema.Types {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		kind := p.schema.Types[name]
		if !kind.Create || kind.Event || p.field(name, rule) == "" {
			continue
		}
		set, whole := object{}, true
		for field, spec := range kind.Fields {
			if spec.Required {
				value, ok := p.value(name, field, 0)
				whole = whole && ok && spec.Write
				set[field] = value
			}
		}
		if !whole {
			continue
		}
		// The schema says what may be written; what a rule of care asks beyond it shows in the outcome.
		try := object{"set": set}
		if p.push(p.mutation(name+"/"+newID(), try))["status"] == "applied" {
			return name, try
		}
	}
	require.Fail(p.t, "no type to create with a field of the rule", rule)
	return "", nil
}

// field finds a field of a type by its merge rule; "" if there is none that the caller may write.
func (p *phone) field(kind, rule string) string {
	var names []string
	for name, spec := range p.schema.Types[kind].Fields {
		if _, plain := p.value(kind, name, 0); spec.Write && spec.Merge == rule && (plain || rule == "set" && spec.Of == "text") && !strings.Contains(name, "*") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// value makes the i-th value of a field's kind; ok is false for kinds that need more than the schema says.
func (p *phone) value(kind, field string, i int) (value any, ok bool) {
	spec := p.schema.Types[kind].Fields[field]
	switch spec.Kind {
	case "text":
		return []string{"one", "two", "three", "four"}[i], true
	case "int":
		return i + 1, true
	case "bool":
		return i%2 == 1, true
	case "decimal":
		return []string{"36.5", "37.5", "38.5", "39.5"}[i], true
	case "date":
		return []string{"2027-01-01", "2027-01-02", "2027-01-03", "2027-01-04"}[i], true
	case "civilTime":
		return []string{"2027-01-01T09:00", "2027-01-01T10:00", "2027-01-01T11:00", "2027-01-01T12:00"}[i], true
	case "instant":
		return 1800000000000 + i, true
	case "code":
		codes := spec.Codes
		if spec.Merge == "fsm" {
			codes = spec.Moves[""]
		}
		if len(codes) > i {
			return codes[i], true
		}
	}
	return nil, false
}

// winAndLose lets two phones of one person, which have seen the same, write one field.
func winAndLose(t *testing.T, d demo, who person, record, rule string) {
	a, b := d.phone(t, who, record), d.phone(t, who, record)
	kind, fields := a.creatable(rule)
	doc := kind + "/" + newID()
	require.Equal(t, "applied", a.push(a.mutation(doc, fields))["status"])
	a.pull(0)
	b.pull(0)
	field := a.field(kind, rule)
	if rule == "set" {
		require.Equal(t, "applied", a.push(a.mutation(doc, object{"add": object{field: []string{"x"}}}))["status"])
		b.pull(0)
		a.push(a.mutation(doc, object{"add": object{field: []string{"x"}}}))
		require.Equal(t, "applied", b.push(b.mutation(doc, object{"remove": object{field: []string{"x"}}}))["status"])
		require.Contains(t, a.document(doc)["set"].(object)[field], "x", "add wins over a concurrent remove")
		return
	}
	high, _ := a.value(kind, field, 2)
	low, _ := a.value(kind, field, 1)
	won := a.push(a.mutation(doc, object{"set": object{field: high}}))
	require.Equal(t, "applied", won["status"], won)
	late := b.mutation(doc, object{"set": object{field: low}})
	late["at"] = time.Now().Add(-time.Hour).UnixMilli() // written before, sent after
	late["after"] = 0
	lost := b.push(late)
	shown := a.document(doc)
	if rule == "cas" {
		require.Equal(t, []any{"held", "stale"}, []any{lost["status"], lost["reason"]})
		require.EqualValues(t, high, shown["set"].(object)[field])
		return
	}
	require.Equal(t, "applied", lost["status"], lost)
	require.Equal(t, "theirs", lost["conflicts"].([]any)[0].(object)["won"])
	require.EqualValues(t, high, shown["set"].(object)[field])
	siblings, _ := shown["siblings"].(object)
	if rule == "max" {
		require.Empty(t, siblings[field], "kept, and not sent")
		return
	}
	require.Len(t, siblings[field], 1)
	require.EqualValues(t, low, siblings[field].([]any)[0].(object)["value"])
}

// moveOnce lets two phones, which have seen the same status, move it to where the other's move is not possible any more.
func moveOnce(t *testing.T, d demo, who person, record string) {
	a, b := d.phone(t, who, record), d.phone(t, who, record)
	a.pull(0)
	b.pull(0)
	for _, doc := range a.names() {
		kind, _, _ := strings.Cut(doc, "/")
		for field, spec := range a.schema.Types[kind].Fields {
			now, _ := a.document(doc)["set"].(object)[field].(string)
			for _, to := range spec.Moves[now] {
				for _, other := range spec.Moves[now] {
					if !spec.Write || kind == "held" || kind == "triage" || other == to || slices.Contains(spec.Moves[to], other) {
						continue
					}
					won := a.push(a.mutation(doc, object{"set": object{field: to}}))
					lost := b.push(b.mutation(doc, object{"set": object{field: other}}))
					if won["status"] == "applied" {
						require.Equal(t, []any{"held", "transition"}, []any{lost["status"], lost["reason"]})
						require.Equal(t, to, a.document(doc)["set"].(object)[field])
						return
					}
				}
			}
		}
	}
	require.Fail(t, "no status with two ways on")
}

// names are the documents in a fixed order.
func (p *phone) names() []string {
	names := make([]string, 0, len(p.docs))
	for name := range p.docs {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// heldForEach hands in one batch with each reason and something good behind it.
func heldForEach(t *testing.T, d demo, caregiver, nurse person, record string) {
	p, n := d.phone(t, caregiver, record), d.phone(t, nurse, record)
	p.pull(0)
	n.pull(0)
	kind, fields := p.creatable("cas")
	doc := kind + "/" + newID()
	require.Equal(t, "applied", p.push(p.mutation(doc, fields))["status"])
	p.pull(0)
	field := p.field(kind, "cas")
	n.pull(0)
	one, _ := p.value(kind, field, 0)
	two, _ := p.value(kind, field, 1)
	require.Equal(t, "applied", n.push(n.mutation(doc, object{"set": object{field: one}}))["status"])

	event, content := p.event()
	status, moving := n.withStatus()
	hidden := p.unwritable()
	batch := []object{
		p.mutation(hidden.doc, object{"set": object{hidden.field: hidden.value}}),
		p.mutation(doc, object{"set": 5}),
		p.mutation("nosuchtype/"+newID(), object{"set": object{"x": 1}}),
		p.mutation(doc, object{"set": object{field: two}}),
		p.mutation(kind+"/"+newID(), object{"set": object{field: two}}),
		p.mutation(doc, object{"set": object{p.textField(kind): strings.Repeat("x", 17<<10)}}),
		p.mutation(event, content),
		{"n": p.n + 1, "skip": "lost"},
	}
	p.n++
	good := kind + "/" + newID()
	batch = append(batch, p.mutation(good, fields))
	answer := p.sync(object{"mutations": batch})
	require.Nil(t, answer["error"])
	for i, want := range []string{"forbidden", "invalid", "unknown", "stale", "missing", "too_large", "sealed", "lost"} {
		o := p.outcome(answer, p.n-8+i)
		require.Equal(t, []any{"held", want}, []any{o["status"], o["reason"]}, "%v", o)
	}
	require.Equal(t, "applied", p.outcome(answer, p.n)["status"], "the rest of the batch is applied")
	moved := n.push(n.mutation(status, moving))
	require.Equal(t, []any{"held", "transition"}, []any{moved["status"], moved["reason"]})
	code, held := p.get("/v1/records/" + record + "/held")
	require.Equal(t, 200, code)
	for _, reason := range []string{"forbidden", "invalid", "unknown", "stale", "missing", "too_large", "sealed", "lost"} {
		require.Contains(t, string(held), `"`+reason+`"`)
	}
}

// event writes an event and gives a second, different content for it.
func (p *phone) event() (doc string, other object) {
	p.t.Helper()
	for name, kind := range p.schema.Types {
		if !kind.Event || !kind.Create {
			continue
		}
		set, again := object{}, object{}
		whole, text := true, ""
		for field, spec := range kind.Fields {
			if !spec.Required {
				continue
			}
			value, ok := p.value(name, field, 0)
			if spec.Kind == "reference" {
				value, ok = "thing/"+newID(), true
			}
			whole = whole && ok
			set[field], again[field] = value, value
			if spec.Kind == "text" || spec.Kind == "civilTime" || spec.Kind == "instant" || spec.Kind == "date" {
				text = field
			}
		}
		doc := name + "/" + newID()
		if !whole || text == "" || p.push(p.mutation(doc, object{"set": set}))["status"] != "applied" {
			continue
		}
		again[text], _ = p.value(name, text, 1)
		return doc, object{"set": again}
	}
	require.Fail(p.t, "no event that the caller may write")
	return "", nil
}

// withStatus finds a visible document with a status that the caller may write, and a state that it cannot go to.
func (p *phone) withStatus() (doc string, change object) {
	p.t.Helper()
	for _, id := range p.names() {
		kind, _, _ := strings.Cut(id, "/")
		for field, spec := range p.schema.Types[kind].Fields {
			if spec.Merge != "fsm" || !spec.Write || kind == "held" || strings.Contains(field, "*") {
				continue
			}
			now, _ := p.document(id)["set"].(object)[field].(string)
			for state := range spec.Moves {
				if state != "" && state != now && !slices.Contains(spec.Moves[now], state) {
					return id, object{"set": object{field: state}}
				}
			}
		}
	}
	require.Fail(p.t, "no status that the caller may write")
	return "", nil
}

type target struct {
	doc, field string
	value      any
}

// unwritable finds a visible document with a field that the caller may not write.
func (p *phone) unwritable() target {
	p.t.Helper()
	for _, id := range p.names() {
		kind, _, _ := strings.Cut(id, "/")
		for field, spec := range p.schema.Types[kind].Fields {
			if value, ok := p.value(kind, field, 0); ok && !spec.Write && kind != "held" {
				return target{id, field, value}
			}
		}
	}
	require.Fail(p.t, "nothing that the caller may not write")
	return target{}
}

func (p *phone) textField(kind string) string {
	for field, spec := range p.schema.Types[kind].Fields {
		if spec.Kind == "text" && spec.Write && spec.Merge != "set" {
			return field
		}
	}
	return ""
}
