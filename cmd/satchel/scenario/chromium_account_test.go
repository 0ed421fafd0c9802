package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// A nurse signs in with a password, sets up her authenticator app at the desk, and from then on needs its code. Who finds the desk open sets up no other: it asks for a
// proof.
func TestChromium_ANurseSignsInByPasswordAndByTheCodeOfHerAppThatSheSetUpAtTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.family()
	play := chromium.Start(t, "account.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "name": "olive", "password": passphrase})
	var said struct {
		Words string
		Wrong []string
	}
	play.Hears(&said)
	require.Contains(t, said.Words, "not right")
	play.Hears(&said)
	secret := said.Words
	require.Empty(t, said.Wrong)
	code := func() set {
		h.later(30 * time.Second) // each code is good once
		digits, err := totp.GenerateCode(secret, h.clock.Now())
		h.done(err)
		return set{"code": digits}
	}
	play.Hears(&said)
	require.Contains(t, said.Words, "The code is not right")
	play.Asks(code(), &said)
	require.Equal(t, "confirmed", said.Words)
	play.Asks(code(), &said)
	require.Contains(t, said.Words, "is not right", "the password alone opens nothing")
	play.Hears(&said)
	require.Equal(t, "in", said.Words)
	h.later(identity.ProofLasts)
	play.Tells(set{"later": true})
	play.Asks(code(), &said)
	require.Regexp(t, `^[A-Z2-7]{16,}$`, said.Words)
	require.NotEqual(t, secret, said.Words)
	play.Hears(&said)
	require.Equal(t, "signed out there", said.Words)
	require.Error(t, h.olive.get("/v1/records", nil), "that device is signed out")
	for _, complaint := range play.Ends() {
		require.Regexp(t, `status of (401|403|422)`, complaint, "nothing but what was refused")
	}
}

// Whoever works in no team yet is told so and signs out again; a nurse who made a passkey at the desk signs in by it, with no name and no password.
func TestChromium_ANurseSignsInAtTheDeskByThePasskeyThatSheMadeThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.family()
	_, err := h.server.Identity().Seed().Staff(h.ctx, identity.Staff{Kind: identity.KindClinician, Name: "Nurse New", SignInName: "newcomer", Password: passphrase})
	h.done(err)
	play := chromium.Start(t, "board-passkey.mjs", h.pages(), set{"password": passphrase})
	var said struct {
		Devices []string
		Refused string
	}
	play.Hears(&said)
	require.Contains(t, strings.Join(said.Devices, " "), "This device")
	require.NotEmpty(t, said.Refused, "a passkey that was taken away opens nothing")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 401", "nothing but the passkey that was taken away")
	}
}
