package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/sync"
)

// actingHeader names the team for which somebody who works in several speaks in this request. Everything in it is then seen and
// done in that one role.
const actingHeader = "Acting-Team"

var errActing = fault.New(fault.Forbidden, "mobileapi.actingAs", "You do not work in the team that Acting-Team names. Choose one of your own teams.")

// actAs narrows the caller to the team of the header, if there is one. Its fault is Forbidden.
func (r *request) actAs(c *fiber.Ctx) error {
	text := c.Get(actingHeader)
	if text == "" {
		return nil
	}
	id, err := syncing.ParseUUID(text)
	if err != nil || id.IsZero() {
		return errActing
	}
	r.who.Principal, err = actingAs(r.who.Principal, syncing.TeamID{UUID: id})
	return err
}

// actingAs is the caller in one team alone; without a team, as they are.
func actingAs(who syncing.Principal, team syncing.TeamID) (syncing.Principal, error) {
	if team.IsZero() {
		return who, nil
	}
	as, works := who.As(team)
	if !works {
		return who, errActing
	}
	return as, nil
}
