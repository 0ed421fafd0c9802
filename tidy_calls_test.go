package satchel_test

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ban is a group of names that files of some kind may not use, and what to do instead. pkg is the import path the names
// belong to; "" means methods of anything. With no names, whatever the package offers is banned, except what spared lists.
type ban struct {
	pkg     string
	names   []string
	spared  []string
	where   func(s source) bool
	instead string
}

var (
	random  = []string{"math/rand", "math/rand/v2"}
	timeNow = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	// seeded are what a caller with a seed of its own needs, and the types by which chance is handed in.
	seeded = []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}
)

const (
	bodyInstead   = "Fiber unpacks it without a limit and lends it: decode c.BodyRaw() with our own bounded decoder."
	clockInstead  = "sync and care have no clock: take the time as an argument."
	chanceInstead = "Chance is handed in: take a seeded *rand.Rand, or the value itself, as an argument."
	secretInstead = "What guards a secret comes from crypto/rand."
	seedInstead   = "A failure must be replayable: rand.New(rand.NewPCG(seed, 0)), with the seed in the test's name."
	skipInstead   = "A skipped test holds nothing: make it run everywhere, or delete it."
	sleepInstead  = "Wait for what you wait for: a channel, require.Eventually, or a clock handed in."
	ctxInstead    = "Only mobile-api and server know Fiber: take what you need as plain values, with a context.Context."
	scopeInstead  = "Only internal/identity makes a Scope: ask it, so that access is decided in one place."
)

func isPure(s source) bool { return !s.isTest() && s.in("sync", "internal/care") }

// playsChance are the rooms whose trade is chance; they draw it from a seed.
func playsChance(s source) bool { return s.in("sync/sim", "sync/storetest", "cmd/satchel/ward") }

func isTestCode(s source) bool {
	return s.isTest() || s.in("sync/storetest", "sync/sim", "cmd/satchel/ward")
}

// speaksFiber are the rooms that serve, and the tests that measure what Fiber alone gives.
func speaksFiber(s source) bool {
	return s.in("mobile-api", "server") || s.isTest() && s.in("cmd/satchel/load")
}

func keepsSecrets(s source) bool {
	return s.in("internal/identity", "internal/seal", "internal/healthlink") && !s.isTest()
}

func bans() []ban {
	all := []ban{
		{names: []string{"BodyParser", "ParamsParser", "QueryParser"}, where: func(source) bool { return true }, instead: bodyInstead},
		{names: []string{"Skip", "Skipf", "SkipNow"}, where: isTestCode, instead: skipInstead},
		{pkg: "time", names: timeNow, where: isPure, instead: clockInstead},
		{pkg: "time", names: []string{"Sleep"}, where: isTestCode, instead: sleepInstead},
		{pkg: "crypto/rand", where: isPure, instead: chanceInstead},
		{pkg: "github.com/google/uuid", names: []string{"New", "NewString", "NewV7", "NewRandom", "NewUUID"}, where: isPure, instead: chanceInstead},
		{pkg: "github.com/gofiber/fiber/v2", names: []string{"Ctx"}, where: func(s source) bool { return !speaksFiber(s) }, instead: ctxInstead},
		{
			pkg: module + "/sync", names: []string{"NewScope"}, instead: scopeInstead,
			where: func(s source) bool {
				// The people of the conformance kit are invented, and live in its memory alone; the auditor of a simulated ward sees all; a trial is
				// what tests alone are made of.
				return !s.isTest() && !s.in("sync", "internal/identity", "internal/trial", "cmd/satchel/conformance", "cmd/satchel/ward")
			},
		},
	}
	for _, pkg := range random {
		all = append(all,
			ban{pkg: pkg, where: keepsSecrets, instead: secretInstead},
			ban{pkg: pkg, spared: []string{"Rand", "Source"}, instead: chanceInstead, where: func(s source) bool { return isPure(s) && !playsChance(s) }},
			ban{pkg: pkg, spared: seeded, instead: seedInstead, where: func(s source) bool { return s.isTest() || playsChance(s) }})
	}
	return all
}

func (b ban) hits(name string) bool {
	if len(b.names) > 0 {
		return slices.Contains(b.names, name)
	}
	return !slices.Contains(b.spared, name)
}

// named maps the name by which a file calls each package to its import path. Where the two differ the import must say so, or
// the path be listed here.
func (s source) named() map[string]string {
	known := map[string]string{module + "/sync": "syncing", module + "/mobile-api": "mobileapi"}
	byName := make(map[string]string)
	for _, spec := range s.file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imported)
		if strings.HasPrefix(name, "v") && len(name) == 2 {
			name = path.Base(path.Dir(imported))
		}
		if k, ok := known[imported]; ok {
			name = k
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		byName[name] = imported
	}
	return byName
}

func forbiddenCalls(s source) []string {
	var mine []ban
	for _, b := range bans() {
		if b.where(s) {
			mine = append(mine, b)
		}
	}
	packages := s.named()
	var complaints []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg := ""
		if x, ok := sel.X.(*ast.Ident); ok {
			pkg = packages[x.Name]
		}
		for _, b := range mine {
			if b.pkg == pkg && b.hits(sel.Sel.Name) {
				complaints = append(complaints, fmt.Sprintf("%s uses %s. %s", s.at(sel), strings.TrimPrefix(pkg+"."+sel.Sel.Name, "."), b.instead))
			}
		}
		return true
	})
	return complaints
}

// dotImports are refused because with them a name no longer says which package it comes from, and no rule could see it.
func dotImports(s source) []string {
	for _, spec := range s.file.Imports {
		if spec.Name != nil && spec.Name.Name == "." {
			return []string{fmt.Sprintf("%s imports %s with a dot. Spell the package, so that each name says where it comes from.", s.at(spec), spec.Path.Value)}
		}
	}
	return nil
}

// unboundedBody finds c.Body(), which in Fiber unpacks the body without a limit. A method Body of something else, like
// c.Response().Body(), is not meant.
func unboundedBody(s source) []string {
	if !speaksFiber(s) {
		return nil
	}
	var complaints []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) > 0 {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Body" {
			return true
		}
		if _, plain := sel.X.(*ast.Ident); plain {
			complaints = append(complaints, fmt.Sprintf("%s calls Body(). %s", s.at(call), bodyInstead))
		}
		return true
	})
	return complaints
}

func TestNoForbiddenCalls(t *testing.T) {
	t.Parallel()
	holds(t, forbiddenCalls)
	holds(t, unboundedBody)
	holds(t, dotImports)
}
