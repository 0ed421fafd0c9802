package satchel_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEachDecisionStandsInTheIndex(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("docs/decisions/0*.md")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	index, err := os.ReadFile("docs/decisions/README.md")
	require.NoError(t, err)
	for _, page := range pages {
		name := filepath.Base(page)
		require.Equal(t, 1, strings.Count(string(index), "]("+name+") |"), "give %s one row in docs/decisions/README.md", name)
	}
}
