package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

type teamLine struct {
	ID           syncing.TeamID    `json:"id"`
	Organisation syncing.UUID      `json:"organisation"`
	Kind         identity.TeamKind `json:"kind"`
	Name         string            `json:"name"`
	Role         syncing.Role      `json:"role,omitzero"` // of the caller there; absent: no member
}

// listTeams is GET /v1/teams: the teams in which the caller works; with ?all=true every team, for those who work in one, and for persons.
func (a *api) listTeams(c *fiber.Ctx, r *request) error {
	account, err := a.Identity.Account(r.ctx, r.who.Principal, r.who.Account)
	if err != nil {
		return err
	}
	lines := []teamLine{}
	for _, t := range account.Teams {
		lines = append(lines, teamLineOf(t.Team, t.Role))
	}
	switch c.Query("all") {
	case "", "false":
	case "true":
		if lines, err = a.everyTeam(r, lines); err != nil {
			return err
		}
	default:
		return fault.New(fault.Invalid, "mobileapi.listTeams", "`all` is true or false.")
	}
	return answer(c, fiber.StatusOK, struct {
		Teams []teamLine `json:"teams"`
	}{lines})
}

func teamLineOf(t identity.Team, role syncing.Role) teamLine {
	return teamLine{ID: t.ID, Organisation: t.Organisation, Kind: t.Kind, Name: t.Name, Role: role}
}

// everyTeam puts the caller's own first.
func (a *api) everyTeam(r *request, mine []teamLine) ([]teamLine, error) {
	shares := r.who.Kind == identity.KindAdministrator || r.who.Kind == identity.KindPatient // a person says with which team they share their record
	if len(mine) == 0 && !shares || r.who.Kind == identity.KindExternal {
		return nil, fault.New(fault.Forbidden, "mobileapi.everyTeam", "Only those who work in a team see the others.")
	}
	teams, err := a.Identity.Teams(r.ctx)
	for _, t := range teams {
		if !memberOf(r.who.Principal, t.ID) {
			mine = append(mine, teamLineOf(t, ""))
		}
	}
	return mine, err
}
