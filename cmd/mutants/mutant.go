package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// mutant is one file with one fault in it.
type mutant struct {
	name string // of a planted one: what is wrong; of a mechanical one: the function and what was done to it
	file string // from the top of the tree, with slashes
	text string // the whole file with the fault in it
	// mechanical faults may survive with a reason.
	mechanical bool
}

func (m mutant) String() string { return m.file + ": " + m.name }

const (
	plantedFile   = "cmd/mutants/planted.txt"
	survivorsFile = "cmd/mutants/survivors.txt"
)

// planted reads planted.txt. Each fault is a name after `== `, the file after `in `, the words that stand there between `<<<` and
// `===`, and the wrong ones up to `>>>`. What stands there must stand there once: a fault whose place has moved is an error.
func planted(tree fs.FS) ([]mutant, error) {
	text, err := fs.ReadFile(tree, plantedFile)
	if err != nil {
		return nil, err
	}
	var list []mutant
	names := map[string]bool{}
	for _, part := range strings.Split("\n"+string(text), "\n== ")[1:] {
		m, err := plant(tree, part)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", plantedFile, err)
		}
		if names[m.name] {
			return nil, fmt.Errorf("%s: %q stands there twice", plantedFile, m.name)
		}
		names[m.name] = true
		list = append(list, m)
	}
	return list, nil
}

func plant(tree fs.FS, part string) (mutant, error) {
	head, rest, opened := strings.Cut(part, "\n<<<\n")
	name, file, placed := strings.Cut(head, "\nin ")
	right, rest, turned := strings.Cut(rest, "\n===\n")
	wrong, _, closed := strings.Cut("\n"+rest, "\n>>>")
	wrong = strings.TrimPrefix(wrong, "\n")
	if !opened || !placed || !turned || !closed || name == "" || strings.TrimSpace(right) == "" || right == wrong {
		return mutant{}, fmt.Errorf("%q is not written as the others are", name)
	}
	source, err := fs.ReadFile(tree, file)
	if err != nil {
		return mutant{}, fmt.Errorf("%q: %w", name, err)
	}
	if n := strings.Count(string(source), right); n != 1 {
		return mutant{}, fmt.Errorf("%q: what it changes stands %d times in %s and should stand there once; write down where it is now", name, n, file)
	}
	return mutant{name: name, file: file, text: strings.Replace(string(source), right, wrong, 1)}, nil
}

// readSurvivors reads the mechanical faults that change nothing anybody can see: the file and name, and behind ` # ` why.
func readSurvivors(tree fs.FS) (map[string]string, error) {
	text, err := fs.ReadFile(tree, survivorsFile)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, reason, ok := strings.Cut(strings.TrimSpace(line), " # ")
		switch {
		case name == "":
			continue
		case !ok || reason == "":
			return nil, fmt.Errorf("%s: %q has no sentence behind ` # `", survivorsFile, name)
		}
		reasons[name] = reason
	}
	return reasons, nil
}

// suite is one package's tests: those whose name matches, all if it is empty, with a line of environment.
type suite struct{ room, match, env string }

// suites are the tests that stand near a file, the quickest first. The first that fails is enough.
func suites(file string) []suite {
	few := suite{"./sync/sim", "Seeds", "SATCHEL_SIM_SEEDS=12"}
	many := suite{"./sync/sim", "", "SATCHEL_SIM_SEEDS=96"}
	room := func(name string) suite { return suite{room: name} }
	switch dir := path.Dir(file); dir {
	case "sync":
		return []suite{room("./sync"), few, room("./mobile-api"), many}
	case "sync/replica":
		return []suite{room("./sync/replica"), room("./sync"), few, many}
	case "internal/identity":
		return []suite{room("./internal/identity"), room("./mobile-api"), room("./server"), room("./cmd/satchel/scenario")}
	case "server":
		return []suite{{room: "./server", match: "Rung|Ring|Token|Turn|Batch|CalledOff|Hour"}, room("./server")}
	case "internal/seal":
		return []suite{room("./internal/seal"), room("./server"), room("./cmd/satchel")}
	default:
		return []suite{room("./" + dir)}
	}
}
