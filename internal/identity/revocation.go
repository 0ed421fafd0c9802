package identity

import (
	"context"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

// What can be revoked. The words are stored in the second place: append, never rename.
const (
	RevokedGrant      = "grant"      // Record and Account or Team: the access has ended
	RevokedCategories = "categories" // Record, Account or Team, Categories and Until: only these are left, and only until then
	RevokedMember     = "member"     // Account and Team: the membership has ended
	RevokedDevice     = "device"     // Account and Device: signed out
	RevokedAccount    = "account"    // Account: locked
	RevokedCalendar   = "calendar"   // Record and Calendar: the address of a calendar is worth nothing
	RevokedMail       = "mail"       // Account: nothing is mailed any more to the address that it had
	RevokedOpenID     = "openid"     // Account: it is no subject of a provider any more
	RevokedPasskey    = "passkey"    // Account and Passkey: it opens nothing any more
)

// Revocation is one ended access, as it lies in the second place. It holds no patient data.
type Revocation struct {
	Kind       string            `json:"kind"`
	Record     syncing.RecordID  `json:"record,omitzero"`
	Account    syncing.AccountID `json:"account,omitzero"`
	Team       syncing.TeamID    `json:"team,omitzero"`
	Device     syncing.UUID      `json:"device,omitzero"`
	Calendar   syncing.UUID      `json:"calendar,omitzero"`
	Passkey    syncing.UUID      `json:"passkey,omitzero"`
	Categories []string          `json:"categories,omitempty"`
	Until      int64             `json:"until,omitempty"` // with Categories: when the access ends by itself
	At         int64             `json:"at"`              // ms since 1970 UTC; what was given later is not ended by it
	By         syncing.AccountID `json:"by,omitzero"`
}

// Ledger is the second place: append-only, outside of the store and of its backups.
type Ledger interface {
	// Append returns nil when the revocation would survive a power cut. Appending it twice is harmless.
	Append(ctx context.Context, r Revocation) error
}

// Revoked takes a revocation that is in the store to the second place. Only after it returns nil may the revocation be
// answered; if it fails, the caller repeats the whole request.
func (s *Service) Revoked(ctx context.Context, r Revocation) error { return s.revoked(ctx, r) }

func (s *Service) revoked(ctx context.Context, r Revocation) error {
	s.verified.empty()
	return fault.Wrap(s.Ledger.Append(ctx, r), fault.Busy, "identity.Revoked",
		"The access has ended here, but could not be written down twice. Please do it again.")
}

// ApplyRevocations ends, in a store that was put back from a backup, every access whose end lies in the second place, and
// notes the time, so that phones whose refresh tokens are newer than the backup are still let in once. What was given after
// a revocation stays. Applying a list twice changes nothing more.
func (s *Service) ApplyRevocations(ctx context.Context, list []Revocation) error {
	for _, r := range list {
		if err := s.apply(ctx, r); err != nil {
			return err
		}
	}
	s.verified.empty()
	return s.noteRestored(ctx)
}

func (s *Service) apply(ctx context.Context, r Revocation) error {
	switch r.Kind {
	case RevokedGrant, RevokedCategories:
		return s.Store.Update(ctx, r.Record, func(tx syncing.Tx) error { return s.applyGrant(tx, r) })
	case RevokedCalendar:
		return s.Store.Update(ctx, r.Record, func(tx syncing.Tx) error { return s.endCalendar(tx, r.Calendar, r.By, r.At) })
	case RevokedMember, RevokedDevice, RevokedAccount, RevokedMail, RevokedPasskey, RevokedOpenID:
		if _, ok, err := s.account(ctx, r.Account); err != nil || !ok {
			return err // the account is younger than the backup: there is nothing to end
		}
		return s.updateAccount(ctx, r.Account, func(tx syncing.Tx, row *accountRow) error { return s.applyAccount(tx, row, r) })
	}
	return fault.New(fault.Invalid, "identity.ApplyRevocations", "The list of ended accesses holds a kind that this version does not know.")
}

// applyGrant ends a grant of the backup. One that is younger than the backup is noted as ended, so that the account is told
// what it was told before.
func (s *Service) applyGrant(tx syncing.Tx, r Revocation) error {
	who := Grantee{Account: r.Account, Team: r.Team}
	var g grantRow
	found, err := readRow(tx, syncing.TableGrants, who.key(), &g)
	if err != nil {
		return err
	}
	by := syncing.Principal{Account: r.By}
	if err := s.forgetWaiting(tx, r.Account, r.At); err != nil {
		return err
	}
	switch {
	case r.Kind == RevokedCategories:
		return s.applyCategories(tx, g, r)
	case !found:
		relation := relationCaregiver
		if !r.Team.IsZero() {
			relation = relationTeam
		}
		return writeRow(tx, syncing.TableGrants, who.key(),
			grantRow{Relation: relation, Account: r.Account, Team: r.Team, Since: r.At, Changed: r.At, Until: r.At})
	case g.Until == 0 && g.Since <= r.At:
		return s.endGrant(tx, by, who, g, r.At)
	case g.Until != 0 && g.Until < r.At:
		g.Until = r.At // of a period that the backup does not know: what is given anew begins after it, and no later restore ends it
		return writeRow(tx, syncing.TableGrants, who.key(), g)
	}
	return nil
}

func (s *Service) applyCategories(tx syncing.Tx, g grantRow, r Revocation) error {
	relation := relationCaregiver
	if !r.Team.IsZero() {
		relation = relationTeam
	}
	if g.Until != 0 || g.Relation != relation || g.Changed > r.At {
		return nil
	}
	left := slices.DeleteFunc(slices.Clone(g.Categories), func(c string) bool { return !slices.Contains(r.Categories, c) })
	sooner := r.Until != 0 && (g.Expires == 0 || r.Until < g.Expires)
	if len(left) == len(g.Categories) && !sooner {
		return nil
	}
	before := g
	if g.Categories = left; sooner {
		g.Expires = r.Until
	}
	if err := s.putGrant(tx, Grantee{Account: r.Account, Team: r.Team}, before, g); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditGrantChanged, By: r.By, Account: r.Account, Team: r.Team, Categories: left})
}

