package mobileapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/reminder"
	"satchel/sync"
)

// remindDays is how many days of reminders are listed unless somebody asks otherwise, and remindDaysMax the most.
const remindDays, remindDaysMax = 14, 60

// reminders is GET /v1/records/{record}/reminders: what the server will ring for the person, or for a caregiver in their scope. A phone works
// out the same from its own copy.
func (a *api) reminders(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	days, err := intQuery(c, "days", remindDays, 1, remindDaysMax)
	if err != nil {
		return err
	}
	var page reminder.Page
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(scope syncing.Scope, reader syncing.Reader) error {
		audience := remind.ForPatient
		switch {
		case scope.Owner():
		case scope.Has(care.RoleCaregiver):
			audience = remind.ForCaregiver
		default:
			return notHere("mobileapi.reminders")
		}
		page, err = reminder.List(care.BinderOf(reader), audience, a.Zone, a.Now().UnixMilli(), days)
		return err
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, page)
}

// reminding is what a phone needs to work out reminders by itself.
type reminding struct {
	Zone  string         `json:"zone"` // of whoever has none
	Rules jsontext.Value `json:"rules"`
}

// reminderRules is GET /v1/reminders: by what reminders are worked out. It changes with the program alone.
func (a *api) reminderRules(c *fiber.Ctx, _ *request) error {
	said := reminding{Zone: cmp.Or(a.Zone, "UTC"), Rules: remind.OwnFile()}
	sum := sha256.Sum256(append([]byte(said.Zone+"\n"), said.Rules...))
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	c.Set(fiber.HeaderETag, tag)
	if holds(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	return answer(c, fiber.StatusOK, said)
}
