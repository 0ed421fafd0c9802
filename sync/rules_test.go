package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// What a rule derives and cannot be written is left out, for the person's own words must not wait for it; but it is told.
func TestWhatARuleCannotWriteIsLeftOutAndTold(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	var told []string
	w.engine = syncing.New(w.store, testSchema(), w.grants, syncing.Options{
		Epoch: "00000000000000aa", Now: func() int64 { return w.now },
		RuleRefused: func(kind string, reason syncing.Reason) { told = append(told, kind+" "+string(reason)) },
	})
	thing := w.id("thing")
	patch := func(status string) syncing.Patch {
		return syncing.Patch{Doc: thing, Set: map[string]jsonValue{"title": syncing.TextValue("x"), "status": syncing.TextValue(status)}}
	}
	require.NoError(t, w.engine.System(t.Context(), w.record, []syncing.Patch{patch("closed")}))
	require.Equal(t, []string{"thing transition"}, told)
	require.Equal(t, "missing", a.do(thing, set("draft", "y"))["reason"], "nothing of it is there")
	require.NoError(t, w.engine.System(t.Context(), w.record, []syncing.Patch{patch("open")}))
	require.Len(t, told, 1)
}
