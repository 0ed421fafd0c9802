package identity

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	invitationsOpenMax = 10 // of one record, waiting to be redeemed

	invitationPrefix = "invitation/"
	indexInvitations = "identity.invitations" // blinded code -> nothing; the entry's record is what matters
)

// invitationRow asks a clinician from outside to one record, and lies in it. The code is not in it.
type invitationRow struct {
	ID         syncing.UUID      `json:"id"`
	As         TeamKind          `json:"as"`  // as what their team acts there
	For        string            `json:"for"` // who is meant, in the words of whoever invites
	Categories []string          `json:"categories"`
	Made       int64             `json:"made"`
	By         syncing.AccountID `json:"by"`
	Used       int64             `json:"used,omitempty"` // 0: still waiting
	Request    []byte            `json:"request,omitempty"`
	Account    syncing.AccountID `json:"account,omitzero"` // who came
	Team       syncing.TeamID    `json:"team,omitzero"`    // and for which team
	Ended      bool              `json:"ended,omitempty"`
}

func (r invitationRow) fresh(now int64) bool {
	return !r.Ended && now < r.Made+codeLives.Milliseconds() && now >= r.Made-codeLives.Milliseconds()
}

func (r invitationRow) waiting(now int64) bool { return r.Used == 0 && r.fresh(now) }

func (r invitationRow) name() (id syncing.UUID, made int64) { return r.ID, r.Made }

// Invitation is one as it is listed.
type Invitation struct {
	ID      syncing.UUID
	As      TeamKind
	For     string
	By      syncing.AccountID
	Made    int64
	Expires int64
	State   string // open, used, cancelled or expired
	Team    syncing.TeamID
}

// InvitationRequest asks a clinician from outside to a record.
type InvitationRequest struct {
	As         TeamKind // specialist, or primary-care for the person's own practice
	For        string   // who is meant: it is shown to those who look after the person
	Categories []string // nil: what a team of that kind sees, without what is sensitive. Otherwise the person's own decision.
}

// Invite makes a one-time code for a clinician from outside: the person may, and those who look after them. It is shown once.
func (s *Service) Invite(ctx context.Context, who syncing.Principal, record syncing.RecordID, req InvitationRequest) (code Code, err error) {
	if req.For, err = displayName(req.For); err != nil {
		return code, err
	}
	rule := teamRules[req.As]
	if req.As == "" || !slices.Contains(rule.members, KindExternal) {
		return code, fault.New(fault.Invalid, "identity.Invite", "A clinician from outside acts as specialist or as primary-care.")
	}
	err = s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		switch {
		case !scope.Owner() && !scope.Has(careRoles...):
			return notYours("identity.Invite")
		case !scope.Owner() && req.Categories != nil:
			return fault.New(fault.Forbidden, "identity.Invite", "Only the person can say what somebody from outside may see beside the usual.")
		case req.Categories == nil:
			req.Categories = slices.DeleteFunc(slices.Clone(rule.categories), func(c string) bool { return c == CategorySensitive })
		}
		categories, err := knownCategories(req.Categories, rule.categories)
		if err != nil {
			return err
		}
		if err := s.tidyInvitations(tx); err != nil {
			return err
		}
		text, hash, err := s.freshInvitation(tx)
		if err != nil {
			return err
		}
		row := invitationRow{
			ID: syncing.DerivedUUID("identity.invitation", hex.EncodeToString(hash)), As: req.As, For: req.For, Categories: categories, Made: s.nowMs(), By: who.Account,
		}
		if err := writeRow(tx, syncing.TableIdentity, invitationKey(hash), row); err != nil {
			return err
		}
		if err := tx.PutIndex(indexInvitations, hash, nothing); err != nil {
			return err
		}
		code = Code{Text: text[:5] + "-" + text[5:], ID: row.ID, Expires: row.Made + codeLives.Milliseconds()}
		return s.audit(tx, AuditEntry{Kind: AuditInvited, By: who.Account, Device: who.Device, Categories: categories})
	})
	return code, err
}

// Invitations lists those of a record, for the person and those who look after them. Anyone else gets NotFound.
func (s *Service) Invitations(ctx context.Context, who syncing.Principal, record syncing.RecordID) (list []Invitation, err error) {
	now := s.nowMs()
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		scope, err := s.Scope(tx, who)
		if err != nil {
			return err
		}
		if !scope.Owner() && !(scope.Active() && scope.Has(careRoles...)) {
			return notHere("identity.Invitations")
		}
		return scanRows(tx, syncing.TableIdentity, []byte(invitationPrefix), func(_ []byte, r invitationRow) bool {
			list = append(list, Invitation{ID: r.ID, As: r.As, For: r.For, By: r.By, Made: r.Made, Expires: r.Made + codeLives.Milliseconds(), State: r.state(now), Team: r.Team})
			return true
		})
	})
	slices.SortFunc(list, func(a, b Invitation) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	return list, err
}

func (r invitationRow) state(now int64) string {
	switch {
	case r.Used != 0:
		return "used"
	case r.Ended:
		return "cancelled"
	case !r.fresh(now):
		return "expired"
	}
	return "open"
}

// CancelInvitation makes a code worthless; for those who may make one. What came of one that was used is ended by EndAccess.
func (s *Service) CancelInvitation(ctx context.Context, who syncing.Principal, record syncing.RecordID, id syncing.UUID) error {
	return s.inRecord(ctx, who, record, func(tx syncing.Tx, scope syncing.Scope) error {
		if !scope.Owner() && !scope.Has(careRoles...) {
			return notYours("identity.CancelInvitation")
		}
		key, row, err := handedOut[invitationRow](tx, invitationPrefix, id)
		if err != nil || key == nil {
			return cmpErr(err, notHere("identity.CancelInvitation"))
		}
		row.Ended = true
		if err := writeRow(tx, syncing.TableIdentity, key, row); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditInvitationEnded, By: who.Account, Device: who.Device})
	})
}

// tidyInvitations forgets those that were over long ago, and refuses one more when too many are waiting.
func (s *Service) tidyInvitations(tx syncing.Tx) error {
	open, err := tidyHandedOut[invitationRow](tx, invitationPrefix, indexInvitations, s.nowMs())
	if err != nil {
		return err
	}
	if open >= invitationsOpenMax {
		return fault.New(fault.Refused, "identity.Invite", "Too many invitations are waiting. Cancel one first, or wait until one has expired.")
	}
	return nil
}

// freshInvitation draws a code that nobody has, and its blinded form.
func (s *Service) freshInvitation(tx syncing.ReadTx) (text string, hash []byte, err error) {
	for {
		if text, _, err = s.freshCode(tx); err != nil {
			return "", nil, err
		}
		hash := s.blindInvitation(text)
		if _, taken, err := tx.Lookup(indexInvitations, hash); err != nil || !taken {
			return text, hash, err
		}
	}
}

func invitationKey(hash []byte) []byte { return append([]byte(invitationPrefix), hash...) }

func (s *Service) blindInvitation(code string) []byte { return s.Blind("invitation", []byte(code)) }
