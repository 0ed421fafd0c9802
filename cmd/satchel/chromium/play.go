package chromium

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// names are those of the program, Debian's first.
var names = []string{"chromium", "chromium-browser", "google-chrome"}

// here is the folder of this file: tests of other rooms run in their own.
func here() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// browser starts the one browser of this process and gives the address at which programs reach it. It lives as long as its standard input is
// open, which is until this process ends, however that happens.
var browser = sync.OnceValues(func() (address string, err error) {
	const install = "`make tools` installs it"
	if _, err := os.Stat(filepath.Join(here(), "node", "node_modules")); err != nil {
		return "", fmt.Errorf("the library that drives Chromium is not on this machine, %s: %w", install, err)
	}
	path := ""
	for _, name := range names {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return "", fmt.Errorf("the browser chromium is not on this machine, %s: %w", install, err)
	}
	p, err := run("browser.mjs", path)
	if err != nil {
		return "", err
	}
	var said struct{ Address string }
	return said.Address, errors.Join(p.next(&said), nothing(said.Address))
})

func nothing(address string) error {
	if address == "" {
		return errors.New("the browser did not say where it is")
	}
	return nil
}

// program is a running program of node/, with which one speaks in lines of JSON.
type program struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	said    bytes.Buffer // on its standard error
}

func run(name string, args ...string) (*program, error) {
	return begin(exec.Command("node", append([]string{filepath.Join(here(), "node", name)}, args...)...))
}

func begin(command *exec.Cmd) (*program, error) {
	p := &program{command: command}
	p.command.Stderr = &p.said
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.command.Start()
}

func (p *program) next(into any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the program in the browser ended: %w\n%s", errors.Join(err, p.command.Wait()), p.said.String())
	}
	return json.Unmarshal(line, into)
}

// Play is a program of node/ that plays in a context of its own, as a browser that was never here before.
type Play struct {
	t       testing.TB
	p       *program
	screens string // the folder of its pictures
}

// Start begins a program of node/ with a server at base, and what else it is to know, as JSON. It fails the test if there is no browser.
func Start(t testing.TB, name, base string, knows any) *Play {
	t.Helper()
	address, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	screens := filepath.Join(here(), "..", "..", "..", "bin", "screens", strings.ReplaceAll(t.Name(), "/", "_"))
	asked, err := json.Marshal(knows)
	if err == nil {
		err = os.MkdirAll(screens, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := run(name, address, base, screens, string(asked))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.in.Close() }) // a test that failed: the program ends with its input
	return &Play{t, p, screens}
}

// Hears reads what the program says next.
func (p *Play) Hears(into any) {
	p.t.Helper()
	if err := p.p.next(into); err != nil {
		p.t.Fatal(err)
	}
}

// Tells tells the program something.
func (p *Play) Tells(what any) {
	p.t.Helper()
	line, err := json.Marshal(what)
	if err == nil {
		_, err = p.p.in.Write(append(line, '\n'))
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// Asks tells the program something and reads what it says to it.
func (p *Play) Asks(what, into any) {
	p.t.Helper()
	p.Tells(what)
	p.Hears(into)
}

// Ends lets the program end, and gives what the pages complained of while it played: a sentence each, none if all is well.
func (p *Play) Ends() []string {
	p.t.Helper()
	var complaints []string
	if err := p.p.in.Close(); err != nil {
		p.t.Fatal(err)
	}
	p.Hears(&complaints)
	if err := p.p.command.Wait(); err != nil {
		p.t.Fatalf("%v\n%s", err, p.p.said.String())
	}
	p.note()
	return complaints
}
