package identity

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

// Joining is what a clinician from outside sends who has no account here. It costs nothing and asks for no licence: whoever looks
// after the person has vouched for them by inviting.
type Joining struct {
	Code      string
	RequestID string // as in Redemption
	Address   string
	Device    DeviceFacts

	Name       string // as colleagues will see it
	SignInName string
	Password   string
	Job        string // any specialty, such as ob-gyn
	Practice   string // where they work; it becomes an organisation and a team of its own
	Type       string // of organisation
}

// Joined is what an invitation opened.
type Joined struct {
	Record syncing.RecordID
	Team   syncing.TeamID
}

// invited is an invitation as it was found.
type invited struct {
	row    invitationRow
	record syncing.RecordID
	key    []byte
	maker  syncing.Principal
}

// Join redeems an invitation: makes organisation, team and account, signs the device in, and gives the team the record. Ids are
// made from the invitation and the request, so that a request that is repeated finishes what was begun and gets the same answer.
// Wrong, expired and used are one fault, Refused; a sign-in name that is taken is another, and leaves the code as it was.
func (s *Service) Join(ctx context.Context, j Joining) (Tokens, Joined, error) {
	code, err := j.check()
	if err != nil {
		return Tokens{}, Joined{}, err
	}
	charges := []charge{{budget: enrolAll}, {enrolAddress, j.Address}}
	if err := s.spend(ctx, charges...); err != nil {
		return Tokens{}, Joined{}, err
	}
	request := s.Blind("request", []byte(j.RequestID))
	found, err := s.invitation(ctx, code, request)
	if err != nil {
		return Tokens{}, Joined{}, err
	}
	id := func(what string) syncing.UUID {
		return syncing.DerivedUUID("identity.invited", what, found.row.ID.String(), hex.EncodeToString(request))
	}
	account, team := syncing.AccountID{UUID: id("account")}, syncing.TeamID{UUID: id("team")}
	if err := s.settleIn(ctx, j, found.row.As, account, id("organisation"), team); err != nil {
		return Tokens{}, Joined{}, err
	}
	if err := s.claimInvitation(ctx, found, account, team, request); err != nil {
		return Tokens{}, Joined{}, err
	}
	tokens, err := s.openInvited(ctx, account, id("device"), j.Device, append([]byte(code), j.RequestID...))
	if err != nil {
		return Tokens{}, Joined{}, err
	}
	s.giveBack(ctx, charges...)
	return tokens, Joined{Record: found.record, Team: team}, nil
}

func (j *Joining) check() (code string, err error) {
	if code, err = typedCode(j.Code); err != nil {
		return "", err
	}
	if j.Device, err = j.Device.check(); err != nil {
		return "", err
	}
	if !slices.Contains(OrganisationKinds, j.Type) {
		return "", fault.New(fault.Invalid, "identity.Join", "This kind of organisation is not known.")
	}
	if j.Practice, err = displayName(j.Practice); err != nil {
		return "", err
	}
	return code, checkRequest(j.RequestID, j.Address)
}

func wrongInvitation() error {
	return fault.New(fault.Refused, "identity.Join", "This code does not open anything. Check it, or ask whoever invited you for a new one.")
}

// invitation finds one that is waiting, or that this request has used already. One that is not there is looked for in a decoy, so that
// unknown, expired, used and cancelled cost the same.
func (s *Service) invitation(ctx context.Context, code string, request []byte) (invited, error) {
	hash := s.blindInvitation(code)
	entry, there, err := s.Store.Lookup(ctx, indexInvitations, hash)
	if err != nil {
		return invited{}, err
	}
	found, opens := invited{record: entry.Record, key: invitationKey(hash)}, false
	if !there {
		found.record, found.key = installation(), []byte(invitationPrefix)
	}
	err = s.Store.View(ctx, found.record, func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, found.key, &found.row)
		opens = there && found.row.opens(s.nowMs(), request)
		return err
	})
	if err != nil {
		return invited{}, err
	}
	if found.maker, _, err = s.Principal(ctx, found.row.By); err != nil {
		return invited{}, err
	}
	if !opens {
		return invited{}, wrongInvitation()
	}
	return found, s.Store.View(ctx, found.record, func(tx syncing.ReadTx) error { return s.mayStillInvite(tx, found.maker) })
}

// mayStillInvite: an invitation of an account that was locked, or whose access has ended, opens nothing.
func (s *Service) mayStillInvite(tx syncing.ReadTx, maker syncing.Principal) error {
	scope, err := s.Scope(tx, maker)
	if err == nil && (maker.Account.IsZero() || !scope.Owner() && !scope.Has(careRoles...)) {
		err = wrongInvitation()
	}
	return err
}

func (r invitationRow) opens(now int64, request []byte) bool {
	again := r.Used != 0 && r.fresh(now) && subtle.ConstantTimeCompare(r.Request, request) == 1
	return again || r.waiting(now)
}

