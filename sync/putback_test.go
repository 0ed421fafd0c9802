package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// Section 7: restored servers and copied phones.

// restored puts the store back to a snapshot in a new epoch.
func restored(t *testing.T) (w *world, a, b *phone, doc syncing.DocID, back func(epoch string)) {
	t.Helper()
	w, a, b, doc = apart(t)
	snapshot := w.store.Snapshot()
	return w, a, b, doc, func(epoch string) {
		w.store.Restore(snapshot)
		w.boot(epoch)
	}
}

func TestWhatWasSentAgainStandsWhereItStood(t *testing.T) {
	t.Parallel()
	const epochA = "00000000000000aa"
	_, a, b, doc, back := restored(t)
	first := a.mutation(doc, set("note", "A"))
	rev := outcome(a.send(first), a.n)["rev"]
	b.send()
	second := b.mutation(doc, set("note", "B saw A"))
	b.send(second)
	back("00000000000000bb")

	// B comes first, with a base of the lost life that covered A's write.
	require.Equal(t, true, b.send(second)["reset"])
	first["was"] = object{"revs": object{epochA: rev}}
	require.Equal(t, "applied", outcome(a.send(first), a.n)["status"])
	require.Equal(t, "B saw A", a.shown(doc, "note"))
	require.Empty(t, a.siblings(doc, "note"), "it was covered there, so it is covered here")
}

func TestABaseOfALostLifeCoversWhatWasSentAgain(t *testing.T) {
	t.Parallel()
	_, a, b, doc, back := restored(t)
	first := a.mutation(doc, set("note", "A"))
	rev := outcome(a.send(first), a.n)["rev"]
	b.send()
	second := b.mutation(doc, set("note", "B saw A"))
	back("00000000000000bb")
	first["was"] = object{"revs": object{"00000000000000aa": rev}}
	a.send(first)
	b.send(second)
	require.Equal(t, "B saw A", a.shown(doc, "note"))
	require.Empty(t, a.siblings(doc, "note"))
}

func TestABaseBehindTheRestoredPartCoversNothingThatIsNew(t *testing.T) {
	t.Parallel()
	w, a, b, doc, back := restored(t)
	a.do(doc, set("title", "lost"))
	a.do(doc, set("title", "lost too"))
	b.send()
	m := b.mutation(doc, set("note", "B")) // its base names revs of a life that is gone
	back("00000000000000bb")
	c := w.join("c", nurse, "schedule")
	c.send()
	c.do(doc, set("note", "C, in the new life"))
	b.send(m)
	require.Equal(t, "C, in the new life", b.shown(doc, "note"))
	require.Equal(t, []any{"B"}, b.siblings(doc, "note"))
}

func TestACopiedPhoneNeverAppliesAMutationTwice(t *testing.T) {
	t.Parallel()
	w, a, _, doc := apart(t)
	base := a.cursor
	kept := a.mutation(doc, object{"add": object{"tags": []string{"kept"}}})
	a.send(kept)
	twin := a.other("twin")
	kept2 := object{}
	for k, v := range kept {
		kept2[k] = v
	}
	kept2["n"] = 1
	kept2["was"] = object{"names": []object{{"replica": a.replica, "n": a.n}}}
	answer := twin.sendWith(object{"continues": []object{{"replica": a.replica, "n": a.n}}}, kept2)
	require.Equal(t, outcome(a.sendWith(object{}), a.n)["rev"], outcome(answer, 1)["rev"], "one mutation under two names has one outcome")
	_ = w

	// The other order: the new name first.
	later := a.mutation(doc, set("note", "once"))
	again := object{"n": 2, "was": object{"names": []object{{"replica": a.replica, "n": a.n}}}}
	for _, k := range []string{"doc", "schema", "at", "after", "set"} {
		again[k] = later[k]
	}
	again["base"], later["base"] = base, base
	rev := outcome(twin.send(again), 2)["rev"]
	require.Equal(t, rev, outcome(a.send(later), a.n)["rev"])
}

func TestNamesOfAnotherAccountsReplicaCountForNothing(t *testing.T) {
	t.Parallel()
	_, a, b, doc := apart(t)
	m := a.mutation(doc, set("note", "A"))
	a.send(m)
	stolen := b.mutation(doc, set("note", "A"))
	for _, k := range []string{"base", "at", "after"} {
		stolen[k] = m[k]
	}
	stolen["was"] = object{"names": []object{{"replica": a.replica, "n": a.n}}}
	o := outcome(b.sendWith(object{"continues": []object{{"replica": a.replica, "n": a.n}}}, stolen), b.n)
	require.NotEqual(t, outcome(a.send(), a.n)["rev"], o["rev"])
	require.Len(t, a.siblings(doc, "note"), 1, "nor does it cover the other's write")
}

func TestASkippedNumberIsHeldUntilItsWordsCome(t *testing.T) {
	t.Parallel()
	_, a, _, doc := apart(t)
	real := a.mutation(doc, set("note", "found again"))
	o := outcome(a.send(object{"n": a.n, "skip": "lost"}), a.n)
	require.Equal(t, "lost", o["reason"])
	require.Len(t, a.held(), 1)
	require.Equal(t, o, outcome(a.send(object{"n": a.n, "skip": "lost"}), a.n))
	require.Equal(t, "applied", outcome(a.send(real), a.n)["status"])
	require.Equal(t, "found again", a.shown(doc, "note"))
	for _, held := range a.held() {
		require.Equal(t, "applied", held["status"])
	}
	require.Equal(t, "applied", outcome(a.send(object{"n": a.n, "skip": "lost"}), a.n)["status"], "a skip for a number that is here gets its outcome")
}

