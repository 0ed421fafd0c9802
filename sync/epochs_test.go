package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// A record goes through every epoch of its store, also through those in which nothing was written in it. Found by the
// simulation.

func TestABaseOfAnEpochInWhichTheBackupHadNothingOfTheRecordIsKnown(t *testing.T) {
	t.Parallel()
	const first, second, third = "00000000000000aa", "00000000000000bb", "00000000000000cc"
	w, a, b, doc, back := restored(t)
	back(second)
	snapshot := w.store.Snapshot() // of the second epoch, in which nothing was written yet
	a.send()
	words := a.mutation(doc, set("note", "A"))
	rev := outcome(a.send(words), a.n)["rev"]
	b.send()
	answer := b.mutation(doc, set("note", "B saw A"))
	b.send(answer)

	w.store.Restore(snapshot)
	w.engine = syncing.New(w.store, testSchema(), w.grants, syncing.Options{
		Epoch: third, Epochs: []string{first, second}, Now: func() int64 { return w.now },
	})
	b.send(answer)
	words["was"] = object{"revs": object{second: rev}}
	a.send(words)
	require.Equal(t, "B saw A", a.shown(doc, "note"))
	require.Empty(t, a.siblings(doc, "note"), "B's base is of an epoch that this record went through")
}
