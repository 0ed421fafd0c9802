package identity

import (
	"context"

	"satchel/internal/fault"
	"satchel/sync"
)

const indexOpenID = "identity.openid" // blinded issuer and subject -> the account

const subjectTaken = "This subject belongs to another account already. Look whether it is the right one; if it is, untie the other account first."

var openIDKey = []byte("openid")

// openIDRow says that a subject of the provider is this account, and who said so. The subject itself is nowhere.
type openIDRow struct {
	Subject []byte            `json:"subject,omitempty"` // blinded
	Made    int64             `json:"made,omitempty"`
	By      syncing.AccountID `json:"by,omitzero"`
	Ended   int64             `json:"ended,omitempty"`
}

// OpenIDLink reads since when an account may come by its organisation's sign-in (ms; 0: it may not); for administrators of the installation. For
// anybody else, and for what is no account, NotFound.
func (s *Service) OpenIDLink(ctx context.Context, who syncing.Principal, account syncing.AccountID) (since int64, err error) {
	const op = "identity.OpenIDLink"
	if err := s.administrator(ctx, who); err != nil {
		if fault.Is(err, fault.Forbidden) {
			err = notHere(op)
		}
		return 0, err
	}
	err = s.Store.View(ctx, s.AccountRecord(account), func(tx syncing.ReadTx) error {
		var row accountRow
		found, err := readRow(tx, syncing.TableIdentity, accountKey, &row)
		if err != nil || !found {
			return cmpErr(err, notHere(op))
		}
		var link openIDRow
		_, err = readRow(tx, syncing.TableIdentity, openIDKey, &link)
		if link.Ended == 0 {
			since = link.Made
		}
		return err
	})
	return since, err
}

// LinkOpenID says which subject of the provider an account is: a member of staff, who comes by it from now on. A subject that the account had before
// ends. The caller has asked OpenIDLink and Proved. Refused where there is no provider, for whoever is no staff, and for a subject that
// somebody else has.
func (s *Service) LinkOpenID(ctx context.Context, by syncing.Principal, account syncing.AccountID, subject string) error {
	const op = "identity.LinkOpenID"
	if _, err := s.OpenIDLink(ctx, by, account); err != nil {
		return err
	}
	if s.OpenID == nil {
		return fault.New(fault.Refused, op, "This installation knows no provider by which staff sign in.")
	}
	if subject == "" || len(subject) > subjectBytesMax || !printable(subject) {
		return fault.New(fault.Invalid, op, "The subject is how the provider names somebody: 1 to 255 characters.")
	}
	key := s.blindSubject(subject)
	var before openIDRow
	err := s.Store.View(ctx, s.AccountRecord(account), func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, openIDKey, &before)
		return err
	})
	if err != nil || before.Ended == 0 && string(before.Subject) == string(key) {
		return err
	}
	if err := s.mayLink(ctx, account, key); err != nil { // before what there is ends: whoever is refused loses nothing
		return err
	}
	if before.Ended == 0 && before.Made != 0 {
		if err := s.UnlinkOpenID(ctx, by, account); err != nil {
			return err
		}
	}
	err = s.updateAccount(ctx, account, func(tx syncing.Tx, row *accountRow) error { return s.putOpenID(tx, by, *row, key) })
	if fault.Is(err, fault.Conflict) {
		err = fault.Wrap(err, fault.Refused, op, subjectTaken)
	}
	return err
}

// mayLink refuses an account that is closed or of no staff, and a subject that somebody else has.
func (s *Service) mayLink(ctx context.Context, account syncing.AccountID, key []byte) error {
	const op = "identity.LinkOpenID"
	row, _, err := s.account(ctx, account)
	if err != nil {
		return err
	}
	if err := row.mayComeByOpenID(); err != nil {
		return err
	}
	entry, taken, err := s.Store.Lookup(ctx, indexOpenID, key)
	if err != nil || !taken {
		return err
	}
	var has syncing.AccountID
	if err := decodeRow(entry.Value, &has); err != nil || has == account {
		return err
	}
	return fault.New(fault.Refused, op, subjectTaken)
}

