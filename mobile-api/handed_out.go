package mobileapi

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/identity"
	"satchel/sync"
)

// oneTimeCode is a code as it is shown in the answer that made it, and never again.
type oneTimeCode struct {
	Code    string       `json:"code"`
	ID      syncing.UUID `json:"id"`
	Expires int64        `json:"expires"`
}

func oneTimeCodeOf(code identity.Code) oneTimeCode {
	return oneTimeCode{code.Text, code.ID, code.Expires}
}

// ends is DELETE of what was handed out of a record, and is named by a part of the path: an invitation, a link, a paper, a calendar. Whether it
// is there for the caller, and theirs to end, is end's to say.
func ends(part string, end func(context.Context, syncing.Principal, syncing.RecordID, syncing.UUID) error) handler {
	return func(c *fiber.Ctx, r *request) error {
		record, err := recordOf(c)
		if err != nil {
			return err
		}
		id, err := uuidOf(c, part)
		if err != nil {
			return err
		}
		if err := end(r.ctx, r.who.Principal, record, id); err != nil {
			return err
		}
		return done(c)
	}
}
