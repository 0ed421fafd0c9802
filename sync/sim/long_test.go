package sim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync/sim"
)

// The share of `make ci` and `make simlong` is runs of 5,000 steps; these few see to it that such a run works at all.
func TestALongRunHasManyRecordsAndComesToRest(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			result, err := sim.Run(sim.Options{Seed: seed, Steps: 1600, Devices: 10, Disk: disk()})
			require.NoError(t, err)
			require.Equal(t, 3, result.Covered["era"])
			require.Equal(t, 1600, result.Steps)
		})
	}
}
