package identity

import (
	"context"

	"satchel/internal/fault"
	"satchel/sync"
)

// Share is one line of who may see a record.
type Share struct {
	Grantee    Grantee
	Relation   string // "owner", "caregiver", "team", or "waiting": a caregiver whom the person has not confirmed
	Name       string // of a caregiver as they typed it, or of the team
	Categories []string
	Hidden     []Hidden // what they do not see, and why
	Since      int64    // ms; of one who waits: when they asked
	Until      int64    // ms; 0: it lasts
	Expires    int64    // ms, when it ends by itself; 0: it does not
}

// Shares lists who may see the record and who once could; for its owner and for the teams who look after it. Anyone else
// gets NotFound.
func (s *Service) Shares(ctx context.Context, who syncing.Principal, record syncing.RecordID) ([]Share, error) {
	scope, err := s.ScopeOf(ctx, who, record)
	if err != nil {
		return nil, err
	}
	if !scope.Owner() && !scope.Has(careRoles...) {
		return nil, notHere("identity.Shares")
	}
	return s.sharesOf(ctx, record)
}

// OwnShares is Shares for the record's owner alone; NotFound for everybody else.
func (s *Service) OwnShares(ctx context.Context, who syncing.Principal, record syncing.RecordID) ([]Share, error) {
	scope, err := s.ScopeOf(ctx, who, record)
	if err != nil {
		return nil, err
	}
	if !scope.Owner() {
		return nil, notHere("identity.OwnShares")
	}
	return s.sharesOf(ctx, record)
}

// ShareWithTeam lets one more team see the record. The person may, and those of oncology and primary care who look after
// them; nil categories are what the team's kind sees by default. What is taken away from a team that sees the record counts as a revocation.
func (s *Service) ShareWithTeam(ctx context.Context, who syncing.Principal, record syncing.RecordID, team syncing.TeamID, categories []string) error {
	r := Revocation{Kind: RevokedCategories, Record: record, Team: team, By: who.Account}
	key, changes := Grantee{Team: team}.key(), false
	err := s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if !scope.Owner() && !scope.Has(RoleOncology, RolePrimary) {
			return notYours("identity.ShareWithTeam")
		}
		var before, after grantRow
		found, err := readRow(tx, syncing.TableGrants, key, &before)
		if err != nil {
			return err
		}
		if err := s.GrantTeam(tx, who, team, categories); err != nil {
			return err
		}
		changes = found && before.active(s.nowMs())
		r.At = max(s.nowMs(), before.Changed)
		_, err = readRow(tx, syncing.TableGrants, key, &after)
		r.Categories = after.Categories
		return err
	})
	if err != nil || !changes {
		return err
	}
	return s.revoked(ctx, r) // also when nothing was taken away: a request that is repeated must be written down
}

// SetCaregiver says anew what a caregiver sees, and until when (ms; 0: until it is ended; nil: as before): the person's own decision
// only. What is taken away counts as a revocation. The fault is NotFound if the account is no caregiver of this record now: a new
// one comes by a code.
func (s *Service) SetCaregiver(ctx context.Context, who syncing.Principal, record syncing.RecordID, account syncing.AccountID, categories []string, expires *int64) error {
	categories, err := knownCategories(categories, caregiverCeiling)
	if err != nil {
		return err
	}
	if expires != nil {
		if err := s.checkExpiry(*expires); err != nil {
			return err
		}
	}
	r := Revocation{Kind: RevokedCategories, Record: record, Account: account, Categories: categories, By: who.Account}
	err = s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if !scope.Owner() {
			return notYours("identity.SetCaregiver")
		}
		var g grantRow
		found, err := readRow(tx, syncing.TableGrants, Grantee{Account: account}.key(), &g)
		if err != nil || !found || !g.active(s.nowMs()) || g.Relation != relationCaregiver {
			return cmpErr(err, notHere("identity.SetCaregiver"))
		}
		r.At, r.Until = max(s.nowMs(), g.Changed), g.Expires
		if expires != nil {
			r.Until = *expires
		}
		return s.grantCaregiver(tx, who, grantRow{Account: account, Categories: categories, Expires: r.Until})
	})
	if err != nil {
		return err
	}
	return s.revoked(ctx, r) // also when nothing was taken away: a request that is repeated must be written down
}

// EndAccess ends an access. The person may end any but their own; a caregiver their own; those who look after the person a
// caregiver's, and their own team's; an administrator any. It is answered when it also lies in the second place.
func (s *Service) EndAccess(ctx context.Context, who syncing.Principal, record syncing.RecordID, grantee Grantee) error {
	if !grantee.valid() {
		return fault.New(fault.Invalid, "identity.EndAccess", "Name one account or one team.")
	}
	administers := s.administrator(ctx, who) == nil
	var r Revocation
	declined := false
	err := s.Store.Update(ctx, record, func(tx syncing.Tx) (err error) {
		if declined, err = s.decline(tx, who, grantee.Account); err != nil || declined {
			return err
		}
		if !administers {
			if err := s.mayEnd(tx, who, grantee); err != nil {
				return err
			}
		}
		r, err = s.EndGrant(tx, who, grantee)
		return err
	})
	if err != nil || declined {
		return err // nothing had been shared that could be taken back
	}
	return s.revoked(ctx, r)
}

func (s *Service) mayEnd(tx syncing.ReadTx, who syncing.Principal, grantee Grantee) error {
	scope, err := s.Scope(tx, who)
	if err != nil {
		return err
	}
	var g grantRow
	found, err := readRow(tx, syncing.TableGrants, grantee.key(), &g)
	if err != nil {
		return err
	}
	own := grantee.Account == who.Account && !who.Account.IsZero()
	switch {
	case own && found && g.Relation == relationCaregiver: // also again, after it ended
		return nil
	case !scope.Active() || !found:
		return notHere("identity.EndAccess")
	case scope.Owner() && !own,
		scope.Has(careRoles...) && g.Relation == relationCaregiver,
		scope.OfTeam(grantee.Team) && !grantee.Team.IsZero():
		return nil
	}
	return notYours("identity.EndAccess")
}

// inRecord runs fn on a record that the caller sees now; NotFound otherwise.
func (s *Service) inRecord(ctx context.Context, who syncing.Principal, record syncing.RecordID, fn func(tx syncing.Tx, scope syncing.Scope) error) error {
	return s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		scope, err := s.Scope(tx, who)
		if err != nil {
			return err
		}
		if !scope.Active() {
			return notHere("identity.inRecord")
		}
		return fn(tx, scope)
	})
}

func notYours(op string) error {
	return fault.New(fault.Forbidden, op, "Only the person whom this is about, or their team, can do this.")
}
