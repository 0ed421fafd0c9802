package main

import (
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// mutable are the files in which mechanical faults are planted; unmutable of them hold words for people or for the demo alone.
var (
	mutable   = []string{"sync/*.go", "sync/replica/*.go", "internal/identity/*.go", "internal/seal/*.go"}
	unmutable = []string{"doc.go", "seed.go", "errors.go"}
)

// mechanical draws the faults: of all places where one is possible those whose names hash lowest, so that the same tree has
// the same faults and a change elsewhere moves few of them.
func mechanical(tree fs.FS, count int) ([]mutant, error) {
	var all []mutant
	for _, pattern := range mutable {
		files, err := fs.Glob(tree, pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || slices.Contains(unmutable, path.Base(file)) {
				continue
			}
			source, err := fs.ReadFile(tree, file)
			if err != nil {
				return nil, err
			}
			found, err := mechanicalIn(file, string(source))
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	order := func(m mutant) string {
		sum := sha256.Sum256([]byte(m.String()))
		return string(sum[:])
	}
	slices.SortFunc(all, func(a, b mutant) int { return strings.Compare(order(a), order(b)) })
	return all[:min(count, len(all))], nil
}

// mechanicalIn finds every place of one file.
func mechanicalIn(file, source string) ([]mutant, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := surgeon{source: source, base: fset.File(tree.Pos()).Base()}
	var list []mutant
	seen := map[string]int{}
	for _, decl := range tree.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		s.edits = nil
		ast.Inspect(f.Body, s.visit)
		for _, e := range s.edits {
			name := fmt.Sprintf("%s, %s", f.Name.Name, e.what)
			if seen[name]++; seen[name] > 1 {
				name += fmt.Sprintf(" (%d)", seen[name])
			}
			list = append(list, mutant{name: name, file: file, text: source[:e.from] + e.with + source[e.to:], mechanical: true})
		}
	}
	return list, nil
}

// edit is a piece of a file, what stands in its place, and both in words.
type edit struct {
	from, to   int
	with, what string
}

// surgeon collects what can be done to one file so that it still compiles.
type surgeon struct {
	source string
	base   int
	edits  []edit
}

func (s *surgeon) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		s.turn(n.Cond)
	case *ast.BinaryExpr:
		if with, ok := offByOne[n.Op]; ok {
			from := s.at(n.OpPos)
			s.edits = append(s.edits, edit{from, from + len(n.Op.String()), with, fmt.Sprintf("%s in place of %s in `%s`", with, n.Op, s.words(n))})
		}
	case *ast.BlockStmt:
		s.leaveOut(n.List)
	case *ast.CaseClause:
		s.leaveOut(n.Body)
	case *ast.CommClause:
		s.leaveOut(n.Body)
	}
	return true
}

var offByOne = map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}

// turn negates a condition. Whether a plain error is handed on is left alone: each such `if` would be found by anything at all.
func (s *surgeon) turn(cond ast.Expr) {
	text := s.source[s.at(cond.Pos()):s.at(cond.End())]
	if text == "err != nil" || text == "err == nil" {
		return
	}
	s.edits = append(s.edits, edit{s.at(cond.Pos()), s.at(cond.End()), "!(" + text + ")", "turned round `" + s.words(cond) + "`"})
}

// leaveOut takes statements out one by one. They stay behind `if false`, so that what they use is still used.
func (s *surgeon) leaveOut(list []ast.Stmt) {
	for _, stmt := range list {
		switch n := stmt.(type) {
		case *ast.ExprStmt, *ast.IncDecStmt:
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE || nothingTaken(n) {
				continue
			}
		default:
			continue
		}
		from, to := s.at(stmt.Pos()), s.at(stmt.End())
		if strings.HasPrefix(s.source[from:to], "panic(") {
			continue
		}
		s.edits = append(s.edits, edit{from, to, "if false { " + s.source[from:to] + " }", "left out `" + s.words(stmt) + "`"})
	}
}

// nothingTaken says that an assignment keeps nothing, as in `_ = x`.
func nothingTaken(n *ast.AssignStmt) bool {
	return !slices.ContainsFunc(n.Lhs, func(e ast.Expr) bool { name, ok := e.(*ast.Ident); return !ok || name.Name != "_" })
}

func (s *surgeon) at(p token.Pos) int { return int(p) - s.base }

const wordsMax = 90

// words are a node on one line.
func (s *surgeon) words(n ast.Node) string {
	line := strings.Join(strings.Fields(s.source[s.at(n.Pos()):s.at(n.End())]), " ")
	return line[:min(len(line), wordsMax)]
}
