package identity

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func (h *house) speaks(tokens Tokens) syncing.Principal {
	h.t.Helper()
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(h.t, err)
	return who.Principal
}

func (h *house) devices(account syncing.AccountID) []Device {
	h.t.Helper()
	devices, err := h.Devices(h.ctx, syncing.Principal{Account: account}, account, syncing.RecordID{})
	require.NoError(h.t, err)
	return devices
}

func (h *house) targets(account syncing.AccountID) (tokens []string) {
	h.t.Helper()
	targets, err := h.PushTargets(h.ctx, account)
	require.NoError(h.t, err)
	for _, target := range targets {
		tokens = append(tokens, target.Token)
	}
	return tokens
}

// T1, H21: a lost phone is refused at its next request, though its token is good for minutes.
func TestARevokedDeviceIsRefusedAtItsNextRequest(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	lost, kept := h.patient(nurse, record), h.patient(nurse, record)
	patient := h.speaks(kept)
	h.speaks(lost)
	require.NoError(t, h.RevokeDevice(h.ctx, patient, patient.Account, lost.Device, syncing.RecordID{}))
	_, err := h.Authenticate(h.ctx, lost.Access)
	isFault(t, fault.Unauthenticated, err)
	require.ErrorIs(t, err, ErrRevoked)
	h.speaks(kept)
	h.clock.forward(24 * time.Hour) // the phone comes back when its access token has long expired
	_, err = h.Refresh(h.ctx, Refreshing{Token: lost.Refresh, RequestID: "a phone that was lost"})
	isFault(t, fault.Unauthenticated, err)
	require.ErrorIs(t, err, ErrRevoked)
	forged, ok := parseRefresh(lost.Refresh)
	require.True(t, ok)
	forged.mac[0] ^= 1
	_, err = h.Refresh(h.ctx, Refreshing{Token: forged.String(), RequestID: "somebody who guesses"})
	require.NotErrorIs(t, err, ErrRevoked)
	h.clock.forward(-24 * time.Hour)
	for _, d := range h.devices(patient.Account) {
		require.Equal(t, d.ID == lost.Device, d.Ended != 0)
	}
	require.NoError(t, h.RevokeDevice(h.ctx, patient, patient.Account, lost.Device, syncing.RecordID{}), "again")
	isFault(t, fault.NotFound, h.RevokeDevice(h.ctx, patient, patient.Account, h.id(), syncing.RecordID{}))
}

func TestWhoMaySignOutAPhone(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient, caregiver := h.patient(nurse, record), h.caregiver(nurse, record)
	stranger := h.member(h.team(TeamOncology))
	elsewhere := h.record(Team{ID: stranger.Teams[0].Team}, stranger)
	try := func(who syncing.Principal, record syncing.RecordID) error {
		return h.RevokeDevice(h.ctx, who, patient.Account, patient.Device, record)
	}
	isFault(t, fault.NotFound, try(stranger, record))
	isFault(t, fault.NotFound, try(stranger, elsewhere)) // a record of theirs, but not the patient's
	isFault(t, fault.NotFound, try(stranger, syncing.RecordID{}))
	isFault(t, fault.NotFound, try(h.speaks(caregiver), record))
	isFault(t, fault.NotFound, try(nurse, syncing.RecordID{}))
	h.speaks(patient)
	_, err := h.Devices(h.ctx, stranger, patient.Account, record)
	isFault(t, fault.NotFound, err)
	devices, err := h.Devices(h.ctx, nurse, patient.Account, record)
	require.NoError(t, err)
	require.Equal(t, "Ada's phone", devices[0].Name)
	require.Equal(t, "android", devices[0].Kind)
	require.NoError(t, try(nurse, record))
	require.NoError(t, h.RevokeDevice(h.ctx, h.admin, caregiver.Account, caregiver.Device, syncing.RecordID{}))
}

