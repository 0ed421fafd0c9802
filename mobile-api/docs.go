package mobileapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"

	"github.com/gofiber/fiber/v2"

	"satchel"
)

// docsPage is openapi.yaml as a page for people. It is written from it by a test (generated_test.go), which also sees that it is current.
//
//go:generate go test -run TestGeneratedPartsAreCurrent -count=1 . -args -write
//go:embed docs.gen.html
var docsPage []byte

// docsPolicy lets the page have its one style sheet and nothing else.
var docsPolicy = func() string {
	_, rest, _ := bytes.Cut(docsPage, []byte("<style>"))
	style, _, _ := bytes.Cut(rest, []byte("</style>"))
	sum := sha256.Sum256(style)
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
}()

// contract is GET /openapi.yaml.
func (a *api) contract(c *fiber.Ctx, _ *request) error {
	c.Set(fiber.HeaderContentType, "application/yaml")
	if err := c.Send(satchel.OpenAPI); err != nil {
		return err
	}
	return pack(c)
}

// docs is GET /docs.
func (a *api) docs(c *fiber.Ctx, _ *request) error {
	c.Set(fiber.HeaderContentSecurityPolicy, docsPolicy)
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if err := c.Send(docsPage); err != nil {
		return err
	}
	return pack(c)
}
