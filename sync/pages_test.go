package syncing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Pulls of several pages while the record goes on changing, or loses what it did last. Found by the simulation.

// page asks for one page of one document behind a cursor.
func (p *phone) page(cursor any) object {
	p.w.t.Helper()
	return p.post(object{"record": p.w.record, "cursor": cursor, "limit": 1})
}

func TestALaterPageOfAResetTakesAwayWhatAnEarlierOneTold(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	a.do(doc, set("draft", "soon gone"))
	a.do(w.id("memo"), set("text", "another"))
	told, answer := false, b.page(nil)
	for ; answer["more"] == true; answer = b.page(answer["cursor"]) {
		change := answer["changes"].([]any)[0].(object)
		if change["doc"] != string(doc) {
			continue
		}
		if !told {
			told = true
			require.Equal(t, "soon gone", change["set"].(object)["draft"])
			a.do(doc, set("draft", nil))
		}
	}
	require.True(t, told)
	last := answer["changes"].([]any)[0].(object)
	require.Equal(t, string(doc), last["doc"])
	require.Contains(t, last["unset"], "draft", "or the phone keeps the value of the earlier page")
}

func TestAPullUnderWayBeginsAnewWhenALaterPartOfItsLifeIsLost(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	other := w.id("memo")
	a.do(other, set("text", "another"))
	snapshot := w.store.Snapshot()
	a.do(doc, set("draft", "lost")) // moves the document behind the other one
	first := b.page(nil)
	for first["changes"].([]any)[0].(object)["doc"] != string(other) {
		first = b.page(first["cursor"])
	}
	require.Equal(t, true, first["more"])
	w.store.Restore(snapshot) // the same epoch: the document lies before the page again
	require.Equal(t, true, b.page(first["cursor"])["reset"], "or the document is never told")
}

func TestAResetUnderWayBeginsAnewWhenWhatItToldWasDeletedAndIsNotToldAnyMore(t *testing.T) {
	t.Parallel()
	w, a, b, _ := apart(t)
	doc := w.id("memo")
	a.do(doc, set("text", "told on an early page"))
	a.do(w.id("memo"), set("text", "another"))
	first := b.page(nil)
	for first["changes"].([]any)[0].(object)["doc"] != string(doc) {
		first = b.page(first["cursor"])
	}
	require.Equal(t, true, first["more"])
	a.do(doc, object{"delete": true})
	w.pass(200 * 24 * time.Hour)
	_, _, err := w.engine.Due(t.Context())
	require.NoError(t, err)
	again := b.page(first["cursor"])
	require.Equal(t, true, again["reset"], "or the phone keeps what was deleted")
	require.Equal(t, false, b.page(again["cursor"])["reset"], "one that began since goes on")
}

func TestACursorOfAnotherAccountIsNoneThoughBothSeeTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.join("a", patient, "schedule")
	g, h := w.join("g", caregiver, "schedule"), w.join("h", caregiver, "schedule")
	g.send()
	require.Equal(t, false, g.send()["reset"])
	require.Equal(t, true, h.sendWith(object{"cursor": g.cursor})["reset"])
}
