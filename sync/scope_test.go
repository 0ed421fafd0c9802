package syncing

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAScopeThatIsNotActiveSeesNothingNotEvenItsOwnHeldWords(t *testing.T) {
	t.Parallel()
	g := Grant{
		Account: AccountID{UUID: DerivedUUID("account")}, Roles: []Role{"patient"}, Categories: []string{"plan"}, Owner: true, Known: true,
		Teams: []TeamID{{UUID: DerivedUUID("team")}},
	}
	audiences := []string{"plan", OwnerAudience, heldAudience("plan", g.Account), heldAudience("plan", AccountID{UUID: DerivedUUID("another")})}
	for _, audience := range audiences {
		require.False(t, NewScope(g).sees(audience), audience)
	}
	g.Active = true
	for _, audience := range audiences {
		require.True(t, NewScope(g).sees(audience), audience)
	}
	require.False(t, NewScope(g).sees("concerns"))
}

func TestWhatOnlyTheOwnerSeesAndWhatWaitsOfOthersIsHiddenFromTheRest(t *testing.T) {
	t.Parallel()
	another := AccountID{UUID: DerivedUUID("another")}
	caregiver := NewScope(Grant{Account: AccountID{UUID: DerivedUUID("carer")}, Categories: []string{"plan"}, Active: true})
	team := NewScope(Grant{Account: AccountID{UUID: DerivedUUID("nurse")}, Categories: []string{"plan"}, Teams: []TeamID{{UUID: DerivedUUID("team")}}, Active: true})
	owner := NewScope(Grant{Account: AccountID{UUID: DerivedUUID("person")}, Categories: []string{"plan"}, Owner: true, Active: true})
	for name, c := range map[string]struct {
		who             Scope
		owners, waiting bool
	}{"caregiver": {caregiver, false, false}, "team": {team, false, true}, "owner": {owner, true, true}} {
		require.Equal(t, c.owners, c.who.sees(OwnerAudience), name)
		require.Equal(t, c.waiting, c.who.sees(heldAudience("plan", another)), name)
		require.False(t, c.who.sees(heldAudience("concerns", another)), name)
		require.True(t, c.who.sees(heldAudience("concerns", c.who.Account())), "its own, whatever it was about")
	}
}
