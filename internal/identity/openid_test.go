package identity

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity/oidc"
	"satchel/internal/identity/oidc/stub"
	"satchel/sync"
)

// withProvider is a house whose staff may come by a provider, and a nurse whom it knows.
func withProvider(t *testing.T) (h *house, at *stub.Provider, nurse syncing.Principal) {
	t.Helper()
	h, nurse, _ = newWard(t)
	at = stub.Start(t, h.clock.now)
	provider, err := oidc.New(oidc.Options{Issuer: at.URL, ClientID: stub.Client, SecretFile: stub.SecretFile(t), Now: h.clock.now})
	require.NoError(t, err)
	h.OpenID = provider
	require.NoError(t, h.LinkOpenID(h.ctx, h.admin, nurse.Account, "nurse-8f14"))
	return h, at, nurse
}

// returns is a browser that went to the provider and came back, as somebody.
func (h *house) returns(at *stub.Provider, subject string) OpenIDReturn {
	h.t.Helper()
	address, keep, err := h.BeginOpenID(h.ctx)
	require.NoError(h.t, err)
	require.NotContains(h.t, address, keep)
	state, code := at.Vouches(address, subject)
	return OpenIDReturn{Keep: keep, State: state, Code: code, Address: "192.0.2.7"}
}

func (h *house) handedOver(at *stub.Provider, subject string) string {
	h.t.Helper()
	handover, err := h.ReturnOpenID(h.ctx, h.returns(at, subject))
	require.NoError(h.t, err)
	return handover
}

func TestStaffComeByTheSignInOfTheirOrganisation(t *testing.T) {
	t.Parallel()
	h, at, nurse := withProvider(t)
	require.Equal(t, "127.0.0.1", h.OpenIDName())
	back := h.returns(at, "nurse-8f14")
	h.restart()
	h.OpenID = mustProvider(t, h, at)
	handover, err := h.ReturnOpenID(h.ctx, back)
	require.NoError(t, err)
	tokens, err := h.SignInByOpenID(h.ctx, handover, desk)
	require.NoError(t, err)
	require.Equal(t, nurse.Account, tokens.Account)
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.NoError(t, h.Proved(who), "the provider has just asked who it is")
	at.Claims = func(c jwt.MapClaims) { c["auth_time"] = h.clock.now().Add(-time.Minute).Unix() }
	tokens, err = h.SignInByOpenID(h.ctx, h.handedOver(at, "nurse-8f14"), desk)
	require.NoError(t, err)
	who, err = h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	isFault(t, fault.Unproved, h.Proved(who)) // whoever sat down at an open desk was asked nothing
	at.Claims = func(c jwt.MapClaims) { delete(c, "auth_time") }
	tokens, err = h.SignInByOpenID(h.ctx, h.handedOver(at, "nurse-8f14"), desk)
	require.NoError(t, err)
	who, err = h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	isFault(t, fault.Unproved, h.Proved(who))
}

func mustProvider(t *testing.T, h *house, at *stub.Provider) OpenIDProvider {
	t.Helper()
	provider, err := oidc.New(oidc.Options{Issuer: at.URL, ClientID: stub.Client, SecretFile: stub.SecretFile(t), Now: h.clock.now})
	require.NoError(t, err)
	return provider
}

// What another browser brings, what comes twice, and whom nobody linked: each opens nothing, by one fault.
func TestTheSignInOfAnOrganisationOpensOnlyWhatItShould(t *testing.T) {
	t.Parallel()
	h, at, nurse := withProvider(t)
	fails := func(name string, r OpenIDReturn) {
		t.Helper()
		_, err := h.ReturnOpenID(h.ctx, r)
		require.True(t, fault.Is(err, fault.Unauthenticated), "%s: %v", name, err)
	}
	changed := func(change func(r *OpenIDReturn)) OpenIDReturn {
		r := h.returns(at, "nurse-8f14")
		change(&r)
		return r
	}
	thief := h.returns(at, "nurse-8f14")
	asked := at.Asked()
	signIn, err := h.newChallenge(forSignIn, syncing.Principal{})
	require.NoError(t, err)
	fails("in a browser that asked for nothing", changed(func(r *OpenIDReturn) { r.Keep = "" }))
	fails("in a browser that asked for something else", changed(func(r *OpenIDReturn) { r.Keep = thief.Keep }))
	fails("with another's code and state", OpenIDReturn{Keep: h.returns(at, "x").Keep, State: thief.State, Code: thief.Code})
	fails("without a state", changed(func(r *OpenIDReturn) { r.State = "" }))
	fails("without a code", changed(func(r *OpenIDReturn) { r.Code = "" }))
	fails("with what was kept for something else", OpenIDReturn{Keep: signIn, State: h.derived("state", signIn), Code: thief.Code})
	fails("from another provider", changed(func(r *OpenIDReturn) { r.Issuer = "https://evil.example" }))
	require.Equal(t, asked, at.Asked(), "none of this asks the provider anything")
	fails("with another's code", changed(func(r *OpenIDReturn) { r.Code = thief.Code }))
	fails("with a code that is none", changed(func(r *OpenIDReturn) { r.Code = "a guess" }))
	for _, subject := range []string{"nobody", "Nurse-8f14", "nurse-8f14 ", "staff1@example.org", nurse.Account.String()} {
		fails("somebody whom nobody linked", h.returns(at, subject))
	}
	late := h.returns(at, "nurse-8f14")
	h.clock.forward(passkeyChallengeLives)
	fails("too late", late)
	once := h.returns(at, "nurse-8f14")
	_, err = h.ReturnOpenID(h.ctx, once)
	require.NoError(t, err)
	fails("a second time", once)
}

