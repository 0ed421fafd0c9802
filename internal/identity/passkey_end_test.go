package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity/authenticator"
	"satchel/sync"
)

func (h *house) passkeyOf(who syncing.Principal) syncing.UUID {
	h.t.Helper()
	list, err := h.Passkeys(h.ctx, who)
	require.NoError(h.t, err)
	require.Len(h.t, list, 1)
	return list[0].ID
}

// Who removes a passkey signs out whoever came in by it, but not themselves; nobody removes one of somebody else.
func TestARemovedPasskeyTakesItsSessionsAlong(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	a := h.passkey(who)
	id := h.passkeyOf(who)
	mine, thief := h.comesIn(a), h.comesIn(a)
	isFault(t, fault.NotFound, h.EndPasskey(h.ctx, h.speaks(h.caregiver(nurse, record)), id))
	isFault(t, fault.NotFound, h.EndPasskey(h.ctx, who, h.id()))
	h.ledger.full.Store(true)
	require.Error(t, h.EndPasskey(h.ctx, h.speaks(mine), id), "not written down twice: not answered")
	h.ledger.full.Store(false)
	require.NoError(t, h.EndPasskey(h.ctx, h.speaks(mine), id))
	h.speaks(mine)
	_, err := h.Authenticate(h.ctx, thief.Access)
	isFault(t, fault.Unauthenticated, err)
	require.ErrorIs(t, err, ErrRevoked)
	h.keptOut(a)
	list := h.ledger.list(t)
	require.Equal(t, []string{RevokedDevice, RevokedPasskey}, []string{list[len(list)-2].Kind, list[len(list)-1].Kind})
	require.Equal(t, id, list[len(list)-1].Passkey)
	h.clock.forward(deviceKept + time.Minute)
	fresh := h.comesIn(h.passkey(h.speaks(h.patient(nurse, record))))
	require.Equal(t, who.Account, fresh.Account)
}

// A nurse signs out a phone that was lost. Whoever found it may know how to unlock it: the passkeys that lead back onto it end too, and no others.
func TestALostPhoneTakesItsPasskeysAlong(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	enrolled := h.patient(nurse, record)
	made, other := h.passkey(h.speaks(enrolled)), h.passkey(h.speaks(h.patient(nurse, record)))
	cameBy := h.comesIn(other)
	require.NoError(t, h.RevokeDevice(h.ctx, nurse, enrolled.Account, enrolled.Device, record))
	h.keptOut(made)
	h.comesIn(other)
	require.NoError(t, h.RevokeDevice(h.ctx, nurse, enrolled.Account, cameBy.Device, record))
	h.keptOut(other)
}

// Two hold a session when a refresh token comes twice, and one of them may have added a way in: what was made by it ends with it, and nothing else.
func TestWhatAThiefOfATokenMayHaveMadeEndsWithTheSession(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	made := h.passkey(h.speaks(tokens))
	other := h.passkey(h.speaks(h.patient(nurse, record)))
	h.refresh(tokens, "a refresh of the holder")
	h.clock.forward(2 * lostAnswer)
	_, err := h.Refresh(h.ctx, Refreshing{Token: tokens.Refresh, RequestID: "a refresh of the thief"})
	isFault(t, fault.Unauthenticated, err)
	h.keptOut(made)
	h.comesIn(other)
	list := h.ledger.list(t)
	require.Equal(t, []string{RevokedDevice, RevokedPasskey}, []string{list[len(list)-2].Kind, list[len(list)-1].Kind})
}

// Who adds and removes all day does not fill the file.
func TestPasskeysThatEndedLatelyAreBounded(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	for range passkeysKept {
		h.passkey(who)
		require.NoError(t, h.EndPasskey(h.ctx, who, h.passkeyOf(who)))
	}
	_, err := h.AddPasskey(h.ctx, who, "One more", h.made(&authenticator.Authenticator{Origin: pages}, who))
	isFault(t, fault.Refused, err)
	h.clock.forward(deviceKept + time.Minute)
	h.passkey(h.speaks(h.patient(nurse, record)))
}

