package identity

import (
	"bytes"
	"context"

	"satchel/sync"
)

// What is recorded about access. The words are stored: append, never rename.
const (
	AuditEnrolled        = "enrolled"
	AuditSignedIn        = "signed-in"
	AuditAsked           = "asked"     // a caregiver used a code; the person has not confirmed who it is
	AuditDeclined        = "declined"  // the person said no
	AuditEmergency       = "emergency" // somebody on no team of the person opened the record, for an hour
	AuditCodeMade        = "code-made"
	AuditCodeCancelled   = "code-cancelled"
	AuditInvited         = "invited" // a clinician from outside
	AuditInvitationEnded = "invitation-cancelled"
	AuditJoined          = "joined"
	AuditGranted         = "granted"
	AuditGrantChanged    = "grant-changed"
	AuditGrantEnded      = "grant-ended"
	AuditMemberAdded     = "member-added"
	AuditMemberEnded     = "member-ended"
	AuditDeviceEnded     = "device-ended"   // signed out by itself, or by what happened to its account
	AuditDeviceRevoked   = "device-revoked" // signed out by a person: what it holds should go
	AuditTokenReused     = "token-reused"   // a refresh token came twice: the device is signed out
	AuditLocked          = "locked"
	AuditUnlocked        = "unlocked"
	AuditPasswordChanged = "password-changed"
	AuditSecondFactor    = "second-factor"
	AuditProved          = "proved"     // somebody who was signed in showed anew that it is them
	AuditPaperMade       = "paper-made" // a page by which a site without an account answers an order
	AuditPaperEnded      = "paper-ended"
	AuditCalendarMade    = "calendar-made" // an address by which a calendar app reads the schedule
	AuditCalendarEnded   = "calendar-ended"
	AuditMemberLeads     = "member-leads" // a member became a lead of a team, or is none any more
	AuditMailSet         = "mail-set"     // somebody named an address for e-mail
	AuditMailEnded       = "mail-ended"
	AuditPasskeyAdded    = "passkey-added"
	AuditPasskeyEnded    = "passkey-ended"
	AuditOpenIDLinked    = "openid-linked" // a subject of the organisation's sign-in
	AuditOpenIDEnded     = "openid-ended"
	AuditPasskeyCopied   = "passkey-copied" // its counter went back: two authenticators may hold it
)

const (
	auditPrefix  = "audit/"
	auditPageMax = 200
)

// AuditEntry is one line of an access log. Rows are appended and never rewritten.
type AuditEntry struct {
	Kind       string            `json:"kind"`
	At         int64             `json:"at"` // ms since 1970 UTC, by the server's clock
	By         syncing.AccountID `json:"by"` // zero: the system
	Device     syncing.UUID      `json:"device,omitzero"`
	Account    syncing.AccountID `json:"account,omitzero"` // whom it concerns, if not By
	Team       syncing.TeamID    `json:"team,omitzero"`
	Categories []string          `json:"categories,omitempty"`
}

// audit appends an entry to the access log of the record of this transaction.
func (s *Service) audit(tx syncing.Tx, e AuditEntry) error {
	e.At = s.nowMs()
	tail, err := s.random(8)
	if err != nil {
		return err
	}
	return writeRow(tx, syncing.TableIdentity, newestFirst(auditPrefix, e.At, tail), e)
}

// Audited says whether a row is a line of an access log. They are written once and never again.
func Audited(table syncing.Table, key []byte) bool {
	return table == syncing.TableIdentity && bytes.HasPrefix(key, []byte(auditPrefix))
}

// AuditRange bounds the lines of a record's access log in syncing.TableIdentity.
func AuditRange() (from, to []byte) { return []byte(auditPrefix), after([]byte(auditPrefix)) }

// LogPage asks for a part of an access log: up to Limit entries (1 to 200; 0 means 200) older than Before (ms; 0: any).
// The newest comes first.
type LogPage struct {
	Before int64
	Limit  int
}

// AccessLog says who was given, used or lost access to the record: for its owner, and for the teams who look after it.
// Anyone else gets NotFound.
func (s *Service) AccessLog(ctx context.Context, who syncing.Principal, record syncing.RecordID, page LogPage) ([]AuditEntry, error) {
	var log []AuditEntry
	err := s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		scope, err := s.Scope(tx, who)
		if err != nil {
			return err
		}
		if !scope.Owner() && !(scope.Active() && scope.Has(careRoles...)) {
			return notHere("identity.AccessLog")
		}
		log, err = readLog(tx, page)
		return err
	})
	return log, err
}

// AccountLog is the access log of the caller's own account: sign-ins, devices, memberships.
func (s *Service) AccountLog(ctx context.Context, who syncing.Principal, page LogPage) ([]AuditEntry, error) {
	var log []AuditEntry
	err := s.Store.View(ctx, s.AccountRecord(who.Account), func(tx syncing.ReadTx) (err error) {
		log, err = readLog(tx, page)
		return err
	})
	return log, err
}

func readLog(tx syncing.ReadTx, page LogPage) ([]AuditEntry, error) {
	limit := auditPageMax
	if page.Limit > 0 {
		limit = min(page.Limit, auditPageMax)
	}
	from := []byte(auditPrefix)
	if page.Before > 0 {
		from = newestFirst(auditPrefix, page.Before-1, nil)
	}
	var log []AuditEntry
	err := tx.Scan(syncing.TableIdentity, from, after([]byte(auditPrefix)), func(_, value []byte) (bool, error) {
		var e AuditEntry
		if err := decodeRow(value, &e); err != nil {
			return false, err
		}
		log = append(log, e)
		return len(log) < limit, nil
	})
	return log, err
}
