package stranger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/notify"
	"satchel/internal/notify/webpush"
	"satchel/internal/notify/webpush/stub"
	syncing "satchel/sync"
)

// signer is a sender with a key of its own, as openssl would write it.
func signer(t *testing.T) *webpush.Sender {
	t.Helper()
	sender, err := webpush.New(webpush.Options{KeyFile: stub.KeyFile(t), Contact: "operator@satchel.example", Loopback: true})
	require.NoError(t, err)
	return sender
}

// TestAWebPushIsReadByAServiceThatNobodyHereWrote: web-push-testing checks the signature against the key that the browser subscribed with,
// decrypts, and finds the payload and nothing else. One that has ended is gone, and a signature with another key opens nothing.
func TestAWebPushIsReadByAServiceThatNobodyHereWrote(t *testing.T) {
	t.Parallel()
	service, sender := chromium.StartService(t), signer(t)
	live, ended, foreign := service.Subscribes(sender.PublicKey()), service.Subscribes(sender.PublicKey()), service.Subscribes(signer(t).PublicKey())
	service.Expires(ended)

	ring := func(token string) notify.Push {
		return notify.Push{Token: token, Kind: notify.Action, ID: syncing.UUID{15: 7}, At: 1_700_000_000_000}
	}
	report, err := sender.Send(t.Context(), []notify.Push{ring(live.Token()), ring(ended.Token()), ring(foreign.Token()), ring("not a subscription")})
	require.NoError(t, err)
	require.Equal(t, []notify.Result{notify.Sent, notify.Gone, notify.Refused, notify.Gone}, report.Results)
	require.Equal(t, []string{`{"id":"00000000-0000-0000-0000-000000000007","k":"action","ts":"1700000000000"}`}, service.Delivered(live))
}
