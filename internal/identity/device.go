package identity

import (
	"bytes"
	"context"
	"errors"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// devicesMax is how many devices of one account are signed in at once; one more signs out the one not seen for longest.
	devicesMax = 20
	// deviceKept is how long a signed-out device is still listed.
	deviceKept = 30 * 24 * time.Hour
	// seenEvery is how often it is written down that a device was here.
	seenEvery = time.Hour
	// platformBytesMax bounds the kind of a device.
	platformBytesMax = 32

	devicePrefix = "device/"
)

// DeviceFacts is what a device says of itself.
type DeviceFacts struct {
	Kind string // android, ios, web, terminal: a word of up to 32 letters
	Name string // as its owner will recognise it, up to 100 characters

	proved  bool          // with this sign-in somebody shows who they are: see Proved
	passkey syncing.UUID  // by which they came; zero: by none
	within  time.Duration // when the first token must be exchanged; 0: it is good as long as every other
	openID  bool          // they came by the sign-in of their organisation
}

func (f DeviceFacts) check() (DeviceFacts, error) {
	if f.Kind == "" || len(f.Kind) > platformBytesMax || !printable(f.Kind) {
		return f, fault.New(fault.Invalid, "identity.DeviceFacts", "The kind of device is missing or too long.")
	}
	name, err := displayName(f.Name)
	return DeviceFacts{Kind: f.Kind, Name: name, proved: f.proved, passkey: f.passkey, within: f.within, openID: f.openID}, err
}

// deviceRow is one place where an account is signed in. Beside it lies its session (session.go).
type deviceRow struct {
	ID           syncing.UUID `json:"id"`
	Kind         string       `json:"kind"`
	Name         string       `json:"name"`
	Made         int64        `json:"made"`
	Seen         int64        `json:"seen"`
	Proved       int64        `json:"proved,omitempty"`  // when it was shown last who holds it; 0: never
	Passkey      syncing.UUID `json:"passkey,omitzero"`  // by which it came in
	OpenID       bool         `json:"openid,omitempty"`  // it came in by the sign-in of an organisation
	Ended        int64        `json:"ended,omitempty"`   // signed out since
	Revoked      bool         `json:"revoked,omitempty"` // by a person, as for a lost phone
	PushPlatform string       `json:"pushPlatform,omitempty"`
	PushToken    string       `json:"pushToken,omitempty"`
}

// Device is a signed-in place, as a person sees it in a list.
type Device struct {
	ID    syncing.UUID
	Kind  string
	Name  string
	Made  int64 // ms, first sign-in
	Seen  int64 // ms, to the hour
	Ended int64 // ms; 0: signed in
}

func deviceKey(id syncing.UUID) []byte { return rowKey(devicePrefix, id) }

// seen notes, at most once an hour, that the device was here. It is a convenience: on a full disk a person must still be
// able to read, so a failure is left alone.
func (s *Service) seen(ctx context.Context, account accountRow, d deviceRow) {
	if s.nowMs() < d.Seen+seenEvery.Milliseconds() {
		return
	}
	_ = s.Store.Update(ctx, s.AccountRecord(account.ID), func(tx syncing.Tx) error {
		found, err := readRow(tx, syncing.TableIdentity, deviceKey(d.ID), &d)
		if err != nil || !found || s.nowMs() < d.Seen+seenEvery.Milliseconds() {
			return err
		}
		d.Seen = s.nowMs()
		if err := s.contacted(tx, account.ID, account.Kind); err != nil {
			return err
		}
		return writeRow(tx, syncing.TableIdentity, deviceKey(d.ID), d)
	})
}

// Devices lists the devices of an account: with a zero record for its holder and for administrators; with a record, of which the account is
// the person or a caregiver now, for those who look after that person. Anyone else gets NotFound.
func (s *Service) Devices(ctx context.Context, who syncing.Principal, account syncing.AccountID, record syncing.RecordID) ([]Device, error) {
	if err := s.mayManage(ctx, who, account, record); err != nil {
		return nil, err
	}
	var devices []Device
	err := s.Store.View(ctx, s.AccountRecord(account), func(tx syncing.ReadTx) error {
		rows, err := deviceRows(tx)
		for _, d := range rows {
			devices = append(devices, Device{ID: d.ID, Kind: d.Kind, Name: d.Name, Made: d.Made, Seen: d.Seen, Ended: d.Ended})
		}
		return err
	})
	return devices, err
}

func deviceRows(tx syncing.ReadTx) (rows []deviceRow, err error) {
	err = scanRows(tx, syncing.TableIdentity, []byte(devicePrefix), func(_ []byte, d deviceRow) bool {
		rows = append(rows, d)
		return true
	})
	return rows, err
}

// ErrRevoked is the cause of an Unauthenticated fault when a person has signed this device out: the phone should delete what it
// holds (HAZARDS H21). Nobody is told who does not hold a token of that device.
var ErrRevoked = errors.New("the device was signed out by a person")

