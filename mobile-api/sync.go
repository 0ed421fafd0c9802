package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/sync"
)

// sync is POST /v1/sync. Its status speaks of the envelope only: what became of each mutation is in the answer.
func (a *api) sync(c *fiber.Ctx, r *request) error {
	body, err := jsonBody(c)
	if err != nil {
		return err
	}
	req, err := syncing.DecodeRequest(body)
	if err != nil {
		return err
	}
	resp, err := a.Engine.Sync(r.ctx, r.who.Principal, req)
	if err != nil {
		return err
	}
	for i := range resp.Records { // an idle round showed nothing
		if len(resp.Records[i].Changes) > 0 {
			r.opens(resp.Records[i].Record)
		}
	}
	return answer(c, fiber.StatusOK, resp)
}
