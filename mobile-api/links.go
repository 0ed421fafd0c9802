package mobileapi

import (
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/healthlink"
	"satchel/sync"
)

// linkContentType is what a link carries, once it is decrypted.
const linkContentType = "application/fhir+json"

// joseType is a compact JWE.
const joseType = "application/jose"

// linkLine is a link as it is listed.
type linkLine struct {
	ID      syncing.UUID      `json:"id"`
	By      syncing.AccountID `json:"by"`
	Made    int64             `json:"made"`
	Expires int64             `json:"expires"`
	Flags   string            `json:"flags"`
	State   string            `json:"state"`
	Left    int               `json:"left"`
	Reads   []healthlink.Read `json:"reads"`
	More    int               `json:"more,omitzero"`
	Refused int               `json:"refused,omitzero"`
}

func lineOfLink(l healthlink.Link) linkLine {
	line := linkLine(l)
	if line.Reads == nil {
		line.Reads = []healthlink.Read{}
	}
	return line
}

// makeLink is POST /v1/records/{record}/links: it keeps what the phone encrypted. The URL is shown in this answer and never again.
func (a *api) makeLink(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	var in struct {
		Flags    string `json:"flags,omitzero"`
		Passcode string `json:"passcode,omitzero"`
		Expires  int64  `json:"expires,omitzero"`
		Base     string `json:"base"`
		Content  string `json:"content"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	made, err := a.Links.Make(r.ctx, r.who.Principal, record, healthlink.Request(in))
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusCreated, struct {
		URL  string   `json:"url"`
		Link linkLine `json:"link"`
	}{made.URL, lineOfLink(made.Link)})
}

// listLinks is GET /v1/records/{record}/links: who read which link, and when.
func (a *api) listLinks(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	list, err := a.Links.List(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	lines := []linkLine{}
	for _, link := range list {
		lines = append(lines, lineOfLink(link))
	}
	return answer(c, fiber.StatusOK, struct {
		Links []linkLine `json:"links"`
	}{lines})
}

// fromAnywhere lets a viewer of another site read the answer, as the specification of SMART Health Links asks; there is no cookie and
// no sign-in that it could misuse.
func fromAnywhere(c *fiber.Ctx) {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
}

// preflight is OPTIONS for the public addresses of a link.
func (a *api) preflight(c *fiber.Ctx, _ *request) error {
	fromAnywhere(c)
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, POST")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "content-type")
	c.Set(fiber.HeaderAccessControlMaxAge, "600")
	return done(c)
}

// open opens a link for somebody without an account, and tells the person. An address that fails too often waits. That the person cannot be
// told just now keeps nothing from an emergency department: the line about it is written already.
func (a *api) open(c *fiber.Ctx, r *request, t healthlink.Try) (healthlink.Answer, error) {
	t.Secret = c.Params("secret")
	giveBack, err := a.Identity.ChargeLink(r.ctx, a.addressOf(c))
	if err != nil {
		return healthlink.Answer{}, err
	}
	opened, err := a.Links.Open(r.ctx, t)
	if err != nil {
		return opened, err
	}
	giveBack()
	err = a.Engine.Follow(r.ctx, opened.Record, func(reader syncing.Reader, now int64) ([]syncing.Patch, error) {
		return care.LinkOpenedPatches(reader, opened.Record, opened.Link, opened.Opening, now)
	})
	if err != nil {
		a.Logger.LogAttrs(r.ctx, slog.LevelWarn, "the person was not told that a link was opened", slog.String("code", string(fault.CodeOf(err))))
	}
	return opened, nil
}

// openLink is POST /v1/links/{secret}: the manifest of a SMART Health Link.
func (a *api) openLink(c *fiber.Ctx, r *request) error {
	fromAnywhere(c)
	var in struct {
		Recipient         string `json:"recipient"`
		Passcode          string `json:"passcode,omitzero"`
		EmbeddedLengthMax *int   `json:"embeddedLengthMax,omitzero"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	opened, err := a.open(c, r, healthlink.Try{Recipient: in.Recipient, Passcode: in.Passcode})
	if err != nil {
		return err
	}
	type file struct {
		ContentType string `json:"contentType"`
		Embedded    string `json:"embedded,omitzero"`
		Location    string `json:"location,omitzero"`
	}
	one := file{ContentType: linkContentType, Embedded: opened.Content}
	if in.EmbeddedLengthMax != nil && len(opened.Content) > *in.EmbeddedLengthMax {
		one = file{ContentType: linkContentType, Location: opened.Location}
	}
	return answer(c, fiber.StatusOK, struct {
		Files []file `json:"files"`
	}{[]file{one}})
}

// openLinkDirectly is GET /v1/links/{secret}: the one file of a link with the flag U.
func (a *api) openLinkDirectly(c *fiber.Ctx, r *request) error {
	fromAnywhere(c)
	opened, err := a.open(c, r, healthlink.Try{Recipient: c.Query("recipient"), Direct: true})
	if err != nil {
		return err
	}
	return sendJOSE(c, opened.Content)
}

// linkFile is GET /v1/links/{secret}/file/{ticket}: a location that a manifest named.
func (a *api) linkFile(c *fiber.Ctx, r *request) error {
	fromAnywhere(c)
	content, err := a.Links.File(r.ctx, c.Params("secret"), c.Params("ticket"))
	if err != nil {
		return err
	}
	return sendJOSE(c, content)
}

func sendJOSE(c *fiber.Ctx, content string) error {
	c.Set(fiber.HeaderContentType, joseType)
	return c.SendString(content)
}

// remaining is how many wrong passcodes a link still bears, for the refusal of one; nil for any other fault.
func remaining(err error) *int {
	var wrong *healthlink.WrongPasscodeError
	if !errors.As(err, &wrong) || !fault.Is(err, fault.Unauthenticated) {
		return nil
	}
	return &wrong.Left
}
