package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
)

type health struct {
	Status string    `json:"status"`
	Rules  *judgedBy `json:"rules,omitzero"` // of readyz: an operator must see rules that nobody approved
}

// healthz says that the process answers.
func (a *api) healthz(c *fiber.Ctx, _ *request) error {
	return answer(c, fiber.StatusOK, health{Status: "ok"})
}

// readyz says whether it can serve. Why not is for operators, in the log.
func (a *api) readyz(c *fiber.Ctx, r *request) error {
	if err := a.Ready(r.ctx); err != nil {
		return fault.Wrap(err, fault.Busy, "mobileapi.readyz", "Not ready to serve.")
	}
	return answer(c, fiber.StatusOK, health{Status: "ready", Rules: a.Instruments.judgedBy()})
}
