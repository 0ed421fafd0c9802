package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// loops boots a world's engine so that every loop of resets it counts is kept, by cause.
func loops(w *world) *[]string {
	var counted []string
	w.engine = syncing.New(w.store, testSchema(), w.grants, syncing.Options{
		Epoch: "00000000000000aa", Now: func() int64 { return w.now }, ResetLoop: func(cause string) { counted = append(counted, cause) },
	})
	return &counted
}

func TestAThirdResetInARowIsCountedAsALoop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.join("pat", patient, "schedule")
	counted := loops(w)
	p.send()
	for _, categories := range [][]string{{"plan"}, {"schedule"}, {"plan"}} {
		require.Empty(t, *counted)
		grant := w.grants.held[p.account]
		grant.Categories = categories
		w.grants.held[p.account] = grant
		require.Equal(t, true, p.send()["reset"])
	}
	require.Equal(t, []string{"scope"}, *counted)
}

// Seed 6287 of the ward: three copies of one phone came back after the access had changed, each once.
func TestCopiesOfAPhoneThatAreEachResetOnceAreNoLoop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.join("pat", patient, "schedule")
	counted := loops(w)
	var copies []phone
	for range 4 {
		p.do(w.id("thing"), set("title", "one more"))
		copies = append(copies, *p)
	}
	grant := w.grants.held[p.account]
	grant.Categories = []string{"schedule", "plan"}
	w.grants.held[p.account] = grant
	for i := range copies {
		require.Equal(t, true, copies[i].send()["reset"])
	}
	for range 4 { // its answers never arrive, and it asks again with what it has
		kept := copies[0]
		kept.cursor = p.cursor
		require.Equal(t, true, kept.send()["reset"])
	}
	require.Empty(t, *counted)
}
