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

func TestABaseOfALostLifeKnowsWhatCameIntoSightThere(t *testing.T) {
	t.Parallel()
	const first, second = "00000000000000aa", "00000000000000bb"
	w := newWorld(t)
	a := w.join("a", patient, "schedule", "concerns")
	b := w.join("b", nurse, "schedule")
	doc := w.id("private")
	a.do(doc, set("text", "hidden from b"))
	a.send()
	snapshot := w.store.Snapshot()
	shown := a.mutation(doc, object{"set": object{"open": true, "text": "shown to b"}})
	rev := outcome(a.send(shown), a.n)["rev"]
	b.send()
	b.skew = -3600_000
	answer := b.mutation(doc, set("text", "b saw it"))

	w.store.Restore(snapshot)
	w.boot(second)
	shown["was"] = object{"revs": object{first: rev}}
	require.Equal(t, "applied", outcome(a.send(shown), a.n)["status"])
	require.Equal(t, "applied", outcome(b.send(answer), b.n)["status"])
	require.Equal(t, "b saw it", a.shown(doc, "text"), "whatever its clock says: its scope did show the document")
	require.Empty(t, a.siblings(doc, "text"))
}

func TestARecordWithoutAccessNamesTheEpochToo(t *testing.T) {
	t.Parallel()
	w, _, b, _ := apart(t)
	w.grants.held[b.account] = syncing.Grant{Known: true}
	require.Equal(t, "00000000000000aa", b.send()["epoch"])
	w.grants.held[b.account] = syncing.Grant{}
	require.Equal(t, "00000000000000aa", b.send()["epoch"], "and a record that was never theirs the same")
}

// A clock that went back can make identity doubt that an account was ever here. Whoever handed something in was, and is answered the
// same as before.
func TestWhoHandedInHereIsAnsweredHereAlsoWhenNobodyRemembersThem(t *testing.T) {
	t.Parallel()
	w, _, b, doc := apart(t)
	m := b.mutation(doc, set("note", "mine"))
	require.Equal(t, "applied", outcome(b.send(m), b.n)["status"])
	w.grants.held[b.account] = syncing.Grant{}
	answer := b.send(m)
	require.Equal(t, "ended", code(answer))
	require.Equal(t, "applied", outcome(answer, b.n)["status"])
}

func TestAListOfForeignMutationsTellsForksAndGapsAsARecordDoes(t *testing.T) {
	t.Parallel()
	w, a, _, doc := apart(t)
	stranger := w.join("stranger", caregiver, "schedule")
	w.grants.held[stranger.account] = syncing.Grant{}
	copied := *stranger
	m := stranger.mutation(doc, set("note", "mine"))
	require.Equal(t, "ended", code(stranger.send(m)))
	answer := copied.send(copied.mutation(doc, set("note", "another's")))
	require.Equal(t, "fork", code(answer))
	require.Empty(t, numbers(answer))
	require.Equal(t, "gap", code(stranger.sendWith(object{"acked": 3}, stranger.mutation(doc, set("note", "later")))))
	require.Equal(t, []float64{1}, numbers(stranger.send(object{"n": 1, "skip": "lost"})), "a skip for a number that is here gets its outcome")
	require.NotNil(t, a)
}

// A decision that waited for its document, and that the same phone has replaced meanwhile, still says what its author had seen: what it
// had seen in the lost life is no news when it is sent again, and is not held for a person to look at (seed 2852).
func TestADecisionThatWaitedRemembersWhatItsAuthorHadSeen(t *testing.T) {
	t.Parallel()
	const first, second = "00000000000000aa", "00000000000000bb"
	w, a, b, _, back := restored(t)
	doc := w.id("thing")
	made := a.mutation(doc, object{"set": object{"title": "A", "dose": "9"}})
	rev := outcome(a.send(made), a.n)["rev"]
	b.send()
	waits := b.mutation(doc, set("dose", "0")) // its author saw 9
	back(second)

	require.Equal(t, "missing", outcome(b.send(waits), b.n)["reason"])
	require.Equal(t, "applied", b.do(doc, object{"set": object{"title": "B", "dose": "6"}})["status"])
	made["was"] = object{"revs": object{first: rev}}
	require.Equal(t, "applied", outcome(a.send(made), a.n)["status"])
	require.Equal(t, "6", a.shown(doc, "dose"))
}
