package identity

import (
	"cmp"
	"context"
	"strings"

	"satchel/internal/fault"
	"satchel/sync"
)

const jobBytesMax = 40

// Staff is a new account that signs in with a name and a password.
type Staff struct {
	Kind       Kind   // clinician, navigator or administrator
	Name       string // as colleagues see it
	SignInName string // 3 to 254 characters, compared without regard to case
	Password   string // 12 to 128 characters
	Job        string // as what they work, such as nurse or ob-gyn; "" says nothing
	// Organisation is where an administrator administers; zero: the whole installation.
	Organisation syncing.UUID
}

// CreateStaff makes an account; for administrators. Refused if the sign-in name is taken or the password would be guessed.
func (s *Service) CreateStaff(ctx context.Context, by syncing.Principal, n Staff) (syncing.AccountID, error) {
	if err := s.administrator(ctx, by); err != nil {
		return syncing.AccountID{}, err
	}
	return s.createStaff(ctx, n)
}

func (s *Service) createStaff(ctx context.Context, n Staff) (syncing.AccountID, error) {
	id, err := s.randomID()
	if err != nil {
		return syncing.AccountID{}, err
	}
	account := syncing.AccountID{UUID: id}
	return account, s.putStaff(ctx, account, n)
}

func (s *Service) putStaff(ctx context.Context, id syncing.AccountID, n Staff) error {
	account := accountRow{ID: id, Kind: n.Kind, Made: s.nowMs()}
	credentials := credentialsRow{Changed: account.Made}
	var err error
	if !n.Kind.staff() {
		return fault.New(fault.Invalid, "identity.CreateStaff", "Staff are clinicians, navigators or administrators.")
	}
	if account.Name, err = displayName(n.Name); err != nil {
		return err
	}
	if account.Job, err = jobOf(n.Job); err != nil {
		return err
	}
	if account.Organisation = n.Organisation; !account.Organisation.IsZero() && n.Kind != KindAdministrator {
		return fault.New(fault.Invalid, "identity.CreateStaff", "Only an administrator is one of an organisation; others work in its teams.")
	}
	if credentials.Name, err = signInName(n.SignInName); err != nil {
		return err
	}
	if err := checkPassword(n.Password, credentials.Name); err != nil {
		return err
	}
	if credentials.Password, err = s.PasswordCost.hash(n.Password); err != nil {
		return err
	}
	err = s.Store.Update(ctx, s.AccountRecord(id), func(tx syncing.Tx) error {
		return s.writeStaff(tx, account, credentials)
	})
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(err, fault.Refused, "identity.CreateStaff", "This sign-in name is taken.")
	}
	return err
}

// jobOf checks a word for what somebody works as (FHIR PractitionerRole.code). The list is open: every specialty is welcome.
func jobOf(job string) (string, error) {
	if len(job) > jobBytesMax || strings.Trim(job, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return "", fault.New(fault.Invalid, "identity.jobOf", "What somebody works as is written in small letters, such as nurse or ob-gyn.")
	}
	return job, nil
}

func (s *Service) writeStaff(tx syncing.Tx, account accountRow, credentials credentialsRow) error {
	row, err := encodeRow(account.ID)
	if err != nil {
		return err
	}
	if err := tx.PutIndex(indexNames, s.nameKey(credentials.Name), row); err != nil {
		return err // Conflict: another account claims the name
	}
	if err := putAccount(tx, account); err != nil {
		return err
	}
	return writeRow(tx, syncing.TableIdentity, credentialsKey, credentials)
}

var firstKeyRow = []byte("first administrator")

// FirstAdministrator makes the administrator of a new installation. There is one first: later calls get Conflict, unless the
// first was interrupted, then the account is made now.
func (s *Service) FirstAdministrator(ctx context.Context, name, signInName, password string) (syncing.AccountID, error) {
	id, err := s.randomID()
	if err != nil {
		return syncing.AccountID{}, err
	}
	first := syncing.AccountID{UUID: id}
	err = s.Store.Update(ctx, installation(), func(tx syncing.Tx) error {
		found, err := readRow(tx, syncing.TableIdentity, firstKeyRow, &first)
		if err != nil || found {
			return err
		}
		return writeRow(tx, syncing.TableIdentity, firstKeyRow, first)
	})
	if err != nil {
		return syncing.AccountID{}, err
	}
	if _, there, err := s.account(ctx, first); err != nil || there {
		return syncing.AccountID{}, cmpErr(err, fault.New(fault.Conflict, "identity.FirstAdministrator", "This installation has its first administrator."))
	}
	return first, s.putStaff(ctx, first, Staff{Kind: KindAdministrator, Name: name, SignInName: signInName, Password: password})
}

