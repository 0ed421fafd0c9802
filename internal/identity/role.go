package identity

import (
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

// Roles, in the ward's words. The fields of care name their writers by these strings.
const (
	RolePatient       syncing.Role = "patient"
	RoleCaregiver     syncing.Role = "caregiver"
	RoleOncology      syncing.Role = "oncology"
	RolePrimary       syncing.Role = "primary"
	RoleNavigator     syncing.Role = "navigator"
	RoleNursing       syncing.Role = "nursing"
	RoleSpecialist    syncing.Role = "specialist" // somebody from outside, invited to one record
	RoleAdministrator syncing.Role = "administrator"
	RoleEmergency     syncing.Role = "emergency" // on no team of the person, for an hour; writes nothing
)

// Categories of documents. Consent is given by category.
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
	CategoryClinical    = "messages.clinical"
	CategoryMedication  = "medication"
	CategoryTriage      = "triage"

	// CategoryShare is no kind of document: a caregiver to whom the person gives it may make and end emergency links for them.
	CategoryShare = "ed-share"
)

// PersonCategories are what a patient sees, and may share with a caregiver.
var PersonCategories = []string{
	CategoryPerson, CategoryTeam, CategorySchedule, CategoryPlan, CategoryResults, CategoryAssessments, CategoryPhysical,
	CategoryPractical, CategoryEmotional, CategorySensitive, CategoryMessages, CategoryMedication, CategoryTriage,
}

// AllCategories are what a team that treats the person sees by default: beside those, what such teams ask and answer among
// themselves.
var AllCategories = append(slices.Clone(PersonCategories), CategoryClinical)

// Kind is what an account is for.
type Kind string

// The kinds of account. An administrator looks after accounts and teams and sees no record.
const (
	KindPatient       Kind = "patient"
	KindCaregiver     Kind = "caregiver"
	KindClinician     Kind = "clinician"
	KindNavigator     Kind = "navigator"
	KindAdministrator Kind = "administrator"
	// KindExternal is a clinician from outside, who came by an invitation (invitation.go): free, with credentials of their own, and
	// seeing the records to which they were invited and nothing else.
	KindExternal Kind = "external-clinician"
)

// staff signs in with a name and a password; patients and caregivers enrol with a code.
func (k Kind) staff() bool {
	return k == KindClinician || k == KindNavigator || k == KindAdministrator || k == KindExternal
}

// TeamKind is which part of care a team gives.
type TeamKind string

// The kinds of team.
const (
	TeamOncology   TeamKind = "oncology"
	TeamPrimary    TeamKind = "primary-care"
	TeamNursing    TeamKind = "district-nursing"
	TeamNavigation TeamKind = "navigation"
	TeamSocial     TeamKind = "social-prescribing"
	TeamCareHome   TeamKind = "care-home"
	TeamPalliative TeamKind = "community-palliative"
	TeamSpecialist TeamKind = "specialist"
)

// teamRule is what follows from a team's kind: the role in which its members act, the kinds of account that may be members,
// and what the team sees of a record unless less is granted.
type teamRule struct {
	role       syncing.Role
	members    []Kind
	categories []string
}

var teamRules = map[TeamKind]teamRule{
	TeamOncology:   {RoleOncology, []Kind{KindClinician}, AllCategories},
	TeamPrimary:    {RolePrimary, []Kind{KindClinician, KindExternal}, AllCategories},
	TeamNursing:    {RoleNursing, []Kind{KindClinician}, nursingCategories},
	TeamCareHome:   {RoleNursing, []Kind{KindClinician}, nursingCategories},
	TeamPalliative: {RoleNursing, []Kind{KindClinician}, append([]string{CategoryPhysical, CategoryEmotional, CategoryMedication}, nursingCategories...)},
	TeamNavigation: {RoleNavigator, []Kind{KindClinician, KindNavigator}, navigationCategories},
	TeamSocial:     {RoleNavigator, []Kind{KindClinician, KindNavigator}, navigationCategories},
	TeamSpecialist: {RoleSpecialist, []Kind{KindClinician, KindExternal}, specialistCategories},
}

