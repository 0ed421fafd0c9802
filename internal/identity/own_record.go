package identity

import (
	"context"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

// ownRecordShares is what a team that a caregiver chose sees of the caregiver's own record, unless less is chosen.
var ownRecordShares = []string{
	CategoryPerson, CategoryTeam, CategoryAssessments, CategoryPractical, CategorySensitive, CategoryMessages, CategoryTriage,
}

// RecordFor makes the id of a new record from who asks and a key, so that the same request makes one record; keyed, so that nobody else can
// work it out.
func (s *Service) RecordFor(account syncing.AccountID, key string) syncing.RecordID {
	hidden := s.Blind("new record", append(account.UUID[:], key...))
	return syncing.RecordID{UUID: syncing.DerivedUUID("record", string(hidden))}
}

// OwnRecord is the id that an account's own record has if there is one: of a caregiver (POST /v1/own-record).
func (s *Service) OwnRecord(account syncing.AccountID) syncing.RecordID {
	return s.RecordFor(account, "a record of one's own")
}

// ownRecordTeams are the kinds of teams to whom a caregiver's own record may go: those of the person's cancer are not theirs.
var ownRecordTeams = []TeamKind{TeamPrimary, TeamNavigation}

// MayBeginOwn says whether the caller helps the person of a record now: only then they may begin a record of their own. Anyone
// else gets NotFound.
func (s *Service) MayBeginOwn(ctx context.Context, who syncing.Principal, helped syncing.RecordID) error {
	scope, err := s.ScopeOf(ctx, who, helped)
	if err == nil && !scope.Has(RoleCaregiver) {
		err = notHere("identity.MayBeginOwn")
	}
	return err
}

// OwnTeams finds the teams that a caregiver chose for their own record: those of the named kinds that look after the person whom
// they help, and those that are named by id. Faults: Invalid, for a kind that is not for caregivers; NotFound, if a team is not there.
func (s *Service) OwnTeams(ctx context.Context, helped syncing.RecordID, kinds []TeamKind, named []syncing.TeamID) ([]Team, error) {
	const op = "identity.OwnTeams"
	if slices.ContainsFunc(kinds, func(kind TeamKind) bool { return !slices.Contains(ownRecordTeams, kind) }) {
		return nil, fault.New(fault.Invalid, op, "Choose the navigators, the practice, or both.")
	}
	grants, err := s.grants(ctx, helped)
	if err != nil {
		return nil, err
	}
	var chosen []Team
	for _, kind := range kinds {
		team, err := s.grantedOf(ctx, grants, kind)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, team)
	}
	for _, id := range named {
		team, ok, err := s.Team(ctx, id)
		if err != nil {
			return nil, err
		}
		if !ok || !slices.Contains(ownRecordTeams, team.Kind) {
			return nil, notHere(op)
		}
		chosen = append(chosen, team)
	}
	return chosen, nil
}

// grantedOf finds the team of a kind that looks after the person.
func (s *Service) grantedOf(ctx context.Context, grants []grantRow, kind TeamKind) (Team, error) {
	for _, g := range grants {
		if g.Team.IsZero() || !g.active(s.nowMs()) {
			continue
		}
		team, ok, err := s.Team(ctx, g.Team)
		if err != nil {
			return Team{}, err
		}
		if ok && team.Kind == kind {
			return team, nil
		}
	}
	return Team{}, fault.New(fault.NotFound, "identity.grantedOf", "There is no such team around the person whom you help. Choose another one.")
}

// GrantOwn makes the caller the owner of the record of this transaction, and lets the chosen teams see what the caller consents
// to; nil is what is usual. Whom the record is about decides alone, so a team may see more here than its kind does elsewhere.
func (s *Service) GrantOwn(tx syncing.Tx, by syncing.Principal, teams []Team, categories []string) error {
	if categories == nil {
		categories = ownRecordShares
	}
	categories, err := knownCategories(categories, ownRecordShares)
	if err != nil {
		return err
	}
	if err := s.GrantOwner(tx, by, by.Account); err != nil {
		return err
	}
	for _, team := range teams {
		if err := s.grant(tx, by, grantRow{Relation: relationTeam, Team: team.ID, Categories: categories}); err != nil {
			return err
		}
	}
	return nil
}

// reachesFurther refuses a code for the owner of a record whose account reaches other records too, except to that person: whoever
// makes a code could use it.
func (s *Service) reachesFurther(ctx context.Context, who syncing.Principal, record syncing.RecordID, req CodeRequest) error {
	if req.Kind != KindPatient {
		return nil
	}
	var owner syncing.AccountID
	var owned bool
	err := s.Store.View(ctx, record, func(tx syncing.ReadTx) (err error) {
		owner, owned, err = s.recordOwner(tx)
		return err
	})
	if err != nil || !owned || owner == who.Account {
		return err
	}
	account, _, err := s.account(ctx, owner)
	if err == nil && account.Kind == KindCaregiver {
		err = fault.New(fault.Forbidden, "identity.CreateCode", "This person helps somebody else too, and adds their own phones.")
	}
	return err
}
