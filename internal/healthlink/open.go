package healthlink

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"satchel/internal/base64url"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Try is what somebody who holds a link sends.
type Try struct {
	Secret    string // the last part of the link's URL
	Recipient string // who is asking, in their own words; shown to the person
	Passcode  string
	// Direct asks for the file of a link with the flag U, without a manifest.
	Direct bool
}

// Answer is what a link gives.
type Answer struct {
	Content  string // compact JWE
	Location string // where Content can be fetched for a while

	Record  syncing.RecordID // whose it is
	Link    syncing.UUID
	Opening int // 1 is the first time that somebody opened it
}

// WrongPasscodeError says how many wrong passcodes a link still bears.
type WrongPasscodeError struct{ Left int }

// Error implements error.
func (e *WrongPasscodeError) Error() string { return "a wrong passcode for a link" }

// tried is what the first transaction found.
type tried struct {
	record  syncing.RecordID
	hash    []byte
	row     linkRow
	active  bool // there is such a link, it can be read, and in this way
	counted bool // a try was taken from what it bears
}

// Open answers whoever holds a link. Faults: NotFound for a link that is unknown, revoked, expired, locked, or not to be opened in this
// way, after the same work; Unauthenticated over a *WrongPasscodeError; Invalid without a recipient.
func (s *Service) Open(ctx context.Context, t Try) (Answer, error) {
	const op = "healthlink.Open"
	t.Recipient = strings.TrimSpace(t.Recipient)
	if t.Recipient == "" || utf8.RuneCountInString(t.Recipient) > recipientMax || !utf8.ValidString(t.Recipient) {
		return Answer{}, fault.New(fault.Invalid, op, "Say who is asking, in at most 120 characters: the person is shown it.")
	}
	try, err := s.count(ctx, t)
	if err != nil {
		return Answer{}, err
	}
	right, err := s.matches(ctx, t.Passcode, try.row.Passcode)
	if err != nil {
		return Answer{}, err
	}
	open := try.active && (right || !try.row.has("P"))
	answer, err := s.settle(ctx, t, try, open)
	switch {
	case err != nil:
		return Answer{}, err
	case try.active && !open:
		return Answer{}, fault.Wrap(&WrongPasscodeError{max(try.row.Left, 0)}, fault.Unauthenticated, op, "This passcode is not right.")
	case answer.Content == "":
		return Answer{}, notHere(op)
	}
	answer.Location = try.row.Base + "/v1/links/" + t.Secret + "/file/" + s.ticket(try.hash, s.nowMs())
	return answer, nil
}

// find gives where a link lies; one that is not there is looked for where nothing is.
func (s *Service) find(ctx context.Context, secret string) (record syncing.RecordID, hash []byte, err error) {
	if err := s.begin(ctx); err != nil {
		return record, nil, err
	}
	hash = s.blind(secret)
	entry, there, err := s.Store.Lookup(ctx, indexLinks, hash)
	if err != nil || !there {
		return nowhere(), s.blind(""), err
	}
	return entry.Record, hash, nil
}

// count takes one wrong passcode from what the link bears, before it is known whether it is one: of tries that run side by side no more
// are compared than the link bears. A try without a passcode counts for nothing, and opens nothing that has one.
func (s *Service) count(ctx context.Context, t Try) (try tried, err error) {
	if try.record, try.hash, err = s.find(ctx, t.Secret); err != nil {
		return try, err
	}
	err = s.Store.Update(ctx, try.record, func(tx syncing.Tx) error {
		found, err := readLink(tx, linkKey(try.hash), &try.row)
		if err != nil {
			return err
		}
		try.active = found && try.row.state(s.nowMs()) == "active" && try.row.has("U") == t.Direct
		switch {
		case try.active && try.row.has("P") && t.Passcode != "":
			try.row.Left--
			try.counted = true
		case !try.active:
			try.row.Refused++
		}
		return writeLink(tx, linkKey(try.hash), try.row)
	})
	return try, err
}

// settle gives back what a right passcode was charged, writes the line about who asked, and reads what the link carries.
func (s *Service) settle(ctx context.Context, t Try, try tried, open bool) (answer Answer, err error) {
	err = s.Store.Update(ctx, try.record, func(tx syncing.Tx) error {
		var row linkRow
		if _, err := readLink(tx, linkKey(try.hash), &row); err != nil {
			return err
		}
		line := Read{At: s.nowMs(), Recipient: t.Recipient, Outcome: Opened}
		switch {
		case open && row.Revoked == 0:
			file, err := tx.Get(syncing.TableIdentity, fileKey(try.hash))
			if err != nil {
				return err
			}
			if try.counted {
				row.Left++
			}
			row.note(line)
			row.Opened++
			answer = Answer{Content: string(file), Record: try.record, Link: row.ID, Opening: row.Opened}
		case try.counted:
			line.Outcome = WrongPasscode
			row.note(line)
		}
		return writeLink(tx, linkKey(try.hash), row)
	})
	return answer, err
}

// ticket names a time until which the file of a link can be fetched without a passcode. Nobody else can make one.
func (s *Service) ticket(hash []byte, now int64) string {
	until := binary.BigEndian.AppendUint64(nil, uint64(now+FileLife.Milliseconds()))
	return base64url.Encode(append(until, s.mark(hash, until)...))
}

func (s *Service) mark(hash, until []byte) []byte {
	return s.Blind("health link file", append(append([]byte{}, hash...), until...))[:secretBytes]
}

// File gives what a link carries, for a location that a manifest named. NotFound when its time is over, the link was ended, or nobody
// was given that location.
func (s *Service) File(ctx context.Context, secret, ticket string) (content string, err error) {
	const op = "healthlink.File"
	raw, bad := base64url.Decode(ticket)
	if bad != nil || len(raw) != 8+secretBytes {
		raw = make([]byte, 8+secretBytes)
	}
	record, hash, err := s.find(ctx, secret)
	if err != nil {
		return "", err
	}
	now := s.nowMs()
	until := int64(binary.BigEndian.Uint64(raw[:8]))
	given := subtle.ConstantTimeCompare(raw[8:], s.mark(hash, raw[:8])) == 1 && now < until && until <= now+FileLife.Milliseconds()
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		var row linkRow
		found, err := readLink(tx, linkKey(hash), &row)
		if err != nil {
			return err
		}
		file, err := tx.Get(syncing.TableIdentity, fileKey(hash))
		if found && given && row.state(now) != "revoked" && now < row.Expires {
			content = string(file)
		}
		return err
	})
	if err == nil && content == "" {
		err = notHere(op)
	}
	return content, err
}
