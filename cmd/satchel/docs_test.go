package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var testName = regexp.MustCompile(`\bTest[A-Z]\w+`)

// allTests are the names of all tests of the project.
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, fs.WalkDir(os.DirFS("../.."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path.Base(name), "_test.go") {
			return err
		}
		text, err := os.ReadFile("../../" + name)
		for _, match := range regexp.MustCompile(`(?m)^func (Test\w+)\(t `).FindAllStringSubmatch(string(text), -1) {
			found[match[1]] = true
		}
		return err
	}))
	return found
}

// TestTheHazardsPageNamesTestsThatExist: a control whose test was renamed or deleted must not look as if it still held.
func TestTheHazardsPageNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/hazards.md")
	require.NoError(t, err)
	names, tests := testName.FindAllString(string(page), -1), allTests(t)
	require.Greater(t, len(names), 20)
	for _, name := range names {
		require.True(t, tests[name], "%s is named in docs/hazards.md and is no test", name)
	}
	for name := range tests {
		if strings.HasPrefix(name, "TestHazard_") {
			require.Contains(t, string(page), name, "docs/hazards.md should say which control this test shows")
		}
	}
}

// TestTheReadmeNamesFoldersAndPagesThatExist follows every link of the README that stays in the house.
func TestTheReadmeNamesFoldersAndPagesThatExist(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"README.md", "docs/operations.md"} {
		text, err := os.ReadFile("../../" + page)
		require.NoError(t, err)
		for _, link := range regexp.MustCompile(`\]\(([^):#]+)\)`).FindAllStringSubmatch(string(text), -1) {
			_, err := os.Stat("../../" + path.Join(path.Dir(page), link[1]))
			require.NoError(t, err, "%s links to %s", page, link[1])
		}
	}
}

// TestTheReadmeNamesEveryCommand keeps page and program together.
func TestTheReadmeNamesEveryCommand(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	commands := regexp.MustCompile(`(?m)^\t[A-Z]\w+ +(\w+)Command +.cmd:`).FindAllStringSubmatch(string(source), -1)
	require.Len(t, commands, 10)
	for _, command := range commands {
		require.Contains(t, string(text), "`"+command[1]+"`")
	}
}
