package main

import (
	"bytes"
	"encoding/json"
	"errors"
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
	Chart    string        `type:"path" help:"With --prepare: file to which charts are written, in Markdown with Mermaid."`
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
	tell := func(format string, args ...any) { fmt.Fprintf(t.err, format+"\n", args...) }
	if len(c.Prepare) > 0 {
		grown, err := load.Grow(t.ctx, o, c.Prepare, tell, t.bar())
		if err != nil {
			return err
		}
		return errors.Join(c.show(t, grown), written(c.Chart, grown.Chart))
	}
	if c.Chart != "" {
		return fault.New(fault.Invalid, "main.load", "--chart draws how an installation grows: give --prepare with it, such as --prepare 1000,100000.")
	}
	report, err := load.Run(t.ctx, o, tell)
	if err != nil {
		return err
	}
	return c.show(t, report)
}

// show prints what was measured as a table, and writes the figures.
func (c *loadCommand) show(t *terminal, report interface{ Print(io.Writer) error }) error {
	return errors.Join(report.Print(t.out), written(c.JSON, func(out io.Writer) error {
		text, err := json.MarshalIndent(report, "", "  ")
		if err == nil {
			_, err = out.Write(append(text, '\n'))
		}
		return err
	}))
}

// written writes a file, if one was asked for.
func written(path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	var content bytes.Buffer
	err := write(&content)
	if err == nil {
		err = os.WriteFile(path, content.Bytes(), 0o644)
	}
	return fault.Wrap(err, fault.Full, "main.load", "What was measured could not be written to "+path+".")
}
