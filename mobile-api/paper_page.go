package mobileapi

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/qr"
)

// qrPixels is how wide the code of a printed page is.
const qrPixels = 360

// sheet is a page that is printed and handed to the person. It is the one place where their name stands beside the code; the code's
// picture holds an address and the code, and nothing of anybody.
type sheet struct {
	paperView
	Name, Born, Site string
	Code, Link       string
	QR               template.URL

	until int64
}

//go:embed paper_sheet.html
var sheetText string

var sheetTemplate = template.Must(template.New("sheet").Parse(sheetText))

// page writes the sheet as HTML.
func (s sheet) page() (string, error) {
	const op = "mobileapi.sheet"
	picture, err := qr.PNG(s.Link, qrPixels)
	if err != nil {
		return "", err
	}
	s.QR = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture)) //nolint:gosec // our own picture
	var page bytes.Buffer
	if err := sheetTemplate.Execute(&page, s); err != nil {
		return "", fault.Wrap(err, fault.Internal, op, fault.TextOf(nil))
	}
	return page.String(), nil
}

// paperPage is what the code's address opens: a form that asks for the birth date, and sends what is typed to POST /v1/paper. It says
// nothing of anybody, and the code stays behind the # of the address, which is not sent.
//
//go:embed paper_page.html
var paperPage []byte

// paperPolicy lets the page have its own style and its own script, and speak with this server.
var paperPolicy = "default-src 'none'; style-src " + sumOf(paperPage, "style") + "; script-src " + sumOf(paperPage, "script") +
	"; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// openPaperPage is GET /paper.
func (a *api) openPaperPage(c *fiber.Ctx, _ *request) error {
	c.Set(fiber.HeaderContentSecurityPolicy, paperPolicy)
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if err := c.Send(paperPage); err != nil {
		return err
	}
	return pack(c)
}
