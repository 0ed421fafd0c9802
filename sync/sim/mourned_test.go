package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync/sim"
)

// A restored phone handed in new words under numbers that an older server did not have, let go of them when they were safe, and
// then the server went back further than was safe: to a copy's words under the same numbers. No page can notice that, and the
// simulation must not ask for it (seed 359). Everywhere else a copy's words never count as one's own.
func TestNumbersWhoseWordsWereMournedAreNotAskedFor(t *testing.T) {
	t.Parallel()
	_, err := sim.Run(sim.Options{Seed: 359, Steps: steps, Disk: disk()})
	require.NoError(t, err)
}
