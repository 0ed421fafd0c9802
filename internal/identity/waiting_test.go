package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

func TestACaregiverSeesNothingUntilThePersonHasConfirmedThem(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	code := h.code(nurse, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday})
	nameless := redemption(code)
	nameless.Name = ""
	_, err := h.Redeem(h.ctx, nameless)
	isFault(t, fault.Invalid, err)
	tokens, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err, "the code was not used up")
	carla := h.who(tokens.Account)

	require.False(t, h.scope(record, carla).Active())
	require.False(t, h.known(record, carla), "what they hand in is not counted in the record")
	waiting, err := h.Waiting(h.ctx, carla.Account)
	require.NoError(t, err)
	require.Equal(t, 1, waiting)
	shares, err := h.Shares(h.ctx, patient, record)
	require.NoError(t, err)
	require.Equal(t, "waiting", shares[len(shares)-1].Relation)
	require.Equal(t, "Carla", shares[len(shares)-1].Name)

	isFault(t, fault.Forbidden, h.ConfirmCaregiver(h.ctx, nurse, record, carla.Account, nil, nil))
	isFault(t, fault.NotFound, h.ConfirmCaregiver(h.ctx, carla, record, carla.Account, nil, nil))
	isFault(t, fault.NotFound, h.ConfirmCaregiver(h.ctx, patient, record, nurse.Account, nil, nil))
	isFault(t, fault.Invalid, h.ConfirmCaregiver(h.ctx, patient, record, carla.Account, AllCategories, nil))
	require.NoError(t, h.ConfirmCaregiver(h.ctx, patient, record, carla.Account, nil, nil))
	require.NoError(t, h.ConfirmCaregiver(h.ctx, patient, record, carla.Account, nil, nil), "twice is once")
	require.Equal(t, []string{CategorySchedule}, Consented(h.scope(record, carla).Categories()))
	again, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
	require.Equal(t, tokens.Account, again.Account, "the request that came twice opens nothing anew")
	waiting, err = h.Waiting(h.ctx, carla.Account)
	require.NoError(t, err)
	require.Zero(t, waiting)
}

func TestAPersonSaysNoToACaregiver(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	tokens, err := h.Redeem(h.ctx, redemption(h.code(patient, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday})))
	require.NoError(t, err)
	carla := h.who(tokens.Account)
	isFault(t, fault.NotFound, h.EndAccess(h.ctx, carla, record, Grantee{Account: carla.Account}))
	require.NoError(t, h.EndAccess(h.ctx, patient, record, Grantee{Account: carla.Account}))
	isFault(t, fault.NotFound, h.ConfirmCaregiver(h.ctx, patient, record, carla.Account, nil, nil))
	require.False(t, h.scope(record, carla).Active())
	require.Empty(t, h.ledger.list(t), "nothing had been shared that could be taken back")
}

func TestThoseWhoWaitAreBoundedTogetherWithCodes(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	for range codesOpenMax {
		_, err := h.Redeem(h.ctx, redemption(h.code(nurse, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday})))
		require.NoError(t, err)
	}
	_, err := h.CreateCode(h.ctx, nurse, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday})
	isFault(t, fault.Refused, err)
	h.clock.forward(waitingKept + time.Second)
	h.code(nurse, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday})
}

func TestAnAccessEndsAtItsTimeByItself(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	carla := h.who(h.caregiver(nurse, record).Account)
	at := h.clock.now().Add(time.Hour).UnixMilli()
	past := h.clock.now().Add(-time.Hour).UnixMilli()
	isFault(t, fault.Invalid, h.SetCaregiver(h.ctx, patient, record, carla.Account, []string{CategorySchedule}, &past))
	require.NoError(t, h.SetCaregiver(h.ctx, patient, record, carla.Account, []string{CategorySchedule}, &at))
	require.NoError(t, h.SetCaregiver(h.ctx, patient, record, carla.Account, []string{CategorySchedule, CategoryPlan}, nil), "the end stays")

	h.clock.forward(time.Hour - time.Millisecond)
	require.True(t, h.scope(record, carla).Active())
	ended, err := h.EndExpired(h.ctx)
	require.NoError(t, err)
	require.Empty(t, ended)
	h.clock.forward(time.Millisecond)
	require.False(t, h.scope(record, carla).Active(), "at its time, whether anybody has written it down or not")
	accounts, err := h.AccountsOf(h.ctx, record)
	require.NoError(t, err)
	require.NotContains(t, accounts, carla.Account, "nobody is woken who may see nothing")
	ended, err = h.EndExpired(h.ctx)
	require.NoError(t, err)
	require.Len(t, ended, 1)
	ended, err = h.EndExpired(h.ctx)
	require.NoError(t, err)
	require.Empty(t, ended, "once")
	log, err := h.AccessLog(h.ctx, patient, record, LogPage{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, AuditGrantEnded, log[0].Kind)
	require.True(t, log[0].By.IsZero(), "by itself")
	require.True(t, h.known(record, carla))
}

// A nearer end is a revocation: an older backup must not bring the later one back.
func TestANearerEndOutlivesARestore(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	carla := h.who(h.caregiver(nurse, record).Account)
	at := h.clock.now().Add(time.Hour).UnixMilli()
	r := Revocation{Kind: RevokedCategories, Record: record, Account: carla.Account, Categories: []string{CategorySchedule}, Until: at, At: h.clock.now().Add(time.Minute).UnixMilli()}
	require.NoError(t, h.ApplyRevocations(h.ctx, []Revocation{r, r}))
	require.True(t, h.scope(record, carla).Active())
	h.clock.forward(2 * time.Hour)
	require.False(t, h.scope(record, carla).Active())
	require.NoError(t, h.EndAccess(h.ctx, patient, record, Grantee{Account: carla.Account}))
}
