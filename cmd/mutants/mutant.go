package main

import (
	"fmt"
	"os"
	"path"
	"strings"
)

// mutant is one file with one fault in it.
type mutant struct {
	name string // of a planted one: what is wrong; of a mechanical one: file:line and what was done
	file string // from the top of the tree, with slashes
	text string // the whole file with the fault in it
	// mechanical faults may survive with a reason.
	mechanical bool
}

// suites are the tests that stand near a file, the quickest first. The first that fails is enough.
func suites(file string) []suite {
	const seeds = "SATCHEL_SIM_SEEDS=96"
	switch dir := path.Dir(file); {
	case dir == "sync":
		return []suite{{"./sync", ""}, {"./sync/sim", seeds}, {"./mobile-api", ""}}
	case dir == "sync/replica":
		return []suite{{"./sync/replica", ""}, {"./sync/sim", seeds}}
	case dir == "internal/identity":
		return []suite{{"./internal/identity", ""}, {"./mobile-api", ""}, {"./server", ""}}
	case dir == "internal/seal":
		return []suite{{"./internal/seal", ""}, {"./server", ""}}
	default:
		return []suite{{"./" + dir, ""}}
	}
}

// suite is one package's tests and what stands in their environment.
type suite struct{ room, env string }

const plantedFile = "cmd/mutants/planted.txt"

// planted reads planted.txt. Each fault is a name after `== `, the file after `in `, the words that stand there between `<<<` and
// `===`, and the wrong ones up to `>>>`. What stands there must stand there once: a fault whose place has moved is an error.
func planted() ([]mutant, error) {
	text, err := os.ReadFile(plantedFile)
	if err != nil {
		return nil, err
	}
	var list []mutant
	for i, part := range strings.Split("\n"+string(text), "\n== ")[1:] {
		m, err := plant(part)
		if err != nil {
			return nil, fmt.Errorf("%s, fault %d: %w", plantedFile, i+1, err)
		}
		list = append(list, m)
	}
	return list, nil
}

func plant(part string) (mutant, error) {
	name, rest, _ := strings.Cut(part, "\nin ")
	file, rest, _ := strings.Cut(rest, "\n<<<\n")
	right, rest, ok := strings.Cut(rest, "\n===\n")
	wrong, _, closed := strings.Cut("\n"+rest, "\n>>>")
	if !ok || !closed || name == "" || right == "" {
		return mutant{}, fmt.Errorf("%q is not written as it should be", name)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		return mutant{}, err
	}
	if n := strings.Count(string(source), right); n != 1 {
		return mutant{}, fmt.Errorf("%q: what should be changed stands %d times in %s", name, n, file)
	}
	return mutant{name: name, file: file, text: strings.Replace(string(source), right, strings.TrimPrefix(wrong, "\n"), 1)}, nil
}
