package mobileapi

import (
	"cmp"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
)

// mailSettings are what somebody reads of their own address.
type mailSettings struct {
	Sends   bool   `json:"sends"` // whether this installation sends e-mail at all
	Address string `json:"address,omitzero"`
	State   string `json:"state"`
	Rhythm  string `json:"rhythm"`
	Hour    int    `json:"hour"`
	Zone    string `json:"zone"`
	Next    int64  `json:"next,omitzero"` // ms; the next reminder comes then, if anything waits
}

func (a *api) answerMail(c *fiber.Ctx, m identity.MailSettings) error {
	return answer(c, fiber.StatusOK, mailSettings{
		Sends: a.Mails, Address: m.Address, State: m.State, Rhythm: m.Rhythm, Hour: m.Hour, Zone: cmp.Or(m.Zone, a.Zone, "UTC"), Next: m.Next,
	})
}

// readMail is GET /v1/mail: the caller's own settings.
func (a *api) readMail(c *fiber.Ctx, r *request) error {
	m, err := a.Identity.Mail(r.ctx, r.who.Principal)
	if err != nil {
		return err
	}
	return a.answerMail(c, m)
}

// setMail is PUT /v1/mail/address: a code goes there. Whoever found a desk open must not have what waits there sent to themselves.
func (a *api) setMail(c *fiber.Ctx, r *request) error {
	var in struct {
		Address string `json:"address"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if _, err := a.Identity.Mail(r.ctx, r.who.Principal); err != nil { // a desk is asked for before a password
		return err
	}
	if !a.Mails {
		return fault.New(fault.Refused, "mobileapi.setMail", "This installation sends no e-mail. Ask whoever runs it.")
	}
	if err := a.Identity.Proved(r.who); err != nil {
		return err
	}
	m, err := a.Identity.SetMail(r.ctx, r.who.Principal, in.Address)
	if err != nil {
		return err
	}
	return a.answerMail(c, m)
}

// endMail is DELETE /v1/mail/address.
func (a *api) endMail(c *fiber.Ctx, r *request) error {
	if err := a.Identity.EndMail(r.ctx, r.who.Principal); err != nil {
		return err
	}
	return done(c)
}

// verifyMail is POST /v1/mail/verify: the code that came there.
func (a *api) verifyMail(c *fiber.Ctx, r *request) error {
	var in struct {
		Code string `json:"code"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	m, err := a.Identity.VerifyMail(r.ctx, r.who.Principal, in.Code)
	if err != nil {
		return err
	}
	return a.answerMail(c, m)
}

// chooseDigest is PUT /v1/mail/digest: when reminders come.
func (a *api) chooseDigest(c *fiber.Ctx, r *request) error {
	var in struct {
		Rhythm string `json:"rhythm"`
		Hour   int    `json:"hour"`
		Zone   string `json:"zone,omitzero"` // "": that of the installation
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	m, err := a.Identity.ChooseDigest(r.ctx, r.who.Principal, identity.DigestChoice{Rhythm: in.Rhythm, Hour: in.Hour, Zone: cmp.Or(in.Zone, a.Zone, "UTC")})
	if err != nil {
		return err
	}
	return a.answerMail(c, m)
}
