package identity

import (
	"bytes"
	"context"
	"encoding/hex"
	"time"

	"satchel/internal/calendar"
	"satchel/sync"
)

const (
	// mailLate is how long after its time a digest or a code is still sent, as after an outage.
	mailLate = 12 * time.Hour
	// mailDaysMax is how many days ahead the next digest is looked for: a weekend, a day that was had already, and one that a zone left out.
	mailDaysMax = 8
	// mailIDBytes make a Message-ID that nobody can lead back to an account.
	mailIDBytes = 16
)

// wanted is when something is to be mailed; 0 if nothing is.
func (r mailRow) wanted() int64 {
	switch {
	case r.Address == "" || r.Rejected != 0:
		return 0
	case r.Nonce != nil && r.Handed == 0:
		return max(r.Again, 1) // at once
	case r.Due != 0:
		return max(r.Due, r.Again)
	}
	return 0
}

// dueAfter works out when the next digest is due after an instant (ms): at its hour on the wall, on a day that had none.
func (r *mailRow) dueAfter(now int64) error {
	r.Due, r.Again, r.Tries = 0, 0, 0
	if r.Verified == 0 || r.Rejected != 0 || r.Rhythm == "" || r.Rhythm == DigestOff {
		return nil
	}
	today, err := calendar.In(time.UnixMilli(now), r.Zone)
	if err != nil {
		return err
	}
	if r.Day > today.Date.AddDays(1).String() { // the clock has been set back since: what it said then holds up nothing
		r.Day = ""
	}
	for days := range mailDaysMax {
		date := today.Date.AddDays(days)
		weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
		if r.Rhythm == DigestWeekdays && weekend || date.String() <= r.Day {
			continue
		}
		at, _, err := calendar.Resolve(date.At(r.Hour, 0), r.Zone)
		if err != nil {
			return err
		}
		if at.UnixMilli() > now {
			r.Due = at.UnixMilli()
			return nil
		}
	}
	return nil
}

// Mailing is something that is to be mailed to somebody now.
type Mailing struct {
	Who     syncing.Principal // as they stand now
	Address string
	ID      string // the same whenever it is sent again: of an account and a day, or of a code
	Code    uint32 // with IsCode
	IsCode  bool   // else it is a digest
	Tries   int    // that came to nothing
}

// MailResult is what became of a mailing.
type MailResult int

const (
	MailSent    MailResult = iota
	MailNothing            // nothing waits, so nothing was sent
	MailRefused            // the mail server will not have it, and other mailings may be
	MailGone               // nobody is reached at the address
	MailWaits              // it is to be tried again
)

// MailTurn says what FollowMail did beside what it was told.
type MailTurn struct {
	More bool // others are due
	Late int  // mailings whose time was over
}

// FollowMail hands over what is to be mailed now, at most `limit` of it, the longest due first. send is called outside of any transaction, and
// what it answers is written down before the next: so a process that dies sends one mailing again at most, under the same ID. A fault of send
// ends the turn, and nothing of that mailing is written. What somebody set meanwhile stands.
func (s *Service) FollowMail(ctx context.Context, limit int, send func(context.Context, Mailing) (MailResult, time.Duration, error)) (turn MailTurn, err error) {
	var due []syncing.IndexEntry
	err = s.Store.Scan(ctx, indexMail, nil, expiresBound(s.nowMs()+1), limit, func(e syncing.IndexEntry) bool {
		e.Key, e.Value = bytes.Clone(e.Key), bytes.Clone(e.Value)
		due = append(due, e)
		return true
	})
	turn.More = len(due) == limit
	if err == nil {
		err = s.mailAhead(ctx)
	}
	for _, e := range due {
		if err != nil || ctx.Err() != nil {
			break
		}
		var late bool
		if late, err = s.followMailing(ctx, e, send); late {
			turn.Late++
		}
	}
	return turn, err
}

