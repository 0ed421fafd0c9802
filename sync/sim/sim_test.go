package sim_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
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

// reached is what a thousand runs must have come to: a run that never gets there says nothing about it.
var reached = []string{
	"action", "amended", "answer account", "answer busy", "answer ended", "answer fork", "answer gap", "answer upgrade", "applied", "as many siblings as may be",
	"before the sealing", "came under another name", "copied", "cut message", "deleted", "discarded", "doubled message", "event again", "expired",
	"foreign", "forked", "full disk", "held forbidden", "held invalid", "held lost", "held missing", "held sealed", "held stale", "held transition",
	"held unknown", "joined what is deleted", "lost message", "lost tail", "page", "phone restored", "released", "reset epoch", "reset history",
	"reset null", "reset old", "reset schema", "reset scope", "restart", "restored", "retried", "returned", "revoked", "safe", "siblings", "stopped before a commit", "stopped behind a commit",
	"ten years", "untold",
	"words after a skip", "written",
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	count, runs := seeds(t), uint64(0)
	var mu sync.Mutex
	sum := map[string]int{}
	t.Cleanup(func() { // after the last seed, if all were run
		if t.Failed() || runs < max(count, 1000) {
			return
		}
		for _, what := range reached {
			require.NotZero(t, sum[what], "no run came to: %s", what)
		}
	})
	for seed := range count {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			result, err := sim.Run(sim.Options{Seed: seed, Steps: steps, Disk: disk()})
			if err != nil {
				t.Fatalf("%v\n%s", err, story(seed))
			}
			mu.Lock()
			defer mu.Unlock()
			runs++
			for what, times := range result.Covered {
				sum[what] += times
			}
		})
	}
}

func TestTheSameSeedIsTheSameRun(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		first, err := sim.Run(sim.Options{Seed: seed, Steps: steps, Disk: disk()})
		require.NoError(t, err)
		second, err := sim.Run(sim.Options{Seed: seed, Steps: steps, Disk: disk(), Tell: func(string) {}})
		require.NoError(t, err)
		require.Equal(t, first, second, "also when its story is told")
		other, err := sim.Run(sim.Options{Seed: seed + 1000, Steps: steps, Disk: disk()})
		require.NoError(t, err)
		require.NotEqual(t, first.Hash, other.Hash)
	}
}
