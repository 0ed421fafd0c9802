package replica_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// changed carries one request, changes its answer, and gives what the replica asks next.
func (d *desk) changed(r *replica.Replica, change func(*syncing.RecordResponse)) syncing.RecordRequest {
	d.t.Helper()
	d.now += 1000
	x, err := r.Request(d.now, d.record)
	require.NoError(d.t, err)
	answer, err := d.engine.Sync(d.t.Context(), ann, x.Request)
	require.NoError(d.t, err)
	change(&answer.Records[0])
	require.NoError(d.t, r.Apply(x, answer, d.now))
	x, err = r.Request(d.now+1000, d.record)
	require.NoError(d.t, err)
	return x.Request.Records[0]
}

// settled is a phone with one change that the server has answered and not yet in a backup.
func settled(t *testing.T) (*desk, *replica.Replica, *disk) {
	t.Helper()
	d, k := newDesk(t), &disk{}
	r := d.open(k)
	_, err := r.Mutate(d.record, replica.Change{Doc: d.doc(), Set: text("one")}, d.now)
	require.NoError(t, err)
	d.settle(r)
	return d, r, k
}

func numbers(q syncing.RecordRequest) (list []uint64) {
	for _, m := range q.Mutations {
		list = append(list, m.N)
	}
	return list
}

func TestAnotherEpochIsSentAllThatIsKeptThoughItsLastIsNoLower(t *testing.T) {
	t.Parallel()
	d, r, _ := settled(t)
	require.Empty(t, numbers(d.changed(r, func(*syncing.RecordResponse) {})))
	again := d.changed(r, func(p *syncing.RecordResponse) { p.Epoch = "00000000000000bb" })
	require.Equal(t, []uint64{1}, numbers(again), "under that number a copy may have written something else there")
}

func TestADigestThatDiffersIsHealedByOnePullFromTheStart(t *testing.T) {
	t.Parallel()
	d, r, _ := settled(t)
	require.NotEmpty(t, d.changed(r, func(*syncing.RecordResponse) {}).Cursor)
	differ := func(p *syncing.RecordResponse) { p.Digest = "00000000000000ff" }
	require.Empty(t, d.changed(r, differ).Cursor)
	require.NotEmpty(t, d.changed(r, differ).Cursor, "and not again for the same difference")
}

func TestAPhoneWhoseCopyWroteMoreGoesOnUnderANewName(t *testing.T) {
	t.Parallel()
	d, r, k := settled(t)
	name := r.ID()
	twin := d.open(&disk{parts: k.parts})
	_, err := twin.Mutate(d.record, replica.Change{Doc: d.doc(), Set: text("the copy's")}, d.now)
	require.NoError(t, err)
	d.settle(twin)
	require.Equal(t, name, twin.ID(), "who writes first keeps the name")
	d.settle(r)
	require.NotEqual(t, name, r.ID())
	require.Equal(t, replica.UpToDate, r.State(d.record))
}

func TestALastBelowAnAnswerBehindAGapIsSentAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.open(&disk{})
	d.settle(r)
	for _, words := range []string{"one", "two"} {
		_, err := r.Mutate(d.record, replica.Change{Doc: d.doc(), Set: text(words)}, d.now)
		require.NoError(t, err)
	}
	q := d.changed(r, func(p *syncing.RecordResponse) { p.Outcomes = p.Outcomes[1:] })
	require.Contains(t, numbers(q), uint64(1), "it has no outcome yet")
	q = d.changed(r, func(p *syncing.RecordResponse) { p.Outcomes, p.Last = nil, 1 })
	require.Equal(t, []uint64{1, 2}, numbers(q))
}
