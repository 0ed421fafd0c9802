package main

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/cmd/satchel/phone"
	"satchel/internal/fault"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// phoneCommand is a phone in the terminal.
type phoneCommand struct {
	Home   string `type:"path" default:"~/.satchel-phone" env:"SATCHEL_PHONE" help:"The phone's folder."`
	Record string `help:"Which record, if the phone carries several."`

	Enrol    phoneEnrol    `cmd:"" help:"Sign in with a code from your team and your birth date."`
	Show     phoneShow     `cmd:"" help:"Show what is on this phone."`
	Edit     phoneEdit     `cmd:"" help:"Change a document; it is sent at the next sync."`
	Call     phoneCall     `cmd:"" help:"Say whom to call and when; it needs neither a network nor any rules."`
	Assess   phoneAssess   `cmd:"" help:"Say how you are, one question at a time; advice comes at once, without a network."`
	Signs    phoneSigns    `cmd:"" help:"List the signs that your specialists ask you to watch for, or report some of them."`
	Dates    phoneDates    `cmd:"" help:"Say where the dates of your tests stand, or that a sample was taken, or that you cannot go."`
	Happened phoneHappened `cmd:"" help:"Tell your teams that you are in hospital, back from it, or that something else happened."`

	Sync phoneSync `cmd:"" help:"Send what waits, and read what is new."`
	Why  phoneWhy  `cmd:"" help:"Say why a value is what it is."`

	Emergency phoneEmergency `cmd:"" help:"Show the emergency card: what somebody who has never met you must know, without a network."`
	Back      phoneBack      `cmd:"" help:"Ask your cancer team to see you again soon, without a new referral."`
	Regimen   phoneRegimen   `cmd:"" help:"Say on what you are, what to expect this week, which tests until when, and whom to call."`
	Link      phoneLink      `cmd:"" help:"Share the emergency information by a link that whoever treats you can open without an account."`
	Timeline  phoneTimeline  `cmd:"" help:"Tell what was sent to whom, who opened it and who answered."`
	Results   phoneResults   `cmd:"" help:"Show your results, each below what your team says about it, without a network."`
	Agenda    phoneAgenda    `cmd:"" help:"List the appointments ahead, when that was last checked, and whose papers are not ready."`
	Reminders phoneReminders `cmd:"" help:"List what rings in the days ahead, or answer a reminder, without a network."`
	Told      phoneTold      `cmd:"" help:"List what your caregivers were told, and whether a device of theirs rang, without a network."`
	Wishes    phoneWishes    `cmd:"" help:"Say when nothing may ring, that today is enough, or what holds in another zone, without a network."`
	Agreed    phoneAgreed    `cmd:"" help:"List what is to be done, and who does it."`
	Tests     phoneTests     `cmd:"" help:"List what was ordered and done, by whatever team, and what was done already."`

	Lines phoneLines `cmd:"" hidden:"" help:"Be driven by satchel conformance, over standard input and output."`
}

// AfterApply hands the phone's settings to its commands.
func (c *phoneCommand) AfterApply(t *terminal) error {
	t.phone = c
	return nil
}

// with runs fn on the open phone.
func (c *phoneCommand) with(fn func(p *phone.Phone) error) error {
	p, err := phone.Open(c.Home, phone.Options{})
	if err != nil {
		return err
	}
	return errors.Join(fn(p), p.Close())
}

// on runs fn on the open phone and the one record that is meant.
func (c *phoneCommand) on(fn func(p *phone.Phone, record syncing.RecordID) error) error {
	return c.with(func(p *phone.Phone) error {
		record, err := c.record(p)
		if err != nil {
			return err
		}
		return fn(p, record)
	})
}

