package syncing

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/cost"
)

// Each target feeds one decoder with anything at all. None may panic, hang, or ask for more than ten times what an input of its
// kind can have; and what was read is what is written again, so nothing is taken for what it is not.

const (
	requestBytesMax = 4 << 20 // what a body may unpack to
	rowBytesMax     = 1 << 20 // ten times what the rows of full documents have
)

func FuzzDecodeRequest(f *testing.F) {
	for _, text := range seedRequests() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > requestBytesMax {
			return
		}
		lent := bytes.Clone(body)
		var req *Request
		var err error
		cost.Bound(t, requestBytesMax, func() { req, err = DecodeRequest(lent) })
		if err != nil {
			return
		}
		clear(lent)
		for _, r := range req.Records {
			for _, m := range r.Mutations {
				if m.N == 0 || m.Raw.Kind() != '{' {
					t.Fatal("a mutation without a number, or which lent its bytes")
				}
				readMutation(m)
			}
		}
		_ = checkEnvelope(req)
	})
}

func FuzzMutation(f *testing.F) {
	for _, text := range seedMutations() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > requestBytesMax {
			return
		}
		n, err := numberOf(raw)
		if err != nil {
			return
		}
		var m *Mutation
		cost.Bound(t, requestBytesMax, func() { m = readMutation(RawMutation{n, raw}) })
		if m.problem != nil {
			return
		}
		again := jsontext.Value(bytes.Clone(raw))
		if again.Canonicalize() != nil {
			t.Fatal("understood, and not valid")
		}
		if m.hash != readMutation(RawMutation{n, again}).hash {
			t.Fatal("another spelling of the same words has another hash")
		}
	})
}

func FuzzCursor(f *testing.F) {
	for _, c := range seedCursors() {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var c *cursor
		var err error
		cost.Bound(t, cursorBytesMax, func() { c, err = decodeCursor(text) })
		if err != nil {
			return
		}
		again, err := decodeCursor(c.encode())
		if len(c.encode()) <= cursorBytesMax && (err != nil || again.encode() != c.encode()) {
			t.Fatalf("read once it is %+v, read again %+v: %v", c, again, err)
		}
	})
}

// rowTarget fuzzes a row's decoder: what is read is written, and reads the same.
func rowTarget[R any](f *testing.F, seeds [][]byte, decode func([]byte) (R, error), encode func(R) []byte) {
	for _, seed := range seeds {
		f.Add(seed)
		f.Add(seed[:len(seed)/2])
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		if len(row) > rowBytesMax {
			return
		}
		var read R
		var err error
		cost.Bound(t, rowBytesMax, func() { read, err = decode(row) })
		if err != nil {
			return
		}
		written := encode(read)
		again, err := decode(written)
		if err != nil || !bytes.Equal(encode(again), written) {
			t.Fatalf("read once it is written as %x, read again as %x: %v", written, encode(again), err)
		}
	})
}

func FuzzDocumentRow(f *testing.F) {
	rowTarget(f, seedRows().documents, func(row []byte) (*Document, error) {
		d, err := decodeDocument(row)
		if err == nil { // whatever can be read can be shown, merged and judged
			SnapshotOf(d)
			d.Deleted()
			d.audience()
			for i := range d.Fields {
				sortWrites(&FieldSpec{Rule: LWW}, d.Fields[i].Writes)
				coveredBy(&d.Fields[i], &Origin{N: 1, Rev: 1})
			}
		}
		return d, err
	}, encodeDocument)
}

func FuzzJournalRow(f *testing.F) {
	rowTarget(f, seedRows().entries, decodeEntry, (*journalEntry).encode)
}

func FuzzNameRow(f *testing.F) {
	rowTarget(f, seedRows().names, decodeName, (*nameRow).encode)
}

func FuzzReplicaRow(f *testing.F) {
	rowTarget(f, seedRows().replicas, decodeReplica, (*replicaRow).encode)
}

func FuzzHeadRow(f *testing.F) {
	rowTarget(f, seedRows().heads, decodeHead, encodeHead)
}