func TestARevocationIsAnsweredOnlyWhenItLiesInTheSecondPlace(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.patient(nurse, record)
	caregiver := h.caregiver(nurse, record)
	who := h.speaks(patient)
	mate := h.member(Team{ID: nurse.Teams[0].Team})
	requests := map[string]func() error{
		RevokedGrant:      func() error { return h.EndAccess(h.ctx, nurse, record, Grantee{Account: caregiver.Account}) },
		RevokedDevice:     func() error { return h.RevokeDevice(h.ctx, nurse, patient.Account, patient.Device, record) },
		RevokedMember:     func() error { return h.EndMember(h.ctx, h.admin, mate.Teams[0].Team, mate.Account) },
		RevokedAccount:    func() error { return h.LockAccount(h.ctx, h.admin, mate.Account) },
		RevokedCategories: func() error { return h.SetCaregiver(h.ctx, who, record, caregiver.Account, nil, nil) },
	}
	for _, kind := range []string{RevokedCategories, RevokedGrant, RevokedDevice, RevokedMember, RevokedAccount} {
		before := len(h.ledger.list(t))
		h.ledger.full.Store(true)
		isFault(t, fault.Busy, requests[kind]())
		require.Len(t, h.ledger.list(t), before)
		h.ledger.full.Store(false)
		require.NoError(t, requests[kind](), "the same request again")
		list := h.ledger.list(t)
		require.Len(t, list, before+1, kind)
		require.Equal(t, kind, list[before].Kind)
		require.NotZero(t, list[before].At)
	}
}

func TestOneMoreDeviceSignsOutTheOneNotSeenForLongest(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	var all []Tokens
	for i := range devicesMax {
		h.clock.forward(time.Second)
		tokens, err := h.Seed().SignIn(h.ctx, nurse.Account, DeviceFacts{Kind: "web", Name: fmt.Sprint("Desk ", i)})
		require.NoError(t, err)
		all = append(all, tokens)
	}
	for _, tokens := range all {
		h.speaks(tokens)
	}
	h.clock.forward(time.Second)
	one, err := h.Seed().SignIn(h.ctx, nurse.Account, desk)
	require.NoError(t, err)
	_, err = h.Authenticate(h.ctx, all[0].Access)
	isFault(t, fault.Unauthenticated, err)
	for _, tokens := range append(all[1:], one) {
		h.speaks(tokens)
	}
	h.clock.forward(staffLifetime + deviceKept)
	_, err = h.Seed().SignIn(h.ctx, nurse.Account, desk)
	require.NoError(t, err)
	require.Len(t, h.devices(nurse.Account), 1, "what is over is forgotten")
}

func TestLastSeenIsWrittenAtMostOnceAnHour(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	store := &counted{Store: h.Store}
	s := h.serviceOn(store)
	tokens := h.patient(nurse, record)
	commits := func() (n int) {
		for _, call := range store.taken() {
			if call == "committed" {
				n++
			}
		}
		return n
	}
	ask := func() int {
		commits()
		tokens = h.refresh(tokens, fmt.Sprintf("refresh at %d, long enough", h.clock.now().UnixMilli()))
		_, err := s.Authenticate(h.ctx, tokens.Access)
		require.NoError(t, err)
		return commits()
	}
	require.Zero(t, ask())
	h.clock.forward(seenEvery - time.Second)
	require.Zero(t, ask())
	h.clock.forward(time.Second)
	require.Equal(t, 1, ask())
	require.Zero(t, ask())
	require.Equal(t, h.clock.now().UnixMilli(), h.devices(tokens.Account)[0].Seen)

	h.clock.forward(seenEvery)
	tokens = h.refresh(tokens, "one more, for two requests at once")
	authenticate := func(s *Service) {
		_, err := s.Authenticate(h.ctx, tokens.Access)
		require.NoError(t, err)
	}
	authenticate(h.serviceOn(&between{Store: store, do: func() { authenticate(h.Service); store.taken() }}))
	require.NotContains(t, store.taken(), "put")
}

