package server

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever stops a server that has hardly begun does not wait for ever.
func TestAStopRightAfterTheStartEnds(t *testing.T) {
	t.Parallel()
	c := installed(t)
	for range 5 {
		s := opened(t, c)
		require.NoError(t, s.Listen())
		ctx, stop := context.WithCancel(t.Context())
		stop()
		require.NoError(t, s.Run(ctx))
	}
}
