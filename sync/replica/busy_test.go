package replica_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// told gives a phone the answer that its record is busy.
func (d *desk) told(r *replica.Replica, retryAfterMs int64) {
	d.t.Helper()
	x, err := r.Request(d.now, d.record)
	require.NoError(d.t, err)
	answer, err := d.engine.Sync(d.t.Context(), ann, x.Request)
	require.NoError(d.t, err)
	answer.Records[0] = syncing.RecordResponse{Record: d.record, Error: &syncing.RecordError{Code: syncing.Busy, RetryAfterMs: retryAfterMs}}
	require.NoError(d.t, r.Apply(x, answer, d.now))
}

func TestABusyRecordIsLeftAloneForAsLongAsTheServerAsksAndNotLonger(t *testing.T) {
	t.Parallel()
	const hour = 3600_000
	for name, c := range map[string]struct{ retryAfterMs, waits int64 }{
		"three seconds":         {3000, 3000},
		"at once":               {0, 0},
		"never, says a mistake": {1 << 62, hour},
		"before now":            {-5, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			r := d.open(&disk{})
			d.told(r, c.retryAfterMs)
			if c.waits > 0 {
				require.False(t, r.Wants(d.record, d.now+c.waits-1))
			}
			require.True(t, r.Wants(d.record, d.now+c.waits))
		})
	}
}

func TestAPhoneWhoseClockWasSetBackDoesNotWaitForYears(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * 3600_000
	d := newDesk(t)
	r := d.open(&disk{})
	d.now += 10 * year
	d.told(r, 3000)
	d.now -= 10 * year
	require.True(t, r.Wants(d.record, d.now))
	d.settle(r)
	require.Equal(t, replica.UpToDate, r.State(d.record))
}
