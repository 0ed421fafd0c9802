package syncing

import "slices"

// A person may work in two teams of one record, a doctor in oncology and in the practice. They see what both see; but each write is
// made in one role, has the rights of that role alone, and keeps it for ever. The client says which, on the mutation (`acting`, the
// id of a team) or for a whole request; where there is only one way in, it need not.

// unknownRole is what is said of writes that were made before roles were kept, or by an account whose roles nobody knows.
const unknownRole Role = "unknown"

// systemRole is what is said of writes that nobody made: what followed from others, or from time.
const systemRole Role = "system"

var (
	refuseActing = &Refusal{Forbidden, "You do not work in that team for this person. Choose one of your own teams."}
	refuseUnsaid = &Refusal{Forbidden, "You work in more than one team here. Say for which of them you write."}
)

// actingFor is the scope in one role alone: that of the team, or without a team the only one, or the account's own.
func (s Scope) actingFor(team TeamID) (Scope, *Refusal) {
	at := slices.IndexFunc(s.paths, func(p Path) bool { return p.Team == team })
	switch {
	case at < 0 && team.IsZero() && len(s.paths) == 1:
		at = 0
	case at < 0 && team.IsZero() && len(s.paths) == 0:
		return s, nil
	case at < 0 && team.IsZero():
		return s, refuseUnsaid
	case at < 0:
		return s, refuseActing
	}
	p := s.paths[at]
	narrow := NewScope(Grant{
		Account: s.account, Name: s.name, Job: s.job, Roles: []Role{p.Role}, Categories: p.Categories, Active: s.active, Known: s.known, Paths: s.paths,
		Owner: s.owner && p.Team.IsZero(),
	})
	if !p.Team.IsZero() {
		narrow.teams = []TeamID{p.Team}
	}
	if p.Lead {
		narrow.leads = narrow.teams
	}
	return narrow, nil
}

// acting is in which role and for which team a scope writes.
func (s Scope) acting() (Role, TeamID) {
	if len(s.paths) == 0 || len(s.roles) != 1 {
		return "", TeamID{}
	}
	if len(s.teams) == 1 {
		return s.roles[0], s.teams[0]
	}
	return s.roles[0], TeamID{}
}
