package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/sync"
)

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

// history is GET /v1/records/{record}/documents/{type}/{id}/history: why is this value here?
func (a *api) history(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	doc, err := syncing.ParseDocID(c.Params("type") + "/" + c.Params("id"))
	if err != nil {
		return notHere("mobileapi.history")
	}
	entries, err := a.Engine.History(r.ctx, r.who.Principal, record, doc)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Doc     syncing.DocID          `json:"doc"`
		Entries []syncing.HistoryEntry `json:"entries"`
	}{doc, entries})
}
