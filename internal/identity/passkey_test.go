package identity

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity/authenticator"
	"satchel/sync"
)

// passkey adds one, on the device of the tokens.
func (h *house) passkey(who syncing.Principal) *authenticator.Authenticator {
	h.t.Helper()
	a := &authenticator.Authenticator{Origin: pages}
	_, err := h.AddPasskey(h.ctx, who, "This phone", h.made(a, who))
	require.NoError(h.t, err)
	return a
}

func (h *house) made(a *authenticator.Authenticator, who syncing.Principal) []byte {
	h.t.Helper()
	offer, err := h.BeginPasskey(h.ctx, who)
	require.NoError(h.t, err)
	require.Equal(h.t, pagesHost, offer.RP)
	return a.Make(offer.Challenge, offer.RP, offer.User)
}

func (h *house) used(a *authenticator.Authenticator) []byte {
	h.t.Helper()
	offer, err := h.BeginPasskeySignIn()
	require.NoError(h.t, err)
	require.Empty(h.t, offer.Known, "nobody is named")
	return a.Use(offer.Challenge, offer.RP)
}

func comes(credential []byte) PasskeySigningIn {
	return PasskeySigningIn{Credential: credential, Address: "192.0.2.7", Device: phone}
}

func (h *house) comesIn(a *authenticator.Authenticator) Tokens {
	h.t.Helper()
	tokens, err := h.SignInByPasskey(h.ctx, comes(h.used(a)))
	require.NoError(h.t, err)
	return tokens
}

func (h *house) keptOut(a *authenticator.Authenticator) {
	h.t.Helper()
	_, err := h.SignInByPasskey(h.ctx, comes(h.used(a)))
	isFault(h.t, fault.Unauthenticated, err)
}

func TestAPasskeySignsItsHolderInAndProvesWhoItIs(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	enrolled := h.patient(nurse, record)
	who := h.speaks(enrolled)
	a := h.passkey(who)
	require.NoError(t, h.SignOut(h.ctx, who), "signing out takes no passkey away")
	h.restart()
	tokens := h.comesIn(a)
	require.Equal(t, enrolled.Account, tokens.Account)
	require.NotEqual(t, enrolled.Device, tokens.Device)
	session, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.NoError(t, h.Proved(session), "the authenticator has seen who it is")
	require.True(t, h.scope(record, session.Principal).Owner())
	again := h.refresh(tokens, "a refresh of this phone")
	require.Equal(t, tokens.Device, again.Device)
	list, err := h.Passkeys(h.ctx, session.Principal)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, Passkey{ID: list[0].ID, Name: "This phone", Made: h.clock.now().UnixMilli(), Used: h.clock.now().UnixMilli()}, list[0])
}

