package identity

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	codeCharacters = 10 // of 32: 50 bits
	codeLives      = 72 * time.Hour
	codeTriesMax   = 5
	// codesOpenMax is how many codes of one record may be waiting for their phone, and phones for the person's word, together.
	codesOpenMax = 10
	// codeKept is how long a code that is used or expired is remembered, so that it is refused like any other.
	codeKept = 30 * 24 * time.Hour

	codePrefix = "code/"
	indexCodes = "identity.codes" // blinded code -> nothing; the entry's record is what matters

	// crockford has no I, L, O and U, so that a code that is read aloud or written by hand comes out right.
	crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// codeRow is an enrolment code, in the record that it opens. Neither the code nor the birth date is in it.
type codeRow struct {
	ID         syncing.UUID      `json:"id"`
	Kind       Kind              `json:"kind"` // patient or caregiver
	Account    syncing.AccountID `json:"account"`
	Categories []string          `json:"categories,omitempty"` // caregiver only
	Expires    int64             `json:"expires,omitempty"`    // caregiver only: when the access ends by itself
	Birth      []byte            `json:"birth"`                // blinded together with the code
	Made       int64             `json:"made"`
	By         syncing.AccountID `json:"by"`
	Tries      int               `json:"tries"`             // with a wrong birth date
	Used       int64             `json:"used,omitempty"`    // 0: still waiting
	Request    []byte            `json:"request,omitempty"` // blinded id of the request that used it
	Ended      bool              `json:"ended,omitempty"`   // cancelled
}

// waiting says whether a right birth date would open something now.
func (c codeRow) waiting(now int64) bool {
	return c.Used == 0 && c.fresh(now) && c.Tries < codeTriesMax
}

func (c codeRow) name() (id syncing.UUID, made int64) { return c.ID, c.Made }

func (c codeRow) fresh(now int64) bool {
	return !c.Ended && now < c.Made+codeLives.Milliseconds() && now >= c.Made-codeLives.Milliseconds()
}

// CodeRequest asks for an enrolment code for the record. A code that is made for somebody else never signs in to an account
// that reaches further than this record: whoever makes a code could use it.
type CodeRequest struct {
	// Kind is patient or caregiver. A patient's code is for the record's owner: the first makes the account, a later one
	// adds a phone to it. A caregiver's makes a new account.
	Kind       Kind
	BirthDate  string   // of who will use it, as 1961-05-24: the phone asks for it
	Categories []string // for a caregiver, nil is the schedule only; more is the person's own decision
	Expires    int64    // ms, when a caregiver's access ends by itself; 0: it does not. The person's own decision too
	// OwnPhone asks for one more phone of the caller's own account, whatever it is in this record.
	OwnPhone bool
}

// Code is an enrolment code as a person is given it, once. It is not kept.
type Code struct {
	Text    string // ABCDE-FGHJK
	ID      syncing.UUID
	Account syncing.AccountID // whom it will sign in
	Expires int64             // ms
}

// CreateCode makes a code. Those who look after the person may, and the person; a caregiver for their own next phone. What
// opens more than the schedule to a caregiver is the person's own decision. Anyone else gets NotFound or Forbidden.
func (s *Service) CreateCode(ctx context.Context, who syncing.Principal, record syncing.RecordID, req CodeRequest) (code Code, err error) {
	further := s.reachesFurther(ctx, who, record, req)
	err = s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		switch {
		case further != nil && scope.Has(careRoles...):
			return further
		case req.OwnPhone && req.Categories == nil && req.Expires == 0 && (scope.Owner() || scope.Has(RoleCaregiver)):
		case req.OwnPhone, !scope.Owner() && !scope.Has(careRoles...):
			return notYours("identity.CreateCode")
		case !scope.Owner() && (req.Categories != nil || req.Expires != 0):
			return fault.New(fault.Forbidden, "identity.CreateCode", "Only the person can say what a caregiver may see. A caregiver sees the schedule first.")
		}
		code, err = s.IssueCode(tx, who, req)
		return err
	})
	return code, err
}

// IssueCode makes a code for the record of this transaction, without asking who may: for the transaction that creates a
// record. The code counts only after the commit.
func (s *Service) IssueCode(tx syncing.Tx, by syncing.Principal, req CodeRequest) (Code, error) {
	birth, err := birthDate(req.BirthDate)
	if err != nil {
		return Code{}, err
	}
	if err := s.tidyCodes(tx); err != nil {
		return Code{}, err
	}
	text, hash, err := s.freshCode(tx)
	if err != nil {
		return Code{}, err
	}
	row := codeRow{
		ID: syncing.DerivedUUID("identity.code", hex.EncodeToString(hash)), Kind: req.Kind, Birth: s.blindBirth(hash, birth),
		Made: s.nowMs(), By: by.Account,
	}
	if err := s.codeFor(tx, &row, by, req); err != nil {
		return Code{}, err
	}
	if err := writeRow(tx, syncing.TableIdentity, codeKey(hash), row); err != nil {
		return Code{}, err
	}
	if err := tx.PutIndex(indexCodes, hash, nothing); err != nil {
		return Code{}, err
	}
	err = s.audit(tx, AuditEntry{Kind: AuditCodeMade, By: by.Account, Device: by.Device, Account: row.Account, Categories: row.Categories})
	return Code{Text: text[:5] + "-" + text[5:], ID: row.ID, Account: row.Account, Expires: row.Made + codeLives.Milliseconds()}, err
}

