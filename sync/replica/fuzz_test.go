package replica

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/cost"
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
