package syncing_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// TestADocumentThatWasEditedWithoutItsJournalIsFound: the journal is signed and the document is not, so somebody with the keys would
// change the document. Each edit is made in every document on which it changes anything, and each is found and the document named.
func TestADocumentThatWasEditedWithoutItsJournalIsFound(t *testing.T) {
	t.Parallel()
	first := func(d *syncing.Document, do func(*syncing.Field)) bool {
		for i := range d.Fields {
			if len(d.Fields[i].Writes) > 0 {
				do(&d.Fields[i])
				return true
			}
		}
		return false
	}
	w := busyRecord(t)
	whole := w.store.Snapshot()
	rows := map[string][]byte{}
	require.NoError(t, w.store.View(t.Context(), w.record, func(tx syncing.ReadTx) error {
		return tx.Scan(syncing.TableDocuments, nil, nil, func(key, value []byte) (bool, error) {
			rows[string(key)] = value
			return true, nil
		})
	}))
	for name, edit := range map[string]func(*syncing.Document) bool{
		"another value": func(d *syncing.Document) bool {
			return first(d, func(f *syncing.Field) { f.Writes[0].Value = jsontext.Value(`"forged"`) })
		},
		"another author of a value": func(d *syncing.Document) bool {
			return first(d, func(f *syncing.Field) {
				forged := *f.Writes[0].Origin
				forged.By = syncing.AccountID{UUID: syncing.DerivedUUID("somebody else")}
				f.Writes[0].Origin = &forged
			})
		},
		"a value less": func(d *syncing.Document) bool {
			return first(d, func(f *syncing.Field) { f.Writes = nil })
		},
		"another value on top": func(d *syncing.Document) bool {
			for i := range d.Fields {
				if f := &d.Fields[i]; len(f.Writes) > 1 {
					f.Writes[0], f.Writes[1] = f.Writes[1], f.Writes[0]
					return true
				}
			}
			return false
		},
		"a value more": func(d *syncing.Document) bool {
			return first(d, func(f *syncing.Field) {
				d.Fields = append(d.Fields, syncing.Field{Name: "zzz", Writes: f.Writes})
			})
		},
		"another author": func(d *syncing.Document) bool {
			d.Author = syncing.AccountID{UUID: syncing.DerivedUUID("somebody else")}
			return d.Type() != syncing.HeldType
		},
		"not deleted": func(d *syncing.Document) bool {
			there := len(d.Deletions) > 0
			d.Deletions = nil
			return there
		},
		"not sealed by whom it was": func(d *syncing.Document) bool {
			if d.Sealing == nil {
				return false
			}
			forged := *d.Sealing
			forged.N++
			d.Sealing = &forged
			return true
		},
	} {
		tried := 0
		for key, row := range rows {
			edited := syncing.EditedRow(row, edit)
			if edited == nil {
				continue
			}
			tried++
			w.store.Restore(whole)
			require.NoError(t, w.store.Update(t.Context(), w.record, func(tx syncing.Tx) error { return tx.Put(syncing.TableDocuments, []byte(key), edited) }))
			err := w.check()
			require.Equal(t, fault.Corrupt, fault.CodeOf(err), "%s, in %s", name, key)
			if name != "not deleted" { // that is found in the digests before
				require.ErrorContains(t, err, "the document "+key+" is not what its journal says")
			}
		}
		require.Positive(t, tried, name)
	}
	w.store.Restore(whole)
	require.NoError(t, w.check())
}
