package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/sync"
)

// caregiversTold is GET /v1/records/{record}/caregiver-notices: what the caregivers of a person were told, for that person alone. Their phone
// has the same list without a network.
func (a *api) caregiversTold(c *fiber.Ctx, r *request) error {
	record, limit, before, err := backwards(c)
	if err != nil {
		return err
	}
	page := struct {
		Lines []care.CaregiverTold `json:"lines"`
		Next  int64                `json:"next,omitzero"` // as `before`, for what is older
	}{}
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(scope syncing.Scope, reader syncing.Reader) error {
		if !scope.Owner() {
			return notHere("mobileapi.caregiversTold")
		}
		lines, err := care.CaregiversTold(care.BinderOf(reader))
		page.Lines, page.Next = care.CaregiversToldPage(lines, int64(before), limit)
		return err
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, page)
}