// What an older backup knows of passkeys that have ended opens nothing, and an answer to a challenge from before it neither.
func TestEndedPasskeysStayEndedInAnOlderBackup(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	kept, removed := h.passkey(who), h.passkey(h.speaks(h.caregiver(nurse, record)))
	carla := h.speaks(h.comesIn(removed))
	staff := h.member(Team{ID: nurse.Teams[0].Team})
	backup := h.copyFile()
	h.clock.forward(time.Minute)
	require.NoError(t, h.EndPasskey(h.ctx, carla, h.passkeyOf(carla)))
	require.NoError(t, h.LockAccount(h.ctx, h.admin, staff.Account))
	before := h.used(kept)
	_, err := h.SignInByPasskey(h.ctx, comes(before))
	require.NoError(t, err)
	h.clock.forward(time.Minute)
	h.putBack(backup)
	for range 2 {
		require.NoError(t, h.ApplyRevocations(h.ctx, h.ledger.list(t)))
		h.clock.forward(time.Millisecond) // what was asked for before the restore is answered by nobody
		h.keptOut(removed)
		h.comesIn(kept)
	}
	_, err = h.SignInByPasskey(h.ctx, comes(before))
	isFault(t, fault.Unauthenticated, err) // the backup does not know that it was answered
}

// An account that was locked, or whose password an administrator has reset, is opened by no passkey from before.
func TestWhoTookAnAccountOverKeepsNoPasskey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	tokens, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	a := h.passkey(h.speaks(tokens))
	h.comesIn(a)
	require.NoError(t, h.ResetPassword(h.ctx, h.admin, tokens.Account, "another quiet marble fern"))
	h.keptOut(a)
	list := h.ledger.list(t)
	require.Equal(t, RevokedPasskey, list[len(list)-1].Kind)

	r := signingIn()
	r.Password = "another quiet marble fern"
	tokens, err = h.SignIn(h.ctx, r)
	require.NoError(t, err)
	again := h.passkey(h.speaks(tokens))
	came := h.comesIn(again)
	require.NoError(t, h.LockAccount(h.ctx, h.admin, tokens.Account))
	_, err = h.Authenticate(h.ctx, came.Access)
	isFault(t, fault.Unauthenticated, err)
	h.keptOut(again)
	require.NoError(t, h.UnlockAccount(h.ctx, h.admin, tokens.Account))
	h.keptOut(again)
}

// A passkey shows anew who somebody is: on their own device, with a passkey of theirs, once.
func TestAPasskeyIsAProof(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	who := h.speaks(tokens)
	a := h.passkey(who)
	carla := h.speaks(h.caregiver(nurse, record))
	theirs := h.passkey(carla)
	elsewhere := h.speaks(h.comesIn(a))
	h.clock.forward(ProofLasts)
	isFault(t, fault.Unproved, h.Proved(h.speaking(&tokens)))
	shows := func(a *authenticator.Authenticator, by, on syncing.Principal) error {
		offer, err := h.BeginPasskeyProof(h.ctx, by)
		require.NoError(t, err)
		_, err = h.Prove(h.ctx, on, Proof{Passkey: a.Use(offer.Challenge, offer.RP), Address: "192.0.2.7"})
		return err
	}
	isFault(t, fault.Refused, shows(theirs, who, who))
	isFault(t, fault.Refused, shows(a, elsewhere, who))
	isFault(t, fault.Refused, shows(a, carla, carla))
	signIn, err := h.BeginPasskeySignIn()
	require.NoError(t, err)
	_, err = h.Prove(h.ctx, who, Proof{Passkey: a.Use(signIn.Challenge, signIn.RP)})
	isFault(t, fault.Refused, err)
	_, err = h.Prove(h.ctx, who, Proof{Passkey: []byte("{}")})
	isFault(t, fault.Invalid, err)
	_, err = h.Prove(h.ctx, who, Proof{Passkey: []byte("{}"), Password: staffPassword})
	isFault(t, fault.Invalid, err)
	isFault(t, fault.Unproved, h.Proved(h.speaking(&tokens)))

	offer, err := h.BeginPasskeyProof(h.ctx, who)
	require.NoError(t, err)
	require.Equal(t, [][]byte{a.ID()}, offer.Known)
	sent := a.Use(offer.Challenge, offer.RP)
	until, err := h.Prove(h.ctx, who, Proof{Passkey: sent})
	require.NoError(t, err)
	require.Equal(t, h.clock.now().Add(ProofLasts).UnixMilli(), until)
	require.NoError(t, h.Proved(h.speaking(&tokens)))
	h.clock.forward(time.Minute)
	_, err = h.Prove(h.ctx, who, Proof{Passkey: sent})
	isFault(t, fault.Refused, err)
	require.NoError(t, h.SignOut(h.ctx, carla))
	_, err = h.BeginPasskeyProof(h.ctx, h.speaks(h.caregiver(nurse, record)))
	isFault(t, fault.Refused, err) // a caregiver of their own, without a passkey
}
