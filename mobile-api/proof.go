package mobileapi

import (
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/identity"
)

// prove is POST /v1/proof: somebody who is signed in shows that it is still them, before they are given what is much at once.
func (a *api) prove(c *fiber.Ctx, r *request) error {
	var in struct {
		Password      string         `json:"password,omitzero"`
		Code          string         `json:"code,omitzero"` // from the authenticator app, where one is set
		EnrolmentCode string         `json:"enrolmentCode,omitzero"`
		BirthDate     string         `json:"birthDate,omitzero"`
		RequestID     string         `json:"requestId,omitzero"` // with a code: the same when it is sent again
		Passkey       jsontext.Value `json:"passkey,omitzero"`   // what came of POST /v1/passkeys/proof/begin
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	until, err := a.Identity.Prove(r.ctx, r.who.Principal, identity.Proof{
		Password: in.Password, Code: in.Code, EnrolmentCode: in.EnrolmentCode, BirthDate: in.BirthDate, RequestID: in.RequestID, Passkey: in.Passkey, Address: a.addressOf(c),
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Until int64 `json:"until"`
	}{until})
}
