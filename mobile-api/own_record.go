package mobileapi

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

// ownRecord is the body of POST /v1/own-record: a caregiver begins a record of their own.
type ownRecord struct {
	Person     ownPerson           `json:"person"`              // the caregiver
	Helps      syncing.RecordID    `json:"helps"`               // the record of the person whom they help
	Kinds      []identity.TeamKind `json:"kinds,omitzero"`      // teams around that person: "navigation", "primary-care"
	Teams      []syncing.TeamID    `json:"teams,omitzero"`      // others, such as the caregiver's own practice
	Categories []string            `json:"categories,omitzero"` // what those teams may see; none named is what is usual
}

// ownPerson is what a caregiver says of themselves when the record begins.
type ownPerson struct {
	Name      string `json:"name"`
	BirthDate string `json:"birthDate"`
	HomeZone  string `json:"homeZone,omitzero"`
	Phone     string `json:"phone,omitzero"`
}

// ownTextMax is how long each of these may be, in bytes.
const ownTextMax = 100

func (p ownPerson) check() error {
	born, err := time.Parse(time.DateOnly, p.BirthDate)
	if strings.TrimSpace(p.Name) == "" || err != nil || born.Year() < 1850 {
		return fault.New(fault.Invalid, "mobileapi.ownPerson", "Please give your name and your date of birth, as 1961-05-24.")
	}
	if max(len(p.Name), len(p.HomeZone), len(p.Phone)) > ownTextMax {
		return fault.New(fault.Invalid, "mobileapi.ownPerson", "Name, zone and phone have up to 100 characters each.")
	}
	return nil
}

// beginOwnRecord is POST /v1/own-record. An account has one record of its own: asking again answers the same one, and finishes
// what was cut off.
func (a *api) beginOwnRecord(c *fiber.Ctx, r *request) error {
	const op = "mobileapi.beginOwnRecord"
	if _, err := keyOf(c); err != nil {
		return err
	}
	var in ownRecord
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := a.Identity.MayBeginOwn(r.ctx, r.who.Principal, in.Helps); err != nil {
		return err
	}
	if a.Instruments.Approved && !a.Words.Approved(care.OwnQuestionnaire) {
		return fault.New(fault.Refused, op, "The questions for people who help somebody are not approved here yet. Please talk to the practice.")
	}
	if err := in.Person.check(); err != nil {
		return err
	}
	if len(in.Kinds)+len(in.Teams) == 0 || len(in.Kinds)+len(in.Teams) > teamsMax {
		return fault.New(fault.Invalid, op, "Choose who may see it and act on it: the navigators, a practice, or both.")
	}
	teams, err := a.Identity.OwnTeams(r.ctx, in.Helps, in.Kinds, in.Teams)
	if err != nil {
		return err
	}
	record := a.Identity.OwnRecord(r.who.Account)
	grant := func(tx syncing.Tx) error { return a.Identity.GrantOwn(tx, r.who.Principal, teams, in.Categories) }
	err = a.Engine.Create(r.ctx, r.who.Principal, record, "own", grant, nil)
	if err != nil && !fault.Is(err, fault.Conflict) { // it is there: this caller's, for nobody else finds this id
		return err
	}
	began := err == nil
	if err := a.finishOwnRecord(r, record, ownBeginnings(record, in.Person, teams)); err != nil {
		return err
	}
	status := fiber.StatusOK
	if began {
		status = fiber.StatusCreated
	}
	return answer(c, status, struct {
		Record syncing.RecordID `json:"record"`
	}{record})
}

// finishOwnRecord writes the first documents, unless the person is there already.
func (a *api) finishOwnRecord(r *request, record syncing.RecordID, patches []syncing.Patch) error {
	return a.Engine.Follow(r.ctx, record, func(reader syncing.Reader, _ int64) ([]syncing.Patch, error) {
		person, err := reader.Document(care.PersonID(record))
		if err != nil || person.Exists() {
			return nil, err
		}
		return patches, nil
	})
}

// ownBeginnings are the first documents of a caregiver's own record. The chosen teams are active at once: they look after the
// family already, and a report must not wait for anybody to say so.
func ownBeginnings(record syncing.RecordID, person ownPerson, teams []identity.Team) []syncing.Patch {
	set := map[string]jsontext.Value{
		"name": syncing.TextValue(person.Name), "birthDate": syncing.TextValue(person.BirthDate), "status": syncing.TextValue("active"),
	}
	for field, text := range map[string]string{"homeZone": person.HomeZone, "phone": person.Phone} {
		if text != "" {
			set[field] = syncing.TextValue(text)
		}
	}
	patches := []syncing.Patch{{Doc: care.PersonID(record), Set: set}}
	for _, team := range teams {
		patches = append(patches, syncing.Patch{Doc: care.CareTeamID(team.ID), Set: map[string]jsontext.Value{
			"kind": syncing.TextValue(string(team.Kind)), "name": syncing.TextValue(team.Name), "status": syncing.TextValue("active"),
		}})
	}
	return patches
}
