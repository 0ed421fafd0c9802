package sim_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/sim"
)

// failing is a run that fails: a planted fault makes it.
func failing(t *testing.T, fault string) (sim.Options, *sim.Failure) {
	t.Helper()
	for seed := range uint64(seedsMost) {
		o := sim.Options{Seed: seed, Steps: steps, Disk: disk(), Tamper: faults()[fault]}
		var f *sim.Failure
		if _, err := sim.Run(o); errors.As(err, &f) {
			o.Disk = disk()
			return o, f
		}
	}
	t.Fatalf("%d seeds took no notice of: %s", seedsMost, fault)
	return sim.Options{}, nil
}

func TestAFailureIsToldInFewSteps(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"a row of the journal is lost", "siblings are forgotten", "a revocation is overlooked"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			o, long := failing(t, fault)
			few, short := sim.Shrink(o, sim.Run, disk, func() bool { return true })
			require.NotNil(t, short)
			require.Equal(t, long.Rule, short.Rule, "the same rule, not another one met on the way")
			require.NotNil(t, few)
			require.Less(t, len(few), 40, "of %d", steps)
			o.Only, o.Disk = few, disk()
			var again *sim.Failure
			_, err := sim.Run(o)
			require.ErrorAs(t, err, &again)
			require.Equal(t, short, again, "the short run is a run like any other")
			for i := range few { // none of them can be left out
				o.Only, o.Disk = append(append([]int{}, few[:i]...), few[i+1:]...), disk()
				_, err := sim.Run(o)
				require.False(t, errors.As(err, &again) && again.Rule == short.Rule, "step %d says nothing", few[i])
			}
		})
	}
}

func TestShrinkingEndsWhenToldTo(t *testing.T) {
	t.Parallel()
	o, long := failing(t, "siblings are forgotten")
	tries := 0
	few, short := sim.Shrink(o, sim.Run, disk, func() bool { tries++; return tries < 5 })
	require.Equal(t, long.Rule, short.Rule)
	require.NotEmpty(t, few)
	require.LessOrEqual(t, tries, 7)
}

func TestARunThatHoldsIsNotShrunk(t *testing.T) {
	t.Parallel()
	few, failure := sim.Shrink(sim.Options{Seed: 1, Steps: 40}, sim.Run, disk, func() bool { return true })
	require.Nil(t, failure)
	require.Empty(t, few)
}

// What a step draws must not depend on the steps before it, or leaving one out would make another run of the rest.
func TestAStepDrawsTheSameWithoutThoseBeforeIt(t *testing.T) {
	t.Parallel()
	lines := func(only []int) (story []string) {
		_, err := sim.Run(sim.Options{Seed: 4, Steps: 1, Only: only, Disk: disk(), Tell: func(line string) {
			if len(line) > 4 && line[:4] == "   9" {
				story = append(story, line)
			}
		}})
		require.NoError(t, err)
		return story
	}
	require.NotEmpty(t, lines([]int{9}))
	require.Equal(t, lines([]int{9}), lines([]int{8, 9}), "step 8 of this seed touches nothing that step 9 does")
}

// Until now a panic of the engine ended a run without a word, and the seed passed.
func TestAPanicInsideARunIsAFailure(t *testing.T) {
	t.Parallel()
	_, err := sim.Run(sim.Options{Seed: 1, Steps: 20, Disk: disk(), Tamper: sim.Tamper{
		Request: func(*syncing.Request) { panic("a rule divides by nothing") },
	}})
	var f *sim.Failure
	require.ErrorAs(t, err, &f)
	require.Equal(t, "panic", f.Rule)
	require.Contains(t, f.Text, "divides by nothing")
}
