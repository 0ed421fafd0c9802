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