func (c *phoneCommand) record(p *phone.Phone) (record syncing.RecordID, err error) {
	const op = "main.phone"
	records := p.Records()
	switch {
	case c.Record != "":
		record.UUID, err = syncing.ParseUUID(c.Record)
		return record, fault.Wrap(err, fault.Invalid, op, "This is not the id of a record.")
	case !p.Enrolled():
		return record, fault.New(fault.Unauthenticated, op, "Nobody has signed in on this phone yet. Begin with: satchel phone enrol")
	case len(records) == 0:
		return record, fault.New(fault.NotFound, op, "This phone carries no record.")
	case len(records) > 1:
		names := make([]string, len(records))
		for i, r := range records {
			names[i] = r.UUID.String()
		}
		return record, fault.New(fault.Invalid, op, "This phone carries several records. Say which, with --record: "+strings.Join(names, ", "))
	}
	return records[0], nil
}

type phoneEnrol struct {
	Code      string `arg:"" help:"The code that your team gave you, such as ABCDE-FGHJK."`
	BirthDate string `arg:"" help:"Your birth date, such as 1961-05-24."`
	Base      string `default:"http://127.0.0.1:8080" help:"Where the server is."`
	Name      string `default:"terminal" help:"What this phone is called in your list of devices."`
}

func (c *phoneEnrol) Run(t *terminal) error {
	return t.phone.with(func(p *phone.Phone) error {
		if err := p.Enrol(t.ctx, strings.TrimRight(c.Base, "/"), c.Code, c.BirthDate, c.Name); err != nil {
			return unreached(err)
		}
		t.printf("Signed in. This phone carries %d record(s). Read them with: satchel phone sync\n\n%s\n", len(p.Records()), p.IntendedUse())
		return nil
	})
}

// unreached says what an offline phone can promise.
func unreached(err error) error {
	if errors.Is(err, client.ErrOffline) {
		return fault.Wrap(err, fault.Busy, "main.phone", "The server cannot be reached. Everything you wrote is safe on this phone and will be sent later.")
	}
	return err
}

type phoneCall struct {
	Topic string `arg:"" optional:"" help:"What it is about, such as fever or fit-note; without it, when to call at all."`
}

func (c *phoneCall) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		if c.Topic != "" {
			text, err := p.WhoToCall(record, c.Topic)
			t.printf("%s", text)
			return err
		}
		t.printf("%s", p.WhenToCall(record))
		return nil
	})
}

type phoneShow struct{}

func (c *phoneShow) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		t.printf("%s", p.Show(record))
		return nil
	})
}

type phoneEdit struct {
	Doc    string            `arg:"" help:"The document, as type/id; type/new makes one."`
	Set    map[string]string `help:"Fields to set, as field=value. A value is JSON, or plain text; field=null takes it away." mapsep:"none"`
	Add    map[string]string `help:"Elements to add to sets." mapsep:"none"`
	Remove map[string]string `help:"Elements to take out of sets." mapsep:"none"`
	Delete bool              `help:"Delete the document."`
}

func (c *phoneEdit) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		change, err := c.change(p)
		if err != nil {
			return err
		}
		if err := p.Write(record, change); err != nil {
			return err
		}
		t.printf("%s\n%s\n", change.Doc, p.Standing(record))
		return nil
	})
}

func (c *phoneEdit) change(p *phone.Phone) (replica.Change, error) {
	change := replica.Change{Delete: c.Delete, Set: values(c.Set), Add: lists(c.Add), Remove: lists(c.Remove)}
	var err error
	if kind, made := strings.CutSuffix(c.Doc, "/new"); made {
		change.Doc, err = p.NewDoc(kind)
		return change, err
	}
	change.Doc, err = syncing.ParseDocID(c.Doc)
	return change, fault.Wrap(err, fault.Invalid, "main.edit", "A document is named as type/id, as show lists them.")
}

func values(texts map[string]string) map[string]jsontext.Value {
	out := map[string]jsontext.Value{}
	for name, text := range texts {
		out[name] = valueOf(text)
	}
	return out
}

