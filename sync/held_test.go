package syncing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func TestAHeldMutationThatIsLargerThanAFieldIsListedWithAllItsWords(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	a.send()
	words := strings.Repeat("long ", 16<<10/5+1)
	b.send(b.mutation(w.id("nothing"), set("x", words)), b.mutation(w.id("nothing"), set("x", "short")))
	for _, held := range b.held() {
		require.Equal(t, held["n"] == float64(2), held["mutation"] != nil, "the document has room for the short one alone")
	}
	list, err := w.engine.Held(t.Context(), syncing.Principal{Account: b.account}, w.record)
	require.NoError(t, err)
	require.Len(t, list.Items, 2)
	for _, item := range list.Items {
		want := map[uint64]string{1: words, 2: "short"}[item.N]
		require.Contains(t, string(item.Mutation), want)
	}
}

func TestHeldMutationsAreListedOpenOnesFirstAndTheLatestFirst(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	a.send()
	b.send(b.mutation(w.id("nothing"), set("x", 1)), b.mutation(w.id("nothing"), set("x", 2)), b.mutation(w.id("nothing"), set("x", 3)))
	numbers := func() (list []uint64) {
		held, err := w.engine.Held(t.Context(), syncing.Principal{Account: b.account}, w.record)
		require.NoError(t, err)
		for _, item := range held.Items {
			list = append(list, item.N)
		}
		return list
	}
	require.Equal(t, []uint64{3, 2, 1}, numbers())
	list, err := w.engine.Held(t.Context(), syncing.Principal{Account: b.account}, w.record)
	require.NoError(t, err)
	b.do(list.Items[0].Doc, object{"set": object{"status": "discarded", "discardReason": "no use"}})
	require.Equal(t, []uint64{2, 1, 3}, numbers())
}

func TestAMutationOfASchemaBelowOneIsHeld(t *testing.T) {
	t.Parallel()
	_, a, _, doc := apart(t)
	for _, version := range []any{0, -1, 1.5, "1"} {
		m := a.mutation(doc, set("title", "x"))
		m["schema"] = version
		o := outcome(a.send(m), a.n)
		require.Equal(t, "held", o["status"], version)
		require.Equal(t, "invalid", o["reason"], version)
	}
	require.Equal(t, "one", a.shown(doc, "title"))
}
