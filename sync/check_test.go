package syncing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// busy makes a record with something of everything in it.
func busyRecord(t *testing.T) *world {
	t.Helper()
	w, a, b, doc := apart(t)
	a.send(a.mutation(doc, set("note", "A")), a.mutation(w.id("nothing"), set("x", 1)), a.mutation(w.id("thing"), set("draft", "waits")))
	b.send(b.mutation(doc, set("note", "B")))
	memo := w.id("memo")
	a.do(memo, set("text", "x"))
	a.send()
	a.do(memo, object{"delete": true})
	private := w.id("private")
	a.do(private, set("text", "x"))
	a.do(private, set("open", true))
	a.do(w.id("form"), set("status", "completed"))
	return w
}

func (w *world) check() error {
	return w.store.View(w.t.Context(), w.record, syncing.Check)
}

func TestAWholeRecordChecks(t *testing.T) {
	t.Parallel()
	require.NoError(t, busyRecord(t).check())
}

// Every row of every table that Check speaks of, taken away or changed, one at a time.
func TestCheckFindsEachRowThatIsGoneOrChanged(t *testing.T) {
	t.Parallel()
	for _, table := range []syncing.Table{
		syncing.TableDocuments, syncing.TableChanges, syncing.TableJournal, syncing.TableNames,
	} {
		w := busyRecord(t)
		whole := w.store.Snapshot()
		var keys, values [][]byte
		require.NoError(t, w.store.View(t.Context(), w.record, func(tx syncing.ReadTx) error {
			return tx.Scan(table, nil, nil, func(key, value []byte) (bool, error) {
				keys, values = append(keys, key), append(values, value)
				return true, nil
			})
		}))
		require.NotEmpty(t, keys)
		for i, key := range keys {
			w.store.Restore(whole)
			require.NoError(t, w.store.Update(t.Context(), w.record, func(tx syncing.Tx) error { return tx.Delete(table, key) }))
			require.Equal(t, fault.Corrupt, fault.CodeOf(w.check()), "table %d row %d gone", table, i)

			w.store.Restore(whole)
			require.NoError(t, w.store.Update(t.Context(), w.record, func(tx syncing.Tx) error { return tx.Put(table, key, values[i][:len(values[i])-1]) }))
			require.Equal(t, fault.Corrupt, fault.CodeOf(w.check()), "table %d row %d cut short", table, i)
		}
	}
}

func FuzzStoredRows(f *testing.F) {
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, row []byte) {
		w := newWorld(t)
		require.NoError(t, w.store.Update(t.Context(), w.record, func(tx syncing.Tx) error {
			for _, table := range []syncing.Table{syncing.TableHead, syncing.TableDocuments, syncing.TableChanges, syncing.TableJournal, syncing.TableNames, syncing.TableReplicas, syncing.TableUnsettled} {
				if err := tx.Put(table, nil, row); err != nil {
					return err
				}
			}
			return nil
		}))
		_ = w.check()
	})
}

func FuzzSync(f *testing.F) {
	id := syncing.DerivedUUID("x").String()
	f.Add([]byte(fmt.Sprintf(`{"replica":%q,"now":1e99,"schema":1,"records":[{"record":%q,"limit":-1,"mutations":[{"n":1,"doc":"thing/%s","set":{"title":"\u0000"}}]}]}`, id, id, id)))
	f.Add([]byte(`{"records":[[`))
	f.Fuzz(func(t *testing.T, body []byte) {
		req, err := syncing.DecodeRequest(body)
		if err != nil {
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			return
		}
		w := newWorld(t)
		p := w.join("p", patient, "schedule")
		resp, err := w.engine.Sync(t.Context(), syncing.Principal{Account: p.account}, req)
		if err == nil {
			require.Len(t, resp.Records, len(req.Records))
		}
		require.NoError(t, w.check())
	})
}
