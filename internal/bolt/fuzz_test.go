package bolt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/cost"
)

const backupBytesMax = 1 << 20

// FuzzBackup reads what is said to be a backup. None that is cut, lengthened or changed is taken for whole.
func FuzzBackup(f *testing.F) {
	head := append([]byte(backupMagic), make([]byte, backupHead-len(backupMagic))...)
	binary.BigEndian.PutUint64(head[len(backupMagic)+24:], 1)
	whole := append(head, make([]byte, pageSize)...)
	sum := sha256.Sum256(whole)
	f.Add(append(bytes.Clone(whole), sum[:]...))
	f.Add(whole)
	f.Add([]byte(backupMagic))
	huge := bytes.Clone(head)
	binary.BigEndian.PutUint64(huge[len(backupMagic)+24:], 1<<39)
	f.Add(huge)
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > backupBytesMax {
			return
		}
		cost.Bound(t, backupBytesMax, func() {
			taken, err := readBackup(bytes.NewReader(content), io.Discard)
			if err == nil && (taken.Bytes != int64(len(content)) || sha256.Sum256(content[:len(content)-sha256.Size]) != taken.SHA256) {
				t.Fatal("a backup that is not what its sum says")
			}
		})
	})
}

// TestARowOfPageSumsThatStepsPastTheEndOfAllNumbersIsRefused: its second step came round to a page before the first, and was taken.
func TestARowOfPageSumsThatStepsPastTheEndOfAllNumbersIsRefused(t *testing.T) {
	t.Parallel()
	row := func(second uint64) []byte {
		b := append(binary.BigEndian.AppendUint64(nil, 9), 2, 9, 0, 0, 0, 7)
		b = append(binary.AppendUvarint(b, second), 0, 0, 0, 8, 0)
		return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	}
	d, err := parseRow(row(3), 100)
	require.NoError(t, err)
	require.EqualValues(t, 12, d.written[1].id)
	for _, second := range []uint64{91, math.MaxUint64, math.MaxUint64 - 8} {
		_, err := parseRow(row(second), 100)
		require.ErrorIs(t, err, errRow, second)
	}
}

// FuzzPageSums reads a row of page sums and a meta page: an id that is read lies in the file.
func FuzzPageSums(f *testing.F) {
	row := binary.BigEndian.AppendUint64(nil, 9)
	row = append(row, 2, 1, 0, 0, 0, 7, 3, 0, 0, 0, 8, 1, 5)
	f.Add(row, uint64(100))
	f.Add(append(row[:8:8], 2, 9, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 8, 0), uint64(100))
	f.Fuzz(func(t *testing.T, body []byte, pages uint64) {
		if len(body) > pageSize {
			return
		}
		summed := binary.BigEndian.AppendUint32(bytes.Clone(body), crc32.Checksum(body, castagnoli)) // or nothing would be read
		cost.Bound(t, pageSize, func() {
			parseMeta(body)
			d, err := parseRow(summed, pages)
			if err != nil {
				return
			}
			last := uint64(0)
			for _, w := range d.written {
				if w.id >= pages || w.id < last {
					t.Fatalf("page %d behind page %d of %d", w.id, last, pages)
				}
				last = w.id
			}
			for _, id := range d.freed {
				if id >= pages {
					t.Fatalf("page %d of %d", id, pages)
				}
			}
		})
	})
}
