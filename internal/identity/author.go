package identity

import (
	"context"

	"satchel/sync"
)

// Author is who wrote something in a record, as those who read it know them: under which name, and as what at that time.
type Author struct {
	Name      string // as colleagues see it; "" for patients and caregivers
	Standings []Standing
}

// Standing is as what somebody could act in a record, from a time on and until another.
type Standing struct {
	Role         syncing.Role
	ID           syncing.TeamID // zero for the person and for caregivers
	Team         string         // its name
	Organisation string
	From         int64 // ms
	Until        int64 // ms; 0: it lasts
}

// At lists the standings of a time, the longest first.
func (a Author) At(ms int64) []Standing {
	var list []Standing
	for _, s := range a.Standings {
		if s.From <= ms && (s.Until == 0 || ms <= s.Until) {
			list = append(list, s)
		}
	}
	return list
}

// Authors says who these accounts are in a record, also those whose access has ended. Whoever asks must see the record now; the
// fault is NotFound otherwise.
func (s *Service) Authors(ctx context.Context, who syncing.Principal, record syncing.RecordID, accounts []syncing.AccountID) (map[syncing.AccountID]Author, error) {
	scope, err := s.ScopeOf(ctx, who, record)
	if err != nil {
		return nil, err
	}
	if !scope.Active() {
		return nil, notHere("identity.Authors")
	}
	grants, err := s.grants(ctx, record)
	authors := map[syncing.AccountID]Author{}
	for _, account := range accounts {
		if err == nil {
			authors[account], err = s.author(ctx, account, grants)
		}
	}
	return authors, err
}

func (s *Service) author(ctx context.Context, account syncing.AccountID, grants []grantRow) (Author, error) {
	row, ok, err := s.account(ctx, account)
	if err != nil || !ok {
		return Author{}, err
	}
	author := Author{}
	if row.Kind.staff() {
		author.Name = row.Name
	}
	for _, g := range grants {
		switch {
		case g.Account == account && g.Relation == relationOwner:
			author.Standings = append(author.Standings, Standing{Role: RolePatient, From: g.Since, Until: g.Until})
		case g.Account == account && g.Team.IsZero():
			author.Standings = append(author.Standings, Standing{Role: RoleCaregiver, From: g.Since, Until: g.Until})
		case !g.Team.IsZero():
			standing, member, err := s.standingIn(ctx, row, g)
			if err != nil {
				return author, err
			}
			if member {
				author.Standings = append(author.Standings, standing)
			}
		}
	}
	return author, nil
}

// standingIn is what an account is, or was, in a record through one team.
func (s *Service) standingIn(ctx context.Context, row accountRow, g grantRow) (st Standing, member bool, err error) {
	team, ok, err := s.Team(ctx, g.Team)
	if err != nil || !ok {
		return st, false, err
	}
	period := memberEntry{}
	if i := row.member(g.Team); i >= 0 {
		period.From, member = row.Members[i].From, true
	} else if err = s.Store.View(ctx, s.AccountRecord(row.ID), func(tx syncing.ReadTx) (err error) {
		period, member, err = s.leftTeam(tx, g.Team, row.ID)
		return err
	}); err != nil || !member {
		return st, false, err
	}
	organisation, _, err := s.Organisation(ctx, team.Organisation)
	st = Standing{
		Role: teamRules[team.Kind].role, ID: team.ID, Team: team.Name, Organisation: organisation.Name,
		From: max(period.From, g.Since), Until: period.Until,
	}
	if g.Until != 0 && (st.Until == 0 || g.Until < st.Until) {
		st.Until = g.Until
	}
	return st, true, err
}