func FuzzChangeRow(f *testing.F) {
	rowTarget(f, [][]byte{encodeChange(changeRow{"note/x", "plan"})}, decodeChange, encodeChange)
}

// FuzzID reads names of things: what is read is spelled as it came.
func FuzzID(f *testing.F) {
	for _, text := range []string{"0193a5c2-0000-7000-8000-000000000001", "note/0193a5c2-0000-7000-8000-000000000001", "system", "0193A5C2-0000-7000-8000-000000000001", "{0193a5c2-0000-7000-8000-00000000000}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if id, err := ParseUUID(text); err == nil && id.String() != text {
			t.Fatal("an id with two spellings")
		}
		if doc, err := ParseDocID(text); err == nil && doc.Type()+"/"+doc.ID() != text {
			t.Fatal("a name with two spellings")
		}
		var who AccountID
		if who.UnmarshalText([]byte(text)) == nil && who.String() != text {
			if !who.IsZero() || text != (UUID{}).String() { // system has a second one, which gives no more
				t.Fatal("an account with two spellings")
			}
		}
	})
}

// FuzzValue holds any JSON against each kind of field.
func FuzzValue(f *testing.F) {
	for _, text := range []string{`"words"`, `7`, `-0.5`, `true`, `null`, `{"sha256":"ab"}`, `[1,2]`, `"2026-11-22"`, `"2026-11-22T09:30"`, `"note/0193a5c2-0000-7000-8000-000000000001"`, `"37.5"`, `1e400`} {
		f.Add([]byte(text))
	}
	kinds := []Kind{Text, Code, Bool, Int, Instant, Decimal, Date, CivilTime, Reference, Answer, Object}
	f.Fuzz(func(t *testing.T, text []byte) {
		v := jsontext.Value(bytes.Clone(text))
		if len(v) > fieldBytesMax || v.Canonicalize() != nil {
			return
		}
		for _, kind := range kinds {
			spec := &FieldSpec{Name: "f", Kind: kind, Max: 10, Codes: []string{"a"}, Fields: []FieldSpec{{Name: "sha256", Kind: Text}}}
			cost.Bound(t, fieldBytesMax, func() { _ = checkValue(spec, kind, v) })
			if compareValues(spec, v, v) != 0 {
				t.Fatalf("%s is not as high as itself", v)
			}
		}
	})
}

func seedRequests() []string {
	const replica = `"replica":"0193a5c2-0000-7000-8000-000000000001","now":1795302000000,"schema":1`
	record := func(rest string) string {
		return `{` + replica + `,"records":[{"record":"0193a5c0-0000-7000-8000-000000000001"` + rest + `}]}`
	}
	list := []string{
		`{` + replica + `,"records":[]}`, record(``), record(`,"cursor":null,"acked":3,"limit":2`),
		record(`,"continues":[{"replica":"0193a5c2-0000-7000-8000-000000000002","n":4}]`), `{}`, `[]`, `{"now":1e9999}`,
	}
	for _, m := range seedMutations() {
		list = append(list, record(`,"mutations":[`+m+`]`))
	}
	return list
}

func seedMutations() []string {
	const doc = `"doc":"note/0193a5c2-0000-7000-8000-000000000003"`
	return []string{
		`{"n":1,` + doc + `,"schema":1,"base":null,"at":1795302000000,"set":{"text":"words","title":null}}`,
		`{"n":2,` + doc + `,"add":{"tags":["a",{"b":1.0}]},"remove":{"tags":["c"]},"after":12.5}`,
		`{"n":3,` + doc + `,"delete":true}`, `{"n":4,"skip":"lost"}`, `{"n":5,"tomorrow":[[[]]],` + doc + `,"set":{"a":1}}`,
		`{"n":6,` + doc + `,"set":{"a":1},"acting":"0193a5c2-0000-7000-8000-000000000009","was":{"names":[{"replica":"0193a5c2-0000-7000-8000-000000000002","n":4}],"revs":{"7f3a91c2d0b14e55":9}}}`,
		`{"n":7,"set":{"a":1,"a":2}}`, "{\"n\":8,\"set\":{\"\xff\":\"\\ud800\"}}",
	}
}

