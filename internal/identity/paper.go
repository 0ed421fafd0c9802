package identity

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

// A paper is handed to a person for a site that has no account here: a page with a code, by which the site answers one order. Whoever
// has the code and the birth date that stands beside it speaks for the site, of that order and nothing else.
const (
	papersOpenMax = 20                   // of one record
	paperTriesMax = 10                   // with a wrong birth date, in the life of a paper
	paperLivesMax = 200 * 24 * time.Hour // the longest order is longer; then another page is printed

	paperPrefix = "paper/"
	indexPapers = "identity.papers" // blinded code -> nothing; the entry's record is what matters
)

// paperRow is one paper, in the record that it speaks of. Neither the code nor the birth date is in it.
type paperRow struct {
	ID    syncing.UUID      `json:"id"`
	Order syncing.DocID     `json:"order"`
	Birth []byte            `json:"birth"` // blinded together with the code
	Made  int64             `json:"made"`
	By    syncing.AccountID `json:"by"`
	Until int64             `json:"until"`
	Tries int               `json:"tries"`
	Ended bool              `json:"ended,omitempty"`
}

func (r paperRow) waiting(now int64) bool {
	return !r.Ended && r.Tries < paperTriesMax && now < r.Until && now >= r.Made-codeLives.Milliseconds()
}

func (r paperRow) name() (id syncing.UUID, made int64) { return r.ID, r.Made }

// MakePaper makes a code for one order of a record; the person may, and those who look after them. Whether the order is there, and theirs,
// the caller has asked. It is shown once. until is when it ends, ms.
func (s *Service) MakePaper(ctx context.Context, who syncing.Principal, record syncing.RecordID, order syncing.DocID, born string, until int64) (code Code, err error) {
	birth, err := birthDate(born)
	if err != nil {
		return code, err
	}
	err = s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if !scope.Owner() && !scope.Has(careRoles...) {
			return notYours("identity.MakePaper")
		}
		now := s.nowMs()
		open, err := tidyHandedOut[paperRow](tx, paperPrefix, indexPapers, now)
		switch {
		case err != nil:
			return err
		case open >= papersOpenMax:
			return fault.New(fault.Refused, "identity.MakePaper", "Too many printed pages are open for this person. End one first, or wait until one has expired.")
		}
		text, hash, err := s.freshPaper(tx)
		if err != nil {
			return err
		}
		row := paperRow{
			ID: syncing.DerivedUUID("identity.paper", hex.EncodeToString(hash)), Order: order, Birth: s.blindBirth(hash, birth), Made: now, By: who.Account,
			Until: min(until, now+paperLivesMax.Milliseconds()),
		}
		if err := writeRow(tx, syncing.TableIdentity, paperKey(hash), row); err != nil {
			return err
		}
		if err := tx.PutIndex(indexPapers, hash, nothing); err != nil {
			return err
		}
		code = Code{Text: text[:5] + "-" + text[5:], ID: row.ID, Expires: row.Until}
		return s.audit(tx, AuditEntry{Kind: AuditPaperMade, By: who.Account, Device: who.Device})
	})
	return code, err
}

// EndPaper makes a paper worthless; for those who may make one.
func (s *Service) EndPaper(ctx context.Context, who syncing.Principal, record syncing.RecordID, id syncing.UUID) error {
	return s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if !scope.Owner() && !scope.Has(careRoles...) {
			return notYours("identity.EndPaper")
		}
		key, row, err := handedOut[paperRow](tx, paperPrefix, id)
		if err != nil || key == nil {
			return cmpErr(err, notHere("identity.EndPaper"))
		}
		row.Ended = true
		if err := writeRow(tx, syncing.TableIdentity, key, row); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditPaperEnded, By: who.Account, Device: who.Device})
	})
}

// UsePaper says of which order a code and a birth date speak. Unknown, wrong, ended, expired and tried too often are one fault, Refused,
// and cost the same lookup, reads, hashing and commit; TooMany when a failure budget is empty.
func (s *Service) UsePaper(ctx context.Context, text, born, address string) (record syncing.RecordID, order syncing.DocID, err error) {
	code, err := typedCode(text)
	if err != nil {
		return record, "", err
	}
	birth, err := birthDate(born)
	if err != nil {
		return record, "", err
	}
	if err := checkAddress(address); err != nil {
		return record, "", err
	}
	charges := []charge{{budget: enrolAll}, {enrolAddress, address}}
	if err := s.spend(ctx, charges...); err != nil {
		return record, "", err
	}
	hash := s.blindPaper(code)
	entry, there, err := s.Store.Lookup(ctx, indexPapers, hash)
	if err != nil {
		return record, "", err
	}
	at, key := entry.Record, paperKey(hash)
	if !there {
		at, key = installation(), []byte(paperPrefix)
	}
	row, opened, err := s.tryPaper(ctx, at, key, hash, birth, there)
	if err != nil {
		return record, "", err
	}
	if !opened {
		return record, "", fault.New(fault.Refused, "identity.UsePaper", "This code and birth date do not open anything. Check both on the page, or call the team that is named there.")
	}
	s.giveBack(ctx, charges...)
	return at, row.Order, nil
}

// tryPaper looks at a paper and counts a birth date that is wrong.
func (s *Service) tryPaper(ctx context.Context, record syncing.RecordID, key, hash []byte, birth string, there bool) (row paperRow, opened bool, err error) {
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, key, &row)
		return err
	})
	if err != nil {
		return row, false, err
	}
	maker, _, err := s.Principal(ctx, row.By)
	if err != nil {
		return row, false, err
	}
	err = s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if _, err := readRow(tx, syncing.TableIdentity, key, &row); err != nil {
			return err
		}
		right := subtle.ConstantTimeCompare(row.Birth, s.blindBirth(hash, birth)) == 1
		if opened = there && right && row.waiting(s.nowMs()); opened { // else it costs the same whatever is wrong
			scope, err := s.Scope(tx, maker)
			if err != nil {
				return err
			}
			opened = !maker.Account.IsZero() && (scope.Owner() || scope.Has(careRoles...))
		}
		if !right && row.Tries < paperTriesMax {
			row.Tries++
		}
		return writeRow(tx, syncing.TableIdentity, key, row)
	})
	return row, opened, err
}

// freshPaper draws a code that nobody has, and its blinded form.
func (s *Service) freshPaper(tx syncing.ReadTx) (text string, hash []byte, err error) {
	for {
		if text, _, err = s.freshCode(tx); err != nil {
			return "", nil, err
		}
		hash := s.blindPaper(text)
		if _, taken, err := tx.Lookup(indexPapers, hash); err != nil || !taken {
			return text, hash, err
		}
	}
}

func paperKey(hash []byte) []byte { return append([]byte(paperPrefix), hash...) }

func (s *Service) blindPaper(code string) []byte { return s.Blind("paper", []byte(code)) }
