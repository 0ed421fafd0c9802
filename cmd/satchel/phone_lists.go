package main

import (
	"satchel/cmd/satchel/phone"
	syncing "satchel/sync"
)

type phoneTests struct{}

// Run lists tests, images and procedures, without a network.
func (c *phoneTests) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		text, err := p.Tests(record)
		t.printf("%s", text)
		return err
	})
}
