package identity

import (
	"context"
	"encoding/hex"

	"satchel/internal/base64url"
	"satchel/internal/fault"
	"satchel/sync"
)

// A calendar is an address by which an app that cannot sign in reads the schedule of a record, as one account sees it: whoever has the
// address reads it. So it is a secret of 256 bits, shown once and kept blinded; it ends when its maker or the person ends it, with the
// maker's access and with their account, and an access that is given anew does not bring it back.
const (
	calendarsOpenMax   = 5 // of one account in one record
	calendarTokenBytes = 32

	calendarPrefix = "calendar/"
	indexCalendars = "identity.calendars" // blinded token -> nothing; the entry's record is what matters
)

// calendarRow is one calendar, in the record that it shows.
type calendarRow struct {
	ID    syncing.UUID      `json:"id"`
	By    syncing.AccountID `json:"by"`
	Made  int64             `json:"made"`
	Ended int64             `json:"ended,omitempty"`
}

func (r calendarRow) waiting(int64) bool { return r.Ended == 0 }

func (r calendarRow) name() (id syncing.UUID, made int64) { return r.ID, r.Made }

// CalendarLine is a calendar as it is listed. Its address is not.
type CalendarLine struct {
	ID    syncing.UUID
	By    syncing.AccountID
	Made  int64 // ms
	Ended int64 // ms; 0: it can be read
}

// MakeCalendar makes the token of a calendar; it is shown once. The person may, and a caregiver. Faults: NotFound for whoever does not see the
// record, Forbidden for teams, Refused when too many are there already.
func (s *Service) MakeCalendar(ctx context.Context, who syncing.Principal, record syncing.RecordID) (token string, line CalendarLine, err error) {
	random, err := s.random(calendarTokenBytes)
	if err != nil {
		return "", line, err
	}
	token = base64url.Encode(random)
	hash := s.blindCalendar(token)
	err = s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if !keepsCalendars(scope) {
			return fault.New(fault.Forbidden, "identity.MakeCalendar", "Calendars are for the person whom this is about, and for their caregivers.")
		}
		now := s.nowMs()
		if _, err := tidyHandedOut[calendarRow](tx, calendarPrefix, indexCalendars, now); err != nil {
			return err
		}
		rows, err := calendarRows(tx)
		if err != nil {
			return err
		}
		open := 0
		for _, row := range rows {
			if row.By == who.Account && row.Ended == 0 {
				open++
			}
		}
		if open >= calendarsOpenMax {
			return fault.New(fault.Refused, "identity.MakeCalendar", "You have five calendars already. End one of them first.")
		}
		row := calendarRow{ID: syncing.DerivedUUID("identity.calendar", hex.EncodeToString(hash)), By: who.Account, Made: now}
		line = CalendarLine(row)
		if err := writeRow(tx, syncing.TableIdentity, calendarKey(hash), row); err != nil {
			return err
		}
		if err := tx.PutIndex(indexCalendars, hash, nothing); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditCalendarMade, By: who.Account, Device: who.Device})
	})
	return token, line, err
}

// keepsCalendars: whoever works in a team has the board.
func keepsCalendars(scope syncing.Scope) bool { return scope.Owner() || scope.Has(RoleCaregiver) }

// Calendars lists the caller's own calendars of a record, those that have ended lately too; the person sees their caregivers' as well.
func (s *Service) Calendars(ctx context.Context, who syncing.Principal, record syncing.RecordID) (list []CalendarLine, err error) {
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		scope, err := s.Scope(tx, who)
		if err != nil {
			return err
		}
		if !scope.Active() || !keepsCalendars(scope) {
			return notHere("identity.Calendars")
		}
		rows, err := calendarRows(tx)
		for _, row := range rows {
			if scope.Owner() || row.By == who.Account {
				list = append(list, CalendarLine(row))
			}
		}
		return err
	})
	return list, err
}

// EndCalendar makes an address worthless: the caller's own, and for the person any of their record. It is answered when it also lies in the
// second place.
func (s *Service) EndCalendar(ctx context.Context, who syncing.Principal, record syncing.RecordID, id syncing.UUID) error {
	at := s.nowMs()
	err := s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		key, row, err := handedOut[calendarRow](tx, calendarPrefix, id)
		if err != nil {
			return err
		}
		if key == nil || !keepsCalendars(scope) || !scope.Owner() && row.By != who.Account {
			return notHere("identity.EndCalendar")
		}
		return s.endCalendar(tx, id, who.Account, at)
	})
	if err != nil {
		return err
	}
	return s.revoked(ctx, Revocation{Kind: RevokedCalendar, Record: record, Calendar: id, At: at, By: who.Account})
}

// endCalendar does nothing if there is no such calendar, or it has ended.
func (s *Service) endCalendar(tx syncing.Tx, id syncing.UUID, by syncing.AccountID, at int64) error {
	key, row, err := handedOut[calendarRow](tx, calendarPrefix, id)
	if err != nil || key == nil || row.Ended != 0 {
		return err
	}
	row.Ended = at
	if err := writeRow(tx, syncing.TableIdentity, key, row); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditCalendarEnded, By: by})
}

// OpenCalendar says of which record a token is, and as whom it is read: as the account that made it, without the teams in which they work.
// Unknown, wrong, ended, and of somebody whose access or account has ended are one fault, NotFound, after the same reads.
func (s *Service) OpenCalendar(ctx context.Context, token string) (who syncing.Principal, record syncing.RecordID, err error) {
	hash := s.blindCalendar(token)
	entry, there, err := s.Store.Lookup(ctx, indexCalendars, hash)
	if err != nil {
		return who, record, err
	}
	if record = entry.Record; !there {
		record = installation()
	}
	var row calendarRow
	var grant grantRow
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		if _, err := readRow(tx, syncing.TableIdentity, calendarKey(hash), &row); err != nil {
			return err
		}
		_, err := readRow(tx, syncing.TableGrants, Grantee{Account: row.By}.key(), &grant)
		return err
	})
	if err != nil {
		return who, record, err
	}
	who, stands, err := s.Principal(ctx, row.By)
	if err != nil {
		return who, record, err
	}
	if !there || !stands || row.Ended != 0 || !grant.active(s.nowMs()) || grant.Since > row.Made {
		return syncing.Principal{}, record, notHere("identity.OpenCalendar")
	}
	who.Teams = nil
	return who, record, nil
}

func calendarRows(tx syncing.ReadTx) (rows []calendarRow, err error) {
	err = scanRows(tx, syncing.TableIdentity, []byte(calendarPrefix), func(_ []byte, row calendarRow) bool {
		rows = append(rows, row)
		return true
	})
	return rows, err
}

func calendarKey(hash []byte) []byte { return append([]byte(calendarPrefix), hash...) }

func (s *Service) blindCalendar(token string) []byte { return s.Blind("calendar", []byte(token)) }
