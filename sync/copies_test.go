package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Copied phones whose server was put back. Found by the simulation.

func TestWhatAnEarlierNameSendsAgainStandsBelowWhatItsSuccessorWrote(t *testing.T) {
	t.Parallel()
	_, a, _, doc, back := restored(t)
	earlier := a.mutation(doc, set("note", "the last that both have in common"))
	rev := outcome(a.send(earlier), a.n)["rev"]
	next := a.other("successor")
	back("00000000000000bb")
	common := []object{{"replica": a.replica, "n": a.n}}
	later := next.mutation(doc, set("note", "under the later name")) // its base covers nothing: it was written before any pull
	require.Equal(t, "applied", outcome(next.sendWith(object{"continues": common}, later), 1)["status"])

	earlier["was"] = object{"revs": object{"00000000000000aa": rev}}
	require.Equal(t, "applied", outcome(a.send(earlier), a.n)["status"])
	require.Equal(t, "under the later name", a.shown(doc, "note"))
	require.Empty(t, a.siblings(doc, "note"), "one person's words in one order are no conflict")
}
