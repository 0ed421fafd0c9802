package identity

import (
	"bytes"
	"context"
	"slices"
	"time"

	"satchel/sync"
)

// indexQuiet lists the accounts of people in care by when somebody should look whether their devices are still heard of, the soonest first:
// time, blinded account -> the account. An entry is read when its time has come and moves on then, so that a look costs what is silent.
const indexQuiet = "identity.quiet"

var quietKey = []byte("quiet")

// quietRow is when any device of an account was here last, to the hour.
type quietRow struct {
	At      int64 `json:"at"`      // place in indexQuiet, ms
	Contact int64 `json:"contact"` // ms
	Silent  bool  `json:"silent,omitempty"`
}

// contacted notes that a device of an account is here. An account that was silent is looked at soon.
func (s *Service) contacted(tx syncing.Tx, account syncing.AccountID, kind Kind) error {
	if kind != KindPatient && kind != KindCaregiver { // a caregiver may be the person of a record of their own
		return nil
	}
	var row quietRow
	found, err := readRow(tx, syncing.TableIdentity, quietKey, &row)
	if err != nil {
		return err
	}
	next := quietRow{At: s.nowMs(), Contact: s.nowMs(), Silent: row.Silent}
	if row.Silent {
		next.At = 0
	}
	return s.putQuiet(tx, account, found, row, next)
}

// BeginQuiet lets an account from before this was kept be followed, from when a device of it was here last; account reports whether the record
// is that of an account at all. One that is followed already is left as it is.
func (s *Service) BeginQuiet(ctx context.Context, record syncing.RecordID) (account bool, err error) {
	var row accountRow
	begins := quietRow{}
	lacks := func(tx syncing.ReadTx) (bool, error) {
		var quiet quietRow
		if found, err := readRow(tx, syncing.TableIdentity, accountKey, &row); err != nil || !found {
			return false, err
		}
		account = true
		if found, err := readRow(tx, syncing.TableIdentity, quietKey, &quiet); err != nil || found {
			return false, err
		}
		devices, err := deviceRows(tx)
		for _, d := range devices {
			begins.Contact = max(begins.Contact, d.Seen)
		}
		begins.At = begins.Contact
		return begins.Contact != 0 && (row.Kind == KindPatient || row.Kind == KindCaregiver), err
	}
	var missing bool
	if err := s.Store.View(ctx, record, func(tx syncing.ReadTx) (err error) {
		missing, err = lacks(tx)
		return err
	}); err != nil || !missing {
		return account, err
	}
	return account, s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if missing, err := lacks(tx); err != nil || !missing {
			return err
		}
		return s.putQuiet(tx, row.ID, false, quietRow{}, begins)
	})
}

func (s *Service) putQuiet(tx syncing.Tx, account syncing.AccountID, found bool, before, next quietRow) error {
	if found && before.At != next.At {
		if err := tx.DeleteIndex(indexQuiet, s.quietIndexKey(before.At, account)); err != nil {
			return err
		}
	}
	value, err := encodeRow(expiresEntry{account})
	if err != nil {
		return err
	}
	if err := tx.PutIndex(indexQuiet, s.quietIndexKey(next.At, account), value); err != nil {
		return err
	}
	return writeRow(tx, syncing.TableIdentity, quietKey, next)
}

func (s *Service) quietIndexKey(at int64, account syncing.AccountID) []byte {
	return slices.Concat(expiresBound(at), s.accountPrefix(account))
}

// Silence says of one record whether every device of its person has been silent, and since when (ms).
type Silence struct {
	Record syncing.RecordID
	Since  int64
	Silent bool
}

// FollowSilence tells fn of each record whose person has had no device here for `after`, and once more every `again` while that lasts, and
// when one is back. What fn could not do is told again at the next call; fn must bear being told twice. At most limit accounts; more says
// whether others are left.
func (s *Service) FollowSilence(ctx context.Context, after, again time.Duration, limit int, fn func(context.Context, Silence) error) (more bool, err error) {
	var due []syncing.IndexEntry
	until := s.nowMs() - after.Milliseconds()
	err = s.Store.Scan(ctx, indexQuiet, nil, expiresBound(until+1), limit, func(e syncing.IndexEntry) bool {
		e.Key, e.Value = bytes.Clone(e.Key), bytes.Clone(e.Value)
		due = append(due, e)
		return true
	})
	for _, e := range due {
		if err == nil {
			err = s.followQuiet(ctx, e, until, again, fn)
		}
	}
	return len(due) == limit, err
}

func (s *Service) followQuiet(ctx context.Context, e syncing.IndexEntry, until int64, again time.Duration, fn func(context.Context, Silence) error) error {
	var entry expiresEntry
	if err := decodeRow(e.Value, &entry); err != nil {
		return err
	}
	var row quietRow
	err := s.Store.View(ctx, e.Record, func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, quietKey, &row)
		return err
	})
	if err != nil {
		return err
	}
	records, err := s.ownRecords(ctx, entry.Account)
	if err != nil {
		return err
	}
	silent := row.Contact <= until
	for _, record := range records {
		if err := fn(ctx, Silence{Record: record, Since: row.Contact, Silent: silent}); err != nil {
			return err
		}
	}
	return s.Store.Update(ctx, e.Record, func(tx syncing.Tx) error {
		var now quietRow
		found, err := readRow(tx, syncing.TableIdentity, quietKey, &now)
		if err != nil || !found {
			return err
		}
		next := quietRow{At: now.Contact, Contact: now.Contact, Silent: silent}
		switch {
		case now.Contact != row.Contact: // a device came while we looked: it is looked at once more
			next.At = 0
		case silent:
			next.At = until + again.Milliseconds()
		}
		return s.putQuiet(tx, entry.Account, true, now, next)
	})
}

// ownRecords are those of which an account is the person.
func (s *Service) ownRecords(ctx context.Context, account syncing.AccountID) (own []syncing.RecordID, err error) {
	var held []syncing.RecordID
	if err := s.recordsHeldBy(ctx, Grantee{Account: account}, syncing.RecordID{}, recordsMax, &held); err != nil {
		return nil, err
	}
	for _, record := range held {
		err := s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
			var g grantRow
			_, err := readRow(tx, syncing.TableGrants, Grantee{Account: account}.key(), &g)
			if g.Relation == relationOwner && g.active(s.nowMs()) {
				own = append(own, record)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return own, nil
}

// CaregiversSeeing counts the caregivers who see a kind of information of a record now.
func (s *Service) CaregiversSeeing(ctx context.Context, record syncing.RecordID, category string) (n int, err error) {
	grants, err := s.grants(ctx, record)
	for _, g := range grants {
		if g.Relation == relationCaregiver && g.active(s.nowMs()) && slices.Contains(g.Categories, category) {
			n++
		}
	}
	return n, err
}

// CaregiverName is how a caregiver of a record is called there; "" for whoever is none.
func (s *Service) CaregiverName(ctx context.Context, record syncing.RecordID, account syncing.AccountID) (string, error) {
	grants, err := s.grants(ctx, record)
	for _, g := range grants {
		if g.Relation == relationCaregiver && g.Account == account {
			return g.Name, err
		}
	}
	return "", err
}
