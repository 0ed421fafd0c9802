package identity

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"satchel/sync"
)

const (
	// readEvery is how often a reading of one record by one account is written down: the first of each hour.
	readEvery = time.Hour
	// readsRemembered is how many of them are remembered; past it the memory begins anew and costs a lookup each.
	readsRemembered = 1 << 16

	// IndexReads holds the readings, each written once and never again.
	IndexReads = "identity.reads" // blinded record, hour (the latest first), blinded account -> readEntry
)

// readEntry says that an account read a record in an hour, first at that time. It belongs to the reader's own record, so that a
// page which shows fifty records costs one commit; whose record was read is blinded in its key.
type readEntry struct {
	Account   syncing.AccountID `json:"account"`
	At        int64             `json:"at"`
	Role      syncing.Role      `json:"role"`
	Team      syncing.TeamID    `json:"team,omitzero"` // through which the access came
	Emergency bool              `json:"emergency,omitempty"`
}

// readings remembers which readings of the present hour are written down.
type readings struct {
	mu   sync.Mutex
	hour int64
	of   map[reading]struct{}
}

type reading struct {
	account syncing.AccountID
	record  syncing.RecordID
}

// fresh gives the records that are not remembered for this account in this hour.
func (r *readings) fresh(account syncing.AccountID, hour int64, records []syncing.RecordID) (fresh []syncing.RecordID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, record := range records {
		if _, known := r.of[reading{account, record}]; !known || r.hour != hour {
			fresh = append(fresh, record)
		}
	}
	return fresh
}

func (r *readings) remember(account syncing.AccountID, hour int64, records []syncing.RecordID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hour != hour || r.of == nil || len(r.of)+len(records) > readsRemembered {
		r.hour, r.of = hour, map[reading]struct{}{}
	}
	for _, record := range records {
		r.of[reading{account, record}] = struct{}{}
	}
}

func hourOf(ms int64) int64 { return ms / readEvery.Milliseconds() }

// Readings are the records of which an answer shows something. Those in Opened were asked for one by one, and are counted; those in
// Listed are lines of a list of the caller's own team.
type Readings struct{ Opened, Listed []syncing.RecordID }

// NoteReads writes down, before the answer is given, that the caller was shown something of these records: once for each record and
// hour, all of a request in one commit. What is written down already costs nothing. The person's own reading is not written down.
// TooMany for an account that opens more records than read_limit.json allows: then nothing must be shown.
func (s *Service) NoteReads(ctx context.Context, who syncing.Principal, readings Readings) error {
	now := s.nowMs()
	fresh := s.readings.fresh(who.Account, hourOf(now), slices.Concat(readings.Opened, readings.Listed))
	opened, err := s.notCounted(ctx, who, readings.Opened, now)
	if err != nil || len(fresh) == 0 && len(opened) == 0 {
		return err
	}
	lines := map[syncing.RecordID]readEntry{}
	for _, record := range fresh {
		entry, due, err := s.readingOf(ctx, who, record, now)
		if err != nil {
			return err
		}
		if due {
			lines[record] = entry
		}
	}
	if len(lines) > 0 || len(opened) > 0 {
		if err := s.writeReads(ctx, who, lines, opened, now); err != nil {
			return err
		}
	}
	s.readings.remember(who.Account, hourOf(now), fresh)
	s.opened.remember(who.Account, hourOf(now), readings.Opened)
	return nil
}

// writeReads counts the opened records and writes the lines, both or neither.
func (s *Service) writeReads(ctx context.Context, who syncing.Principal, lines map[syncing.RecordID]readEntry, opened []syncing.RecordID, now int64) error {
	var wait time.Duration
	err := s.Store.Update(ctx, s.AccountRecord(who.Account), func(tx syncing.Tx) error {
		if err := s.countOpened(tx, opened, now, &wait); err != nil {
			return err
		}
		for record, entry := range lines {
			row, err := encodeRow(entry)
			if err != nil {
				return err
			}
			key := s.readKey(record, hourOf(now), who.Account)
			_, written, err := tx.Lookup(IndexReads, key)
			if err != nil {
				return err
			}
			if written { // by another request of the same moment: a line that stands is never written over
				continue
			}
			if err := tx.PutIndex(IndexReads, key, row); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errUnusual) {
		err = s.unusual(ctx, who, wait)
	}
	return err
}

// readingOf says as what the caller reads a record; due is false if that needs no line: it is the person, or there is one.
func (s *Service) readingOf(ctx context.Context, who syncing.Principal, record syncing.RecordID, now int64) (entry readEntry, due bool, err error) {
	scope, err := s.ScopeOf(ctx, who, record)
	if err != nil || scope.Owner() || !scope.Active() {
		return entry, false, err
	}
	_, written, err := s.Store.Lookup(ctx, IndexReads, s.readKey(record, hourOf(now), who.Account))
	entry = readEntry{Account: who.Account, At: now, Role: scope.Roles()[0]}
	if teams := scope.Teams(); len(teams) > 0 {
		entry.Team = teams[0]
	} else if entry.Emergency = scope.Has(RoleEmergency); entry.Emergency {
		entry.Team = who.Teams[0].Team
	}
	return entry, !written, err
}

func (s *Service) readPrefix(record syncing.RecordID) []byte {
	return s.Blind("record read", record.UUID[:])[:prefixBytes]
}

func (s *Service) readKey(record syncing.RecordID, hour int64, account syncing.AccountID) []byte {
	return slices.Concat(s.hourKey(record, hour), s.accountPrefix(account))
}

func (s *Service) hourKey(record syncing.RecordID, hour int64) []byte {
	return binary.BigEndian.AppendUint64(s.readPrefix(record), uint64(math.MaxInt64-hour))
}

// readsOf lists the latest readings before a time (ms), the newest first: at least limit of them, if there are so many.
func (s *Service) readsOf(ctx context.Context, record syncing.RecordID, before int64, limit int) (list []readEntry, err error) {
	var bad error
	prefix := s.readPrefix(record)
	err = s.Store.Scan(ctx, IndexReads, s.hourKey(record, hourOf(before)), after(prefix), pageMax, func(e syncing.IndexEntry) bool {
		var entry readEntry
		if bad = decodeRow(e.Value, &entry); bad != nil {
			return false
		}
		if len(list) >= limit && hourOf(entry.At) < hourOf(list[len(list)-1].At) {
			return false // within an hour the lines are in no order
		}
		if entry.At < before {
			list = append(list, entry)
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b readEntry) int { return int(b.At - a.At) })
	return list, cmpErr(err, bad)
}
