package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// One replica's writes to one document take effect in order of n, also when they come in another. Found by the simulation.

func TestAnAddThatWaitedStaysBelowTheLaterRemoveThatBroughtItsDocument(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	doc := w.id("thing")
	early := a.mutation(doc, object{"add": object{"tags": []string{"red", "blue"}}})
	require.Equal(t, "missing", outcome(a.send(early), a.n)["reason"])
	whole := a.mutation(doc, object{"set": object{"title": "now it is here"}, "remove": object{"tags": []string{"red"}}})
	require.Equal(t, "applied", outcome(a.send(whole), a.n)["status"])
	require.Equal(t, []any{"blue"}, a.shown(doc, "tags"), "its author had taken it out after putting it in")
}

func TestWhatWaitsOfALockedAccountStaysHeld(t *testing.T) {
	t.Parallel()
	for name, locked := range map[string]bool{"applied": false, "held": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, a, b := pair(t)
			doc := w.id("thing")
			early := b.mutation(doc, object{"add": object{"tags": []string{"red"}}})
			require.Equal(t, "missing", outcome(b.send(early), b.n)["reason"])
			w.grants.locked = map[syncing.AccountID]bool{b.account: locked} // its grant in the record stands
			require.Equal(t, "applied", a.do(doc, set("title", "now it is here"))["status"])
			if locked {
				require.Nil(t, a.shown(doc, "tags"), "a lost phone's words do not come in by themselves")
			} else {
				require.Equal(t, []any{"red"}, a.shown(doc, "tags"))
			}
		})
	}
}
