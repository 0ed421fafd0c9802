package care

import (
	"cmp"
	"strings"

	syncing "satchel/sync"
)

// The roles in which people write. identity declares the same words.
const (
	RolePatient       syncing.Role = "patient"
	RoleCaregiver     syncing.Role = "caregiver"
	RoleOncology      syncing.Role = "oncology"
	RolePrimary       syncing.Role = "primary"
	RoleNavigator     syncing.Role = "navigator"
	RoleNursing       syncing.Role = "nursing"
	RoleSpecialist    syncing.Role = "specialist" // from outside, invited to one record
	RoleAdministrator syncing.Role = "administrator"
	RoleEmergency     syncing.Role = "emergency" // on no team of the person, for an hour; writes nothing
)

// The categories of documents: what a person consents to, one by one.
const (
	CategoryPerson      = "person"
	CategoryTeam        = "team"
	CategorySchedule    = "schedule"
	CategoryPlan        = "plan"
	CategoryResults     = "results"
	CategoryAssessments = "assessments"
	CategoryPhysical    = "concerns.physical"
	CategoryPractical   = "concerns.practical"
	CategoryEmotional   = "concerns.emotional"
	CategorySensitive   = "concerns.sensitive"
	CategoryMessages    = "messages"
	CategoryClinical    = "messages.clinical" // between the teams that treat the person
	CategoryMedication  = "medication"
	CategoryTriage      = "triage"
)

// Groups of writers.
var (
	nobody  []syncing.Role // only system
	person  = []syncing.Role{RolePatient}
	family  = []syncing.Role{RolePatient, RoleCaregiver}
	doctors = []syncing.Role{RoleOncology, RolePrimary}
	staff   = []syncing.Role{RoleOncology, RolePrimary, RoleNavigator, RoleNursing, RoleSpecialist}
	anyone  = []syncing.Role{RolePatient, RoleCaregiver, RoleOncology, RolePrimary, RoleNavigator, RoleNursing, RoleSpecialist}
)

// bySystem reports whether nobody is acting: what follows from a change is never refused, and nothing follows from it again.
func bySystem(c syncing.Change) bool { return c.By.Account().IsZero() }

// actsForTeam reports whether the change comes from a member of the team; an id that names no team has no members.
func actsForTeam(c syncing.Change, team string) bool {
	id, err := syncing.ParseUUID(team)
	return err == nil && c.By.OfTeam(syncing.TeamID{UUID: id})
}

// belongsTo is the team that a document names in a field: as it stood before the change, or as the change makes it.
func belongsTo(c syncing.Change, field string) string {
	return cmp.Or(c.Before.Text(field), c.After.Text(field))
}

// refuseOffline is for what counts only upon what stands now, such as accepting an offer: through sync it is held, and its author
// does it again when connected. nil for an action.
func refuseOffline(c syncing.Change) *syncing.Refusal {
	if c.Online || bySystem(c) {
		return nil
	}
	return refuse(syncing.Forbidden, "This needs a connection, because it counts only for what stands now. What you wrote is kept. Look again when you are connected, then do it there.")
}

func refuse(reason syncing.Reason, sentence string) *syncing.Refusal {
	return &syncing.Refusal{Reason: reason, Detail: sentence}
}

// wroteAny reports whether the mutation names one of the fields.
func wroteAny(c syncing.Change, fields ...string) bool {
	for _, field := range fields {
		if c.Wrote(field) {
			return true
		}
	}
	return false
}

// Quiet reports whether what is of a category never rings on the phone of the person or a caregiver: what is sensitive, whoever of the
// teams it is for. There is no push for a report of self-harm or of an unsafe home (hazard H19).
func Quiet(category string) bool {
	return category == CategorySensitive || strings.HasPrefix(category, CategorySensitive+".")
}
