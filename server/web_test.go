package server

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify"
	"satchel/web"
)

// What a browser shows is the closed list of this program, word for word: neither list can be changed without the other.
func TestTheServiceWorkerShowsTheClosedListAndNothingElse(t *testing.T) {
	t.Parallel()
	script, err := web.Files.ReadFile("worker.js")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^const SAID = (\{.*\});$`).FindSubmatch(script)
	require.Len(t, found, 2, "worker.js has its lists where this test looks")
	var words map[string]map[string]string // by language
	require.NoError(t, json.Unmarshal(found[1], &words))
	said := map[string]string{"title": notify.Title}
	for _, kind := range notify.Kinds {
		if kind.Words() != "" {
			said[string(kind)] = kind.Words()
		}
	}
	require.Equal(t, said, words["en"])
	require.Equal(t, map[string]string{"title": "Recordatorio", "action": "Abra la aplicación, por favor."}, words["es"], "the same, and no more of anybody")
	require.Len(t, words, 2)
	require.NotContains(t, string(script), "http", "it names no other server")

	c := installed(t)
	s := opened(t, c)
	running(t, s)
	answer, err := http.Get(s.Base() + "/worker.js")
	require.NoError(t, err)
	served, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, string(script), string(served))
}
