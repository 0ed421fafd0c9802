package sim

import (
	"errors"
	"slices"
)

// Shrink finds a short run that breaks the same rule as o does, by leaving steps out. It gives the steps of it and how it fails;
// nil steps if o does not fail. run plays some steps, as Run does; each try is played on a disk of its own. It goes on while more
// says so, and ends by itself when no single step can be left out.
func Shrink(o Options, run func(Options) (Result, error), fresh func() Disk, more func() bool) ([]int, *Failure) {
	o.Tell = nil
	play := func(only []int) *Failure {
		o.Only, o.Disk = only, fresh()
		_, err := run(o)
		var f *Failure
		if !errors.As(err, &f) {
			return nil
		}
		return f
	}
	steps := make([]int, o.Steps)
	for i := range steps {
		steps[i] = i + 1
	}
	failure := play(steps)
	if failure == nil {
		return nil, nil
	}
	steps = until(steps, failure)
	for size := max(1, len(steps)/2); more(); {
		shorter := false
		for from := 0; from < len(steps) && more(); {
			to := min(from+size, len(steps))
			some := append(append([]int{}, steps[:from]...), steps[to:]...) // never nil: that would play all
			if f := play(some); f != nil && f.Rule == failure.Rule {
				steps, failure, shorter = until(some, f), f, true
				continue
			}
			from = to
		}
		if size == 1 && !shorter {
			break
		}
		size = max(1, size/2)
	}
	return steps, failure
}

// until leaves out what came after the failure.
func until(steps []int, f *Failure) []int {
	if i := slices.Index(steps, f.Step); i >= 0 {
		return steps[:i+1]
	}
	return steps
}
