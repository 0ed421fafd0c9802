package main

import (
	"github.com/go-json-experiment/json"

	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

type phoneReminders struct {
	Days   int    `default:"14" help:"For how many days."`
	JSON   bool   `help:"As JSON, as the server gives it."`
	Done   string `help:"Say that a reminder was seen, by its id."`
	Later  string `help:"Put a reminder off, by its id."`
	For    int    `default:"30" help:"For how many minutes, with --later: 10 to 240."`
	Cannot string `help:"Say that you cannot do what a reminder asks, by its id."`
	Opened string `help:"Say that you opened a plan or a summary, by its id: nobody reminds you of it."`
}

// Run lists what rings in the days ahead, or answers a reminder. It needs no network.
func (c *phoneReminders) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		for what, id := range map[string]string{care.ReplyDone: c.Done, care.ReplySnooze: c.Later, care.ReplyCannot: c.Cannot} {
			if id == "" {
				continue
			}
			if err := c.answer(p, record, what, id); err != nil {
				return err
			}
		}
		if c.Opened != "" {
			if err := p.Opened(record, syncing.DocID(c.Opened)); err != nil {
				return err
			}
		}
		if !c.JSON {
			screen, err := p.ReminderScreen(record, c.Days)
			t.printf("%s", screen)
			return err
		}
		page, err := p.Reminders(record, c.Days)
		if err != nil {
			return err
		}
		out, err := json.Marshal(page)
		t.printf("%s\n", out)
		return err
	})
}

// answer finds what a reminder is about: among those that came, or those ahead.
func (c *phoneReminders) answer(p *phone.Phone, record syncing.RecordID, what, id string) error {
	if d := p.DB.Document(record, syncing.DocID(id)); d != nil && phone.Text(d, "focus") != "" {
		return p.AnswerReminder(record, d.ID, syncing.DocID(phone.Text(d, "focus")), what, c.For)
	}
	page, err := p.Reminders(record, c.Days)
	if err != nil {
		return err
	}
	for _, m := range page.Reminders {
		if m.ID == id {
			return p.AnswerReminder(record, syncing.DocID(id), syncing.DocID(m.Focus), what, c.For)
		}
	}
	return fault.New(fault.Invalid, "main.reminders", "There is no such reminder. List them with: satchel phone reminders")
}
