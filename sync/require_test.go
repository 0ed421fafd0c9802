package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

func TestARuleMayAskTheRestOfTheRecordAsItStandsAfterWhatCameBefore(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	thing, reply := w.id("thing"), w.id("reply")
	to := set("to", string(thing))
	held := a.do(reply, to)
	require.Equal(t, []any{"held", "invalid"}, []any{held["status"], held["reason"]})
	act := func(id syncing.DocID, key string) error {
		_, err := w.engine.Act(t.Context(), syncing.Principal{Account: b.account}, w.record, syncing.Action{
			Key: key, Patch: syncing.Patch{Doc: id, Set: map[string]jsonValue{"to": syncing.TextValue(string(thing))}},
		})
		return err
	}
	require.Equal(t, fault.Refused, fault.CodeOf(act(w.id("reply"), "one")), "an action is refused with the same sentence")

	begun := a.mutation(thing, object{"set": object{"title": "x", "status": "open"}})
	sent := a.mutation(reply, to)
	answer := a.send(begun, sent) // in one request: what came before counts
	require.Equal(t, "applied", outcome(answer, a.n)["status"])
	require.Equal(t, "applied", b.do(thing, set("status", "closed"))["status"])
	require.Equal(t, "applied", a.do(reply, to)["status"], "what changes nothing needs no leave: the same event again")
	require.Equal(t, "held", a.do(w.id("reply"), to)["status"])
	require.NoError(t, w.engine.System(t.Context(), w.record, []syncing.Patch{{Doc: w.id("reply"), Set: map[string]jsonValue{"to": syncing.TextValue("x/" + reply.ID())}}}),
		"a rule's own patch is not asked")
}