func TestWhatIsHandedOverIsCollectedOnce(t *testing.T) {
	t.Parallel()
	h, at, nurse := withProvider(t)
	fails := func(handover string) {
		t.Helper()
		_, err := h.SignInByOpenID(h.ctx, handover, desk)
		isFault(t, fault.Unauthenticated, err)
	}
	handover := h.handedOver(at, "nurse-8f14")
	mate := h.member(Team{ID: nurse.Teams[0].Team})
	fails(handover[:len(handover)-36] + mate.Account.UUID.String()) // as somebody else
	_, err := h.SignInByOpenID(h.ctx, handover, desk)
	require.NoError(t, err)
	fails(handover)
	late := h.handedOver(at, "nurse-8f14")
	h.clock.forward(time.Minute + time.Millisecond)
	fails(late)
	_, keep, err := h.BeginOpenID(h.ctx)
	require.NoError(t, err)
	for _, none := range []string{"", ".", keep, keep + "." + nurse.Account.UUID.String(), "x." + nurse.Account.UUID.String()} {
		fails(none)
	}
	left := h.handedOver(at, "nurse-8f14")
	require.NoError(t, h.UnlinkOpenID(h.ctx, h.admin, nurse.Account))
	fails(left) // the link ended while the page was on its way
	require.NoError(t, h.LinkOpenID(h.ctx, h.admin, nurse.Account, "nurse-8f14"))
	fails(left)
	left = h.handedOver(at, "nurse-8f14")
	require.NoError(t, h.LockAccount(h.ctx, h.admin, nurse.Account))
	fails(left)
	_, err = h.ReturnOpenID(h.ctx, h.returns(at, "nurse-8f14"))
	isFault(t, fault.Unauthenticated, err)
}

// Who is who an administrator of the whole installation says, of staff, and each subject is one account's.
func TestOnlyAnAdministratorSaysWhoIsWho(t *testing.T) {
	t.Parallel()
	h, at, nurse := withProvider(t)
	mate := h.member(Team{ID: nurse.Teams[0].Team})
	local, err := h.CreateStaff(h.ctx, h.admin, Staff{Kind: KindAdministrator, Name: "Local", SignInName: "local@example.org", Password: staffPassword, Organisation: h.center.ID})
	require.NoError(t, err)
	patient := h.patient(nurse, h.record(Team{ID: nurse.Teams[0].Team}, nurse))
	for _, by := range []syncing.Principal{nurse, mate, h.who(local), h.who(patient.Account)} {
		isFault(t, fault.NotFound, h.LinkOpenID(h.ctx, by, mate.Account, "mate"))
		isFault(t, fault.NotFound, h.UnlinkOpenID(h.ctx, by, nurse.Account))
		_, err := h.OpenIDLink(h.ctx, by, nurse.Account)
		isFault(t, fault.NotFound, err)
	}
	isFault(t, fault.NotFound, h.LinkOpenID(h.ctx, h.admin, syncing.AccountID{UUID: h.id()}, "mate"))
	isFault(t, fault.Refused, h.LinkOpenID(h.ctx, h.admin, patient.Account, "patient"))
	isFault(t, fault.Refused, h.LinkOpenID(h.ctx, h.admin, mate.Account, "nurse-8f14"))
	isFault(t, fault.Invalid, h.LinkOpenID(h.ctx, h.admin, mate.Account, ""))
	since, err := h.OpenIDLink(h.ctx, h.admin, nurse.Account)
	require.NoError(t, err)
	require.NotZero(t, since)
	h.handedOver(at, "nurse-8f14")
	require.NoError(t, h.LinkOpenID(h.ctx, h.admin, nurse.Account, "nurse-8f14"), "as it is")
	require.NoError(t, h.LinkOpenID(h.ctx, h.admin, nurse.Account, "nurse-new"))
	_, err = h.ReturnOpenID(h.ctx, h.returns(at, "nurse-8f14"))
	isFault(t, fault.Unauthenticated, err)
	h.handedOver(at, "nurse-new")
	require.NoError(t, h.LinkOpenID(h.ctx, h.admin, mate.Account, "nurse-8f14"), "it is nobody's any more")
}

