package main

import (
	"fmt"
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

// TestThePagesNameTestsThatExist: what is said to hold must not look as if it still held after its test was renamed or deleted, and
// a test that shows a hazard's control or a row of the seeds is said where somebody looks for it.
func TestThePagesNameTestsThatExist(t *testing.T) {
	t.Parallel()
	tests := allTests(t)
	for name, prefix := range map[string]string{"docs/hazards.md": "TestHazard_", "docs/seeds.md": "TestSeed_"} {
		page, err := os.ReadFile("../../" + name)
		require.NoError(t, err)
		names := testName.FindAllString(string(page), -1)
		require.Greater(t, len(names), 20)
		for _, test := range names {
			require.True(t, tests[test], "%s is named in %s and is no test", test, name)
		}
		for test := range tests {
			if strings.HasPrefix(test, prefix) {
				require.True(t, strings.Contains(string(page), test), "%s should say what %s shows", name, test)
			}
		}
	}
}

// hazards is how many the log holds.
const hazards = 36

// hazardRow is a row of docs/hazards.md: hazard, control, test.
var hazardRow = regexp.MustCompile(`(?m)^\| (H\d\d) [^|]+\|([^|]+)\|([^|]+)\|$`)

// TestEveryHazardOfTheLogHasARow: its control and a test that bears its name or is named, or that it is not built and which issue brings it.
// What is built is not called missing.
func TestEveryHazardOfTheLogHasARow(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/hazards.md")
	require.NoError(t, err)
	rows := map[string][]string{}
	for _, row := range hazardRow.FindAllStringSubmatch(string(page), -1) {
		require.NotContains(t, rows, row[1], "one row a hazard")
		rows[row[1]] = row[2:]
	}
	require.Len(t, rows, hazards)
	tests := allTests(t)
	for n := 1; n <= hazards; n++ {
		id := fmt.Sprintf("H%02d", n)
		row, found := rows[id]
		require.True(t, found, "%s of the hazard log has no row in docs/hazards.md: name its control and test, or say that it is not built and which issue brings it", id)
		if strings.TrimSpace(row[0]) != "not built" {
			require.Regexp(t, testName, row[1], "%s names no test", id)
			continue
		}
		require.Regexp(t, `issue \d`, row[1], id)
		for name := range tests {
			require.False(t, strings.HasPrefix(name, "TestHazard_"+id+"_"), "%s is called not built, and %s shows its control", id, name)
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
	require.Len(t, commands, 17)
	for _, command := range commands {
		require.Contains(t, string(text), "`"+command[1]+"`")
	}
}