// RevokeDevice signs a device out: its next request is refused, whatever its token says, and it gets no push any more. It is
// answered when it also lies in the second place. Who may is said at Devices: a nurse signs out a phone that was lost, and that stands
// in the record's access log too, where the person finds it. Passkeys that lead back onto a device end with it, unless it signs itself out.
func (s *Service) RevokeDevice(ctx context.Context, who syncing.Principal, account syncing.AccountID, device syncing.UUID, record syncing.RecordID) error {
	if err := s.mayManage(ctx, who, account, record); err != nil {
		return err
	}
	at := s.nowMs()
	var over []syncing.UUID
	err := s.updateAccount(ctx, account, func(tx syncing.Tx, _ *accountRow) error {
		row, err := tx.Get(syncing.TableIdentity, deviceKey(device))
		if err != nil || row == nil {
			return cmpErr(err, notHere("identity.RevokeDevice"))
		}
		if over, err = s.endPasskeysOn(tx, who, device); err != nil {
			return err
		}
		return s.endDevice(tx, who, device, AuditDeviceRevoked)
	})
	if err == nil && !record.IsZero() {
		err = s.Store.Update(ctx, record, func(tx syncing.Tx) error {
			return s.audit(tx, AuditEntry{Kind: AuditDeviceRevoked, By: who.Account, Account: account, Device: device})
		})
	}
	if err != nil {
		return err
	}
	if err := s.revoked(ctx, Revocation{Kind: RevokedDevice, Account: account, Device: device, At: at, By: who.Account}); err != nil {
		return err
	}
	return s.revokedPasskeys(ctx, who, account, over...)
}

// SignOut ends the caller's own device.
func (s *Service) SignOut(ctx context.Context, who syncing.Principal) error {
	return s.RevokeDevice(ctx, who, who.Account, who.Device, syncing.RecordID{})
}

func (s *Service) mayManage(ctx context.Context, who syncing.Principal, account syncing.AccountID, record syncing.RecordID) error {
	if record.IsZero() {
		if who.Account == account || s.administrator(ctx, who) == nil {
			return nil
		}
		return notHere("identity.mayManage")
	}
	return s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		scope, err := s.Scope(tx, who)
		if err != nil {
			return err
		}
		var g grantRow
		found, err := readRow(tx, syncing.TableGrants, Grantee{Account: account}.key(), &g)
		if err != nil {
			return err
		}
		theirs := found && g.active(s.nowMs()) && (g.Relation == relationOwner || g.Relation == relationCaregiver)
		if !theirs || !scope.Active() || !scope.Has(careRoles...) {
			return notHere("identity.mayManage")
		}
		return nil
	})
}

// endDevice does nothing if the device is not here or signed out already. Its session stays for as long as the device is
// listed, so that a phone that comes back can be told why.
func (s *Service) endDevice(tx syncing.Tx, by syncing.Principal, device syncing.UUID, why string) error {
	var d deviceRow
	found, err := readRow(tx, syncing.TableIdentity, deviceKey(device), &d)
	revoked := why == AuditDeviceRevoked
	if err != nil || !found || d.Ended != 0 && (d.Revoked || !revoked) {
		return err
	}
	if err := s.releasePush(tx, &d); err != nil {
		return err
	}
	d.Ended, d.Revoked = s.nowMs(), revoked
	if err := writeRow(tx, syncing.TableIdentity, deviceKey(device), d); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: why, By: by.Account, Device: device})
}

// endAllDevices signs out every device but one; zero spares none.
func (s *Service) endAllDevices(tx syncing.Tx, spared syncing.UUID) error {
	rows, err := deviceRows(tx)
	if err != nil {
		return err
	}
	for _, d := range rows {
		if d.ID == spared {
			continue
		}
		if err := s.endDevice(tx, syncing.Principal{}, d.ID, AuditDeviceEnded); err != nil {
			return err
		}
	}
	return nil
}

// roomForDevice forgets devices that were signed out long ago or whose session has run out, and signs out the one that was
// not seen for longest if there are too many.
func (s *Service) roomForDevice(tx syncing.Tx) error {
	rows, err := deviceRows(tx)
	if err != nil {
		return err
	}
	var longest *deviceRow
	signedIn := 0
	for i, d := range rows {
		over, err := s.deviceIsOver(tx, d)
		switch {
		case err != nil:
			return err
		case over:
			if err := s.forgetDevice(tx, d); err != nil {
				return err
			}
		case d.Ended == 0:
			signedIn++
			if longest == nil || d.Seen < longest.Seen || d.Seen == longest.Seen && bytes.Compare(d.ID[:], longest.ID[:]) < 0 {
				longest = &rows[i]
			}
		}
	}
	if signedIn < devicesMax {
		return nil
	}
	return s.endDevice(tx, syncing.Principal{}, longest.ID, AuditDeviceEnded)
}

func (s *Service) deviceIsOver(tx syncing.ReadTx, d deviceRow) (bool, error) {
	if d.Ended != 0 {
		return s.nowMs() > d.Ended+deviceKept.Milliseconds(), nil
	}
	var se session
	found, err := readRow(tx, syncing.TableIdentity, sessionKey(d.ID), &se)
	return !found || s.nowMs() >= se.Expires, err
}

func (s *Service) forgetDevice(tx syncing.Tx, d deviceRow) error {
	if err := s.releasePush(tx, &d); err != nil {
		return err
	}
	if err := tx.Delete(syncing.TableIdentity, sessionKey(d.ID)); err != nil {
		return err
	}
	return tx.Delete(syncing.TableIdentity, deviceKey(d.ID))
}
