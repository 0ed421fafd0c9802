package chromium

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// What stories drew and nobody pressed is told; without stories that were played for it there is nothing to tell.
func TestControlsThatNoStoryPressesAreTold(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for story, seen := range map[string]controls{
		"one": {Drawn: []string{"app labs click say", "app labs click leave"}, Pressed: []string{"app labs click say"}},
		"two": {Drawn: []string{"board queue click take"}, Pressed: nil},
	} {
		text, err := json.Marshal(seen)
		require.NoError(t, err)
		require.NoError(t, os.Mkdir(filepath.Join(folder, story), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, story, "controls.json"), text, 0o644))
	}
	drawn, unpressed := unpressedIn(t, folder)
	require.Equal(t, 3, drawn)
	require.Equal(t, []string{"app labs click leave", "board queue click take"}, unpressed)
	if os.Getenv(gathers) != "" {
		drawn, unpressed = unpressedIn(t, filepath.Join(here(), "..", "..", "..", "bin", "screens"))
		require.Positive(t, drawn, "no story has been played in this checkout")
		for _, control := range unpressed {
			t.Log(control)
		}
		t.Logf("%d of %d controls are pressed by no story", len(unpressed), drawn)
	}
}

func unpressedIn(t *testing.T, folder string) (drawn int, unpressed []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*", "controls.json"))
	require.NoError(t, err)
	all := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var seen controls
		require.NoError(t, json.Unmarshal(text, &seen))
		for _, control := range seen.Drawn {
			all[control] = all[control] || false
		}
		for _, control := range seen.Pressed {
			all[control] = true
		}
	}
	for _, control := range slices.Sorted(maps.Keys(all)) {
		if !all[control] {
			unpressed = append(unpressed, control)
		}
	}
	return len(all), unpressed
}
