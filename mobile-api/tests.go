package mobileapi

import (
	"context"

	"github.com/gofiber/fiber/v2"

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
	entries, next, err := a.listed(r.ctx, care.TestsIndex, from, to, c.Query("after"), limit)
	if err != nil {
		return err
	}
	page := struct {
		Tests []testLine `json:"tests"`
		Next  string     `json:"next,omitzero"`
	}{Tests: []testLine{}, Next: next}
	for _, e := range entries {
		line, ok, err := a.testLineOf(r.ctx, r.who.Principal, team, e)
		if err != nil {
			return err
		}
		if ok {
			r.shows(line.Record)
			page.Tests = append(page.Tests, line)
		}
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
