package main

import (
	"satchel/cmd/satchel/phone"
	syncing "satchel/sync"
)

// listed prints one of the phone's lists, without a network.
func listed(t *terminal, list func(p *phone.Phone, record syncing.RecordID) (string, error)) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		text, err := list(p, record)
		t.printf("%s", text)
		return err
	})
}

type phoneTests struct{}

// Run lists tests, images and procedures.
func (c *phoneTests) Run(t *terminal) error { return listed(t, (*phone.Phone).Tests) }

type phoneAgenda struct{}

// Run lists the appointments ahead.
func (c *phoneAgenda) Run(t *terminal) error { return listed(t, (*phone.Phone).Agenda) }

type phoneAgreed struct{}

// Run lists what is to be done, and who does it.
func (c *phoneAgreed) Run(t *terminal) error { return listed(t, (*phone.Phone).Agreed) }

type phoneTold struct{}

// Run lists what the person's caregivers were told.
func (c *phoneTold) Run(t *terminal) error { return listed(t, (*phone.Phone).CaregiversTold) }
