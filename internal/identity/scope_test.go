package identity

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func sorted(categories ...string) []string { return slices.Sorted(slices.Values(categories)) }

func TestEachKindOfTeamSeesWhatItNeedsAndNoMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for kind, want := range map[TeamKind]struct {
		role       syncing.Role
		categories []string
	}{
		TeamOncology:   {"oncology", AllCategories},
		TeamPrimary:    {"primary", AllCategories},
		TeamNursing:    {"nursing", []string{"person", "team", "schedule", "plan", "results", "messages"}},
		TeamNavigation: {"navigator", []string{"person", "team", "schedule", "plan", "concerns.practical", "messages", "triage"}},
	} {
		team := h.team(kind)
		who := h.member(team)
		scope := h.scope(h.record(team, who), who)
		require.True(t, scope.Active(), kind)
		require.False(t, scope.Owner(), kind)
		require.Equal(t, []syncing.Role{want.role}, scope.Roles(), kind)
		require.Equal(t, []syncing.TeamID{team.ID}, scope.Teams(), kind)
		require.Equal(t, sorted(want.categories...), Consented(scope.Categories()), kind)
	}
	require.Len(t, AllCategories, 14)
}

func TestAPatientOwnsTheRecordAndSeesAllOfIt(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	scope := h.scope(record, h.who(h.patient(nurse, record).Account))
	require.True(t, scope.Owner())
	require.True(t, scope.Has(RolePatient))
	require.Equal(t, sorted(PersonCategories...), Consented(scope.Categories()))
	require.NotContains(t, scope.Categories(), CategoryClinical, "what the teams ask each other is theirs")
	require.Empty(t, scope.Teams())
}

func TestACaregiverSeesTheScheduleUntilThePersonConsentsToMore(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	caregiver := h.who(h.caregiver(nurse, record).Account)
	scope := h.scope(record, caregiver)
	require.Equal(t, []string{CategorySchedule}, Consented(scope.Categories()))
	require.Equal(t, []syncing.Role{RoleCaregiver}, scope.Roles())
	require.False(t, scope.Owner())

	require.NoError(t, h.SetCaregiver(h.ctx, patient, record, caregiver.Account, []string{CategoryMessages, CategorySchedule}, nil))
	require.Equal(t, []string{CategoryMessages, CategorySchedule}, Consented(h.scope(record, caregiver).Categories()))

	isFault(t, fault.Forbidden, h.SetCaregiver(h.ctx, nurse, record, caregiver.Account, caregiverCeiling, nil))
	isFault(t, fault.Forbidden, h.SetCaregiver(h.ctx, caregiver, record, caregiver.Account, caregiverCeiling, nil))
	isFault(t, fault.Invalid, h.SetCaregiver(h.ctx, patient, record, caregiver.Account, []string{"everything"}, nil))
	isFault(t, fault.NotFound, h.SetCaregiver(h.ctx, patient, record, nurse.Account, caregiverCeiling, nil))
	isFault(t, fault.Invalid, h.SetCaregiver(h.ctx, patient, record, caregiver.Account, PersonCategories, nil))
	isFault(t, fault.Invalid, h.SetCaregiver(h.ctx, patient, record, caregiver.Account, []string{CategoryClinical}, nil))
}

func TestAPersonInTwoTeamsActsInBothRoles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	oncology, navigation := h.team(TeamOncology), h.team(TeamNavigation)
	who := h.member(oncology, navigation)
	record := h.record(navigation, who)
	require.Equal(t, []syncing.Role{RoleNavigator}, h.scope(record, who).Roles())
	h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, who, oncology.ID, nil) })
	scope := h.scope(record, who)
	require.True(t, scope.Has(RoleOncology) && scope.Has(RoleNavigator))
	require.Len(t, scope.Roles(), 2)
	require.Equal(t, sorted(AllCategories...), Consented(scope.Categories()))
	require.Len(t, scope.Teams(), 2)
}

func TestANurseWhoIsAlsoACaregiverActsAsBoth(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamNursing)
	who := h.member(team)
	record := h.record(team, who)
	h.in(record, func(tx syncing.Tx) error { return h.GrantCaregiver(tx, who, who.Account, []string{CategoryEmotional}) })
	scope := h.scope(record, who)
	require.True(t, scope.Has(RoleNursing) && scope.Has(RoleCaregiver))
	require.Contains(t, scope.Categories(), CategoryEmotional)
	require.Contains(t, scope.Categories(), CategoryResults)
}

