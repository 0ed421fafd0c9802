package identity

import (
	"context"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

// Seed makes organisations, teams and people without asking who asks: for `init`, the demo and tests, never for a request.
type Seed struct{ s *Service }

// Seed gives the unguarded constructors. Nothing that answers a request may call it.
func (s *Service) Seed() Seed { return Seed{s} }

// Organisation makes one.
func (d Seed) Organisation(ctx context.Context, kind, name string) (Organisation, error) {
	return d.s.createOrganisation(ctx, kind, name)
}

// Team makes one.
func (d Seed) Team(ctx context.Context, organisation syncing.UUID, kind TeamKind, name string) (Team, error) {
	return d.s.createTeam(ctx, organisation, kind, name)
}

// Staff makes an account that works in the teams.
func (d Seed) Staff(ctx context.Context, n Staff, teams ...syncing.TeamID) (syncing.AccountID, error) {
	account, err := d.s.createStaff(ctx, n)
	if err != nil {
		return account, err
	}
	for _, team := range teams {
		if err := d.s.addMember(ctx, syncing.Principal{}, team, account); err != nil {
			return account, err
		}
	}
	return account, nil
}

// Lead makes a member of a team one of those who answer for it.
func (d Seed) Lead(ctx context.Context, team syncing.TeamID, account syncing.AccountID) error {
	return d.s.setLead(ctx, syncing.Principal{}, team, account, true)
}

// Person makes the account of a patient or caregiver, with an id that depends on the name only, and without a device. Making
// it twice makes one. Its grants are given in the record's own transaction.
func (d Seed) Person(ctx context.Context, kind Kind, name string) (syncing.AccountID, error) {
	if kind != KindPatient && kind != KindCaregiver {
		return syncing.AccountID{}, fault.New(fault.Invalid, "identity.Seed.Person", "A person is a patient or a caregiver.")
	}
	account := syncing.AccountID{UUID: syncing.DerivedUUID("identity.seed", string(kind), name)}
	return account, d.s.Store.Update(ctx, d.s.AccountRecord(account), func(tx syncing.Tx) error {
		row := accountRow{ID: account, Kind: kind, Made: d.s.nowMs()}
		found, err := readRow(tx, syncing.TableIdentity, accountKey, &row)
		if err != nil || found {
			return err
		}
		return putAccount(tx, row)
	})
}

// SignIn signs a device of any account in, without a password or a code.
func (d Seed) SignIn(ctx context.Context, account syncing.AccountID, facts DeviceFacts) (Tokens, error) {
	return d.SignInWithin(ctx, account, facts, 0)
}

// SignInWithin does the same for a device whose refresh token is exchanged within that time or never: what a link carries. 0: it is good as
// long as every other.
func (d Seed) SignInWithin(ctx context.Context, account syncing.AccountID, facts DeviceFacts, within time.Duration) (Tokens, error) {
	facts, err := facts.check()
	if err != nil {
		return Tokens{}, err
	}
	device, err := d.s.randomID()
	if err != nil {
		return Tokens{}, err
	}
	seed, err := d.s.random(secretBytes)
	if err != nil {
		return Tokens{}, err
	}
	var row accountRow
	var opened session
	err = d.s.updateAccount(ctx, account, func(tx syncing.Tx, r *accountRow) error {
		row = *r
		facts.proved, facts.within = true, within
		opened, err = d.s.openSession(tx, row, device, facts, seed)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return d.s.tokens(row, opened)
}
