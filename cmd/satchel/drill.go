package main

import (
	"os"

	"satchel/internal/fault"
	"satchel/server"
)

// drillCommand tries whether a backup can be put back.
type drillCommand struct {
	Keys     string `type:"path" default:"keys" env:"SATCHEL_KEYS" help:"The key folder; it is copied, and notes that a drill went well."`
	Scratch  string `type:"existingdir" help:"A folder with as much room as the data takes; without it, that of temporary files."`
	Identity string `required:"" type:"existingfile" short:"i" help:"The age key file whose recipient the backup was encrypted to."`
	From     string `arg:"" type:"existingfile" help:"The backup."`
}

func (c *drillCommand) Run(t *terminal) error {
	keyFile, err := os.ReadFile(c.Identity)
	if err != nil {
		return fault.Wrap(err, fault.Forbidden, "main.drill", "The age key file cannot be read.")
	}
	backup, err := os.Open(c.From)
	if err != nil {
		return fault.Wrap(err, fault.Forbidden, "main.drill", "The backup cannot be read.")
	}
	defer backup.Close()
	done, err := server.Drill(t.ctx, server.Config{Keys: c.Keys}, c.Scratch, backup, keyFile)
	if err != nil {
		return err
	}
	t.printf("The backup can be put back: %d records up to transaction %d, every page and row read, opened and closed. Nothing here was changed.\n", done.Records, done.Sequence)
	return nil
}

// rotateCommand changes the key that wraps all others.
type rotateCommand struct{ place }

func (c *rotateCommand) Run(t *terminal) error {
	if err := server.RotateKeys(t.ctx, c.config()); err != nil {
		return err
	}
	t.printf("The wrapping key is a new one. Copy the key folder, and destroy older copies: they still open what they opened.\n")
	return nil
}