func TestAnAdministratorSeesNoRecord(t *testing.T) {
	t.Parallel()
	h, _, record := newWard(t)
	scope := h.scope(record, h.admin)
	require.False(t, scope.Active())
	require.False(t, h.known(record, h.admin))
	require.Empty(t, scope.Roles())
	team := h.team(TeamOncology)
	isFault(t, fault.Refused, h.AddMember(h.ctx, h.admin, team.ID, h.admin.Account))
	require.Empty(t, h.who(h.admin.Account).Teams)
}

func TestEndedAccessIsKnownAndInactive(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	caregiver := h.who(h.caregiver(nurse, record).Account)
	stranger := h.member(h.team(TeamOncology))
	require.NoError(t, h.EndAccess(h.ctx, nurse, record, Grantee{Account: caregiver.Account}))
	ended := h.scope(record, caregiver)
	require.False(t, ended.Active())
	require.True(t, h.known(record, caregiver))
	require.Empty(t, ended.Categories())

	never := h.scope(record, stranger)
	require.False(t, never.Active())
	require.False(t, h.known(record, stranger))
	nowhere := syncing.RecordID{UUID: h.id()}
	require.False(t, h.scope(nowhere, nurse).Active())
	require.False(t, h.known(nowhere, nurse))
}

func TestWhoLeftATeamKnowsItsRecordsAndNoLaterOnes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	stays, leaves := h.member(team), h.member(team)
	before := h.record(team, stays)
	h.clock.forward(time.Hour)
	require.NoError(t, h.EndMember(h.ctx, h.admin, team.ID, leaves.Account))
	h.clock.forward(time.Hour)
	later := h.record(team, stays)

	gone := h.who(leaves.Account)
	require.Empty(t, gone.Teams)
	require.False(t, h.scope(before, gone).Active())
	require.True(t, h.known(before, gone))
	require.False(t, h.known(later, gone))

	h.in(before, func(tx syncing.Tx) error {
		_, err := h.EndGrant(tx, stays, Grantee{Team: team.ID})
		return err
	})
	h.clock.forward(time.Hour)
	h.in(before, func(tx syncing.Tx) error { return h.GrantTeam(tx, stays, team.ID, nil) })
	require.True(t, h.known(before, gone), "also when the team has the record anew")

	require.NoError(t, h.AddMember(h.ctx, h.admin, team.ID, leaves.Account))
	require.True(t, h.scope(later, h.who(leaves.Account)).Active())
}

func TestWhoJoinedATeamAfterItLostARecordNeverHadIt(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	team := nurse.Teams[0].Team
	require.NoError(t, h.EndAccess(h.ctx, nurse, record, Grantee{Team: team}))
	h.clock.forward(time.Hour)
	late := h.member(Team{ID: team})
	require.NoError(t, h.EndMember(h.ctx, h.admin, team, late.Account))
	require.False(t, h.known(record, h.who(late.Account)))
	require.True(t, h.known(record, nurse))
}

func TestAGrantAndARevocationOfOneRecordHaveAnOrder(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	caregiver := h.who(h.caregiver(nurse, record).Account)
	h.in(record, func(tx syncing.Tx) error {
		before, err := h.Scope(tx, caregiver)
		require.NoError(t, err)
		require.True(t, before.Active())
		_, err = h.EndGrant(tx, nurse, Grantee{Account: caregiver.Account})
		require.NoError(t, err)
		after, err := h.Scope(tx, caregiver)
		require.NoError(t, err)
		require.False(t, after.Active(), "in the same transaction")
		return nil
	})
}

func TestARecordHasOneOwner(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	h.patient(nurse, record)
	other, err := h.Seed().Person(h.ctx, KindPatient, "another")
	require.NoError(t, err)
	err = h.Store.Update(h.ctx, record, func(tx syncing.Tx) error { return h.GrantOwner(tx, nurse, other) })
	isFault(t, fault.Conflict, err)
}

