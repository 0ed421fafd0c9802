package main

import (
	"satchel/cmd/satchel/phone"
	syncing "satchel/sync"
)

type phoneResults struct{}

// Run shows results, without a network.
func (c *phoneResults) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		text, err := p.Results(record)
		t.printf("%s", text)
		return err
	})
}
