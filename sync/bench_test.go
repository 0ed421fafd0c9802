package syncing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// The work of a phone's sync round without a disk: 5 mutations of about 400 bytes, 3 new documents and 2 updates, and what is
// new comes back. Commits, rows and bytes are what CI gates on; the time is for reading.
func BenchmarkRound(b *testing.B) {
	w := &world{store: storetest.NewMemory(), now: 1_800_000_000_000, record: syncing.RecordID{UUID: syncing.DerivedUUID("record")}}
	w.grants = &grants{record: w.record, held: map[syncing.AccountID]syncing.Grant{}}
	w.boot("00000000000000aa")
	account := syncing.AccountID{UUID: syncing.DerivedUUID("account")}
	w.grants.held[account] = syncing.Grant{Roles: []syncing.Role{patient}, Categories: []string{"schedule"}, Owner: true, Active: true}
	who := syncing.Principal{Account: account}
	require.NoError(b, w.engine.Create(b.Context(), who, w.record, "k", func(syncing.Tx) error { return nil },
		[]syncing.Patch{{Doc: w.id("thing"), Set: map[string]jsonValue{"title": syncing.TextValue("first")}}}))
	replica := syncing.ReplicaID{UUID: syncing.DerivedUUID("replica")}
	n, cursor := 0, ""
	text := strings.Repeat("word ", 40)
	docs := []syncing.DocID{w.id("thing"), w.id("thing"), w.id("thing")}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		w.now += 1000
		var mutations []object
		for i := range 5 {
			n++
			doc := docs[i%len(docs)]
			if i < 3 {
				doc = w.id("thing")
				docs[i] = doc
			}
			mutations = append(mutations, object{
				"n": n, "doc": doc, "schema": 1, "base": cursor, "at": w.now, "after": 0,
				"set": object{"title": "a title", "draft": fmt.Sprint(text, n)},
			})
		}
		body, err := json.Marshal(object{"replica": replica, "now": w.now, "schema": 1, "records": []object{
			{"record": w.record, "cursor": cursor, "acked": n - 5, "mutations": mutations},
		}})
		require.NoError(b, err)
		req, err := syncing.DecodeRequest(body)
		require.NoError(b, err)
		resp, err := w.engine.Sync(b.Context(), who, req)
		require.NoError(b, err)
		cursor = resp.Records[0].Cursor
		require.Len(b, resp.Records[0].Outcomes, 5)
	}
}
