package identity

import (
	"context"
	"crypto/subtle"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	requestIDBytesMin = 16 // a request id is guessed by nobody
	requestIDBytesMax = 128
	addressBytesMax   = 256
)

// Redemption is what a phone sends to enrol.
type Redemption struct {
	Code      string
	BirthDate string
	// Name is how whoever holds the phone is called, as they typed it: the person is shown it, and confirms or declines. A
	// caregiver's code asks for it.
	Name string
	// RequestID is drawn by the phone and kept until it has the answer: the same request gets the same answer, so a lost
	// answer or a crash in between costs nothing. 16 to 128 bytes, unguessable: a UUID will do.
	RequestID string
	// Address is where the request comes from, as the process knows it; it is hashed and only counted.
	Address string
	Device  DeviceFacts
}

// Redeem signs a phone in with an enrolment code: makes the account if it is not there, a device and a session, and grants
// the record. Wrong, expired and used are one fault, Refused; TooMany when a failure budget is empty.
func (s *Service) Redeem(ctx context.Context, r Redemption) (Tokens, error) {
	code, birth, err := r.check()
	if err != nil {
		return Tokens{}, err
	}
	charges := []charge{{budget: enrolAll}, {enrolAddress, r.Address}}
	if err := s.spend(ctx, charges...); err != nil {
		return Tokens{}, err
	}
	claim, err := s.claimCode(ctx, s.blindCode(code), birth, s.Blind("request", []byte(r.RequestID)), codeUse{
		fits:  func(codeRow) bool { return true },
		opens: func(tx syncing.Tx, row codeRow) error { return s.grantByCode(tx, row, r.Name) },
	})
	if err != nil {
		return Tokens{}, err
	}
	tokens, err := s.enrol(ctx, claim, code, r)
	if err != nil {
		return Tokens{}, err
	}
	s.giveBack(ctx, charges...)
	return tokens, nil
}

func (r *Redemption) check() (code, birth string, err error) {
	if code, err = typedCode(r.Code); err != nil {
		return "", "", err
	}
	if birth, err = birthDate(r.BirthDate); err != nil {
		return "", "", err
	}
	if r.Device, err = r.Device.check(); err != nil {
		return "", "", err
	}
	if r.Name != "" {
		if r.Name, err = displayName(r.Name); err != nil {
			return "", "", err
		}
	}
	return code, birth, checkRequest(r.RequestID, r.Address)
}

func checkRequest(id, address string) error {
	if len(id) < requestIDBytesMin || len(id) > requestIDBytesMax {
		return fault.New(fault.Invalid, "identity.checkRequest", "The request id must have 16 to 128 characters.")
	}
	return checkAddress(address)
}

func checkAddress(address string) error {
	if len(address) > addressBytesMax {
		return fault.New(fault.Invalid, "identity.checkAddress", "The address is too long.")
	}
	return nil
}

func wrongCode() error {
	return fault.New(fault.Refused, "identity.Redeem", "This code and birth date do not open anything. Check both, or ask your team for a new code.")
}

// claimed is what a code opens, once it is this request's.
type claimed struct {
	codeRow
	record syncing.RecordID
}

// codeUse is what a code is used for.
type codeUse struct {
	fits  func(row codeRow) bool
	opens func(tx syncing.Tx, row codeRow) error // in the transaction that uses it up
}

