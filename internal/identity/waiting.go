package identity

import (
	"bytes"
	"context"
	"slices"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// waitingKept is how long a caregiver may wait for the person's word.
	waitingKept = 30 * 24 * time.Hour

	waitingPrefix = "waiting/"         // and the account
	indexWaiting  = "identity.waiting" // blinded account, record -> nothing
)

// waitingRow is a caregiver who has used a code, and whom the person has not confirmed. It gives nothing.
type waitingRow struct {
	Account    syncing.AccountID `json:"account"`
	Name       string            `json:"name"` // as they typed it
	Categories []string          `json:"categories"`
	Expires    int64             `json:"expires,omitempty"`
	Asked      int64             `json:"asked"`
	By         syncing.AccountID `json:"by"` // who made the code
}

func waitingKey(account syncing.AccountID) []byte { return rowKey(waitingPrefix, account.UUID) }

// ask lets whoever used a caregiver's code wait for the person's word.
func (s *Service) ask(tx syncing.Tx, row codeRow, name string) error {
	if name == "" {
		return fault.New(fault.Invalid, "identity.Redeem", "Please type your name: the person whose record this is will confirm that it is you.")
	}
	w := waitingRow{Account: row.Account, Name: name, Categories: row.Categories, Expires: row.Expires, Asked: s.nowMs(), By: row.By}
	if err := writeRow(tx, syncing.TableIdentity, waitingKey(w.Account), w); err != nil {
		return err
	}
	if err := tx.PutIndex(indexWaiting, s.waitingIndexKey(w.Account, tx.Record()), nothing); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditAsked, By: w.Account, Categories: w.Categories})
}

func (s *Service) waitingIndexKey(account syncing.AccountID, record syncing.RecordID) []byte {
	return append(slices.Clone(s.accountPrefix(account)), record.UUID[:]...)
}

// ConfirmCaregiver is the person's word that a caregiver who used a code is who they say: from then on the caregiver sees what the
// code was made for, or what is named here. Where the person has no phone, those who look after them may say it in their name, and
// no more than the code was made for. Confirming twice is confirming once; NotFound if nobody waits under that account.
func (s *Service) ConfirmCaregiver(ctx context.Context, who syncing.Principal, record syncing.RecordID, account syncing.AccountID, categories []string, expires *int64) error {
	return s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if err := s.mayConfirm(tx, scope, categories != nil || expires != nil); err != nil {
			return err
		}
		var w waitingRow
		found, err := readRow(tx, syncing.TableIdentity, waitingKey(account), &w)
		if err != nil {
			return err
		}
		if !found {
			return s.confirmedBefore(tx, account)
		}
		g := grantRow{Account: account, Name: w.Name, Categories: w.Categories, Expires: w.Expires}
		if categories != nil {
			g.Categories = categories
		}
		if expires != nil {
			g.Expires = *expires
		}
		if err := s.checkExpiry(g.Expires); err != nil {
			return err
		}
		if err := s.forgetWaiting(tx, account, w.Asked); err != nil {
			return err
		}
		return s.grantCaregiver(tx, who, g)
	})
}

func (s *Service) mayConfirm(tx syncing.ReadTx, scope syncing.Scope, decides bool) error {
	if scope.Owner() {
		return nil
	}
	_, owned, err := s.recordOwner(tx)
	switch {
	case err != nil:
		return err
	case !scope.Has(careRoles...):
		return notHere("identity.ConfirmCaregiver")
	case owned || decides:
		return fault.New(fault.Forbidden, "identity.ConfirmCaregiver", "Only the person can confirm who this is, and say what they may see.")
	}
	return nil
}

func (s *Service) confirmedBefore(tx syncing.ReadTx, account syncing.AccountID) error {
	var g grantRow
	_, err := readRow(tx, syncing.TableGrants, Grantee{Account: account}.key(), &g)
	if err == nil && (g.Relation != relationCaregiver || !g.active(s.nowMs())) {
		err = notHere("identity.ConfirmCaregiver")
	}
	return err
}

// decline forgets a caregiver who waits, for the person and for those who look after them; done is false if none waits there.
func (s *Service) decline(tx syncing.Tx, who syncing.Principal, account syncing.AccountID) (done bool, err error) {
	var w waitingRow
	found, err := readRow(tx, syncing.TableIdentity, waitingKey(account), &w)
	if err != nil || !found {
		return false, err
	}
	scope, err := s.Scope(tx, who)
	if err != nil || !scope.Active() || !scope.Owner() && !scope.Has(careRoles...) {
		return false, err
	}
	if err := s.forgetWaiting(tx, account, w.Asked); err != nil {
		return false, err
	}
	return true, s.audit(tx, AuditEntry{Kind: AuditDeclined, By: who.Account, Device: who.Device, Account: account})
}

// forgetWaiting forgets an account that has been waiting since then, or longer.
func (s *Service) forgetWaiting(tx syncing.Tx, account syncing.AccountID, asked int64) error {
	if account.IsZero() {
		return nil
	}
	var w waitingRow
	found, err := readRow(tx, syncing.TableIdentity, waitingKey(account), &w)
	if err != nil || !found || w.Asked > asked {
		return err
	}
	if err := tx.Delete(syncing.TableIdentity, waitingKey(account)); err != nil {
		return err
	}
	return tx.DeleteIndex(indexWaiting, s.waitingIndexKey(account, tx.Record()))
}

// tidyWaiting forgets those who have waited for too long, and counts the others.
func (s *Service) tidyWaiting(tx syncing.Tx) (waiting int, err error) {
	var over []waitingRow
	err = scanRows(tx, syncing.TableIdentity, []byte(waitingPrefix), func(_ []byte, w waitingRow) bool {
		if s.nowMs() > w.Asked+waitingKept.Milliseconds() {
			over = append(over, w)
		} else {
			waiting++
		}
		return true
	})
	for _, w := range over {
		if err == nil {
			err = s.forgetWaiting(tx, w.Account, w.Asked)
		}
	}
	return waiting, err
}

// Waiting counts the records whose person has not yet confirmed this account. It says of none which it is.
func (s *Service) Waiting(ctx context.Context, account syncing.AccountID) (n int, err error) {
	prefix := s.accountPrefix(account)
	err = s.Store.Scan(ctx, indexWaiting, prefix, after(prefix), codesOpenMax, func(syncing.IndexEntry) bool {
		n++
		return true
	})
	return n, err
}

func (s *Service) waitingOf(tx syncing.ReadTx) (list []waitingRow, err error) {
	err = scanRows(tx, syncing.TableIdentity, []byte(waitingPrefix), func(_ []byte, w waitingRow) bool {
		list = append(list, w)
		return true
	})
	slices.SortFunc(list, func(a, b waitingRow) int { return bytes.Compare(a.Account.UUID[:], b.Account.UUID[:]) })
	return list, err
}
