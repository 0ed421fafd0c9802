package sim_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync/sim"
	"satchel/sync/storetest"
)

// steps is how long one run is.
const steps = 400

func disk() sim.Disk {
	m := storetest.NewMemory()
	return sim.Disk{
		Store: m, Sequence: m.Sequence, SetDurability: m.SetDurability,
		Keep: func() func() {
			s := m.Snapshot()
			return func() { m.Restore(s) }
		},
	}
}

func seeds(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("SATCHEL_SIM_SEEDS")
	if text == "" {
		return 1000
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	return n
}

// storyLines is how much of a failing run's story is told.
const storyLines = 60

// story plays a seed once more and tells its last steps.
func story(seed uint64) string {
	var lines []string
	_, _ = sim.Run(sim.Options{Seed: seed, Steps: steps, Disk: disk(), Tell: func(line string) { lines = append(lines, line) }})
	return strings.Join(lines[max(0, len(lines)-storyLines):], "\n")
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			_, err := sim.Run(sim.Options{Seed: seed, Steps: steps, Disk: disk()})
			if err != nil {
				t.Fatalf("%v\n%s", err, story(seed))
			}
		})
	}
}

func TestSeedsReach(t *testing.T) {
	sum := map[string]int{}
	for seed := range uint64(60) {
		r, err := sim.Run(sim.Options{Seed: seed, Steps: steps, Disk: disk()})
		_ = err
		for k, v := range r.Covered {
			sum[k] += v
		}
	}
	for _, k := range slices.Sorted(maps.Keys(sum)) {
		fmt.Println(k, sum[k])
	}
}
