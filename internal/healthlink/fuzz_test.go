package healthlink

import (
	"bytes"
	"testing"

	"satchel/internal/cost"
)

// linkBytesMax is more than a link with all its readings takes.
const linkBytesMax = 1 << 16

// FuzzLinkRow: what is read of a stored link is written, and reads the same.
func FuzzLinkRow(f *testing.F) {
	row, err := encodeLink(linkRow{Flags: "LP", Base: "https://example.org", Left: 5, Reads: []Read{{}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(row)
	f.Add([]byte{rowVersion + 1, '{', '}'})
	f.Fuzz(func(t *testing.T, value []byte) {
		if len(value) > linkBytesMax {
			return
		}
		var read, again linkRow
		var err error
		cost.Bound(t, linkBytesMax, func() { err = decodeLink(value, &read) })
		if err != nil {
			return
		}
		once, err := encodeLink(read)
		if err != nil || decodeLink(once, &again) != nil {
			t.Fatalf("read, and cannot be written: %v", err)
		}
		if twice, err := encodeLink(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("read once it is %s, read again %s", once, twice)
		}
	})
}
