package identity

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// The words that care's fields name their writers by, and by which consent is given. They are stored and sent.
func TestRolesAndCategoriesAreSpelledAsTheWardSpellsThem(t *testing.T) {
	t.Parallel()
	require.Equal(t, []syncing.Role{"patient", "caregiver", "oncology", "primary", "navigator", "nursing", "administrator"},
		[]syncing.Role{RolePatient, RoleCaregiver, RoleOncology, RolePrimary, RoleNavigator, RoleNursing, RoleAdministrator})
	require.Equal(t, []string{
		"person", "team", "schedule", "plan", "results", "assessments", "concerns.physical", "concerns.practical",
		"concerns.emotional", "concerns.sensitive", "messages", "medication", "triage",
	}, PersonCategories)
	require.Equal(t, append(slices.Clone(PersonCategories), "messages.clinical"), AllCategories)
	require.Equal(t, []string{"schedule"}, caregiverDefault)
}

func TestTeamsAreMadeByAdministratorsWithinLimits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	nurse := h.member()
	_, err := h.CreateOrganisation(h.ctx, nurse, "practice", "Practice")
	isFault(t, fault.Forbidden, err)
	_, err = h.CreateOrganisation(h.ctx, h.admin, "pub", "Practice")
	isFault(t, fault.Invalid, err)
	_, err = h.CreateOrganisation(h.ctx, h.admin, "practice", strings.Repeat("n", nameRunesMax+1))
	isFault(t, fault.Invalid, err)
	_, err = h.CreateOrganisation(h.ctx, h.admin, "practice", strings.Repeat("é", nameRunesMax))
	require.NoError(t, err)
	practice, err := h.CreateOrganisation(h.ctx, h.admin, "practice", "Practice")
	require.NoError(t, err)
	read, ok, err := h.Organisation(h.ctx, practice.ID)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, practice, read)

	_, err = h.CreateTeam(h.ctx, nurse, practice.ID, TeamPrimary, "Team")
	isFault(t, fault.Forbidden, err)
	_, err = h.CreateTeam(h.ctx, h.admin, practice.ID, "surgery", "Team")
	isFault(t, fault.Invalid, err)
	_, err = h.CreateTeam(h.ctx, h.admin, h.id(), TeamPrimary, "Team")
	isFault(t, fault.NotFound, err)
	_, err = h.CreateTeam(h.ctx, h.admin, practice.ID, TeamPrimary, strings.Repeat("n", nameRunesMax+1))
	isFault(t, fault.Invalid, err)
	team, err := h.CreateTeam(h.ctx, h.admin, practice.ID, TeamPrimary, "Team")
	require.NoError(t, err)
	again, ok, err := h.Team(h.ctx, team.ID)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, team, again)
	all, err := h.Teams(h.ctx)
	require.NoError(t, err)
	require.Equal(t, []Team{team}, all)
}

func TestWhoMayWorkInWhichTeam(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := map[TeamKind]Team{}
	for kind := range teamRules {
		team[kind] = h.team(kind)
	}
	join := func(kind TeamKind, account syncing.AccountID) error {
		return h.AddMember(h.ctx, h.admin, team[kind].ID, account)
	}
	navigator := h.staff(KindNavigator)
	require.NoError(t, join(TeamNavigation, navigator.Account))
	require.NoError(t, join(TeamNavigation, navigator.Account), "twice is once")
	require.Len(t, h.who(navigator.Account).Teams, 1)
	isFault(t, fault.Refused, join(TeamOncology, navigator.Account)) // A13a: no clinical write
	patient, err := h.Seed().Person(h.ctx, KindPatient, "p")
	require.NoError(t, err)
	isFault(t, fault.Refused, join(TeamNavigation, patient))
	isFault(t, fault.NotFound, join(TeamOncology, syncing.AccountID{UUID: h.id()}))
	isFault(t, fault.NotFound, h.AddMember(h.ctx, h.admin, syncing.TeamID{UUID: h.id()}, h.member().Account))
	isFault(t, fault.Forbidden, h.AddMember(h.ctx, navigator, team[TeamNursing].ID, navigator.Account))
	isFault(t, fault.Forbidden, h.EndMember(h.ctx, navigator, team[TeamNursing].ID, navigator.Account))
}

