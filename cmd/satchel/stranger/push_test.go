package stranger_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify"
	"satchel/internal/notify/webpush"
	"satchel/internal/notify/webpush/stub"
	syncing "satchel/sync"
)

// pushService starts one that others wrote, and gives its address.
func pushService(t *testing.T) string {
	t.Helper()
	_, err := os.Stat("node/node_modules")
	require.NoError(t, err, "the libraries of cmd/satchel/stranger/node are not on this machine. `make tools` installs them.")
	command := exec.Command("node", filepath.Join("node", "push.mjs"))
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	command.Stderr = os.Stderr
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, in.Close())
		require.NoError(t, command.Wait())
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	var said struct{ Port int }
	require.NoError(t, json.Unmarshal(line, &said))
	return fmt.Sprintf("http://localhost:%d", said.Port)
}

// asks posts JSON and reads what comes back into `into`.
func asks(t *testing.T, address string, body, into any) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	answer, err := http.Post(address, "application/json", bytes.NewReader(text))
	require.NoError(t, err)
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, 200, answer.StatusCode, "%s", read)
	if into != nil {
		require.NoError(t, json.Unmarshal(read, into))
	}
}

// signer is a sender with a key of its own, as openssl would write it.
func signer(t *testing.T) *webpush.Sender {
	t.Helper()
	sender, err := webpush.New(webpush.Options{KeyFile: stub.KeyFile(t), Contact: "operator@satchel.example", Loopback: true})
	require.NoError(t, err)
	return sender
}

// subscription is what a browser hands over, with the name by which the service knows it.
type subscription struct {
	Data struct {
		Endpoint   string            `json:"endpoint"`
		Keys       map[string]string `json:"keys"`
		ClientHash string            `json:"clientHash"`
	} `json:"data"`
}

// TestAWebPushIsReadByAServiceThatNobodyHereWrote: web-push-testing checks the signature against the key that the browser subscribed with,
// decrypts, and finds the payload and nothing else. One that has ended is gone, and a signature with another key opens nothing.
func TestAWebPushIsReadByAServiceThatNobodyHereWrote(t *testing.T) {
	t.Parallel()
	base, sender := pushService(t), signer(t)
	subscribed := func(key string) (subscription, string) {
		var s subscription
		asks(t, base+"/subscribe", map[string]string{"userVisibleOnly": "true", "applicationServerKey": key}, &s)
		token, err := json.Marshal(map[string]any{"endpoint": s.Data.Endpoint, "expirationTime": nil, "keys": s.Data.Keys})
		require.NoError(t, err)
		return s, string(token)
	}
	live, token := subscribed(sender.PublicKey())
	ended, gone := subscribed(sender.PublicKey())
	asks(t, base+"/expire-subscription/"+ended.Data.ClientHash, map[string]string{}, nil)
	_, foreign := subscribed(signer(t).PublicKey())

	ring := func(token string) notify.Push {
		return notify.Push{Token: token, Kind: notify.Action, ID: syncing.UUID{15: 7}, At: 1_700_000_000_000}
	}
	report, err := sender.Send(t.Context(), []notify.Push{ring(token), ring(gone), ring(foreign), ring("not a subscription")})
	require.NoError(t, err)
	require.Equal(t, []notify.Result{notify.Sent, notify.Gone, notify.Refused, notify.Gone}, report.Results)
	var read struct {
		Data struct{ Messages []string }
	}
	asks(t, base+"/get-notifications", map[string]string{"clientHash": live.Data.ClientHash}, &read)
	require.Equal(t, []string{`{"id":"00000000-0000-0000-0000-000000000007","k":"action","ts":"1700000000000"}`}, read.Data.Messages)
}
