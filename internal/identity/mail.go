package identity

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/sync"
)

// An address for e-mail belongs to one member of staff, who sets it and shows by a code that it is theirs. It is personal data: it lies in
// one sealed row of their account, and in no index key, log line or list. It ends when they say so, when their account is locked, and with
// their last team.
const (
	mailBytesMax = 120
	// mailCodeLives is how long a code may be typed in, from when the mail server took it; mailTriesMax how often.
	mailCodeLives = 30 * time.Minute
	mailTriesMax  = 5
	mailCodes     = 1_000_000 // of six digits

	indexMail = "identity.mail" // when something is to be mailed next, blinded account -> the account
)

// How often somebody is told what waits. The words are stored: append, never rename.
const (
	DigestOff      = "off"
	DigestDaily    = "daily"
	DigestWeekdays = "weekdays"
)

// How an address stands.
const (
	MailNone     = "none"
	MailCode     = "code"      // a code is on its way there, or waits to be typed in
	MailVerified = "verified"  // digests go there
	MailSetAside = "set-aside" // the mail server says that nobody is reached there
)

var mailRowKey = []byte("mail")

// mailRow is the address of an account and what is sent there, in the account's own record.
type mailRow struct {
	Address  string `json:"address,omitempty"`
	Set      int64  `json:"set,omitempty"`
	Verified int64  `json:"verified,omitempty"`
	Rejected int64  `json:"rejected,omitempty"` // since when nobody is reached there
	Ended    int64  `json:"ended,omitempty"`    // when the latest address before this one ended

	Nonce  []byte `json:"nonce,omitempty"` // of the code that is awaited; the code itself is worked out from it
	Handed int64  `json:"handed,omitempty"`
	Wrong  int    `json:"wrong,omitempty"`

	Rhythm string `json:"rhythm,omitempty"` // "" is off
	Hour   int    `json:"hour,omitempty"`
	Zone   string `json:"zone,omitempty"`
	Day    string `json:"day,omitempty"` // of the latest digest that needs no more looking after
	Due    int64  `json:"due,omitempty"` // of the next one, ms; 0: none

	Again int64 `json:"again,omitempty"` // not before, ms: what is due was tried, and waits
	Tries int   `json:"tries,omitempty"`
	Next  int64 `json:"next,omitempty"` // place in indexMail, ms; 0: it is not in it
}

// MailSettings are what somebody reads of their own address.
type MailSettings struct {
	Address string
	State   string // MailNone and the others
	Rhythm  string // DigestOff and the others
	Hour    int    // 0 to 23, on the wall of Zone
	Zone    string // "": not chosen yet
	Next    int64  // when the next digest may come, ms; 0: none will
}

func (r mailRow) settings() MailSettings {
	m := MailSettings{Address: r.Address, State: MailVerified, Rhythm: r.Rhythm, Hour: r.Hour, Zone: r.Zone, Next: r.Due}
	switch {
	case r.Address == "":
		m.State = MailNone
	case r.Rejected != 0:
		m.State = MailSetAside
	case r.Verified == 0:
		m.State = MailCode
	}
	if m.Rhythm == "" {
		m.Rhythm = DigestOff
	}
	return m
}

// Mail reads the caller's own settings. Forbidden for whoever works in no team.
func (s *Service) Mail(ctx context.Context, who syncing.Principal) (m MailSettings, err error) {
	if err := hasDesk(who, "identity.Mail"); err != nil {
		return m, err
	}
	err = s.Store.View(ctx, s.AccountRecord(who.Account), func(tx syncing.ReadTx) error {
		var row mailRow
		_, err := readRow(tx, syncing.TableIdentity, mailRowKey, &row)
		m = row.settings()
		return err
	})
	return m, err
}

func hasDesk(who syncing.Principal, op string) error {
	if len(who.Teams) == 0 {
		return fault.New(fault.Forbidden, op, "Reminders by e-mail are for those who work in a team.")
	}
	return nil
}