func TestAllMembersOfALargeTeamAreListed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	want := make(map[syncing.AccountID]bool)
	for range pageMax + 1 {
		account := syncing.AccountID{UUID: h.id()}
		want[account] = true
		h.in(h.AccountRecord(account), func(tx syncing.Tx) error {
			return h.putMember(tx, indexMembers, team.ID, memberEntry{Account: account, From: 1})
		})
	}
	members, err := h.Members(h.ctx, team.ID)
	require.NoError(t, err)
	require.Len(t, members, pageMax+1)
	for _, account := range members {
		require.True(t, want[account])
	}
}

func TestAnAccountWorksInAtMostSoManyTeams(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var teams []Team
	for range membershipsMax {
		teams = append(teams, h.team(TeamOncology))
	}
	who := h.member(teams...)
	require.Len(t, who.Teams, membershipsMax)
	one := h.team(TeamOncology)
	isFault(t, fault.Refused, h.AddMember(h.ctx, h.admin, one.ID, who.Account))
	require.NoError(t, h.EndMember(h.ctx, h.admin, teams[0].ID, who.Account))
	require.NoError(t, h.AddMember(h.ctx, h.admin, one.ID, who.Account))
}

func TestALockedAccountIsNobody(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	isFault(t, fault.Forbidden, h.LockAccount(h.ctx, nurse, tokens.Account))
	isFault(t, fault.Forbidden, h.UnlockAccount(h.ctx, nurse, tokens.Account))
	isFault(t, fault.Refused, h.LockAccount(h.ctx, h.admin, h.admin.Account))
	isFault(t, fault.NotFound, h.LockAccount(h.ctx, h.admin, syncing.AccountID{UUID: h.id()}))
	require.NoError(t, h.LockAccount(h.ctx, h.admin, tokens.Account))
	_, err := h.Authenticate(h.ctx, tokens.Access)
	isFault(t, fault.Unauthenticated, err)
	_, ok, err := h.Principal(h.ctx, tokens.Account)
	require.NoError(t, err)
	require.False(t, ok)
	code, err := h.CreateCode(h.ctx, nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	require.NoError(t, err)
	_, err = h.Redeem(h.ctx, redemption(code))
	isFault(t, fault.Refused, err)
	require.NoError(t, h.UnlockAccount(h.ctx, h.admin, tokens.Account))
	h.speaks(h.patient(nurse, record))

	other := h.staff(KindAdministrator)
	require.NoError(t, h.LockAccount(h.ctx, h.admin, other.Account))
	isFault(t, fault.Forbidden, h.LockAccount(h.ctx, other, tokens.Account)) // a locked administrator is none
}

func TestAnAccountSaysWhereItWorks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamOncology)
	nurse, mate := h.member(team), h.member(team)
	account, err := h.Account(h.ctx, nurse, nurse.Account)
	require.NoError(t, err)
	require.Equal(t, Account{ID: nurse.Account, Kind: KindClinician, Name: "Nurse", Teams: []AccountTeam{{Team: team, Role: RoleOncology}}}, account)
	_, err = h.Account(h.ctx, mate, nurse.Account)
	isFault(t, fault.NotFound, err)
	_, err = h.Account(h.ctx, h.admin, nurse.Account)
	require.NoError(t, err)
	_, err = h.Account(h.ctx, h.admin, syncing.AccountID{UUID: h.id()})
	isFault(t, fault.NotFound, err)
}

