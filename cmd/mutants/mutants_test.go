package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// top is the tree of the project.
var top = os.DirFS("../..")

// plantedLeast is how many planted faults there are at least.
const plantedLeast = 80

func TestThePlaceOfEveryPlantedFaultStandsExactlyOnce(t *testing.T) {
	t.Parallel()
	list, err := planted(top)
	require.NoError(t, err, "the code moved under a planted fault: write down in %s where it is now", plantedFile)
	require.GreaterOrEqual(t, len(list), plantedLeast)
	for _, m := range list {
		_, err := parser.ParseFile(token.NewFileSet(), m.file, m.text, parser.SkipObjectResolution)
		require.NoError(t, err, m)
		require.NotEmpty(t, suites(m.file), m)
	}
}

// tree is a small project: one source file and what stands in the two lists.
func tree(list, reasons string) fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"sync/merge.go":      file(small),
		"sync/merge_test.go": file("package syncing; func f() { g() }"),
		"sync/doc.go":        file("package syncing; func g() { f() }"),
		plantedFile:          file(list),
		survivorsFile:        file(reasons),
	}
}

const small = `package syncing

func later(a, b int) int {
	err := check(a)
	if err != nil {
		return 0
	}
	n := 0
	if a < b {
		n = b
	}
	count()
	n++
	_ = n
	return n
}
`

func fault(name, file, right, wrong string) string {
	return "words above\n\n== " + name + "\nin " + file + "\n<<<\n" + right + "\n===\n" + wrong + "\n>>>\n"
}

func TestAPlantedFaultIsReadWithItsPlace(t *testing.T) {
	t.Parallel()
	list, err := planted(tree(fault("the earlier wins", "sync/merge.go", "a < b", "a > b"), ""))
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "sync/merge.go: the earlier wins", list[0].String())
	require.Equal(t, strings.Replace(small, "a < b", "a > b", 1), list[0].text)

	list, err = planted(tree(fault("nothing is counted", "sync/merge.go", "\tcount()\n\tn++", "\tn++"), ""))
	require.NoError(t, err)
	require.NotContains(t, list[0].text, "count()")
	list, err = planted(tree(fault("left out whole", "sync/merge.go", "count()", ""), ""))
	require.NoError(t, err)
	require.NotContains(t, list[0].text, "count()")
}

func TestAPlantedFaultWhosePlaceHasMovedIsNamed(t *testing.T) {
	t.Parallel()
	good := fault("good", "sync/merge.go", "a < b", "a > b")
	for text, complaint := range map[string]string{
		fault("moved", "sync/merge.go", "a <= b", "a > b"):          `"moved": what it changes stands 0 times in sync/merge.go`,
		fault("everywhere", "sync/merge.go", "return", "goto"):      `"everywhere": what it changes stands 2 times`,
		fault("gone", "sync/gone.go", "a < b", "a > b"):             `"gone": open sync/gone.go`,
		fault("nothing", "sync/merge.go", "a < b", "a < b"):         `"nothing" is not written as the others are`,
		fault("everything", "sync/merge.go", "", "a < b"):           `"everything" is not written as the others are`,
		"== no file\n<<<\na < b\n===\na > b\n>>>\n":                 `"no file" is not written as the others are`,
		"== unfinished\nin sync/merge.go\n<<<\na < b\n===\na > b\n": `"unfinished" is not written as the others are`,
		fault("good", "sync/merge.go", "n++", "n--"):                `"good" stands there twice`,
	} {
		_, err := planted(tree(good+"\n"+text, ""))
		require.ErrorContains(t, err, complaint)
		require.ErrorContains(t, err, plantedFile)
	}
}

func TestMechanicalFaultsAreDrawnAlwaysTheSame(t *testing.T) {
	t.Parallel()
	first, err := mechanical(top, 200)
	require.NoError(t, err)
	second, err := mechanical(top, 200)
	require.NoError(t, err)
	require.Len(t, first, 200)
	require.Equal(t, first, second)
	more, err := mechanical(top, 300)
	require.NoError(t, err)
	require.Equal(t, first, more[:200], "more are drawn behind them, not in their place")
	seen := map[string]bool{}
	for _, m := range more {
		require.False(t, seen[m.String()], "a survivor is known by its name, so there are not two of one name: %s", m)
		seen[m.String()] = true
		_, err := parser.ParseFile(token.NewFileSet(), m.file, m.text, parser.SkipObjectResolution)
		require.NoError(t, err, m)
	}
}

