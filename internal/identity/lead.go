package identity

import (
	"context"

	"satchel/sync"
)

// SetLead says whether a member of a team is one of those who answer for it: they sign off what a colleague may not decide
// alone, and take over from one who is gone. For administrators. Who does not work in the team gets NotFound.
func (s *Service) SetLead(ctx context.Context, by syncing.Principal, team syncing.TeamID, account syncing.AccountID, lead bool) error {
	if err := s.administrator(ctx, by); err != nil {
		return err
	}
	return s.setLead(ctx, by, team, account, lead)
}

func (s *Service) setLead(ctx context.Context, by syncing.Principal, team syncing.TeamID, account syncing.AccountID, lead bool) error {
	return s.updateAccount(ctx, account, func(tx syncing.Tx, row *accountRow) error {
		i := row.member(team)
		if i < 0 {
			return notHere("identity.SetLead")
		}
		if row.Members[i].Lead == lead {
			return nil
		}
		row.Members[i].Lead = lead
		if err := putAccount(tx, *row); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditMemberLeads, By: by.Account, Device: by.Device, Account: account, Team: team})
	})
}