func (row accountRow) mayComeByOpenID() error {
	const op = "identity.LinkOpenID"
	if !row.Kind.staff() {
		return fault.New(fault.Refused, op, "Only staff come by the sign-in of their organisation.")
	}
	if row.Locked != 0 {
		return fault.New(fault.Refused, op, "This account is closed: nobody signs in to it. Open it first, or choose the account that this person uses now.")
	}
	return nil
}

func (s *Service) putOpenID(tx syncing.Tx, by syncing.Principal, row accountRow, key []byte) error {
	const op = "identity.LinkOpenID"
	if err := row.mayComeByOpenID(); err != nil {
		return err
	}
	var now openIDRow
	if _, err := readRow(tx, syncing.TableIdentity, openIDKey, &now); err != nil {
		return err
	}
	if now.Made != 0 && now.Ended == 0 {
		return fault.New(fault.Conflict, op, "Somebody else has just linked this account.")
	}
	entry, err := encodeRow(row.ID)
	if err != nil {
		return err
	}
	if err := tx.PutIndex(indexOpenID, key, entry); err != nil {
		return err // Conflict: another account has it
	}
	link := openIDRow{Subject: key, Made: max(s.nowMs(), now.Ended+1), By: by.Account}
	if err := writeRow(tx, syncing.TableIdentity, openIDKey, link); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditOpenIDLinked, By: by.Account, Device: by.Device})
}

// UnlinkOpenID ends the link of an account and signs out what came in by it. It is answered when it also lies in the second place; one that has
// ended is no fault. For administrators, as OpenIDLink.
func (s *Service) UnlinkOpenID(ctx context.Context, by syncing.Principal, account syncing.AccountID) error {
	if _, err := s.OpenIDLink(ctx, by, account); err != nil {
		return err
	}
	var at int64
	var over []syncing.UUID
	err := s.updateAccount(ctx, account, func(tx syncing.Tx, _ *accountRow) error {
		var link openIDRow
		found, err := readRow(tx, syncing.TableIdentity, openIDKey, &link)
		if err != nil || !found {
			return err
		}
		at = max(s.nowMs(), link.Made)
		if link.Ended != 0 {
			at = link.Ended
		}
		over, err = s.endOpenID(tx, by, link, at)
		return err
	})
	if err != nil || at == 0 {
		return err
	}
	for _, device := range over {
		if err := s.revoked(ctx, Revocation{Kind: RevokedDevice, Account: account, Device: device, At: at, By: by.Account}); err != nil {
			return err
		}
	}
	return s.revoked(ctx, Revocation{Kind: RevokedOpenID, Account: account, At: at, By: by.Account})
}

// endOpenID gives the devices that came in by the link, those that are signed out already too.
func (s *Service) endOpenID(tx syncing.Tx, by syncing.Principal, link openIDRow, at int64) (over []syncing.UUID, err error) {
	devices, err := deviceRows(tx)
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		if !d.OpenID || d.Made > at {
			continue
		}
		over = append(over, d.ID)
		if err := s.endDevice(tx, by, d.ID, AuditDeviceRevoked); err != nil {
			return nil, err
		}
	}
	if link.Ended != 0 || link.Made == 0 {
		return over, nil
	}
	if err := tx.DeleteIndex(indexOpenID, link.Subject); err != nil {
		return nil, err
	}
	if err := writeRow(tx, syncing.TableIdentity, openIDKey, openIDRow{Made: link.Made, By: link.By, Ended: at}); err != nil {
		return nil, err
	}
	return over, s.audit(tx, AuditEntry{Kind: AuditOpenIDEnded, By: by.Account, Device: by.Device})
}

// applyOpenID ends the link of a backup, unless it is younger.
func (s *Service) applyOpenID(tx syncing.Tx, r Revocation) error {
	var link openIDRow
	found, err := readRow(tx, syncing.TableIdentity, openIDKey, &link)
	if err != nil || !found || link.Made > r.At {
		return err
	}
	_, err = s.endOpenID(tx, syncing.Principal{Account: r.By}, link, r.At)
	return err
}
