package care

import (
	"slices"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
)

const emergencyName = "emergencyAccess"

// EmergencyReasons are why somebody outside the teams may have to see a record now.
var EmergencyReasons = []string{"unconscious", "emergency-treatment", "cannot-be-reached", "safeguarding"}

// EmergencyID names an emergency access: the same account and key ask for one.
func EmergencyID(account syncing.AccountID, key string) syncing.DocID {
	return syncing.NewDocID(emergencyName, syncing.DerivedUUID(emergencyName, account.String(), key))
}

// emergencyType tells the person and their teams, for ever, that somebody outside of them opened the record in an emergency. It is
// never changed; what the teams make of it is in their tasks.
func emergencyType() *syncing.Type {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: emergencyName, Category: CategoryTeam, Creators: nobody,
		Doc: "Somebody who is on no team of this person opened the record in an emergency. Stays for ever; each treating team reviews it.",
		Fields: []syncing.FieldSpec{
			told("account", syncing.Reference, "who opened it", required),
			told("name", syncing.Text, "their name", upTo(lineMax)),
			told("team", syncing.Text, "the team in which they work", upTo(lineMax)),
			told("organisation", syncing.Text, "and its organisation", upTo(lineMax)),
			told("reason", syncing.Code, "why", required, codes(EmergencyReasons...)),
			told("why", syncing.Text, "in their words", required, upTo(noteMax)),
			told("at", syncing.Instant, "since when they could read", required),
			told("until", syncing.Instant, "until when", required),
		},
	}
}

// Emergency is what is told of an emergency access.
type Emergency struct {
	ID                       syncing.DocID
	Account                  syncing.AccountID
	Name, Team, Organisation string
	Reason, Why              string
	Minutes                  int64
}

// EmergencyPatches tell of an emergency access, and ask each treating team to review it. at and until are when it counts (ms): of one that
// was told before, as it was told.
func EmergencyPatches(r syncing.Reader, e Emergency, now int64) (patches []syncing.Patch, at, until int64, err error) {
	stands, err := r.Document(e.ID)
	if err != nil {
		return nil, 0, 0, err
	}
	if stands.Exists() {
		at, _ = stands.Int("at")
		until, _ = stands.Int("until")
		return nil, at, until, nil
	}
	at, until = now, now+e.Minutes*60_000
	d := newDraft(e.ID, stands)
	d.text("account", e.Account.String())
	for name, value := range map[string]string{"name": e.Name, "team": e.Team, "organisation": e.Organisation, "reason": e.Reason, "why": e.Why} {
		if value != "" {
			d.text(name, value)
		}
	}
	d.integer("at", at)
	d.integer("until", until)
	patches = append(patches, d.patch)
	teams, err := readTeams(r)
	if err != nil {
		return nil, 0, 0, err
	}
	for _, team := range teams.treating() {
		task, err := openTaskAbout(r, TaskReview, team, e.ID, CategoryTeam, now, 0)
		if err != nil {
			return nil, 0, 0, err
		}
		patches = append(patches, task.patch)
	}
	return patches, at, until, nil
}

// allowReview leaves the review of an emergency access to those who answer for the team.
func allowReview(c syncing.Change) *syncing.Refusal {
	closes := c.After.Text("status") == "completed" && c.Before.Text("status") != "completed"
	team, err := syncing.ParseUUID(c.Before.Text("team"))
	if c.Before.Text("kind") != TaskReview || !closes || err != nil {
		return nil
	}
	switch outcome := c.After.Text("outcome"); {
	case !c.By.Leads(syncing.TeamID{UUID: team}):
		return refuse(syncing.Forbidden, "Only a lead of the team can say whether this was right.")
	case outcome != "justified" && outcome != "not-justified":
		return refuse(syncing.Invalid, "Say whether it was justified or not.")
	}
	return nil
}

// IdentifierIndex finds the record of a person by a number and the birth date, both exactly, by a blinded key: whoever holds the file
// reads no number from it.
const IdentifierIndex = "person.identifier"

// IdentifierKey is where a person with this number and birth date lies in IdentifierIndex; blind is that of the installation. Spaces,
// hyphens and case do not matter. nil: that is no number.
func IdentifierKey(blind func(purpose string, value []byte) []byte, system, value, birthDate string) []byte {
	if blind == nil || plainNumber(value) == "" || birthDate == "" {
		return nil
	}
	return blind("person identifier", []byte(plainNumber(system)+"\x00"+plainNumber(value)+"\x00"+birthDate))
}

// indexPerson puts a person where time finds them, and where their numbers do.
func (w *ward) indexPerson(record syncing.RecordID, s syncing.Snapshot) (keys []syncing.IndexKey) {
	if due, set := s.Int(practiceDue); set {
		keys = append(keys, dueAt(record, s.ID(), due))
	}
	for _, identifier := range identifiersOf(s) {
		if key := IdentifierKey(w.blind, identifier.System, identifier.Value, s.Text("birthDate")); key != nil {
			keys = append(keys, syncing.IndexKey{Index: IdentifierIndex, Key: slices.Concat(key, record.UUID[:]), Value: []byte{1}})
		}
	}
	return keys
}

func identifiersOf(person syncing.Snapshot) (list []Identifier) {
	for _, elem := range person.Elems("identifier") {
		var one Identifier
		if json.Unmarshal(elem, &one) == nil && one.Value != "" {
			list = append(list, one)
		}
	}
	return list
}