// SigningIn is what a member of staff sends.
type SigningIn struct {
	Name     string
	Password string
	Code     string // from the authenticator app, if the account has a second factor
	Address  string // where the request comes from; it is hashed and only counted
	Device   DeviceFacts
}

// SignIn signs a member of staff in. An unknown name, a wrong password, a wrong or missing code and a locked account are one
// fault, Unauthenticated, and the same work; TooMany when a failure budget is empty.
func (s *Service) SignIn(ctx context.Context, r SigningIn) (Tokens, error) {
	name, err := signInName(r.Name)
	if err != nil {
		return Tokens{}, err
	}
	if r.Device, err = r.Device.check(); err != nil {
		return Tokens{}, err
	}
	if err := checkAddress(r.Address); err != nil {
		return Tokens{}, err
	}
	charges := []charge{{budget: signInAll}, {signInAddress, r.Address}, {signInNamed, name}}
	if err := s.spend(ctx, charges...); err != nil {
		return Tokens{}, err
	}
	known, err := s.checkNameAndPassword(ctx, name, r.Password)
	if err != nil {
		return Tokens{}, err
	}
	tokens, err := s.openStaffSession(ctx, known, r)
	if err != nil {
		return Tokens{}, err
	}
	s.giveBack(ctx, charges...)
	return tokens, nil
}

// knownPassword is an account, the hash against which its password was compared, and whether it was right.
type knownPassword struct {
	account syncing.AccountID
	hash    string
	right   bool
}

// checkNameAndPassword looks an unknown name up in a decoy and hashes against a decoy, so that it takes as long. A wrong password is no
// fault yet.
func (s *Service) checkNameAndPassword(ctx context.Context, name, password string) (knownPassword, error) {
	entry, there, err := s.Store.Lookup(ctx, indexNames, s.nameKey(name))
	if err != nil {
		return knownPassword{}, err
	}
	var found knownPassword
	record := installation()
	if there {
		record = entry.Record
		if err := decodeRow(entry.Value, &found.account); err != nil {
			return found, err
		}
	}
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		var c credentialsRow
		_, err := readRow(tx, syncing.TableIdentity, credentialsKey, &c)
		found.hash = c.Password
		return err
	})
	if err != nil {
		return found, err
	}
	found.right, err = s.matches(ctx, password, found.hash)
	return found, err
}

// openStaffSession goes as far for a wrong name or password as for a right one without its code: nothing says which of them it was.
func (s *Service) openStaffSession(ctx context.Context, known knownPassword, r SigningIn) (Tokens, error) {
	device, seed, err := s.drawSession()
	if err != nil {
		return Tokens{}, err
	}
	var account accountRow
	var opened session
	err = s.Store.Update(ctx, s.AccountRecord(known.account), func(tx syncing.Tx) error {
		found, err := readRow(tx, syncing.TableIdentity, accountKey, &account)
		if err != nil {
			return err
		}
		known.right = known.right && found
		if err := s.secondFactor(tx, account, known, r.Code); err != nil {
			return err
		}
		r.Device.proved = true
		opened, err = s.openSession(tx, account, device, r.Device, seed)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.tokens(account, opened)
}

// secondFactor checks, inside the transaction that signs in, all that may have changed since the password was compared, and
// uses the code up.
func (s *Service) secondFactor(tx syncing.Tx, account accountRow, known knownPassword, code string) error {
	var c credentialsRow
	if _, err := readRow(tx, syncing.TableIdentity, credentialsKey, &c); err != nil {
		return err
	}
	s.Hashed("authenticator code")
	step, ok := codeStep(cmp.Or(c.TOTP, decoySecret), code, s.Now(), c.Step)
	switch {
	case !known.right || account.Locked != 0 || c.Password != known.hash:
		return errWrongSignIn
	case c.TOTP == "":
		return nil
	case !ok:
		return errWrongSignIn
	}
	c.Step = step
	return writeRow(tx, syncing.TableIdentity, credentialsKey, c)
}

// decoySecret is what a code is compared with where there is no second factor; right or not, it opens nothing.
const decoySecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

var errWrongSignIn = fault.New(fault.Unauthenticated, "identity.SignIn", "The name, the password or the code is not right.")
