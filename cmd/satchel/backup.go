package main

import "satchel/server"

// backupCommand writes an encrypted backup, by the running server if there is one.
type backupCommand struct {
	place
	Recipient []string `required:"" short:"r" env:"SATCHEL_BACKUP_RECIPIENT" help:"Whom it is encrypted to, such as age1...; its key should not be on this machine."`
	To        string   `arg:"" type:"path" help:"The file to write, on another machine's disk."`
}

func (c *backupCommand) Run(t *terminal) error {
	done, err := server.BackUp(t.ctx, c.config(), c.To, c.Recipient)
	if err != nil {
		return err
	}
	t.printf("Wrote %s (%d bytes) and read it back. Everything up to transaction %d is safe now.\n", done.Path, done.Bytes, done.Sequence)
	t.printf("The keys are not in it: keep a copy of the key folder elsewhere.\n")
	return nil
}
