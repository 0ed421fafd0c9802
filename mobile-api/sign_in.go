package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/identity"
	"satchel/sync"
)

// tokenAnswer is what a signed-in device gets. Times are ms since 1970 UTC.
type tokenAnswer struct {
	Account        syncing.AccountID `json:"account"`
	Device         syncing.UUID      `json:"device"`
	Kind           identity.Kind     `json:"kind"`
	AccessToken    string            `json:"accessToken"`
	AccessExpires  int64             `json:"accessExpires"`
	RefreshToken   string            `json:"refreshToken"`
	RefreshExpires int64             `json:"refreshExpires"`
}

func tokensOf(t identity.Tokens) tokenAnswer {
	return tokenAnswer{
		Account: t.Account, Device: t.Device, Kind: t.Kind, AccessToken: t.Access, AccessExpires: t.AccessExpires,
		RefreshToken: t.Refresh, RefreshExpires: t.RefreshExpires,
	}
}

// signIn is POST /v1/sign-in, for staff.
func (a *api) signIn(c *fiber.Ctx, r *request) error {
	var in struct {
		Name     string      `json:"name"`
		Password string      `json:"password"`
		Code     string      `json:"code,omitzero"` // from the authenticator app, where one is set
		Device   deviceFacts `json:"device"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	tokens, err := a.Identity.SignIn(r.ctx, identity.SigningIn{
		Name: in.Name, Password: in.Password, Code: in.Code, Address: a.addressOf(c), Device: in.Device.facts(),
	})
	if err != nil {
		return err
	}
	return a.welcome(c, r, tokens)
}

// refresh is POST /v1/token: a refresh token for its successor and a new access token.
func (a *api) refresh(c *fiber.Ctx, r *request) error {
	var in struct {
		RefreshToken string `json:"refreshToken"`
		RequestID    string `json:"requestId"` // the same when it is sent again: the same answer
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	tokens, err := a.Identity.Refresh(r.ctx, identity.Refreshing{Token: in.RefreshToken, RequestID: in.RequestID})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, tokensOf(tokens))
}

// signOut is POST /v1/sign-out: ends the caller's own device.
func (a *api) signOut(c *fiber.Ctx, r *request) error {
	if err := a.Identity.SignOut(r.ctx, r.who.Principal); err != nil {
		return err
	}
	return done(c)
}
