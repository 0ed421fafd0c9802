package syncing_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

type jsonValue = jsontext.Value

func pair(t *testing.T) (w *world, a, b *phone) {
	t.Helper()
	w = newWorld(t)
	a = w.join("a", patient, "schedule", "concerns")
	b = w.join("b", nurse, "schedule", "concerns")
	return w, a, b
}

// apart gives a document that both have seen, so that what they write next is concurrent.
func apart(t *testing.T) (w *world, a, b *phone, doc syncing.DocID) {
	t.Helper()
	w, a, b = pair(t)
	doc = w.id("thing")
	require.Equal(t, "applied", a.do(doc, set("title", "one"))["status"])
	a.send()
	b.send()
	return w, a, b, doc
}

func TestALostAnswerIsGivenAgain(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	doc := w.id("thing")
	batch := []object{a.mutation(doc, set("title", "x")), a.mutation(doc, object{"add": object{"tags": []string{"t"}}})}
	first := a.send(batch...)
	for range 10 {
		again := a.send(batch...)
		require.Equal(t, first["outcomes"], again["outcomes"])
		require.Equal(t, first["digest"], again["digest"])
	}
	require.Equal(t, []any{"t"}, a.shown(doc, "tags"))
}

func TestAGapAndAForkAreToldApart(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	doc := w.id("thing")
	one := a.mutation(doc, set("title", "x"))
	a.n++
	answer := a.send(one, a.mutation(doc, set("title", "y")))
	require.Equal(t, "gap", answer["error"].(object)["code"])
	require.Equal(t, float64(1), answer["last"], "what came before the gap is taken in")
	require.Equal(t, "applied", outcome(answer, 1)["status"])

	a.n = 0
	fork := a.send(a.mutation(doc, set("title", "another")))
	require.Equal(t, "fork", fork["error"].(object)["code"])
	require.Nil(t, fork["changes"])
	require.Equal(t, "x", a.shown(doc, "title"))
}

func TestMembersThatNobodyKnowsAreHashed(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	m := a.mutation(w.id("thing"), set("title", "x"))
	m["future"] = 1
	require.Nil(t, a.send(m)["error"])
	m["future"] = 2
	require.Equal(t, "fork", a.send(m)["error"].(object)["code"])
}

func TestOfTwoLastWritersTheLaterInTrueTimeWinsWhateverTheirClocksSay(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * 3600 * 1000
	w, a, b, doc := apart(t)
	a.skew, b.skew = -27*year, 14*year // one clock says 1999, the other 2040
	first := b.mutation(doc, set("draft", "by 2040, earlier"))
	w.now += 60_000
	second := a.mutation(doc, set("draft", "by 1999, later"))
	w.now += 60_000
	require.Equal(t, "applied", outcome(a.send(second), a.n)["status"])
	lost := outcome(b.send(first), b.n)
	require.Equal(t, "applied", lost["status"])
	require.Equal(t, "theirs", lost["conflicts"].([]any)[0].(object)["won"])
	require.Equal(t, "by 1999, later", b.shown(doc, "draft"))
	require.Equal(t, []any{"by 2040, earlier"}, b.siblings(doc, "draft"))
}

func TestAWriteThatCoversAnotherNeverLosesToItsClock(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	a.skew = 0
	a.do(doc, set("draft", "old"))
	b.send()
	b.skew = -1 << 40
	m := b.mutation(doc, set("draft", "new"))
	m["at"] = 5
	b.send(m)
	_ = w
	require.Equal(t, "new", a.shown(doc, "draft"))
	require.Empty(t, a.siblings(doc, "draft"))
}

func TestSharedWordsStandBesideEachOtherUntilAPersonChooses(t *testing.T) {
	t.Parallel()
	_, a, b, doc := apart(t)
	a.send(a.mutation(doc, set("note", "A")))
	o := outcome(b.send(b.mutation(doc, set("note", "B"))), b.n)
	require.Equal(t, "yours", o["conflicts"].([]any)[0].(object)["won"])
	require.Equal(t, "B", a.shown(doc, "note"))
	require.Equal(t, []any{"A"}, a.siblings(doc, "note"))
	b.do(doc, set("note", "A and B"))
	require.Equal(t, "A and B", a.shown(doc, "note"))
	require.Empty(t, a.siblings(doc, "note"))
}

func TestTheHighestIsShownAndTheRestIsKeptAndNotSent(t *testing.T) {
	t.Parallel()
	_, a, b, doc := apart(t)
	a.send(a.mutation(doc, set("pain", 8)))
	b.send(b.mutation(doc, set("pain", 3)))
	require.Equal(t, float64(8), a.shown(doc, "pain"))
	require.Empty(t, a.siblings(doc, "pain"))
	a.send()
	a.do(doc, set("pain", 2))
	require.Equal(t, float64(2), a.shown(doc, "pain"), "a covering write lowers it")
}

