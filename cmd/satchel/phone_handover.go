package main

import (
	"satchel/cmd/satchel/phone"
	syncing "satchel/sync"
)

type phoneRegimen struct{}

// Run writes the regimen sheet as of today, from this phone alone.
func (c *phoneRegimen) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		said, err := p.Regimen(record)
		if err != nil {
			return err
		}
		t.printf("%s\n", said)
		return nil
	})
}
