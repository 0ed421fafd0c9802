package identity

import (
	"context"
	"strings"
	"unicode/utf8"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	nameRunesMax = 100 // of a person, team or organisation

	signInNameRunesMin = 3
	signInNameRunesMax = 254

	indexNames = "identity.names" // blinded sign-in name -> account id
)

var accountKey = []byte("account")

// accountRow says whether an account stands, and where it works. It is read at every request, so nothing else is in it.
type accountRow struct {
	ID       syncing.AccountID `json:"id"`
	Kind     Kind              `json:"kind"`
	Name     string            `json:"name,omitempty"` // as colleagues see it; a patient's name is in the care record only
	Made     int64             `json:"made"`
	Locked   int64             `json:"locked,omitempty"` // since when; 0: it may sign in
	Unlocked int64             `json:"unlocked,omitempty"`
	Members  []memberRow       `json:"members,omitempty"`
	// Organisation is where an administrator administers; zero: the whole installation.
	Organisation syncing.UUID `json:"organisation,omitzero"`
	Job          string       `json:"job,omitempty"` // FHIR PractitionerRole.code, such as ob-gyn
}

type memberRow struct {
	Team syncing.TeamID `json:"team"`
	Role syncing.Role   `json:"role"`
	From int64          `json:"from"`
	Lead bool           `json:"lead,omitempty"`
}

func (a accountRow) principal(device syncing.UUID) syncing.Principal {
	who := syncing.Principal{Account: a.ID, Device: device}
	if a.Kind.staff() {
		who.Name, who.Job = a.Name, a.Job
	}
	for _, m := range a.Members {
		who.Teams = append(who.Teams, syncing.Membership{Team: m.Team, Role: m.Role, Lead: m.Lead})
	}
	return who
}

// AccountRecord is the record in which an account is kept; derived, so that it can be found without an index.
func (s *Service) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("identity.account", account.UUID.String())}
}

// Principal is the account's standing now. ok is false if there is no such account, or it is locked.
func (s *Service) Principal(ctx context.Context, account syncing.AccountID) (who syncing.Principal, ok bool, err error) {
	row, ok, err := s.account(ctx, account)
	if err != nil || !ok || row.Locked != 0 {
		return syncing.Principal{}, false, err
	}
	return row.principal(syncing.UUID{}), true, nil
}

func (s *Service) account(ctx context.Context, id syncing.AccountID) (row accountRow, ok bool, err error) {
	err = s.Store.View(ctx, s.AccountRecord(id), func(tx syncing.ReadTx) error {
		ok, err = readRow(tx, syncing.TableIdentity, accountKey, &row)
		return err
	})
	return row, ok, err
}

// Account is what an account may know of itself, and an administrator of any.
type Account struct {
	ID     syncing.AccountID
	Kind   Kind
	Name   string
	Locked bool
	Teams  []AccountTeam
}

// AccountTeam is one membership, with the team's name.
type AccountTeam struct {
	Team Team
	Role syncing.Role
}

// Account reads the account; for its holder and for administrators. Anyone else gets NotFound.
func (s *Service) Account(ctx context.Context, who syncing.Principal, id syncing.AccountID) (Account, error) {
	if who.Account != id {
		if err := s.administrator(ctx, who); err != nil {
			return Account{}, notHere("identity.Account")
		}
	}
	row, ok, err := s.account(ctx, id)
	if err != nil {
		return Account{}, err
	}
	if !ok {
		return Account{}, notHere("identity.Account")
	}
	account := Account{ID: row.ID, Kind: row.Kind, Name: row.Name, Locked: row.Locked != 0}
	for _, m := range row.Members {
		team, ok, err := s.Team(ctx, m.Team)
		if err != nil {
			return Account{}, err
		}
		if ok {
			account.Teams = append(account.Teams, AccountTeam{Team: team, Role: m.Role})
		}
	}
	return account, nil
}

// administrator returns nil if the caller is one now, of the whole installation. Its fault is Forbidden.
func (s *Service) administrator(ctx context.Context, who syncing.Principal) error {
	return s.administers(ctx, who, syncing.UUID{})
}

