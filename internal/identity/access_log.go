package identity

import (
	"cmp"
	"context"
	"math"
	"slices"

	"satchel/sync"
)

// AccessRead is the kind of a line that says who was shown something of a record. Others are those of AuditEntry.
const AccessRead = "read"

// AccessLine is one line of who had to do with a record, in the words of those who read it.
type AccessLine struct {
	Kind         string
	At           int64 // ms; of a reading: the first of its hour
	By           Named // zero: by itself
	Role         syncing.Role
	Team         string // through which they came
	Organisation string
	Whom         Named // whom it concerns, if not By
	Categories   []string
	Emergency    bool // they read without being on a team of this person
}

// Named is an account with the name by which the record knows it.
type Named struct {
	Account syncing.AccountID
	Name    string
}

// AccessLines says who read the record, and who was given, used or lost access to it, the newest first: for its owner, and for the
// teams who look after it. Anyone else gets NotFound. A page ends where a millisecond does, so that the next one passes over nothing.
func (s *Service) AccessLines(ctx context.Context, who syncing.Principal, record syncing.RecordID, page LogPage) (lines []AccessLine, more bool, err error) {
	limit := auditPageMax
	if page.Limit > 0 {
		limit = min(page.Limit, auditPageMax)
	}
	before := page.Before
	if before <= 0 {
		before = math.MaxInt64
	}
	log, err := s.AccessLog(ctx, who, record, LogPage{Before: page.Before, Limit: auditPageMax})
	if err != nil {
		return nil, false, err
	}
	reads, err := s.readsOf(ctx, record, before, limit+1)
	if err != nil {
		return nil, false, err
	}
	names := &namer{s: s, ctx: ctx}
	if names.grants, err = s.grants(ctx, record); err != nil {
		return nil, false, err
	}
	for _, e := range log {
		lines = append(lines, AccessLine{Kind: e.Kind, At: e.At, By: names.of(e.By), Whom: names.of(e.Account), Team: names.team(e.Team).Name, Categories: e.Categories})
	}
	for _, e := range reads {
		team := names.team(e.Team)
		lines = append(lines, AccessLine{
			Kind: AccessRead, At: e.At, By: names.of(e.Account), Role: e.Role, Team: team.Name, Organisation: names.organisation(team), Emergency: e.Emergency,
		})
	}
	slices.SortStableFunc(lines, func(a, b AccessLine) int { return cmp.Compare(b.At, a.At) })
	lines, more = cutLines(lines, limit)
	return lines, more || len(log) == auditPageMax, names.err
}

// cutLines leaves up to limit lines, and none of a millisecond that it would cut through; if all are of one, all of it.
func cutLines(lines []AccessLine, limit int) (page []AccessLine, more bool) {
	if len(lines) <= limit {
		return lines, false
	}
	end := limit
	for end > 0 && lines[end-1].At == lines[limit].At {
		end--
	}
	if end == 0 {
		for end < len(lines) && lines[end].At == lines[0].At {
			end++
		}
	}
	return lines[:end], end < len(lines)
}

// namer finds names, each once.
type namer struct {
	s        *Service
	ctx      context.Context
	grants   []grantRow
	accounts map[syncing.AccountID]string
	err      error
}

func (n *namer) of(account syncing.AccountID) Named {
	if account.IsZero() {
		return Named{}
	}
	if name, known := n.accounts[account]; known {
		return Named{account, name}
	}
	row, _, err := n.s.account(n.ctx, account)
	n.err = cmp.Or(n.err, err)
	name := ""
	if row.Kind.staff() {
		name = row.Name
	}
	for _, g := range n.grants {
		if g.Account == account && g.Relation == relationCaregiver {
			name = cmp.Or(name, g.Name)
		}
	}
	if n.accounts == nil {
		n.accounts = map[syncing.AccountID]string{}
	}
	n.accounts[account] = name
	return Named{account, name}
}

func (n *namer) team(id syncing.TeamID) (team Team) {
	if id.IsZero() {
		return team
	}
	team, _, err := n.s.Team(n.ctx, id)
	n.err = cmp.Or(n.err, err)
	return team
}

func (n *namer) organisation(team Team) string {
	if team.Organisation.IsZero() {
		return ""
	}
	organisation, _, err := n.s.Organisation(n.ctx, team.Organisation)
	n.err = cmp.Or(n.err, err)
	return organisation.Name
}
