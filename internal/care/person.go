package care

import syncing "satchel/sync"

const (
	personName     = "person"
	statusDeceased = "deceased"
)

// PersonID names the one person of a record: the document has the record's own id, so that nobody can make a second one.
func PersonID(record syncing.RecordID) syncing.DocID {
	return syncing.NewDocID(personName, record.UUID)
}

// personType is FHIR's Patient. The person owns how they are named and where they live; the birth date opens an enrolment, so
// only teams write it.
func (w *ward) personType() *syncing.Type {
	desk := []syncing.Role{RoleOncology, RolePrimary, RoleNavigator, RoleAdministrator}
	shared := append([]syncing.Role{RolePatient}, desk...)
	return &syncing.Type{
		Name: personName, Category: CategoryPerson, Creators: desk,
		Doc: "The person in care (FHIR Patient). Its id is the record's id.",
		Fields: []syncing.FieldSpec{
			field("name", syncing.Text, syncing.LWW, shared, "how the person is called", required, upTo(lineMax)),
			field("birthDate", syncing.Date, syncing.CAS, desk, "date of birth; with the enrolment code it opens the record on a phone", required),
			field("identifier", syncing.Object, syncing.Set, desk, "numbers by which others know the person", members(
				member("system", syncing.Text, "who gives out the number", upTo(lineMax)),
				member("value", syncing.Text, "the number", upTo(lineMax)))),
			field("preferredLanguage", syncing.Code, syncing.LWW, shared, "BCP 47, such as cy or es-MX"),
			field("pronouns", syncing.Text, syncing.LWW, person, "how to speak of the person", upTo(lineMax)),
			field("phone", syncing.Text, syncing.LWW, shared, "where to call", upTo(lineMax)),
			field("email", syncing.Text, syncing.LWW, shared, "where to write", upTo(lineMax)),
			field("homeZone", syncing.Code, syncing.CAS, shared, "IANA zone of the home, such as America/Denver; days and quiet hours are counted in it"),
			field("accessibilityNeeds", syncing.Code, syncing.Set, shared, "what makes things usable",
				codes("large-text", "screen-reader", "easy-read", "interpreter", "bsl")),
			field("engagementMode", syncing.Code, syncing.CAS, shared, "how the person is reached; those who decline the app get the same schedule",
				codes("app", "phone", "letter")),
			field("status", syncing.Code, syncing.FSM, desk, "deceased stops every reminder at once",
				moves(first("active"), from("active", statusDeceased, "merged"), from(statusDeceased, "active"), from("merged"))),
			field(practiceDue, syncing.Instant, syncing.LWW, nobody, "by when a practice should be on the team; absent while one is, and once it is on a list that none is"),
		},
		Index: w.indexPerson,
		Allow: ofThisRecord(PersonID, "A record has one person, and its document has the record's own id."),
	}
}

// ofThisRecord refuses to create a document under another name than the one that belongs to the record.
func ofThisRecord(name func(syncing.RecordID) syncing.DocID, sentence string) func(syncing.Change) *syncing.Refusal {
	return func(c syncing.Change) *syncing.Refusal {
		if !c.Before.Exists() && c.After.ID() != name(c.Record) {
			return refuse(syncing.Invalid, sentence)
		}
		return nil
	}
}
