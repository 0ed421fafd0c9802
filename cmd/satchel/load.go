package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"satchel/cmd/satchel/load"
	"satchel/internal/fault"
)

// loadCommand puts the work of phones on a server, and measures it.
type loadCommand struct {
	C        []int         `name:"c" default:"16" help:"Connections at once; several are measured one after the other, such as 1,16,64."`
	Scenario []string      `default:"round,initial,idle" help:"What is measured: round, initial, idle, push."`
	Duration time.Duration `default:"5s" help:"How long each measurement takes."`
	Records  int           `default:"256" help:"How many people there are, each with two phones that write by turns."`
	Packed   bool          `help:"Requests and answers travel compressed."`
	Store    string        `default:"bbolt" help:"What the server that is started here stands on: bbolt, or the connection string of an empty PostgreSQL database. What is made there stays."`
	Server   string        `help:"URL of a server that runs, whose rules are drafts; without one a server is started in a folder that is removed at the end."`
	Staff    string        `help:"With --server: sign-in name of a member of a care team there, who makes the records."`
	Password string        `hidden:"" env:"SATCHEL_LOAD_PASSWORD" help:"The password of --staff; give it in the environment."`
	Metrics  string        `help:"With --server: URL of its metrics, such as http://127.0.0.1:9090/metrics, by which commits are counted."`
	PID      []int         `name:"pid" help:"Processes of this machine whose work is shown too, with their children: the server of --server, or PostgreSQL."`
	Anywhere bool          `help:"Let --server be on another machine."`
	JSON     string        `name:"json" type:"path" help:"File to which the figures are written as JSON."`
	Prepare  []int         `help:"Fill the installation with so many people first, a million say, and measure how its cost grows; several numbers are measured one after the other, such as 1000,100000,1000000."`
	Profile  string        `type:"path" help:"File to which the server that is started here writes where its time went while one scenario was measured, for go tool pprof."`
}

func (c *loadCommand) Run(t *terminal) error {
	o := load.Options{
		Clients: c.C, Duration: c.Duration, Records: c.Records, Packed: c.Packed, Server: c.Server, Staff: c.Staff, Password: c.Password,
		Metrics: c.Metrics, PIDs: c.PID, Anywhere: c.Anywhere, Profile: c.Profile,
	}
	if c.Server == "" {
		o.Store = c.Store
	}
	for _, s := range c.Scenario {
		o.Scenarios = append(o.Scenarios, load.Scenario(s))
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	o.Program = []string{program}
	report, err := c.measure(t, o)
	if err != nil {
		return err
	}
	if err := report.Print(t.out); err != nil {
		return err
	}
	if c.JSON == "" {
		return nil
	}
	text, err := json.MarshalIndent(report, "", "  ")
	if err == nil {
		err = os.WriteFile(c.JSON, append(text, '\n'), 0o644)
	}
	return fault.Wrap(err, fault.Full, "main.load", "The figures could not be written to "+c.JSON+".")
}

// measure gives what was measured: a table, and figures.
func (c *loadCommand) measure(t *terminal, o load.Options) (interface{ Print(io.Writer) error }, error) {
	tell := func(format string, args ...any) { fmt.Fprintf(t.err, format+"\n", args...) }
	if len(c.Prepare) > 0 {
		return load.Grow(t.ctx, o, c.Prepare, tell, t.bar())
	}
	return load.Run(t.ctx, o, tell)
}
