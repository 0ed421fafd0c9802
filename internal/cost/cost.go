package cost

import (
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const (
	// workMax is what any one input may make a processor work. What needs more is a hang.
	workMax = time.Second
	// hangMax ends the process, for an input that takes so long may never end, and a fuzzer would pass it over.
	hangMax = 2 * workMax
	// timesLimit is how many times its own limit a decoder may ask for.
	timesLimit = 10
	// noise is what the runtime counts late, and what a fuzzing process does beside us.
	noise = 2 << 20
)

// Bound runs decode on an input and fails if it makes a processor work for longer than a second, or asks for more than ten times
// limit bytes: the most that an input of its kind can have. Time on the wall is not counted, so a machine on which forty decoders
// are fuzzed at once finds no hang where there is none. Whoever calls it from a test runs alone, since the whole process is counted.
func Bound(t testing.TB, limit int, decode func()) {
	t.Helper()
	watch.Do(func() { go watchOver() })
	before, began := Asked(), worked()
	now.Store(int64(began))
	decode()
	now.Store(idle)
	took, bytes := worked()-began, Asked()-before
	if took > workMax {
		t.Fatalf("one input took %v of a processor", took)
	}
	if most := uint64(timesLimit*limit + noise); bytes > most {
		t.Fatalf("one input made us ask for %d bytes, more than ten times its limit of %d", bytes, limit)
	}
}

// now is what processors had worked when the input began that is being read.
var now atomic.Int64 // idle between inputs

const idle = 0

var watch sync.Once

func watchOver() {
	for range time.Tick(workMax / 2) {
		if began := now.Load(); began != idle && worked()-time.Duration(began) > hangMax {
			panic("one input hangs")
		}
	}
}

// Asked is how many bytes were ever asked for in this process.
func Asked() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// worked is how long processors have worked for this process.
func worked() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
