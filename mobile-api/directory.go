package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

const (
	directoryPage    = 100
	directoryPageMax = 200
)

// organisationLine is one organisation of the directory. It names no people.
type organisationLine struct {
	ID   syncing.UUID `json:"id"`
	Type string       `json:"type"`
	Name string       `json:"name"`
}

// listOrganisations is GET /v1/organisations: the directory, of one type or of all, a page at a time.
func (a *api) listOrganisations(c *fiber.Ctx, r *request) error {
	limit, err := intQuery(c, "limit", directoryPage, 1, directoryPageMax)
	if err != nil {
		return err
	}
	var after syncing.UUID
	if text := c.Query("after"); text != "" {
		if after, err = syncing.ParseUUID(text); err != nil {
			return fault.New(fault.Invalid, "mobileapi.listOrganisations", "`after` is not the id of an organisation.")
		}
	}
	list, more, err := a.Identity.Directory(r.ctx, c.Query("type"), after, limit)
	if err != nil {
		return err
	}
	page := struct {
		Organisations []organisationLine `json:"organisations"`
		Next          *syncing.UUID      `json:"next"`
	}{Organisations: []organisationLine{}}
	for _, o := range list {
		page.Organisations = append(page.Organisations, organisationLine{o.ID, o.Kind, o.Name})
	}
	if more {
		page.Next = &list[len(list)-1].ID
	}
	return answer(c, fiber.StatusOK, page)
}

type personLine struct {
	Account syncing.AccountID `json:"account"`
	Name    string            `json:"name"`
	Job     string            `json:"job,omitzero"`
	Team    syncing.TeamID    `json:"team"`
}

// listStaff is GET /v1/organisations/{organisation}/staff, for its own administrators and those of the whole installation.
func (a *api) listStaff(c *fiber.Ctx, r *request) error {
	organisation, err := uuidOf(c, "organisation")
	if err != nil {
		return err
	}
	teams, err := a.Identity.StaffOf(r.ctx, r.who.Principal, organisation)
	if err != nil {
		return err
	}
	if err := a.Identity.Proved(r.who); err != nil {
		return err
	}
	staff := []personLine{}
	for _, t := range teams {
		staff = append(staff, peopleOf(t)...)
	}
	return answer(c, fiber.StatusOK, struct {
		Staff []personLine `json:"staff"`
	}{staff})
}

func peopleOf(t identity.TeamCard) []personLine {
	list := []personLine{}
	for _, p := range t.People {
		list = append(list, personLine{p.Account, p.Name, p.Job, t.Team.ID})
	}
	return list
}

type contactLine struct {
	ID syncing.UUID `json:"id"`
	contactBody
	VerifiedAt int64 `json:"verifiedAt,omitzero"`
}

// teamPage is GET /v1/teams/{team}: what a team is, does, and does not, and how it is reached.
func (a *api) teamPage(c *fiber.Ctx, r *request) error {
	id, err := uuidOf(c, "team")
	if err != nil {
		return err
	}
	card, err := a.Identity.TeamEntry(r.ctx, r.who.Principal, syncing.TeamID{UUID: id})
	if err != nil {
		return err
	}
	page := struct {
		teamLine
		Belongs       organisationLine `json:"belongs"`
		About         string           `json:"about"`
		DoesHandle    []string         `json:"doesHandle"`
		DoesNotHandle []string         `json:"doesNotHandle"`
		People        []personLine     `json:"people"` // empty for those who work elsewhere
		Contacts      []contactLine    `json:"contacts"`
	}{
		teamLine: teamLineOf(card.Team, ""), Belongs: organisationLine{card.Organisation.ID, card.Organisation.Kind, card.Organisation.Name},
		About: card.Page.About, DoesHandle: listed(card.Page.DoesHandle), DoesNotHandle: listed(card.Page.DoesNotHandle),
		People: peopleOf(card), Contacts: []contactLine{},
	}
	for _, p := range card.Page.Contacts {
		body := contactBody{System: p.System, Value: p.Value, Label: p.Label, Is24h: p.Is24h, Hours: p.Hours, Zone: p.Zone}
		page.Contacts = append(page.Contacts, contactLine{p.ID, body, p.VerifiedAt})
	}
	return answer(c, fiber.StatusOK, page)
}

// listed is a list that is empty where there is none.
func listed(list []string) []string { return append([]string{}, list...) }

// describeTeam is PUT /v1/teams/{team}.
func (a *api) describeTeam(c *fiber.Ctx, r *request) error {
	id, err := uuidOf(c, "team")
	if err != nil {
		return err
	}
	var in struct {
		About         string   `json:"about"`
		DoesHandle    []string `json:"doesHandle"`
		DoesNotHandle []string `json:"doesNotHandle"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := a.Identity.DescribeTeam(r.ctx, r.who.Principal, syncing.TeamID{UUID: id}, in.About, in.DoesHandle, in.DoesNotHandle); err != nil {
		return err
	}
	return done(c)
}
