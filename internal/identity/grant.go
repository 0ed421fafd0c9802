package identity

import (
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// grantsMax is how many accounts and teams one record may ever be shared with, ended grants included: all of them are
	// read where it is listed who may see it.
	grantsMax = 64

	directPrefix = "a" // and the account: patient, caregiver
	teamPrefix   = "t" // and the team

	indexRecords = "identity.records" // blinded account or team, record -> nothing, while the grant lasts
)

var nothing = []byte{rowVersion}

// How an account or a team came to see a record.
const (
	relationOwner     = "owner"
	relationCaregiver = "caregiver"
	relationTeam      = "team"
)

// grantRow is who may see a record: one row an account or team, kept when the access has ended.
type grantRow struct {
	Relation   string            `json:"relation"`
	Account    syncing.AccountID `json:"account,omitzero"`
	Team       syncing.TeamID    `json:"team,omitzero"`
	Categories []string          `json:"categories"`
	Since      int64             `json:"since"`             // of the present period, or of the last
	First      int64             `json:"first,omitempty"`   // since when it was first given; 0: there was no earlier period
	Changed    int64             `json:"changed"`           // when the categories were last given
	Until      int64             `json:"until,omitempty"`   // 0: nobody has ended it
	Expires    int64             `json:"expires,omitempty"` // when it ends by itself; 0: it does not
	Name       string            `json:"name,omitempty"`    // of a caregiver, as they typed it
}

func (g grantRow) active(now int64) bool { return g.Until == 0 && (g.Expires == 0 || now < g.Expires) }

// first is since when the access was ever given.
func (g grantRow) first() int64 {
	if g.First != 0 {
		return g.First
	}
	return g.Since
}

// Grantee is who holds a grant: an account or a team, not both.
type Grantee struct {
	Account syncing.AccountID
	Team    syncing.TeamID
}

func (g Grantee) key() []byte {
	if g.Team.IsZero() {
		return rowKey(directPrefix, g.Account.UUID)
	}
	return rowKey(teamPrefix, g.Team.UUID)
}

func (g Grantee) valid() bool { return g.Team.IsZero() != g.Account.IsZero() }

// holderPrefix begins the range of indexRecords that lists the records of an account or a team.
func (s *Service) holderPrefix(g Grantee) []byte {
	if g.Team.IsZero() {
		return s.accountPrefix(g.Account)
	}
	return s.teamPrefix(g.Team)
}

func (s *Service) holderKey(g Grantee, record syncing.RecordID) []byte {
	return append(slices.Clone(s.holderPrefix(g)), record.UUID[:]...)
}

// GrantTeam lets a team see the record of this transaction: with nil categories, all that its kind sees by default; others
// must lie within that. The fault is NotFound if there is no such team.
func (s *Service) GrantTeam(tx syncing.Tx, by syncing.Principal, id syncing.TeamID, categories []string) error {
	team, ok, err := s.teamIn(tx, id)
	if err != nil || !ok {
		return cmpErr(err, notHere("identity.GrantTeam"))
	}
	ceiling := teamRules[team.Kind].categories
	if categories == nil {
		categories = ceiling
	}
	if categories, err = knownCategories(categories, ceiling); err != nil {
		return err
	}
	return s.grant(tx, by, grantRow{Relation: relationTeam, Team: id, Categories: categories})
}

// GrantOwner makes the account the person whom the record of this transaction is about. A record has one owner: another
// gives Conflict.
func (s *Service) GrantOwner(tx syncing.Tx, by syncing.Principal, account syncing.AccountID) error {
	owner, ok, err := s.recordOwner(tx)
	if err != nil {
		return err
	}
	if ok && owner != account {
		return fault.New(fault.Conflict, "identity.GrantOwner", "This record belongs to another account.")
	}
	return s.grant(tx, by, grantRow{Relation: relationOwner, Account: account, Categories: ownersOwn()})
}

// GrantCaregiver lets an account see the categories to which the person has consented; nil is the schedule only.
func (s *Service) GrantCaregiver(tx syncing.Tx, by syncing.Principal, account syncing.AccountID, categories []string) error {
	return s.grantCaregiver(tx, by, grantRow{Account: account, Categories: categories})
}

