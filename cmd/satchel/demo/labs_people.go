package demo

import (
	"time"

	"satchel/internal/calendar"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// clinicZone is that of the clinic and of Nora's home: it changes its clocks, which Phoenix does not.
const clinicZone = "America/Denver"

var clinicTime = func() *time.Location {
	zone, err := calendar.Zone(clinicZone)
	if err != nil {
		panic("demo: " + err.Error())
	}
	return zone
}()

// Telephone numbers from the range that is kept free for drama.
const (
	centreLine = "602-555-0111"
	clinicLine = "928-555-0122"
	pathLine   = "602-555-0133"
)

// farAway is the company of the story of the tests.
var farAway = company{
	zone: clinicZone, papers: (*world).beginning,
	patients: []patient{{"Nora Example", "1961-05-24", "", "Shear the sheep myself in June", &caregiver{"Dana Example", "1988-02-11"}}},
	staff: []member{
		{"Olive Example (synthetic nurse, oncology)", "olive", roleOncology, "nurse"},
		{"Otis Example (synthetic haematologist)", "otis", roleOncology, "haematologist"},
		{"Phil Example (synthetic pharmacist, oncology)", "phil", roleOncology, "pharmacist"},
		{"Pia Example (synthetic nurse, clinic)", "pia", rolePrimary, "nurse"},
		{"Nils Example (synthetic navigator)", "nils", roleNavigator, ""},
	},
	places: []place{
		{
			roleOncology, "cancer-centre", "Copper State Cancer Centre (synthetic)", "Copper State Oncology (synthetic)", identity.TeamOncology,
			identity.ContactPoint{System: identity.ContactPhone, Value: centreLine, Label: "24-hour advice line", Is24h: true},
		},
		{
			rolePrimary, "ihs", "Red Mesa Clinic (synthetic)", "Red Mesa Clinic nurses (synthetic)", identity.TeamPrimary,
			identity.ContactPoint{System: identity.ContactPhone, Value: clinicLine, Label: "Reception", Hours: inOffice("08:00", "16:30")},
		},
		{
			roleNavigator, "advocacy", "Long Road Navigators (synthetic)", "Long Road navigators (synthetic)", identity.TeamNavigation,
			identity.ContactPoint{System: identity.ContactPhone, Value: pathLine, Label: "Navigators", Hours: inOffice("08:00", "17:00")},
		},
	},
}

// beginning is what both teams have written when the story begins.
func (w *world) beginning(record syncing.RecordID, _ patient) []planned {
	oncology := w.teams[roleOncology].ID
	line := w.contact("olive", roleOncology, centreLine, true)
	line.set["region"], line.set["outOfHours"] = syncing.TextValue("US"), syncing.TextValue(centreLine)
	clinic := w.contact("pia", rolePrimary, clinicLine, false)
	clinic.set["outOfHours"] = syncing.TextValue(centreLine)
	paths := w.contact("nils", roleNavigator, pathLine, false)
	paths.set["outOfHours"] = syncing.TextValue(centreLine)
	return []planned{
		line, clinic, paths,
		{by: "olive", doc: care.ClinicalContextID(record), set: merged(
			texts("sactRegimen", "R-CHOP, cycle 3", "sactLastDose", "2026-04-24", "allergies", "none known"),
			truths("transplantOrCarT", false, "spinalMetsRisk", false, "anticoagulated", false, "steroid", false, "paracetamolRegular", false, "centralLine", true, "splenectomy", false))},
		{by: "olive", doc: newDoc("carePlan"), set: texts("title", "Lymphoma: treatment (synthetic)", "overallLead", oncology.String(),
			"followUpLead", oncology.String(), "status", "active", "phase", "active-treatment", "start", "2026-03-02")},
	}
}
