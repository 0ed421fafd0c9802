package identity

import (
	"bytes"
	"context"
	"slices"

	"satchel/sync"
)

// recordsMax is the longest page of RecordsOf.
const recordsMax = 500

// careRoles look after the person: they may make codes, see the access log and sign out a lost phone.
var careRoles = []syncing.Role{RoleOncology, RolePrimary, RoleNavigator, RoleNursing}

// Scope reads what the account may see and do in the record of this transaction now. Roles and categories are gathered from
// every path: an account may be in two teams, or a nurse and a caregiver. Without access the scope is inactive; Known says
// whether there ever was any. Errors are the store's.
func (s *Service) Scope(tx syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	g, err := s.access(tx, who)
	return syncing.NewScope(g), err
}

func (s *Service) access(tx syncing.ReadTx, who syncing.Principal) (syncing.Grant, error) {
	g := syncing.Grant{Account: who.Account, Name: who.Name, Job: who.Job}
	var row grantRow
	found, err := readRow(tx, syncing.TableGrants, Grantee{Account: who.Account}.key(), &row)
	if err != nil {
		return syncing.Grant{}, err
	}
	if found {
		g.Known = true
		if who.Acting.IsZero() { // who speaks for a team does not speak as themselves
			addDirect(&g, row, s.nowMs())
		}
	}
	for _, m := range who.Teams {
		row = grantRow{}
		found, err := readRow(tx, syncing.TableGrants, Grantee{Team: m.Team}.key(), &row)
		if err != nil {
			return syncing.Grant{}, err
		}
		if found {
			g.Known = true
			addTeam(&g, m, row, s.nowMs())
		}
	}
	if !g.Active && len(who.Teams) > 0 {
		if err := s.addEmergency(tx, &g); err != nil {
			return g, err
		}
	}
	if !g.Known {
		g.Known, err = s.knewThroughTeam(tx, who.Account)
	}
	return g, err
}

// TeamScopes implements syncing.Access. A team that is not here any more has no members to see anything.
func (s *Service) TeamScopes(tx syncing.ReadTx) (scopes []syncing.Scope, err error) {
	var rows []grantRow
	err = scanRows(tx, syncing.TableGrants, []byte(teamPrefix), func(_ []byte, g grantRow) bool {
		rows = append(rows, g)
		return true
	})
	for i := 0; i < len(rows) && err == nil; i++ {
		var team Team
		var there bool
		if team, there, err = s.teamIn(tx, rows[i].Team); there && rows[i].active(s.nowMs()) {
			scopes = append(scopes, s.scopeOfTeam(team, rows[i]))
		}
	}
	return scopes, err
}

// scopeOfTeam is what every member of a team sees and may do by a grant: nothing by one that has ended, or was never given.
func (s *Service) scopeOfTeam(team Team, row grantRow) syncing.Scope {
	var g syncing.Grant
	addTeam(&g, syncing.Membership{Team: team.ID, Role: teamRules[team.Kind].role}, row, s.nowMs())
	return syncing.NewScope(g)
}

// regranted takes a team's records in which something waits with a grant that is given, changed or ended.
func (s *Service) regranted(tx syncing.Tx, id syncing.TeamID, before, now grantRow) error {
	team, there, err := s.teamIn(tx, id)
	if err != nil || !there {
		return err
	}
	return syncing.Regranted(tx, id, s.scopeOfTeam(team, before), s.scopeOfTeam(team, now))
}

func addDirect(g *syncing.Grant, row grantRow, now int64) {
	if !row.active(now) {
		return
	}
	g.Active = true
	role := RoleCaregiver
	if row.Relation == relationOwner {
		g.Owner, role = true, RolePatient
	}
	consented := row.Categories
	if role == RoleCaregiver { // also where an older version let more be given
		consented = slices.DeleteFunc(slices.Clone(consented), func(c string) bool { return !slices.Contains(caregiverCeiling, c) })
	}
	categories := implied(role, consented)
	g.Categories = append(g.Categories, categories...)
	g.Roles = append(g.Roles, role)
	g.Paths = append(g.Paths, syncing.Path{Role: role, Categories: categories})
}

