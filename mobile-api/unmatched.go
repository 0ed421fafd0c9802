package mobileapi

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// unmatchedLine is a result that nobody has made out a person for, as the team's list shows it.
type unmatchedLine struct {
	ID syncing.UUID `json:"id"`
	At int64        `json:"at"`
	care.UnmatchedResult
}

// keepUnmatched is POST /v1/teams/{team}/unmatched-results, for members of the team, a laboratory's own account among them: a result that
// came without an order, or for a person who is not certain. The same key names the same one.
func (a *api) keepUnmatched(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	key, err := keyOf(c)
	if err != nil {
		return err
	}
	var in care.UnmatchedResult
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Identifiers == nil || in.Set == nil {
		return fault.New(fault.Invalid, "mobileapi.keepUnmatched", "`identifiers` and `set` are needed: what is known of the person, and what was measured.")
	}
	if err := in.Check(); err != nil {
		return err
	}
	body, err := json.Marshal(in, json.Deterministic(true))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "mobileapi.keepUnmatched", fault.TextOf(nil))
	}
	id := syncing.DerivedUUID("unmatched", team.String(), r.who.Account.String(), key)
	if err := a.Identity.KeepUnmatched(r.ctx, r.who.Principal, team, id, body); err != nil {
		return err
	}
	return answer(c, fiber.StatusCreated, struct {
		ID syncing.UUID `json:"id"`
	}{id})
}

// listUnmatched is GET /v1/teams/{team}/unmatched-results, the longest waiting first.
func (a *api) listUnmatched(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	waiting, err := a.Identity.ListUnmatched(r.ctx, team)
	if err != nil {
		return err
	}
	lines := []unmatchedLine{}
	for _, u := range waiting {
		line := unmatchedLine{ID: u.ID, At: u.At}
		if err := json.Unmarshal(u.Body, &line.UnmatchedResult); err != nil {
			return fault.Wrap(err, fault.Corrupt, "mobileapi.listUnmatched", fault.TextOf(nil))
		}
		lines = append(lines, line)
	}
	return answer(c, fiber.StatusOK, struct {
		Results []unmatchedLine `json:"results"`
	}{lines})
}

// endUnmatched is DELETE /v1/teams/{team}/unmatched-results/{id}: it is nobody's, or came twice. Doing it
// again changes nothing.
func (a *api) endUnmatched(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	id, err := uuidOf(c, "id")
	if err != nil {
		return err
	}
	if err := a.Identity.EndUnmatched(r.ctx, team, id); err != nil {
		return err
	}
	return done(c)
}

// attaching is the body of the action attach-result.
type attaching struct {
	Team        syncing.TeamID    `json:"team"`
	Unmatched   syncing.UUID      `json:"unmatched"`
	Identifiers []care.Identifier `json:"identifiers"`
}

// attachResult is the action attach-result: a human says whose a result is, by two identifiers that are both as the record has them. It
// is said of one record before it is written there, and taken off the list afterwards: whoever dies in between does it again.
func (a *api) attachResult(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in attaching
	if err := decode(c, &in); err != nil {
		return err
	}
	if _, err := keyOf(c); err != nil {
		return err
	}
	if len(in.Identifiers) < 2 || in.Team.IsZero() || in.Unmatched.IsZero() {
		return fault.New(fault.Invalid, "mobileapi.attachResult", "Name the team, the result, and two identifiers of the person, such as the date of birth and a number. A name is none.")
	}
	var person, made syncing.Snapshot
	err := a.Engine.Read(r.ctx, r.who.Principal, record, func(_ syncing.Scope, reader syncing.Reader) (err error) {
		if person, err = reader.Document(care.PersonID(record)); err == nil {
			made, err = reader.Document(syncing.NewDocID(care.ResultType, in.Unmatched))
		}
		return err
	})
	if err != nil {
		return err
	}
	if !person.Exists() || !memberOf(r.who.Principal, in.Team) {
		return notHere("mobileapi.attachResult")
	}
	if made.Exists() { // it was attached here before, and the answer was lost
		if err := a.Identity.EndUnmatched(r.ctx, in.Team, in.Unmatched); err != nil {
			return err
		}
		return answer(c, fiber.StatusOK, struct {
			Outcome syncing.Outcome `json:"outcome"`
		}{syncing.Outcome{N: 1, Status: syncing.Applied, Rev: made.Rev()}})
	}
	waits, err := a.Identity.ReadUnmatched(r.ctx, in.Team, in.Unmatched)
	if err != nil {
		return err
	}
	var result care.UnmatchedResult
	if err := json.Unmarshal(waits.Body, &result); err != nil {
		return fault.Wrap(err, fault.Corrupt, "mobileapi.attachResult", fault.TextOf(nil))
	}
	patch, err := result.AttachPatch(in.Unmatched, person, in.Identifiers)
	if err != nil {
		return err
	}
	if err := a.Identity.ClaimUnmatched(r.ctx, in.Team, in.Unmatched, record); err != nil {
		return err
	}
	if err := a.apply(c, r, record, patch); err != nil { // refused: it can still be somebody else's
		return errors.Join(err, a.Identity.ReleaseUnmatched(r.ctx, in.Team, in.Unmatched, record))
	}
	return a.Identity.EndUnmatched(r.ctx, in.Team, in.Unmatched)
}
