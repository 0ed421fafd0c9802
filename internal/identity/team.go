package identity

import (
	"bytes"
	"context"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// membershipsMax is in how many teams one account may work: each is looked up at every request.
	membershipsMax = 16
	// pageMax is how many index entries are read in one snapshot.
	pageMax = 500

	prefixBytes = 16 // of a blinded key that begins an index range

	indexDirectory = "identity.directory" // kind of organisation, id -> the organisation

	indexTeams   = "identity.teams"   // blinded team -> the team
	indexMembers = "identity.members" // blinded team, blinded account -> memberEntry, while it lasts
)

var (
	teamKey         = []byte("team")
	organisationKey = []byte("organisation")
)

// Organisation is a practice, a cancer centre, a health service: what teams belong to.
type Organisation struct {
	ID   syncing.UUID `json:"id"`
	Kind string       `json:"kind"` // MODEL.md 3.1: cancer-centre, practice, ihs, tribal, ...
	Name string       `json:"name"`
	Made int64        `json:"made"`
	// Outside says that somebody named it who came by an invitation. Nobody has looked at it, and no directory shows it.
	Outside bool `json:"outside,omitempty"`
}

// Team is a care team.
type Team struct {
	ID           syncing.TeamID `json:"id"`
	Organisation syncing.UUID   `json:"organisation"`
	Kind         TeamKind       `json:"kind"`
	Name         string         `json:"name"`
	Made         int64          `json:"made"`
	Outside      bool           `json:"outside,omitempty"` // of an organisation that came by an invitation
}

// memberEntry is an account in a team, in the index that belongs to the account's record.
type memberEntry struct {
	Account syncing.AccountID `json:"account"`
	From    int64             `json:"from"`
	Until   int64             `json:"until,omitempty"`
}

// OrganisationKinds are what an organisation can be (MODEL.md 3.1).
var OrganisationKinds = []string{
	"cancer-centre", "practice", "ihs", "tribal", "urban-indian", "community", "care-home", "advocacy", "social-prescribing", "community-palliative",
}

func teamRecord(team syncing.TeamID) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("identity.team", team.String())}
}

func organisationRecord(id syncing.UUID) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("identity.organisation", id.String())}
}

func (s *Service) teamPrefix(team syncing.TeamID) []byte {
	return s.Blind("team", team.UUID[:])[:prefixBytes]
}

func (s *Service) memberKey(team syncing.TeamID, account syncing.AccountID) []byte {
	return append(slices.Clone(s.teamPrefix(team)), s.accountPrefix(account)...)
}

func (s *Service) accountPrefix(account syncing.AccountID) []byte {
	return s.Blind("account", account.UUID[:])[:prefixBytes]
}

// CreateOrganisation is for administrators.
func (s *Service) CreateOrganisation(ctx context.Context, by syncing.Principal, kind, name string) (Organisation, error) {
	if err := s.administrator(ctx, by); err != nil {
		return Organisation{}, err
	}
	return s.createOrganisation(ctx, kind, name)
}

func (s *Service) createOrganisation(ctx context.Context, kind, name string) (Organisation, error) {
	name, err := displayName(name)
	if err != nil {
		return Organisation{}, err
	}
	if !slices.Contains(OrganisationKinds, kind) {
		return Organisation{}, fault.New(fault.Invalid, "identity.CreateOrganisation", "This kind of organisation is not known.")
	}
	id, err := s.randomID()
	if err != nil {
		return Organisation{}, err
	}
	o := Organisation{ID: id, Kind: kind, Name: name, Made: s.nowMs()}
	return o, s.Store.Update(ctx, organisationRecord(id), func(tx syncing.Tx) error { return putOrganisation(tx, o) })
}

// putOrganisation writes an organisation, and its line in the directory.
func putOrganisation(tx syncing.Tx, o Organisation) error {
	row, err := encodeRow(o)
	if err != nil {
		return err
	}
	if !o.Outside {
		if err := tx.PutIndex(indexDirectory, directoryKey(o.Kind, o.ID), row); err != nil {
			return err
		}
	}
	return tx.Put(syncing.TableIdentity, organisationKey, row)
}