// codeFor decides whom the code signs in. A patient's account is derived from the record, so that two codes of one record
// can never make two owners; a caregiver's from the code.
func (s *Service) codeFor(tx syncing.ReadTx, row *codeRow, by syncing.Principal, req CodeRequest) error {
	owner, owned, err := s.recordOwner(tx)
	if err != nil {
		return err
	}
	switch req.Kind {
	case KindPatient:
		row.Account = ownerAccount(tx.Record())
		if owned {
			row.Account = owner
		}
		if req.OwnPhone && row.Account != by.Account {
			return notYours("identity.IssueCode")
		}
	case KindCaregiver:
		row.Account = syncing.AccountID{UUID: syncing.DerivedUUID("identity.caregiver", row.ID.String())}
		if req.OwnPhone {
			row.Account = by.Account
		}
		if owned && row.Account == owner {
			return fault.New(fault.Conflict, "identity.IssueCode", "This account is already the person's own.")
		}
		row.Categories = req.Categories
		if row.Categories == nil {
			row.Categories = caregiverDefault
		}
		if row.Categories, err = knownCategories(row.Categories, caregiverCeiling); err == nil {
			row.Expires, err = req.Expires, s.checkExpiry(req.Expires)
		}
	default:
		return fault.New(fault.Invalid, "identity.IssueCode", "A code is for a patient or for a caregiver.")
	}
	return err
}

// ownerAccount is the account of the person whom the record is about, if no other was granted it.
func ownerAccount(record syncing.RecordID) syncing.AccountID {
	return syncing.AccountID{UUID: syncing.DerivedUUID("identity.owner", record.String())}
}

// freshCode draws a code that nobody has, and its blinded form.
func (s *Service) freshCode(tx syncing.ReadTx) (text string, hash []byte, err error) {
	for {
		raw, err := s.random(codeCharacters)
		if err != nil {
			return "", nil, err
		}
		for i := range raw {
			raw[i] = crockford[raw[i]%32] // 256 is a multiple of 32: no character is likelier
		}
		hash := s.blindCode(string(raw))
		if _, taken, err := tx.Lookup(indexCodes, hash); err != nil || !taken {
			return string(raw), hash, err
		}
	}
}

// tidyCodes forgets codes that were over long ago, and refuses one more when too many are waiting.
func (s *Service) tidyCodes(tx syncing.Tx) error {
	now := s.nowMs()
	waiting, err := s.tidyWaiting(tx)
	if err != nil {
		return err
	}
	open, err := tidyHandedOut[codeRow](tx, codePrefix, indexCodes, now)
	if err != nil {
		return err
	}
	if waiting+open >= codesOpenMax {
		return fault.New(fault.Refused, "identity.IssueCode", "Too many codes are waiting for this person. Cancel one first, or wait until one has expired.")
	}
	return nil
}

// CancelCode makes a code worthless; for those who may make one. NotFound if there is no such code here.
func (s *Service) CancelCode(ctx context.Context, who syncing.Principal, record syncing.RecordID, id syncing.UUID) error {
	return s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if !scope.Owner() && !scope.Has(careRoles...) {
			return notYours("identity.CancelCode")
		}
		key, row, err := handedOut[codeRow](tx, codePrefix, id)
		if err != nil || key == nil {
			return cmpErr(err, notHere("identity.CancelCode"))
		}
		row.Ended = true
		if err := writeRow(tx, syncing.TableIdentity, key, row); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditCodeCancelled, By: who.Account, Device: who.Device, Account: row.Account})
	})
}

func codeKey(hash []byte) []byte { return append([]byte(codePrefix), hash...) }

func (s *Service) blindCode(code string) []byte { return s.Blind("enrolment code", []byte(code)) }

// blindBirth ties the date to the code, so that equal dates do not look alike.
func (s *Service) blindBirth(codeHash []byte, date string) []byte {
	return s.Blind("birth date", append(bytes.Clone(codeHash), date...))
}

// typedCode reads a code leniently: any case, spaces and hyphens anywhere, O for 0, I and L for 1.
func typedCode(text string) (string, error) {
	invalid := fault.New(fault.Invalid, "identity.typedCode", "A code has ten letters and digits.")
	if len(text) > 4*codeCharacters {
		return "", invalid
	}
	code := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\t', '\n', '\r', 0xa0:
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(text))
	if len(code) != codeCharacters || strings.Trim(code, crockford) != "" {
		return "", invalid
	}
	return code, nil
}

func birthDate(text string) (string, error) {
	if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() < 1850 {
		return "", fault.New(fault.Invalid, "identity.birthDate", "A birth date is written as year, month and day: 1961-05-24.")
	}
	return text, nil
}