var (
	nursingCategories    = []string{CategoryPerson, CategoryTeam, CategorySchedule, CategoryPlan, CategoryResults, CategoryMessages}
	navigationCategories = []string{
		CategoryPerson, CategoryTeam, CategorySchedule, CategoryPlan, CategoryPractical, CategoryMessages, CategoryTriage,
	}
	specialistCategories = []string{
		CategoryPerson, CategoryTeam, CategorySchedule, CategoryPlan, CategoryResults, CategoryAssessments, CategoryPhysical,
		CategoryPractical, CategoryEmotional, CategoryMessages, CategoryMedication,
	}
)

// Categories that nobody consents to by name. What the person chooses item by item moves a concern from the category of its kind
// into one of these, so each is seen by exactly those whom the choice leaves.
const (
	categoryOncologyAlone = CategorySensitive + ".oncology" // hidden from the practice
	categoryPracticeAlone = CategorySensitive + ".practice" // hidden from oncology
	sharedSuffix          = ".shared"                       // of a kind of concern: ticked for the caregivers
)

// concernCategories are the kinds of concerns.
var concernCategories = []string{CategoryPhysical, CategoryPractical, CategoryEmotional, CategorySensitive}

// aloneFor is what a role sees that the other team does not, if it may see what is sensitive at all.
var aloneFor = map[syncing.Role]string{RoleOncology: categoryOncologyAlone, RolePrimary: categoryPracticeAlone}

// implied adds to consented categories those that come with them for a role: whoever sees a kind of concern sees it also when the
// person shows it to their caregivers; caregivers see what was ticked for them; the person sees everything.
func implied(role syncing.Role, consented []string) []string {
	list := slices.Clone(consented)
	for _, kind := range concernCategories {
		if role == RoleCaregiver || slices.Contains(consented, kind) {
			list = append(list, kind+sharedSuffix)
		}
	}
	switch {
	case role == RolePatient:
		list = append(list, categoryOncologyAlone, categoryPracticeAlone)
	case aloneFor[role] != "" && slices.Contains(consented, CategorySensitive):
		list = append(list, aloneFor[role])
	}
	return list
}

// Consented are those of a scope's categories that are consented to by name: what is listed for people.
func Consented(categories []string) []string {
	return slices.DeleteFunc(slices.Clone(categories), func(c string) bool { return !slices.Contains(AllCategories, c) && c != CategoryShare })
}

// caregiverCeiling is the most that a person can share with a caregiver. What is sensitive, self-harm and an unsafe home among it, is
// never shared as a category: whoever asks for it may be the reason for the answer (hazard H19).
var caregiverCeiling = append(slices.DeleteFunc(slices.Clone(PersonCategories), func(c string) bool { return c == CategorySensitive }), CategoryShare)

// emergencyCategories are what somebody sees who opens a record in an emergency: what treating the person now needs. What is sensitive,
// what is written to and fro and what waits for the teams is none of it.
var emergencyCategories = []string{
	CategoryPerson, CategoryTeam, CategorySchedule, CategoryPlan, CategoryResults, CategoryAssessments, CategoryPhysical, CategoryMedication,
}

// caregiverDefault is what a caregiver sees until the person consents to more.
var caregiverDefault = []string{CategorySchedule}

// knownCategories sorts the categories and refuses a word that is none of ours, or that exceeds the ceiling.
func knownCategories(categories, ceiling []string) ([]string, error) {
	sorted := append([]string{}, categories...) // never nil: nothing is a decision too, and not "as usual"
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	for _, c := range sorted {
		if !slices.Contains(ceiling, c) {
			return nil, fault.New(fault.Invalid, "identity.knownCategories", "One of the kinds of information is not known, or cannot be shared here.")
		}
	}
	return sorted, nil
}
