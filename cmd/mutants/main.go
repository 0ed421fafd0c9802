package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

func main() {
	only := flag.String("only", "", "only faults whose name holds this")
	count := flag.Int("mechanical", 200, "how many mechanical faults")
	flag.Parse()
	ok, err := run(*only, *count)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(only string, count int) (ok bool, err error) {
	hand, err := planted()
	if err != nil {
		return false, err
	}
	// Some places cannot be changed so that the file still compiles: more are drawn than are needed.
	drawn, err := mechanical(2 * count)
	if err != nil {
		return false, err
	}
	reasons, err := readSurvivors()
	if err != nil {
		return false, err
	}
	folder, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(folder)
	r := &runner{folder: folder, reasons: reasons, started: time.Now()}
	r.all(choose(hand, only), len(hand))
	r.all(choose(drawn, only), count)
	return r.report(), nil
}

func choose(list []mutant, only string) []mutant {
	var chosen []mutant
	for _, m := range list {
		if strings.Contains(m.name, only) {
			chosen = append(chosen, m)
		}
	}
	return chosen
}

// runner tries mutants, as many at once as there are processors.
type runner struct {
	folder  string
	reasons map[string]string
	started time.Time

	mu       sync.Mutex
	number   int
	hand     tally
	drawn    tally
	survived []string
}

type tally struct{ tried, found, explained int }

// all tries mutants until `most` of them did compile.
func (r *runner) all(list []mutant, most int) {
	work := make(chan mutant)
	var group sync.WaitGroup
	tried := 0
	for range runtime.NumCPU() {
		group.Go(func() {
			for m := range work {
				test, compiled := r.try(m)
				r.note(m, test, compiled)
				r.mu.Lock()
				if compiled {
					tried++
				}
				r.mu.Unlock()
			}
		})
	}
	for _, m := range list {
		r.mu.Lock()
		enough := tried >= most
		r.mu.Unlock()
		if enough {
			break
		}
		work <- m
	}
	close(work)
	group.Wait()
}

// note prints what became of a mutant and counts it.
func (r *runner) note(m mutant, test string, compiled bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.hand
	if m.mechanical {
		t = &r.drawn
	}
	switch {
	case !compiled && m.mechanical:
		return
	case !compiled:
		test = ""
		r.survived = append(r.survived, m.name+" (does not compile)")
	}
	t.tried++
	switch reason := r.reasons[m.name]; {
	case test != "":
		t.found++
		fmt.Printf("found     %s: %s\n", m.name, test)
	case m.mechanical && reason != "":
		t.explained++
		fmt.Printf("harmless  %s: %s\n", m.name, reason)
	default:
		r.survived = append(r.survived, m.name)
		fmt.Printf("SURVIVED  %s\n", m.name)
	}
}

func (r *runner) report() bool {
	for _, name := range r.survived {
		fmt.Println("no test noticed:", name)
	}
	fmt.Printf("%d planted faults, %d found; %d mechanical ones, %d found, %d harmless with a reason; %d survived; %.0f s\n",
		r.hand.tried, r.hand.found, r.drawn.tried, r.drawn.found, r.drawn.explained, len(r.survived), time.Since(r.started).Seconds())
	return len(r.survived) == 0
}

// suiteTime is how long one package's tests may take with a fault in them: one that hangs is found.
const suiteTime = 4 * time.Minute

// try runs the tests near a mutant. test names the one that found it, "" if none did.
func (r *runner) try(m mutant) (test string, compiled bool) {
	overlay, err := r.overlay(m)
	if err != nil {
		return err.Error(), false
	}
	build := exec.Command("go", "build", "-overlay", overlay, "./"+filepath.Dir(m.file))
	if build.Run() != nil {
		return "", false
	}
	for _, s := range suites(m.file) {
		if test := r.tests(overlay, s); test != "" {
			return test, true
		}
	}
	return "", true
}

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

func (r *runner) tests(overlay string, s suite) string {
	ctx, cancel := context.WithTimeout(context.Background(), suiteTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-count=1", "-failfast", "-vet=off", s.room)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	if s.env != "" {
		cmd.Env = append(cmd.Env, s.env)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch found := failed.FindAllStringSubmatch(out.String(), -1); {
	case err == nil:
		return ""
	case len(found) > 0:
		return found[len(found)-1][1]
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return s.room + " did not end"
	case strings.Contains(out.String(), "panic"):
		return s.room + " panicked"
	}
	return s.room + " failed"
}

// overlay writes the changed file aside and says so to the go command.
func (r *runner) overlay(m mutant) (string, error) {
	r.mu.Lock()
	r.number++
	base := filepath.Join(r.folder, fmt.Sprint(r.number))
	r.mu.Unlock()
	if err := os.WriteFile(base+".go", []byte(m.text), 0o600); err != nil {
		return "", err
	}
	here, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{here: base + ".go"}})
	if err != nil {
		return "", err
	}
	return base + ".json", os.WriteFile(base+".json", text, 0o600)
}

const survivorsFile = "cmd/mutants/survivors.txt"

// readSurvivors reads the mechanical faults that change nothing anybody can see: the name, and behind ` # ` why.
func readSurvivors() (map[string]string, error) {
	text, err := os.ReadFile(survivorsFile)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if name, reason, ok := strings.Cut(line, " # "); ok && reason != "" {
			reasons[name] = reason
		}
	}
	return reasons, nil
}
