package mobileapi

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/sync"
)

// survivorshipSchema is GET /v1/schemas/survivorship: the schema that what is published here fits, for whoever checks it elsewhere.
func (a *api) survivorshipSchema(c *fiber.Ctx, _ *request) error {
	c.Set(fiber.HeaderContentType, "application/schema+json")
	if err := c.Send(care.SurvivorshipSchema()); err != nil {
		return err
	}
	return pack(c)
}

// handoverAnswer is what GET /v1/records/{record}/handover says.
type handoverAnswer struct {
	Papers []care.PublishedSummary `json:"papers"`
}

// handover is GET /v1/records/{record}/handover: what a team needs to take somebody over, for those who see the plan.
func (a *api) handover(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	said := handoverAnswer{Papers: []care.PublishedSummary{}}
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(scope syncing.Scope, reader syncing.Reader) error {
		if !slices.Contains(scope.Categories(), care.CategoryPlan) {
			return notHere("mobileapi.handover")
		}
		papers, err := care.PublishedSummaries(care.BinderOf(reader))
		said.Papers = append(said.Papers, papers...)
		return err
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, said)
}