func seedCursors() []string {
	c := &cursor{
		whose: 7, epoch: "e8d055549e378d2e", epochs: []EpochRev{{"7f3a91c2d0b14e55", 31}, {"odd", 2}}, page: 40, full: 38, head: 45, floor: 3,
		scope: scopeTag(NewScope(Grant{Categories: []string{"plan", "schedule"}, Owner: true, Active: true}), 12), schema: 1,
	}
	first := append(packer{cursorFirst}, make([]byte, 60)...)
	return []string{c.encode(), base64.RawURLEncoding.EncodeToString(first), "", "AQ", "AQ==", "Ag__________8P"}
}

type rowSeeds struct{ documents, entries, names, replicas, heads [][]byte }

func seedRows() rowSeeds {
	o := &Origin{
		Rev: 4, Replica: ReplicaID{DerivedUUID("r")}, N: 2, By: AccountID{DerivedUUID("a")}, At: -5, Effective: 1795302000000,
		Was: []EpochRev{{"e", 3}}, Continues: []Continued{{ReplicaID{DerivedUUID("q")}, 9}},
	}
	later := &Origin{Rev: 5, Replica: o.Replica, N: 3}
	d := &Document{
		ID: "note/0193a5c2-0000-7000-8000-000000000003", Rev: 5, Author: o.By, Created: 4, Audiences: []AudienceMark{{4, "plan", o.Was}},
		Deletions: []Deletion{{Origin: o, Return: later}}, Sealing: later, Untold: true, DeleteMemory: o.Was, SealMemory: o.Was,
		Fields: []Field{
			{Name: "tags", Elem: `"a"`, Drops: []*Origin{o}, Changed: 5, Memory: o.Was},
			{Name: "text", Writes: []Write{{Value: jsontext.Value(`"words"`), Origin: o}, {Origin: later}}, Changed: 5},
		},
	}
	e := &journalEntry{
		kind: entryMutation, replica: o.Replica, n: 2, by: o.By, doc: d.ID, outcome: Outcome{N: 2, Status: Applied, Rev: 4}, at: 1, effective: 2,
		received: 3, raw: jsontext.Value(`{"n":2}`), names: o.Continues, was: o.Was, role: "patient",
		effects: []effect{{Field: "text", Rule: LWW, Result: "won", Against: []Rev{1, 2}, Value: jsontext.Value(`1`)}},
	}
	first := e.encode()
	first[0] = journalFirst
	first = first[:len(first)-len("patient")-1-16]
	h := &head{epoch: "e", epochs: o.Was, rev: 9, sub: 1, clock: 5, floor: 2, audiences: []audience{{"plan", 9, 77}}, moves: []move{{"plan", "diary", 3}}, systemN: 4}
	return rowSeeds{
		documents: [][]byte{encodeDocument(d), encodeDocument(&Document{ID: d.ID, Audiences: d.Audiences[:1]})},
		entries:   [][]byte{e.encode(), first, (&journalEntry{}).encode()},
		names:     [][]byte{(&nameRow{doc: d.ID, outcome: Outcome{N: 1, Status: Held, Reason: Invalid, Detail: "Words."}, listed: true}).encode()},
		replicas:  [][]byte{(&replicaRow{account: o.By, last: 9, effective: 5, marks: []mark{{3, 4}, {9, 8}}, open: 1}).encode()},
		heads:     [][]byte{encodeHead(h), encodeHead(newHead("e"))},
	}
}

