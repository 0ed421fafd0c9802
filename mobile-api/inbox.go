package mobileapi

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/calendar"
	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

const (
	inboxPage    = 50
	inboxPageMax = 200
	// inboxScanMax is how many letters of each part are looked at. A team with more is told so.
	inboxScanMax = 1000
)

// inboxLine is one message that waits for a team.
type inboxLine struct {
	Record syncing.RecordID `json:"record"`
	care.Letter
	Person *queuePerson `json:"person"` // null if the caller may not see who it is
}

// inbox is GET /v1/teams/{team}/inbox, for members of the team: what asks them for something, overdue first, then the oldest.
// Information is counted and rolls up into the digest.
func (a *api) inbox(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	limit, err := intQuery(c, "limit", inboxPage, 1, inboxPageMax)
	if err != nil {
		return err
	}
	action, all, err := a.lettersOf(r.ctx, r.who.Principal, team, care.InboxAction)
	if err != nil {
		return err
	}
	information, allToo, err := a.lettersOf(r.ctx, r.who.Principal, team, care.InboxInformation)
	if err != nil {
		return err
	}
	slices.SortStableFunc(action, func(x, y inboxLine) int { return cmp.Compare(overdueFirst(x), overdueFirst(y)) })
	unread := len(information) // information leaves when it is opened
	for _, line := range action {
		if line.Unread() {
			unread++
		}
	}
	for _, line := range action[:min(limit, len(action))] {
		r.shows(line.Record)
	}
	return answer(c, fiber.StatusOK, struct {
		Unread      int         `json:"unread"`
		Action      int         `json:"action"`
		Information int         `json:"information"`
		Complete    bool        `json:"complete"` // false: there are more than are counted
		Letters     []inboxLine `json:"letters"`
	}{unread, len(action), len(information), all && allToo, action[:min(limit, len(action))]})
}

func overdueFirst(line inboxLine) int {
	if line.Overdue {
		return 0
	}
	return 1
}

// lettersOf reads a part of a team's inbox, the oldest first, each letter again from its record through the caller's own eyes.
func (a *api) lettersOf(ctx context.Context, who syncing.Principal, team syncing.TeamID, part string) (lines []inboxLine, complete bool, err error) {
	from, to := care.InboxRange(team, part)
	var entries []syncing.IndexEntry
	err = a.Store.Scan(ctx, care.InboxIndex, from, to, inboxScanMax+1, func(e syncing.IndexEntry) bool {
		entries = append(entries, e)
		return true
	})
	lines = []inboxLine{}
	for _, e := range entries[:min(len(entries), inboxScanMax)] {
		line, ok, readErr := a.letterOf(ctx, who, team, e)
		if readErr != nil {
			return nil, false, readErr
		}
		if ok {
			lines = append(lines, line)
		}
	}
	return lines, len(entries) <= inboxScanMax, err
}

func (a *api) letterOf(ctx context.Context, who syncing.Principal, team syncing.TeamID, e syncing.IndexEntry) (line inboxLine, ok bool, err error) {
	err = a.Engine.Read(ctx, who, e.Record, func(scope syncing.Scope, reader syncing.Reader) (err error) {
		if !scope.OfTeam(team) {
			return nil
		}
		line.Record = e.Record
		if line.Letter, ok, err = care.LetterOf(reader, e.Record, syncing.DocID(e.Value), team); err != nil || !ok {
			return err
		}
		line.Person, err = personOf(reader, e.Record)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return line, false, nil // the team has this record no more
	}
	return line, ok, err
}

// digestWeek is what came for information in one week, a part for each record.
type digestWeek struct {
	Week    string         `json:"week"`  // the Monday with which it begins
	Ended   bool           `json:"ended"` // nothing more comes into it
	Count   int            `json:"count"`
	Records []digestRecord `json:"records"`
}

type digestRecord struct {
	Record  syncing.RecordID `json:"record"`
	Person  *queuePerson     `json:"person"`
	Letters []care.Letter    `json:"letters"`
}

// digest is GET /v1/teams/{team}/digest, for members of the team: information that nobody there has opened, rolled up by week and
// by person. Nobody is told of it when it comes in.
func (a *api) digest(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	lines, complete, err := a.lettersOf(r.ctx, r.who.Principal, team, care.InboxInformation)
	if err != nil {
		return err
	}
	for _, line := range lines {
		r.shows(line.Record)
	}
	return answer(c, fiber.StatusOK, struct {
		Complete bool         `json:"complete"`
		Weeks    []digestWeek `json:"weeks"`
	}{complete, a.weeksOf(lines)})
}

// weeksOf rolls letters up, the oldest week first.
func (a *api) weeksOf(lines []inboxLine) []digestWeek {
	weeks := []digestWeek{}
	thisWeek := a.mondayOf(a.Now().UnixMilli())
	for _, line := range lines {
		monday := a.mondayOf(line.SentAt)
		if len(weeks) == 0 || weeks[len(weeks)-1].Week != monday {
			weeks = append(weeks, digestWeek{Week: monday, Ended: monday < thisWeek, Records: []digestRecord{}})
		}
		week := &weeks[len(weeks)-1]
		week.Count++
		at := slices.IndexFunc(week.Records, func(d digestRecord) bool { return d.Record == line.Record })
		if at < 0 {
			at = len(week.Records)
			week.Records = append(week.Records, digestRecord{Record: line.Record, Person: line.Person, Letters: []care.Letter{}})
		}
		week.Records[at].Letters = append(week.Records[at].Letters, line.Letter)
	}
	return weeks
}

// mondayOf is the Monday of an instant's week, on the calendar of the place.
func (a *api) mondayOf(ms int64) string {
	at := time.UnixMilli(ms).UTC()
	if zone, err := calendar.Zone(a.Zone); err == nil && a.Zone != "" {
		at = at.In(zone)
	}
	return at.AddDate(0, 0, -((int(at.Weekday()) + 6) % 7)).Format(time.DateOnly)
}
