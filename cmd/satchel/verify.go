package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"satchel/server"
)

// verifyCommand checks a stopped installation, in a process of its own: a damaged data file may end the process that reads it.
type verifyCommand struct {
	place
	Heads []string `type:"path" env:"SATCHEL_HEADS" help:"Signed heads that were kept elsewhere: the file that serve appends to, or the log that it was shipped in."`
	Child bool     `hidden:"" help:"This is the process that reads."`
}

const verifyAdvice = `What to do: leave the data folder as it is and keep a copy of it and of the key folder. Look at the disk.
Then move the data folder away and put the latest backup back:
  satchel restore --data DATA --keys KEYS --identity KEYFILE BACKUP
Phones notice, and hand in again whatever they had handed in since that backup.
`

func (c *verifyCommand) Run(t *terminal) error {
	if c.Child || c.Store != "" {
		return c.check(t)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("the program cannot find itself: %w", err)
	}
	child := exec.CommandContext(t.ctx, self, "verify", "--child", "--data", c.Data, "--keys", c.Keys)
	for _, path := range c.Heads {
		child.Args = append(child.Args, "--heads="+path)
	}
	child.Args[0] = os.Args[0]
	child.Stdout, child.Stderr = t.out, t.err
	child.Env = append(os.Environ(), "GOTRACEBACK=none")
	err = child.Run()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended) && ended.ExitCode() == exitFailed:
		return errSaid
	case errors.As(err, &ended):
		fmt.Fprintf(t.err, "satchel verify: The data file is damaged so that reading it ended the process (%v).\n%s", ended, verifyAdvice)
		return errSaid
	}
	return err
}

func (c *verifyCommand) check(t *terminal) error {
	config := c.config()
	config.Shipped = c.Heads
	found, err := server.Verify(context.WithoutCancel(t.ctx), config)
	if err != nil {
		return err
	}
	t.printf("Read %d pages (%d of them free), %d records of people, accounts and teams (%d erased), %d indexes, %d lines of the ledger, up to transaction %d.\n",
		found.Pages, found.Free, found.Records, found.Erased, found.Indexes, found.LedgerLines, found.Sequence)
	t.printf("Compared %d rows of journals and access logs with %d signed heads; %d rows came after the last head.\n", found.HeadLines, found.Heads, found.Unsigned)
	if len(found.Problems) == 0 {
		t.printf("Everything that was read is whole.\n")
		return nil
	}
	for _, problem := range found.Problems {
		fmt.Fprintf(t.err, "satchel verify: %s\n", problem)
	}
	fmt.Fprintf(t.err, "%d problems. %s", len(found.Problems), verifyAdvice)
	return errSaid
}
