package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func TestNobodyDeletesWhatTheyCouldNotHaveWritten(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	carer := w.join("carer", caregiver, "schedule")
	doc := w.id("memo")
	a.do(doc, set("text", "to be signed"))
	carer.send()
	require.Equal(t, "applied", b.do(doc, set("signed", "the nurse"))["status"])
	remove := object{"delete": true}
	require.Equal(t, "forbidden", a.do(doc, remove)["reason"])
	require.Equal(t, "forbidden", carer.do(doc, remove)["reason"])
	require.Equal(t, "the nurse", b.shown(doc, "signed"))
	require.Equal(t, "applied", b.do(doc, remove)["status"])
}

func TestAnAccessThatEndedShowsNothingWhateverItHeld(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	doc := w.id("memo")
	a.do(doc, set("text", "for those who may see it"))
	carer := w.join("carer", caregiver, "schedule")
	carer.send()
	require.Equal(t, "for those who may see it", carer.shown(doc, "text"))
	g := w.grants.held[carer.account]
	g.Active, g.Known = false, true // its categories stand, as in a row that only says until when it was
	w.grants.held[carer.account] = g
	answer := carer.send()
	require.Equal(t, "ended", answer["error"].(object)["code"])
	require.Empty(t, answer["changes"])
	carer.send(carer.mutation(doc, set("text", "mine")))
	require.Equal(t, "for those who may see it", a.shown(doc, "text"))
	require.Empty(t, a.siblings(doc, "text"))
	history, err := w.engine.History(t.Context(), syncing.Principal{Account: carer.account}, w.record, doc)
	require.Error(t, err)
	require.Empty(t, history)
}

func TestOnlyCreatorsCreateAndOthersWriteWhatIsThere(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	doc := w.id("order")
	require.Equal(t, "forbidden", a.do(doc, set("text", "from nowhere"))["reason"])
	require.Equal(t, "applied", b.do(doc, set("text", "the nurse's"))["status"])
	a.send()
	require.Equal(t, "applied", a.do(doc, set("text", "the person's words"))["status"])
}
