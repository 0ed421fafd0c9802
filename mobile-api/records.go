package mobileapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

const (
	recordsPage    = 100
	recordsPageMax = 500
	// teamsMax is how many teams a new record may begin with.
	teamsMax = 8
)

// recordLine is one record that the caller may sync.
type recordLine struct {
	Record     syncing.RecordID `json:"record"`
	Roles      []syncing.Role   `json:"roles"`
	Teams      []syncing.TeamID `json:"teams"` // through which the access comes
	Categories []string         `json:"categories"`
	Owner      bool             `json:"owner"`
	Head       syncing.Rev      `json:"head"`
}

// listRecords is GET /v1/records, in the order of the ids, from the one behind ?after= on.
func (a *api) listRecords(c *fiber.Ctx, r *request) error {
	limit, err := intQuery(c, "limit", recordsPage, 1, recordsPageMax)
	if err != nil {
		return err
	}
	var after syncing.RecordID
	if text := c.Query("after"); text != "" {
		if after.UUID, err = syncing.ParseUUID(text); err != nil {
			return fault.New(fault.Invalid, "mobileapi.listRecords", "`after` is not the id of a record.")
		}
	}
	records, more, err := a.Identity.RecordsOf(r.ctx, r.who.Principal, after, limit)
	if err != nil {
		return err
	}
	page := struct {
		Records []recordLine      `json:"records"`
		Next    *syncing.RecordID `json:"next"`
		Waiting *waitingNote      `json:"waiting,omitzero"`
	}{Records: []recordLine{}}
	if page.Waiting, err = a.waiting(r.ctx, r.who.Account); err != nil {
		return err
	}
	for _, record := range records {
		head, ok, err := a.Engine.Head(r.ctx, r.who.Principal, record)
		if err != nil {
			return err
		}
		if ok {
			page.Records = append(page.Records, lineOf(record, head))
		}
	}
	if more {
		page.Next = &records[len(records)-1]
	}
	return answer(c, fiber.StatusOK, page)
}

func lineOf(record syncing.RecordID, head syncing.RecordHead) recordLine {
	return recordLine{
		Record: record, Roles: head.Scope.Roles(), Teams: head.Scope.Teams(), Categories: identity.Consented(head.Scope.Categories()),
		Owner: head.Scope.Owner(), Head: head.Head,
	}
}

// newRecord is the body of POST /v1/records.
type newRecord struct {
	Person map[string]jsontext.Value `json:"person"` // fields of the document type person
	Teams  []syncing.TeamID          `json:"teams"`  // who looks after the person; none: the caller's own teams
}

// createRecord is POST /v1/records: a member of a team begins the record of a person. The caller's own teams are active in it,
// others proposed until one of their members says that they are there.
func (a *api) createRecord(c *fiber.Ctx, r *request) error {
	key, err := keyOf(c)
	if err != nil {
		return err
	}
	var in newRecord
	if err := decode(c, &in); err != nil {
		return err
	}
	if r.who.Kind == identity.KindExternal {
		return fault.New(fault.Forbidden, "mobileapi.createRecord", "Records are begun by the teams of this installation. You see those to which you were invited.")
	}
	teams, err := a.foundingTeams(r.ctx, r.who.Principal, in.Teams)
	if err != nil {
		return err
	}
	record := a.Identity.RecordFor(r.who.Account, key)
	content, err := json.Marshal(in, json.Deterministic(true))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "mobileapi.createRecord", fault.TextOf(nil))
	}
	grant := func(tx syncing.Tx) error {
		for _, team := range teams {
			if err := a.Identity.GrantTeam(tx, r.who.Principal, team.ID, nil); err != nil {
				return err
			}
		}
		return nil
	}
	sum := sha256.Sum256(content) // the key with other content is a conflict, never somebody else's record
	err = a.Engine.Create(r.ctx, r.who.Principal, record, key+" "+hex.EncodeToString(sum[:]), grant, beginnings(r.who.Principal, record, in.Person, teams))
	if err != nil {
		return err
	}
	for _, team := range teams {
		if err := a.Card(r.ctx, record, team.ID); err != nil {
			return err
		}
	}
	return answer(c, fiber.StatusCreated, struct {
		Record syncing.RecordID `json:"record"`
	}{record})
}

// foundingTeams reads the teams that are named, of which the caller must work in one. Faults: Forbidden, Invalid, NotFound.
func (a *api) foundingTeams(ctx context.Context, who syncing.Principal, named []syncing.TeamID) ([]identity.Team, error) {
	const op = "mobileapi.foundingTeams"
	if len(named) > teamsMax {
		return nil, fault.New(fault.Invalid, op, "A record begins with at most 8 teams.")
	}
	if len(named) == 0 {
		for _, m := range who.Teams {
			named = append(named, m.Team)
		}
	}
	if !slices.ContainsFunc(named, func(team syncing.TeamID) bool { return memberOf(who, team) }) {
		return nil, fault.New(fault.Forbidden, op, "A record is begun by a member of one of its teams.")
	}
	var teams []identity.Team
	for _, id := range named {
		team, ok, err := a.Identity.Team(ctx, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, notHere(op)
		}
		teams = append(teams, team)
	}
	return teams, nil
}

func memberOf(who syncing.Principal, team syncing.TeamID) bool {
	return slices.ContainsFunc(who.Teams, func(m syncing.Membership) bool { return m.Team == team })
}

// beginnings are the first documents of a record: the person, and a document for each team.
func beginnings(who syncing.Principal, record syncing.RecordID, person map[string]jsontext.Value, teams []identity.Team) []syncing.Patch {
	patches := []syncing.Patch{{Doc: care.PersonID(record), Set: person}}
	for _, team := range teams {
		status := "proposed"
		if memberOf(who, team.ID) {
			status = "active"
		}
		patches = append(patches, syncing.Patch{Doc: care.CareTeamID(team.ID), Set: map[string]jsontext.Value{
			"kind": syncing.TextValue(string(team.Kind)), "name": syncing.TextValue(team.Name), "status": syncing.TextValue(status),
		}})
	}
	return patches
}
