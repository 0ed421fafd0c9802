package satchel_test

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	functionLinesMax = 70
	fileLinesMax     = 400
	testFileLinesMax = 600
)

func shortFunctions(s source) []string {
	if s.isTest() || s.isGenerated() {
		return nil
	}
	var complaints []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		name := ""
		switch f := n.(type) {
		case *ast.FuncDecl:
			name = f.Name.Name
		case *ast.FuncLit:
			name = "a function without a name"
		default:
			return true
		}
		lines := s.fset.Position(n.End()).Line - s.fset.Position(n.Pos()).Line + 1
		if lines > functionLinesMax {
			complaints = append(complaints, fmt.Sprintf("%s: %s has %d lines, the most is %d. Keep the decisions and give the loops and leaves names of their own.",
				s.at(n), name, lines, functionLinesMax))
			return false
		}
		return true
	})
	return complaints
}

func shortFiles(s source) []string {
	most := fileLinesMax
	if s.isTest() {
		most = testFileLinesMax
	}
	lines := strings.Count(s.text, "\n")
	if s.isGenerated() || lines <= most {
		return nil
	}
	return []string{fmt.Sprintf("%s has %d lines, the most is %d. Split it by noun.", s.path, lines, most)}
}

// packageComment asks that doc.go says what its room is for.
func packageComment(s source) []string {
	if path.Base(s.path) != "doc.go" {
		return nil
	}
	name := s.file.Name.Name
	comment := s.file.Doc.Text()
	if name == "main" && comment != "" || strings.HasPrefix(comment, "Package "+name+" ") {
		return nil
	}
	return []string{fmt.Sprintf("%s needs a comment right above its package line that starts \"Package %s ...\" and says the one job of this room.", s.path, name)}
}

// withoutDoc are the folders that hold Go files but no doc.go.
func withoutDoc(files []source) []string {
	var folders, documented []string
	for _, s := range files {
		folders = append(folders, s.dir())
		if path.Base(s.path) == "doc.go" {
			documented = append(documented, s.dir())
		}
	}
	slices.Sort(folders)
	return slices.DeleteFunc(slices.Compact(folders), func(f string) bool { return slices.Contains(documented, f) })
}

// notMade are names under which anything can be put, so that nothing can be found.
var notMade = []string{"models", "utils", "pkg", "common", "helpers", "middleware", "services", "repository", "mocks"}

func saysItsJob(s source) []string {
	for part := range strings.SplitSeq(s.dir(), "/") {
		if slices.Contains(notMade, part) {
			return []string{fmt.Sprintf("%s lies in a room named %q, which is not made. Name the room after its one job.", s.path, part)}
		}
	}
	return nil
}

func TestFunctionsAreShort(t *testing.T) {
	t.Parallel()
	holds(t, shortFunctions)
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	holds(t, shortFiles)
}

func TestEachRoomSaysItsJob(t *testing.T) {
	t.Parallel()
	holds(t, packageComment)
	holds(t, saysItsJob)
	require.Empty(t, withoutDoc(goFiles(t)), "each of these folders needs a doc.go that starts by saying its one job")
}

func TestLengthRulesSeeBreaches(t *testing.T) {
	t.Parallel()
	function := func(lines int) string { return "package p\nfunc f() {" + strings.Repeat("\n", lines-1) + "}\n" }
	literal := "package p\nvar f = func() {" + strings.Repeat("\n", functionLinesMax) + "}\n"
	planted(t, shortFunctions, []plant{
		{"as long as allowed", "sync/a.go", function(functionLinesMax), ""},
		{"one line more", "sync/a.go", function(functionLinesMax + 1), "has 71 lines"},
		{"without a name", "sync/a.go", literal, "without a name has 71 lines"},
		{"a long test", "sync/a_test.go", function(functionLinesMax + 1), ""},
		{"a long generated function", "sync/a.gen.go", function(functionLinesMax + 1), ""},
	})
	file := func(lines int) string { return "package p\n" + strings.Repeat("\n", lines-1) }
	planted(t, shortFiles, []plant{
		{"a file as long as allowed", "sync/a.go", file(fileLinesMax), ""},
		{"a file with one line more", "sync/a.go", file(fileLinesMax + 1), "has 401 lines"},
		{"a test file as long as allowed", "sync/a_test.go", file(testFileLinesMax), ""},
		{"a test file with one line more", "sync/a_test.go", file(testFileLinesMax + 1), "has 601 lines"},
		{"a long generated file", "sync/a.gen.go", file(fileLinesMax + 1), ""},
	})
}

func TestRoomRulesSeeBreaches(t *testing.T) {
	t.Parallel()
	planted(t, packageComment, []plant{
		{"said", "sync/doc.go", "// Package syncing merges.\npackage syncing", ""},
		{"said by a program", "cmd/satchel/doc.go", "// Satchel is the one program.\npackage main", ""},
		{"elsewhere than in doc.go", "sync/merge.go", "package syncing", ""},
		{"nothing", "sync/doc.go", "package syncing", "needs a comment"},
		{"nothing in a program", "cmd/satchel/doc.go", "package main", "needs a comment"},
		{"apart from the package line", "sync/doc.go", "// Package syncing merges.\n\npackage syncing", "needs a comment"},
		{"about another package", "sync/doc.go", "// Package sync merges.\npackage syncing", "Package syncing"},
	})
	planted(t, saysItsJob, []plant{
		{"a named room", "internal/seal/a.go", "package seal", ""},
		{"a room for anything", "internal/utils/a.go", "package utils", `"utils"`},
		{"a room for anything inside a room", "server/middleware/auth/a.go", "package auth", `"middleware"`},
	})
	undocumented := withoutDoc([]source{parse(t, "sync/doc.go", "package p"), parse(t, "sync/a.go", "package p"), parse(t, "server/a.go", "package p")})
	require.Equal(t, []string{"server"}, undocumented)
}
