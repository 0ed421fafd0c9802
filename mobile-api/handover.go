package mobileapi

import (
	"context"
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

// withHandoverLacks adds to a refused change of phase what is missing for it, as the caller sees the record.
func (a *api) withHandoverLacks(ctx context.Context, who syncing.Principal, record syncing.RecordID, plan syncing.DocID, refused error) error {
	var lacks []care.Lack
	err := a.Engine.Read(ctx, who, record, func(_ syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(plan)
		if err != nil || !found.Exists() {
			return err
		}
		lacks, err = a.Words.HandoverLacks(care.BinderOf(reader))
		return err
	})
	if err != nil || len(lacks) == 0 {
		return refused
	}
	return &incomplete{refused, lacks}
}

// handoverAnswer is what GET /v1/records/{record}/handover says.
type handoverAnswer struct {
	Now     *care.RegimenNow        `json:"now"` // null: no regimen sheet is active
	Papers  []care.PublishedSummary `json:"papers"`
	Missing []care.Lack             `json:"missing"` // what keeps the plan from going into follow-up
	Reviews care.ReviewDates        `json:"reviews"`
}

// handover is GET /v1/records/{record}/handover: what a team needs to take somebody over, for those who see the plan.
func (a *api) handover(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	said := handoverAnswer{Papers: []care.PublishedSummary{}, Missing: []care.Lack{}}
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(scope syncing.Scope, reader syncing.Reader) error {
		if !slices.Contains(scope.Categories(), care.CategoryPlan) {
			return notHere("mobileapi.handover")
		}
		return a.readHandover(&said, care.BinderOf(reader))
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, said)
}

func (a *api) readHandover(said *handoverAnswer, b care.Binder) error {
	papers, err := care.PublishedSummaries(b)
	if err != nil {
		return err
	}
	said.Papers = append(said.Papers, papers...)
	lacks, err := a.Words.HandoverLacks(b)
	if err != nil {
		return err
	}
	said.Missing = append(said.Missing, lacks...)
	if said.Reviews, err = a.Words.ReviewDates(b); err != nil {
		return err
	}
	said.Now, err = a.Words.RegimenNow(a.Now(), b)
	return err
}
