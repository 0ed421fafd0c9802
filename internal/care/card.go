package care

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// Card is what a team says of itself, and how it is reached: a copy of its page lies in the careTeam document of every record that
// it looks after, so that the phone has it without a network. It comes from the team alone and is written by system.
type Card struct {
	Team         syncing.TeamID
	Kind         string
	Name         string
	Organisation string
	Revision     int64
	About        string
	Does         []string
	DoesNot      []string
	People       []CardPerson
	Contacts     []Contact
}

// CardPerson is one who works in a team.
type CardPerson struct {
	Name string `json:"name"`
	Job  string `json:"job,omitzero"`
}

// Contact is a way of reaching a team (FHIR ContactPoint).
type Contact struct {
	ID     syncing.UUID `json:"-"`
	System string       `json:"system"` // phone or email
	Value  string       `json:"value"`
	Label  string       `json:"label,omitzero"`
	Is24h  bool         `json:"is24h,omitzero"`
	Hours  []OpenHours  `json:"hours,omitzero"`
	Zone   string       `json:"zone,omitzero"` // IANA, of the hours; "" is the person's home zone
	// VerifiedAt is when it was last tried that it reaches the team, ms; 0: never.
	VerifiedAt int64 `json:"verifiedAt,omitzero"`
}

// OpenHours is when a contact is answered: on these days from one wall time to another.
type OpenHours struct {
	Days []string `json:"days"` // mon, tue, wed, thu, fri, sat, sun
	From string   `json:"from"` // 08:00
	To   string   `json:"to"`   // 18:30, at most 24:00
}

const contactsPrefix = "contacts."

// contactMembers are the members of a contact as the document has it: Contact, in the schema's words.
var contactMembers = []syncing.FieldSpec{
	member("system", syncing.Code, "how", codes("phone", "email")),
	member("value", syncing.Text, "the number or the address", upTo(lineMax)),
	member("label", syncing.Text, "what it is called", upTo(lineMax)),
	member("is24h", syncing.Bool, "answered day and night"),
	member("hours", syncing.Object, "when it is answered", listOf(syncing.Object), members(
		member("days", syncing.Code, "on which days", listOf(syncing.Code), codes("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
		member("from", syncing.Text, "from this wall time", upTo(5)),
		member("to", syncing.Text, "to this one, of the same day", upTo(5)))),
	member("zone", syncing.Text, "IANA zone of the hours; none is the person's home zone", upTo(lineMax)),
	member("verifiedAt", syncing.Instant, "when it was last tried that it reaches the team"),
}

// CardPatches bring the careTeam document of a record to a card. A document that is not here is made, proposed: whether the team is
// there for this person it says itself. A card that is older than what stands changes nothing, so that two that were on their way
// at once may arrive in any order.
func CardPatches(r syncing.Reader, c Card) ([]syncing.Patch, error) {
	stands, err := r.Document(CareTeamID(c.Team))
	if err != nil {
		return nil, err
	}
	if had, ok := stands.Int("cardRevision"); ok && had > c.Revision {
		return nil, nil
	}
	d := newDraft(CareTeamID(c.Team), stands)
	d.textOnce("kind", c.Kind)
	d.textOnce("name", c.Name)
	d.textOnce("status", "proposed")
	d.said("organisation", c.Organisation)
	d.said("about", c.About)
	if len(c.Does)+len(c.DoesNot) > 0 { // a team that says nothing in general may have said something for this person
		d.replaceValues("doesHandle", quoted(c.Does))
		d.replaceValues("doesNotHandle", quoted(c.DoesNot))
	}
	people := make([]jsontext.Value, len(c.People))
	for i, person := range c.People {
		people[i] = canonical(person)
	}
	d.replaceValues("people", people)
	d.contacts(c.Contacts)
	d.integer("cardRevision", c.Revision)
	return patches(d), nil
}

// contacts writes each contact under its id, takes away those that are gone, and says when the team was last reached.
func (d *draft) contacts(list []Contact) {
	keep := map[string]bool{}
	verified := int64(0)
	for _, c := range list {
		name := contactsPrefix + c.ID.String()
		keep[name] = true
		d.set(name, canonical(c))
		verified = max(verified, c.VerifiedAt)
	}
	for _, name := range d.stands.Fields(contactsPrefix) {
		if !keep[name] {
			d.clear(name)
		}
	}
	if verified == 0 {
		d.clear("contactVerifiedAt")
		return
	}
	d.integer("contactVerifiedAt", verified)
}

// said writes a text, or takes it away if there is nothing to say.
func (d *draft) said(field, text string) {
	if strings.TrimSpace(text) == "" {
		d.clear(field)
		return
	}
	d.text(field, text)
}

// replaceValues makes a set hold exactly these values.
func (d *draft) replaceValues(field string, values []jsontext.Value) {
	for _, there := range d.stands.Elems(field) {
		if !contains(values, there) {
			d.removeValues(field, there)
		}
	}
	d.addValues(field, values...)
}

// canonical is JSON as the engine keeps it, so that what is there already is recognised.
func canonical(v any) jsontext.Value {
	text, err := json.Marshal(v)
	value := jsontext.Value(text)
	if err == nil {
		err = value.Canonicalize()
	}
	if err != nil {
		panic("care: a card that is not JSON: " + err.Error())
	}
	return value
}