func TestAddWinsOverAConcurrentRemove(t *testing.T) {
	t.Parallel()
	_, a, b, doc := apart(t)
	a.do(doc, object{"add": object{"tags": []string{"x", "y"}}})
	b.send()
	a.send(a.mutation(doc, object{"add": object{"tags": []string{"x"}}}))
	b.send(b.mutation(doc, object{"remove": object{"tags": []string{"x", "y"}}}))
	require.Equal(t, []any{"x"}, a.shown(doc, "tags"))
}

func TestADecisionThatDoesNotCoverWhatStandsIsHeldAsStale(t *testing.T) {
	t.Parallel()
	_, a, b, doc := apart(t)
	a.send(a.mutation(doc, set("dose", "10 mg")))
	o := outcome(b.send(b.mutation(doc, set("dose", "20 mg"))), b.n)
	require.Equal(t, []any{"held", "stale"}, []any{o["status"], o["reason"]})
	require.Equal(t, "10 mg", a.shown(doc, "dose"))
	require.Equal(t, "applied", b.do(doc, set("dose", "20 mg"))["status"], "after reading it is a decision")
}

func TestAStatusMovesFromWhereItIs(t *testing.T) {
	t.Parallel()
	_, a, b, doc := apart(t)
	a.do(doc, set("status", "open"))
	require.Equal(t, "applied", outcome(b.send(b.mutation(doc, set("status", "closed"))), b.n)["status"])
	o := outcome(a.send(a.mutation(doc, set("status", "busy"))), a.n)
	require.Equal(t, "transition", o["reason"])
	require.Equal(t, "applied", a.do(doc, set("status", "closed"))["status"], "a move to where it is changes nothing")
}

func TestEachReasonHoldsOneMutationAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.join("a", patient, "schedule", "concerns")
	g := w.join("g", caregiver, "schedule")
	doc := w.id("thing")
	a.do(doc, set("title", "x"))
	hidden := w.id("private")
	a.do(hidden, set("text", "not for g"))
	event := w.id("event")
	a.do(event, set("body", "once"))
	a.do(doc, set("dose", "1"))

	cases := []struct {
		reason string
		doc    syncing.DocID
		change object
	}{
		{"forbidden", doc, set("dose", "2")},
		{"forbidden", hidden, set("text", "mine")},
		{"forbidden", w.id("private"), set("text", "mine")},
		{"invalid", doc, set("title", 5)},
		{"invalid", doc, set("title", "nul \x00")},
		{"invalid", w.id("memo"), object{"delete": true, "set": object{"text": "x"}}},
		{"invalid", doc, object{"set": 5}},
		{"invalid", "thing/7", set("title", "x")},
		{"unknown", w.id("nothing"), set("title", "x")},
		{"unknown", doc, set("nothing", "x")},
		{"unknown", doc, object{"schema": 2, "set": object{"title": "x"}}},
		{"missing", w.id("thing"), set("draft", "x")},
		{"sealed", event, set("body", "twice")},
		{"transition", doc, set("status", "closed")},
		{"too_large", doc, set("draft", strings.Repeat("x", 17<<10))},
		{"lost", "", object{"doc": nil, "skip": "lost"}},
	}
	var batch []object
	for _, c := range cases {
		m := g.mutation(c.doc, c.change)
		if c.reason == "lost" {
			m = object{"n": g.n, "skip": "lost"}
		}
		batch = append(batch, m)
	}
	batch = append(batch, g.mutation(doc, set("draft", "goes on")))
	answer := g.send(batch...)
	require.Nil(t, answer["error"])
	for i, c := range cases {
		o := outcome(answer, i+1)
		require.Equal(t, "held", o["status"], "%d %s", i, c.reason)
		require.Equal(t, c.reason, o["reason"], "%d %v", i, c.change)
		require.NotEmpty(t, o["detail"])
	}
	require.Equal(t, "applied", outcome(answer, g.n)["status"])
	require.Equal(t, "goes on", a.shown(doc, "draft"))
	require.Len(t, g.held(), len(cases), "their author sees each by syncing")
}

func TestWhatWasMissingIsTriedWhenItsDocumentComes(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	doc := w.id("thing")
	o := b.do(doc, set("draft", "early"))
	require.Equal(t, "missing", o["reason"])
	b.do(doc, object{"add": object{"tags": []string{"early"}}})
	a.do(doc, set("title", "here"))
	require.Equal(t, "early", a.shown(doc, "draft"))
	require.Equal(t, []any{"early"}, a.shown(doc, "tags"))
	require.Len(t, b.held(), 2)
	for _, held := range b.held() {
		require.Equal(t, "applied", held["status"])
	}
	require.Equal(t, "held", outcome(b.sendWith(object{"acked": 0}), 1)["status"], "the outcome of its n stays")
}

