package scenario

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// In the settings of the companion a person lets the device in their hand ring, and stops it: from then on the server has nothing to ring it by, and the
// browser no subscription, also after they signed out. Where it cannot be, the screen says why: no network, a browser that was told not to, a server that
// rings no browsers. What they said outlives the app's being loaded anew, with no network too.
func TestChromium_ADeviceIsRungForAsLongAsItsPersonWantsThat(t *testing.T) {
	t.Parallel()
	service := chromium.StartService(t)
	h := newHouse(t, ringsBrowsers(t))
	f := h.family()
	play := chromium.Start(t, "ring.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "rings": true})
	targets := func() int {
		t.Helper()
		all, err := h.server.Identity().PushTargets(h.ctx, f.ada.Tokens().Account)
		h.done(err)
		return len(all)
	}
	subscribes := func() (browser chromium.Subscription) {
		t.Helper()
		var asked struct{ Key string }
		play.Hears(&asked)
		browser = service.Subscribes(asked.Key)
		play.Tells(browser.Token())
		return browser
	}
	browser := subscribes()
	var wrong []string
	play.Hears(&wrong)
	require.Empty(t, wrong)
	require.Equal(t, 1, targets())
	h.olive.sends(f.record, toPerson(f.record), set{"body": "yrnbody", "actionRequired": true})
	h.eventually(func() bool { return len(service.Delivered(browser)) > 0 }, "it rings")

	var left json.RawMessage
	play.Asks(set{"go": "stop"}, &left)
	require.Equal(t, "null", string(left), "the browser has no subscription")
	require.Zero(t, targets(), "nor has the server")
	play.Tells(set{"go": "again"})
	subscribes()
	var again string
	play.Hears(&again)
	require.Equal(t, 1, targets())
	play.Asks(set{"go": "leave"}, &left)
	require.Equal(t, "null", string(left))
	require.Zero(t, targets())
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}

	quiet := newHouse(t)
	record := quiet.admit("Ada Example")
	play = chromium.Start(t, "ring.mjs", quiet.base, set{"code": quiet.codeFor(record, identity.KindPatient), "birthDate": birthday, "rings": false})
	play.Hears(&wrong)
	require.Empty(t, wrong)
	require.Empty(t, play.Ends())
}
