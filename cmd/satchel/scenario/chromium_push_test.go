package scenario

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/care"
	"satchel/internal/notify"
	"satchel/internal/notify/webpush/stub"
	"satchel/server"
)

// ringsBrowsers is a house with a key for Web Push, whose pushes may go to a service on this machine.
func ringsBrowsers(t testing.TB) func(*server.Config) {
	t.Helper()
	return func(c *server.Config) {
		c.WebPushKey, c.WebPushContact, c.WebPushLoopback = stub.KeyFile(t), "operator@satchel.example", true
	}
}

// shownNotification is what a browser shows.
type shownNotification struct {
	Title, Body, Tag string
	Silent           bool
	At               int64
	Data             any
	Icon, Image      string
	Actions          int
}

// What rings goes the whole way: the server encrypts and signs it, a push service that nobody here wrote checks and decrypts it, and a real
// browser hands it to our service worker. It shows one sentence under the event's id, once whatever comes again, also when it was wiped
// away; what is none of ours shows the same sentence; a touch brings the app; and nothing of the record is in any of it. A browser that
// is gone is forgotten.
func TestHazard_H18_APushReachesTheServiceWorkerOfARealBrowserAndSaysNothing(t *testing.T) {
	t.Parallel()
	service := chromium.StartService(t)
	h := newHouse(t, ringsBrowsers(t))
	f := h.family()
	canaries := []string{"yrnbody", "yrnnote", "yrntopic", "Ada Example", "Riverside", "olive", f.record.UUID.String(), f.ada.Tokens().Account.String()}
	f.ada.writes(f.record, newDoc("note"), set{"text": "yrnnote"})

	play := chromium.Start(t, "push.mjs", h.base, nil)
	var ready struct{ Scope string }
	play.Hears(&ready)
	require.Equal(t, h.base+"/test/", ready.Scope)
	var key string
	play.Asks(set{"do": "key"}, &key)
	browser := service.Subscribes(key)
	var rung string
	play.Asks(set{"do": "register", "subscription": json.RawMessage(browser.Token()), "accessToken": f.ada.Tokens().AccessToken}, &rung)
	require.Equal(t, "on", rung)
	targets, err := h.server.Identity().PushTargets(h.ctx, f.ada.Tokens().Account)
	h.done(err)
	require.Len(t, targets, 1)

	message := h.olive.sends(f.record, toPerson(f.record), set{"body": "yrnbody", "topic": "yrntopic", "actionRequired": true})
	h.eventually(func() bool { return len(service.Delivered(browser)) > 0 }, "the service got it, checked its signature and decrypted it")
	came := service.Delivered(browser)
	require.Len(t, came, 1)
	var said map[string]string
	h.done(json.Unmarshal([]byte(came[0]), &said))
	event := care.ReceiptID(message).ID()
	require.Equal(t, map[string]string{"k": "action", "id": event, "ts": said["ts"]}, said)

	var all []any
	deliver := func(data string, shows int) (shown []shownNotification) {
		t.Helper()
		play.Asks(set{"do": "deliver", "data": data, "shows": shows}, &shown)
		all = append(all, shown)
		return shown
	}
	at, err := strconv.ParseInt(said["ts"], 10, 64)
	h.done(err)
	once := shownNotification{Title: notify.Title, Body: notify.Action.Words(), Tag: event, At: at}
	require.Equal(t, []shownNotification{once}, deliver(came[0], 1))
	once.Silent = true
	require.Equal(t, []shownNotification{once}, deliver(came[0], 1), "again: in the same place, without a sound")
	require.Nil(t, asked[any](play, "wipe"))
	require.Equal(t, []shownNotification{once}, deliver(came[0], 1), "also when it was wiped away")
	require.Nil(t, asked[any](play, "wipe"))

	for _, none := range []string{
		"", "yrnbody", "null", "[]", `{"k":"sync"}`, `{"k":"toString","id":"` + event + `","ts":"1"}`, `{"k":"action","id":"yrnbody","ts":"1"}`, `{"k":"action","id":["` + event + `"],"ts":"1"}`,
		`{"k":"action","id":"` + event + `","ts":"soon"}`, `{"title":"yrnbody","body":"yrnbody","k":"action"}`,
	} {
		shown := deliver(none, 1)
		require.Equal(t, []shownNotification{{Title: notify.Title, Body: notify.Action.Words(), Tag: "satchel", Silent: true, At: shown[0].At}}, shown, none)
	}

	var none any
	play.Asks(set{"do": "speaks", "language": "es"}, &none) // as the person chose in the app
	require.Nil(t, asked[any](play, "wipe"))
	spanish := deliver(came[0], 1)[0]
	require.Equal(t, []string{"Recordatorio", "Abra la aplicación, por favor."}, []string{spanish.Title, spanish.Body})
	play.Asks(set{"do": "speaks", "language": "en"}, &none)

	type touched struct {
		Did  []string
		Left int
	}
	require.Equal(t, touched{Did: []string{"focus /test/"}}, asked[touched](play, "touch"))
	require.Equal(t, []map[string]string{{"type": "push-subscription-changed"}}, asked[[]map[string]string](play, "changed"), "a page tells the server of the new one")
	deliver(came[0], 1)
	require.Nil(t, asked[any](play, "leave"))
	require.Equal(t, touched{Did: []string{"open /test/"}}, asked[touched](play, "touch"))

	service.Expires(browser)
	h.olive.sends(f.record, toPerson(f.record), set{"body": "yrnbody", "actionRequired": true})
	h.eventually(func() bool {
		targets, err := h.server.Identity().PushTargets(h.ctx, f.ada.Tokens().Account)
		return err == nil && len(targets) == 0
	}, "the service says 410, and the server forgets the browser")
	require.Empty(t, play.Ends())

	left, err := json.Marshal([]any{came, all})
	h.done(err)
	for _, canary := range canaries {
		require.NotContains(t, string(left), canary)
	}
}

// asked lets a program do something that needs no more than its name.
func asked[T any](play *chromium.Play, deed string) (answer T) {
	play.Asks(set{"do": deed}, &answer)
	return answer
}
