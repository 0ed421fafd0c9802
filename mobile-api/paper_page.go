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
	Lang             string
	W                map[string]any // its words
	Birthday         string         // as people say it
	Days             []string

	until int64
}

//go:embed paper_sheet.html
var sheetText string

var sheetTemplate = template.Must(template.New("sheet").Option("missingkey=error").Parse(sheetText))

// page writes the sheet as HTML, in a language.
func (s sheet) page(lang string) (string, error) {
	const op = "mobileapi.sheet"
	s.Lang, s.W = lang, wordsOf(lang, "sheet")
	s.Birthday = dateOn(lang, "birthday", s.Born)
	for _, one := range s.Dates {
		s.Days = append(s.Days, dateOn(lang, "day", one.Date))
	}
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

// paperText is what the code's address opens: a form that asks for the birth date, and sends what is typed to POST /v1/paper. It says
// nothing of anybody, and the code stays behind the # of the address, which is not sent.
//
//go:embed paper_page.html
var paperText string

var paperPages = plainPages("paper", paperText)

// openPaperPage is GET /paper.
func (a *api) openPaperPage(c *fiber.Ctx, _ *request) error { return sendPage(c, paperPages) }