// SetMail names an address; a code goes there, and nothing else before it has come back. The one before ends at once, in the second place
// too. An address that is verified stays as it is when it is named again. The caller has asked Proved before. Faults: Invalid, Forbidden for
// whoever works in no team, TooMany.
func (s *Service) SetMail(ctx context.Context, who syncing.Principal, address string) (m MailSettings, err error) {
	const op = "identity.SetMail"
	if err := hasDesk(who, op); err != nil {
		return m, err
	}
	address, err = mailAddress(address)
	if err != nil {
		return m, err
	}
	if m, err = s.Mail(ctx, who); err != nil || m.State == MailVerified && m.Address == address {
		return m, err
	}
	if err := s.spend(ctx, charge{budget: mailAll}, charge{mailNamed, who.Account.UUID.String()}); err != nil {
		return m, err
	}
	nonce, err := s.random(secretBytes)
	if err != nil {
		return m, err
	}
	var ended int64
	err = s.updateMail(ctx, who.Account, func(tx syncing.Tx, row *mailRow) error {
		ended = max(s.nowMs(), row.Set, row.Ended)
		*row = mailRow{
			Address: address, Set: ended + 1, Ended: ended, Nonce: nonce, Rhythm: row.Rhythm, Hour: row.Hour, Zone: row.Zone, Day: row.Day,
		}
		m = row.settings()
		return s.audit(tx, AuditEntry{Kind: AuditMailSet, By: who.Account, Device: who.Device})
	})
	if err != nil {
		return m, err
	}
	return m, s.revoked(ctx, Revocation{Kind: RevokedMail, Account: who.Account, At: ended, By: who.Account})
}

// mailAddress checks an address as it is typed. It is ASCII, for not every server between here and there takes more.
func mailAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	at, err := mail.ParseAddress(text)
	odd := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '[' })
	if err != nil || at.Address != text || odd || len(text) > mailBytesMax {
		return "", fault.New(fault.Invalid, "identity.SetMail", "This is not an e-mail address.")
	}
	return text, nil
}

// VerifyMail takes a code back: from now on digests go to that address, if they are wanted. Wrong, too late, tried too often and never asked
// for are one fault, Refused.
func (s *Service) VerifyMail(ctx context.Context, who syncing.Principal, code string) (m MailSettings, err error) {
	if err := hasDesk(who, "identity.VerifyMail"); err != nil {
		return m, err
	}
	right := false
	err = s.updateMail(ctx, who.Account, func(_ syncing.Tx, row *mailRow) error {
		if right = s.answersMail(who.Account, row, code); !right {
			return nil
		}
		row.Verified, row.Nonce, row.Handed, row.Wrong = s.nowMs(), nil, 0, 0
		err := row.dueAfter(s.nowMs())
		m = row.settings()
		return err
	})
	if err == nil && !right {
		err = fault.New(fault.Refused, "identity.VerifyMail", "This is not the code that was mailed there, or its time is over. Name the address again for a new one.")
	}
	return m, err
}

// answersMail counts the try whatever it comes to.
func (s *Service) answersMail(account syncing.AccountID, row *mailRow, code string) bool {
	now := s.nowMs()
	fresh := row.Handed == 0 || now < row.Handed+mailCodeLives.Milliseconds() && now > row.Handed-mailCodeLives.Milliseconds()
	want := fmt.Sprintf("%06d", s.mailCode(account, *row))
	right := fresh && row.Nonce != nil && row.Wrong < mailTriesMax && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1
	row.Wrong = min(row.Wrong+1, mailTriesMax)
	return right
}

// mailCode is worked out each time, so that it lies nowhere and is the same when it has to be mailed again.
func (s *Service) mailCode(account syncing.AccountID, row mailRow) uint32 {
	value := append(append(account.UUID[:], row.Nonce...), row.Address...)
	return binary.BigEndian.Uint32(s.Blind("mail code", value)) % mailCodes
}

// DigestChoice is when somebody wants to be told. Zone is an IANA name.
type DigestChoice struct {
	Rhythm string
	Hour   int
	Zone   string
}

// ChooseDigest sets when digests come. Faults: Invalid, Forbidden for whoever works in no team.
func (s *Service) ChooseDigest(ctx context.Context, who syncing.Principal, c DigestChoice) (m MailSettings, err error) {
	const op = "identity.ChooseDigest"
	if err := hasDesk(who, op); err != nil {
		return m, err
	}
	if c.Rhythm != DigestOff && c.Rhythm != DigestDaily && c.Rhythm != DigestWeekdays || c.Hour < 0 || c.Hour > 23 {
		return m, fault.New(fault.Invalid, op, "Reminders come off, daily or weekdays, at an hour from 0 to 23.")
	}
	if _, err := calendar.Zone(c.Zone); err != nil {
		return m, err
	}
	err = s.updateMail(ctx, who.Account, func(_ syncing.Tx, row *mailRow) error {
		if c != (DigestChoice{row.Rhythm, row.Hour, row.Zone}) { // else what waits for a mail server would be lost
			row.Rhythm, row.Hour, row.Zone = c.Rhythm, c.Hour, c.Zone
			if err := row.dueAfter(s.nowMs()); err != nil {
				return err
			}
		}
		m = row.settings()
		return nil
	})
	return m, err
}

