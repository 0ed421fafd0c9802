package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/sync"
)

// whichRow names one of the two rows that a record can have in a queue.
type whichRow struct {
	Private bool `json:"private,omitzero"`
}

func (w *whichRow) private() bool { return w.Private }

// claimRow is POST /v1/teams/{team}/queue/{record}/claim.
func (a *api) claimRow(c *fiber.Ctx, r *request) error {
	return a.teamAction(c, r, &whichRow{}, func(row syncing.DocID) syncing.Patch { return care.ClaimPatch(row, r.who.Account) })
}

// handBackRow is POST /v1/teams/{team}/queue/{record}/hand-back.
func (a *api) handBackRow(c *fiber.Ctx, r *request) error {
	return a.teamAction(c, r, &whichRow{}, care.HandBackPatch)
}

// closeRow is POST /v1/teams/{team}/queue/{record}/close.
func (a *api) closeRow(c *fiber.Ctx, r *request) error {
	var in struct {
		whichRow
		closing
	}
	return a.teamAction(c, r, &in, func(row syncing.DocID) syncing.Patch { return care.CloseSeen(row, in.Seen, in.Outcome, in.Note) })
}

// teamAction is an action on a row that is named by team and record.
func (a *api) teamAction(c *fiber.Ctx, r *request, in interface{ private() bool }, patch func(row syncing.DocID) syncing.Patch) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	if err := decode(c, in); err != nil {
		return err
	}
	row := care.TriageID(record, team.String(), in.private())
	if err := a.seesRow(r.ctx, r.who.Principal, record, row); err != nil {
		return err
	}
	return a.apply(c, r, record, patch(row))
}