// Who unlinks somebody signs out what came in by it, and no older backup brings the link back.
func TestAnEndedLinkEndsItsSessionsAndStaysEnded(t *testing.T) {
	t.Parallel()
	h, at, nurse := withProvider(t)
	came, err := h.SignInByOpenID(h.ctx, h.handedOver(at, "nurse-8f14"), desk)
	require.NoError(t, err)
	provider := h.OpenID
	backup := h.copyFile()
	h.clock.forward(time.Minute)
	h.ledger.full.Store(true)
	require.Error(t, h.UnlinkOpenID(h.ctx, h.admin, nurse.Account))
	h.ledger.full.Store(false)
	require.NoError(t, h.UnlinkOpenID(h.ctx, h.admin, nurse.Account))
	_, err = h.Authenticate(h.ctx, came.Access)
	isFault(t, fault.Unauthenticated, err)
	left := h.ledger.list(t)
	require.Equal(t, RevokedOpenID, left[len(left)-1].Kind)
	h.clock.forward(time.Minute)
	h.putBack(backup)
	h.OpenID = provider
	h.handedOver(at, "nurse-8f14") // the backup does not know
	require.NoError(t, h.ApplyRevocations(h.ctx, h.ledger.list(t)))
	_, err = h.ReturnOpenID(h.ctx, h.returns(at, "nurse-8f14"))
	isFault(t, fault.Unauthenticated, err)
	_, err = h.Authenticate(h.ctx, came.Access)
	isFault(t, fault.Unauthenticated, err)
	h.clock.forward(time.Minute)
	require.NoError(t, h.LinkOpenID(h.ctx, h.admin, nurse.Account, "nurse-8f14"))
	require.NoError(t, h.ApplyRevocations(h.ctx, h.ledger.list(t)))
	h.clock.forward(time.Minute)
	h.handedOver(at, "nurse-8f14") // what was given anew stays
}

// A provider that is away costs nobody a try; somebody whom nobody linked does.
func TestTryingTheSignInOfAnOrganisationIsBounded(t *testing.T) {
	t.Parallel()
	h, at, _ := withProvider(t)
	h.handedOver(at, "nurse-8f14")
	at.Away = true
	for range openIDAddress.burst + 1 {
		address, keep, err := h.BeginOpenID(h.ctx)
		require.NoError(t, err)
		state, code := at.Vouches(address, "nurse-8f14")
		_, err = h.ReturnOpenID(h.ctx, OpenIDReturn{Keep: keep, State: state, Code: code, Address: "192.0.2.7"})
		isFault(t, fault.Busy, err)
	}
	at.Away = false
	for range openIDAddress.burst {
		_, err := h.ReturnOpenID(h.ctx, h.returns(at, "nobody"))
		isFault(t, fault.Unauthenticated, err)
	}
	_, err := h.ReturnOpenID(h.ctx, h.returns(at, "nurse-8f14"))
	isFault(t, fault.TooMany, err)
}

func TestWithoutAProviderNobodyComesByOne(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	require.Empty(t, h.OpenIDName())
	_, _, err := h.BeginOpenID(h.ctx)
	isFault(t, fault.NotFound, err)
	_, err = h.ReturnOpenID(h.ctx, OpenIDReturn{})
	isFault(t, fault.NotFound, err)
	isFault(t, fault.Refused, h.LinkOpenID(h.ctx, h.admin, nurse.Account, "nurse"))
	_, err = h.SignInByOpenID(h.ctx, "", desk)
	isFault(t, fault.Unauthenticated, err)
	require.NoError(t, h.UnlinkOpenID(h.ctx, h.admin, nurse.Account), "what is not there has ended")
}

func TestASubjectThatIsRefusedEndsNoLink(t *testing.T) {
	t.Parallel()
	h, at, nurse := withProvider(t)
	require.NoError(t, h.LinkOpenID(h.ctx, h.admin, h.admin.Account, "admin-1"))
	err := h.LinkOpenID(h.ctx, h.admin, nurse.Account, "admin-1")
	require.True(t, fault.Is(err, fault.Refused), "%v", err)
	_, err = h.SignInByOpenID(h.ctx, h.handedOver(at, "nurse-8f14"), desk)
	require.NoError(t, err, "she comes as before")
	require.NoError(t, h.LockAccount(h.ctx, h.admin, nurse.Account))
	err = h.LinkOpenID(h.ctx, h.admin, nurse.Account, "nurse-2")
	require.True(t, fault.Is(err, fault.Refused), "a closed account is tied no more: %v", err)
	require.NoError(t, h.UnlockAccount(h.ctx, h.admin, nurse.Account))
	_, err = h.SignInByOpenID(h.ctx, h.handedOver(at, "nurse-8f14"), desk)
	require.NoError(t, err, "and keeps what it has")
}
