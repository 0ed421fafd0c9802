package care

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A row has room for a few sentences. What it leaves out it says that it leaves out.
func TestARowSaysThatMoreWasSaidThanItHasRoomFor(t *testing.T) {
	t.Parallel()
	short := Said{Items: []SaidItem{{"phy.pain", 8}}}
	short.fit([]string{"", "It hurts.", "It hurts."})
	require.Equal(t, Said{Items: []SaidItem{{"phy.pain", 8}}, Words: []string{"It hurts."}}, short, "what was said twice is said once")

	var long Said
	long.fit([]string{strings.Repeat("ñ", saidRunesMax+1)})
	require.Equal(t, []string{strings.Repeat("ñ", saidRunesMax-1) + "…"}, long.Words)
	require.True(t, long.More)

	var many Said
	many.fit([]string{"a", "b", "c", "d"})
	require.Equal(t, []string{"a", "b", "c"}, many.Words)
	require.True(t, many.More)

	items := Said{Items: make([]SaidItem, saidItemsMax+1)}
	items.fit(nil)
	require.Len(t, items.Items, saidItemsMax)
	require.True(t, items.More)
}
