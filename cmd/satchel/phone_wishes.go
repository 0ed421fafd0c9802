package main

import (
	"strings"

	"satchel/cmd/satchel/phone"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

type phoneWishes struct {
	Enough    bool   `help:"Today is enough: nothing rings any more today, but that you must leave, an answer to something red, and a wish of your team that you call."`
	NotEnough bool   `help:"Take that back."`
	Quiet     string `help:"When nothing may ring, such as 22:00-07:00; usual for the usual hours, never for none."`
	Detail    string `help:"How much this phone may say while it is locked: neutral, or kind."`
	Here      string `help:"The zone in which this phone is, such as Europe/Paris."`
	Zone      string `help:"In another zone: keep reminders at the time at home, or move them with the phone."`
}

// Run says how reminders shall come. It needs no network: what is said here holds on this phone at once, and everywhere after a sync.
func (c *phoneWishes) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		said := 0
		for _, wish := range []struct {
			said bool
			do   func() error
		}{
			{c.Here != "", func() error { return p.Here(record, c.Here) }},
			{c.Zone != "", func() error { return p.Zone(record, c.Zone) }},
			{c.Quiet != "", func() error { return c.quiet(p, record) }},
			{c.Detail != "", func() error { return p.Detail(record, c.Detail) }},
			{c.Enough, func() error { return p.Enough(record) }},
			{c.NotEnough, func() error { return p.NotEnough(record) }},
		} {
			if !wish.said {
				continue
			}
			said++
			if err := wish.do(); err != nil {
				return err
			}
		}
		if said == 0 {
			return fault.New(fault.Invalid, "main.wishes", "Say what you want, such as: satchel phone wishes --enough. All of it: satchel phone wishes --help")
		}
		screen, err := p.ReminderScreen(record, 1)
		t.printf("%s%s\n", screen, p.Standing(record))
		return err
	})
}

func (c *phoneWishes) quiet(p *phone.Phone, record syncing.RecordID) error {
	switch c.Quiet {
	case "usual":
		return p.QuietHours(record, "", "")
	case "never":
		return p.QuietHours(record, "00:00", "00:00")
	}
	from, to, ok := strings.Cut(c.Quiet, "-")
	if !ok {
		return fault.New(fault.Invalid, "main.wishes", "Quiet hours are written like 22:00-07:00.")
	}
	return p.QuietHours(record, from, to)
}
