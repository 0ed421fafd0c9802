package base64url

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOneTextForEachContent(t *testing.T) {
	content := []byte{0xfb, 0xff, 0x00, 0x07}
	text := Encode(content)
	require.Equal(t, "-_8ABw", text)
	require.Len(t, text, EncodedLen(len(content)))
	read, err := Decode(text)
	require.NoError(t, err)
	require.Equal(t, content, read)
	for _, other := range []string{"-_8ABw==", "-_8A\nBw", "-_8ABw\r\n", "\n", "-_8ABx", "+/8ABw", "-_8AB", " -_8ABw"} {
		_, err := Decode(other)
		require.Error(t, err, "%q", other)
	}
}

// FuzzDecode: what is read is written as it was.
func FuzzDecode(f *testing.F) {
	f.Add("")
	f.Add("-_8ABw")
	f.Add("-_8A\nBw")
	f.Fuzz(func(t *testing.T, text string) {
		content, err := Decode(text)
		if err != nil {
			return
		}
		if again := Encode(content); again != text {
			t.Fatalf("%q is read, and written as %q", text, again)
		}
		if read, err := Decode(text); err != nil || !bytes.Equal(read, content) {
			t.Fatalf("%q is read in two ways", text)
		}
	})
}
