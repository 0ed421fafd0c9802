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
	return a.answerDevices(c, r, r.who.Account, syncing.RecordID{})
}

// answerDevices lists the devices of an account, with a record for those who look after its person.
func (a *api) answerDevices(c *fiber.Ctx, r *request, account syncing.AccountID, record syncing.RecordID) error {
	devices, err := a.Identity.Devices(r.ctx, r.who.Principal, account, record)
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

// listDevicesOf is GET /v1/records/{record}/accounts/{account}/devices: those of the person or of a caregiver, for the teams who look
// after the person.
func (a *api) listDevicesOf(c *fiber.Ctx, r *request) error {
	record, account, err := accountOf(c)
	if err != nil {
		return err
	}
	return a.answerDevices(c, r, account, record)
}

// endDeviceOf is DELETE /v1/records/{record}/accounts/{account}/devices/{device}: somebody rang because a phone was lost.
func (a *api) endDeviceOf(c *fiber.Ctx, r *request) error {
	record, account, err := accountOf(c)
	if err != nil {
		return err
	}
	device, err := uuidOf(c, "device")
	if err != nil {
		return err
	}
	if err := a.Identity.RevokeDevice(r.ctx, r.who.Principal, account, device, record); err != nil {
		return err
	}
	return done(c)
}

// endPush is DELETE /v1/devices/self/push: this device is not rung any more.
func (a *api) endPush(c *fiber.Ctx, r *request) error {
	if err := a.Identity.EndPush(r.ctx, r.who.Principal); err != nil {
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
