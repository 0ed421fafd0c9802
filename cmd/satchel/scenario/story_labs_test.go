package scenario

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/demo"
)

// The story that this project was made for, from end to end (LABS 5.5, (a) to (f)): accounts of their own, phones and boards over HTTP, and
// nothing moved but the clock of the server. It is the one that `satchel demo` tells.
func TestStory_TestsThatNobodyLoses(t *testing.T) {
	t.Parallel()
	var told bytes.Buffer
	checked, failed, err := demo.Labs(t.Context(), t.TempDir(), &told, slog.New(&bugs{Handler: slog.DiscardHandler, t: t}))
	require.NoError(t, err, told.String())
	require.Zero(t, failed, told.String())
	require.GreaterOrEqual(t, checked, 30, told.String())
	t.Log(told.String())
}
