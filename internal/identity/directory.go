package identity

import (
	"bytes"
	"context"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

// directoryMax is the longest page of the directory.
const directoryMax = 200

func directoryKey(kind string, id syncing.UUID) []byte {
	return slices.Concat([]byte(kind), []byte{0}, id[:])
}

// Directory lists organisations of a kind ("": of every kind), from the one after `from` on: up to limit (1 to 200; 0 means 200).
// It names no people. more says whether there are others. Fault: Invalid, for a kind that is not known.
func (s *Service) Directory(ctx context.Context, kind string, from syncing.UUID, limit int) (list []Organisation, more bool, err error) {
	if kind != "" && !slices.Contains(OrganisationKinds, kind) {
		return nil, false, fault.New(fault.Invalid, "identity.Directory", "This kind of organisation is not known.")
	}
	if limit < 1 || limit > directoryMax {
		limit = directoryMax
	}
	first, last, err := s.directoryRange(ctx, kind, from)
	if err != nil {
		return nil, false, err
	}
	var bad error
	err = s.Store.Scan(ctx, indexDirectory, first, last, limit+1, func(e syncing.IndexEntry) bool {
		var o Organisation
		bad = decodeRow(e.Value, &o)
		list = append(list, o)
		return bad == nil
	})
	if err != nil || bad != nil {
		return nil, false, cmpErr(err, bad)
	}
	if len(list) > limit {
		return list[:limit], true, nil
	}
	return list, false, nil
}

// directoryRange is where a page begins and where the kind ends.
func (s *Service) directoryRange(ctx context.Context, kind string, from syncing.UUID) (first, last []byte, err error) {
	if kind != "" {
		first, last = append([]byte(kind), 0), append([]byte(kind), 1)
	}
	if from.IsZero() {
		return first, last, nil
	}
	o, ok, err := s.Organisation(ctx, from)
	if err != nil || !ok {
		return nil, nil, cmpErr(err, notHere("identity.Directory"))
	}
	if next := append(directoryKey(o.Kind, o.ID), 0); bytes.Compare(next, first) > 0 {
		first = next
	}
	return first, last, nil
}

// StaffOf lists who works in the teams of an organisation; for its own administrators and those of the whole installation. For
// everybody else, an administrator of another organisation too, it is not here.
func (s *Service) StaffOf(ctx context.Context, who syncing.Principal, organisation syncing.UUID) ([]TeamCard, error) {
	if err := s.administers(ctx, who, organisation); err != nil { // before it is looked for: who may not ask is told nothing by the work either
		return nil, notHere("identity.StaffOf")
	}
	o, ok, err := s.Organisation(ctx, organisation)
	if err != nil || !ok {
		return nil, cmpErr(err, notHere("identity.StaffOf"))
	}
	teams, err := scanIndex[Team](ctx, s, indexTeams, nil, nil)
	if err != nil {
		return nil, err
	}
	var list []TeamCard
	for _, team := range teams {
		if team.Organisation != organisation {
			continue
		}
		people, err := s.people(ctx, team.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, TeamCard{Team: team, Organisation: o, People: people})
	}
	return list, nil
}

// TeamEntry is a team's page for those who work in a team and for administrators. Its people are named to those of the team and to
// the administrators of its organisation; others are told by the records that they share. Everybody else gets NotFound, and so does
// somebody from outside about any team but their own.
func (s *Service) TeamEntry(ctx context.Context, who syncing.Principal, id syncing.TeamID) (TeamCard, error) {
	account, ok, err := s.account(ctx, who.Account)
	if err != nil || !ok {
		return TeamCard{}, cmpErr(err, notHere("identity.TeamEntry"))
	}
	keeps := s.keepsTeam(ctx, who, id) == nil
	team, ok, err := s.Team(ctx, id)
	if err != nil {
		return TeamCard{}, err
	}
	shown := account.Kind.staff() && account.Kind != KindExternal && !team.Outside
	if !ok || !keeps && !shown { // before the page is read: what is not shown costs what is not there
		return TeamCard{}, notHere("identity.TeamEntry")
	}
	card, ok, err := s.Card(ctx, id)
	if err != nil || !ok {
		return TeamCard{}, cmpErr(err, notHere("identity.TeamEntry"))
	}
	if !keeps {
		card.People = nil
	}
	return card, nil
}
