package care

import (
	"maps"
	"slices"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const careTeamName = "careTeam"

// The kinds of care teams.
const (
	KindOncology   = "oncology"
	KindPrimary    = "primary-care"
	KindNursing    = "district-nursing"
	KindNavigation = "navigation"
	KindSocial     = "social-prescribing"
	KindCareHome   = "care-home"
	KindPalliative = "community-palliative"
	KindSpecialist = "specialist" // somebody from outside who was invited to one record
)

// TeamKinds are all of them.
var TeamKinds = []string{KindOncology, KindPrimary, KindNursing, KindNavigation, KindSocial, KindCareHome, KindPalliative, KindSpecialist}

// CareTeamID names a team in a record: the document has the team's own id.
func CareTeamID(team syncing.TeamID) syncing.DocID { return syncing.NewDocID(careTeamName, team.UUID) }

// careTeamType is FHIR's CareTeam: which team acts as what for this person, and how it is reached at which hours. Concerns are
// routed by it.
func (w *ward) careTeamType() *syncing.Type {
	desk := []syncing.Role{RoleOncology, RolePrimary, RoleNavigator, RoleNursing, RoleSpecialist, RoleAdministrator}
	return &syncing.Type{
		Name: careTeamName, Category: CategoryTeam, Creators: desk,
		Doc: "A team that cares for this person (FHIR CareTeam). Its id is the team's id.",
		Fields: []syncing.FieldSpec{
			field("kind", syncing.Code, syncing.CAS, desk, "as what the team acts here; routes are resolved by it", required,
				codes(TeamKinds...)),
			field("name", syncing.Text, syncing.CAS, desk, "name of the team", required, upTo(lineMax)),
			field("status", syncing.Code, syncing.FSM, desk, "only active teams are given work", required,
				moves(first("proposed", "active"), from("proposed", "active", "inactive", "entered-in-error"),
					from("active", "suspended", "inactive"), from("suspended", "active", "inactive"), from("inactive", "active"), from("entered-in-error"))),
			field("region", syncing.Code, syncing.CAS, desk, "whose emergency number and thresholds hold, such as UK; the oncology team's counts"),
			field("phone", syncing.Text, syncing.CAS, desk, "number in hours", upTo(lineMax)),
			field("hours", syncing.Text, syncing.CAS, desk, "when that number is answered, in words", upTo(lineMax)),
			field("outOfHours", syncing.Text, syncing.CAS, desk, "number at all other times", upTo(lineMax)),
			field("is24h", syncing.Bool, syncing.CAS, desk, "the number is answered day and night"),
			field("leadPractitioner", syncing.Text, syncing.CAS, desk, "who leads the team", upTo(lineMax)),
			field("participant", syncing.Text, syncing.Set, desk, "people of the team, by name and job", upTo(lineMax)),
			field("doesHandle", syncing.Code, syncing.Set, desk, "topics that the team handles, such as pain or fit-note"),
			field("doesNotHandle", syncing.Code, syncing.Set, desk, "topics to take elsewhere"),
			card("about", syncing.Text, "what the team says of itself", upTo(noteMax)),
			card("organisation", syncing.Text, "the organisation that the team belongs to", upTo(lineMax)),
			field("people", syncing.Object, syncing.Set, nobody, "who works in the team now, and as what", members(
				member("name", syncing.Text, "as colleagues see it"), member("job", syncing.Code, "as what, such as nurse or ob-gyn"))),
			card("contacts.*", syncing.Object, "a way of reaching the team (FHIR ContactPoint), by its id", members(contactMembers...)),
			card("contactVerifiedAt", syncing.Instant, "when it was last tried that a contact reaches the team; without it the team is sent no messages"),
			card("cardRevision", syncing.Int, "which state of the team's page this is; it only grows"),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			joins := c.Wrote("status") && c.After.Text("status") == "active" && c.Before.Text("status") != "active"
			if joins && !bySystem(c) && !c.By.Has(RoleAdministrator) && !actsForTeam(c, c.After.ID().ID()) {
				return refuse(syncing.Forbidden, "Only the team itself can say that it is here for this person.")
			}
			reach := c.Before.Text("status") == "active" && wroteAny(c, "phone", "hours", "outOfHours", "is24h")
			if (reach || c.By.Has(RoleSpecialist)) && !bySystem(c) && !actsForTeam(c, c.After.ID().ID()) {
				return refuse(syncing.Forbidden, "How a team is reached is the team's own to say.")
			}
			// Who is asked to act hangs on the one, thresholds and the emergency number on the other.
			if c.Wrote("kind") && c.Before.Exists() && !bySystem(c) && !c.By.Has(RoleAdministrator) && !actsForTeam(c, c.After.ID().ID()) {
				return refuse(syncing.Forbidden, "Only the team itself can say as what it acts for this person.")
			}
			if c.Wrote("region") && c.Before.Exists() && !bySystem(c) && !c.By.Has(RoleAdministrator) && !actsForTeam(c, c.After.ID().ID()) {
				return refuse(syncing.Forbidden, "Only the team itself can say whose numbers and thresholds hold for this person.")
			}
			return nil
		},
		Derive: w.deriveTeam,
	}
}

// card declares what comes from the team's own page and nobody writes here: the same for every record that the team looks after.
func card(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
	return field(name, kind, syncing.LWW, nobody, doc, more...)
}

// careTeams are the active teams of a record, by what they act as. Of several of one kind the first by id answers, so that two
// teams never both think that the other acts (hazard H22).
type careTeams struct {
	byKind map[string]string // kind -> team id
	active []string          // ids of all that are here
	region string            // of the oncology team, else of the practice; "" if neither names one
}

func readTeams(r syncing.Reader) (careTeams, error) {
	docs, err := r.Documents(careTeamName)
	return teamsIn(docs), err
}

func teamsIn(docs []syncing.Snapshot) careTeams {
	teams := careTeams{byKind: map[string]string{}}
	regions := map[string]string{}
	for _, doc := range docs {
		kind := doc.Text("kind")
		if doc.Text("status") == "active" {
			teams.active = append(teams.active, doc.ID().ID())
		}
		if doc.Text("status") == "active" && teams.byKind[kind] == "" {
			teams.byKind[kind], regions[kind] = doc.ID().ID(), doc.Text("region")
		}
	}
	if teams.region = regions[KindOncology]; teams.region == "" {
		teams.region = regions[KindPrimary]
	}
	return teams
}

// kindOf says which kind of team a route token means.
var kindOf = map[instrument.Team]string{
	instrument.Oncology: KindOncology, instrument.PrimaryCare: KindPrimary, instrument.Navigator: KindNavigation,
}

// resolve turns route tokens into team ids, sorted. A token that no active team answers goes to oncology and practice both: a
// concern that nobody holds is the worst place for it.
func (t careTeams) resolve(tokens []instrument.Team) []string {
	var ids []string
	for _, token := range tokens {
		if id := t.byKind[kindOf[token]]; id != "" {
			ids = append(ids, id)
			continue
		}
		ids = append(ids, t.treating()...)
	}
	return union(ids, nil)
}

// all are the teams that are here, sorted.
func (t careTeams) all() []string { return slices.Sorted(maps.Values(t.byKind)) }

// treating are oncology and practice, as far as they are here; without either, whoever is.
func (t careTeams) treating() []string {
	var ids []string
	for _, kind := range []string{KindOncology, KindPrimary} {
		if id := t.byKind[kind]; id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		return ids
	}
	return t.all()
}

// ContactVerified reports whether the contact point of a team was ever verified.
func ContactVerified(team syncing.Snapshot) bool { return team.Has("contactVerifiedAt") }
