package mobileapi

import (
	"bytes"
	"context"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/base64url"
	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// testLine is one order of a team's list, as the caller sees it.
type testLine struct {
	Record syncing.RecordID `json:"record"`
	care.TestPlan
	Person *queuePerson `json:"person"` // null if the caller may not see who it is
}

// tests is GET /v1/teams/{team}/tests, for members of the team: the orders that the team wants, does, or acts on, with the dates that ask
// something of somebody, and the next one. A page costs what it shows.
func (a *api) tests(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	limit, err := intQuery(c, "limit", workPage, 1, workPageMax)
	if err != nil {
		return err
	}
	from, to := care.TestsRange(team)
	prefix := len(team.UUID)
	if after := c.Query("after"); after != "" {
		behind, err := base64url.Decode(after)
		if err != nil {
			return fault.New(fault.Invalid, "mobileapi.tests", "`after` is not from a page of this list.")
		}
		from = care.WorkBehind(append(from[:prefix:prefix], behind...))
	}
	var entries []syncing.IndexEntry
	err = a.Store.Scan(r.ctx, care.TestsIndex, from, to, limit+1, func(e syncing.IndexEntry) bool {
		e.Key, e.Value = bytes.Clone(e.Key), bytes.Clone(e.Value)
		entries = append(entries, e)
		return true
	})
	if err != nil {
		return err
	}
	page := struct {
		Tests []testLine `json:"tests"`
		Next  string     `json:"next,omitzero"`
	}{Tests: []testLine{}}
	for _, e := range entries[:min(limit, len(entries))] {
		line, ok, err := a.testLineOf(r.ctx, r.who.Principal, team, e)
		if err != nil {
			return err
		}
		if ok {
			r.shows(line.Record)
			page.Tests = append(page.Tests, line)
		}
	}
	if len(entries) > limit {
		page.Next = base64url.Encode(entries[limit-1].Key[prefix:])
	}
	return answer(c, fiber.StatusOK, page)
}

// testLineOf reads an order as it stands now; ok is false if it is not there for the caller.
func (a *api) testLineOf(ctx context.Context, who syncing.Principal, team syncing.TeamID, e syncing.IndexEntry) (line testLine, ok bool, err error) {
	err = a.Engine.Read(ctx, who, e.Record, func(scope syncing.Scope, reader syncing.Reader) error {
		if !scope.OfTeam(team) {
			return nil
		}
		plan, found, err := care.TestPlanOf(syncing.DocID(e.Value), care.BinderOf(reader), a.Now().UnixMilli())
		if err != nil || !found {
			return err
		}
		line.Record, line.TestPlan, ok = e.Record, plan.Open(), true
		line.Person, err = personOf(reader, e.Record)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return line, false, nil // the team has this record no more
	}
	return line, ok, err
}
