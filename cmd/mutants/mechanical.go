package main

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// rooms in which mechanical faults are planted.
var mutable = []string{"sync/*.go", "sync/replica/*.go", "internal/identity/*.go", "internal/seal/*.go"}

// mechanical draws the faults: of all places where one is possible those whose names hash lowest, so that the same tree has
// the same faults and a change elsewhere moves few of them.
func mechanical(count int) ([]mutant, error) {
	var all []mutant
	for _, pattern := range mutable {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "doc.go") {
				continue
			}
			found, err := mechanicalIn(filepath.ToSlash(file))
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	order := func(m mutant) string {
		sum := sha256.Sum256([]byte(m.name))
		return string(sum[:])
	}
	slices.SortFunc(all, func(a, b mutant) int { return cmp.Compare(order(a), order(b)) })
	return all[:min(count, len(all))], nil
}

// edit is a piece of a file and what stands in its place.
type edit struct {
	from, to token.Pos
	with     string
	what     string
}

func mechanicalIn(file string) ([]mutant, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	var list []mutant
	seen := map[string]int{}
	for _, decl := range tree.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		for _, e := range editsOf(f.Body, source, at) {
			text := string(source[:at(e.from)]) + e.with + string(source[at(e.to):])
			line := strings.Join(strings.Fields(string(source[at(e.from):at(e.to)])), " ")
			name := fmt.Sprintf("%s %s: %s `%s`", file, f.Name.Name, e.what, line[:min(len(line), 90)])
			if seen[name]++; seen[name] > 1 {
				name += fmt.Sprintf(" (%d)", seen[name])
			}
			list = append(list, mutant{name: name, file: file, text: text, mechanical: true})
		}
	}
	return list, nil
}

func editsOf(body *ast.BlockStmt, source []byte, at func(token.Pos) int) []edit {
	var edits []edit
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			cond := string(source[at(n.Cond.Pos()):at(n.Cond.End())])
			if !aboutErrors(cond) { // whether errors are handed on is the business of vet, and drowns the rest
				edits = append(edits, edit{n.Cond.Pos(), n.Cond.End(), "!(" + cond + ")", "turned round"})
			}
		case *ast.BinaryExpr:
			if with, ok := offByOne[n.Op]; ok {
				edits = append(edits, edit{n.OpPos, n.OpPos + token.Pos(len(n.Op.String())), with, "bound of " + snippet(source, at(n.Pos()), at(n.End()))})
			}
		case *ast.ExprStmt, *ast.IncDecStmt:
			edits = append(edits, edit{n.Pos(), n.End(), "", "left out"})
		case *ast.AssignStmt:
			if n.Tok == token.ASSIGN && !strings.Contains(string(source[at(n.Pos()):at(n.End())]), "err") {
				edits = append(edits, edit{n.Pos(), n.End(), blank(n, source, at), "left out"})
			}
		}
		return true
	})
	return edits
}

func snippet(source []byte, from, to int) string {
	return strings.Join(strings.Fields(string(source[from:min(to, from+60)])), " ")
}

// blank keeps what an assignment reads in use, so that the file compiles without it.
func blank(n *ast.AssignStmt, source []byte, at func(token.Pos) int) string {
	if len(n.Lhs) != 1 || len(n.Rhs) != 1 {
		return ""
	}
	return "_ = " + string(source[at(n.Rhs[0].Pos()):at(n.Rhs[0].End())])
}

func aboutErrors(cond string) bool { return strings.Contains(cond, "err") }

var offByOne = map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}
