package care

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// TestAnAdmissionThatIsStillToComeSilencesNobody: it was taken for a stay, so that nobody was called, and no caregiver told, until it was over.
func TestAnAdmissionThatIsStillToComeSilencesNobody(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	reminded := func(now int64) (answer bool) {
		require.NoError(t, p.engine.Follow(t.Context(), p.record, func(r syncing.Reader, _ int64) (_ []syncing.Patch, err error) {
			answer, err = mayRemind(r, p.record, now)
			return nil, err
		}))
		return answer
	}
	const day = 24 * hourMs
	p.must("nurse", healthEventName+"/"+p.id("planned"), fields{"type": eventAdmission, "at": p.now + 3*day})
	require.True(t, reminded(p.now))
	require.True(t, reminded(p.now+3*day-1))
	require.False(t, reminded(p.now+3*day))
	p.must("nurse", healthEventName+"/"+p.id("home"), fields{"type": eventDischarge, "at": p.now + 5*day})
	require.False(t, reminded(p.now+5*day-1))
	require.True(t, reminded(p.now+5*day))
}

// TestWhatTimeSaysOfARequestTwiceChangesNothing: saying what follows from time twice changes nothing, and the entry goes.
func TestWhatTimeSaysOfARequestTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	clock := NewClock(testConfig(t))
	id := syncing.DocID(assessmentRequestName + "/" + p.id("asked"))
	p.must("nurse", string(id), fields{"team": oncologyTeam.String(), "dueOn": "2026-11-23", "status": "active"})
	due := func(now int64) (n int) {
		require.NoError(t, p.engine.Follow(t.Context(), p.record, func(r syncing.Reader, _ int64) ([]syncing.Patch, error) {
			list, err := clock.Due(p.record, r, id, now)
			n = len(list)
			return list, err
		}))
		return n
	}
	at := noon + (3*24+72)*hourMs // Monday at ten, and three days
	require.Zero(t, due(at-1))
	require.Equal(t, 3, due(at), "a task, a word to the team, and that it was done")
	require.Zero(t, due(at))
	require.Zero(t, due(at+hourMs*1000))
}
