package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a deletion covered and a restore lost is sent again when the document is away, or back. Found by the simulation.

func TestWhatADeletionCoveredJoinsTheDocumentAfterARestore(t *testing.T) {
	t.Parallel()
	w, a, b, _ := apart(t)
	doc := w.id("memo")
	a.do(doc, set("text", "first"))
	b.send()
	late := b.mutation(doc, set("owner", "written by one who had not seen the deletion"))
	snapshot := w.store.Snapshot()
	words := a.mutation(doc, set("text", "second"))
	rev := outcome(a.send(words), a.n)["rev"]
	gone := a.mutation(doc, object{"delete": true})
	goneRev := outcome(a.send(gone), a.n)["rev"]

	w.store.Restore(snapshot)
	w.boot("00000000000000bb")
	twin := a.other("twin") // another phone of the account saw the second text and deleted; it comes first
	twin.cursor = gone["base"].(string)
	deletion := object{"n": 1, "doc": string(doc), "schema": 1, "base": a.cursor, "at": w.now, "after": 0, "delete": true}
	require.Equal(t, "applied", outcome(twin.send(deletion), 1)["status"])
	require.Equal(t, "applied", outcome(b.send(late), b.n)["status"])
	require.Equal(t, "first", a.shown(doc, "text"), "an edit that does not cover the deletion brings it back as it was")

	words["was"] = object{"revs": object{"00000000000000aa": rev}}
	require.Equal(t, "applied", outcome(a.send(words), a.n-1)["status"])
	require.Equal(t, "second", a.shown(doc, "text"), "it belongs to what came back, or both texts would be gone")
	require.NotNil(t, goneRev)
}
