package identity

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

// indexExpires lists the grants that end by themselves, the soonest first: time, record, blinded account -> the account.
const indexExpires = "identity.expires"

type expiresEntry struct {
	Account syncing.AccountID `json:"account"`
}

func (s *Service) checkExpiry(at int64) error {
	if at != 0 && at <= s.nowMs() {
		return fault.New(fault.Invalid, "identity.checkExpiry", "The end of an access lies in the future. To end it now, end it.")
	}
	return nil
}

// putGrant writes a grant, and keeps its place among those that end by themselves.
func (s *Service) putGrant(tx syncing.Tx, who Grantee, before, g grantRow) error {
	if before.Expires != 0 && (before.Expires != g.Expires || g.Until != 0) {
		if err := tx.DeleteIndex(indexExpires, s.expiresKey(before.Expires, tx.Record(), who.Account)); err != nil {
			return err
		}
	}
	if g.Expires != 0 && g.Until == 0 {
		row, err := encodeRow(expiresEntry{who.Account})
		if err != nil {
			return err
		}
		if err := tx.PutIndex(indexExpires, s.expiresKey(g.Expires, tx.Record(), who.Account), row); err != nil {
			return err
		}
	}
	if !who.Team.IsZero() {
		if err := s.regranted(tx, who.Team, before, g); err != nil {
			return err
		}
	}
	return writeRow(tx, syncing.TableGrants, who.key(), g)
}

func (s *Service) expiresKey(at int64, record syncing.RecordID, account syncing.AccountID) []byte {
	return slices.Concat(expiresBound(at), record.UUID[:], s.accountPrefix(account))
}

func expiresBound(at int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(max(at, 0))) }

// EndExpired writes down the end of each access whose time has passed, and names the records. Nobody waits for it: an access ends
// at its time, at the next request and for every wake-up, whether it is written down or not. It needs no second place, for the time
// lies in the grant itself, and a nearer one is a revocation of its own. What is more than a page is left for the next call.
func (s *Service) EndExpired(ctx context.Context) (records []syncing.RecordID, err error) {
	var due []syncing.IndexEntry
	err = s.Store.Scan(ctx, indexExpires, nil, expiresBound(s.nowMs()+1), pageMax, func(e syncing.IndexEntry) bool {
		e.Key = bytes.Clone(e.Key)
		due = append(due, e)
		return true
	})
	for _, e := range due {
		if err == nil {
			err = s.Store.Update(ctx, e.Record, func(tx syncing.Tx) error { return s.endExpired(tx, e) })
			records = append(records, e.Record)
		}
	}
	return records, err
}

func (s *Service) endExpired(tx syncing.Tx, e syncing.IndexEntry) error {
	var entry expiresEntry
	if err := decodeRow(e.Value, &entry); err != nil {
		return err
	}
	who := Grantee{Account: entry.Account}
	var g grantRow
	if _, err := readRow(tx, syncing.TableGrants, who.key(), &g); err != nil {
		return err
	}
	if g.Until == 0 && !g.active(s.nowMs()) {
		return s.endGrant(tx, syncing.Principal{}, who, g, max(g.Expires, g.Since))
	}
	if bytes.Equal(e.Key, s.expiresKey(g.Expires, tx.Record(), who.Account)) && g.Until == 0 {
		return nil // it was given a later end meanwhile, or the clock went back
	}
	return tx.DeleteIndex(indexExpires, e.Key)
}
