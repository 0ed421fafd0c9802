package syncing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (w *world) pass(d time.Duration) { w.now += d.Milliseconds() }

func TestLastWriterSiblingsLeaveAfterThirtyDaysAndSharedWordsStay(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	for _, field := range []string{"draft", "note"} {
		a.send(a.mutation(doc, set(field, "A")))
	}
	m1, m2 := b.mutation(doc, set("draft", "B")), b.mutation(doc, set("note", "B"))
	b.send(m1, m2)
	w.pass(29 * 24 * time.Hour)
	changed, _, err := w.engine.Due(t.Context())
	require.NoError(t, err)
	require.Zero(t, changed)
	require.Len(t, a.siblings(doc, "draft"), 1)
	w.pass(25 * time.Hour)
	_, more, err := w.engine.Due(t.Context())
	require.NoError(t, err)
	require.False(t, more)
	require.Empty(t, a.siblings(doc, "draft"))
	require.Equal(t, "B", a.shown(doc, "draft"))
	require.Len(t, a.siblings(doc, "note"), 1)
	answer := a.send()
	require.Equal(t, false, answer["reset"])
	changed, _, err = w.engine.Due(t.Context())
	require.NoError(t, err)
	require.Zero(t, changed, "a follower that starts again finds nothing to do")
}

func TestADeletionIsToldFor180DaysAndNeverForgotten(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	doc := w.id("memo")
	a.do(doc, set("text", "x"))
	b.send()
	old := b.cursor
	a.send()
	a.do(doc, object{"delete": true})
	told := b.post(object{"record": w.record, "cursor": old})
	require.Equal(t, true, told["changes"].([]any)[0].(object)["deleted"])
	w.pass(181 * 24 * time.Hour)
	_, _, err := w.engine.Due(t.Context())
	require.NoError(t, err)
	late := b.post(object{"record": w.record, "cursor": old})
	require.Equal(t, true, late["reset"], "a cursor from before a deletion that is not told any more")
	require.Equal(t, false, a.send()["reset"])
	a.send()
	require.Equal(t, "sealed", a.do(doc, set("text", "y"))["reason"], "a deleted id is never forgotten")
}

func TestServerNowNeverGoesBackWithinARecord(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	a.send(a.mutation(doc, set("draft", "first")))
	w.pass(-365 * 24 * time.Hour) // the server's clock is set back a year
	b.send(b.mutation(doc, set("draft", "second")))
	require.Equal(t, "second", a.shown(doc, "draft"), "arrived later, and no clock says when it was written")
}

func TestEachSiblingStaysItsOwnThirtyDays(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	c := b.other("c")
	c.send()
	first, second := b.mutation(doc, set("draft", "B")), c.mutation(doc, set("draft", "C"))
	b.send(first)
	w.pass(20 * time.Hour)
	second["at"] = w.now
	c.send(second)
	w.pass(time.Hour)
	a.do(doc, object{"set": object{"draft": "A"}, "base": ""})
	require.ElementsMatch(t, []any{"B", "C"}, a.siblings(doc, "draft"))
	w.pass(29*24*time.Hour + 4*time.Hour)
	changed, _, err := w.engine.Due(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, changed)
	require.Equal(t, []any{"C"}, a.siblings(doc, "draft"))
}
