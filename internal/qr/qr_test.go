package qr_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/qr"
)

func TestACodeHasRoomForTextMaxAndNotOneMore(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a", strings.Repeat("ä", qr.TextMax/2)} {
		picture, err := qr.PNG(text, 400)
		require.NoError(t, err)
		decoded, err := png.Decode(bytes.NewReader(picture))
		require.NoError(t, err)
		require.GreaterOrEqual(t, decoded.Bounds().Dx(), 400)
		lines, err := qr.Terminal(text)
		require.NoError(t, err)
		require.NotEmpty(t, lines)
	}
	for _, text := range []string{"", strings.Repeat("a", qr.TextMax+1)} {
		_, err := qr.PNG(text, 400)
		require.True(t, fault.Is(err, fault.TooLarge))
		_, err = qr.Terminal(text)
		require.True(t, fault.Is(err, fault.TooLarge))
	}
}
