package main

import (
	"fmt"

	"satchel/internal/fault"
	"satchel/server"
	syncing "satchel/sync"
)

// eraseCommand makes a record unreadable for ever.
type eraseCommand struct {
	place
	Record string `required:"" help:"Id of the record."`
	Yes    bool   `help:"Yes, for ever: no backup brings it back."`
}

func (c *eraseCommand) Run(t *terminal) error {
	id, err := syncing.ParseUUID(c.Record)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "main.erase", "This is not the id of a record.")
	}
	if !c.Yes {
		return fault.New(fault.Refused, "main.erase", "This cannot be taken back, and no backup brings it back. Say --yes if you mean it.")
	}
	record := syncing.RecordID{UUID: id}
	if err := server.EraseRecord(t.ctx, c.config(), record); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Record %s was erased. Its key is gone: nothing of it can be read again, here or in any backup.\n", record.UUID)
	return nil
}
