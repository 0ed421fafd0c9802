package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/identity"
	"satchel/sync"
)

// invite is POST /v1/records/{record}/invitations: a one-time code for a clinician from outside. It is shown in this answer and never
// again.
func (a *api) invite(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	var in struct {
		As         identity.TeamKind `json:"as"`
		For        string            `json:"for"`
		Categories []string          `json:"categories,omitzero"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	code, err := a.Identity.Invite(r.ctx, r.who.Principal, record, identity.InvitationRequest{As: in.As, For: in.For, Categories: in.Categories})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusCreated, oneTimeCodeOf(code))
}

type invitationLine struct {
	ID      syncing.UUID      `json:"id"`
	As      identity.TeamKind `json:"as"`
	For     string            `json:"for"`
	By      syncing.AccountID `json:"by"`
	Made    int64             `json:"made"`
	Expires int64             `json:"expires"`
	State   string            `json:"state"`
	Team    syncing.TeamID    `json:"team,omitzero"` // that came by it
}

// listInvitations is GET /v1/records/{record}/invitations.
func (a *api) listInvitations(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	list, err := a.Identity.Invitations(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	lines := []invitationLine{}
	for _, i := range list {
		lines = append(lines, invitationLine(i))
	}
	return answer(c, fiber.StatusOK, struct {
		Invitations []invitationLine `json:"invitations"`
	}{lines})
}

// join is POST /v1/invitations/redeem: a clinician from outside makes a free account of their own, and is signed in.
func (a *api) join(c *fiber.Ctx, r *request) error {
	var in struct {
		Code       string `json:"code"`
		RequestID  string `json:"requestId"` // the same when it is sent again: the same answer
		Name       string `json:"name"`
		SignInName string `json:"signInName"`
		Password   string `json:"password"`
		Job        string `json:"job,omitzero"`
		Practice   struct {
			Name string `json:"name"`
			Type string `json:"type"`
		} `json:"practice"`
		Device deviceFacts `json:"device"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	tokens, joined, err := a.Identity.Join(r.ctx, identity.Joining{
		Code: in.Code, RequestID: in.RequestID, Address: a.addressOf(c), Device: in.Device.facts(), Name: in.Name, SignInName: in.SignInName,
		Password: in.Password, Job: in.Job, Practice: in.Practice.Name, Type: in.Practice.Type,
	})
	if err != nil {
		return err
	}
	if err := a.joined(r, joined); err != nil {
		return err
	}
	return a.welcome(c, r, tokens)
}

// accept is POST /v1/invitations/accept: a clinician who has an account gets one record more.
func (a *api) accept(c *fiber.Ctx, r *request) error {
	var in struct {
		Code string         `json:"code"`
		Team syncing.TeamID `json:"team,omitzero"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	joined, err := a.Identity.Accept(r.ctx, r.who.Principal, in.Code, in.Team, a.addressOf(c))
	if err != nil {
		return err
	}
	if err := a.joined(r, joined); err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Record syncing.RecordID `json:"record"`
		Team   syncing.TeamID   `json:"team"`
	}{joined.Record, joined.Team})
}

// joined puts the team into the record, as proposed: whether it is there for the person it says itself.
func (a *api) joined(r *request, j identity.Joined) error {
	if err := a.Card(r.ctx, j.Record, j.Team); err != nil {
		return err
	}
	a.Live.Changed(j.Record)
	return nil
}
