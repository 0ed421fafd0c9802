package satchel_test

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// The oracle of the simulation is a second implementation of the protocol. It may use the types of sync, its constants and how
// ids are made; if it used a rule of the first implementation, both would make the same mistake.

// oracleWords are what an oracle_*.go file may name of sync.
var oracleWords = strings.Fields(`
	AccountID ReplicaID RecordID DocID TeamID UUID Rev Reason Role Rule Kind ErrorCode
	Request RecordRequest RawMutation Patch RecordResponse Outcome Conflict DocChange SiblingJSON EpochRev Grant Schema Type FieldSpec
	Status Applied Held Invalid Unknown Forbidden Missing Stale Transition SealedDoc Ended Gap Fork Upgrade OtherAccount
	LWW MV Set Max CAS FSM Text Code Bool Int Answer SetOf
	HeldType OwnerAudience NewDocID ParseDocID ParseUUID DerivedUUID TextValue`)

// oracleOf are the types whose methods are the oracle, in each folder that has one. That of the ward knows neither identity nor care.
var oracleOf = map[string][]string{
	"sync/sim":         {"oracle", "scribe"},
	"cmd/satchel/ward": {"oracle", "life", "chart", "paper", "permitted", "way", "view"},
}

func oracleAlone(s source) []string {
	if oracleOf[s.dir()] == nil || s.isTest() {
		return nil
	}
	if !strings.HasPrefix(path.Base(s.path), "oracle") {
		return strayOracle(s)
	}
	var complaints []string
	for _, spec := range s.file.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		if within(imported, module) && (imported != module+"/sync" || spec.Name == nil || spec.Name.Name != "syncing") {
			complaints = append(complaints, fmt.Sprintf(`%s imports %s: the oracle knows nothing of the house but syncing "satchel/sync".`, s.path, imported))
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if from, ok := sel.X.(*ast.Ident); ok && from.Name == "syncing" && !slices.Contains(oracleWords, sel.Sel.Name) {
			complaints = append(complaints, fmt.Sprintf("%s uses syncing.%s: the oracle works out by itself what the engine does, or it proves nothing.",
				s.at(n), sel.Sel.Name))
		}
		return true
	})
	return complaints
}

// strayOracle finds methods of the oracle outside of its files, where this rule would not look at them.
func strayOracle(s source) []string {
	var complaints []string
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil {
			continue
		}
		of := f.Recv.List[0].Type
		if star, ok := of.(*ast.StarExpr); ok {
			of = star.X
		}
		if name, ok := of.(*ast.Ident); ok && slices.Contains(oracleOf[s.dir()], name.Name) {
			complaints = append(complaints, fmt.Sprintf("%s: methods of %s belong in a file named oracle_*.go.", s.at(f), name.Name))
		}
	}
	return complaints
}

func TestTheOracleStandsAlone(t *testing.T) {
	t.Parallel()
	holds(t, oracleAlone)
}

func TestOracleRuleSeesBreaches(t *testing.T) {
	t.Parallel()
	const own = `package sim; import syncing "satchel/sync"; `
	planted(t, oracleAlone, []plant{
		{"types of sync", "sync/sim/oracle_doc.go", own + `var r syncing.Rev`, ""},
		{"the run uses the engine", "sync/sim/run.go", own + `var e *syncing.Engine`, ""},
		{"the oracle asks the engine", "sync/sim/oracle_doc.go", own + `var e *syncing.Engine`, "syncing.Engine"},
		{"the oracle asks sync what stands", "sync/sim/oracle_check.go", own + `var x = syncing.Check`, "syncing.Check"},
		{"the oracle asks sync who sees it", "sync/sim/oracle.go", own + `var x = syncing.NewScope`, "syncing.NewScope"},
		{"the oracle under another name of sync", "sync/sim/oracle.go", `package sim; import s "satchel/sync"; var x = s.NewScope`, "satchel/sync"},
		{"the oracle asks care", "sync/sim/oracle.go", `package sim; import _ "satchel/internal/care"`, "internal/care"},
		{"the oracle asks a replica", "sync/sim/oracle.go", `package sim; import _ "satchel/sync/replica"`, "sync/replica"},
		{"the ward's oracle asks identity", "cmd/satchel/ward/oracle_permit.go", `package ward; import _ "satchel/internal/identity"`, "internal/identity"},
		{"the ward's oracle asks care", "cmd/satchel/ward/oracle_care.go", `package ward; import _ "satchel/internal/care"`, "internal/care"},
		{"the ward uses care", "cmd/satchel/ward/run.go", `package ward; import _ "satchel/internal/care"`, ""},
		{"a rule of the ward's oracle elsewhere", "cmd/satchel/ward/run.go", `package ward; func (p permitted) x() {}`, "oracle_*.go"},
		{"a method outside of its files", "sync/sim/settle.go", `package sim; func (s *scribe) x() {}`, "oracle_*.go"},
		{"a method of another type", "sync/sim/settle.go", `package sim; func (w *world) x() {}`, ""},
		{"a scribe elsewhere", "mobile-api/a.go", `package mobileapi; func (s *scribe) x() {}`, ""},
	})
}
