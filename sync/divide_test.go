package syncing

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWorkIsDividedByWhatEachAsksFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		work        int
		costs, want []int
	}{
		"enough for all, and what is left for all": {100, []int{10, 0, 50}, []int{30, 0, 70}},
		"who asks for little gets it":              {100, []int{10, 500, 400}, []int{10, 45, 45}},
		"all ask for much":                         {90, []int{500, 400, 300}, []int{30, 30, 30}},
		"nobody asks":                              {100, []int{0, 0}, []int{0, 0}},
		"no record":                                {100, nil, []int{}},
	} {
		require.Equal(t, c.want, divide(c.work, c.costs), name)
	}
}

// Found by the simulation (seed 58 of 5,000 steps): of a phone with twelve other records that had little to say, one was told to
// come back later with its last word, though the whole request was small.
func TestARecordWithMuchToSayIsNotHeldUpByOthersThatSayLittle(t *testing.T) {
	t.Parallel()
	costs := make([]int, 13)
	for i := range costs {
		costs[i] = mutationWork
	}
	costs[0] = 200 * mutationWork
	require.Greater(t, divide(requestWorkMax, costs)[0], costs[0]+200*20*fieldWork/2)
}