// T19: a push token moves with the phone.
func TestAPushTokenBelongsToOneDevice(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	one, two := h.patient(nurse, record), h.patient(nurse, record)
	other := h.caregiver(nurse, record)
	register := func(tokens Tokens, push string) {
		require.NoError(t, h.RegisterPush(h.ctx, h.speaks(tokens), "fcm", push))
	}
	register(one, "token A")
	register(one, "token A")
	require.Equal(t, []string{"token A"}, h.targets(one.Account))
	register(two, "token A")
	targets, err := h.PushTargets(h.ctx, one.Account)
	require.NoError(t, err)
	require.Equal(t, []PushTarget{{Device: two.Device, Platform: "fcm", Token: "token A"}}, targets)

	register(other, "token A") // handed on to somebody else
	require.Empty(t, h.targets(one.Account))
	require.Equal(t, []string{"token A"}, h.targets(other.Account))

	register(two, "token B")
	register(two, "token C") // the service gave a new one: the old is nobody's
	require.Equal(t, []string{"token C"}, h.targets(one.Account))
	_, found, err := h.Store.Lookup(h.ctx, indexPush, h.pushKey("token B"))
	require.NoError(t, err)
	require.False(t, found)
	register(one, "token B")
	require.ElementsMatch(t, []string{"token B", "token C"}, h.targets(one.Account))
}

// T19: a browser hands its address over with keys and in an order of its own: it is one browser, however it is written.
func TestWhatATokenNamesBelongsToOneDeviceHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	h.PushName = strings.ToLower
	one, other := h.patient(nurse, record), h.caregiver(nurse, record)
	require.NoError(t, h.RegisterPush(h.ctx, h.speaks(one), "web", "browser A"))
	require.NoError(t, h.RegisterPush(h.ctx, h.speaks(one), "web", "Browser A"))
	require.Equal(t, []string{"Browser A"}, h.targets(one.Account), "with new keys")
	require.NoError(t, h.RegisterPush(h.ctx, h.speaks(other), "web", "browser a"))
	require.Empty(t, h.targets(one.Account))
	require.Equal(t, []string{"browser a"}, h.targets(other.Account))
	require.NoError(t, h.DropPush(h.ctx, "BROWSER A"), "the push service says that it is gone")
	require.Empty(t, h.targets(other.Account))
}

func TestAPushTokenEndsWithItsDeviceInTheSameTransaction(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens, other := h.patient(nurse, record), h.caregiver(nurse, record)
	require.NoError(t, h.RegisterPush(h.ctx, h.speaks(tokens), "fcm", "token A"))
	who := h.speaks(tokens)
	require.NoError(t, h.SignOut(h.ctx, who))
	require.Empty(t, h.targets(tokens.Account))
	_, found, err := h.Store.Lookup(h.ctx, indexPush, h.pushKey("token A"))
	require.NoError(t, err)
	require.False(t, found)
	isFault(t, fault.Unauthenticated, h.RegisterPush(h.ctx, who, "fcm", "token A"))
	require.NoError(t, h.RegisterPush(h.ctx, h.speaks(other), "fcm", "token A"))
	require.NoError(t, h.DropPush(h.ctx, "token A"), "the push service says that it is gone")
	require.Empty(t, h.targets(other.Account))
	require.NoError(t, h.DropPush(h.ctx, "token A"))

	require.NoError(t, h.RegisterPush(h.ctx, h.speaks(other), "fcm", "token D"))
	require.NoError(t, h.LockAccount(h.ctx, h.admin, other.Account))
	require.Empty(t, h.targets(other.Account))
}

func TestAPushTokenIsBounded(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	require.NoError(t, h.RegisterPush(h.ctx, who, strings.Repeat("p", platformBytesMax), strings.Repeat("t", pushTokenBytesMax)))
	isFault(t, fault.Invalid, h.RegisterPush(h.ctx, who, "fcm", strings.Repeat("t", pushTokenBytesMax+1)))
	isFault(t, fault.Invalid, h.RegisterPush(h.ctx, who, strings.Repeat("p", platformBytesMax+1), "token"))
	isFault(t, fault.Invalid, h.RegisterPush(h.ctx, who, "fcm", ""))
	isFault(t, fault.Invalid, h.RegisterPush(h.ctx, who, "", "token"))
}
