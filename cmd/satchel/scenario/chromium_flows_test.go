package scenario

import (
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// A nurse signs in by her password and the code of an authenticator app, by the keyboard alone. Without a code, and with a wrong one, she is told what to do
// and keeps what she typed; with the right one the desk is open, and neither password nor code stays in the browser.
func TestChromium_ANurseSignsInByPasswordAndTheCodeOfHerAuthenticatorApp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	who := syncing.Principal{Account: h.olive.Tokens().Account, Device: h.olive.Tokens().Device}
	address, err := h.server.Identity().BeginSecondFactor(h.ctx, who)
	h.done(err)
	app, err := url.Parse(address)
	h.done(err)
	code := func() string {
		text, err := totp.GenerateCode(app.Query().Get("secret"), h.clock.Now())
		h.done(err)
		return text
	}
	h.done(h.server.Identity().ConfirmSecondFactor(h.ctx, who, code()))
	used := code()
	play := chromium.Start(t, "sign-in.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "password": passphrase, "wrong": used})
	var refused struct {
		None, Wrong struct{ Said, Name string }
		Seen        []string
	}
	play.Hears(&refused)
	require.Empty(t, refused.Seen)
	require.Contains(t, refused.None.Said, "code", "she is asked for it")
	require.Contains(t, refused.Wrong.Said, "code", "one that was used opens nothing")
	require.Equal(t, "olive", refused.Wrong.Name, "what she typed stays")

	h.clock.pass(time.Minute)
	var in struct {
		Kept  string
		Empty bool
	}
	right := code()
	play.Asks(set{"right": right}, &in)
	require.NotContains(t, in.Kept, passphrase)
	require.NotContains(t, in.Kept, right)
	require.True(t, in.Empty, "whoever sits down next finds no password")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 401", "nothing but the sign-ins that were refused")
	}
}

// What is private stands in a row of its own. On the screen of a record each row can be taken, passed on and closed; which of them is meant is said, and what
// was done with one is not done with the other.
func TestChromium_EachRowOfARecordIsDealtWithOnTheScreenOfTheRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5, "phy.fertility": 6}, nil)
	h.follow()
	rows := func() map[any]*replica.Document {
		found := map[any]*replica.Document{}
		for _, row := range h.olive.shift().list(f.record, "triage") {
			if value(row, "team") == h.oncology.ID.String() {
				found[value(row, "private")] = row
			}
		}
		return found
	}
	require.Len(t, rows(), 2)
	play := chromium.Start(t, "record-rows.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account)})
	var said struct {
		First, Second string
		Busy, Wrong   []string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	require.NotEqual(t, said.First, said.Second)
	require.Equal(t, []string{"true", "true"}, said.Busy, "while something is written about one of them, it stays about that one")
	claimed := rows()
	require.NotNil(t, value(claimed[true], "claimedBy"), "both are hers")
	require.NotNil(t, value(claimed[false], "claimedBy"))

	var left string
	play.Asks(set{"go": "close"}, &left)
	require.Empty(t, play.Ends())
	require.Contains(t, left, "is closed.")
	require.Empty(t, h.olive.queue(h.oncology), "both were closed on the one screen")
}
