package mobileapi

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/feed"
	"satchel/internal/identity"
	"satchel/sync"
)

const calendarType = "text/calendar; charset=utf-8"

// calendarLine is a calendar as it is listed.
type calendarLine struct {
	ID    syncing.UUID      `json:"id"`
	By    syncing.AccountID `json:"by"`
	Made  int64             `json:"made"`
	Ended int64             `json:"ended,omitzero"`
}

// makeCalendar is POST /v1/records/{record}/calendars: an address to which the caller's own calendar app subscribes. It is shown in this answer
// and never again.
func (a *api) makeCalendar(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	token, line, err := a.Identity.MakeCalendar(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusCreated, struct {
		Path     string       `json:"path"` // behind the address of this server
		Calendar calendarLine `json:"calendar"`
	}{"/v1/calendar/" + token + ".ics", calendarLine(line)})
}

// listCalendars is GET /v1/records/{record}/calendars.
func (a *api) listCalendars(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	list, err := a.Identity.Calendars(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b identity.CalendarLine) int { return int(a.Made - b.Made) })
	lines := []calendarLine{}
	for _, line := range list {
		lines = append(lines, calendarLine(line))
	}
	return answer(c, fiber.StatusOK, struct {
		Calendars []calendarLine `json:"calendars"`
	}{lines})
}

// readCalendar is GET /v1/calendar/{token}.ics, for an app that cannot sign in. It is read as the account that made the address, and written
// down as its reading.
func (a *api) readCalendar(c *fiber.Ctx, r *request) error {
	who, record, err := a.Identity.OpenCalendar(r.ctx, c.Params("token"))
	if err != nil {
		return err
	}
	r.who.Principal = who
	r.opens(record)
	var body []byte
	err = a.Engine.Judge(r.ctx, who, record, func(scope syncing.Scope, sees, stands syncing.Reader) error {
		entries, err := feed.Entries(sees, stands, feed.Reader{Own: scope.Owner(), Now: a.Now()})
		if err == nil {
			body, err = feed.Calendar(entries)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := a.noteReads(c, r); err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	tag := `W/"` + hex.EncodeToString(sum[:16]) + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	if tagged(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, calendarType)
	if err := c.Send(body); err != nil {
		return err
	}
	return pack(c)
}

// tagged compares weakly, as RFC 9110 asks of If-None-Match.
func tagged(header, tag string) bool {
	for name := range strings.SplitSeq(header, ",") {
		if name = strings.TrimSpace(name); name == "*" || strings.TrimPrefix(name, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
