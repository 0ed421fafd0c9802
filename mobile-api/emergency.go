package mobileapi

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

const (
	whyRunesMin = 10
	whyRunesMax = 500
	// matchesMax is one more than may fit a number and a birth date.
	matchesMax = 2
)

// emergencyAsked is the body of POST /v1/emergency-access: one record, by its id or by a number and a birth date that fit exactly.
type emergencyAsked struct {
	Record     *syncing.RecordID `json:"record,omitzero"`
	Identifier *struct {
		System    string `json:"system"`
		Value     string `json:"value"`
		BirthDate string `json:"birthDate"`
	} `json:"identifier,omitzero"`
	Reason string `json:"reason"`
	Why    string `json:"why"`
}

// emergencyAccess is POST /v1/emergency-access: a clinician who is on no team of a person opens their record for an hour, to read. The
// person and both teams are told before the first line can be read, and the teams review it.
func (a *api) emergencyAccess(c *fiber.Ctx, r *request) error {
	key, err := keyOf(c)
	if err != nil {
		return err
	}
	var in emergencyAsked
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	team, organisation, err := a.Identity.SpendEmergency(r.ctx, r.who)
	if err != nil {
		return err
	}
	record, err := a.emergencyRecord(r, in)
	if err != nil {
		return err
	}
	if err := a.Identity.MayOpenInEmergency(r.ctx, r.who.Principal, record); err != nil && !fault.Is(err, fault.NotFound) { // erased: found out below, as of one that never was
		return err
	}
	at, until, err := a.tellOfEmergency(r, record, care.Emergency{
		ID: care.EmergencyID(r.who.Account, key), Account: r.who.Account, Name: r.who.Name, Team: team.Name, Organisation: organisation.Name,
		Reason: in.Reason, Why: in.Why, Minutes: identity.EmergencyMinutes,
	})
	if err != nil {
		return err
	}
	if err := a.Identity.OpenInEmergency(r.ctx, r.who.Principal, record, at, until); err != nil {
		return err
	}
	a.Live.Changed(record)
	return answer(c, fiber.StatusCreated, struct {
		Record syncing.RecordID `json:"record"`
		At     int64            `json:"at"`
		Until  int64            `json:"until"`
	}{record, at, until})
}

func (in *emergencyAsked) check() error {
	const op = "mobileapi.emergencyAccess"
	in.Why = strings.TrimSpace(in.Why)
	runes := utf8.RuneCountInString(in.Why)
	switch {
	case (in.Record == nil) == (in.Identifier == nil):
		return fault.New(fault.Invalid, op, "Name one record, or a number and a birth date of one person.")
	case !slices.Contains(care.EmergencyReasons, in.Reason):
		return fault.New(fault.Refused, op, "Say why you must see this record now: the person will read it.")
	case runes < whyRunesMin || runes > whyRunesMax:
		return fault.New(fault.Refused, op, "Say in 10 to 500 characters why you must see this record now: the person will read it.")
	}
	return nil
}

// emergencyRecord finds the one record that is meant. Nothing and several are one answer: this is no search.
func (a *api) emergencyRecord(r *request, in emergencyAsked) (record syncing.RecordID, err error) {
	if in.Record != nil {
		return *in.Record, nil
	}
	key := care.IdentifierKey(a.Identity.Blind, in.Identifier.System, in.Identifier.Value, in.Identifier.BirthDate)
	if key == nil {
		return record, notHere("mobileapi.emergencyRecord")
	}
	var found []syncing.RecordID
	err = a.Store.Scan(r.ctx, care.IdentifierIndex, key, append(slices.Clone(key), behindRecords...), matchesMax, func(e syncing.IndexEntry) bool {
		found = append(found, e.Record)
		return true
	})
	if err == nil && len(found) != 1 {
		err = notHere("mobileapi.emergencyRecord")
	}
	if err != nil {
		return record, err
	}
	return found[0], nil
}

// behindRecords is behind the id of every record.
var behindRecords = slices.Repeat([]byte{0xff}, 17)

// tellOfEmergency writes into the record who opens it, and why, before they can read. NotFound if there is no such record.
func (a *api) tellOfEmergency(r *request, record syncing.RecordID, e care.Emergency) (at, until int64, err error) {
	here := false
	err = a.Engine.Follow(r.ctx, record, func(reader syncing.Reader, now int64) (patches []syncing.Patch, err error) {
		person, err := reader.Document(care.PersonID(record))
		if here = person.Exists(); err != nil || !here {
			return nil, err
		}
		patches, at, until, err = care.EmergencyPatches(reader, e, now)
		return patches, err
	})
	if err == nil && !here || fault.Is(err, fault.NotFound) {
		err = notHere("mobileapi.tellOfEmergency")
	}
	return at, until, err
}
