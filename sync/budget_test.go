package syncing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// untilDone sends the same request again until every change has its outcome, as a client does that was told to wait.
func (p *phone) untilDone(mutations []object) (outcomes map[float64]object, rounds int) {
	p.w.t.Helper()
	outcomes = map[float64]object{}
	first, last := mutations[0]["n"].(int), mutations[len(mutations)-1]["n"].(int)
	for len(outcomes) < len(mutations) {
		before := len(outcomes)
		answer := p.send(mutations...)
		for _, o := range answer["outcomes"].([]any) {
			if n := o.(object)["n"].(float64); int(n) >= first && int(n) <= last {
				outcomes[n] = o.(object)
			}
		}
		rounds++
		require.Greater(p.w.t, len(outcomes), before, "each round does something")
		if len(outcomes) < len(mutations) {
			require.Equal(p.w.t, "busy", answer["error"].(object)["code"])
			require.EqualValues(p.w.t, first-1+len(outcomes), answer["last"], "what has an outcome is the beginning, without a gap")
		}
	}
	return outcomes, rounds
}

// TestARequestThatBringsTooMuchIsDoneInParts: what 500 changes of one growing document asked for was half a gigabyte, in one
// transaction for which everybody waited. Done in parts they have the outcomes that they have one by one.
func TestARequestThatBringsTooMuchIsDoneInParts(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	several, single := w.id("thing"), w.id("thing")
	var together, alone []object
	for i := range 150 {
		var tags []string
		for j := range 60 {
			tags = append(tags, fmt.Sprintf("%x", i*60+j))
		}
		change := object{"set": object{"title": "x"}, "add": object{"tags": tags}}
		together, alone = append(together, a.mutation(several, change)), append(alone, b.mutation(single, change))
	}
	outcomes, rounds := a.untilDone(together)
	require.Greater(t, rounds, 3)
	require.Less(t, rounds, 60)
	for chunk := range slices.Chunk(alone, 5) {
		answer := b.send(chunk...)
		for _, m := range chunk {
			o, got := outcome(answer, m["n"].(int)), outcomes[float64(m["n"].(int))]
			require.Equal(t, []any{o["status"], o["reason"]}, []any{got["status"], got["reason"]}, "change %v", m["n"])
		}
	}
	require.Equal(t, b.shown(single, "tags"), a.shown(several, "tags"))
}

// TestFiveHundredUsualChangesAreOneRound, and the dearest change there can be is one too: there is an end to it.
func TestFiveHundredUsualChangesAreOneRound(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	var usual []object
	for range 500 {
		usual = append(usual, a.mutation(w.id("thing"), object{"set": object{"title": "eight words and not one of them is more", "pain": 4}}))
	}
	_, rounds := a.untilDone(usual)
	require.Equal(t, 1, rounds)
	dear := a.mutation(w.id("thing"), set("title", strings.Repeat("w", 1<<20)))
	outcomes, rounds := a.untilDone([]object{dear, a.mutation(w.id("thing"), set("title", "behind it"))})
	require.Equal(t, 2, rounds)
	require.Equal(t, "too_large", outcomes[501]["reason"])
	require.Equal(t, "applied", outcomes[502]["status"])
}
