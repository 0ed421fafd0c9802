package replica_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync/replica"
)

func TestARequestNamesTheSchemaThatTheAppReads(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for asked, sent := range map[int]int{0: 1, -3: 1, 1: 1, 2: 2} {
		r, err := replica.Open(replica.Options{Schema: asked, NewID: d.id, Storage: &disk{}})
		require.NoError(t, err)
		x, err := r.Request(d.now, d.record)
		require.NoError(t, err)
		require.Equal(t, sent, x.Request.Schema)
	}
}