// EndMail forgets the caller's address. It is answered when it also lies in the second place, so that no backup brings it back; an address
// that is not there is no fault.
func (s *Service) EndMail(ctx context.Context, who syncing.Principal) error {
	var at int64
	err := s.updateMail(ctx, who.Account, func(tx syncing.Tx, row *mailRow) error {
		at = row.Ended
		if row.Address == "" {
			return nil
		}
		at = max(s.nowMs(), row.Set)
		return s.forgetMail(tx, row, who, at)
	})
	if err != nil || at == 0 {
		return err
	}
	return s.revoked(ctx, Revocation{Kind: RevokedMail, Account: who.Account, At: at, By: who.Account})
}

// forgetMail leaves of an address when it ended, and of the rest what is nobody else's to forget: when digests are wanted.
func (s *Service) forgetMail(tx syncing.Tx, row *mailRow, by syncing.Principal, at int64) error {
	*row = mailRow{Ended: at, Rhythm: row.Rhythm, Hour: row.Hour, Zone: row.Zone, Day: row.Day}
	return s.audit(tx, AuditEntry{Kind: AuditMailEnded, By: by.Account, Device: by.Device})
}

// endMail ends the address of an account that is locked or has left its last team, inside the transaction that does so.
func (s *Service) endMail(tx syncing.Tx, account syncing.AccountID, by syncing.Principal) error {
	return s.changeMail(tx, account, func(row *mailRow) error {
		if row.Address == "" {
			return nil
		}
		return s.forgetMail(tx, row, by, max(s.nowMs(), row.Set))
	})
}

// applyMail ends the address of a backup. One that began and ended later leaves when it did, so that what is named anew begins after it.
func (s *Service) applyMail(tx syncing.Tx, r Revocation) error {
	return s.changeMail(tx, r.Account, func(row *mailRow) error {
		switch {
		case row.Address == "":
			row.Ended = max(row.Ended, r.At)
		case row.Set <= r.At:
			return s.forgetMail(tx, row, syncing.Principal{Account: r.By}, r.At)
		}
		return nil
	})
}

// updateMail changes the row of an account that works in a team: somebody may have locked it, or ended its last membership, since the
// request began.
func (s *Service) updateMail(ctx context.Context, account syncing.AccountID, fn func(tx syncing.Tx, row *mailRow) error) error {
	return s.updateAccount(ctx, account, func(tx syncing.Tx, a *accountRow) error {
		if a.Locked != 0 {
			return signInAgain(nil)
		}
		if err := hasDesk(a.principal(syncing.UUID{}), "identity.updateMail"); err != nil {
			return err
		}
		return s.changeMail(tx, account, func(row *mailRow) error { return fn(tx, row) })
	})
}

// changeMail writes what fn made of the row, and puts it where it belongs in the index. A row that was not there and says nothing is not made.
func (s *Service) changeMail(tx syncing.Tx, account syncing.AccountID, fn func(row *mailRow) error) error {
	var row mailRow
	found, err := readRow(tx, syncing.TableIdentity, mailRowKey, &row)
	if err != nil {
		return err
	}
	before := row.Next
	if err := fn(&row); err != nil {
		return err
	}
	if !found && row.Address == "" && row.Rhythm == "" && row.Ended == 0 {
		return nil
	}
	row.Next = row.wanted()
	if err := s.moveMail(tx, account, before, row.Next); err != nil {
		return err
	}
	return writeRow(tx, syncing.TableIdentity, mailRowKey, row)
}

func (s *Service) moveMail(tx syncing.Tx, account syncing.AccountID, before, next int64) error {
	if before == next {
		return nil
	}
	if before != 0 {
		if err := tx.DeleteIndex(indexMail, s.mailKey(before, account)); err != nil {
			return err
		}
	}
	if next == 0 {
		return nil
	}
	value, err := encodeRow(expiresEntry{account})
	if err != nil {
		return err
	}
	return tx.PutIndex(indexMail, s.mailKey(next, account), value)
}

func (s *Service) mailKey(at int64, account syncing.AccountID) []byte {
	return append(expiresBound(at), s.accountPrefix(account)...)
}
