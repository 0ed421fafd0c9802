package server

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/identity/authenticator"
	syncing "satchel/sync"
)

const passkeyPages = "https://satchel.example"

// madePasskey is one that somebody adds on a device of theirs, with its id.
func madePasskey(t *testing.T, s *Server, account syncing.AccountID) (*authenticator.Authenticator, syncing.Principal, syncing.UUID) {
	t.Helper()
	tokens, err := s.Identity().Seed().SignIn(t.Context(), account, identity.DeviceFacts{Kind: "web", Name: "A browser"})
	require.NoError(t, err)
	who, err := s.Identity().Authenticate(t.Context(), tokens.Access)
	require.NoError(t, err)
	offer, err := s.Identity().BeginPasskey(t.Context(), who.Principal)
	require.NoError(t, err)
	key := &authenticator.Authenticator{Origin: passkeyPages}
	made, err := s.Identity().AddPasskey(t.Context(), who.Principal, "A browser", key.Make(offer.Challenge, offer.RP, offer.User))
	require.NoError(t, err)
	return key, who.Principal, made.ID
}

func comesByPasskey(t *testing.T, s *Server, key *authenticator.Authenticator) error {
	t.Helper()
	offer, err := s.Identity().BeginPasskeySignIn()
	require.NoError(t, err)
	_, err = s.Identity().SignInByPasskey(t.Context(), identity.PasskeySigningIn{
		Credential: key.Use(offer.Challenge, offer.RP), Address: "192.0.2.7", Device: identity.DeviceFacts{Kind: "web", Name: "A browser"},
	})
	return err
}

// Yesterday's backup knows a passkey that was taken away today. The ledger beside the keys keeps it away, and the others open what they opened.
func TestARestoreBringsNoPasskeyBackThatWasTakenAway(t *testing.T) {
	t.Parallel()
	c := installed(t)
	c.Public = passkeyPages
	s := opened(t, c)
	w := peopled(t, s)
	kept, _, _ := madePasskey(t, s, w.ada)
	lost, who, id := madePasskey(t, s, w.ada)
	require.NoError(t, comesByPasskey(t, s, lost))
	path, key := backedUp(t, s)
	require.NoError(t, s.Identity().EndPasskey(t.Context(), who, id))
	require.True(t, fault.Is(comesByPasskey(t, s, lost), fault.Unauthenticated))
	require.NoError(t, s.Close())
	restored(t, c, path, key)
	again := opened(t, c)
	require.NoError(t, comesByPasskey(t, again, kept))
	require.True(t, fault.Is(comesByPasskey(t, again, lost), fault.Unauthenticated))
}
