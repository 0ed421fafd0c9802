package identity

import (
	"cmp"
	"context"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	unmatchedPrefix = "unmatched/" // and the id

	// unmatchedMax is how much waits for one team at most, unmatchedBytesMax how large one may be.
	unmatchedMax      = 500
	unmatchedBytesMax = 16 << 10
)

// Unmatched is what came in for a person whom nobody has made out yet: in a team's own record and in no person's, until a human says
// whose it is (decision 0107). What it says is care's to read.
type Unmatched struct {
	ID   syncing.UUID      `json:"id"`
	At   int64             `json:"at"` // ms, when it came
	By   syncing.AccountID `json:"by"`
	Body []byte            `json:"body"`
	// Record is whose it was said to be; zero: it waits. It is never said twice.
	Record syncing.RecordID `json:"record,omitzero"`
}

func unmatchedKey(id syncing.UUID) []byte { return rowKey(unmatchedPrefix, id) }

// mayReadResults is Forbidden for a team that sees no results, whatever anybody shares with it.
func (s *Service) mayReadResults(ctx context.Context, team syncing.TeamID) error {
	found, ok, err := s.Team(ctx, team)
	if err == nil && (!ok || !slices.Contains(teamRules[found.Kind].categories, CategoryResults)) {
		err = fault.New(fault.Forbidden, "identity.Unmatched", "Your team reads no results. Send it to the team that treats the person.")
	}
	return err
}

// KeepUnmatched keeps one for a team. The same id again changes nothing. Faults: Forbidden; TooLarge; Refused, if too many wait already.
func (s *Service) KeepUnmatched(ctx context.Context, who syncing.Principal, team syncing.TeamID, id syncing.UUID, body []byte) error {
	if err := s.mayReadResults(ctx, team); err != nil {
		return err
	}
	if len(body) > unmatchedBytesMax {
		return fault.New(fault.TooLarge, "identity.KeepUnmatched", "This is longer than a result can be.")
	}
	return s.Store.Update(ctx, teamRecord(team), func(tx syncing.Tx) error {
		waiting := 0
		err := scanRows(tx, syncing.TableIdentity, []byte(unmatchedPrefix), func(_ []byte, u Unmatched) bool {
			waiting++
			return true
		})
		if err != nil {
			return err
		}
		var stands Unmatched
		if found, err := readRow(tx, syncing.TableIdentity, unmatchedKey(id), &stands); err != nil || found {
			return err
		}
		if waiting >= unmatchedMax {
			return fault.New(fault.Refused, "identity.KeepUnmatched", "500 results wait already for somebody to say whose they are. Look at those first.")
		}
		return writeRow(tx, syncing.TableIdentity, unmatchedKey(id), Unmatched{ID: id, At: s.nowMs(), By: who.Account, Body: body})
	})
}

// ListUnmatched lists what waits for a team, the longest waiting first. Fault: Forbidden.
func (s *Service) ListUnmatched(ctx context.Context, team syncing.TeamID) (list []Unmatched, err error) {
	if err := s.mayReadResults(ctx, team); err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, teamRecord(team), func(tx syncing.ReadTx) error {
		return scanRows(tx, syncing.TableIdentity, []byte(unmatchedPrefix), func(_ []byte, u Unmatched) bool {
			list = append(list, u)
			return true
		})
	})
	slices.SortFunc(list, func(a, b Unmatched) int { return cmp.Or(cmp.Compare(a.At, b.At), slices.Compare(a.ID[:], b.ID[:])) })
	return list, err
}

// ReadUnmatched gives one. Fault: NotFound.
func (s *Service) ReadUnmatched(ctx context.Context, team syncing.TeamID, id syncing.UUID) (u Unmatched, err error) {
	err = s.Store.View(ctx, teamRecord(team), func(tx syncing.ReadTx) error {
		found, err := readRow(tx, syncing.TableIdentity, unmatchedKey(id), &u)
		if err == nil && !found {
			err = notHere("identity.ReadUnmatched")
		}
		return err
	})
	return u, err
}

// ClaimUnmatched says whose one is, before it is written into that record: two people who say so at once cannot both be right. Faults:
// NotFound; Conflict, if it was said of another record.
func (s *Service) ClaimUnmatched(ctx context.Context, team syncing.TeamID, id syncing.UUID, record syncing.RecordID) error {
	return s.Store.Update(ctx, teamRecord(team), func(tx syncing.Tx) error {
		var u Unmatched
		found, err := readRow(tx, syncing.TableIdentity, unmatchedKey(id), &u)
		switch {
		case err != nil:
			return err
		case !found:
			return notHere("identity.ClaimUnmatched")
		case !u.Record.IsZero() && u.Record != record:
			return fault.New(fault.Conflict, "identity.ClaimUnmatched", "A colleague has said meanwhile that this belongs to somebody else. Speak with them.")
		}
		u.Record = record
		return writeRow(tx, syncing.TableIdentity, unmatchedKey(id), u)
	})
}

// ReleaseUnmatched takes back what ClaimUnmatched said of a record in which it could not be written.
func (s *Service) ReleaseUnmatched(ctx context.Context, team syncing.TeamID, id syncing.UUID, record syncing.RecordID) error {
	return s.Store.Update(ctx, teamRecord(team), func(tx syncing.Tx) error {
		var u Unmatched
		found, err := readRow(tx, syncing.TableIdentity, unmatchedKey(id), &u)
		if err != nil || !found || u.Record != record {
			return err
		}
		u.Record = syncing.RecordID{}
		return writeRow(tx, syncing.TableIdentity, unmatchedKey(id), u)
	})
}

// EndUnmatched takes one away: it is in a record now, or is nobody's. Taking away what is not there is no error.
func (s *Service) EndUnmatched(ctx context.Context, team syncing.TeamID, id syncing.UUID) error {
	return s.Store.Update(ctx, teamRecord(team), func(tx syncing.Tx) error {
		return tx.Delete(syncing.TableIdentity, unmatchedKey(id))
	})
}
