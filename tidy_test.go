package satchel_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The rules of the house, as tests. Each rule is a function from one source file to its complaints. breaks() runs it over every
// Go file of the project; planted runs it over small sources that must and must not be complained about, because a rule that
// cannot fail is no rule.

const module = "satchel"

// source is one Go file: its path from the top of the project, with slashes, and what the parser made of it.
type source struct {
	path string
	text string
	fset *token.FileSet
	file *ast.File
}

// rule returns one sentence for each breach in s, saying what to do; none if s is in order.
type rule func(s source) []string

func parse(t *testing.T, name, text string) source {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	return source{path: name, text: text, fset: fset, file: file}
}

// dir is the folder of the file, "." for the top of the project.
func (s source) dir() string { return path.Dir(s.path) }

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s source) isGenerated() bool { return strings.HasSuffix(s.path, ".gen.go") }

// in says whether the file lies in one of the folders or below it.
func (s source) in(folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return within(s.dir(), f) })
}

// at gives path:line of a node, for an editor to jump to.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}

// imports returns the path behind each import.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value) // the parser has refused anything that does not unquote
		paths = append(paths, p)
	}
	return paths
}

// within says whether an import path or folder is root or lies below it.
func within(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

// notSource are folders whose content nobody of the project wrote, or which the go command does not read either.
var notSource = []string{".git", "bin", "node_modules", "testdata"}

// goFiles parses every Go file of the project, also those not yet added to git.
func goFiles(t *testing.T) []source {
	t.Helper()
	var all []source
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(notSource, entry.Name()) {
			return fs.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		all = append(all, parse(t, name, string(text)))
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, all, "no Go file found: the tests must run at the top of the project")
	return all
}

// holds fails with every complaint that the rule has about the project.
func holds(t *testing.T, r rule) {
	t.Helper()
	for _, s := range goFiles(t) {
		for _, complaint := range r(s) {
			t.Error(complaint)
		}
	}
}

// plant is a source that a rule is tried on: want is a part of the one complaint it must give, "" for none.
type plant struct{ name, path, code, want string }

func planted(t *testing.T, r rule, plants []plant) {
	t.Helper()
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			complaints := r(parse(t, p.path, p.code))
			if p.want == "" {
				require.Empty(t, complaints)
				return
			}
			require.Len(t, complaints, 1)
			require.Contains(t, complaints[0], p.want)
		})
	}
}
