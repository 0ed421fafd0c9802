package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/identity"
	"satchel/sync"
)

// consentLine is one consent, as the person keeps it.
type consentLine struct {
	Kind   string `json:"kind"`
	Status string `json:"status"`
	shareLine
}

// exportConsents is GET /v1/records/{record}/consents: everything that the person has consented to, what has ended too, for them alone, when they have shown that it is
// them.
func (a *api) exportConsents(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	shares, err := a.Identity.OwnShares(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	if err := a.Identity.Proved(r.who); err != nil {
		return err
	}
	export := struct {
		Record   syncing.RecordID `json:"record"`
		At       int64            `json:"at"`
		Consents []consentLine    `json:"consents"`
	}{record, a.Now().UnixMilli(), []consentLine{}}
	for _, s := range shares {
		if s.Relation != "owner" {
			export.Consents = append(export.Consents, consentLineOf(s, export.At))
		}
	}
	return answer(c, fiber.StatusOK, export)
}

func consentLineOf(s identity.Share, now int64) consentLine {
	line := consentLine{Kind: "caregiver", Status: "active", shareLine: shareLineOf(s)}
	if s.Relation == "team" {
		line.Kind = s.Relation
	}
	switch {
	case s.Relation == "waiting":
		line.Status = s.Relation
	case s.Until != 0, s.Expires != 0 && s.Expires <= now:
		line.Status = "ended"
	}
	return line
}
