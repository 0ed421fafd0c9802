package main

import (
	"os"

	"satchel/internal/fault"
	"satchel/server"
)

// restoreCommand makes a data folder anew from a backup.
type restoreCommand struct {
	place
	Identity string `required:"" type:"existingfile" short:"i" help:"The age key file whose recipient the backup was encrypted to."`
	From     string `arg:"" type:"existingfile" help:"The backup."`
}

func (c *restoreCommand) Run(t *terminal) error {
	keyFile, err := os.ReadFile(c.Identity)
	if err != nil {
		return fault.Wrap(err, fault.Forbidden, "main.restore", "The age key file cannot be read.")
	}
	backup, err := os.Open(c.From)
	if err != nil {
		return fault.Wrap(err, fault.Forbidden, "main.restore", "The backup cannot be read.")
	}
	defer backup.Close()
	done, err := server.Restore(t.ctx, c.config(), backup, keyFile)
	if err != nil {
		return err
	}
	t.printf("Restored %d records up to transaction %d; every page and row was read.\n", done.Records, done.Sequence)
	t.printf("Ended again what the ledger says was ended: %d accesses, %d erased records.\n", done.Revocations, done.Erased)
	t.printf("The new epoch is %s. Phones that see it send again what they have kept.\n", done.Epoch)
	return nil
}
