package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/sync"
)

// deviceLine is a place where the account is signed in, or was lately.
type deviceLine struct {
	ID      syncing.UUID `json:"id"`
	Kind    string       `json:"kind"`
	Name    string       `json:"name"`
	Made    int64        `json:"made"`
	Seen    int64        `json:"seen"` // to the hour
	Ended   int64        `json:"ended,omitzero"`
	Current bool         `json:"current"` // the one that asks
}

// listDevices is GET /v1/devices: the caller's own.
func (a *api) listDevices(c *fiber.Ctx, r *request) error {
	devices, err := a.Identity.Devices(r.ctx, r.who.Principal, r.who.Account, syncing.RecordID{})
	if err != nil {
		return err
	}
	list := make([]deviceLine, len(devices))
	for i, d := range devices {
		list[i] = deviceLine{ID: d.ID, Kind: d.Kind, Name: d.Name, Made: d.Made, Seen: d.Seen, Ended: d.Ended, Current: d.ID == r.who.Device}
	}
	return answer(c, fiber.StatusOK, struct {
		Devices []deviceLine `json:"devices"`
	}{list})
}

// endDevice is DELETE /v1/devices/{id}: signs one of the caller's own devices out.
func (a *api) endDevice(c *fiber.Ctx, r *request) error {
	id, err := uuidOf(c, "id")
	if err != nil {
		return err
	}
	if err := a.Identity.RevokeDevice(r.ctx, r.who.Principal, r.who.Account, id, syncing.RecordID{}); err != nil {
		return err
	}
	return done(c)
}

// registerPush is PUT /v1/devices/self/push: where a wake-up for this device goes.
func (a *api) registerPush(c *fiber.Ctx, r *request) error {
	var in struct {
		Platform string `json:"platform"`
		Token    string `json:"token"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := a.Identity.RegisterPush(r.ctx, r.who.Principal, in.Platform, in.Token); err != nil {
		return err
	}
	return done(c)
}
