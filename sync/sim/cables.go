package sim

import (
	"math/rand/v2"
	"slices"
)

// Fate is what becomes of a message on its way.
type Fate int

// The fates of messages. A doubled one arrives now, and once more later.
const (
	Arrives Fate = iota
	Lost
	Doubled
	Cut
)

// Draw takes one of the messages that are on their way, in any order, and says what becomes of it. There must be one.
func Draw[M any](rnd *rand.Rand, cables *[]M) (M, Fate) {
	i := rnd.IntN(len(*cables))
	m := (*cables)[i]
	*cables = slices.Delete(*cables, i, i+1)
	switch roll := rnd.IntN(100); {
	case roll < 8:
		return m, Lost
	case roll < 15:
		*cables = append(*cables, m)
		return m, Doubled
	case roll < 20:
		return m, Cut
	}
	return m, Arrives
}

// Chance gives the draws of one step, which do not depend on what was drawn before: so steps can be left out of a run.
func Chance(seed uint64, step int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0x5a7c4e1+uint64(step)*0x9e3779b97f4a7c15))
}