// Each answer is wrong in one way, and opens nothing: the reasons are one fault and the same work.
func TestNothingTellsWhatIsWrongWithAPasskey(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	good := h.passkey(h.speaks(h.patient(nurse, record)))
	other := h.speaks(h.patient(nurse, h.record(Team{ID: nurse.Teams[0].Team}, nurse)))
	locked := h.passkey(h.speaks(h.caregiver(nurse, record)))
	removed := h.passkey(other)
	keys, err := h.Passkeys(h.ctx, other)
	require.NoError(t, err)
	require.NoError(t, h.EndPasskey(h.ctx, other, keys[0].ID))
	entry, _, err := h.Store.Lookup(h.ctx, indexPasskeys, h.blindCredential(locked.ID()))
	require.NoError(t, err)
	h.in(entry.Record, func(tx syncing.Tx) error { // but for its passkey, which a lock ends
		var row accountRow
		if _, err := readRow(tx, syncing.TableIdentity, accountKey, &row); err != nil {
			return err
		}
		row.Locked = 1
		return putAccount(tx, row)
	})
	stranger := &authenticator.Authenticator{Origin: pages}
	stranger.Make("", pagesHost, other.Account.UUID[:])
	taken := h.used(good)
	_, err = h.SignInByPasskey(h.ctx, comes(taken))
	require.NoError(t, err)
	begun, err := h.BeginPasskey(h.ctx, other)
	require.NoError(t, err)
	proof, err := h.newChallenge(forProof, other)
	require.NoError(t, err)
	old := h.used(good)
	h.clock.forward(passkeyChallengeLives)
	wrongly := func(change func(a *authenticator.Authenticator)) []byte {
		a := *good
		change(&a)
		return h.used(&a)
	}
	offer, err := h.BeginPasskeySignIn()
	require.NoError(t, err)
	work := h.sameWork(func(s *Service) []refusedTry {
		with := func(credential []byte) func() error {
			return func() error { _, err := s.SignInByPasskey(h.ctx, comes(credential)); return err }
		}
		return []refusedTry{
			{"one that was never made here", with(h.used(stranger))},
			{"a wrong signature", with(wrongly(func(a *authenticator.Authenticator) { a.Forged = true }))},
			{"one that was removed", with(h.used(removed))},
			{"of a locked account", with(h.used(locked))},
			{"an answer that was taken already", with(taken)},
			{"an answer that comes too late", with(old)},
			{"a challenge for something else", with(good.Use(begun.Challenge, pagesHost))},
			{"a challenge for a proof", with(good.Use(proof, pagesHost))},
			{"a challenge that we never gave out", with(good.Use(base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{1}, challengeBytes)), pagesHost))},
			{"a challenge that is none", with(good.Use("AAAA", pagesHost))},
			{"nobody showed the authenticator who they are", with(wrongly(func(a *authenticator.Authenticator) { a.Unverified = true }))},
			{"nobody touched it", with(wrongly(func(a *authenticator.Authenticator) { a.Absent = true }))},
			{"another page", with(wrongly(func(a *authenticator.Authenticator) { a.Origin = "https://satchel.example" }))},
			{"a page of another host", with(wrongly(func(a *authenticator.Authenticator) { a.Origin = "https://evil.example:8443" }))},
			{"a frame in a page of others", with(wrongly(func(a *authenticator.Authenticator) { a.Crossed = true }))},
			{"a passkey for another host", with(good.Use(offer.Challenge, "evil.example"))},
			{"one that says it is somebody else's", with(wrongly(func(a *authenticator.Authenticator) { a.Handle = other.Account.UUID[:] }))},
			{"one that does not say whose it is", with(wrongly(func(a *authenticator.Authenticator) { a.Handle = []byte{} }))},
		}
	}, fault.Unauthenticated)
	require.Contains(t, work, "hash of passkey challenge")
	require.Contains(t, work, "hash of passkey")
	h.comesIn(good)
}

