package bolt

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOfADiskAShareIsKeptWithinBounds(t *testing.T) {
	t.Parallel()
	const kib, mib, gib = 1 << 10, 1 << 20, 1 << 30
	for name, c := range map[string]struct {
		all, free int64
		scarce    bool
	}{
		"a tiny disk keeps at least something": {mib, 127 * kib, true},
		"and not more":                         {mib, 128 * kib, false},
		"a small one a sixteenth":              {16 * mib, mib - 1, true},
		"which is enough":                      {16 * mib, mib, false},
		"a large one not too much":             {100 * gib, 64*mib - 1, true},
		"also when it is very full":            {100 * gib, 64 * mib, false},
		"nothing is left":                      {gib, 0, true},
	} {
		require.Equal(t, c.scarce, leaves(c.all, c.free), name)
	}
}
