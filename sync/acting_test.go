package syncing

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	teamO, teamC = TeamID{DerivedUUID("o")}, TeamID{DerivedUUID("c")}
	both         = NewScope(Grant{
		Account: AccountID{DerivedUUID("dr")}, Job: "oncologist", Roles: []Role{"oncology", "primary"}, Teams: []TeamID{teamO, teamC},
		Categories: []string{"plan", "triage"}, Active: true,
		Paths: []Path{{Team: teamO, Role: "oncology", Categories: []string{"plan", "triage"}}, {Team: teamC, Role: "primary", Categories: []string{"plan"}}},
	})
)

func TestWhoWorksInTwoTeamsHasTheRightsOfTheOneThatTheyActFor(t *testing.T) {
	t.Parallel()
	as, refusal := both.actingFor(teamC)
	require.Nil(t, refusal)
	require.True(t, as.Has("primary") && as.OfTeam(teamC) && as.sees("plan"))
	require.Equal(t, "oncologist", as.Job(), "what somebody works as goes with them into each role")
	require.False(t, as.Has("oncology") || as.OfTeam(teamO) || as.sees("triage"))
	role, team := as.acting()
	require.Equal(t, Role("primary"), role)
	require.Equal(t, teamC, team)

	back, refusal := as.actingFor(teamO) // what one role brings may let another of the same person go on
	require.Nil(t, refusal)
	require.True(t, back.Has("oncology") && !back.Has("primary"))

	_, refusal = both.actingFor(TeamID{})
	require.Equal(t, refuseUnsaid, refusal)
	_, refusal = both.actingFor(TeamID{DerivedUUID("elsewhere")})
	require.Equal(t, refuseActing, refusal)
	role, _ = both.acting()
	require.Empty(t, role, "nobody writes in two roles at once")
}

func TestWhoReachesARecordInOneWayNeedNotSaySo(t *testing.T) {
	t.Parallel()
	owner := NewScope(Grant{Account: AccountID{DerivedUUID("ada")}, Roles: []Role{"patient"}, Owner: true, Active: true, Paths: []Path{{Role: "patient"}}})
	as, refusal := owner.actingFor(TeamID{})
	require.Nil(t, refusal)
	require.True(t, as.Owner())
	_, refusal = owner.actingFor(teamO)
	require.Equal(t, refuseActing, refusal, "a person acts for no team")
}

func TestAJournalOfTheFirstVersionIsReadAndItsRolesAreUnknown(t *testing.T) {
	t.Parallel()
	e := &journalEntry{kind: entryMutation, by: AccountID{DerivedUUID("dr")}, doc: "note/x", role: "oncology", team: teamO, effects: []effect{{Field: "text", Result: "won"}}}
	now, err := decodeEntry(e.encode())
	require.NoError(t, err)
	require.Equal(t, Role("oncology"), historyOf(now)[0].Role)
	require.Equal(t, teamO, historyOf(now)[0].Team)

	row := e.encode()
	row = row[:len(row)-len("oncology")-1-16]
	row[0] = journalFirst
	old, err := decodeEntry(row)
	require.NoError(t, err)
	require.Equal(t, unknownRole, historyOf(old)[0].Role)
	row[0] = journalVersion
	_, err = decodeEntry(row)
	require.Error(t, err, "a row that breaks its promise is told")
	row[0] = journalVersion + 1
	_, err = decodeEntry(row)
	require.ErrorIs(t, err, errRow)
}
