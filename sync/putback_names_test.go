package syncing_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

// Section 7, names: one number may stand for different words on copies of a phone, and each of them comes under further names.

// renamed is a mutation as another replica sends it, whose earlier name was the phone's latest number.
func (p *phone) renamed(m object, n int) object {
	again := maps.Clone(m)
	again["n"] = n
	again["was"] = object{"names": []object{{"replica": p.replica, "n": m["n"]}}}
	return again
}

func TestOneNameOfDifferentWordsAppliesEachOnceInWhateverOrderTheyCome(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"the copy's first", "the renamed first"} {
		_, a, _, doc := apart(t)
		twin := *a
		words, others := a.mutation(doc, set("note", "A")), twin.mutation(doc, set("note", "the copy's"))
		second, third := a.other("second"), a.other("third")
		if order == "the copy's first" {
			require.Equal(t, "applied", outcome(twin.send(others), twin.n)["status"])
		}
		rev := outcome(second.send(a.renamed(words, 1)), 1)["rev"]
		if order == "the renamed first" {
			require.Equal(t, "applied", outcome(twin.send(others), twin.n)["status"])
		}
		require.Equal(t, "fork", code(a.send(words)), order)
		require.Equal(t, rev, outcome(third.send(a.renamed(words, 1)), 1)["rev"], order)
		require.Len(t, a.siblings(doc, "note"), 1, order)
		require.NoError(t, a.w.check())
	}
}

func TestAnotherNameOfASkippedNumberIsFoundWhenItsWordsCome(t *testing.T) {
	t.Parallel()
	_, a, _, doc := apart(t)
	words := a.mutation(doc, set("note", "A"))
	require.Equal(t, "lost", outcome(a.send(object{"n": a.n, "skip": "lost"}), a.n)["reason"])
	rev := outcome(a.other("second").send(a.renamed(words, 1)), 1)["rev"]
	require.Equal(t, rev, outcome(a.send(words), a.n)["rev"])
	require.Empty(t, a.siblings(doc, "note"))
	require.NoError(t, a.w.check())
}
