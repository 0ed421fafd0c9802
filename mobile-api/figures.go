package mobileapi

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

const (
	figuresDays    = 28
	figuresDaysMax = 366
	// figuresMax is how many entries of each kind are counted.
	figuresMax = 5000
)

// figures is GET /v1/teams/{team}/figures, for members of the team: how it fares, about nobody in particular. It is counted from
// the index alone; no record is opened for it.
func (a *api) figures(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	days, err := intQuery(c, "days", figuresDays, 1, figuresDaysMax)
	if err != nil {
		return err
	}
	now := a.Now().UnixMilli()
	from, to := care.TeamRange(team, now-int64(days)*24*time.Hour.Milliseconds(), now+1)
	var concerns []care.Acted
	var bad error
	_, all, err := a.counted(r.ctx, care.ConcernsIndex, from, to, func(e syncing.IndexEntry) bool {
		var one care.Acted
		bad = json.Unmarshal(e.Value, &one)
		concerns = append(concerns, one)
		return bad == nil
	})
	if err != nil {
		return err
	}
	if bad != nil {
		return fault.Wrap(bad, fault.Corrupt, "mobileapi.figures", "An entry of the index cannot be read.")
	}
	var responses []int64
	_, whole, err := a.counted(r.ctx, care.ResponsesIndex, from, to, func(e syncing.IndexEntry) bool {
		responses = append(responses, care.CountedAt(e.Key))
		return true
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Days     int  `json:"days"`
		Complete bool `json:"complete"` // false: there is more than was counted
		care.Figures
		Weeks []care.Week `json:"weeks"` // those that lie within the days whole
	}{days, all && whole, a.Words.Figures(concerns, len(responses), now), a.Words.Weeks(concerns, responses, days/7, now)})
}

// counted goes through a part of an index, up to figuresMax entries; whole is false if there are more.
func (a *api) counted(ctx context.Context, index string, from, to []byte, each func(syncing.IndexEntry) bool) (n int, whole bool, err error) {
	err = a.Store.Scan(ctx, index, from, to, figuresMax+1, func(e syncing.IndexEntry) bool {
		n++
		return n > figuresMax || each(e)
	})
	return min(n, figuresMax), n <= figuresMax, err
}