// claimCode makes the code this request's, and does what it opens, in one transaction. A code that is not there is looked for
// in a decoy, so that unknown, wrong, expired and used cost the same lookup, reads, hashing and commit.
func (s *Service) claimCode(ctx context.Context, hash []byte, birth string, request []byte, use codeUse) (claimed, error) {
	entry, there, err := s.Store.Lookup(ctx, indexCodes, hash)
	if err != nil {
		return claimed{}, err
	}
	record, key := entry.Record, codeKey(hash)
	if !there {
		record, key = installation(), []byte(codePrefix)
	}
	maker, err := s.maker(ctx, record, key)
	if err != nil {
		return claimed{}, err
	}
	var row codeRow
	opened := false
	err = s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if _, err := readRow(tx, syncing.TableIdentity, key, &row); err != nil {
			return err
		}
		now := s.nowMs()
		born := subtle.ConstantTimeCompare(row.Birth, s.blindBirth(hash, birth)) == 1
		again := row.Used != 0 && row.fresh(now) && subtle.ConstantTimeCompare(row.Request, request) == 1
		opened = there && born && (again || row.waiting(now)) && use.fits(row)
		if opened {
			if opened, err = s.maySignIn(tx, maker, row); err != nil {
				return err
			}
		}
		switch {
		case opened && again:
			return nil
		case opened:
			row.Used, row.Request = now, request
			if err := use.opens(tx, row); err != nil {
				return err
			}
		case row.Tries < codeTriesMax:
			row.Tries++
		}
		return writeRow(tx, syncing.TableIdentity, key, row)
	})
	if err != nil {
		return claimed{}, err
	}
	if !opened {
		return claimed{}, wrongCode()
	}
	return claimed{codeRow: row, record: record}, nil
}

// maker is the standing of whoever made the code.
func (s *Service) maker(ctx context.Context, record syncing.RecordID, key []byte) (syncing.Principal, error) {
	var row codeRow
	err := s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, key, &row)
		return err
	})
	if err != nil {
		return syncing.Principal{}, err
	}
	who, _, err := s.Principal(ctx, row.By)
	return who, err
}

// maySignIn says whether whoever made the code could still make it: a code of an account that was locked, or whose access has
// ended, must not open a way back in. What the system made stands.
func (s *Service) maySignIn(tx syncing.ReadTx, maker syncing.Principal, row codeRow) (bool, error) {
	if row.By.IsZero() {
		return true, nil
	}
	scope, err := s.Scope(tx, maker)
	if err != nil || maker.Account.IsZero() {
		return false, err
	}
	return scope.Owner() || scope.Has(careRoles...) || scope.Has(RoleCaregiver) && row.Account == maker.Account, nil
}

// grantByCode gives the access for which the code was made; to a caregiver once the person has confirmed who it is. One who has
// access already keeps what the person has decided since: the code only brought one more phone.
func (s *Service) grantByCode(tx syncing.Tx, row codeRow, name string) error {
	by := syncing.Principal{Account: row.By} // whoever made the code gave the access
	if row.Kind == KindPatient {
		if err := s.GrantOwner(tx, by, row.Account); err != nil {
			return err
		}
	} else {
		var g grantRow
		if _, err := readRow(tx, syncing.TableGrants, Grantee{Account: row.Account}.key(), &g); err != nil {
			return err
		}
		if g.Relation != relationCaregiver || !g.active(s.nowMs()) {
			return s.ask(tx, row, name)
		}
	}
	return s.audit(tx, AuditEntry{Kind: AuditEnrolled, By: row.Account})
}

// enrol makes account, device and session of a claimed code, or finds them made. Their ids and the first refresh token come
// from the code and the request, so doing it twice does it once.
func (s *Service) enrol(ctx context.Context, claim claimed, code string, r Redemption) (Tokens, error) {
	device := syncing.DerivedUUID("identity.device", claim.ID.String())
	seed := append([]byte(code), r.RequestID...)
	row := accountRow{ID: claim.Account, Kind: claim.Kind, Made: s.nowMs()}
	var opened session
	err := s.Store.Update(ctx, s.AccountRecord(claim.Account), func(tx syncing.Tx) error {
		found, err := readRow(tx, syncing.TableIdentity, accountKey, &row)
		if err != nil {
			return err
		}
		if row.Locked != 0 {
			return wrongCode()
		}
		if !found {
			if err := putAccount(tx, row); err != nil {
				return err
			}
		}
		r.Device.proved = claim.vouches()
		opened, err = s.openSession(tx, row, device, r.Device, seed)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.tokens(row, opened)
}