func addTeam(g *syncing.Grant, m syncing.Membership, row grantRow, now int64) {
	if !row.active(now) {
		return
	}
	g.Active = true
	categories := implied(m.Role, row.Categories)
	g.Categories = append(g.Categories, categories...)
	g.Teams = append(g.Teams, m.Team)
	g.Paths = append(g.Paths, syncing.Path{Team: m.Team, Role: m.Role, Lead: m.Lead, Categories: categories})
	if m.Lead {
		g.Leads = append(g.Leads, m.Team)
	}
	if !slices.Contains(g.Roles, m.Role) {
		g.Roles = append(g.Roles, m.Role)
	}
}

// RecordsOf lists the records that the caller may see now, in the order of their ids, from the one after `after` on: up to
// limit (1 to 500; 0 means 500). more says whether there are others. It costs what it answers.
func (s *Service) RecordsOf(ctx context.Context, who syncing.Principal, from syncing.RecordID, limit int) (records []syncing.RecordID, more bool, err error) {
	if limit < 1 || limit > recordsMax {
		limit = recordsMax
	}
	holders := []Grantee{{Account: who.Account}}
	for _, m := range who.Teams {
		holders = append(holders, Grantee{Team: m.Team})
	}
	for _, holder := range holders {
		if err := s.recordsHeldBy(ctx, holder, from, limit+1, &records); err != nil {
			return nil, false, err
		}
	}
	slices.SortFunc(records, func(a, b syncing.RecordID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	records = slices.Compact(records)
	if len(records) > limit {
		return records[:limit], true, nil
	}
	return records, false, nil
}

// RecordsOfTeam lists the records that a team has been given and still has, in the order of their ids, up to limit. more says whether
// there are others. Who may ask is for whoever calls this to know.
func (s *Service) RecordsOfTeam(ctx context.Context, team syncing.TeamID, limit int) (records []syncing.RecordID, more bool, err error) {
	if err := s.recordsHeldBy(ctx, Grantee{Team: team}, syncing.RecordID{}, limit+1, &records); err != nil {
		return nil, false, err
	}
	return records[:min(limit, len(records))], len(records) > limit, nil
}

func (s *Service) recordsHeldBy(ctx context.Context, holder Grantee, from syncing.RecordID, limit int, into *[]syncing.RecordID) error {
	first := append(s.holderKey(holder, from), 0) // the least key after this record's
	if from.IsZero() {
		first = s.holderPrefix(holder)
	}
	return s.Store.Scan(ctx, indexRecords, first, after(s.holderPrefix(holder)), limit, func(e syncing.IndexEntry) bool {
		*into = append(*into, e.Record)
		return true
	})
}

// AccountsOf lists the accounts that may see something of the record now. Whoever sends a push asks ScopeOf as well, and leaves
// out those who may not see what it is about.
func (s *Service) AccountsOf(ctx context.Context, record syncing.RecordID) ([]syncing.AccountID, error) {
	grants, err := s.grants(ctx, record)
	if err != nil {
		return nil, err
	}
	var accounts []syncing.AccountID
	for _, g := range grants {
		switch {
		case !g.active(s.nowMs()):
		case g.Team.IsZero():
			accounts = append(accounts, g.Account)
		default:
			members, err := s.Members(ctx, g.Team)
			if err != nil {
				return nil, err
			}
			accounts = append(accounts, members...)
		}
	}
	slices.SortFunc(accounts, func(a, b syncing.AccountID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	return slices.Compact(accounts), nil
}

func (s *Service) grants(ctx context.Context, record syncing.RecordID) (grants []grantRow, err error) {
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		return scanRows(tx, syncing.TableGrants, nil, func(_ []byte, g grantRow) bool {
			grants = append(grants, g)
			return true
		})
	})
	return grants, err
}

// ScopeOf is Scope in a transaction of its own, for what is read beside the sync endpoint and for pushes.
func (s *Service) ScopeOf(ctx context.Context, who syncing.Principal, record syncing.RecordID) (scope syncing.Scope, err error) {
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		scope, err = s.Scope(tx, who)
		return err
	})
	return scope, err
}