func TestMechanicalFaultsTurnConditionsLeaveOutStatementsAndMoveBounds(t *testing.T) {
	t.Parallel()
	list, err := mechanical(tree("", ""), 100)
	require.NoError(t, err)
	texts := map[string]string{}
	for _, m := range list {
		require.Equal(t, "sync/merge.go", m.file, "neither tests nor words are changed")
		require.True(t, m.mechanical)
		texts[m.name] = m.text
	}
	want := map[string][2]string{
		"later, turned round `a < b`":        {"if a < b", "if !(a < b)"},
		"later, <= in place of < in `a < b`": {"a < b", "a <= b"},
		"later, left out `n = b`":            {"n = b\n", "if false { n = b }\n"},
		"later, left out `count()`":          {"count()", "if false { count() }"},
		"later, left out `n++`":              {"n++", "if false { n++ }"},
	}
	require.Len(t, texts, len(want), "an error handed on, a definition and `_ =` are left alone")
	for name, change := range want {
		require.Equal(t, strings.Replace(small, change[0], change[1], 1), texts[name], name)
	}
}

func TestASurvivorNeedsASentence(t *testing.T) {
	t.Parallel()
	m := mutant{name: "later, left out `n++`", file: "sync/merge.go", mechanical: true}
	reasons, err := readSurvivors(tree("", m.String()+" # nobody reads n\n\n"))
	require.NoError(t, err)
	var out bytes.Buffer
	r := newRunner("", reasons)
	r.note(&out, m, "")
	require.True(t, r.report(&out), out.String())
	require.Contains(t, out.String(), "nobody reads n")
	require.Contains(t, out.String(), "1 mechanical, 0 found, 1 harmless with a reason; 0 survived")

	for _, survivor := range []mutant{{name: "another", file: m.file, mechanical: true}, {name: m.name, file: m.file}} {
		out.Reset()
		r := newRunner("", reasons)
		r.note(&out, survivor, "")
		require.False(t, r.report(&out), "one without a sentence, and a planted one in any case")
		require.Contains(t, out.String(), "no test noticed: "+survivor.String())
	}
	_, err = readSurvivors(tree("", m.String()+" # \n"))
	require.ErrorContains(t, err, "has no sentence")
}

func TestTheTestThatFoundAFaultIsNamed(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"--- FAIL: TestA (0.01s)\n    --- FAIL: TestA/seed=7 (0.00s)\nFAIL":    "TestA/seed=7",
		"panic: test timed out after 2m\n\trunning tests:\n\t\tTestB (2m)":     "TestB did not end",
		"panic: runtime error: index out of range\nFAIL\tsatchel/sync":         "./sync panicked",
		"exit status 2\nFAIL\tsatchel/sync":                                    "./sync failed",
		"# satchel/sync\nx.go:1: undefined\nFAIL\tsatchel/sync [build failed]": unbuilt,
	} {
		require.Equal(t, want, finder("./sync", output), output)
	}
}

func TestALongRunIsHadInPieces(t *testing.T) {
	t.Parallel()
	whole, _, err := faults(top, asked{planted: true, mechanical: 20, part: 1, of: 1, only: regexp.MustCompile("")})
	require.NoError(t, err)
	count := 0
	for part := 1; part <= 3; part++ {
		piece, _, err := faults(top, asked{planted: true, mechanical: 20, part: part, of: 3, only: regexp.MustCompile("")})
		require.NoError(t, err)
		require.Equal(t, whole[part-1].String(), piece[0].String())
		count += len(piece)
	}
	require.Len(t, whole, count)
	few, _, err := faults(top, asked{planted: true, mechanical: 20, part: 1, of: 1, only: regexp.MustCompile(`^sync/(cursor|pull)\.go`)})
	require.NoError(t, err)
	require.Less(t, len(few), len(whole))
	for _, bad := range []string{"", "0/3", "4/3", "3", "a/b"} {
		_, _, err := parsePart(bad)
		require.Error(t, err, bad)
	}
}
