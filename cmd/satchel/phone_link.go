package main

import (
	"strings"
	"time"

	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/qr"
	syncing "satchel/sync"
)

// phoneLink is a SMART Health Link, made and ended by the person.
type phoneLink struct {
	New    linkNew    `cmd:"" help:"Make a link to your emergency information, encrypted on this phone."`
	List   linkList   `cmd:"" help:"List your links, and who opened them."`
	Revoke linkRevoke `cmd:"" help:"End a link at once."`
}

const pictureEdge = 720 // pixels, of a QR

type linkNew struct {
	Passcode string        `help:"6 to 64 characters; tell it to whoever treats you."`
	Open     bool          `help:"Without a passcode: everybody who sees the link can read it."`
	Direct   bool          `help:"With --open: one file, for receivers that read nothing else."`
	Lasts    time.Duration `default:"72h" help:"How long it can be opened, at most 720h."`
	Label    string        `default:"Emergency information" help:"What it is called for whoever opens it."`
	PNG      string        `name:"png" type:"path" help:"Write its QR into this file, as a picture."`
}

// Run makes a link and shows it, once more than it is kept anywhere.
func (c *linkNew) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		link, err := p.MakeLink(t.ctx, record, phone.LinkOptions{Passcode: c.Passcode, Open: c.Open, Direct: c.Direct, Lasts: c.Lasts, Label: c.Label})
		if err != nil {
			return err
		}
		code, err := qr.Terminal(link.Link)
		if err != nil {
			return err
		}
		t.printf("%s\n%s\nLink %s. Whoever opens it is listed by: satchel phone link list. End it by: satchel phone link revoke %s\n", code, link.Link, link.ID, link.ID)
		if c.PNG == "" {
			return nil
		}
		picture, err := qr.PNG(link.Link, pictureEdge)
		if err != nil {
			return err
		}
		return writePicture(c.PNG, picture)
	})
}

type linkList struct {
	Zone string `default:"Europe/London" help:"In which zone times are told."`
	Show bool   `help:"Show the addresses of links that this phone made too."`
}

var linkStates = map[string]string{"active": "can be opened", "expired": "has ended", "revoked": "was ended", "locked": "is closed for good: too many wrong passcodes"}

// Run tells of each link who opened it.
func (c *linkList) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		links, err := p.Links(t.ctx, record)
		if err != nil {
			return err
		}
		if len(links) == 0 {
			t.printf("You share no link.\n")
		}
		for _, link := range links {
			t.printf("%s %s: it %s. It ends on %s. Wrong passcodes left: %d.\n", link.ID, link.Label, linkStates[link.State], care.When(link.Expires, c.Zone), link.Left)
			if c.Show && link.Link != "" && link.State == "active" {
				t.printf("  %s\n", link.Link)
			}
			for _, read := range link.Reads {
				t.printf("  %s: %s (%s)\n", care.When(read.At, c.Zone), oneLine(read.Recipient), strings.ReplaceAll(read.Outcome, "-", " "))
			}
			if link.More+link.Refused > 0 {
				t.printf("  and %d more; %d tries after it had ended\n", link.More, link.Refused)
			}
		}
		return nil
	})
}

// oneLine keeps what a stranger typed from drawing on the person's terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}

type linkRevoke struct {
	ID string `arg:"" help:"The link, as the list shows it."`
}

// Run ends a link.
func (c *linkRevoke) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		if err := p.RevokeLink(t.ctx, record, c.ID); err != nil {
			return err
		}
		t.printf("The link was ended. Nobody opens it any more.\n")
		return nil
	})
}
