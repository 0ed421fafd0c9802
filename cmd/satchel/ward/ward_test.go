package ward_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/ward"
	"satchel/sync/sim"
	"satchel/sync/storetest/memory"
)

const (
	steps = 300
	seeds = 40
)

func disk() sim.Disk {
	m := memory.New()
	return sim.Disk{
		Store: m, Sequence: m.Sequence, SetDurability: m.SetDurability,
		Keep: func() func() {
			s := m.Snapshot()
			return func() { m.Restore(s) }
		},
	}
}

func play(seed uint64, faults ward.Tamper) (sim.Result, error) {
	return ward.Run(ward.Options{Options: sim.Options{Seed: seed, Steps: steps, Disk: disk()}, Faults: faults})
}

// story plays a seed once more and tells its last steps.
func story(seed uint64) string {
	var lines []string
	_, _ = ward.Run(ward.Options{Options: sim.Options{Seed: seed, Steps: steps, Disk: disk(), Tell: func(line string) { lines = append(lines, line) }}})
	return strings.Join(lines[max(0, len(lines)-60):], "\n")
}

func TestNobodySeesTooMuchAndNothingIsLostInAWard(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			_, err := play(seed, ward.Tamper{})
			require.NoError(t, err, "%s", func() string {
				if err == nil {
					return ""
				}
				return story(seed)
			}())
		})
	}
}

func TestTheSameSeedIsTheSameWard(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		a, err := play(seed, ward.Tamper{})
		require.NoError(t, err)
		b, err := play(seed, ward.Tamper{})
		require.NoError(t, err)
		require.Equal(t, a, b, "seed %d", seed)
	}
}
