package identity

import (
	"context"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// EmergencyMinutes is how long somebody may read who opened a record in an emergency.
	EmergencyMinutes = 60

	emergencyPrefix = "emergency/" // and the account
)

var (
	// Each attempt is spent, whether it finds a record or not: nobody tries numbers, and nobody opens record after record.
	emergencyAll     = budget{"emergency/all", 100, time.Minute, 1}
	emergencyAccount = budget{"emergency/account", 5, 20 * time.Minute, 4096}
)

// emergencyRow is an account that opened the record in an emergency, last. It is kept when the time has passed.
type emergencyRow struct {
	At    int64 `json:"at"`
	Until int64 `json:"until"`
}

func emergencyKey(account syncing.AccountID) []byte { return rowKey(emergencyPrefix, account.UUID) }

// addEmergency adds what an emergency access gives, to somebody who has no other.
func (s *Service) addEmergency(tx syncing.ReadTx, g *syncing.Grant) error {
	var row emergencyRow
	found, err := readRow(tx, syncing.TableIdentity, emergencyKey(g.Account), &row)
	if err != nil || !found {
		return err
	}
	g.Known = true
	if now := s.nowMs(); now >= row.Until || now < row.At-time.Minute.Milliseconds() {
		return nil
	}
	g.Active = true
	g.Roles = append(g.Roles, RoleEmergency)
	categories := implied(RoleEmergency, emergencyCategories)
	g.Categories = append(g.Categories, categories...)
	g.Paths = append(g.Paths, syncing.Path{Role: RoleEmergency, Categories: categories})
	return nil
}

// SpendEmergency takes one attempt to open a record in an emergency from the budgets, and says as whom the caller would: a clinician
// who works in a team. Faults: Forbidden, TooMany.
func (s *Service) SpendEmergency(ctx context.Context, who Session) (team Team, organisation Organisation, err error) {
	const op = "identity.SpendEmergency"
	if who.Kind != KindClinician || len(who.Teams) == 0 {
		return team, organisation, fault.New(fault.Forbidden, op, "Only a clinician who works in a team can open a record in an emergency.")
	}
	if err := s.spend(ctx, charge{budget: emergencyAll}, charge{emergencyAccount, who.Account.String()}); err != nil {
		return team, organisation, err
	}
	if team, _, err = s.Team(ctx, who.Teams[0].Team); err != nil {
		return team, organisation, err
	}
	organisation, _, err = s.Organisation(ctx, team.Organisation)
	return team, organisation, err
}

// MayOpenInEmergency is Conflict for somebody who sees the record anyway.
func (s *Service) MayOpenInEmergency(ctx context.Context, who syncing.Principal, record syncing.RecordID) error {
	who.Acting = syncing.TeamID{}
	scope, err := s.ScopeOf(ctx, who, record)
	if err == nil && scope.Active() && !scope.Has(RoleEmergency) {
		err = fault.New(fault.Conflict, "identity.MayOpenInEmergency", "You see this record already, as a member of its team. Open it as usual.")
	}
	return err
}

// OpenInEmergency lets the account read the record from at until until (ms). The person and their teams have been told before. Doing
// it twice does it once; an earlier time never shortens a later one.
func (s *Service) OpenInEmergency(ctx context.Context, who syncing.Principal, record syncing.RecordID, at, until int64) error {
	return s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		var row emergencyRow
		found, err := readRow(tx, syncing.TableIdentity, emergencyKey(who.Account), &row)
		if err != nil || found && row.Until >= until {
			return err
		}
		if err := writeRow(tx, syncing.TableIdentity, emergencyKey(who.Account), emergencyRow{at, until}); err != nil {
			return err
		}
		entry := AuditEntry{Kind: AuditEmergency, By: who.Account, Device: who.Device, Categories: emergencyCategories}
		if len(who.Teams) > 0 {
			entry.Team = who.Teams[0].Team
		}
		return s.audit(tx, entry)
	})
}
