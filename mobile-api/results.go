package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// resultsMax is how many results one answer lists: those that are due first.
const resultsMax = 100

// resultLine is a result that a team has to acknowledge, as the caller sees it.
type resultLine struct {
	Record syncing.RecordID `json:"record"`
	care.ResultView
	Person *queuePerson `json:"person"` // null if the caller may not see who it is
}

// listResults is GET /v1/teams/{team}/results, for members of the team: what it has to acknowledge, and what it is asked to take over,
// also what can wait a week and stands in no queue. Each line is read from its record, through the caller's own eyes.
func (a *api) listResults(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	from, to := care.ResultsRange(team)
	var entries []syncing.IndexEntry
	err = a.Store.Scan(r.ctx, care.ResultsIndex, from, to, resultsMax+1, func(e syncing.IndexEntry) bool {
		entries = append(entries, e)
		return true
	})
	if err != nil {
		return err
	}
	page := struct {
		Results []resultLine `json:"results"`
		More    bool         `json:"more"`
	}{[]resultLine{}, len(entries) > resultsMax}
	for _, e := range entries[:min(resultsMax, len(entries))] {
		err := a.Engine.Read(r.ctx, r.who.Principal, e.Record, func(scope syncing.Scope, reader syncing.Reader) error {
			found, err := reader.Document(syncing.DocID(e.Value))
			if err != nil || !found.Exists() || !scope.OfTeam(team) {
				return err
			}
			line := resultLine{Record: e.Record}
			if line.ResultView, err = a.Words.Result(care.BinderOf(reader), found, a.Now().UnixMilli(), a.Zone, true); err != nil {
				return err
			}
			line.Person, err = personOf(reader, e.Record)
			page.Results = append(page.Results, line)
			return err
		})
		if err != nil && !fault.Is(err, fault.NotFound) { // the team has this record no more
			return err
		}
		r.shows(e.Record)
	}
	return answer(c, fiber.StatusOK, page)
}
