package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
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
