package syncing

import (
	"slices"
	"strings"
)

// Role is in which capacity somebody writes. The words are the ward's; the schema names them beside each field.
type Role string

// Principal is who speaks, before any record is named: the account and the teams it works in. identity makes it from a
// verified token and the store.
type Principal struct {
	Account AccountID
	Device  UUID // the signed-in device, for the journal; zero for server replicas
	// Name is how colleagues know the account; "" for patients and caregivers, whose names are in their records alone.
	Name string
	// Job is what the account works as, such as oncologist or pharmacist; "" if nobody said, and for patients and caregivers.
	Job string
	// Teams are the account's memberships; empty for patients and caregivers.
	Teams []Membership
	// Acting is the team for which the account speaks now, if it said so; Teams is then that one alone.
	Acting TeamID
}

// As is the account speaking for one of its teams alone; ok is false if it does not work there.
func (p Principal) As(team TeamID) (as Principal, ok bool) {
	at := slices.IndexFunc(p.Teams, func(m Membership) bool { return m.Team == team })
	if at < 0 {
		return p, false
	}
	p.Teams, p.Acting = p.Teams[at:at+1:at+1], team
	return p, true
}

// Membership is one team that an account works in, and as what.
type Membership struct {
	Team TeamID
	Role Role
	Lead bool // one of those who answer for the team
}

// Scope is what an account may see and do in one record now. Its fields cannot be set outside this package, so what was not
// decided by NewScope cannot reach the engine; identity is its only maker (tidy_test checks).
type Scope struct {
	account    AccountID
	name       string
	job        string
	roles      []Role
	teams      []TeamID
	leads      []TeamID
	categories []string // sorted, without repetition
	owner      bool
	known      bool
	active     bool
	paths      []Path
}

// Path is one way in which an account reaches a record: as a member of a team, or without one as itself.
type Path struct {
	Team       TeamID
	Role       Role
	Lead       bool // of the team
	Categories []string
}

// Grant is what identity read: which roles and categories an account holds in a record.
type Grant struct {
	Account    AccountID
	Name       string   // as colleagues know the account, for what is written about who did what
	Job        string   // what they work as, for what only some may do
	Roles      []Role   // acting roles in this record
	Teams      []TeamID // teams through which the access comes
	Leads      []TeamID // those of them that the account leads
	Categories []string // categories of documents that may be seen
	Owner      bool     // the person whose record it is
	Active     bool     // false: access has ended
	Known      bool     // the account has or once had this record; false with Active false: it never had
	// Paths are the ways in which the account reaches the record now, for asking in which role it writes. nil: nobody knows.
	Paths []Path
}

// NewScope fixes a grant into a scope.
func NewScope(g Grant) Scope {
	categories := slices.Clone(g.Categories)
	slices.Sort(categories)
	return Scope{
		account: g.Account, name: g.Name, job: g.Job, roles: slices.Clone(g.Roles), teams: slices.Clone(g.Teams), leads: slices.Clone(g.Leads),
		categories: slices.Compact(categories), owner: g.Owner, active: g.Active, known: g.Known || g.Active,
		paths: slices.Clone(g.Paths),
	}
}

// Account is who the scope speaks for.
func (s Scope) Account() AccountID { return s.account }

// Name is how colleagues know who the scope speaks for; "" for patients and caregivers.
func (s Scope) Name() string { return s.name }

// Roles are the acting roles.
func (s Scope) Roles() []Role { return slices.Clone(s.roles) }

// Job is what whoever speaks works as, such as oncologist; "" if nobody said, and for patients and caregivers.
func (s Scope) Job() string { return s.job }

// Teams are the teams through which the access comes.
func (s Scope) Teams() []TeamID { return slices.Clone(s.teams) }

// Categories are the categories that may be seen, sorted.
func (s Scope) Categories() []string { return slices.Clone(s.categories) }

// Owner reports whether the record is about this account's own person.
func (s Scope) Owner() bool { return s.owner }

// Active reports whether there is any access now.
func (s Scope) Active() bool { return s.active }

// Has reports whether one of the roles is acting.
func (s Scope) Has(roles ...Role) bool {
	for _, role := range s.roles {
		if slices.Contains(roles, role) {
			return true
		}
	}
	return false
}

// OfTeam reports whether the access comes through this team.
func (s Scope) OfTeam(team TeamID) bool { return slices.Contains(s.teams, team) }

// Leads reports whether the access comes through this team, and the account leads it.
func (s Scope) Leads(team TeamID) bool { return slices.Contains(s.leads, team) }

// The audience of a document says who sees it: its category, or for a held document also its author. Audiences are counted
// in the record's head, so that a digest or a head costs the number of audiences and never the number of documents.
const (
	// OwnerAudience is the category that only the record's owner sees.
	OwnerAudience = "owner"
	heldPrefix    = "held:"
)

// heldAudience is who sees a held document: its author, and those who may settle it.
func heldAudience(category string, author AccountID) string {
	return heldPrefix + author.String() + ":" + category
}

// categoryOf is the category of what an audience sees.
func categoryOf(audience string) string {
	rest, held := strings.CutPrefix(audience, heldPrefix)
	if !held {
		return audience
	}
	_, category, _ := strings.Cut(rest, ":")
	return category
}

// sees decides visibility, for documents, counts, digests, heads and cursors alike.
func (s Scope) sees(audience string) bool {
	return s.seesBy(audience, func(category string) bool {
		_, found := slices.BinarySearch(s.categories, category)
		return found
	})
}

// seesBy is sees with the categories looked up elsewhere: in a scope, or in what a cursor remembers of one.
func (s Scope) seesBy(audience string, has func(category string) bool) bool {
	if !s.active {
		return false
	}
	ordinary := func(category string) bool { return category == OwnerAudience && s.owner || has(category) }
	rest, held := strings.CutPrefix(audience, heldPrefix)
	if !held {
		return ordinary(audience)
	}
	author, category, _ := strings.Cut(rest, ":")
	return author == s.account.String() || ordinary(category) && s.settles()
}

// settles reports whether held mutations that this account sees are its to settle, beside its own: the person's whose record
// it is, and those of the teams.
func (s Scope) settles() bool { return s.owner || len(s.teams) > 0 }
