package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/sync"
)

// schema is GET /v1/schema: the document types, and with ?record= what the caller may write there. Without, nothing may be written.
func (a *api) schema(c *fiber.Ctx, r *request) error {
	var scope syncing.Scope
	if named := c.Query("record"); named != "" {
		id, err := syncing.ParseUUID(named)
		if err != nil {
			return notHere("mobileapi.schema")
		}
		if scope, err = a.Identity.ScopeOf(r.ctx, r.who.Principal, syncing.RecordID{UUID: id}); err != nil {
			return err
		}
		if !scope.Active() {
			return notHere("mobileapi.schema")
		}
	}
	return answer(c, fiber.StatusOK, a.Engine.Schema().Describe(scope))
}
