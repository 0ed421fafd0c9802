package mobileapi

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

// What a browser keeps on its way by the sign-in of an organisation, out of reach of any script and of any address that is logged.
const (
	askCookie  = "satchel-openid"          // while it is at the provider
	doneCookie = "satchel-openid-handover" // until the page has collected its tokens
	askCookieS = 300
	// doneCookieS is how long a page may take to collect them, in seconds.
	doneCookieS = 60

	// cameTo and cameInVain are where a browser ends: fixed parts of the board, which say nothing of anybody.
	cameTo     = "/board#/signed-in"
	cameInVain = "/board#/not-signed-in"
)

// oidcRoutes are how staff come by the sign-in of their organisation, and how an administrator says who is who.
func (a *api) oidcRoutes(mine, open func(method, path string, h handler)) {
	open("GET", "/v1/oidc/begin", a.beginOpenID)
	open("GET", "/v1/oidc/callback", a.returnOpenID)
	open("POST", "/v1/oidc/finish", a.signInByOpenID)
	mine("GET", "/v1/accounts/:account/oidc", a.readOpenIDLink)
	mine("PUT", "/v1/accounts/:account/oidc", a.linkOpenID)
	mine("DELETE", "/v1/accounts/:account/oidc", a.unlinkOpenID)
}

// keeps lets the browser keep a value; "" lets it forget one. With TLS the name itself says that no other host set it (RFC 6265bis, __Host-).
func (a *api) keeps(c *fiber.Ctx, name, value, sameSite string, seconds int) {
	secure := strings.HasPrefix(a.Identity.PasskeyOrigin(), "https:")
	if value == "" {
		seconds = -1
	}
	c.Cookie(&fiber.Cookie{Name: a.cookieName(name), Value: value, Path: "/", MaxAge: seconds, Secure: secure, HTTPOnly: true, SameSite: sameSite})
}

func (a *api) kept(c *fiber.Ctx, name string) string { return c.Cookies(a.cookieName(name)) }

func (a *api) cookieName(name string) string {
	if strings.HasPrefix(a.Identity.PasskeyOrigin(), "https:") {
		return "__Host-" + name
	}
	return name
}

// sends ends a step of the way at an address that is never of the caller's choosing.
func sends(c *fiber.Ctx, address string) error {
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderLocation, address)
	c.Status(fiber.StatusSeeOther)
	return nil
}

// beginOpenID is GET /v1/oidc/begin: a browser is sent to the provider. It takes no parameter, so there is nothing to send it elsewhere by.
func (a *api) beginOpenID(c *fiber.Ctx, r *request) error {
	address, keep, err := a.Identity.BeginOpenID(r.ctx)
	if fault.Is(err, fault.Busy) {
		return sends(c, cameInVain) // somebody looks at this in a browser: the page says what to do
	}
	if err != nil {
		return err
	}
	a.keeps(c, askCookie, keep, fiber.CookieSameSiteLaxMode, askCookieS)
	return sends(c, address)
}

// returnOpenID is GET /v1/oidc/callback: the provider sends the browser back. Whatever is wrong ends at the same place; what went right lies in a
// cookie that no script reads, for the page to collect. Nothing of it stands in an address.
func (a *api) returnOpenID(c *fiber.Ctx, r *request) error {
	if a.Identity.OpenIDName() == "" {
		return notHere("mobileapi.returnOpenID")
	}
	handover, err := a.Identity.ReturnOpenID(r.ctx, identity.OpenIDReturn{
		Keep: a.kept(c, askCookie), State: c.Query("state"), Code: c.Query("code"), Issuer: c.Query("iss"), Address: a.addressOf(c),
	})
	a.keeps(c, askCookie, "", fiber.CookieSameSiteLaxMode, 0)
	if err != nil {
		a.blame(r, err)
		return sends(c, cameInVain)
	}
	a.keeps(c, doneCookie, handover, fiber.CookieSameSiteStrictMode, doneCookieS)
	return sends(c, cameTo)
}

// signInByOpenID is POST /v1/oidc/finish: the page collects its tokens.
func (a *api) signInByOpenID(c *fiber.Ctx, r *request) error {
	var in struct {
		Device deviceFacts `json:"device"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	handover := a.kept(c, doneCookie)
	tokens, err := a.Identity.SignInByOpenID(r.ctx, handover, in.Device.facts())
	if err != nil {
		return err
	}
	if err := a.welcome(c, r, tokens); err != nil {
		return err
	}
	a.keeps(c, doneCookie, "", fiber.CookieSameSiteStrictMode, 0)
	return nil
}

func accountNamed(c *fiber.Ctx) (syncing.AccountID, error) {
	id, err := uuidOf(c, "account")
	return syncing.AccountID{UUID: id}, err
}

// readOpenIDLink is GET /v1/accounts/{account}/oidc, for administrators of the installation.
func (a *api) readOpenIDLink(c *fiber.Ctx, r *request) error {
	account, err := accountNamed(c)
	if err != nil {
		return err
	}
	since, err := a.Identity.OpenIDLink(r.ctx, r.who.Principal, account)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Since int64 `json:"since,omitzero"` // absent: they do not come by it
	}{since})
}

// linkOpenID is PUT /v1/accounts/{account}/oidc: a way in for somebody else, so it asks who is at the desk.
func (a *api) linkOpenID(c *fiber.Ctx, r *request) error {
	account, err := accountNamed(c)
	if err != nil {
		return err
	}
	var in struct {
		Subject string `json:"subject"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if _, err := a.Identity.OpenIDLink(r.ctx, r.who.Principal, account); err != nil { // who may is asked before a password
		return err
	}
	if err := a.Identity.Proved(r.who); err != nil {
		return err
	}
	if err := a.Identity.LinkOpenID(r.ctx, r.who.Principal, account, in.Subject); err != nil {
		return err
	}
	return done(c)
}

// unlinkOpenID is DELETE /v1/accounts/{account}/oidc.
func (a *api) unlinkOpenID(c *fiber.Ctx, r *request) error {
	account, err := accountNamed(c)
	if err != nil {
		return err
	}
	if err := a.Identity.UnlinkOpenID(r.ctx, r.who.Principal, account); err != nil {
		return err
	}
	return done(c)
}
