package identity

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func (h *house) refresh(tokens Tokens, request string) Tokens {
	h.t.Helper()
	next, err := h.Refresh(h.ctx, Refreshing{Token: tokens.Refresh, RequestID: request})
	require.NoError(h.t, err)
	return next
}

func (h *house) refreshFails(tokens Tokens, request string) {
	h.t.Helper()
	_, err := h.Refresh(h.ctx, Refreshing{Token: tokens.Refresh, RequestID: request})
	isFault(h.t, fault.Unauthenticated, err)
}

func (h *house) kinds(account syncing.AccountID) (kinds []string) {
	h.t.Helper()
	log, err := h.AccountLog(h.ctx, syncing.Principal{Account: account}, LogPage{})
	require.NoError(h.t, err)
	for _, e := range log {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func TestARefreshTokenIsExchangedAtEachUse(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	seen := []string{tokens.Refresh}
	for i := range 20 {
		h.clock.forward(9 * time.Minute)
		next := h.refresh(tokens, fmt.Sprintf("refresh number %d", i))
		require.NotContains(t, seen, next.Refresh)
		require.Equal(t, tokens.Device, next.Device)
		_, err := h.Authenticate(h.ctx, next.Access)
		require.NoError(t, err)
		seen, tokens = append(seen, next.Refresh), next
	}
}

func TestALostAnswerGetsTheSameSuccessor(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	first := h.refresh(tokens, "the answer got lost")
	h.restart()
	h.clock.forward(lostAnswer)
	again := h.refresh(tokens, "the answer got lost")
	require.Equal(t, first.Refresh, again.Refresh)
	h.refresh(again, "and the next one")
	require.NotContains(t, h.kinds(tokens.Account), AuditTokenReused)
}

func TestSixtyFourRefreshesAtOnceGetOneSuccessor(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	var wg sync.WaitGroup
	got := make([]string, 64)
	for i := range got {
		wg.Go(func() {
			next, err := h.Refresh(h.ctx, Refreshing{Token: tokens.Refresh, RequestID: "one request, 64 times"})
			if err == nil {
				got[i] = next.Refresh
			}
		})
	}
	wg.Wait()
	slices.Sort(got)
	require.Len(t, slices.Compact(got), 1)
	require.NotEmpty(t, got[0])
}

func TestAnOlderTokenEndsTheFamilyAndIsRecorded(t *testing.T) {
	t.Parallel()
	for name, reuse := range map[string]func(h *house, first, second Tokens){
		"another request": func(h *house, first, _ Tokens) { h.refreshFails(first, "the request of a thief") },
		"the same request, late": func(h *house, first, _ Tokens) {
			h.clock.forward(lostAnswer + time.Millisecond)
			h.refreshFails(first, "refresh number one")
		},
		"the same, two tokens ago": func(h *house, first, second Tokens) {
			h.refresh(second, "refresh number two")
			h.refreshFails(first, "refresh number one")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, nurse, record := newWard(t)
			first := h.patient(nurse, record)
			second := h.refresh(first, "refresh number one")
			reuse(h, first, second)
			h.refreshFails(second, "refresh of the owner") // both are locked out
			h.refreshFails(first, "refresh number one")
			_, err := h.Authenticate(h.ctx, second.Access)
			isFault(t, fault.Unauthenticated, err)
			require.NotErrorIs(t, err, ErrRevoked, "the owner's phone may hold words that were not sent yet")
			require.Contains(t, h.kinds(first.Account), AuditTokenReused)
			list := h.ledger.list(t)
			require.Equal(t, RevokedDevice, list[len(list)-1].Kind)
			require.Equal(t, first.Device, list[len(list)-1].Device)
		})
	}
}

func TestRubbishEndsNobodysSession(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	second := h.refresh(tokens, "refresh number one")
	raw, err := base64.RawURLEncoding.DecodeString(second.Refresh)
	require.NoError(t, err)
	require.Len(t, raw, refreshBytes)
	for i := range raw { // a stranger who knows the ids, the counter, and all but one byte
		forged := bytes.Clone(raw)
		forged[i] ^= 1
		h.refreshFails(Tokens{Refresh: base64.RawURLEncoding.EncodeToString(forged)}, "the request of a stranger")
	}
	for _, text := range []string{"", "AQ", second.Refresh + "A", second.Refresh[1:], strings.Repeat("A", len(second.Refresh)), strings.Repeat("\n", len(second.Refresh)), second.Refresh[:40] + "\r\n" + second.Refresh[42:], strings.Repeat("A", 1<<20), tokens.Access} {
		h.refreshFails(Tokens{Refresh: text}, "the request of a stranger")
	}
	h.refresh(second, "refresh number two")
}

func TestARequestIDOfARefreshIsBounded(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	for _, n := range []int{0, requestIDBytesMin - 1, requestIDBytesMax + 1} {
		_, err := h.Refresh(h.ctx, Refreshing{Token: tokens.Refresh, RequestID: strings.Repeat("r", n)})
		isFault(t, fault.Invalid, err)
	}
	next := h.refresh(tokens, strings.Repeat("r", requestIDBytesMin))
	h.refresh(next, strings.Repeat("r", requestIDBytesMax))
}

func TestAPhoneMayStayAwayAMonthAndADeskADay(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.patient(nurse, record)
	for i := range 3 { // each refresh begins the month anew
		h.clock.forward(phoneLifetime - time.Second)
		patient = h.refresh(patient, fmt.Sprintf("refresh of month %d", i))
	}
	late := h.patient(nurse, h.record(Team{ID: nurse.Teams[0].Team}, nurse))
	h.clock.forward(phoneLifetime)
	h.refreshFails(late, "a month and no more")

	atDesk, err := h.Seed().SignIn(h.ctx, nurse.Account, desk)
	require.NoError(t, err)
	h.clock.forward(staffLifetime - time.Minute)
	atDesk = h.refresh(atDesk, "shortly before the end")
	require.Equal(t, h.clock.now().Add(time.Minute).UnixMilli(), atDesk.RefreshExpires)
	require.LessOrEqual(t, atDesk.AccessExpires, atDesk.RefreshExpires, "no access token outlives its session")
	h.clock.forward(time.Minute)
	h.refreshFails(atDesk, "a day and no more")
}

// What a link carries is exchanged within its time or never; from then on it is a device as every other.
func TestTheTokenOfALinkIsExchangedInTimeOrNever(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	person := h.patient(nurse, record).Account
	for _, account := range []syncing.AccountID{nurse.Account, person} {
		link := func() Tokens {
			tokens, err := h.Seed().SignInWithin(h.ctx, account, desk, time.Hour)
			require.NoError(t, err)
			return tokens
		}
		opened, late := link(), link()
		h.clock.forward(time.Hour - time.Second)
		opened = h.refresh(opened, "opened in the last second")
		h.clock.forward(time.Second)
		h.refreshFails(late, "an hour and no more")
		h.clock.forward(time.Hour)
		h.refresh(opened, "later the same day")
	}
}

func TestLifetimesAreSettings(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	c := h.Config
	c.PhoneLifetime, c.LostAnswer = time.Hour, 10*time.Minute
	var err error
	h.Service, err = New(h.ctx, c)
	require.NoError(t, err)
	tokens := h.patient(nurse, record)
	require.Equal(t, h.clock.now().Add(time.Hour).UnixMilli(), tokens.RefreshExpires)
	next := h.refresh(tokens, "the answer got lost")
	h.clock.forward(10 * time.Minute)
	require.Equal(t, next.Refresh, h.refresh(tokens, "the answer got lost").Refresh)
}

func TestASignedOutOrLockedDeviceDoesNotRefresh(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.NoError(t, h.SignOut(h.ctx, who.Principal))
	h.refreshFails(tokens, "after signing out")

	other := h.patient(nurse, record)
	require.NoError(t, h.LockAccount(h.ctx, h.admin, other.Account))
	h.refreshFails(other, "while it is locked")
	require.NoError(t, h.UnlockAccount(h.ctx, h.admin, other.Account))
	h.refreshFails(other, "after it was unlocked") // signed out stays signed out
	_, err = h.Authenticate(h.ctx, h.patient(nurse, record).Access)
	require.NoError(t, err)
}

func TestNoSecretLiesRawInTheFile(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	tokens, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
	next := h.refresh(tokens, "a request id that nobody keeps")
	require.NoError(t, h.file.Close())
	defer h.open()
	secrets := map[string][]byte{
		"password": []byte(staffPassword), "administrator's password": []byte(adminPassword), "birth date": []byte(birthday),
		"code": []byte(strings.ReplaceAll(code.Text, "-", "")), "code as shown": []byte(code.Text),
		"request id": []byte("a request id that nobody keeps"), "address": []byte("192.0.2.7"),
	}
	for name, issued := range map[string]Tokens{"first": tokens, "second": next} {
		raw, err := base64.RawURLEncoding.DecodeString(issued.Refresh)
		require.NoError(t, err)
		secrets[name+" refresh token"] = []byte(issued.Refresh)
		secrets[name+" refresh secret"] = raw[37 : 37+secretBytes]
		secrets[name+" refresh secret in base64"] = []byte(base64.StdEncoding.EncodeToString(raw[37 : 37+secretBytes]))
		secrets[name+" access token"] = []byte(issued.Access)
	}
	files, err := filepath.Glob(filepath.Join(h.dir, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []byte
	for _, name := range files {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		all = append(all, content...)
	}
	require.True(t, bytes.Contains(all, []byte("Ada's phone")), "the search finds what is there: this store does not seal")
	for name, secret := range secrets {
		require.False(t, bytes.Contains(all, secret), name)
	}
}

func TestPhonesThatAreNewerThanARestoredBackupAreLetInOnce(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.refresh(h.patient(nurse, record), "refresh before the backup")
	backup := h.copyFile()
	for i := range 3 {
		h.clock.forward(time.Minute)
		tokens = h.refresh(tokens, fmt.Sprintf("refresh %d after the backup", i))
	}
	h.clock.forward(time.Hour)
	h.putBack(backup)
	require.NoError(t, h.ApplyRevocations(h.ctx, nil))
	next := h.refresh(tokens, "refresh after the restore")
	h.refresh(next, "and then as ever")

	h.refreshFails(tokens, "an older one again") // the life that the backup did not know is forgiven once
	require.Contains(t, h.kinds(tokens.Account), AuditTokenReused)
}

func TestAfterARestoreTheSecondOfTwoWhoHoldAFamilyEndsIt(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	first := h.refresh(h.patient(nurse, record), "refresh before the backup")
	backup := h.copyFile()
	stolen := h.refresh(first, "refresh 1 after the backup")
	own := h.refresh(h.refresh(stolen, "refresh 2 after the backup"), "refresh 3 after the backup")
	h.clock.forward(time.Hour)
	h.putBack(backup)
	require.NoError(t, h.ApplyRevocations(h.ctx, nil))
	thief := h.refresh(stolen, "the request of a thief")
	h.refreshFails(own, "refresh 4 after the backup")
	h.refreshFails(thief, "the next request of a thief")
}

func TestWithoutARestoreATokenThatTheStoreDoesNotKnowEndsTheFamily(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	backup := h.copyFile()
	newer := h.refresh(h.refresh(tokens, "refresh number one"), "refresh number two")
	h.putBack(backup) // and nobody said so
	h.refreshFails(newer, "refresh number three")
	h.refreshFails(tokens, "refresh number one")
}

// between runs something once, after the first read and before the first commit.
type between struct {
	syncing.Store
	once sync.Once
	do   func()
}

func (b *between) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	b.once.Do(b.do)
	return b.Store.Update(ctx, record, fn)
}

func TestTwoRequestsWithOneTokenAreJudgedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	var first Tokens
	s := h.serviceOn(&between{Store: h.Store, do: func() { first = h.refresh(tokens, "the request that was faster") }})
	_, err := s.Refresh(h.ctx, Refreshing{Token: tokens.Refresh, RequestID: "the request that was slower"})
	isFault(t, fault.Unauthenticated, err)
	h.refreshFails(first, "refresh of the owner")
}

func TestALockedAccountRefreshesNothing(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	require.NoError(t, h.LockAccount(h.ctx, h.admin, nurse.Account))
	tokens, err := h.Seed().SignIn(h.ctx, nurse.Account, desk)
	require.NoError(t, err)
	h.refreshFails(tokens, "while it is locked")
	_, err = h.Authenticate(h.ctx, tokens.Access)
	isFault(t, fault.Unauthenticated, err) // though this phone was never signed out
}

// copyFile takes a backup as an operator would, of a store that is closed.
func (h *house) copyFile() map[string][]byte {
	h.t.Helper()
	require.NoError(h.t, h.file.Close())
	defer h.open()
	files, err := filepath.Glob(filepath.Join(h.dir, "*"))
	require.NoError(h.t, err)
	copied := make(map[string][]byte)
	for _, name := range files {
		copied[name], err = os.ReadFile(name)
		require.NoError(h.t, err)
	}
	return copied
}

func (h *house) putBack(files map[string][]byte) {
	h.t.Helper()
	require.NoError(h.t, h.file.Close())
	for name, content := range files {
		require.NoError(h.t, os.WriteFile(name, content, 0o600))
	}
	h.open()
}

// noRoom is a store on a full disk: it is read, and nothing can be written.
type noRoom struct{ syncing.Store }

func (noRoom) Update(context.Context, syncing.RecordID, func(syncing.Tx) error) error {
	return fault.New(fault.Full, "test", "The disk is full.")
}

// TestWhoIsSignedInStaysSoOnAFullDisk: the token cannot be renewed, so it stays good. A stolen one is found out all the same, as soon as there is
// room to write that down.
func TestWhoIsSignedInStaysSoOnAFullDisk(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	first := h.patient(nurse, record)
	second := h.refresh(first, "before the disk was full")
	store := h.Store
	h.Store = noRoom{store}
	for i := range 3 {
		h.clock.forward(9 * time.Minute)
		again := h.refresh(second, fmt.Sprintf("on a full disk, number %d", i))
		require.Equal(t, second.Refresh, again.Refresh)
		_, err := h.Authenticate(h.ctx, again.Access)
		require.NoError(t, err)
	}
	_, err := h.Refresh(h.ctx, Refreshing{Token: first.Refresh, RequestID: "somebody with an old token"})
	isFault(t, fault.Full, err)

	h.Store = store
	third := h.refresh(second, "when there is room again")
	require.NotEqual(t, second.Refresh, third.Refresh)
	h.refreshFails(second, "somebody with an old token")
	h.refreshFails(third, "after somebody had an old token")
}
