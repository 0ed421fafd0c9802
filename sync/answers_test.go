package syncing_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// What an answer says beside outcomes and changes. Each of these was found by the simulation.

func numbers(answer object) (list []float64) {
	for _, o := range answer["outcomes"].([]any) {
		list = append(list, o.(object)["n"].(float64))
	}
	return list
}

// code is the record's error; "" if there is none.
func code(answer object) string {
	problem, _ := answer["error"].(object)
	text, _ := problem["code"].(string)
	return text
}

func TestAForkTellsNoOutcomeOfTheCopysNumbers(t *testing.T) {
	t.Parallel()
	w, a, _, doc := apart(t)
	copied := *a
	a.do(doc, set("note", "mine"))
	a.do(doc, set("note", "mine too"))
	first := a.n - 1
	answer := copied.sendWith(object{"acked": first - 1}, copied.mutation(doc, set("note", "the copy's")))
	require.Equal(t, "fork", code(answer))
	require.Empty(t, numbers(answer), "or the copy would take the outcome of other words for its own")
	require.NotEmpty(t, w.record)
}

func TestAnErrorNamesTheEpochSoThatHealingComesBeforeForking(t *testing.T) {
	t.Parallel()
	w, a, _, doc := apart(t)
	a.send()
	copied := *a
	a.do(doc, set("note", "mine"))
	w.boot("00000000000000bb")
	require.Equal(t, "00000000000000bb", copied.send(copied.mutation(doc, set("note", "another")))["epoch"], "at a fork")
	a.n++
	require.Equal(t, "00000000000000bb", a.send(a.mutation(doc, set("note", "later")))["epoch"], "at a gap")
}

func TestWithoutAccessAForkIsStillAFork(t *testing.T) {
	t.Parallel()
	w, _, b, doc := apart(t)
	copied := *b
	b.do(doc, set("note", "mine"))
	w.grants.held[b.account] = syncing.Grant{Known: true}
	answer := copied.send(copied.mutation(doc, set("note", "another")))
	require.Equal(t, "fork", code(answer), "answered as ended, the words would be sent for ever and never arrive")
	require.Nil(t, answer["changes"])
	b.n += 2
	require.Equal(t, "gap", code(b.send(b.mutation(doc, set("note", "behind a gap")))))
	require.Equal(t, "ended", code(b.send()))
}

func TestAnEmptyRecordIsReadOnceAndNotResetForEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := syncing.AccountID{UUID: syncing.DerivedUUID("account", "a")}
	w.grants.held[account] = syncing.Grant{Roles: []syncing.Role{patient}, Categories: []string{"schedule"}, Owner: true, Active: true}
	err := w.engine.Create(context.Background(), syncing.Principal{Account: account}, w.record, "begin", func(syncing.Tx) error { return nil }, nil)
	require.NoError(t, err)
	p := &phone{w: w, account: account, replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("replica", "a")}}
	require.Equal(t, true, p.send()["reset"])
	require.Equal(t, false, p.send()["reset"])
	require.Equal(t, "applied", p.do(w.id("thing"), set("title", "first"))["status"])
}

func TestAPhoneThatWasToldMoreThanIsHereSendsAgainFirst(t *testing.T) {
	t.Parallel()
	w, a, _, doc := apart(t)
	other := *a
	snapshot := w.store.Snapshot()
	first, second := a.mutation(doc, set("note", "first")), a.mutation(doc, set("note", "second"))
	a.send(first, second)
	w.store.Restore(snapshot)
	w.boot("00000000000000bb")
	require.Equal(t, "applied", other.do(doc, set("note", "a copy's first"))["status"])
	answer := a.sendWith(object{"acked": a.n}, second, a.mutation(doc, set("note", "third")))
	require.Equal(t, "gap", code(answer), "what is new must not be written upon the copy's words, which count as its own")
	require.Empty(t, numbers(answer))
	require.Equal(t, "fork", code(a.send(first, second)))
}
