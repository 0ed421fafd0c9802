package mobileapi

import (
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

const (
	accessPage    = 50
	accessPageMax = 200
)

// accessLine is one line of who had to do with a record.
type accessLine struct {
	Kind         string       `json:"kind"`
	At           int64        `json:"at"`
	By           *namedLine   `json:"by"` // null: by itself
	Role         syncing.Role `json:"role,omitzero"`
	Team         string       `json:"team,omitzero"`
	Organisation string       `json:"organisation,omitzero"`
	Whom         *namedLine   `json:"whom,omitzero"`
	Categories   []string     `json:"categories,omitempty"`
	Emergency    bool         `json:"emergency,omitzero"`
}

type namedLine struct {
	Account syncing.AccountID `json:"account"`
	Name    string            `json:"name,omitzero"` // absent for the person themselves
}

func namedLineOf(n identity.Named) *namedLine {
	if n.Account.IsZero() {
		return nil
	}
	return &namedLine{n.Account, n.Name}
}

// backwards reads which page of a record's list is asked for: the newest first, `limit` of them, older than `before` (0: from the newest on).
func backwards(c *fiber.Ctx) (record syncing.RecordID, limit, before int, err error) {
	if record, err = recordOf(c); err != nil {
		return record, 0, 0, err
	}
	if limit, err = intQuery(c, "limit", accessPage, 1, accessPageMax); err != nil {
		return record, 0, 0, err
	}
	before, err = intQuery(c, "before", 0, 1, 1<<53)
	return record, limit, before, err
}

// accessLog is GET /v1/records/{record}/access-log: who read the record, and who was given or lost access. For the person, and for the
// teams who look after them; for a caregiver it is not here.
func (a *api) accessLog(c *fiber.Ctx, r *request) error {
	record, limit, before, err := backwards(c)
	if err != nil {
		return err
	}
	lines, more, err := a.Identity.AccessLines(r.ctx, r.who.Principal, record, identity.LogPage{Before: int64(before), Limit: limit})
	if err != nil {
		return err
	}
	page := struct {
		Lines []accessLine `json:"lines"`
		Next  int64        `json:"next,omitzero"` // as `before`, for what is older
	}{Lines: []accessLine{}}
	for _, l := range lines {
		page.Lines = append(page.Lines, accessLine{
			Kind: l.Kind, At: l.At, By: namedLineOf(l.By), Role: l.Role, Team: l.Team, Organisation: l.Organisation, Whom: namedLineOf(l.Whom),
			Categories: l.Categories, Emergency: l.Emergency,
		})
	}
	if more && len(lines) > 0 {
		page.Next = lines[len(lines)-1].At
	}
	return answer(c, fiber.StatusOK, page)
}

// shows notes that the answer shows something of a record in a list; opens, that the record itself was asked for.
func (r *request) shows(record syncing.RecordID) { r.read.Listed = append(r.read.Listed, record) }

func (r *request) opens(record syncing.RecordID) { r.read.Opened = append(r.read.Opened, record) }

// noteReads writes down whose records the answer shows, before it is given: the routes of one record say so by their path, those that
// show several by shows. If nothing can be written because the disk is full, the answer is given all the same, and said loudly: that
// somebody in care can be read about comes before the line that says who did. The next reading tries again.
func (a *api) noteReads(c *fiber.Ctx, r *request) error {
	method := c.Method()
	if record, err := recordOf(c); err == nil && (method == fiber.MethodGet || method == fiber.MethodHead) {
		r.opens(record)
	}
	if len(r.read.Opened)+len(r.read.Listed) == 0 || c.Response().StatusCode() >= fiber.StatusMultipleChoices {
		return nil
	}
	err := a.Identity.NoteReads(r.ctx, r.who.Principal, r.read)
	if fault.Is(err, fault.Full) {
		a.Logger.LogAttrs(r.ctx, slog.LevelError, "a reading was not written down: the disk is full", slog.Any("account", r.who.Account))
		return nil
	}
	if fault.Is(err, fault.TooMany) {
		a.Unusual()
		a.Logger.LogAttrs(r.ctx, slog.LevelWarn, "an account opens very many records", slog.Any("account", r.who.Account))
	}
	return err
}
