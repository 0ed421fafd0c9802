package replica

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/cost"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

const stateBytesMax = 4 << 20

// FuzzState reads what a phone kept, whatever became of it: it opens or it says that it cannot be read.
func FuzzState(f *testing.F) {
	ids := byte(0)
	newID := func() syncing.UUID { ids++; return syncing.UUID{15: ids} }
	r, err := OpenState(Options{NewID: newID}, nil)
	if err != nil {
		f.Fatal(err)
	}
	record := syncing.RecordID{UUID: syncing.UUID{1}}
	doc := syncing.NewDocID("note", syncing.UUID{2})
	if _, err := r.Mutate(record, Change{Doc: doc, Set: map[string]jsontext.Value{"text": syncing.TextValue("words")}}, 5); err != nil {
		f.Fatal(err)
	}
	parts, err := r.MarshalState()
	if err != nil {
		f.Fatal(err)
	}
	for name, part := range parts {
		if name != databasePart {
			f.Add(parts[databasePart], part)
		}
	}
	f.Add([]byte(`{"version":1}`), []byte(`{"version":1,"docs":{"note/x":null},"lines":[null],"outbox":[null]}`))
	f.Fuzz(func(t *testing.T, database, kept []byte) {
		if len(database)+len(kept) > stateBytesMax {
			return
		}
		cost.Bound(t, stateBytesMax, func() {
			r, err := OpenState(Options{NewID: newID}, map[string][]byte{databasePart: database, recordPart + "x": kept})
			if err != nil {
				return
			}
			for _, id := range r.Records() {
				r.View(id)
			}
			if _, err := r.MarshalState(); err != nil {
				t.Fatalf("read, and cannot be written: %v", err)
			}
		})
	})
}

// TestAKeptStateWithAnEmptyPlaceIsRefused: a document, a line or an entry that was null opened, and whoever showed it died.
func TestAKeptStateWithAnEmptyPlaceIsRefused(t *testing.T) {
	t.Parallel()
	open := func(kept string) error {
		_, err := OpenState(Options{NewID: func() syncing.UUID { return syncing.UUID{1} }},
			map[string][]byte{databasePart: []byte(`{"version":1}`), recordPart + "x": []byte(kept)})
		return err
	}
	require.NoError(t, open(`{"version":1,"docs":{},"lines":[],"entries":[]}`))
	for _, kept := range []string{
		`{"version":1,"docs":{"note/x":null}}`, `{"version":1,"lines":[null]}`, `{"version":1,"entries":[null]}`,
		`{"version":1,"docs":{"note/x":{"id":"note/y"}}}`,
	} {
		require.Equal(t, fault.Corrupt, fault.CodeOf(open(kept)), kept)
	}
}

// FuzzAnswer gives a phone whatever calls itself a server's answer: it is taken in or passed over, and what is kept of it can be shown,
// written down, and read again.
func FuzzAnswer(f *testing.F) {
	ids := byte(0)
	newID := func() syncing.UUID { ids++; return syncing.UUID{14: 1, 15: ids} }
	record := syncing.RecordID{UUID: syncing.UUID{1}}
	doc := syncing.NewDocID("note", syncing.UUID{2})
	at := `{"now":9,"records":[{"record":"` + record.String() + `",`
	for _, rest := range []string{
		`"last":1,"epoch":"e","cursor":"AQ","digest":"00","outcomes":[{"n":1,"status":"applied","rev":4}],"changes":[{"doc":"` + string(doc) + `","rev":4,"set":{"text":"words"},"siblings":{"text":[{}]}}]}]}`,
		`"last":0,"reset":true,"more":true,"changes":[{"doc":"` + string(doc) + `","deleted":true},{"unset":["text"],"set":null}]}]}`,
		`"error":{"code":"fork"},"last":9,"outcomes":[{"n":1,"status":"held","reason":"lost"},{}]}]}`,
		`"error":{"code":"ended"}}]}`, `"error":{"code":"busy","retryAfterMs":-9223372036854775808}}]}`,
	} {
		f.Add([]byte(at + rest))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var answer syncing.Response
		if len(body) > stateBytesMax {
			return
		}
		cost.Bound(t, stateBytesMax, func() {
			if json.Unmarshal(body, &answer) != nil {
				return
			}
			r, err := OpenState(Options{NewID: newID}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Mutate(record, Change{Doc: doc, Set: map[string]jsontext.Value{"text": syncing.TextValue("words")}}, 5); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				x, err := r.Request(6, record)
				if err != nil || r.Apply(x, &answer, 7) != nil {
					break
				}
				r.View(record)
				r.Conflicts(record)
			}
			parts, err := r.MarshalState()
			if err != nil {
				t.Fatalf("taken in, and cannot be written: %v", err)
			}
			if _, err := OpenState(Options{NewID: newID}, parts); err != nil {
				t.Fatalf("written, and cannot be read: %v", err)
			}
			safe := uint64(0)
			for _, p := range answer.Records {
				safe = max(safe, p.Safe)
			}
			if len(r.Outbox(record)) == 0 && safe == 0 {
				t.Fatal("a word is gone that nobody said is safe")
			}
		})
	})
}