func (s *Service) grantCaregiver(tx syncing.Tx, by syncing.Principal, g grantRow) (err error) {
	g.Relation = relationCaregiver
	if g.Categories == nil {
		g.Categories = caregiverDefault
	}
	if g.Categories, err = knownCategories(g.Categories, caregiverCeiling); err != nil {
		return err
	}
	owner, ok, err := s.recordOwner(tx)
	if err != nil {
		return err
	}
	if ok && owner == g.Account {
		return fault.New(fault.Conflict, "identity.GrantCaregiver", "This account is already the person's own.")
	}
	return s.grant(tx, by, g)
}

func ownersOwn() []string { return slices.Sorted(slices.Values(PersonCategories)) }

// grant writes the row, its index entry and the log. Granting what is granted already changes nothing.
func (s *Service) grant(tx syncing.Tx, by syncing.Principal, g grantRow) error {
	who := Grantee{Account: g.Account, Team: g.Team}
	var before grantRow
	found, err := readRow(tx, syncing.TableGrants, who.key(), &before)
	if err != nil {
		return err
	}
	kind := AuditGranted
	switch {
	case !found:
		if err := roomForGrant(tx); err != nil {
			return err
		}
		g.Since = s.nowMs()
	case before.active(s.nowMs()) && before.Relation == g.Relation && slices.Equal(before.Categories, g.Categories) && before.Expires == g.Expires:
		return nil
	case before.active(s.nowMs()):
		g.Since, g.First, kind = before.Since, before.First, AuditGrantChanged
	default:
		g.First = before.first()
		g.Since = max(s.nowMs(), before.Until+1) // so that the revocation of the earlier period never ends this one
	}
	g.Changed = max(s.nowMs(), g.Since, before.Changed+1)
	if g.Name == "" {
		g.Name = before.Name
	}
	if err := s.putGrant(tx, who, before, g); err != nil {
		return err
	}
	if err := tx.PutIndex(indexRecords, s.holderKey(who, tx.Record()), nothing); err != nil {
		return err
	}
	if !g.Team.IsZero() {
		if err := s.oweCard(tx, g.Team); err != nil {
			return err
		}
	}
	return s.audit(tx, AuditEntry{Kind: kind, By: by.Account, Device: by.Device, Account: g.Account, Team: g.Team, Categories: g.Categories})
}

func roomForGrant(tx syncing.ReadTx) error {
	n := 0
	err := tx.Scan(syncing.TableGrants, nil, nil, func(_, _ []byte) (bool, error) {
		n++
		return n < grantsMax, nil
	})
	if err == nil && n >= grantsMax {
		err = fault.New(fault.Refused, "identity.grant", "This record is already shared with as many people and teams as it can be.")
	}
	return err
}

// EndGrant ends an access to the record of this transaction; ending it again changes nothing. After the commit the caller
// hands the revocation to Revoked, and answers only when that returns nil.
func (s *Service) EndGrant(tx syncing.Tx, by syncing.Principal, who Grantee) (Revocation, error) {
	var g grantRow
	found, err := readRow(tx, syncing.TableGrants, who.key(), &g)
	if err != nil || !found {
		return Revocation{}, cmpErr(err, notHere("identity.EndGrant"))
	}
	r := Revocation{Kind: RevokedGrant, Record: tx.Record(), Account: who.Account, Team: who.Team, At: g.Until, By: by.Account}
	if g.Until != 0 {
		return r, nil
	}
	r.At = max(s.nowMs(), g.Since)
	return r, s.endGrant(tx, by, who, g, r.At)
}

func (s *Service) endGrant(tx syncing.Tx, by syncing.Principal, who Grantee, g grantRow, at int64) error {
	ended := g
	ended.Until = at
	if err := s.putGrant(tx, who, g, ended); err != nil {
		return err
	}
	if err := tx.DeleteIndex(indexRecords, s.holderKey(who, tx.Record())); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditGrantEnded, By: by.Account, Device: by.Device, Account: who.Account, Team: who.Team})
}

// recordOwner finds the account that the record is about; ok is false if it has none now.
func (s *Service) recordOwner(tx syncing.ReadTx) (owner syncing.AccountID, ok bool, err error) {
	err = scanRows(tx, syncing.TableGrants, []byte(directPrefix), func(_ []byte, g grantRow) bool {
		if g.Relation == relationOwner && g.active(s.nowMs()) {
			owner, ok = g.Account, true
		}
		return !ok
	})
	return owner, ok, err
}