// TestTheFattestInputStaysWithinItsBound tries what a fuzzer is too small to find: inputs as long as they may be, made of the
// shortest pieces that make a decoder keep something.
func TestTheFattestInputStaysWithinItsBound(t *testing.T) {
	most := requestPartsMax
	fill := func(head, piece, tail string) []byte {
		n := min(most, (requestBytesMax-len(head)-len(tail))/(len(piece)+1))
		return []byte(head + strings.TrimSuffix(strings.Repeat(piece+",", n), ",") + tail)
	}
	members := func(head, tail string) []byte {
		var b strings.Builder
		for i := 0; i < most && b.Len() < requestBytesMax-len(head)-len(tail)-20; i++ {
			if i > 0 {
				b.WriteByte(',')
			}
			key, _ := json.Marshal(base64.RawURLEncoding.EncodeToString([]byte{byte(i), byte(i >> 8), byte(i >> 16)}))
			b.Write(append(key, ":0"...))
		}
		return []byte(head + b.String() + tail)
	}
	for name, body := range map[string][]byte{
		"records":             fill(`{"records":[`, `{}`, `]}`),
		"mutations":           fill(`{"records":[{"mutations":[`, `{"n":1}`, `]}]}`),
		"continues":           fill(`{"records":[{"continues":[`, `{}`, `]}]}`),
		"members":             members(`{`, `}`),
		"members of a record": members(`{"records":[{`, `}]}`),
		"passed over":         fill(`{"tomorrow":[`, `[]`, `]}`),
		"brackets":            []byte(`{"tomorrow":` + strings.Repeat("[", requestBytesMax-20)),
		"one word":            []byte(`{"tomorrow":"` + strings.Repeat("w", requestBytesMax-20) + `"}`),
	} {
		t.Run("request/"+name, func(t *testing.T) {
			cost.Bound(t, requestBytesMax, func() { _, _ = DecodeRequest(body) })
		})
	}
	require.Error(t, errOf(DecodeRequest(fill(`{"tomorrow":[`, `0,0`, `]}`))), "one with more parts is refused")
	most = partsMax - 100
	for name, raw := range map[string][]byte{
		"members":       members(`{"n":1,`, `}`),
		"sets":          members(`{"n":1,"set":{`, `}}`),
		"adds":          fill(`{"n":1,"add":{"a":[`, `0`, `]}}`),
		"fields added":  members(`{"n":1,"add":{`, `}}`),
		"names":         fill(`{"n":1,"was":{"names":[`, `{}`, `]}}`),
		"earlier revs":  members(`{"n":1,"was":{"revs":{`, `}}}`),
		"numbers":       fill(`{"n":1,"x":[`, `1e300`, `]}`),
		"one long word": []byte(`{"n":1,"set":{"text":"` + strings.Repeat("w", requestBytesMax-40) + `"}}`),
	} {
		t.Run("mutation/"+name, func(t *testing.T) {
			cost.Bound(t, requestBytesMax, func() { readMutation(RawMutation{1, raw}) })
		})
	}
	most = partsMax + 2
	require.Equal(t, TooLarge, readMutation(RawMutation{1, fill(`{"n":1,"set":{"a":[`, `0`, `]}}`)}).problem.Reason)
}

func errOf(_ *Request, err error) error { return err }

// TestADocumentRowWithoutAnAuthorIsRefused: it read as a document whose write came with nothing, and whoever showed it died.
func TestADocumentRowWithoutAnAuthorIsRefused(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]*Document{
		"a write":    {Fields: []Field{{Name: "text", Writes: []Write{{Value: jsontext.Value(`1`)}}}}},
		"a remove":   {Fields: []Field{{Name: "tags", Drops: []*Origin{nil}}}},
		"a deletion": {Deletions: []Deletion{{}}},
	} {
		d.ID, d.Audiences = "note/0193a5c2-0000-7000-8000-000000000003", []AudienceMark{{1, "plan", nil}}
		_, err := decodeDocument(encodeDocument(d))
		require.ErrorIs(t, err, errRow, name)
	}
}

// TestTheCorpusIsHere: what `go test` runs of each target beyond its seeds was once found by fuzzing.
func TestTheCorpusIsHere(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob(filepath.Join("testdata", "fuzz", "Fuzz*", "*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("there is no corpus: %v", err)
	}
	for _, name := range found {
		if info, err := os.Stat(name); err != nil || info.Size() > 64<<10 {
			t.Fatalf("%s is too large to keep: %v", name, err)
		}
	}
}
