package identity

import (
	"context"

	"satchel/internal/fault"
	"satchel/sync"
)

// A passkey is a way to sign in: a key pair whose private half stays in somebody's phone, computer or security key, and is used there only by
// whoever it knows. It belongs to one account and lies in its record, so whoever forges one must first be that account. It ends when its holder
// removes it, when somebody signs out the device on which it was made or that came in by it, when a refresh token of the device on which it was
// made comes twice (a thief may have made it), with a password that an administrator resets, and when the account is locked. Rows of ended ones stay for a while, so that a removal that was not written down twice can be repeated.
const (
	// passkeysMax is how many an account has at once.
	passkeysMax = 20
	// passkeysKept bounds them together with those that ended lately.
	passkeysKept = 5 * passkeysMax

	passkeyPrefix = "passkey/"
	indexPasskeys = "identity.passkeys" // blinded credential id -> the account and the passkey
)

// passkeyRow is one passkey. The private half is nowhere here, and what a page makes of it to seal its store (PRF) neither.
type passkeyRow struct {
	ID         syncing.UUID `json:"id"`
	Name       string       `json:"name"`
	Made       int64        `json:"made"`
	Device     syncing.UUID `json:"device"` // on which it was made
	Used       int64        `json:"used,omitempty"`
	Ended      int64        `json:"ended,omitempty"`
	Credential []byte       `json:"credential"`
	Key        []byte       `json:"key"` // COSE
	Counter    uint32       `json:"counter,omitempty"`
	Backed     bool         `json:"backed,omitempty"` // it may be copied to other devices of its holder
	Copied     int64        `json:"copied,omitempty"` // when its counter went back: two authenticators may hold it
}

// passkeyEntry is what a credential id leads to.
type passkeyEntry struct {
	Account syncing.AccountID `json:"account"`
	Passkey syncing.UUID      `json:"passkey"`
}

// Passkey is one of somebody's passkeys, as they see it in a list.
type Passkey struct {
	ID     syncing.UUID
	Name   string
	Made   int64 // ms
	Used   int64 // ms; 0: never
	Copied int64 // ms; 0: nothing says that there are two of it
}

func passkeyKey(id syncing.UUID) []byte { return rowKey(passkeyPrefix, id) }

func (s *Service) blindCredential(id []byte) []byte { return s.Blind("passkey", id) }

func passkeyRows(tx syncing.ReadTx) (rows []passkeyRow, err error) {
	err = scanRows(tx, syncing.TableIdentity, []byte(passkeyPrefix), func(_ []byte, p passkeyRow) bool {
		rows = append(rows, p)
		return true
	})
	return rows, err
}

// Passkeys lists the caller's own.
func (s *Service) Passkeys(ctx context.Context, who syncing.Principal) (list []Passkey, err error) {
	err = s.Store.View(ctx, s.AccountRecord(who.Account), func(tx syncing.ReadTx) error {
		rows, err := passkeyRows(tx)
		for _, p := range rows {
			if p.Ended == 0 {
				list = append(list, Passkey{ID: p.ID, Name: p.Name, Made: p.Made, Used: p.Used, Copied: p.Copied})
			}
		}
		return err
	})
	return list, err
}

// EndPasskey removes one of the caller's passkeys and signs out every device that came in by it, but the one that asks. It is answered when it
// also lies in the second place. It asks for no proof: whoever found a phone open must not add a way in, and may well take one away.
func (s *Service) EndPasskey(ctx context.Context, who syncing.Principal, id syncing.UUID) error {
	var over []syncing.UUID
	err := s.updateAccount(ctx, who.Account, func(tx syncing.Tx, _ *accountRow) error {
		row, err := tx.Get(syncing.TableIdentity, passkeyKey(id))
		if err != nil || row == nil {
			return cmpErr(err, notHere("identity.EndPasskey"))
		}
		devices, err := deviceRows(tx)
		if err != nil {
			return err
		}
		for _, d := range devices {
			if d.Passkey != id || d.ID == who.Device {
				continue
			}
			over = append(over, d.ID)
			if err := s.endDevice(tx, who, d.ID, AuditDeviceRevoked); err != nil {
				return err
			}
		}
		return s.endPasskey(tx, who, id)
	})
	if err != nil {
		return err
	}
	for _, device := range over {
		if err := s.revoked(ctx, Revocation{Kind: RevokedDevice, Account: who.Account, Device: device, At: s.nowMs(), By: who.Account}); err != nil {
			return err
		}
	}
	return s.revokedPasskeys(ctx, who, who.Account, id)
}

