package demo

import (
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// Everybody here is invented. Telephone numbers are from the range that is kept free for drama.

// patient is a synthetic person in care.
type patient struct {
	name, born string
	sees       string // what the appointment is about
	goal       string
	caregiver  *caregiver
}

type caregiver struct{ name, born string }

var patients = []patient{
	{"Ada Example", "1961-05-24", "Day unit: third treatment", "Walk the dog round the pond again", &caregiver{"Carla Example", "1988-02-11"}},
	{"Ben Specimen", "1954-11-02", "Clinic: how the treatment goes", "Dance at my granddaughter's wedding", &caregiver{"Carl Specimen", "1953-07-30"}},
	{"Cleo Mockup", "1972-01-17", "Day unit: first treatment", "Keep working two days a week", nil},
	{"Dora Placeholder", "1949-09-08", "Clinic: results of the scan", "Sleep through the night", nil},
	{"Emil Sample", "1966-03-29", "Day unit: second treatment", "Cook for six again", nil},
	{"Fay Testcase", "1980-12-12", "Clinic: how the treatment goes", "See the sea in spring", nil},
	{"Gus Fictional", "1958-06-05", "Day unit: fourth treatment", "Drive to my sister", nil},
	{"Hana Invented", "1975-10-21", "Clinic: before the operation", "Finish the quilt", nil},
	{"Ivo Madeup", "1943-04-14", "Video: how you are at home", "Stay in my own home", nil},
	{"Jana Pretend", "1990-08-03", "Day unit: first treatment", "Run five kilometres", nil},
	{"Kit Synthetic", "1969-02-26", "Clinic: end of treatment", "Go back to the choir", nil},
	{"Lea Nobody", "1956-07-19", "Clinic: how the treatment goes", "Plant the beans in May", nil},
}

// member is a synthetic member of staff.
type member struct {
	name, signIn, role string // role as in demo.json
	job                string // as what they work; "" says nothing
}

var staff = []member{
	{"Olive Example (synthetic nurse, oncology)", "olive", roleOncology, ""},
	{"Oscar Example (synthetic nurse, oncology)", "oscar", roleOncology, ""},
	{"Pia Example (synthetic nurse, practice)", "pia", rolePrimary, ""},
	{"Nils Example (synthetic navigator)", "nils", roleNavigator, ""},
	{"Amos Example (synthetic administrator)", "amos", roleAdministrator, ""},
}

// The roles of demo.json.
const (
	rolePatient       = "patient"
	roleCaregiver     = "caregiver"
	roleOncology      = "oncology"
	rolePrimary       = "primary"
	roleNavigator     = "navigator"
	roleAdministrator = "administrator"
)

const (
	oncologyLine = "01632 960 111"
	practiceLine = "01632 960 222"
	bridgeLine   = "01632 960 333"
)

// place is a team, the organisation that it belongs to, and its number, which was verified before the story begins.
type place struct {
	role, kind, organisation, name string
	team                           identity.TeamKind
	line                           identity.ContactPoint
}

// company is who takes part in a story, and what both teams have written of each person when it begins.
type company struct {
	places   []place
	staff    []member
	patients []patient
	zone     string // IANA, of everybody's home
	papers   func(w *world, record syncing.RecordID, p patient) []planned
}

// here is the company of the main story.
var here = company{staff: staff, patients: patients, zone: zone, papers: (*world).plan, places: []place{
	{
		roleOncology, "cancer-centre", "Riverside Cancer Centre (synthetic)", "Riverside Oncology (synthetic)", identity.TeamOncology,
		identity.ContactPoint{System: identity.ContactPhone, Value: oncologyLine, Label: "24-hour advice line", Is24h: true},
	},
	{
		rolePrimary, "practice", "Millbrook Practice (synthetic)", "Millbrook Practice nurses (synthetic)", identity.TeamPrimary,
		identity.ContactPoint{System: identity.ContactPhone, Value: practiceLine, Label: "Reception", Hours: inOffice("08:00", "18:30")},
	},
	{
		roleNavigator, "advocacy", "Bridge Advocacy (synthetic)", "Bridge navigators (synthetic)", identity.TeamNavigation,
		identity.ContactPoint{System: identity.ContactPhone, Value: bridgeLine, Label: "Navigators", Hours: inOffice("09:00", "17:00")},
	},
}}

func inOffice(from, to string) []identity.OpenHours {
	return []identity.OpenHours{{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: from, To: to}}
}
