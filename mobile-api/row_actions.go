package mobileapi

import (
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/sync"
)

// rowNamed and rowClosing are the bodies of what is done to a row of a queue.
type rowNamed struct {
	Triage syncing.DocID `json:"triage"`
}

type rowClosing struct {
	Triage syncing.DocID `json:"triage"`
	closing
}

// closing says what came of a row, and which of the reports in it were seen: one that came in meanwhile is never closed unseen.
type closing struct {
	Outcome string           `json:"outcome"`
	Note    string           `json:"note,omitzero"`
	Seen    []jsontext.Value `json:"seen"`
}

func (in *rowNamed) row() syncing.DocID   { return in.Triage }
func (in *rowClosing) row() syncing.DocID { return in.Triage }

func (a *api) rowAction(c *fiber.Ctx, r *request, record syncing.RecordID, in interface{ row() syncing.DocID }, patch func() syncing.Patch) error {
	if err := decode(c, in); err != nil {
		return err
	}
	if err := a.seesRow(r.ctx, r.who.Principal, record, in.row()); err != nil {
		return err
	}
	return a.apply(c, r, record, patch())
}

// seenRow is the action seen: somebody of the team has opened these reports.
func (a *api) seenRow(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in struct {
		rowNamed
		Seen []jsontext.Value `json:"seen"`
	}
	return a.rowAction(c, r, record, &in, func() syncing.Patch { return care.SeenPatch(in.Triage, in.Seen) })
}

// attemptRow is the action attempt: somebody tried to speak with the person.
func (a *api) attemptRow(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in struct {
		rowNamed
		At     int64  `json:"at"`
		Result string `json:"result"`
		Note   string `json:"note,omitzero"`
	}
	return a.rowAction(c, r, record, &in, func() syncing.Patch { return care.AttemptPatch(in.Triage, in.At, in.Result, in.Note) })
}

// signOffRow is the action sign-off: a lead says what is done for somebody who could not be reached.
func (a *api) signOffRow(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in struct {
		rowNamed
		Arranged string `json:"arranged"`
	}
	return a.rowAction(c, r, record, &in, func() syncing.Patch { return care.SignOffPatch(in.Triage, in.Arranged) })
}

// takeOverRow is the action take-over: from a colleague who has the row and is gone.
func (a *api) takeOverRow(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in struct {
		rowNamed
		From syncing.AccountID `json:"from"`
	}
	return a.rowAction(c, r, record, &in, func() syncing.Patch { return care.TakeOverRowPatch(in.Triage, in.From, r.who.Account) })
}
