package scenario

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// usedPasskey is what the SDK says of a deed in a real browser.
type usedPasskey struct {
	Came struct {
		ID, Credential string
		PRF            bool
		Secret         *struct{ Credential, Salt, Key string }
		Welcome        struct{ Account, Device, Kind, AccessToken string }
	}
	Code, Message string
}

const passkeySalt = "c2FsdCBvZiB0aGlzIGJyb3dzZXI="

// A person makes a passkey in a real browser, signs out, and comes back with it: the same touch gives the same secret that seals what the
// browser keeps, and nothing that is sent holds it. Who the authenticator does not know comes in nowhere; a copied passkey is noted, and
// one that was taken away opens nothing.
func TestChromium_APersonSignsInWithAPasskey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	token := func() string { return f.ada.Tokens().AccessToken }
	play := chromium.Start(t, "passkey.mjs", h.pages(), nil)
	does := func(deed string, o set) (used usedPasskey) {
		t.Helper()
		play.Asks(set{"do": "run", "deed": deed, "o": o}, &used)
		return used
	}
	here := set{"device": set{"kind": "web", "name": "A browser"}, "salt": passkeySalt}
	var offered struct{ Came bool }
	play.Asks(set{"do": "run", "deed": "offered", "o": set{}}, &offered)
	require.True(t, offered.Came)

	none := does("signIn", here)
	require.Equal(t, "cancelled", none.Code, "there is no passkey yet")
	made := does("register", set{"token": token(), "name": "Ada's browser", "called": "Ada Example", "salt": passkeySalt})
	require.Empty(t, made.Code, made.Message)
	require.True(t, made.Came.PRF)
	require.Equal(t, "known", does("register", set{"token": token(), "name": "Once more"}).Code)
	h.done(f.ada.post("/v1/sign-out", nil, nil))
	came := does("signIn", here)
	require.Empty(t, came.Code, came.Message)
	require.Equal(t, f.ada.Tokens().Account.String(), came.Came.Welcome.Account)
	require.Equal(t, "patient", came.Came.Welcome.Kind)
	require.Equal(t, made.Came.Credential, came.Came.Secret.Credential)
	key, err := base64.StdEncoding.DecodeString(came.Came.Secret.Key)
	h.done(err)
	require.Len(t, key, 32)
	again := does("signIn", here)
	require.Equal(t, came.Came.Secret, again.Came.Secret, "the same secret each time")
	require.NotEqual(t, came.Came.Welcome.Device, again.Came.Welcome.Device)
	another := does("signIn", set{"device": here["device"], "salt": "YW5vdGhlciBzYWx0IG9mIGl0"})
	require.NotEqual(t, came.Came.Secret.Key, another.Came.Secret.Key)

	require.Nil(t, heardOf[any](play, set{"do": "knows", "holder": false}))
	require.Equal(t, "cancelled", does("signIn", here).Code, "the authenticator does not know who touches it")
	require.Equal(t, "cancelled", does("register", set{"token": came.Came.Welcome.AccessToken, "name": "Of a thief"}).Code)
	require.Nil(t, heardOf[any](play, set{"do": "knows", "holder": true}))

	h.clock.pass(identity.ProofLasts)
	late := does("signIn", here)
	h.clock.pass(identity.ProofLasts - identity.ProofLasts/10)
	stolen := late.Came.Welcome.AccessToken
	var proved struct {
		Came int64
		Code string
	}
	play.Asks(set{"do": "run", "deed": "prove", "o": set{"token": stolen}}, &proved)
	require.Empty(t, proved.Code)
	require.Greater(t, proved.Came, h.clock.Now().UnixMilli())

	copied := heardOf[[]struct {
		ID, Host     string
		Count        int
		Discoverable bool
	}](play, set{"do": "copy"})
	require.Len(t, copied, 1)
	require.Equal(t, "localhost", copied[0].Host)
	require.True(t, copied[0].Discoverable)
	require.Greater(t, copied[0].Count, 2)
	of := does("signIn", here)
	require.Empty(t, of.Code, of.Message)
	refused := does("register", set{"token": of.Came.Welcome.AccessToken, "name": "By the copy"})
	require.Equal(t, "proof", refused.Code, "a copy proves nothing, so it adds nothing")
	var listed struct {
		Came []struct {
			ID, Name string
			Copied   int64
		}
	}
	play.Asks(set{"do": "run", "deed": "list", "o": set{"token": of.Came.Welcome.AccessToken}}, &listed)
	require.Len(t, listed.Came, 1)
	require.Equal(t, "Ada's browser", listed.Came[0].Name)
	require.NotZero(t, listed.Came[0].Copied)

	require.Empty(t, does("remove", set{"token": of.Came.Welcome.AccessToken, "id": listed.Came[0].ID}).Code)
	require.Equal(t, "unknown", does("signIn", here).Code)
	require.Equal(t, "unknown", does("prove", set{"token": stolen}).Code, "what came in by it is signed out")
	keptHere(t, heardOf[[]string](play, set{"do": "sent"}), key)
	require.Equal(t, []string{
		"the console: Failed to load resource: the server responded with a status of 403 (Forbidden)",
		"the console: Failed to load resource: the server responded with a status of 401 (Unauthorized)",
		"the console: Failed to load resource: the server responded with a status of 401 (Unauthorized)",
	}, play.Ends(), "a browser's own words about what was refused, and no others")
}

// The demo opens a page for each role under a name of its own below localhost: a passkey that is made there opens that page.
func TestChromium_APasskeyHoldsUnderANameOfThisMachine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	play := chromium.Start(t, "passkey.mjs", strings.Replace(h.pages(), "localhost", "patient.localhost", 1), nil)
	var offered struct{ Came bool }
	play.Asks(set{"do": "run", "deed": "offered", "o": set{}}, &offered)
	require.True(t, offered.Came)
	made := heardOf[usedPasskey](play, set{"do": "run", "deed": "register", "o": set{"token": f.ada.Tokens().AccessToken, "name": "Ada's browser"}})
	require.Empty(t, made.Code, made.Message)
	came := heardOf[usedPasskey](play, set{"do": "run", "deed": "signIn", "o": set{"device": set{"kind": "web", "name": "A browser"}}})
	require.Empty(t, came.Code, came.Message)
	require.Equal(t, f.ada.Tokens().Account.String(), came.Came.Welcome.Account)
	require.Empty(t, play.Ends())
}

// keptHere holds everything that a page sent against the secret, in each spelling.
func keptHere(t *testing.T, sent []string, key []byte) {
	t.Helper()
	require.Greater(t, len(sent), 10)
	numbers, err := json.Marshal(toInts(key))
	require.NoError(t, err)
	all := strings.Join(sent, "\n")
	for _, spelling := range []string{
		base64.RawStdEncoding.EncodeToString(key), base64.RawURLEncoding.EncodeToString(key), hex.EncodeToString(key), strings.Trim(string(numbers), "[]"), "prf",
	} {
		require.NotContains(t, all, spelling)
	}
}

func toInts(key []byte) []int {
	all := make([]int, len(key))
	for i, b := range key {
		all[i] = int(b)
	}
	return all
}

// heardOf lets a program do something, and gives what it says.
func heardOf[T any](play *chromium.Play, deed set) (answer T) {
	play.Asks(deed, &answer)
	return answer
}
