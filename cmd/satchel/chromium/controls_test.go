package chromium

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAControlThatNoStoryPressesIsComplainedOf(t *testing.T) {
	t.Parallel()
	seen := map[string]*controls{
		"one": {Drawn: []string{"app labs click say", "app labs click leave", "app labs click print"}, Pressed: []string{"app labs click say"}},
		"two": {Drawn: []string{"board queue click take"}, Pressed: []string{"app labs click print"}},
	}
	complaints := judge(seen, map[string]string{"app click print": "owed once", "board click take": "a mouse's way", "board click gone": "no longer drawn"})
	require.Len(t, complaints, 2)
	require.True(t, strings.HasPrefix(complaints[0], "no story presses: app click leave (drawn in one)"), complaints[0])
	require.True(t, strings.HasPrefix(complaints[1], "a story presses: app click print"), complaints[1])
}

func TestTheListOfControlsWithoutAStorySaysWhy(t *testing.T) {
	t.Parallel()
	owed, err := owedControls()
	require.NoError(t, err)
	for control, why := range owed {
		require.Regexp(t, `^(app|board) \w+ .+`, control)
		require.NotEmpty(t, why)
	}
}
