//go:build walk

package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// Whoever chose Spanish finds no English on any screen of either app, but what somebody wrote.
func TestNoScreenInSpanishHasEnglishLeftOnIt(t *testing.T) {
	t.Parallel()
	h := staffedHouse(t)
	f := h.family()
	h.fillsEverything(f, func() string { return "Words that somebody wrote here, of an ordinary length." })
	as := func(who *actor, app string) set {
		return set{"who": who.name, "app": app, "tokens": h.browsing(who.Tokens().Account)}
	}
	play := chromium.Start(t, "leftovers.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "people": []set{
		{"who": "nobody", "app": "app"}, {"who": "nobody", "app": "board"}, as(f.ada, "app"), as(f.carla, "app"), as(h.olive, "board"), as(h.amos, "board"),
	}})
	var said struct {
		Spanish map[string]string // words, and where they stand
		Same    []string
		Opened  map[string][]string
	}
	play.Hears(&said)
	require.Contains(t, said.Same, "Satchel", "what is left can be seen")
	require.Greater(t, len(said.Opened["ada"]), 20)
	noEnglishIn(t, said.Spanish, said.Same)
	require.Empty(t, play.Ends())
}
