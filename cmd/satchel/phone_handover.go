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

type phoneBack struct {
	Reason string `arg:"" optional:"" help:"Why, if there is time to say it."`
	Proxy  bool   `help:"You ask for somebody else."`
}

// Run asks for a fast way back: at once, with or without a network.
func (c *phoneBack) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		answeredBy := "patient"
		if c.Proxy {
			answeredBy = "caregiver"
		}
		screen, err := p.AskBack(record, answeredBy, c.Reason)
		if err != nil {
			return err
		}
		t.printf("%s", screen)
		return nil
	})
}