// endPasskey does nothing if the passkey is not here or has ended already. What it was is forgotten but for its name.
func (s *Service) endPasskey(tx syncing.Tx, by syncing.Principal, id syncing.UUID) error {
	var p passkeyRow
	found, err := readRow(tx, syncing.TableIdentity, passkeyKey(id), &p)
	if err != nil || !found || p.Ended != 0 {
		return err
	}
	if err := tx.DeleteIndex(indexPasskeys, s.blindCredential(p.Credential)); err != nil {
		return err
	}
	over := passkeyRow{ID: p.ID, Name: p.Name, Made: p.Made, Device: p.Device, Used: p.Used, Ended: s.nowMs()}
	if err := writeRow(tx, syncing.TableIdentity, passkeyKey(id), over); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditPasskeyEnded, By: by.Account, Device: by.Device})
}

// endPasskeys ends those of the account of which which says so, and gives them with those that ended before: a request that is repeated
// writes them down again.
func (s *Service) endPasskeys(tx syncing.Tx, by syncing.Principal, which func(passkeyRow) bool) (over []syncing.UUID, err error) {
	rows, err := passkeyRows(tx)
	for _, p := range rows {
		if err == nil && which(p) {
			over = append(over, p.ID)
			err = s.endPasskey(tx, by, p.ID)
		}
	}
	return over, err
}

func everyPasskey(passkeyRow) bool { return true }

// leadsTo are the passkeys that open the way back onto a device that somebody signs out: that came in by it, or on which it was made.
// Whoever has the phone may know how to unlock it too.
func leadsTo(d deviceRow) func(passkeyRow) bool {
	return func(p passkeyRow) bool { return p.ID == d.Passkey || p.Device == d.ID }
}

// endPasskeysOn ends those that lead back onto a device which somebody else than itself signs out.
func (s *Service) endPasskeysOn(tx syncing.Tx, by syncing.Principal, device syncing.UUID) ([]syncing.UUID, error) {
	var d deviceRow
	found, err := readRow(tx, syncing.TableIdentity, deviceKey(device), &d)
	if err != nil || !found || by.Device == device {
		return nil, err
	}
	return s.endPasskeys(tx, by, leadsTo(d))
}

// revokedPasskeys takes ends of passkeys to the second place.
func (s *Service) revokedPasskeys(ctx context.Context, by syncing.Principal, account syncing.AccountID, over ...syncing.UUID) error {
	for _, id := range over {
		if err := s.revoked(ctx, Revocation{Kind: RevokedPasskey, Account: account, Passkey: id, At: s.nowMs(), By: by.Account}); err != nil {
			return err
		}
	}
	return nil
}

// roomForPasskey forgets those that ended long ago. Its fault is Refused if there are as many as an account has.
func (s *Service) roomForPasskey(tx syncing.Tx) error {
	rows, err := passkeyRows(tx)
	if err != nil {
		return err
	}
	standing, kept := 0, 0
	for _, p := range rows {
		switch {
		case p.Ended == 0:
			standing++
		case s.nowMs() > p.Ended+deviceKept.Milliseconds():
			if err := tx.Delete(syncing.TableIdentity, passkeyKey(p.ID)); err != nil {
				return err
			}
		default:
			kept++
		}
	}
	if standing >= passkeysMax || standing+kept >= passkeysKept {
		return fault.New(fault.Refused, "identity.AddPasskey", "You have as many passkeys as there can be, or changed them very often. Remove one of them, or wait some weeks.")
	}
	return nil
}
