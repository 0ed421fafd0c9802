package main

import (
	"satchel/cmd/satchel/phone"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

type phoneDates struct {
	Done     string `help:"Say that the sample was taken for a date, such as 2026-11-26."`
	Cannot   string `help:"Say that you cannot go on a date."`
	NeedHelp string `help:"Say that you need help with a date."`
	Order    string `help:"Which order, as labOrder/id, if there are several."`
}

// Run lists the tests, or answers for one of their dates. It needs no network.
func (c *phoneDates) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		if err := c.answer(p, record); err != nil {
			return err
		}
		screen, err := p.LabScreen(record)
		t.printf("%s", screen)
		return err
	})
}

func (c *phoneDates) answer(p *phone.Phone, record syncing.RecordID) error {
	if c.Done == "" && c.Cannot == "" && c.NeedHelp == "" {
		return nil
	}
	plans, err := p.LabDates(record)
	if err != nil {
		return err
	}
	for _, plan := range plans {
		for _, date := range plan.Dates {
			if c.Order != "" && c.Order != string(plan.Order) {
				continue
			}
			switch date.Date {
			case c.Done:
				_, err = p.Taken(record, plan.Order, date.Date, "")
				return err
			case c.Cannot:
				return p.CannotGo(record, plan.Order, date.Date, "cannot-go")
			case c.NeedHelp:
				return p.CannotGo(record, plan.Order, date.Date, "need-help")
			}
		}
	}
	return fault.New(fault.Invalid, "main.dates", "There is no test on that date. List them with: satchel phone dates")
}
