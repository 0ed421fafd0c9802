package identity

import (
	"context"
	"slices"

	"satchel/sync"
)

const (
	indexLeft   = "identity.left"    // blinded team, blinded account -> memberEntry, after it ended
	indexLeftBy = "identity.left-by" // blinded account -> the teams that it left

	// leftMax is how many teams that it left are remembered of an account, the latest: each is looked for where it has no access.
	leftMax = 128
)

// leftEntry is one team that an account left, and the time in which it was there.
type leftEntry struct {
	Team  syncing.TeamID `json:"team"`
	From  int64          `json:"from"`
	Until int64          `json:"until"`
}

// knewThroughTeam says whether the account was in one of the record's teams while that team had the record: what such an
// account still hands in is held in the record, where the team finds it. It begins with the account and never with the record's
// teams, and stops nowhere before its end: so a record that is somebody else's costs what one costs that does not exist.
func (s *Service) knewThroughTeam(tx syncing.ReadTx, account syncing.AccountID) (known bool, err error) {
	left, err := s.leftBy(tx, account)
	for _, l := range left {
		var g grantRow
		found, err := readRow(tx, syncing.TableGrants, Grantee{Team: l.Team}.key(), &g)
		if err != nil {
			return false, err
		}
		known = known || found && l.Until >= g.first() && (g.active(s.nowMs()) || l.From <= g.Until)
	}
	return known, err
}

func (s *Service) leftBy(tx syncing.ReadTx, account syncing.AccountID) (left []leftEntry, err error) {
	entry, ok, err := tx.Lookup(indexLeftBy, s.accountPrefix(account))
	if err != nil || !ok {
		return nil, err
	}
	return left, decodeRow(entry.Value, &left)
}

func (s *Service) leftTeam(tx syncing.ReadTx, team syncing.TeamID, account syncing.AccountID) (e memberEntry, ok bool, err error) {
	entry, ok, err := tx.Lookup(indexLeft, s.memberKey(team, account))
	if err != nil || !ok {
		return memberEntry{}, false, err
	}
	return e, true, decodeRow(entry.Value, &e)
}

// noteLeft remembers, in the account's own record, that it left a team.
func (s *Service) noteLeft(tx syncing.Tx, team syncing.TeamID, e memberEntry) error {
	if err := s.putMember(tx, indexLeft, team, e); err != nil {
		return err
	}
	return s.noteLeftBy(tx, e.Account, leftEntry{Team: team, From: e.From, Until: e.Until})
}

func (s *Service) noteLeftBy(tx syncing.Tx, account syncing.AccountID, l leftEntry) error {
	left, err := s.leftBy(tx, account)
	if err != nil {
		return err
	}
	left = slices.DeleteFunc(left, func(before leftEntry) bool { return before.Team == l.Team })
	left = append(left, l)
	slices.SortStableFunc(left, func(a, b leftEntry) int { return int(a.Until - b.Until) })
	row, err := encodeRow(left[max(0, len(left)-leftMax):])
	if err != nil {
		return err
	}
	return tx.PutIndex(indexLeftBy, s.accountPrefix(account), row)
}

// listLeft writes down by account what an older version wrote down by team alone. What is there already is left as it is.
func (s *Service) listLeft(ctx context.Context) error {
	old, err := s.leftByTeam(ctx)
	if err != nil || len(old) == 0 {
		return err
	}
	for account, entries := range old {
		if _, ok, err := s.Store.Lookup(ctx, indexLeftBy, s.accountPrefix(account)); err != nil || ok {
			if err != nil {
				return err
			}
			continue
		}
		err := s.Store.Update(ctx, s.AccountRecord(account), func(tx syncing.Tx) error {
			for _, l := range entries {
				if err := s.noteLeftBy(tx, account, l); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) leftByTeam(ctx context.Context) (map[syncing.AccountID][]leftEntry, error) {
	teams, err := scanIndex[Team](ctx, s, indexTeams, nil, nil)
	if err != nil {
		return nil, err
	}
	of := map[syncing.AccountID][]leftEntry{}
	for _, team := range teams {
		prefix := s.teamPrefix(team.ID)
		entries, err := scanIndex[memberEntry](ctx, s, indexLeft, prefix, after(prefix))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			of[e.Account] = append(of[e.Account], leftEntry{Team: team.ID, From: e.From, Until: e.Until})
		}
	}
	return of, nil
}
