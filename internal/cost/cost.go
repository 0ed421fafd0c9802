package cost

import (
	"runtime/metrics"
	"testing"
	"time"
)

const (
	// timeMax is what any one input may take. What takes longer is a hang.
	timeMax = time.Second
	// timesLimit is how many times its own limit a decoder may ask for.
	timesLimit = 10
	// noise is what the runtime counts late, and what a fuzzing process does beside us.
	noise = 2 << 20
)

// Bound runs decode on an input and fails if it takes longer than a second, or asks for more than ten times limit bytes: the most
// that an input of its kind can have. Whoever calls it from a test runs alone, since the whole process is counted.
func Bound(t testing.TB, limit int, decode func()) {
	t.Helper()
	before, began := asked(), time.Now()
	decode()
	took, bytes := time.Since(began), asked()-before
	if took > timeMax {
		t.Fatalf("one input took %v", took)
	}
	if most := uint64(timesLimit*limit + noise); bytes > most {
		t.Fatalf("one input made us ask for %d bytes, more than ten times its limit of %d", bytes, limit)
	}
}

// asked is how many bytes were ever asked for in this process.
func asked() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