func TestTheAccessLogIsAppendedToAndReadByThoseItConcerns(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	h.clock.forward(time.Minute)
	caregiver := h.who(h.caregiver(patient, record, CategorySchedule, CategoryMessages).Account)
	h.clock.forward(time.Minute)
	require.NoError(t, h.EndAccess(h.ctx, nurse, record, Grantee{Account: caregiver.Account}))
	log, err := h.AccessLog(h.ctx, patient, record, LogPage{})
	require.NoError(t, err)
	newest := log[0]
	require.Equal(t, AuditGrantEnded, newest.Kind)
	require.Equal(t, nurse.Account, newest.By)
	require.Equal(t, caregiver.Account, newest.Account)
	require.Equal(t, h.clock.now().UnixMilli(), newest.At)
	var kinds []string
	for i, e := range log {
		kinds = append(kinds, e.Kind)
		require.True(t, i == 0 || e.At <= log[i-1].At, "the newest first")
	}
	require.Subset(t, kinds, []string{AuditGranted, AuditCodeMade, AuditEnrolled, AuditGrantEnded})

	older, err := h.AccessLog(h.ctx, patient, record, LogPage{Before: newest.At, Limit: 2})
	require.NoError(t, err)
	require.Equal(t, log[1:3], older)
	_, err = h.AccessLog(h.ctx, nurse, record, LogPage{})
	require.NoError(t, err)
	_, err = h.AccessLog(h.ctx, caregiver, record, LogPage{})
	isFault(t, fault.NotFound, err)
	_, err = h.AccessLog(h.ctx, h.admin, record, LogPage{})
	isFault(t, fault.NotFound, err)
	require.Contains(t, h.kinds(patient.Account), AuditSignedIn)
}

func TestAPageOfTheLogIsBounded(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	h.in(record, func(tx syncing.Tx) error {
		for range auditPageMax + 1 {
			h.clock.forward(time.Millisecond)
			require.NoError(t, h.audit(tx, AuditEntry{Kind: AuditGranted}))
		}
		return nil
	})
	log, err := h.AccessLog(h.ctx, nurse, record, LogPage{Limit: auditPageMax + 100})
	require.NoError(t, err)
	require.Len(t, log, auditPageMax)
}

func TestAServiceAsksForWhatItNeeds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, change := range map[string]func(*Config){
		"store":  func(c *Config) { c.Store = nil },
		"blind":  func(c *Config) { c.Blind = nil },
		"ledger": func(c *Config) { c.Ledger = nil },
		"clock":  func(c *Config) { c.Now = nil },
		"chance": func(c *Config) { c.Rand = nil },
		"short":  func(c *Config) { c.Blind = func(string, []byte) []byte { return make([]byte, blindBytesMin-1) } },
		"spent":  func(c *Config) { c.Rand = strings.NewReader("") },
	} {
		c := h.Config
		change(&c)
		_, err := New(h.ctx, c)
		require.Error(t, err, name)
	}
}

func TestARowOfAnUnknownVersionIsNotRead(t *testing.T) {
	t.Parallel()
	var row accountRow
	for _, bytes := range []string{"", "{}", "\x02{}", "\x01", "\x01[]", "\x01{\"kind\":1}"} {
		isFault(t, fault.Corrupt, decodeRow([]byte(bytes), &row))
	}
	require.NoError(t, decodeRow([]byte("\x01{\"more\":1}"), &row), "what a later version adds is left alone")
	for _, prefix := range []string{"", "\xff", "a\xff\xff"} {
		end := after([]byte(prefix))
		require.True(t, end == nil || string(end) > prefix+"\xff\xff\xff\xff", fmt.Sprintf("%q", prefix))
	}
}

func TestASeededPersonIsMadeOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, err := h.Seed().Person(h.ctx, KindCaregiver, "Sam")
	require.NoError(t, err)
	two, err := h.Seed().Person(h.ctx, KindCaregiver, "Sam")
	require.NoError(t, err)
	require.Equal(t, one, two)
	_, err = h.Seed().Person(h.ctx, KindAdministrator, "Sam")
	isFault(t, fault.Invalid, err)
	tokens, err := h.Seed().SignIn(h.ctx, one, phone)
	require.NoError(t, err)
	require.Equal(t, one, h.speaks(tokens).Account)
}
