package mobileapi

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"
)

// viewText opens a SMART Health Link in a browser. What the link says stands behind the # of the address, which no browser sends; the
// page decrypts it there.
//
//go:embed view.html
var viewText string

var viewPages = plainPages("view", viewText)

// view is GET /view.
func (a *api) view(c *fiber.Ctx, _ *request) error { return sendPage(c, viewPages) }
