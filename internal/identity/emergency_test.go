package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

func TestAnEmergencyAccessReadsForAnHourAndWritesNothing(t *testing.T) {
	t.Parallel()
	h, _, record := newWard(t)
	otto := h.member(h.team(TeamPrimary))
	at := h.clock.now().UnixMilli()
	until := at + EmergencyMinutes*time.Minute.Milliseconds()
	require.False(t, h.scope(record, otto).Active())
	for range 2 {
		require.NoError(t, h.OpenInEmergency(h.ctx, otto, record, at, until))
	}
	scope := h.scope(record, otto)
	require.True(t, scope.Active())
	require.True(t, scope.Has(RoleEmergency))
	require.Empty(t, scope.Teams(), "it settles nothing and works in no queue")
	require.NotContains(t, scope.Categories(), CategorySensitive)
	require.NotContains(t, scope.Categories(), CategoryMessages)
	require.NoError(t, h.MayOpenInEmergency(h.ctx, otto, record), "once more is allowed")
	h.clock.forward(EmergencyMinutes*time.Minute - time.Millisecond)
	require.True(t, h.scope(record, otto).Active())
	h.clock.forward(time.Millisecond)
	require.False(t, h.scope(record, otto).Active())
	require.True(t, h.known(record, otto))
}

// A concern that the person showed to their caregivers too must not be out of sight of whoever treats them in an emergency.
func TestAnEmergencyShowsWhatIsShownToCaregiversToo(t *testing.T) {
	t.Parallel()
	h, _, record := newWard(t)
	otto := h.member(h.team(TeamPrimary))
	at := h.clock.now().UnixMilli()
	require.NoError(t, h.OpenInEmergency(h.ctx, otto, record, at, at+1000))
	categories := h.scope(record, otto).Categories()
	require.Contains(t, categories, CategoryPhysical+sharedSuffix)
	require.NotContains(t, categories, CategoryEmotional+sharedSuffix)
	require.NotContains(t, categories, CategorySensitive+sharedSuffix)
}

// Whoever came by an invitation has named their own team, and an account costs nothing: they open no other record.
func TestOnlyAClinicianOfATeamOpensARecordInAnEmergencyAndNotOften(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	for _, kind := range []Kind{KindExternal, KindNavigator, KindAdministrator, KindCaregiver, KindPatient} {
		_, _, err := h.SpendEmergency(h.ctx, Session{Principal: nurse, Kind: kind})
		isFault(t, fault.Forbidden, err)
	}
	_, _, err := h.SpendEmergency(h.ctx, Session{Principal: h.member(), Kind: KindClinician})
	isFault(t, fault.Forbidden, err)
	isFault(t, fault.Conflict, h.MayOpenInEmergency(h.ctx, nurse, record))
	for range emergencyAccount.burst {
		_, _, err := h.SpendEmergency(h.ctx, Session{Principal: nurse, Kind: KindClinician})
		require.NoError(t, err)
	}
	_, _, err = h.SpendEmergency(h.ctx, Session{Principal: nurse, Kind: KindClinician})
	isFault(t, fault.TooMany, err)
	h.clock.forward(emergencyAccount.refill)
	_, _, err = h.SpendEmergency(h.ctx, Session{Principal: nurse, Kind: KindClinician})
	require.NoError(t, err)
}
