package main

import (
	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	syncing "satchel/sync"
)

type phoneTimeline struct {
	Zone string `default:"Europe/London" help:"In which zone times are told."`
}

// Run tells what happened in the record, without a network.
func (c *phoneTimeline) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		lines, err := p.Timeline(record)
		if err != nil {
			return err
		}
		for _, line := range lines {
			when := "Not sent yet"
			if line.At != 0 {
				when = care.When(line.At, c.Zone)
			}
			t.printf("%s: %s\n", when, line.Text)
		}
		return nil
	})
}
