package mobileapi

import "github.com/gofiber/fiber/v2"

// listHeld is GET /v1/records/{record}/held. Settling one is a write to its status, like any other.
func (a *api) listHeld(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	list, err := a.Engine.Held(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, list)
}
