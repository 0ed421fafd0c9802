package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/sync"
)

// setLead is PUT /v1/teams/{team}/leads/{account}: a member answers for the team from now on. For administrators.
func (a *api) setLead(c *fiber.Ctx, r *request) error { return a.leads(c, r, true) }

// endLead is DELETE /v1/teams/{team}/leads/{account}.
func (a *api) endLead(c *fiber.Ctx, r *request) error { return a.leads(c, r, false) }

func (a *api) leads(c *fiber.Ctx, r *request, lead bool) error {
	team, err := uuidOf(c, "team")
	if err != nil {
		return err
	}
	account, err := uuidOf(c, "account")
	if err != nil {
		return err
	}
	if err := a.Identity.SetLead(r.ctx, r.who.Principal, syncing.TeamID{UUID: team}, syncing.AccountID{UUID: account}, lead); err != nil {
		return err
	}
	return done(c)
}