// leftLater notes of a membership that the backup does not know, for it began and ended later, when that was: a membership that is given
// anew begins after it, and no later restore ends it.
func (s *Service) leftLater(tx syncing.Tx, r Revocation) error {
	left, known, err := s.leftTeam(tx, r.Team, r.Account)
	if err != nil || known && left.Until >= r.At {
		return err
	}
	if !known {
		left = memberEntry{Account: r.Account, From: r.At}
	}
	left.Until = r.At
	return s.noteLeft(tx, r.Team, left)
}

func (s *Service) applyAccount(tx syncing.Tx, row *accountRow, r Revocation) error {
	by := syncing.Principal{Account: r.By}
	switch r.Kind {
	case RevokedMember:
		i := row.member(r.Team)
		switch {
		case i < 0:
			return s.leftLater(tx, r)
		case row.Members[i].From <= r.At:
			return s.endMember(tx, row, by, r.Team, r.At)
		}
	case RevokedAccount:
		switch {
		case row.Locked == 0 && row.Unlocked <= r.At:
			return s.lock(tx, row, by, r.At)
		case row.Locked != 0 && row.Locked < r.At:
			row.Locked = r.At
			return putAccount(tx, *row)
		}
	case RevokedDevice:
		return s.endDevice(tx, by, r.Device, AuditDeviceEnded)
	case RevokedMail:
		return s.applyMail(tx, r)
	case RevokedOpenID:
		return s.applyOpenID(tx, r)
	case RevokedPasskey:
		return s.endPasskey(tx, by, r.Passkey)
	}
	return nil
}
