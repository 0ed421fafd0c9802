package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	unsettledPage    = 50
	unsettledPageMax = 200
)

// unsettledLine is one record in which something waits for somebody to settle it.
type unsettledLine struct {
	Record    syncing.RecordID `json:"record"`
	Held      int              `json:"held"`          // what could not be used as it is
	Differing int              `json:"differing"`     // fields in which several wrote different things
	More      bool             `json:"more,omitzero"` // more waits than is counted
	Since     int64            `json:"since"`         // ms, since when the oldest of it waits, by the server's clock
	Person    *queuePerson     `json:"person"`        // null if the caller may not see who it is
}

// unsettled is GET /v1/teams/{team}/unsettled, for members of the team: in whose records something waits that the team may settle, the
// longest waiting first. The store lists these records and no others, and of each what waits in it is counted through the caller's own
// eyes: it costs what waits, however many records the team has.
func (a *api) unsettled(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	limit, err := intQuery(c, "limit", unsettledPage, 1, unsettledPageMax)
	if err != nil {
		return err
	}
	from, to := syncing.UnsettledRange(team)
	entries, next, err := a.listed(r.ctx, syncing.UnsettledIndex, from, to, c.Query("after"), limit)
	if err != nil {
		return err
	}
	page := struct {
		Records  []unsettledLine `json:"records"`
		Next     string          `json:"next,omitzero"`
		Complete bool            `json:"complete"` // false: records from before are still being looked through
	}{[]unsettledLine{}, next, a.Behind == nil || !a.Behind()}
	for _, e := range entries {
		var line *unsettledLine
		err := a.Engine.Unsettled(r.ctx, r.who.Principal, e.Record, func(scope syncing.Scope, reader syncing.Reader, waits syncing.Unsettled) error {
			line, err = unsettledIn(team, e.Record, scope, reader, waits)
			return err
		})
		if err != nil && !fault.Is(err, fault.NotFound) { // the team has this record no more
			return err
		}
		if line != nil {
			r.shows(e.Record)
			page.Records = append(page.Records, *line)
		}
	}
	return answer(c, fiber.StatusOK, page)
}

// unsettledIn is a record's line in the list of a team; nil if nothing waits there for the caller as a member of it.
func unsettledIn(team syncing.TeamID, record syncing.RecordID, scope syncing.Scope, reader syncing.Reader, waits syncing.Unsettled) (*unsettledLine, error) {
	if !scope.OfTeam(team) || !waits.Any() {
		return nil, nil
	}
	person, err := personOf(reader, record)
	return &unsettledLine{record, waits.Held, waits.Differing, waits.More, waits.Since, person}, err
}
