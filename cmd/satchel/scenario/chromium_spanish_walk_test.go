//go:build walk

package scenario

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// What may stand on a screen in the same words in both languages: words that are the same, and what somebody wrote or is called.
var (
	same = []string{"Plan", "No", "Normal", "Diabetes", "Satchel", "Español (borrador)", "English", "CEA", "PSA", "LDH", "CA 125", "CA 15-3", "CA 19-9"}
	data = regexp.MustCompile(`Words that somebody wrote here, of an( ordinary length\.|…)|Words, \d+|(phone|board) of \w+|who asks for the key of the rules|Synthetic \w+|Browser|` +
		`Millbrook (nurses|Practice)|Farfield (nurses|Practice)|Hillside (district nurses|Community Health)|Riverside (Oncology|Cancer Centre|Hospital)|Bridge (navigators|Advocacy)`)
	letters = regexp.MustCompile(`\pL`)
	english = regexp.MustCompile(`(?i)\b(the|and|your|you|with|from|is|are|not|this|by|was|of|for|or)\b`) // no words of Spanish
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
	for words, where := range said.Spanish {
		ours := data.ReplaceAllString(words, "")
		left := english.MatchString(ours) || slices.Contains(said.Same, words) && letters.MatchString(ours)
		assert.False(t, left && !slices.Contains(same, words), "%q, on %s", words, where)
	}
	require.Empty(t, play.Ends())
}
