package mobileapi

import (
	"github.com/gofiber/fiber/v2"
)

// secondFactorRoutes are how staff who sign in with a password have their authenticator app asked for as well.
func (a *api) secondFactorRoutes(mine func(method, path string, h handler)) {
	mine("GET", "/v1/second-factor", a.secondFactor)
	mine("POST", "/v1/second-factor/begin", a.beginSecondFactor)
	mine("POST", "/v1/second-factor/confirm", a.confirmSecondFactor)
}

// secondFactor is GET /v1/second-factor: whether the caller has a password, and whether a code is asked for with it.
func (a *api) secondFactor(c *fiber.Ctx, r *request) error {
	password, set, err := a.Identity.SecondFactor(r.ctx, r.who.Principal)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Password bool `json:"password"`
		Set      bool `json:"set"`
	}{password, set})
}

// beginSecondFactor is POST /v1/second-factor/begin: the secret, as the address that an authenticator app reads. Who only found a desk open gets it not.
func (a *api) beginSecondFactor(c *fiber.Ctx, r *request) error {
	if err := a.Identity.Proved(r.who); err != nil {
		return err
	}
	address, err := a.Identity.BeginSecondFactor(r.ctx, r.who.Principal)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Address string `json:"address"`
	}{address})
}

// confirmSecondFactor is POST /v1/second-factor/confirm: from then on a code is asked for.
func (a *api) confirmSecondFactor(c *fiber.Ctx, r *request) error {
	var in struct {
		Code string `json:"code"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := a.Identity.ConfirmSecondFactor(r.ctx, r.who.Principal, in.Code); err != nil {
		return err
	}
	return done(c)
}
