package identity

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

// budget is a token bucket for failed attempts. It lies in the store, so a restart gives nothing back.
//
// Addresses and names come from whoever attacks, so they share a fixed number of buckets, chosen by a keyed hash: the
// file does not grow with them, and nobody can choose whose bucket they empty.
type budget struct {
	name   string
	burst  int64         // failures that are allowed at once
	refill time.Duration // how long until one more is
	slots  uint32        // buckets; 1 is a budget for everyone together
}

var (
	// A code has 50 bits: a year of the whole enrolment budget tries 2^22.6 codes.
	enrolAll     = budget{"enrol/all", 500, 5 * time.Second, 1}
	enrolAddress = budget{"enrol/address", 20, 3 * time.Minute, 4096}

	signInAll     = budget{"sign-in/all", 1000, time.Second, 1}
	signInAddress = budget{"sign-in/address", 30, time.Minute, 4096}
	signInNamed   = budget{"sign-in/name", 10, 2 * time.Minute, 16384}

	// A passkey is not guessed, and neither is what comes back from an organisation's sign-in: these bound what trying costs us and the provider. There
	// is none for everyone together, or whoever sends rubbish once a second would keep everybody out.
	passkeyAddress = budget{"passkey/address", 30, time.Minute, 4096}
	openIDAddress  = budget{"openid/address", 30, time.Minute, 4096}

	// Codes for addresses that somebody names: each sends a mail to somebody, right or not, so none is given back.
	mailAll   = budget{"mail/all", 500, 10 * time.Second, 1}
	mailNamed = budget{"mail/account", 5, 20 * time.Minute, 4096}

	// An emergency link has 256 bits, and counts its own wrong passcodes: this keeps one address from keeping all others waiting.
	linkAddress = budget{"link/address", 300, 10 * time.Second, 4096}
)

// charge is one bucket: a budget and whose it is.
type charge struct {
	budget budget
	whose  string
}

// budgetRecord holds the buckets of one budget. A row is the time at which the bucket will be full again, in ms.
func budgetRecord() syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("identity.budgets")}
}

func (s *Service) bucketKey(c charge) []byte {
	slot := uint32(0)
	if c.budget.slots > 1 {
		slot = binary.BigEndian.Uint32(s.Blind(c.budget.name, []byte(c.whose))) % c.budget.slots
	}
	return fmt.Appendf(nil, "budget/%s/%d", c.budget.name, slot)
}

// ChargeLink takes one try at an emergency link from what an address may do in a while; giveBack returns it after one that opened. The
// fault is TooMany.
func (s *Service) ChargeLink(ctx context.Context, address string) (giveBack func(), err error) {
	if err := checkAddress(address); err != nil {
		return nil, err
	}
	charges := []charge{{linkAddress, address}}
	return func() { s.giveBack(ctx, charges...) }, s.spend(ctx, charges...)
}

// errEmpty ends a transaction that would spend from an empty bucket: nothing is written.
var errEmpty = errors.New("a failure budget is empty")

// spend takes one failure from each bucket, before it is known whether the attempt will fail: so attempts that run side by
// side cannot all be the last one. An empty bucket refuses after a read only; the fault is TooMany. It costs one commit.
func (s *Service) spend(ctx context.Context, charges ...charge) error {
	var wait time.Duration
	check := func(tx syncing.ReadTx) (err error) {
		wait, _, err = s.afterSpending(tx, charges)
		if err == nil && wait > 0 {
			err = errEmpty
		}
		return err
	}
	err := s.Store.View(ctx, budgetRecord(), check)
	if err == nil {
		err = s.Store.Update(ctx, budgetRecord(), func(tx syncing.Tx) error {
			if err := check(tx); err != nil {
				return err
			}
			return s.spendIn(tx, charges)
		})
	}
	if errors.Is(err, errEmpty) {
		return fault.Later(fault.TooMany, "identity.spend", "There were too many attempts that failed. Please wait a little and try again.", wait)
	}
	return err
}

func (s *Service) spendIn(tx syncing.Tx, charges []charge) error {
	_, full, err := s.afterSpending(tx, charges)
	if err != nil {
		return err
	}
	for i, c := range charges {
		if err := tx.Put(syncing.TableIdentity, s.bucketKey(c), bucketRow(full[i])); err != nil {
			return err
		}
	}
	return nil
}

// afterSpending works out when each bucket would be full again after one more failure, and how long the caller has to wait
// if one of them has none left.
func (s *Service) afterSpending(tx syncing.ReadTx, charges []charge) (wait time.Duration, full []int64, err error) {
	now := s.nowMs()
	full = make([]int64, len(charges))
	for i, c := range charges {
		at, err := s.fullAt(tx, c, now)
		if err != nil {
			return 0, nil, err
		}
		refill := c.budget.refill.Milliseconds()
		full[i] = at + refill
		wait = max(wait, time.Duration(full[i]-now-refill*c.budget.burst)*time.Millisecond)
	}
	return wait, full, nil
}

// fullAt is when the bucket is full again: now at the earliest. Later than an empty bucket needs can only be if the clock was
// set back; then the bucket counts as full, so that nobody is shut out until the clock has caught up.
func (s *Service) fullAt(tx syncing.ReadTx, c charge, now int64) (int64, error) {
	row, err := tx.Get(syncing.TableIdentity, s.bucketKey(c))
	if err != nil || row == nil {
		return now, err
	}
	if len(row) != 9 || row[0] != rowVersion {
		return 0, fault.Wrap(errRowVersion, fault.Corrupt, "identity.fullAt", "What is stored here cannot be read. Your team has been told.")
	}
	at := int64(binary.BigEndian.Uint64(row[1:]))
	if at > now+c.budget.refill.Milliseconds()*c.budget.burst {
		return now, nil
	}
	return max(at, now), nil
}

func bucketRow(full int64) []byte {
	return binary.BigEndian.AppendUint64([]byte{rowVersion}, uint64(full))
}

// giveBack returns what spend took, after an attempt that was right. If it fails, an honest person has one failure less.
func (s *Service) giveBack(ctx context.Context, charges ...charge) {
	_ = s.Store.Update(ctx, budgetRecord(), func(tx syncing.Tx) error {
		now := s.nowMs()
		for _, c := range charges {
			at, err := s.fullAt(tx, c, now)
			if err != nil {
				return err
			}
			if at -= c.budget.refill.Milliseconds(); at <= now {
				err = tx.Delete(syncing.TableIdentity, s.bucketKey(c)) // full: a time that stays would count as failures once the clock is set back
			} else {
				err = tx.Put(syncing.TableIdentity, s.bucketKey(c), bucketRow(at))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
