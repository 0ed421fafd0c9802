package replica_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// told gives a phone an error in place of its record's answer, which keeps only how far the server has come.
func (d *desk) told(r *replica.Replica, told syncing.RecordError) {
	d.t.Helper()
	x, err := r.Request(d.now, d.record)
	require.NoError(d.t, err)
	answer, err := d.engine.Sync(d.t.Context(), ann, x.Request)
	require.NoError(d.t, err)
	answer.Records[0] = syncing.RecordResponse{Record: d.record, Last: answer.Records[0].Last, Epoch: answer.Records[0].Epoch, Error: &told}
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
			d.told(r, syncing.RecordError{Code: syncing.Busy, RetryAfterMs: c.retryAfterMs})
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
	d.told(r, syncing.RecordError{Code: syncing.Busy, RetryAfterMs: 3000})
	d.now -= 10 * year
	require.True(t, r.Wants(d.record, d.now))
	d.settle(r)
	require.Equal(t, replica.UpToDate, r.State(d.record))
}

func TestAPhoneWhoseAccessEndedAsksOnceMoreForWhatItKeeps(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.open(&disk{})
	_, err := r.Mutate(d.record, replica.Change{Doc: d.doc(), Set: text("kept until a backup has it")}, d.now)
	require.NoError(t, err)
	d.settle(r)
	require.Len(t, r.Outbox(d.record), 1)
	ended := syncing.RecordError{Code: syncing.Ended}
	d.told(r, ended)
	require.True(t, r.Wants(d.record, d.now), "what is kept now lies in the account's own list, and nobody said that it does")
	d.told(r, ended)
	require.False(t, r.Wants(d.record, d.now))
}