func lists(texts map[string]string) map[string][]jsontext.Value {
	out := map[string][]jsontext.Value{}
	for name, text := range texts {
		out[name] = []jsontext.Value{valueOf(text)}
	}
	return out
}

// valueOf takes JSON as it is, and anything else as text.
func valueOf(text string) jsontext.Value {
	if json.Valid([]byte(text)) {
		return jsontext.Value(text)
	}
	return syncing.TextValue(text)
}

type phoneAssess struct {
	Proxy bool `help:"You answer for somebody else."`
}

func (c *phoneAssess) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		answeredBy := "patient"
		if c.Proxy {
			answeredBy = "caregiver"
		}
		interview, err := phone.NewInterview(p, record, answeredBy, t.in, t.out)
		if err != nil {
			return err
		}
		if _, err := interview.Run(); err != nil {
			return err
		}
		t.printf("\nThank you. %s\n", p.Standing(record))
		if urgent := p.Undelivered(record); urgent != "" {
			t.printf("%s\n", urgent)
		}
		return nil
	})
}

type phoneSigns struct {
	Noticed []string `arg:"" optional:"" help:"The codes of the signs that were noticed; none lists them."`
	Note    string   `help:"Anything to say about it."`
	Proxy   bool     `help:"You answer for somebody else."`
}

func (c *phoneSigns) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		reports := map[syncing.DocID][]string{}
		for _, sign := range p.Signs(record) {
			if len(c.Noticed) == 0 {
				t.printf("%s: %s\n", sign.Code, sign.Text)
			}
			if slices.Contains(c.Noticed, sign.Code) {
				reports[sign.Protocol] = append(reports[sign.Protocol], sign.Code)
			}
		}
		if len(c.Noticed) > 0 && len(reports) == 0 {
			return fault.New(fault.Invalid, "main.signs", "There is no such sign to watch for. List them with: satchel phone signs")
		}
		answeredBy := "patient"
		if c.Proxy {
			answeredBy = "caregiver"
		}
		for protocol, codes := range reports {
			_, screen, err := p.ReportSigns(record, protocol, codes, answeredBy, c.Note)
			if err != nil {
				return err
			}
			t.printf("%s", screen)
		}
		return nil
	})
}

type phoneSync struct{}

func (c *phoneSync) Run(t *terminal) error {
	return t.phone.with(func(p *phone.Phone) error {
		if err := p.Sync(t.ctx); err != nil {
			for _, record := range p.Records() {
				if urgent := p.Undelivered(record); urgent != "" {
					t.printf("%s\n", urgent)
				}
			}
			return unreached(err)
		}
		if err := p.Trusted(); err != nil {
			t.printf("This phone judges no answers: %s It shows when to call, and your team judges.\n", fault.TextOf(err))
		}
		for _, record := range p.Records() {
			t.printf("%s: %s\n", record.UUID, p.Standing(record))
			for _, held := range p.DB.Held(record) {
				if phone.Text(held, "status") == "open" {
					t.printf("  Could not be used as it is: %s Your team will look at it.\n", phone.Text(held, "detail"))
				}
			}
		}
		return nil
	})
}

type phoneWhy struct {
	Doc   string `arg:"" help:"The document, as type/id."`
	Field string `arg:"" optional:"" help:"One field of it."`
}

func (c *phoneWhy) Run(t *terminal) error {
	doc, err := syncing.ParseDocID(c.Doc)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "main.why", "A document is named as type/id, as show lists them.")
	}
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		entries, err := p.History(t.ctx, record, doc)
		if errors.Is(err, client.ErrOffline) {
			t.printf("The server cannot be reached; this is what the phone itself knows.\n%s\n", strings.Join(p.WhyHere(record, doc, c.Field), "\n"))
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if c.Field == "" || e.Field == c.Field {
				t.printf("%s: %s\n", e.Field, p.Why(e))
			}
		}
		return nil
	})
}
