package mobileapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"

	"github.com/gofiber/fiber/v2"
)

// viewPage opens a SMART Health Link in a browser. What the link says stands behind the # of the address, which no browser sends; the
// page decrypts it there.
//
//go:embed view.html
var viewPage []byte

// viewPolicy lets the page run its own script and style, and ask this server alone.
var viewPolicy = "default-src 'none'; connect-src 'self'; script-src " + sumOf(viewPage, "script") + "; style-src " + sumOf(viewPage, "style") +
	"; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// sumOf names the content of a page's one element of that name, as a policy does.
func sumOf(page []byte, element string) string {
	_, rest, _ := bytes.Cut(page, []byte("<"+element+">"))
	content, _, _ := bytes.Cut(rest, []byte("</"+element+">"))
	sum := sha256.Sum256(content)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// view is GET /view.
func (a *api) view(c *fiber.Ctx, _ *request) error {
	c.Set(fiber.HeaderContentSecurityPolicy, viewPolicy)
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(viewPage)
}
