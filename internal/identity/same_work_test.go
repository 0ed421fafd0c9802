package identity

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// refused is a way in which something that somebody typed opens nothing.
type refusedTry struct {
	name string
	try  func() error
}

// sameWork asks that all of them are one fault and one sentence, after the same calls of the store and the same hashes, in one order.
func (h *house) sameWork(on func(s *Service) []refusedTry, code fault.Code) []string {
	h.t.Helper()
	store := &counted{Store: h.Store, hashes: true}
	list := on(h.serviceOn(store))
	var work []string
	sentence := ""
	for _, r := range list {
		store.taken()
		err := r.try()
		isFault(h.t, code, err)
		if work == nil {
			sentence, work = fault.TextOf(err), store.taken()
			continue
		}
		require.Equal(h.t, sentence, fault.TextOf(err), r.name)
		require.Equal(h.t, work, store.taken(), "%s costs something else than %s", r.name, list[0].name)
	}
	return work
}

// A password that was right without its code went on into another transaction: by the time it took, somebody knew that it was right.
func TestNothingTellsThatAPasswordWasRightWithoutItsCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	tokens, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	require.NoError(t, h.ConfirmSecondFactor(h.ctx, h.speaks(tokens), h.app(tokens)()))
	locked, err := h.CreateStaff(h.ctx, h.admin, Staff{Kind: KindClinician, Name: "Nurse Gone", SignInName: "gone@example.org", Password: staffPassword})
	require.NoError(t, err)
	require.NoError(t, h.LockAccount(h.ctx, h.admin, locked))
	work := h.sameWork(func(s *Service) []refusedTry {
		with := func(change func(*SigningIn)) func() error {
			return func() error {
				r := signingIn()
				r.Code = "123456"
				change(&r)
				_, err := s.SignIn(h.ctx, r)
				return err
			}
		}
		return []refusedTry{
			{"an unknown name", with(func(r *SigningIn) { r.Name = "nobody@example.org" })},
			{"a wrong password", with(func(r *SigningIn) { r.Password = "another long password" })},
			{"a wrong code", with(func(*SigningIn) {})},
			{"no code", with(func(r *SigningIn) { r.Code = "" })},
			{"a locked account", with(func(r *SigningIn) { r.Name = "gone@example.org" })},
		}
	}, fault.Unauthenticated)
	require.Contains(t, work, "hash of password")
	require.Contains(t, work, "hash of authenticator code")
}

// An invitation that was used or had expired was read, and who made it; of one that never was given nothing was.
func TestNothingTellsThatAnInvitationWasOnceThere(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	used, over, cancelled := h.invitation(nurse, record, TeamSpecialist), h.invitation(nurse, record, TeamSpecialist), h.invitation(nurse, record, TeamSpecialist)
	_, _, err := h.Join(h.ctx, joining(used, "weber"))
	require.NoError(t, err)
	require.NoError(t, h.CancelInvitation(h.ctx, nurse, record, cancelled.ID))
	h.clock.forward(codeLives)
	outside := h.member(h.team(TeamPrimary))
	for _, way := range []struct {
		name string
		with func(s *Service, code Code) error
	}{
		{"join", func(s *Service, code Code) error { _, _, err := s.Join(h.ctx, joining(code, "thief")); return err }},
		{"accept", func(s *Service, code Code) error {
			_, err := s.Accept(h.ctx, outside, code.Text, syncing.TeamID{}, "192.0.2.7")
			return err
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			h.sameWork(func(s *Service) []refusedTry {
				with := func(code Code) func() error { return func() error { return way.with(s, code) } }
				return []refusedTry{
					{"one that was never given", with(Code{Text: "00000-00000"})},
					{"one that was used", with(used)},
					{"one that has expired", with(over)},
					{"one that was cancelled", with(cancelled)},
				}
			}, fault.Refused)
		})
	}
}

// A refresh token that named nobody was refused after one read; one of somebody, forged or not, after three and a hash.
func TestNothingTellsWhetherARefreshTokenNamesAnybody(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	token, ok := parseRefresh(tokens.Refresh)
	require.True(t, ok)
	h.sameWork(func(s *Service) []refusedTry {
		with := func(change func(*refreshToken)) func() error {
			return func() error {
				forged := token
				change(&forged)
				require.Len(t, forged.String(), base64.RawURLEncoding.EncodedLen(refreshBytes))
				_, err := s.Refresh(h.ctx, Refreshing{Token: forged.String(), RequestID: "request of a stranger"})
				return err
			}
		}
		return []refusedTry{
			{"of nobody", with(func(r *refreshToken) { r.account = syncing.AccountID{UUID: h.id()} })},
			{"of somebody's device that is nowhere", with(func(r *refreshToken) { r.device = h.id() })},
			{"of somebody, forged", with(func(r *refreshToken) { r.secret[0] ^= 1 })},
		}
	}, fault.Unauthenticated)
}

// Whoever asked for a record of others had its teams looked through, one by one: the time told that it is there, and how many they are.
func TestNothingTellsHowManyTeamsHaveARecordOfOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first, second := h.team(TeamOncology), h.team(TeamPrimary)
	nurse := h.member(first)
	record := h.record(first, nurse)
	h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, nurse, second.ID, nil) })
	stranger := h.member(h.team(TeamNursing), h.team(TeamNavigation))
	left := h.team(TeamSpecialist)
	require.NoError(t, h.AddMember(h.ctx, h.admin, left.ID, stranger.Account))
	require.NoError(t, h.EndMember(h.ctx, h.admin, left.ID, stranger.Account))

	store := &counted{Store: h.Store, hashes: true}
	s := h.serviceOn(store)
	costs := func(of syncing.RecordID) []string {
		store.taken()
		scope, err := s.ScopeOf(h.ctx, stranger, of)
		require.NoError(t, err)
		require.False(t, scope.Active())
		return store.taken()
	}
	require.Equal(t, costs(syncing.RecordID{UUID: h.id()}), costs(record))
}

// What an older version wrote down by team alone is found by account after the upgrade.
func TestWhoLeftATeamBeforeTheUpgradeIsKnownAfterIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	stays, leaves := h.member(team), h.member(team)
	record := h.record(team, stays)
	h.clock.forward(time.Hour)
	require.NoError(t, h.EndMember(h.ctx, h.admin, team.ID, leaves.Account))
	h.in(h.AccountRecord(leaves.Account), func(tx syncing.Tx) error { return tx.DeleteIndex(indexLeftBy, h.accountPrefix(leaves.Account)) })
	require.False(t, h.known(record, h.who(leaves.Account)), "an older version wrote no such line")
	h.restart()
	require.True(t, h.known(record, h.who(leaves.Account)))
}

// An account that left more teams than are remembered keeps the latest.
func TestOfAllTheTeamsThatAnAccountLeftTheLatestAreRemembered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	nurse := h.staff(KindClinician)
	var left []leftEntry
	h.in(h.AccountRecord(nurse.Account), func(tx syncing.Tx) (err error) {
		for n := range int64(leftMax + 1) {
			if err := h.noteLeftBy(tx, nurse.Account, leftEntry{Team: syncing.TeamID{UUID: h.id()}, From: n, Until: n + 1}); err != nil {
				return err
			}
		}
		left, err = h.leftBy(tx, nurse.Account)
		return err
	})
	require.Len(t, left, leftMax)
	require.Equal(t, int64(1), left[0].From)
}