// settleIn makes organisation, team and account, as far as they are not there from the same request.
func (s *Service) settleIn(ctx context.Context, j Joining, as TeamKind, account syncing.AccountID, organisation syncing.UUID, id syncing.TeamID) error {
	_, there, err := s.account(ctx, account)
	if err != nil {
		return err
	}
	if !there {
		staff := Staff{Kind: KindExternal, Name: j.Name, SignInName: j.SignInName, Password: j.Password, Job: j.Job}
		if err := s.putStaff(ctx, account, staff); err != nil {
			return err
		}
	}
	o := Organisation{ID: organisation, Kind: j.Type, Name: j.Practice, Made: s.nowMs(), Outside: true}
	if err := s.Store.Update(ctx, organisationRecord(organisation), func(tx syncing.Tx) error { return putOrganisation(tx, o) }); err != nil {
		return err
	}
	team := Team{ID: id, Organisation: organisation, Kind: as, Name: j.Practice, Made: s.nowMs(), Outside: true}
	if err := s.putTeam(ctx, team); err != nil {
		return err
	}
	return s.addMember(ctx, syncing.Principal{}, id, account)
}

// claimInvitation uses the invitation up and gives the team the record, if whoever made it could still make it.
func (s *Service) claimInvitation(ctx context.Context, found invited, account syncing.AccountID, team syncing.TeamID, request []byte) error {
	return s.Store.Update(ctx, found.record, func(tx syncing.Tx) error {
		var row invitationRow
		if _, err := readRow(tx, syncing.TableIdentity, found.key, &row); err != nil {
			return err
		}
		now := s.nowMs()
		if !row.opens(now, request) {
			return wrongInvitation()
		}
		if err := s.mayStillInvite(tx, found.maker); err != nil {
			return err
		}
		if row.Used != 0 {
			return nil
		}
		row.Used, row.Request, row.Account, row.Team = now, request, account, team
		if err := writeRow(tx, syncing.TableIdentity, found.key, row); err != nil {
			return err
		}
		if err := s.grantInvited(tx, found.maker, team, row.Categories); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditJoined, By: account, Team: team})
	})
}

// grantInvited gives a team what was invited for, as far as a team of its kind may see it. A team that has the record already keeps
// what it has.
func (s *Service) grantInvited(tx syncing.Tx, by syncing.Principal, id syncing.TeamID, categories []string) error {
	var g grantRow
	found, err := readRow(tx, syncing.TableGrants, Grantee{Team: id}.key(), &g)
	if err != nil || found && g.active(s.nowMs()) {
		return err
	}
	team, ok, err := s.teamIn(tx, id)
	if err != nil || !ok {
		return cmpErr(err, notHere("identity.grantInvited"))
	}
	ceiling := teamRules[team.Kind].categories
	return s.GrantTeam(tx, by, id, slices.DeleteFunc(slices.Clone(categories), func(c string) bool { return !slices.Contains(ceiling, c) }))
}

func (s *Service) openInvited(ctx context.Context, id syncing.AccountID, device syncing.UUID, facts DeviceFacts, seed []byte) (Tokens, error) {
	var account accountRow
	var opened session
	err := s.updateAccount(ctx, id, func(tx syncing.Tx, row *accountRow) (err error) {
		if row.Locked != 0 {
			return wrongInvitation()
		}
		account = *row
		facts.proved = true // they have just chosen a password
		opened, err = s.openSession(tx, *row, device, facts, seed)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.tokens(account, opened)
}

// Accept redeems an invitation for a clinician who has an account: their team gets one record more. Without a team it is the only
// one in which they work. A code that the same account accepted is answered again.
func (s *Service) Accept(ctx context.Context, who syncing.Principal, text string, team syncing.TeamID, address string) (Joined, error) {
	code, err := typedCode(text)
	if err != nil {
		return Joined{}, err
	}
	if err := checkAddress(address); err != nil {
		return Joined{}, err
	}
	if team.IsZero() && len(who.Teams) == 1 {
		team = who.Teams[0].Team
	}
	if !slices.ContainsFunc(who.Teams, func(m syncing.Membership) bool { return m.Team == team && m.Role != RoleNavigator }) {
		return Joined{}, fault.New(fault.Forbidden, "identity.Accept", "An invitation is for clinicians. Say for which of your teams you accept it.")
	}
	charges := []charge{{budget: enrolAll}, {enrolAddress, address}}
	if err := s.spend(ctx, charges...); err != nil {
		return Joined{}, err
	}
	request := s.Blind("request", who.Account.UUID[:])
	found, err := s.invitation(ctx, code, request)
	if err != nil {
		return Joined{}, err
	}
	if err := s.claimInvitation(ctx, found, who.Account, team, request); err != nil {
		return Joined{}, err
	}
	s.giveBack(ctx, charges...)
	return Joined{Record: found.record, Team: team}, nil
}
