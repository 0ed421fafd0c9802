package scenario

import (
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity/oidc/stub"
	"satchel/server"
	syncing "satchel/sync"
)

// An administrator, who works in no team, ties a nurse to her subject at the provider on the board; she comes by it; he unties her, and she no longer does. A
// subject that another account has and an account that is closed are refused with what to do, and take nothing away.
func TestChromium_AnAdministratorTiesANurseToTheSignInOfHerOrganisation(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	issuer := strangersProvider(t, "http://localhost:"+port+"/v1/oidc/callback")
	h := newHouse(t, func(c *server.Config) { c.Address = address }, knowsProvider(issuer, stub.SecretFile(t)))
	organisation, _, err := h.server.Identity().Organisation(h.ctx, h.oncology.Organisation)
	h.done(err)
	play := chromium.Start(t, "tie.mjs", h.pages(), set{"password": passphrase, "organisation": organisation.Name})
	var said struct {
		Words string
		Wrong []string
	}
	play.Hears(&said)
	require.Contains(t, said.Words, "belongs to another account already")
	by := syncing.Principal{Account: h.amos.Tokens().Account}
	h.done(h.server.Identity().LockAccount(besideRequests(h.ctx), by, h.oscar.Tokens().Account))
	play.Asks(set{"closed": true}, &said)
	require.Contains(t, said.Words, "This account is closed")
	play.Hears(&said)
	require.Equal(t, "untied", said.Words)
	require.Empty(t, said.Wrong)
	refused := regexp.MustCompile(`status of (401|403|422)`)
	for _, complaint := range play.Ends() { // the provider's own page, and a browser's words about what was refused
		theirs := strings.HasPrefix(complaint, "a request to "+issuer) || strings.HasPrefix(complaint, "a request to https://fonts.googleapis.com/")
		require.True(t, theirs || refused.MatchString(complaint), complaint)
	}
}