func TestATeamIsNeverGrantedMoreThanItsKindMaySee(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamNavigation)
	who := h.member(team)
	record := h.record(team, who)
	grant := func(categories ...string) error {
		return h.Store.Update(h.ctx, record, func(tx syncing.Tx) error { return h.GrantTeam(tx, who, team.ID, categories) })
	}
	isFault(t, fault.Invalid, grant(CategoryResults))
	require.NoError(t, grant(CategorySchedule))
	require.Equal(t, []string{CategorySchedule}, Consented(h.scope(record, who).Categories()))
	err := h.Store.Update(h.ctx, record, func(tx syncing.Tx) error { return h.GrantTeam(tx, who, syncing.TeamID{UUID: h.id()}, nil) })
	isFault(t, fault.NotFound, err)
}

func TestARecordIsSharedWithAtMostSoMany(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	h.in(record, func(tx syncing.Tx) error {
		for i := range grantsMax - 1 {
			account := syncing.AccountID{UUID: syncing.DerivedUUID(fmt.Sprint(i))}
			require.NoError(t, h.GrantCaregiver(tx, nurse, account, nil))
		}
		return nil
	})
	one := syncing.AccountID{UUID: syncing.DerivedUUID("one more")}
	err := h.Store.Update(h.ctx, record, func(tx syncing.Tx) error { return h.GrantCaregiver(tx, nurse, one, nil) })
	isFault(t, fault.Refused, err)
}

func TestRecordsOfListsWhatIsSharedNowPageByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first, second := h.team(TeamOncology), h.team(TeamPrimary)
	who := h.member(first, second)
	want := make(map[syncing.RecordID]bool)
	for i := range 12 {
		team := first
		if i%2 == 1 {
			team = second
		}
		record := h.record(team, who)
		want[record] = true
		if i%3 == 0 { // by both ways, and still listed once
			h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, who, second.ID, nil) })
		}
	}
	ended := h.record(first, who)
	require.NoError(t, h.EndAccess(h.ctx, who, ended, Grantee{Team: first.ID}))
	h.record(h.team(TeamPrimary), who) // a team of which who is no member

	got := make(map[syncing.RecordID]bool)
	from, pages := syncing.RecordID{}, 0
	for more := true; more; pages++ {
		var page []syncing.RecordID
		var err error
		page, more, err = h.RecordsOf(h.ctx, who, from, 5)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), 5)
		for _, record := range page {
			require.False(t, got[record], "twice")
			got[record] = true
			from = record
		}
	}
	require.Equal(t, want, got)
	require.Equal(t, 3, pages)
}

// visits counts what a listing visits.
type visits struct {
	syncing.Store
	n int
}

func (v *visits) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	return v.Store.Scan(ctx, index, from, to, limit, func(e syncing.IndexEntry) bool { v.n++; return fn(e) })
}

func TestRecordsOfCostsWhatItAnswersAndAPageIsBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	busy, quiet := h.team(TeamOncology), h.team(TeamPrimary)
	who, other := h.member(quiet), h.member(busy)
	h.record(quiet, who)
	for range recordsMax + 1 {
		h.record(busy, other)
	}
	v := &visits{Store: h.Store}
	s := h.serviceOn(v)
	v.n = 0
	records, more, err := s.RecordsOf(h.ctx, who, syncing.RecordID{}, 0)
	require.NoError(t, err)
	require.Len(t, records, 1)
	require.False(t, more)
	require.Equal(t, 1, v.n, "entries visited: records of others cost nothing")

	records, more, err = s.RecordsOf(h.ctx, other, syncing.RecordID{}, recordsMax+100)
	require.NoError(t, err)
	require.Len(t, records, recordsMax)
	require.True(t, more)
}

func TestAccountsOfARecordAreThoseWhoMaySeeItNow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	one, two := h.member(team), h.member(team)
	record := h.record(team, one)
	patient := h.patient(one, record).Account
	caregiver := h.caregiver(one, record).Account
	accounts, err := h.AccountsOf(h.ctx, record)
	require.NoError(t, err)
	require.ElementsMatch(t, []syncing.AccountID{one.Account, two.Account, patient, caregiver}, accounts)

	require.NoError(t, h.EndAccess(h.ctx, one, record, Grantee{Account: caregiver}))
	require.NoError(t, h.EndMember(h.ctx, h.admin, team.ID, two.Account))
	accounts, err = h.AccountsOf(h.ctx, record)
	require.NoError(t, err)
	require.ElementsMatch(t, []syncing.AccountID{one.Account, patient}, accounts)
}