// Somebody threw away a skip, which held no words. When the words come after all and are held, nobody has looked at them yet.
func TestWordsBehindASkipThatWasDiscardedAreOpenAgain(t *testing.T) {
	t.Parallel()
	_, a, _, doc := apart(t)
	real := a.mutation(doc, object{"add": object{"note": []any{"not a set"}}})
	skipped := a.n
	require.Equal(t, "lost", outcome(a.send(object{"n": skipped, "skip": "lost"}), skipped)["reason"])
	var held syncing.DocID
	for id := range a.held() {
		held = syncing.DocID(id)
	}
	require.Equal(t, "applied", a.do(held, object{"set": object{"status": "discarded", "discardReason": "there are no words"}})["status"])
	require.Equal(t, "discarded", a.held()[string(held)]["status"])
	require.Equal(t, "invalid", outcome(a.send(real), skipped)["reason"])
	require.Equal(t, "open", a.held()[string(held)]["status"])
}

func TestALostTailIsAnUnknownLife(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	snapshot := w.store.Snapshot()
	a.do(doc, set("title", "lost"))
	b.send()
	m := b.mutation(doc, set("note", "B"))
	w.store.Restore(snapshot) // the same epoch: nobody said that anything was lost
	a.n--
	c := w.join("c", nurse, "schedule")
	c.send()
	c.do(doc, set("note", "C"))
	require.Equal(t, true, b.send(m)["reset"], "its cursor's hash is not in our journal")
	require.Len(t, b.siblings(doc, "note"), 1)
}

func TestSafeIsWhatABackupHolds(t *testing.T) {
	t.Parallel()
	w, a, _, doc := apart(t)
	require.Equal(t, float64(0), a.send()["safe"])
	a.do(doc, set("title", "in the backup"))
	inBackup := a.n
	w.store.SetDurability(w.store.Sequence(), 0) // a backup is taken, and not read back yet
	a.do(doc, set("title", "after it"))
	a.do(doc, set("title", "after it too"))
	require.Equal(t, float64(0), a.send()["safe"])
	w.store.SetDurability(w.store.Sequence()-2, w.store.Sequence()-2)
	require.Equal(t, float64(inBackup), a.send()["safe"])
	w.store.SetDurability(w.store.Sequence(), w.store.Sequence())
	require.Equal(t, float64(a.n), a.send()["safe"])
}

func TestSealingCoversWhatWasSentAgain(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	form := w.id("form")
	a.do(form, set("status", "draft"))
	snapshot := w.store.Snapshot()
	answer := a.mutation(form, set("answers.x", 3))
	rev := outcome(a.send(answer), a.n)["rev"]
	second := a.other("a2")
	second.send()
	complete := second.mutation(form, set("status", "completed"))
	second.send(complete)
	w.store.Restore(snapshot)
	w.boot("00000000000000bb")
	require.Equal(t, "applied", outcome(second.send(complete), 1)["status"])
	answer["was"] = object{"revs": object{"00000000000000aa": rev}}
	require.Equal(t, "applied", outcome(a.send(answer), a.n)["status"])
	require.Equal(t, float64(3), a.shown(form, "answers.x"), "it takes its place as if it had come before the sealing")
	require.Equal(t, "completed", a.shown(form, "status"))
}

func TestABaseOfAnotherAccountCoversNothing(t *testing.T) {
	t.Parallel()
	_, a, b, doc := apart(t)
	a.do(doc, set("note", "A"))
	a.send()
	borrowed := b.mutation(doc, set("note", "B had not seen it"))
	borrowed["base"] = a.cursor
	b.send(borrowed)
	require.Len(t, b.siblings(doc, "note"), 1)

	b.send()
	b.do(doc, set("note", "B saw both"))
	require.Empty(t, b.siblings(doc, "note"), "its own covers")
}

func TestABaseAtTheRevWhereItsEpochWasLeftIsBelievedOnlyByItsHash(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	before := w.store.Snapshot()
	a.do(doc, set("title", "lost with the tail"))
	b.send()
	m := b.mutation(doc, set("note", "B"))
	w.store.Restore(before)
	a.n--
	c := w.join("c", nurse, "schedule")
	c.send()
	c.do(doc, set("note", "C")) // at the rev that B's base names
	w.boot("00000000000000bb")
	a.send() // the epoch is left at that rev
	b.send(m)
	require.Len(t, b.siblings(doc, "note"), 1, "B had never seen what C wrote")
}

func TestABaseOfALifeThatIsTakenBackCoversWhatWasBeforeIt(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	a.do(doc, set("note", "A"))
	b.send()
	before := w.store.Snapshot()
	w.boot("00000000000000bb")
	a.do(doc, set("title", "of the new life"))
	b.send()
	m := b.mutation(doc, set("note", "B saw A"))
	w.store.Restore(before) // the first life goes on as if the second had never been
	w.boot("00000000000000aa")
	require.Equal(t, true, b.send(m)["reset"])
	require.Equal(t, "B saw A", b.shown(doc, "note"))
	require.Empty(t, b.siblings(doc, "note"), "both lives are one up to where the first was left")
}

func TestARevOfZeroInAnEarlierLifeCountsForNothing(t *testing.T) {
	t.Parallel()
	_, a, b, doc, back := restored(t)
	first := a.mutation(doc, set("note", "A"))
	a.send(first)
	b.send()
	second := b.mutation(doc, set("note", "B saw A"))
	b.send(second)
	back("00000000000000bb")

	b.send(second)
	first["was"] = object{"revs": object{"00000000000000aa": 0}}
	require.Equal(t, "applied", outcome(a.send(first), a.n)["status"])
	require.Len(t, a.siblings(doc, "note"), 1, "nothing says that B had seen it, so neither is lost")
}
