package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"satchel/internal/fault"
)

// The exit codes of the program. Kong's own, for a command line that it does not understand, is 80.
const (
	exitFailed = 1 // what was asked for did not work, or a check did not hold
)

// commands are what the program can do.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Play the story of one appointment with real phones, then stay up to be tried."`
	Init    initCommand    `cmd:"" help:"Make an empty installation: a data folder, and a key folder outside of it."`
	Serve   serveCommand   `cmd:"" help:"Serve an installation until told to stop."`
	Health  healthCommand  `cmd:"" help:"Ask a running server whether it is ready, for a supervisor without curl."`
	Verify  verifyCommand  `cmd:"" help:"Check every page and every row of a stopped installation."`
	Backup  backupCommand  `cmd:"" help:"Write an encrypted backup, also while the server runs, and read it back."`
	Restore restoreCommand `cmd:"" help:"Make a new data folder from a backup; ended accesses stay ended."`
	Drill   drillCommand   `cmd:"" help:"Try whether a backup can be put back, beside the installation and without touching it."`
	Rotate  rotateCommand  `cmd:"" help:"Put a new wrapping key in the place of the old one, of a stopped installation."`
	Move    moveCommand    `cmd:"" help:"Carry an installation from its data folder into PostgreSQL, or back; it may be interrupted."`
	Erase   eraseCommand   `cmd:"" help:"Make a record unreadable for ever, here and in every backup."`
	Schema  schemaCommand  `cmd:"" help:"Print the document types as JSON."`
	Phone   phoneCommand   `cmd:"" help:"Be a phone in the terminal; it works with the server gone."`
	Rules   rulesCommand   `cmd:"" help:"Try, sign and activate the red-flag rules."`

	Conformance conformanceCommand `cmd:"" help:"Hold a client of your own against the sync protocol, on a bad network."`
	Load        loadCommand        `cmd:"" help:"Put the work of phones on a server of its own, and measure it."`
	Simulate    simulateCommand    `cmd:"" help:"Play phones and a server through bad years, from a seed; tell a failure as a short story."`
}

// terminal is what a command reads from and writes to.
type terminal struct {
	ctx   context.Context
	in    io.Reader
	out   io.Writer
	err   io.Writer
	phone *phoneCommand // of the command `phone`
}

func (t *terminal) printf(format string, args ...any) { fmt.Fprintf(t.out, format, args...) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // told twice, the process ends at once
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string) int {
	var all commands
	t := &terminal{ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr}
	parser, err := kong.New(&all, kong.Name("satchel"), kong.UsageOnError(), kong.Bind(t),
		kong.Description("An offline-first companion for people in cancer care. Clinical rules in it are drafts, not clinically approved."))
	if err != nil {
		panic(err) // the commands above contradict themselves: found by the first test
	}
	chosen, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	if err := chosen.Run(); err != nil {
		name, _, _ := strings.Cut(chosen.Command(), " <")
		explain(t.err, name, err)
		return exitFailed
	}
	return 0
}

// errSaid is the error of a command that has already said what is wrong.
var errSaid = errors.New("said already")

// explain writes an error as a sentence first, then what lies behind it for whoever must mend it.
func explain(w io.Writer, command string, err error) {
	if errors.Is(err, errSaid) {
		return
	}
	var known *fault.Error
	if !errors.As(err, &known) {
		fmt.Fprintf(w, "satchel %s: %v\n", command, err)
		return
	}
	fmt.Fprintf(w, "satchel %s: %s\n", command, fault.TextOf(err))
	if known.Cause != nil {
		fmt.Fprintf(w, "  cause: %v\n", known.Cause)
	}
}
