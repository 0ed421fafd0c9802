package mobileapi

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	queuePage    = 50
	queuePageMax = 200
	// queueCountMax is up to how many rows are counted exactly. A longer queue is as long as it is: reading its first page must not
	// take longer for that.
	queueCountMax = 100
	// queueLookMax is how many entries of the index one answer looks at beyond the rows that it gives. Entries that the caller may
	// not see cost a look; where there are that many, the page ends before its limit and `next` goes on behind them.
	queueLookMax = 400
	// queueRecordsMax is of how many records one request asks for the rows.
	queueRecordsMax = 50
)

// queue is GET /v1/teams/{team}/queue, for members of the team. It is read from the store's index, as far as the page goes, and
// each row again from its record: what the caller may not see there is neither shown nor counted.
func (a *api) queue(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	if names := c.Query("records"); names != "" {
		return a.queueOf(c, r, team, names)
	}
	limit, err := intQuery(c, "limit", queuePage, 1, queuePageMax)
	if err != nil {
		return err
	}
	after := c.Query("after")
	walk, err := a.walkQueue(r.ctx, r.who.Principal, team, after)
	if err != nil {
		return err
	}
	var page struct {
		Count    *int       `json:"count,omitzero"`    // of the whole queue, on its first page
		Complete *bool      `json:"complete,omitzero"` // false: there are more rows than are counted
		Rows     []queueRow `json:"rows"`
		Next     string     `json:"next,omitzero"`
		Judged   *judgedBy  `json:"judged,omitzero"` // by which rules, and whether anybody approved them
	}
	page.Judged = a.Instruments.judgedBy()
	if page.Rows, err = walk.rows(limit, limit+queueLookMax); err != nil {
		return err
	}
	for _, row := range page.Rows {
		r.shows(row.Record)
	}
	if page.Next, err = walk.behind(); err != nil {
		return err
	}
	if after == "" {
		count, complete, err := walk.count(len(page.Rows), queueCountMax)
		if err != nil {
			return err
		}
		page.Count, page.Complete = &count, &complete
	}
	return answer(c, fiber.StatusOK, page)
}

// queueOf answers with the rows of some records, and reads nothing but these. A record without a row is missing, whatever the reason.
func (a *api) queueOf(c *fiber.Ctx, r *request, team syncing.TeamID, names string) error {
	list := strings.Split(names, ",")
	if len(list) > queueRecordsMax {
		return errQueueRecords
	}
	var page struct {
		Rows []queueRow `json:"rows"`
		// Offers are those of the records in which an offer between this team and another waits for an answer: who lists offers reads them
		// again for these alone.
		Offers []syncing.RecordID `json:"offers"`
		// Unsettled are those of the records in which something waits to be settled, as the team's list of them has them.
		Unsettled []unsettledLine `json:"unsettled"`
	}
	page.Rows, page.Offers, page.Unsettled = []queueRow{}, []syncing.RecordID{}, []unsettledLine{}
	for _, name := range list {
		id, err := syncing.ParseUUID(name)
		if err != nil {
			return errQueueRecords
		}
		record := syncing.RecordID{UUID: id}
		now, err := a.rowOfRecord(r.ctx, r.who.Principal, team, record)
		if err != nil {
			return err
		}
		if now.offers || now.row != nil || now.unsettled != nil {
			r.shows(record)
		}
		if now.offers {
			page.Offers = append(page.Offers, record)
		}
		if now.row != nil {
			page.Rows = append(page.Rows, *now.row)
		}
		if now.unsettled != nil {
			page.Unsettled = append(page.Unsettled, *now.unsettled)
		}
	}
	return answer(c, fiber.StatusOK, page)
}

var errQueueRecords = fault.New(fault.Invalid, "mobileapi.queueOf", "The records of the query are not names of records, or too many.")

// myTeam reads the team of the path. For everybody who does not work in it, it is not here.
func (a *api) myTeam(c *fiber.Ctx, r *request) (syncing.TeamID, error) {
	id, err := uuidOf(c, "team")
	team := syncing.TeamID{UUID: id}
	if err == nil && !memberOf(r.who.Principal, team) {
		err = notHere("mobileapi.myTeam")
	}
	return team, err
}

// errQueueMoved: going on from where a row was and is no more could pass over another.
var errQueueMoved = fault.New(fault.Conflict, "mobileapi.queue", "The queue has changed. Read it again from the beginning.")
