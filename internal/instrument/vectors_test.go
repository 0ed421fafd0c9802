package instrument_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

func TestTheVectorsThatPhonesRunHoldHereToo(t *testing.T) {
	t.Parallel()
	l, err := instrument.Embedded()
	require.NoError(t, err)
	f, ok := l.File("vectors.v1.json")
	require.True(t, ok)
	results, err := instrument.RunVectors(bytes.NewReader(f.Data))
	require.NoError(t, err)
	require.Len(t, results, 32)
	for _, r := range results {
		require.Empty(t, r.Differences, "vector %d %s", r.Index, r.Name)
		require.Empty(t, r.Notes, "vector %d %s", r.Index, r.Name)
	}
}
