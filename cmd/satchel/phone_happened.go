package main

import (
	"satchel/cmd/satchel/phone"
	syncing "satchel/sync"
)

type phoneHappened struct {
	What  string `arg:"" enum:"ed-visit,admission,discharge,fall,death" help:"What happened: ed-visit, admission, discharge, fall or death."`
	Place string `help:"Where, such as the name of the hospital."`
	Note  string `help:"Anything to say about it."`
}

// Run writes it down and shows what to do; it needs no network.
func (c *phoneHappened) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		_, screen, err := p.Happened(record, c.What, c.Place, c.Note)
		t.printf("%s", screen)
		return err
	})
}