// A thief of a token is on a device, and adds no way in: the proof is asked for by whoever serves this (the contract's x-proof), and what was
// begun on one device, or by one account, ends on no other. Each of these must fail.
func TestAPasskeyIsAddedOnlyByWhoeverBeganItThere(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	ada := h.patient(nurse, record)
	who := h.speaks(ada)
	carla := h.speaks(h.caregiver(nurse, record))
	elsewhere := h.speaks(h.patient(nurse, record))
	require.Equal(t, who.Account, elsewhere.Account)
	taken := h.passkey(carla)
	fresh := func() *authenticator.Authenticator { return &authenticator.Authenticator{Origin: pages} }
	begun, err := h.BeginPasskey(h.ctx, who)
	require.NoError(t, err)
	require.Empty(t, begun.Known)
	signIn, err := h.BeginPasskeySignIn()
	require.NoError(t, err)
	unverified, absent, page, host := fresh(), fresh(), fresh(), fresh()
	unverified.Unverified, absent.Absent, page.Origin, host.Origin = true, true, "https://evil.example", "http://satchel.example:8443"
	late := h.made(fresh(), who)
	h.clock.forward(passkeyChallengeLives)
	begun, err = h.BeginPasskey(h.ctx, who)
	require.NoError(t, err)
	for name, try := range map[string]struct {
		by   syncing.Principal
		sent []byte
	}{
		"by another account":                       {carla, fresh().Make(begun.Challenge, pagesHost, who.Account.UUID[:])},
		"on another device":                        {elsewhere, fresh().Make(begun.Challenge, pagesHost, who.Account.UUID[:])},
		"too late":                                 {who, late},
		"with a challenge for a sign-in":           {who, fresh().Make(signIn.Challenge, pagesHost, who.Account.UUID[:])},
		"by an authenticator that verified no one": {who, h.made(unverified, who)},
		"by one that nobody touched":               {who, h.made(absent, who)},
		"on another page":                          {who, h.made(page, who)},
		"on a page without TLS":                    {who, h.made(host, who)},
		"for another host":                         {who, fresh().Make(begun.Challenge, "evil.example", who.Account.UUID[:])},
		"under an id that somebody else has":       {who, fresh().MakeNamed(taken.ID(), begun.Challenge, pagesHost, who.Account.UUID[:])},
	} {
		_, err := h.AddPasskey(h.ctx, try.by, "A phone", try.sent)
		require.True(t, fault.Is(err, fault.Refused), "%s: %v", name, err)
		require.Equal(t, fault.TextOf(errWrongPasskey), fault.TextOf(err), name)
	}
	sent := h.made(fresh(), who)
	require.NoError(t, h.SignOut(h.ctx, who))
	_, err = h.AddPasskey(h.ctx, who, "A phone", sent)
	isFault(t, fault.Unauthenticated, err)
	require.Equal(t, carla.Account, h.comesIn(taken).Account, "and what it would have taken stayed whose it was")
	list, err := h.Passkeys(h.ctx, elsewhere)
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestAPasskeyIsAddedOnce(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	a := &authenticator.Authenticator{Origin: pages}
	sent := h.made(a, who)
	_, err := h.AddPasskey(h.ctx, who, "This phone", sent)
	require.NoError(t, err)
	_, err = h.AddPasskey(h.ctx, who, "This phone", sent)
	isFault(t, fault.Refused, err)
	for n := range passkeysMax - 1 {
		_, err := h.AddPasskey(h.ctx, who, fmt.Sprint("Key ", n), h.made(&authenticator.Authenticator{Origin: pages}, who))
		require.NoError(t, err)
	}
	_, err = h.AddPasskey(h.ctx, who, "One more", h.made(&authenticator.Authenticator{Origin: pages}, who))
	isFault(t, fault.Refused, err)
	require.Contains(t, fault.TextOf(err), "Remove one of them")
	offer, err := h.BeginPasskey(h.ctx, who)
	require.NoError(t, err)
	require.Len(t, offer.Known, passkeysMax, "a browser makes none twice")
}

// The secret of a page (PRF) and what no browser sends are refused before anything is looked at.
func TestWhatNoBrowserSendsIsNoPasskey(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	a := h.passkey(who)
	a.Results = map[string]any{"prf": map[string]any{"results": map[string]any{"first": "AAAA"}}}
	_, err := h.SignInByPasskey(h.ctx, comes(h.used(a)))
	isFault(t, fault.Invalid, err)
	require.Contains(t, fault.TextOf(err), "stays in the browser")
	_, err = h.AddPasskey(h.ctx, who, "A phone", h.made(a, who))
	isFault(t, fault.Invalid, err)
	for _, text := range []string{"", "null", "{}", "[]", "7", `{"id":"AAAA"}`, string(h.used(a)[:200])} {
		_, err := h.SignInByPasskey(h.ctx, comes([]byte(text)))
		isFault(t, fault.Invalid, err)
		_, err = h.AddPasskey(h.ctx, who, "A phone", []byte(text))
		isFault(t, fault.Invalid, err)
	}
	_, err = h.SignInByPasskey(h.ctx, comes(make([]byte, credentialBytesMax+1)))
	isFault(t, fault.TooLarge, err)
	enabled := h.passkey(who)
	enabled.Results = map[string]any{"prf": map[string]any{"enabled": true}, "credProps": map[string]any{"rk": true}}
	h.comesIn(enabled)
}

// Where this installation has no address of its own there are no passkeys.
func TestWithoutAnAddressThereAreNoPasskeys(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	a := h.passkey(who)
	sent := h.used(a)
	h.Origin = func() string { return "" }
	_, err := h.BeginPasskey(h.ctx, who)
	isFault(t, fault.Refused, err)
	_, err = h.SignInByPasskey(h.ctx, comes(sent))
	isFault(t, fault.Refused, err)
}

// On this machine alone a page may have any name under localhost, and what was made under one name opens nothing under another. An installation
// with an address of its own takes none of them.
func TestEachNameUnderLocalhostHasPasskeysOfItsOwn(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	at := func(origin, host string) error {
		a := &authenticator.Authenticator{Origin: origin}
		offer, err := h.BeginPasskey(h.ctx, who)
		require.NoError(t, err)
		_, err = h.AddPasskey(h.ctx, who, "A phone", a.Make(offer.Challenge, host, offer.User))
		if err != nil {
			return err
		}
		for _, wrong := range []string{"http://nurse.localhost:8080", "http://localhost:8080"} {
			if a.Origin = wrong; wrong != origin {
				offer, err := h.BeginPasskeySignIn()
				require.NoError(t, err)
				_, err = h.SignInByPasskey(h.ctx, comes(a.Use(offer.Challenge, host)))
				isFault(t, fault.Unauthenticated, err)
			}
		}
		a.Origin = origin
		offer, err = h.BeginPasskeySignIn()
		require.NoError(t, err)
		_, err = h.SignInByPasskey(h.ctx, comes(a.Use(offer.Challenge, host)))
		return err
	}
	isFault(t, fault.Refused, at("http://patient.localhost:8443", "patient.localhost")) // of https://satchel.example:8443
	h.Origin = func() string { return "http://localhost:8080" }
	require.NoError(t, at("http://localhost:8080", "localhost"))
	require.NoError(t, at("http://patient.localhost:8080", "patient.localhost"))
	for _, wrong := range []string{
		"http://patient.localhost:8081", "https://patient.localhost:8080", "http://patient.localhost", "http://.localhost:8080", "http://evil.example/.localhost:8080",
		"http://evil.example#.localhost:8080", "http://a@b.localhost:8080", "http://evillocalhost:8080", "patient.localhost:8080",
	} {
		isFault(t, fault.Refused, at(wrong, "patient.localhost"))
		isFault(t, fault.Refused, at(wrong, "localhost"))
	}
}

// A counter that went back is noted where its holder sees it, and proves nothing.
func TestACopiedPasskeyIsNoted(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	a := &authenticator.Authenticator{Origin: pages, Counter: 4}
	_, err := h.AddPasskey(h.ctx, who, "A key", h.made(a, who))
	require.NoError(t, err)
	copied := *a
	h.comesIn(a)
	h.comesIn(a)
	tokens := h.comesIn(&copied)
	session, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	isFault(t, fault.Unproved, h.Proved(session))
	list, err := h.Passkeys(h.ctx, who)
	require.NoError(t, err)
	require.Equal(t, h.clock.now().UnixMilli(), list[0].Copied)
	log, err := h.AccountLog(h.ctx, who, LogPage{})
	require.NoError(t, err)
	require.True(t, hasKind(log, AuditPasskeyCopied))
}

func hasKind(log []AuditEntry, kind string) bool {
	for _, e := range log {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

// Marks of answered challenges go when the challenge could not be answered any more.
func TestMarksOfAnsweredChallengesDoNotPileUp(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	a := h.passkey(who)
	for range 5 {
		h.clock.forward(challengeKept + time.Minute)
		h.comesIn(a)
	}
	marks := 0
	require.NoError(t, h.Store.View(h.ctx, h.AccountRecord(who.Account), func(tx syncing.ReadTx) error {
		return tx.Scan(syncing.TableIdentity, []byte(spentPrefix), after([]byte(spentPrefix)), func(_, _ []byte) (bool, error) {
			marks++
			return true, nil
		})
	}))
	require.Equal(t, 1, marks)
}

func TestTryingPasskeysIsBounded(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	a := h.passkey(h.speaks(h.patient(nurse, record)))
	forged := *a
	forged.Forged = true
	for range passkeyAddress.burst {
		h.comesIn(a) // what was right is given back
		h.keptOut(&forged)
	}
	_, err := h.SignInByPasskey(h.ctx, comes(h.used(a)))
	isFault(t, fault.TooMany, err)
	other := comes(h.used(a))
	other.Address = "192.0.2.8"
	_, err = h.SignInByPasskey(h.ctx, other)
	require.NoError(t, err)
}