// Organisation reads one; ok is false if there is none.
func (s *Service) Organisation(ctx context.Context, id syncing.UUID) (o Organisation, ok bool, err error) {
	err = s.Store.View(ctx, organisationRecord(id), func(tx syncing.ReadTx) error {
		ok, err = readRow(tx, syncing.TableIdentity, organisationKey, &o)
		return err
	})
	return o, ok, err
}

// CreateTeam is for administrators.
func (s *Service) CreateTeam(ctx context.Context, by syncing.Principal, organisation syncing.UUID, kind TeamKind, name string) (Team, error) {
	if err := s.administrator(ctx, by); err != nil {
		return Team{}, err
	}
	return s.createTeam(ctx, organisation, kind, name)
}

func (s *Service) createTeam(ctx context.Context, organisation syncing.UUID, kind TeamKind, name string) (Team, error) {
	name, err := displayName(name)
	if err != nil {
		return Team{}, err
	}
	if _, known := teamRules[kind]; !known {
		return Team{}, fault.New(fault.Invalid, "identity.CreateTeam", "This kind of team is not known.")
	}
	if _, ok, err := s.Organisation(ctx, organisation); err != nil || !ok {
		return Team{}, cmpErr(err, notHere("identity.CreateTeam"))
	}
	id, err := s.randomID()
	if err != nil {
		return Team{}, err
	}
	team := Team{ID: syncing.TeamID{UUID: id}, Organisation: organisation, Kind: kind, Name: name, Made: s.nowMs()}
	return team, s.putTeam(ctx, team)
}

func (s *Service) putTeam(ctx context.Context, team Team) error {
	row, err := encodeRow(team)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, teamRecord(team.ID), func(tx syncing.Tx) error {
		if err := tx.Put(syncing.TableIdentity, teamKey, row); err != nil {
			return err
		}
		return tx.PutIndex(indexTeams, s.teamPrefix(team.ID), row)
	})
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Team reads one; ok is false if there is none.
func (s *Service) Team(ctx context.Context, id syncing.TeamID) (team Team, ok bool, err error) {
	entry, ok, err := s.Store.Lookup(ctx, indexTeams, s.teamPrefix(id))
	if err != nil || !ok {
		return Team{}, false, err
	}
	return team, true, decodeRow(entry.Value, &team)
}

// teamIn is Team inside a transaction on any record.
func (s *Service) teamIn(tx syncing.ReadTx, id syncing.TeamID) (team Team, ok bool, err error) {
	entry, ok, err := tx.Lookup(indexTeams, s.teamPrefix(id))
	if err != nil || !ok {
		return Team{}, false, err
	}
	return team, true, decodeRow(entry.Value, &team)
}

// Teams lists the teams of the installation, in no order that means anything. Those of people from outside are not among them.
func (s *Service) Teams(ctx context.Context) ([]Team, error) {
	teams, err := scanIndex[Team](ctx, s, indexTeams, nil, nil)
	return slices.DeleteFunc(teams, func(t Team) bool { return t.Outside }), err
}

// scanIndex decodes all entries of a range, a page at a time, so that no snapshot is held for long.
func scanIndex[T any](ctx context.Context, s *Service, index string, from, to []byte) ([]T, error) {
	var all []T
	for {
		var bad error
		n := 0
		err := s.Store.Scan(ctx, index, from, to, pageMax, func(e syncing.IndexEntry) bool {
			var v T
			if bad = decodeRow(e.Value, &v); bad != nil {
				return false
			}
			all = append(all, v)
			from = append(bytes.Clone(e.Key), 0)
			n++
			return true
		})
		if err != nil || bad != nil || n < pageMax {
			return all, cmpErr(err, bad)
		}
	}
}

// AddMember lets an account work in a team, in the role of that kind of team. For administrators. Administrators themselves,
// patients and caregivers are no team members: Refused.
func (s *Service) AddMember(ctx context.Context, by syncing.Principal, team syncing.TeamID, account syncing.AccountID) error {
	if err := s.administrator(ctx, by); err != nil {
		return err
	}
	return s.addMember(ctx, by, team, account)
}

