package cost

import (
	"fmt"
	"os"
	"os/exec"
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
			for began := worked(); worked()-began < workMax+time.Millisecond; {
				kept = kept[:0]
			}
		}},
		{"long on the wall, while others worked", "", func() { require.NoError(t, exec.Command("sleep", "1.1").Run()) }},
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

// hangEnv makes this process one that is given an input on which it hangs.
const hangEnv = "SATCHEL_COST_HANG"

// TestAnInputThatNeverEndsEndsTheProcess: a fuzzer kills a worker that does not answer, and calls that good.
func TestAnInputThatNeverEndsEndsTheProcess(t *testing.T) {
	if os.Getenv(hangEnv) != "" {
		Bound(t, 0, func() {
			for {
				kept = kept[:0]
			}
		})
	}
	child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), hangEnv+"=1", "GOMAXPROCS=1")
	said, err := child.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "one input hangs")
}
