package identity

import (
	"context"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	pushTokenBytesMax = 4096
	// claimsMax is how often a push token is asked for while others register it too.
	claimsMax = 4

	indexPush = "identity.push" // blinded push token -> pushEntry; the key is the claim
)

type pushEntry struct {
	Device syncing.UUID `json:"device"`
}

// PushTarget is where a push for an account goes.
type PushTarget struct {
	Device   syncing.UUID
	Platform string
	Token    string
}

// RegisterPush notes where pushes for the caller's device go. A token belongs to one device: registering it takes it from
// whatever device had it before, of this account or another, so that a phone that changed hands gets only its new owner's.
func (s *Service) RegisterPush(ctx context.Context, who syncing.Principal, platform, token string) error {
	if token == "" || len(token) > pushTokenBytesMax || platform == "" || len(platform) > platformBytesMax || !printable(platform) {
		return fault.New(fault.Invalid, "identity.RegisterPush", "The push token or its platform is missing or too long.")
	}
	for range claimsMax {
		err := s.claimPush(ctx, who, platform, token)
		if !fault.Is(err, fault.Conflict) {
			return err
		}
		if err := s.DropPush(ctx, token); err != nil {
			return err
		}
	}
	return fault.Later(fault.Busy, "identity.RegisterPush", "Another phone is registering the same token. Please try again.", time.Second)
}

func (s *Service) claimPush(ctx context.Context, who syncing.Principal, platform, token string) error {
	key := s.pushKey(token)
	return s.Store.Update(ctx, s.AccountRecord(who.Account), func(tx syncing.Tx) error {
		var d deviceRow
		found, err := readRow(tx, syncing.TableIdentity, deviceKey(who.Device), &d)
		if err != nil || !found || d.Ended != 0 {
			return cmpErr(err, signInAgain(nil))
		}
		if err := s.releaseFromSibling(tx, key, d.ID, token); err != nil {
			return err
		}
		if d.PushToken != token {
			if err := s.releasePush(tx, &d); err != nil {
				return err
			}
		}
		row, err := encodeRow(pushEntry{Device: d.ID})
		if err != nil {
			return err
		}
		if err := tx.PutIndex(indexPush, key, row); err != nil {
			return err // Conflict: it is another account's, and must be let go there first
		}
		d.PushPlatform, d.PushToken = platform, token
		return writeRow(tx, syncing.TableIdentity, deviceKey(d.ID), d)
	})
}

// EndPush lets go of the push token of the caller's own device: nothing goes there any more. No fault if it has none. Fault: Unauthenticated,
// for a device that was signed out.
func (s *Service) EndPush(ctx context.Context, who syncing.Principal) error {
	return s.Store.Update(ctx, s.AccountRecord(who.Account), func(tx syncing.Tx) error {
		var d deviceRow
		found, err := readRow(tx, syncing.TableIdentity, deviceKey(who.Device), &d)
		if err != nil || !found || d.Ended != 0 {
			return cmpErr(err, signInAgain(nil))
		}
		if d.PushToken == "" {
			return nil
		}
		if err := s.releasePush(tx, &d); err != nil {
			return err
		}
		return writeRow(tx, syncing.TableIdentity, deviceKey(d.ID), d)
	})
}

// releaseFromSibling takes the token from another device of the same account.
func (s *Service) releaseFromSibling(tx syncing.Tx, key []byte, device syncing.UUID, token string) error {
	entry, found, err := tx.Lookup(indexPush, key)
	if err != nil || !found || entry.Record != tx.Record() {
		return err
	}
	var holder pushEntry
	if err := decodeRow(entry.Value, &holder); err != nil || holder.Device == device {
		return err
	}
	return s.forgetToken(tx, holder.Device, token)
}

func (s *Service) forgetToken(tx syncing.Tx, device syncing.UUID, token string) error {
	var d deviceRow
	found, err := readRow(tx, syncing.TableIdentity, deviceKey(device), &d)
	if err != nil || !found || s.pushName(d.PushToken) != s.pushName(token) {
		return err
	}
	d.PushPlatform, d.PushToken = "", ""
	return writeRow(tx, syncing.TableIdentity, deviceKey(device), d)
}

// DropPush forgets a push token, wherever it is: for one that the push service says is gone. No fault if nobody has it.
func (s *Service) DropPush(ctx context.Context, token string) error {
	key := s.pushKey(token)
	entry, found, err := s.Store.Lookup(ctx, indexPush, key)
	if err != nil || !found {
		return err
	}
	return s.Store.Update(ctx, entry.Record, func(tx syncing.Tx) error {
		entry, found, err := tx.Lookup(indexPush, key)
		if err != nil || !found || entry.Record != tx.Record() {
			return err // it has moved on meanwhile
		}
		var holder pushEntry
		if err := decodeRow(entry.Value, &holder); err != nil {
			return err
		}
		if err := s.forgetToken(tx, holder.Device, token); err != nil {
			return err
		}
		return tx.DeleteIndex(indexPush, key)
	})
}

// releasePush lets go of the device's token; the caller writes the row.
func (s *Service) releasePush(tx syncing.Tx, d *deviceRow) error {
	if d.PushToken == "" {
		return nil
	}
	key := s.pushKey(d.PushToken)
	d.PushPlatform, d.PushToken = "", ""
	return tx.DeleteIndex(indexPush, key)
}

// PushTargets lists where a push for the account goes now; none if it is locked.
func (s *Service) PushTargets(ctx context.Context, account syncing.AccountID) (targets []PushTarget, err error) {
	err = s.Store.View(ctx, s.AccountRecord(account), func(tx syncing.ReadTx) error {
		var row accountRow
		if _, err := readRow(tx, syncing.TableIdentity, accountKey, &row); err != nil || row.Locked != 0 {
			return err
		}
		devices, err := deviceRows(tx)
		for _, d := range devices {
			if d.Ended == 0 && d.PushToken != "" {
				targets = append(targets, PushTarget{Device: d.ID, Platform: d.PushPlatform, Token: d.PushToken})
			}
		}
		return err
	})
	return targets, err
}

// AnyPush says whether any device of anybody has a push token.
func (s *Service) AnyPush(ctx context.Context) (any bool, err error) {
	err = s.Store.Scan(ctx, indexPush, nil, nil, 1, func(syncing.IndexEntry) bool { any = true; return false })
	return any, err
}

func (s *Service) pushKey(token string) []byte {
	return s.Blind("push token", []byte(s.pushName(token)))
}

func (s *Service) pushName(token string) string {
	if s.PushName == nil {
		return token
	}
	return s.PushName(token)
}
