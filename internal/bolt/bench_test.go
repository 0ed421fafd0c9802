package bolt

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// BenchmarkOpen says how long a start takes for each byte of the data file: every page in use is read and compared. The file is
// in the page cache; from a disk the disk is the measure.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	require.NoError(b, Init(dir))
	s, err := Open(dir, Options{})
	require.NoError(b, err)
	const records, rows = 256, 256
	value := make([]byte, 3500)
	for r := range records {
		require.NoError(b, s.Update(b.Context(), syncing.RecordID{UUID: syncing.UUID{0: byte(r)}}, func(tx syncing.Tx) error {
			for i := range rows {
				if err := tx.Put(syncing.TableDocuments, fmt.Appendf(nil, "%04d", i), value); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	require.NoError(b, s.Close())
	info, err := os.Stat(filepath.Join(dir, dataName))
	require.NoError(b, err)
	b.SetBytes(info.Size())
	for b.Loop() {
		s, err := Open(dir, Options{})
		require.NoError(b, err)
		require.NoError(b, s.Close())
	}
}
