package main

import (
	"os/exec"
	"time"

	"satchel/cmd/satchel/conformance"
	"satchel/internal/fault"
)

// conformanceCommand holds a client that somebody else wrote against the sync protocol.
type conformanceCommand struct {
	Client string `required:"" help:"The command that starts the client; it speaks the line protocol of docs/conformance.md."`
	Seeds  int    `default:"20" help:"How many stories of chance are told."`
	From   uint64 `help:"The first seed: with --seeds 1 and the seed of a finding, that story alone is told again."`
	Only   string `help:"Only the checks whose name begins so."`
	Tell   bool   `help:"Tell each step."`
}

// clientPatience is how long a client may take to end once nobody speaks to it any more.
const clientPatience = 5 * time.Second

func (c *conformanceCommand) Run(t *terminal) error {
	client := exec.CommandContext(t.ctx, "sh", "-c", c.Client)
	client.Stderr, client.WaitDelay = t.err, clientPatience
	in, err := client.StdinPipe()
	if err != nil {
		return err
	}
	out, err := client.StdoutPipe()
	if err != nil {
		return err
	}
	if err := client.Start(); err != nil {
		return fault.Wrap(err, fault.Invalid, "main.conformance", "The client could not be started.")
	}
	opts := conformance.Options{Client: conformance.NewPiped(in, out), Seeds: c.Seeds, From: c.From, Only: c.Only}
	if c.Tell {
		opts.Tell = func(line string) { t.printf("%s\n", line) }
	}
	report, err := conformance.Run(t.ctx, opts)
	for _, finding := range report.Findings {
		t.printf("%s\n", finding)
	}
	t.printf("%s\n", report.Line())
	_ = in.Close()      // the client ends by itself,
	_ = client.Cancel() // or is ended; how says nothing of the protocol
	_ = client.Wait()
	switch {
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "main.conformance", "The client could not be driven to the end.")
	case len(report.Findings) > 0:
		return errSaid
	}
	return nil
}

// phoneLines makes this program a client that the kit can drive.
type phoneLines struct{}

func (c *phoneLines) Run(t *terminal) error {
	return conformance.NewSpeaker().Serve(t.ctx, t.in, t.out)
}