func TestAHeldMutationIsReleasedWithTheRightsOfWhoReleasesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.join("a", patient, "schedule")
	g := w.join("g", caregiver, "schedule")
	b := w.join("b", nurse, "schedule")
	doc := w.id("thing")
	a.do(doc, set("title", "x"))
	g.send()
	g.do(doc, set("secret", "by g"))
	require.Len(t, b.held(), 1, "the nurse may settle it, so she sees it")
	held := syncing.DocID(slices.Collect(maps.Keys(b.held()))[0])
	b.send()
	require.Equal(t, "forbidden", a.do(held, set("status", "released"))["reason"], "the patient may not write that field either")
	require.Equal(t, "invalid", a.do(held, set("status", "discarded"))["reason"], "a discard carries a reason")
	require.Equal(t, "forbidden", a.do(held, set("detail", "x"))["reason"])
	require.Equal(t, "applied", b.do(held, set("status", "released"))["status"])
	require.Equal(t, "by g", b.shown(doc, "secret"))
	require.Equal(t, "released", b.all()[string(held)]["set"].(object)["status"])
	require.Equal(t, "transition", b.do(held, object{"set": object{"status": "discarded", "discardReason": "late"}})["reason"])
}

func TestAnEditThatDidNotSeeTheDeletionBringsTheDocumentBackWhole(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	doc := w.id("memo")
	a.do(doc, object{"set": object{"text": "one", "owner": "me"}})
	a.send()
	b.send()
	require.Equal(t, "applied", a.do(doc, object{"delete": true})["status"])
	require.Nil(t, a.all()[string(doc)])
	require.Equal(t, "sealed", a.do(doc, set("text", "after seeing it"))["reason"])
	require.Equal(t, "applied", outcome(b.send(b.mutation(doc, set("text", "two"))), b.n)["status"])
	require.Equal(t, "two", a.shown(doc, "text"))
	require.Equal(t, "me", a.shown(doc, "owner"))
	require.Empty(t, a.siblings(doc, "text"), "b had seen the first text")
	a.send()
	require.Equal(t, "applied", a.do(doc, object{"delete": true})["status"])
}

func TestADeletionThatMissedAnEditIsStale(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	doc := w.id("memo")
	a.do(doc, set("text", "one"))
	b.send()
	a.do(doc, set("text", "two"))
	require.Equal(t, "stale", outcome(b.send(b.mutation(doc, object{"delete": true})), b.n)["reason"])
}

func TestASealedFormIsAmendedByItsAuthorAlone(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	doc := w.id("form")
	a.do(doc, object{"set": object{"status": "draft", "answers.x": 1}})
	b.send()
	a.do(doc, object{"set": object{"status": "completed", "answers.x": 2}})
	require.Equal(t, "sealed", outcome(b.send(b.mutation(doc, set("answers.x", 9))), b.n)["reason"])
	require.Equal(t, "sealed", b.do(doc, set("answers.x", 9))["reason"], "not the author, even after reading")
	other := a.other("a2")
	require.Equal(t, "sealed", other.do(doc, set("answers.x", 3))["reason"], "the author, without having seen the sealing")
	a.send()
	require.Equal(t, "applied", a.do(doc, set("answers.x", 4))["status"])
	require.Equal(t, "amended", a.shown(doc, "status"))
	require.Equal(t, float64(4), a.shown(doc, "answers.x"))
	follow := syncing.NewDocID("thing", syncing.DerivedUUID("follow", string(doc)))
	require.Equal(t, "from a form", b.shown(follow, "title"), "what follows is there once")
}

func TestTheSameEventTwiceIsOnce(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	doc := w.id("event")
	a.do(doc, set("body", "x"))
	require.Equal(t, "applied", b.do(doc, set("body", "x"))["status"])
}

func TestPagesOfThreeEndAtTheSameDigestAsOnePage(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	for i := range 10 {
		a.do(w.id("thing"), set("title", string(rune('a'+i))))
	}
	a.send()
	seen := map[string]bool{}
	cursor, pages := "", 0
	for {
		pages++
		answer := b.post(object{"record": w.record, "cursor": cursor, "limit": 3})
		require.Equal(t, pages == 1, answer["reset"])
		changes := answer["changes"].([]any)
		require.LessOrEqual(t, len(changes), 3)
		for _, c := range changes {
			seen[c.(object)["doc"].(string)] = true
		}
		cursor = answer["cursor"].(string)
		if answer["more"] == false {
			require.Equal(t, a.digest, answer["digest"])
			break
		}
		require.Nil(t, answer["digest"])
	}
	require.Equal(t, 4, pages)
	require.Len(t, seen, 11)
}

