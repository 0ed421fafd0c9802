package identity

import (
	"context"
	_ "embed"
	"errors"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	"satchel/sync"
)

// AuditUnusualReading is written into an account's own log when it opens more records than anybody does who looks after people.
const AuditUnusualReading = "unusual-reading"

// readAlarmEvery is how often that is written: whoever tries on writes no more.
const readAlarmEvery = time.Hour

//go:embed read_limit.json
var readLimitFile []byte

// readLimit is how many records one account opens within so many minutes. It lies in the account's own record and comes back bit by
// bit, so a process that begins anew gives nothing back.
var readLimit = func() budget {
	var limit struct {
		Records int64  `json:"records"`
		Minutes int64  `json:"minutes"`
		Why     string `json:"why"`
	}
	if err := json.Unmarshal(readLimitFile, &limit, json.RejectUnknownMembers(true)); err != nil || limit.Records < 1 || limit.Minutes < 1 {
		panic("identity: read_limit.json cannot be read")
	}
	return budget{"reads/account", limit.Records, time.Duration(limit.Minutes) * time.Minute / time.Duration(limit.Records), 1}
}()

var readAlarmKey = []byte("read-alarm")

// errUnusual ends a transaction that would open one record too many.
var errUnusual = errors.New("an account opens too many records")

var openedKey = []byte("opened")

// openedRow is which records an account of a team opened in this hour: each is counted once.
type openedRow struct {
	Hour    int64              `json:"hour"`
	Records []syncing.RecordID `json:"records"`
}

// notCounted gives the opened records that are not counted yet in this hour. Those of a team's member alone are: the person and a
// caregiver have few records, and nothing to pay for them.
func (s *Service) notCounted(ctx context.Context, who syncing.Principal, opened []syncing.RecordID, now int64) ([]syncing.RecordID, error) {
	if len(who.Teams) == 0 {
		return nil, nil
	}
	fresh := s.opened.fresh(who.Account, hourOf(now), opened)
	if len(fresh) == 0 {
		return nil, nil
	}
	err := s.Store.View(ctx, s.AccountRecord(who.Account), func(tx syncing.ReadTx) error {
		row, err := openedIn(tx, now)
		fresh = slices.DeleteFunc(fresh, func(record syncing.RecordID) bool { return slices.Contains(row.Records, record) })
		return err
	})
	return fresh, err
}

func openedIn(tx syncing.ReadTx, now int64) (row openedRow, err error) {
	if _, err = readRow(tx, syncing.TableIdentity, openedKey, &row); err != nil || row.Hour != hourOf(now) {
		row = openedRow{Hour: hourOf(now)}
	}
	return row, err
}

// countOpened takes the opened records from the account's budget, in the transaction of its own record.
func (s *Service) countOpened(tx syncing.Tx, opened []syncing.RecordID, now int64, wait *time.Duration) error {
	if len(opened) == 0 {
		return nil
	}
	row, err := openedIn(tx, now)
	if err != nil {
		return err
	}
	charges := []charge{{budget: readLimit}}
	for _, record := range opened {
		if slices.Contains(row.Records, record) {
			continue
		}
		left, _, err := s.afterSpending(tx, charges)
		if err != nil {
			return err
		}
		if left > 0 {
			*wait = left
			return errUnusual
		}
		if err := s.spendIn(tx, charges); err != nil {
			return err
		}
		row.Records = append(row.Records, record)
	}
	return writeRow(tx, syncing.TableIdentity, openedKey, row)
}

// unusual writes it down, once an hour, and gives what the caller is told.
func (s *Service) unusual(ctx context.Context, who syncing.Principal, wait time.Duration) error {
	err := s.Store.Update(ctx, s.AccountRecord(who.Account), func(tx syncing.Tx) error {
		var last int64
		if _, err := readRow(tx, syncing.TableIdentity, readAlarmKey, &last); err != nil {
			return err
		}
		if now := s.nowMs(); now >= last && now < last+readAlarmEvery.Milliseconds() {
			return nil
		}
		if err := writeRow(tx, syncing.TableIdentity, readAlarmKey, s.nowMs()); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditUnusualReading, By: who.Account, Device: who.Device})
	})
	if err != nil {
		return err
	}
	return fault.Later(fault.TooMany, "identity.NoteReads", "Very many records were opened in a short time. The next one opens in a moment; what is open stays open. This was written down.", wait)
}
