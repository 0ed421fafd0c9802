package cost

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// witness is a test that may fail without failing.
type witness struct {
	testing.TB
	said string
}

func (w *witness) Helper() {}

func (w *witness) Fatalf(format string, args ...any) { w.said = fmt.Sprintf(format, args...) }

var kept []byte

// TestWhatCostsTooMuchIsSeen: a bound that nothing can break holds nothing.
func TestWhatCostsTooMuchIsSeen(t *testing.T) {
	for _, tc := range []struct {
		name, said string
		decode     func()
	}{
		{"nothing", "", func() {}},
		{"ten times the limit", "", func() { kept = make([]byte, 10<<20) }},
		{"more", "ten times its limit", func() { kept = make([]byte, 13<<20) }},
		{"long", "took", func() {
			for began := time.Now(); time.Since(began) < timeMax+time.Millisecond; {
				runtime.Gosched()
			}
		}},
	} {
		w := &witness{TB: t}
		Bound(w, 1<<20, tc.decode)
		if tc.said == "" {
			require.Empty(t, w.said, tc.name)
			continue
		}
		require.Contains(t, w.said, tc.said, tc.name)
	}
	kept = nil
}
