package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// runner tries mutants and keeps count of what became of them.
type runner struct {
	folder  string
	reasons map[string]string
	started time.Time

	mu       sync.Mutex
	number   int
	hand     tally
	drawn    tally
	survived []mutant
}

type tally struct{ tried, found, explained int }

func newRunner(folder string, reasons map[string]string) *runner {
	return &runner{folder: folder, reasons: reasons, started: time.Now()}
}

// all tries every mutant, so many at once.
func (r *runner) all(list []mutant, workers int) {
	work := make(chan mutant)
	var group sync.WaitGroup
	for range max(1, workers) {
		group.Go(func() {
			for m := range work {
				r.note(os.Stdout, m, r.try(m))
			}
		})
	}
	for _, m := range list {
		work <- m
	}
	close(work)
	group.Wait()
}

// note prints what became of a mutant and counts it. found names the test, "" if there was none.
func (r *runner) note(out io.Writer, m mutant, found string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.hand
	if m.mechanical {
		t = &r.drawn
	}
	t.tried++
	switch reason := r.reasons[m.String()]; {
	case found == unbuilt:
		r.survived = append(r.survived, m)
		fmt.Fprintf(out, "SURVIVED  %s (it does not compile)\n", m)
	case found != "":
		t.found++
		fmt.Fprintf(out, "found     %s: %s\n", m, found)
	case m.mechanical && reason != "":
		t.explained++
		fmt.Fprintf(out, "harmless  %s: %s\n", m, reason)
	default:
		r.survived = append(r.survived, m)
		fmt.Fprintf(out, "SURVIVED  %s\n", m)
	}
}

// report prints the survivors and one line of figures; it is good if no mutant survived without a reason.
func (r *runner) report(out io.Writer) bool {
	for _, m := range r.survived {
		fmt.Fprintln(out, "no test noticed:", m)
	}
	fmt.Fprintf(out, "mutants: %d planted, %d found; %d mechanical, %d found, %d harmless with a reason; %d survived; %.0f s\n",
		r.hand.tried, r.hand.found, r.drawn.tried, r.drawn.found, r.drawn.explained, len(r.survived), time.Since(r.started).Seconds())
	return len(r.survived) == 0
}

// try runs the tests near a mutant and names the one that found it, "" if none did.
func (r *runner) try(m mutant) string {
	overlay, err := r.overlay(m)
	if err != nil {
		return unbuilt
	}
	for _, s := range suites(m.file) {
		output, err := tests(overlay, s)
		if err == nil {
			continue
		}
		return finder(s.room, output)
	}
	return ""
}

// suiteTime is how long one package's tests may take with a fault in them: a fault that makes them hang is found.
// addressKiB bounds what a fault that makes them grow can take.
const (
	suiteTime  = "6m"
	addressKiB = "16000000"
)

func tests(overlay string, s suite) (output string, err error) {
	args := []string{
		"-c", `ulimit -v "$0" 2>/dev/null; exec "$@"`, addressKiB,
		"go", "test", "-overlay", overlay, "-count=1", "-failfast", "-vet=off", "-timeout", suiteTime, "-run", s.match, s.room,
	}
	cmd := exec.Command("sh", args...)
	cmd.Env = append(os.Environ(), s.env)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

// unbuilt stands for a fault that does not compile: nothing was shown by it, so it counts as a survivor.
const unbuilt = "unbuilt"

var (
	failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	hung   = regexp.MustCompile(`(?m)^\s+(Test\S+) \(\d`)
)

// finder reads from the output of go test which test failed.
func finder(room, output string) string {
	switch found := failed.FindAllStringSubmatch(output, -1); {
	case strings.Contains(output, "[build failed]"):
		return unbuilt
	case len(found) > 0:
		return found[len(found)-1][1]
	case strings.Contains(output, "panic: test timed out"):
		if running := hung.FindStringSubmatch(output); running != nil {
			return running[1] + " did not end"
		}
		return room + " did not end"
	case strings.Contains(output, "panic"):
		return room + " panicked"
	}
	return room + " failed"
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
	here, err := filepath.Abs(filepath.FromSlash(m.file))
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{here: base + ".go"}})
	if err != nil {
		return "", err
	}
	return base + ".json", os.WriteFile(base+".json", text, 0o600)
}
