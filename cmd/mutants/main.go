package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"slices"
)

// asked is what the command line wants.
type asked struct {
	only       *regexp.Regexp
	planted    bool
	mechanical int
	part, of   int
	workers    int
	list       bool
}

func main() {
	var a asked
	part, only := "", ""
	flag.StringVar(&only, "only", "", "only faults whose `file: name` matches this")
	flag.BoolVar(&a.planted, "planted", true, "the planted faults")
	flag.IntVar(&a.mechanical, "mechanical", 200, "how many mechanical faults are drawn")
	flag.StringVar(&part, "part", "1/1", "i/n: every n-th fault, from the i-th on")
	flag.IntVar(&a.workers, "workers", runtime.NumCPU(), "how many faults are tried at once")
	flag.BoolVar(&a.list, "list", false, "name the faults and try none")
	flag.Parse()
	ok, err := false, error(nil)
	if a.only, err = regexp.Compile(only); err == nil {
		a.part, a.of, err = parsePart(part)
	}
	if err == nil {
		ok, err = run(a)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func parsePart(text string) (part, of int, err error) {
	if n, _ := fmt.Sscanf(text, "%d/%d", &part, &of); n != 2 || part < 1 || part > of {
		return 0, 0, fmt.Errorf("-part %q: write it like 3/10", text)
	}
	return part, of, nil
}

func run(a asked) (ok bool, err error) {
	list, reasons, err := faults(os.DirFS("."), a)
	if err != nil {
		return false, err
	}
	if a.list {
		for _, m := range list {
			fmt.Println(m)
		}
		return true, nil
	}
	folder, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(folder)
	r := newRunner(folder, reasons)
	r.all(list, a.workers)
	return r.report(os.Stdout), nil
}

// faults are those that are asked for, planted ones first, and the reasons for which mechanical ones may survive.
func faults(tree fs.FS, a asked) (list []mutant, reasons map[string]string, err error) {
	hand, err := planted(tree)
	if err != nil {
		return nil, nil, err
	}
	drawn, err := mechanical(tree, a.mechanical)
	if err != nil {
		return nil, nil, err
	}
	if reasons, err = readSurvivors(tree); err != nil {
		return nil, nil, err
	}
	if a.planted {
		list = append(list, hand...)
	}
	list = append(list, drawn...)
	list = slices.DeleteFunc(list, func(m mutant) bool { return !a.only.MatchString(m.String()) })
	var chosen []mutant
	for i := a.part - 1; i < len(list); i += a.of {
		chosen = append(chosen, list[i])
	}
	return chosen, reasons, nil
}