// administers returns nil if the caller administers the organisation now: as its own administrator, or as one of the whole
// installation. Its fault is Forbidden.
func (s *Service) administers(ctx context.Context, who syncing.Principal, organisation syncing.UUID) error {
	row, ok, err := s.account(ctx, who.Account)
	if err != nil {
		return err
	}
	if !ok || row.Locked != 0 || row.Kind != KindAdministrator || !row.Organisation.IsZero() && row.Organisation != organisation {
		return fault.New(fault.Forbidden, "identity.administrator", "Only an administrator can do this.")
	}
	return nil
}

// updateAccount runs fn on an account that exists.
func (s *Service) updateAccount(ctx context.Context, id syncing.AccountID, fn func(tx syncing.Tx, row *accountRow) error) error {
	return s.Store.Update(ctx, s.AccountRecord(id), func(tx syncing.Tx) error {
		var row accountRow
		ok, err := readRow(tx, syncing.TableIdentity, accountKey, &row)
		if err != nil {
			return err
		}
		if !ok {
			return notHere("identity.updateAccount")
		}
		return fn(tx, &row)
	})
}

func putAccount(tx syncing.Tx, row accountRow) error {
	return writeRow(tx, syncing.TableIdentity, accountKey, row)
}

// LockAccount ends every sign-in of the account and its passkeys, and refuses new ones, until UnlockAccount. Its grants and memberships stay.
// For administrators; it is answered when it also lies in the second place.
func (s *Service) LockAccount(ctx context.Context, by syncing.Principal, id syncing.AccountID) error {
	if err := s.administrator(ctx, by); err != nil {
		return err
	}
	if by.Account == id {
		return fault.New(fault.Refused, "identity.LockAccount", "You cannot lock your own account. Ask another administrator.")
	}
	var at int64
	err := s.updateAccount(ctx, id, func(tx syncing.Tx, row *accountRow) error {
		at = max(s.nowMs(), row.Unlocked+1)
		if row.Locked != 0 {
			at = row.Locked
			return nil
		}
		return s.lock(tx, row, by, at)
	})
	if err != nil {
		return err
	}
	return s.revoked(ctx, Revocation{Kind: RevokedAccount, Account: id, At: at, By: by.Account})
}

func (s *Service) lock(tx syncing.Tx, row *accountRow, by syncing.Principal, at int64) error {
	row.Locked = at
	if err := putAccount(tx, *row); err != nil {
		return err
	}
	if err := s.endAllDevices(tx, syncing.UUID{}); err != nil {
		return err
	}
	if _, err := s.endPasskeys(tx, by, everyPasskey); err != nil {
		return err
	}
	if err := s.endMail(tx, row.ID, by); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditLocked, By: by.Account, Device: by.Device})
}

// UnlockAccount lets the account sign in again. Devices that were signed out, and passkeys, stay so. For administrators.
func (s *Service) UnlockAccount(ctx context.Context, by syncing.Principal, id syncing.AccountID) error {
	if err := s.administrator(ctx, by); err != nil {
		return err
	}
	return s.updateAccount(ctx, id, func(tx syncing.Tx, row *accountRow) error {
		if row.Locked == 0 {
			return nil
		}
		row.Unlocked, row.Locked = max(s.nowMs(), row.Locked+1), 0
		if err := putAccount(tx, *row); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditUnlocked, By: by.Account, Device: by.Device})
	})
}

// signInName is the one spelling under which a sign-in name is compared.
func signInName(name string) (string, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	n := utf8.RuneCountInString(name)
	if n < signInNameRunesMin || n > signInNameRunesMax || !printable(name) {
		return "", fault.New(fault.Invalid, "identity.signInName", "A sign-in name has 3 to 254 characters.")
	}
	return name, nil
}

// displayName checks what is shown of a person, team, organisation or device.
func displayName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > nameRunesMax || !printable(name) {
		return "", fault.New(fault.Invalid, "identity.displayName", "A name has 1 to 100 characters.")
	}
	return name, nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func (s *Service) nameKey(normalised string) []byte {
	return s.Blind("sign-in name", []byte(normalised))
}

// notHere is the one answer for what is missing and for what is not the caller's.
func notHere(op string) error {
	return fault.New(fault.NotFound, op, "This is not here, or not shared with you.")
}
