package scenario

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity/authenticator"
)

// pages is the address under which a browser on this machine opens the pages of the house.
func (h *house) pages() string { return strings.Replace(h.base, "127.0.0.1", "localhost", 1) }

// challenged is what a browser is handed to make or to use a passkey.
type challenged struct {
	PublicKey struct {
		Challenge string
		User      struct{ ID string }
	}
}

// addsPasskey is a passkey that somebody makes within ten minutes of showing who they are, with its id.
func (a *actor) addsPasskey() (key *authenticator.Authenticator, id string) {
	a.h.t.Helper()
	var begun challenged
	a.h.done(a.post("/v1/passkeys/registration/begin", nil, &begun))
	user, err := base64.RawURLEncoding.DecodeString(begun.PublicKey.User.ID)
	a.h.done(err)
	key = &authenticator.Authenticator{Origin: a.h.pages()}
	var added struct{ ID string }
	made := key.Make(begun.PublicKey.Challenge, "localhost", user)
	a.h.done(a.post("/v1/passkeys/registration/finish", set{"name": "A phone", "credential": json.RawMessage(made)}, &added))
	return key, added.ID
}

// passkeysAlike tries passkeys that open nothing, each for another reason.
func (w *accessWorld) passkeysAlike() {
	w.t.Helper()
	var begun challenged
	w.done(json.Unmarshal(w.knock(http.MethodPost, "/v1/passkeys/sign-in/begin", "", nil).body, &begun))
	tries := func(key *authenticator.Authenticator) knocked {
		body := map[string]any{"credential": json.RawMessage(key.Use(begun.PublicKey.Challenge, "localhost")), "device": map[string]any{"kind": "web", "name": "a browser"}}
		return w.knock(http.MethodPost, "/v1/passkeys/sign-in/finish", "", body)
	}
	w.amos.provesByPassword()
	good, _ := w.amos.addsPasskey()
	forged, unseen, elsewhere := *good, *good, *good
	forged.Forged, unseen.Unverified, elsewhere.Origin = true, true, "http://localhost:1"
	removed, id := w.amos.addsPasskey()
	w.done(w.amos.remove("/v1/passkeys/" + id))
	stranger := &authenticator.Authenticator{Origin: w.pages()}
	stranger.Make("", "localhost", []byte("nobody"))
	w.done(w.server.Identity().Tend(besideRequests(w.ctx)))
	unknown := tries(stranger)
	require.Equal(w.t, 401, unknown.status, "%s", unknown.body)
	for _, key := range []*authenticator.Authenticator{&forged, &unseen, &elsewhere, removed} {
		got := tries(key)
		require.Equal(w.t, printed(unknown), printed(got))
		require.Equal(w.t, unknown.work, got.work)
	}
	require.Equal(w.t, 200, tries(good).status)
	require.Equal(w.t, printed(unknown), printed(tries(good)), "an answer is taken once")
}