func (s *Service) addMember(ctx context.Context, by syncing.Principal, id syncing.TeamID, account syncing.AccountID) error {
	err := s.updateAccount(ctx, account, func(tx syncing.Tx, row *accountRow) error {
		team, ok, err := s.teamIn(tx, id)
		if err != nil || !ok {
			return cmpErr(err, notHere("identity.AddMember"))
		}
		if err := mayJoin(*row, team); err != nil || row.member(id) >= 0 {
			return err
		}
		from, err := s.memberFrom(tx, id, account)
		if err != nil {
			return err
		}
		row.Members = append(row.Members, memberRow{Team: id, Role: teamRules[team.Kind].role, From: from})
		if err := putAccount(tx, *row); err != nil {
			return err
		}
		if err := s.putMember(tx, indexMembers, id, memberEntry{Account: account, From: from}); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditMemberAdded, By: by.Account, Device: by.Device, Team: id})
	})
	if err != nil {
		return err
	}
	return s.peopleChanged(ctx, id)
}

func mayJoin(row accountRow, team Team) error {
	switch {
	case !slices.Contains(teamRules[team.Kind].members, row.Kind):
		return fault.New(fault.Refused, "identity.AddMember", "An account of this kind cannot work in this team.")
	case row.member(team.ID) < 0 && len(row.Members) >= membershipsMax:
		return fault.New(fault.Refused, "identity.AddMember", "This account already works in as many teams as it can.")
	}
	return nil
}

// memberFrom is now, but always after an earlier membership ended: a revocation of that one must not end this one.
func (s *Service) memberFrom(tx syncing.ReadTx, team syncing.TeamID, account syncing.AccountID) (int64, error) {
	left, _, err := s.leftTeam(tx, team, account)
	return max(s.nowMs(), left.Until+1), err
}

func (s *Service) putMember(tx syncing.Tx, index string, team syncing.TeamID, e memberEntry) error {
	row, err := encodeRow(e)
	if err != nil {
		return err
	}
	return tx.PutIndex(index, s.memberKey(team, e.Account), row)
}

func (a accountRow) member(team syncing.TeamID) int {
	return slices.IndexFunc(a.Members, func(m memberRow) bool { return m.Team == team })
}

// EndMember ends a membership, and with it every access that came through the team. For administrators; it is answered when
// it also lies in the second place.
func (s *Service) EndMember(ctx context.Context, by syncing.Principal, team syncing.TeamID, account syncing.AccountID) error {
	if err := s.administrator(ctx, by); err != nil {
		return err
	}
	var at int64
	err := s.updateAccount(ctx, account, func(tx syncing.Tx, row *accountRow) error {
		at = s.nowMs()
		if i := row.member(team); i >= 0 {
			at = max(at, row.Members[i].From)
		}
		return s.endMember(tx, row, by, team, at)
	})
	if err != nil {
		return err
	}
	if err := s.peopleChanged(ctx, team); err != nil {
		return err
	}
	return s.revoked(ctx, Revocation{Kind: RevokedMember, Account: account, Team: team, At: at, By: by.Account})
}

// endMember does nothing if there is no membership, so that a repeated request ends well.
func (s *Service) endMember(tx syncing.Tx, row *accountRow, by syncing.Principal, team syncing.TeamID, at int64) error {
	i := row.member(team)
	if i < 0 {
		return nil
	}
	left := memberEntry{Account: row.ID, From: row.Members[i].From, Until: at}
	if earlier, ok, err := s.leftTeam(tx, team, row.ID); err != nil {
		return err
	} else if ok {
		left.From = earlier.From
	}
	row.Members = slices.Delete(row.Members, i, i+1)
	if err := putAccount(tx, *row); err != nil {
		return err
	}
	if err := tx.DeleteIndex(indexMembers, s.memberKey(team, row.ID)); err != nil {
		return err
	}
	if err := s.noteLeft(tx, team, left); err != nil {
		return err
	}
	if len(row.Members) == 0 {
		if err := s.endMail(tx, row.ID, by); err != nil {
			return err
		}
	}
	return s.audit(tx, AuditEntry{Kind: AuditMemberEnded, By: by.Account, Device: by.Device, Team: team})
}

// Members lists the accounts that work in the team now.
func (s *Service) Members(ctx context.Context, team syncing.TeamID) ([]syncing.AccountID, error) {
	prefix := s.teamPrefix(team)
	entries, err := scanIndex[memberEntry](ctx, s, indexMembers, prefix, after(prefix))
	accounts := make([]syncing.AccountID, len(entries))
	for i, e := range entries {
		accounts[i] = e.Account
	}
	return accounts, err
}
