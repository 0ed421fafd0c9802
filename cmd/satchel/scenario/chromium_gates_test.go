package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// browsing is a sign-in of an account in a browser, as POST /v1/token answers it.
func (h *house) browsing(account syncing.AccountID) set {
	h.t.Helper()
	tokens, err := h.server.Identity().Seed().SignIn(h.ctx, account, identity.DeviceFacts{Kind: "web", Name: "Browser"})
	h.done(err)
	return set{
		"account": tokens.Account, "device": tokens.Device, "kind": tokens.Kind, "accessToken": tokens.Access, "accessExpires": tokens.AccessExpires,
		"refreshToken": tokens.Refresh, "refreshExpires": tokens.RefreshExpires,
	}
}

// Every screen of both apps, as a person, a caregiver, a nurse, a navigator and nobody see it, in both languages, light, dark and in high contrast, with
// large text, on a narrow screen and a wide one: axe-core finds nothing, nothing stands beside the edge, nothing jumps, and the Tab key alone goes through.
// Screens are found by the program: whoever adds one is held to this.
func TestEveryScreenIsOpenToEverybody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.fillsEverything(f, func() string { return "Words that somebody wrote here, of an ordinary length." })
	as := func(who *actor, app string, states int) set {
		return set{"who": who.name, "app": app, "tokens": h.browsing(who.Tokens().Account), "states": states}
	}
	play := chromium.Start(t, "accessible.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "people": []set{
		{"who": "nobody", "app": "app", "states": 5},
		{"who": "nobody", "app": "board", "states": 5},
		as(f.ada, "app", 5), as(f.carla, "app", 2), as(h.olive, "board", 5), as(h.nils, "board", 2),
	}})
	var said struct {
		Found  []string
		Opened map[string][]string
		Took   map[string]float64 // ms
		// Planted is what is found on a screen that was spoilt.
		Planted []string
	}
	play.Hears(&said)
	t.Logf("opened: %v; it took, in ms, %v", said.Opened, said.Took)
	for _, wrong := range []string{"label: ", "px stand beside the edge", "it jumps", "no ring is seen around"} {
		require.Contains(t, strings.Join(said.Planted, "\n"), wrong)
	}
	require.Empty(t, said.Found, strings.Join(said.Found, "\n"))
	require.Empty(t, play.Ends())
}
