package identity

import (
	"context"
	_ "embed"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	passwordRunesMin = 12
	passwordRunesMax = 128
)

// PasswordCost is how much work a password hash is.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// passwordCost is the OWASP password storage recommendation for argon2id with 19 MiB.
var passwordCost = PasswordCost{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1}

func (c PasswordCost) hash(password string) (string, error) {
	hash, err := argon2id.CreateHash(password, &argon2id.Params{
		Memory: c.MemoryKiB, Iterations: c.Passes, Parallelism: c.Lanes, SaltLength: 16, KeyLength: 32,
	})
	return hash, internal(err, "identity.PasswordCost")
}

//go:embed common_passwords.txt
var commonPasswords string

// common are passwords of 12 characters and more that are tried first everywhere. Shorter ones are refused anyway.
var common = func() map[string]bool {
	set := make(map[string]bool)
	for line := range strings.Lines(commonPasswords) {
		set[strings.TrimSpace(line)] = true
	}
	return set
}()

// checkPassword refuses what would be guessed: short, known to everyone, one character over and over, the name itself. There
// are no rules of composition: they make passwords worse (NIST SP 800-63B).
func checkPassword(password, name string) error {
	refuse := func(text string) error { return fault.New(fault.Refused, "identity.checkPassword", text) }
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	switch {
	case !utf8.ValidString(password):
		return refuse("The password holds characters that cannot be read.")
	case n < passwordRunesMin:
		return refuse("The password needs at least 12 characters. Four words that do not belong together are good.")
	case n > passwordRunesMax:
		return refuse("The password can have at most 128 characters.")
	case common[lower], strings.Count(lower, lower[:1]) == len(lower):
		return refuse("This password is one of those that are tried first. Four words that do not belong together are good.")
	case name != "" && strings.Contains(lower, strings.ToLower(name)):
		return refuse("The password must not hold the sign-in name.")
	}
	return nil
}

var credentialsKey = []byte("credentials")

// credentialsRow is how a staff account signs in; read only when it does.
type credentialsRow struct {
	Name     string `json:"name"` // sign-in name, as it is compared
	Password string `json:"password"`
	Changed  int64  `json:"changed"`
	TOTP     string `json:"totp,omitempty"`    // secret, sealed by the store
	Pending  string `json:"pending,omitempty"` // secret that was shown and not confirmed yet
	Step     int64  `json:"step,omitempty"`    // the last time step whose code was used
}

// matches compares a password with a hash, with as many at once as memory allows. An empty hash stands for one
// that nobody knows the password of, and takes as long. Its fault is Busy if the caller would not wait.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	select {
	case s.hashing <- struct{}{}:
	case <-ctx.Done():
		return false, fault.Wrap(ctx.Err(), fault.Busy, "identity.matches", "Too many people are signing in at once. Please try again.")
	}
	defer func() { <-s.hashing }()
	if utf8.RuneCountInString(password) > passwordRunesMax {
		password = ""
	}
	against := hash
	if hash == "" {
		against = s.decoyHash
	}
	s.Hashed("password")
	ok, err := argon2id.ComparePasswordAndHash(password, against)
	if err != nil {
		return false, fault.Wrap(err, fault.Corrupt, "identity.matches", "What is stored here cannot be read. Your team has been told.")
	}
	return ok, nil
}

// ChangePassword sets the caller's own password, signs out all their other devices, and needs the present password, which is
// guessed no more often than at sign-in.
func (s *Service) ChangePassword(ctx context.Context, who syncing.Principal, present, next string) error {
	charges := []charge{{budget: signInAll}, {signInNamed, who.Account.UUID.String()}}
	if err := s.spend(ctx, charges...); err != nil {
		return err
	}
	before, err := s.credentials(ctx, who.Account)
	if err != nil {
		return err
	}
	ok, err := s.matches(ctx, present, before.Password)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Forbidden, "identity.ChangePassword", "The present password is not right.")
	}
	s.giveBack(ctx, charges...)
	return s.setPassword(ctx, who, who.Account, before.Name, next)
}

// ResetPassword sets another account's password, ends its second factor and its passkeys and signs out all its devices; for administrators. An
// account that was taken over is its holder's again.
func (s *Service) ResetPassword(ctx context.Context, by syncing.Principal, account syncing.AccountID, next string) error {
	if err := s.administrator(ctx, by); err != nil {
		return err
	}
	before, err := s.credentials(ctx, account)
	if err != nil {
		return err
	}
	if before.Password == "" {
		return fault.New(fault.Refused, "identity.ResetPassword", "This account does not sign in with a password.")
	}
	return s.setPassword(ctx, by, account, before.Name, next)
}

func (s *Service) setPassword(ctx context.Context, by syncing.Principal, account syncing.AccountID, name, next string) error {
	if err := checkPassword(next, name); err != nil {
		return err
	}
	hash, err := s.PasswordCost.hash(next)
	if err != nil {
		return err
	}
	var over []syncing.UUID
	err = s.endOthers(ctx, by, account, func(tx syncing.Tx, _ *accountRow) error {
		var c credentialsRow
		if _, err := readRow(tx, syncing.TableIdentity, credentialsKey, &c); err != nil {
			return err
		}
		c.Password, c.Changed = hash, s.nowMs()
		if by.Account != account {
			c.TOTP, c.Pending = "", ""
			if over, err = s.endPasskeys(tx, by, everyPasskey); err != nil {
				return err
			}
		}
		if err := writeRow(tx, syncing.TableIdentity, credentialsKey, c); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditPasswordChanged, By: by.Account, Device: by.Device})
	})
	if err != nil {
		return err
	}
	return s.revokedPasskeys(ctx, by, account, over...)
}

func (s *Service) credentials(ctx context.Context, account syncing.AccountID) (c credentialsRow, err error) {
	err = s.Store.View(ctx, s.AccountRecord(account), func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, credentialsKey, &c)
		return err
	})
	return c, err
}
