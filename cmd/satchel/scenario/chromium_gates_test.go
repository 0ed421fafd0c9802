package scenario

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	"satchel/internal/identity/oidc/stub"
	syncing "satchel/sync"
)

// proves shows anew who somebody is whose access token this is, as screens of administrators ask for first.
func (h *house) proves(access string) {
	h.t.Helper()
	req, err := http.NewRequest(http.MethodPost, h.base+"/v1/proof", strings.NewReader(`{"password":"`+passphrase+`"}`))
	h.done(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+access)
	resp, err := http.DefaultTransport.RoundTrip(req)
	h.done(err)
	h.done(resp.Body.Close())
	require.Equal(h.t, http.StatusOK, resp.StatusCode)
}

// browsing is a sign-in of an account in a browser, as POST /v1/token answers it.
func (h *house) browsing(account syncing.AccountID) set {
	h.t.Helper()
	tokens, err := h.server.Identity().Seed().SignIn(h.ctx, account, identity.DeviceFacts{Kind: "web", Name: "Browser"})
	h.done(err)
	welcome, err := client.New(h.base, client.Tokens{}).SignIn(h.ctx, "olive", passphrase, "who asks for the key of the rules")
	h.done(err)
	if account == h.amos.Tokens().Account {
		h.proves(tokens.Access)
	}
	return set{
		"rulesKey": welcome.RulesKey, "rulesDrafts": welcome.RulesDrafts,
		"account": tokens.Account, "device": tokens.Device, "kind": tokens.Kind, "accessToken": tokens.Access, "accessExpires": tokens.AccessExpires,
		"refreshToken": tokens.Refresh, "refreshExpires": tokens.RefreshExpires,
	}
}

// staffedHouse is a house in which every screen has something to show: its staff may come by a provider.
func staffedHouse(t *testing.T) *house {
	t.Helper()
	return newHouse(t, knowsProvider(stub.Start(t, time.Now).URL, stub.SecretFile(t)))
}

// Every screen of both apps, as a person, a caregiver, a nurse, a navigator, an administrator and nobody see it, in both languages, light, dark and in high contrast, with
// large text, on a narrow screen and a wide one: axe-core finds nothing, nothing stands beside the edge, nothing jumps, and the Tab key alone goes through.
// Screens are found by the program: whoever adds one is held to this.
func TestEveryScreenIsOpenToEverybody(t *testing.T) {
	t.Parallel()
	h := staffedHouse(t)
	f := h.family()
	h.fillsEverything(f, func() string { return "Words that somebody wrote here, of an ordinary length." })
	as := func(who *actor, app string, states int) set {
		return set{"who": who.name, "app": app, "tokens": h.browsing(who.Tokens().Account), "states": states}
	}
	administrator := as(h.amos, "board", 4) // high contrast is a choice of the companion
	administrator["only"] = "#/staff"       // what nobody else is shown
	play := chromium.Start(t, "accessible.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "people": []set{
		{"who": "nobody", "app": "app", "states": 5},
		{"who": "nobody", "app": "board", "states": 4},
		as(f.ada, "app", 5), as(f.carla, "app", 1), as(h.olive, "board", 4), as(h.nils, "board", 1), administrator,
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
	for _, wrong := range []string{"label: ", "px stand beside the edge", "it jumps", "no ring is seen around <input", `no ring is seen around <button id="clipped"`} {
		require.Contains(t, strings.Join(said.Planted, "\n"), wrong)
	}
	require.Empty(t, said.Found, strings.Join(said.Found, "\n"))
	require.Empty(t, play.Ends())
}

// unfilled are fields that take words from somebody, and do not take these: what each wants is said where it is tested.
var unfilled = []string{
	"caseNote.text",                                       // refused where it could identify somebody
	"held.discardReason",                                  // said with an action
	"labOrder.recurrence",                                 // a rule
	"reroute.reason",                                      // written with the action, once
	"triage.outcomeNote",                                  // said when it is closed
	"triage.signOff",                                      // a lead's
	"virtualService.accessCode", "virtualService.address", // a link
}

// namesEverybody makes so many organisations, and so many staff of the first, each called by other words.
func (h *house) namesEverybody(n int, words func() string) (first syncing.UUID) {
	h.t.Helper()
	seed := h.server.Identity().Seed()
	for i := range n {
		made, err := seed.Organisation(h.ctx, "practice", words())
		h.done(err)
		if i == 0 {
			first = made.ID
		}
	}
	team, err := seed.Team(h.ctx, first, identity.TeamPrimary, "Nurses")
	h.done(err)
	for i := range n {
		_, err := seed.Staff(h.ctx, identity.Staff{Kind: identity.KindClinician, Name: words(), SignInName: fmt.Sprintf("called-%d", i), Password: passphrase}, team.ID)
		h.done(err)
	}
	return first
}

// Whatever somebody writes into any text of any document is shown as they wrote it, on every screen, and does nothing: a list of what pages are
// broken with (testdata/xss.txt), in each field that takes words, as the schema says them.
func TestWhateverIsWrittenIsShownAsTextOnEveryScreen(t *testing.T) {
	t.Parallel()
	corpus, err := os.ReadFile(filepath.Join("testdata", "xss.txt"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(corpus)), "\n")
	h := staffedHouse(t)
	f := h.family()
	var texts []string
	words := func() string {
		texts = append(texts, fmt.Sprintf("%s ~%d~", lines[len(texts)%len(lines)], len(texts)))
		return texts[len(texts)-1]
	}
	e := h.fillsEverything(f, words)
	require.Greater(t, len(texts), 2*len(lines))
	for field, err := range e.open {
		require.Contains(t, unfilled, field, "%v", err)
	}
	named, organisation := len(texts), h.namesEverybody(len(lines), words)
	people := []set{}
	for _, address := range []string{"#/staff", "#/staff/" + organisation.String()} { // what nobody else is shown
		people = append(people, set{"who": "amos", "app": "board", "tokens": h.browsing(h.amos.Tokens().Account), "only": address})
	}
	for _, p := range []struct {
		who *actor
		app string
	}{{f.ada, "app"}, {f.carla, "app"}, {h.olive, "board"}, {h.pia, "board"}, {h.nils, "board"}} {
		people = append(people, set{"who": p.who.name, "app": p.app, "tokens": h.browsing(p.who.Tokens().Account)})
	}
	play := chromium.Start(t, "corpus.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "people": people, "texts": texts})
	var said struct {
		Found  []string
		Shown  map[string][]int
		Opened map[string][]string
		// Planted is what is found on a screen that was spoilt.
		Planted []string
	}
	play.Hears(&said)
	for _, wrong := range []string{"an element that nobody here makes: <object", "href in <a", "what stands there is not what was written: " + texts[0]} {
		require.Contains(t, strings.Join(said.Planted, "\n"), wrong)
	}
	for who, shown := range said.Shown {
		t.Logf("%s: %d screens, %d of the texts that were written", who, len(said.Opened[who]), len(shown))
	}
	require.Empty(t, said.Found, strings.Join(said.Found, "\n"))
	require.NotEmpty(t, said.Shown["ada"])
	for n := named; n < len(texts); n++ {
		require.Contains(t, said.Shown["amos"], n, "a name that nobody was shown: %s", texts[n])
	}
	require.Empty(t, play.Ends())
}