// mailAhead works out anew what waits for longer than anything does: the clock has been set back since. What is about right costs nothing.
func (s *Service) mailAhead(ctx context.Context) error {
	var ahead []syncing.IndexEntry
	from := expiresBound(s.nowMs() + mailDaysMax*24*time.Hour.Milliseconds())
	err := s.Store.Scan(ctx, indexMail, from, nil, pageMax, func(e syncing.IndexEntry) bool {
		e.Value = bytes.Clone(e.Value)
		ahead = append(ahead, e)
		return true
	})
	for _, e := range ahead {
		var entry expiresEntry
		if err == nil {
			err = decodeRow(e.Value, &entry)
		}
		if err == nil {
			err = s.Store.Update(ctx, e.Record, func(tx syncing.Tx) error {
				return s.changeMail(tx, entry.Account, func(row *mailRow) error { return row.dueAfter(s.nowMs()) })
			})
		}
	}
	return err
}

func (s *Service) followMailing(ctx context.Context, e syncing.IndexEntry, send func(context.Context, Mailing) (MailResult, time.Duration, error)) (late bool, err error) {
	var entry expiresEntry
	if err := decodeRow(e.Value, &entry); err != nil {
		return false, err
	}
	var account accountRow
	var row mailRow
	err = s.Store.View(ctx, e.Record, func(tx syncing.ReadTx) error {
		if _, err := readRow(tx, syncing.TableIdentity, accountKey, &account); err != nil {
			return err
		}
		_, err := readRow(tx, syncing.TableIdentity, mailRowKey, &row)
		return err
	})
	if err != nil || row.wanted() == 0 || row.wanted() > s.nowMs() {
		return false, err // set anew since the index was read
	}
	result, wait := MailNothing, time.Duration(0)
	late = s.nowMs() >= row.since()+mailLate.Milliseconds()
	if !late && account.Locked == 0 && len(account.Members) > 0 {
		if result, wait, err = send(ctx, s.mailing(account, row)); err != nil {
			return false, err
		}
	}
	return late, s.Store.Update(context.WithoutCancel(ctx), e.Record, func(tx syncing.Tx) error {
		return s.changeMail(tx, entry.Account, func(now *mailRow) error { return s.settleMail(now, row, result, wait) })
	})
}

// since is when what is wanted was due first.
func (r mailRow) since() int64 {
	if r.Nonce != nil && r.Handed == 0 {
		return r.Set
	}
	return r.Due
}

func (s *Service) mailing(account accountRow, row mailRow) Mailing {
	m := Mailing{Who: account.principal(syncing.UUID{}), Address: row.Address, Tries: row.Tries, IsCode: row.Nonce != nil && row.Handed == 0}
	about := account.ID.UUID[:]
	if m.IsCode {
		m.Code, about = s.mailCode(account.ID, row), append(about, row.Nonce...)
	} else {
		about = append(about, row.dayDue()...)
	}
	m.ID = hex.EncodeToString(s.Blind("mail id", about)[:mailIDBytes])
	return m
}

// dayDue is the day of the digest that is due, on the wall of its zone; "" if that zone is known no more.
func (r mailRow) dayDue() string {
	at, err := calendar.In(time.UnixMilli(r.Due), r.Zone)
	if err != nil {
		return ""
	}
	return at.Date.String()
}

// settleMail notes in the row as it is now what became of a mailing of the row as it was.
func (s *Service) settleMail(now *mailRow, was mailRow, result MailResult, wait time.Duration) error {
	if now.Address != was.Address || now.Set != was.Set || !bytes.Equal(now.Nonce, was.Nonce) {
		return nil // another address or another code, or none: it is as it is
	}
	if result == MailGone {
		now.Rejected, now.Nonce, now.Due, now.Again, now.Tries = s.nowMs(), nil, 0, 0, 0
		return nil
	}
	if result == MailWaits {
		if now.since() == was.since() {
			now.Tries, now.Again = was.Tries+1, s.nowMs()+wait.Milliseconds()
		}
		return nil
	}
	if was.Nonce != nil && was.Handed == 0 {
		now.Handed, now.Again, now.Tries = s.nowMs(), 0, 0
		return nil
	}
	now.Day = max(now.Day, was.dayDue())
	return now.dueAfter(s.nowMs())
}