func TestACursorOfAnotherLifeIsReset(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	a.send()
	w.boot("00000000000000bb")
	answer := a.send()
	require.Equal(t, true, answer["reset"])
	require.Equal(t, "00000000000000bb", answer["epoch"])
	require.Equal(t, false, a.send()["reset"])
	require.Equal(t, true, a.sendWith(object{"cursor": "no cursor at all"})["reset"])
}

func TestWhatAnAccountDoesNotSeeMakesNoMoreNoHeadAndNoDigest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.join("a", patient, "schedule", "concerns")
	g := w.join("g", caregiver, "schedule")
	g.send()
	before := g.digest
	head, _, err := w.engine.Head(t.Context(), syncing.Principal{Account: g.account}, w.record)
	require.NoError(t, err)
	doc := w.id("private")
	a.do(doc, set("text", "hidden"))
	answer := g.send()
	require.Empty(t, answer["changes"])
	require.Equal(t, before, g.digest)
	after, _, err := w.engine.Head(t.Context(), syncing.Principal{Account: g.account}, w.record)
	require.NoError(t, err)
	require.Equal(t, head.Head, after.Head)
	mine, _, err := w.engine.Head(t.Context(), syncing.Principal{Account: a.account}, w.record)
	require.NoError(t, err)
	require.Greater(t, mine.Head, head.Head, "for whoever sees it there is something to pull")

	a.do(doc, set("open", true))
	answer = g.send()
	require.Equal(t, true, answer["reset"], "it came into sight other than by being written")
	require.Equal(t, "hidden", g.shown(doc, "text"))
	require.Equal(t, false, a.send()["reset"], "for those who saw it before and after nothing changed")
	a.do(doc, set("open", false))
	require.Equal(t, true, g.send()["reset"])
	require.Nil(t, g.all()[string(doc)])
}

func TestABaseCoversNothingThatItsScopeDidNotShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.join("a", patient, "schedule", "concerns")
	b := w.join("b", nurse, "schedule")
	doc := w.id("private")
	a.do(doc, set("text", "never seen by b"))
	b.send()
	m := b.mutation(doc, set("text", "b's"))
	grant := w.grants.held[b.account]
	grant.Categories = []string{"schedule", "concerns"}
	w.grants.held[b.account] = grant
	b.send(m)
	require.Equal(t, []any{"never seen by b"}, a.siblings(doc, "text"))
}

func TestEndedAccessTakesInAndGivesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.join("a", patient, "schedule")
	g := w.join("g", caregiver, "schedule")
	doc := w.id("thing")
	a.do(doc, set("title", "x"))
	g.send()
	grant := w.grants.held[g.account]
	grant.Active, grant.Known = false, true
	w.grants.held[g.account] = grant
	answer := g.send(g.mutation(doc, set("draft", "written before I knew")))
	require.Equal(t, "ended", answer["error"].(object)["code"])
	require.Equal(t, object{"n": float64(1), "status": "held"}, outcome(answer, 1))
	require.Nil(t, answer["changes"])
	require.Nil(t, answer["cursor"])
	require.Equal(t, float64(1), answer["last"])
	require.Len(t, a.held(), 1, "the person whose record it is can look at it")
	for _, held := range a.held() {
		require.Equal(t, "forbidden", held["reason"])
	}
}

func TestARecordThatWasNeverTheirsKeepsWhatComesWithTheAccount(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	stranger := &phone{w: w, account: syncing.AccountID{UUID: syncing.DerivedUUID("stranger")}, replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("strange")}}
	doc := w.id("thing")
	m := stranger.mutation(doc, set("title", "x"))
	here := stranger.send(m)
	require.Equal(t, "ended", here["error"].(object)["code"])
	require.Equal(t, here, stranger.send(m))
	before := len(a.all())

	nowhere := *w
	nowhere.record = syncing.RecordID{UUID: syncing.DerivedUUID("no such record")}
	ghost := &phone{w: &nowhere, account: stranger.account, replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("strange 2")}}
	there := ghost.send(ghost.mutation(doc, set("title", "x")))
	delete(here, "record")
	delete(there, "record")
	require.Equal(t, here, there, "a record that is not here answers alike")
	require.Len(t, a.all(), before)

	fork := stranger.mutation(doc, set("title", "y"))
	fork["n"] = 1
	require.Equal(t, "fork", stranger.send(fork)["error"].(object)["code"])
	stranger.n = 5
	require.Equal(t, "gap", stranger.send(stranger.mutation(doc, set("title", "y")))["error"].(object)["code"])
}

func TestAReplicaBelongsToTheAccountThatFirstUsedIt(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	a.do(w.id("thing"), set("title", "x"))
	b.replica = a.replica
	answer := b.send(b.mutation(w.id("thing"), set("title", "y")))
	require.Equal(t, "account", answer["error"].(object)["code"])
	require.Equal(t, float64(0), answer["last"])
	require.Empty(t, answer["outcomes"])
}
