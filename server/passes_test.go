package server

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// A store from an older version does not list what waits to be settled: a pass does, once, and until it is through the list says that it
// may not be whole.
func TestWhatWaitsInAStoreFromBeforeIsListedByAPass(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	stop := running(t, s)
	phone := newPhone(t, s, w.ada, w.record)
	phone.base = "http://" + s.listener.Addr().String()
	require.NoError(t, phone.sync(t.Context()))
	phone.write(t, replica.Change{Doc: care.PersonID(w.record), Set: fields("diagnosis", "nobody knows this field")})
	require.NoError(t, phone.sync(t.Context()))
	require.Equal(t, 1, waitsOf(t, s, w))
	require.NoError(t, stop())

	s = opened(t, c)
	asBefore(t, s, w)
	require.NoError(t, s.Close())

	s = opened(t, c)
	require.Equal(t, 0, waitsOf(t, s, w))
	require.False(t, s.passed.Load())
	require.NoError(t, s.Follow(t.Context()))
	require.True(t, s.passed.Load())
	require.Equal(t, 1, waitsOf(t, s, w))
	require.NoError(t, s.Close())
	report, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, report.Problems)
}

// waitsOf counts the entries of the team's list.
func waitsOf(t *testing.T, s *Server, w ward) (n int) {
	t.Helper()
	from, to := syncing.UnsettledRange(w.oncology.ID)
	require.NoError(t, s.store.Scan(t.Context(), syncing.UnsettledIndex, from, to, 10, func(e syncing.IndexEntry) bool {
		require.Equal(t, w.record, e.Record)
		n++
		return true
	}))
	return n
}

// asBefore takes away what versions of before did not keep.
func asBefore(t *testing.T, s *Server, w ward) {
	t.Helper()
	var entries [][]byte
	from, to := syncing.UnsettledRange(w.oncology.ID)
	require.NoError(t, s.store.Scan(t.Context(), syncing.UnsettledIndex, from, to, 10, func(e syncing.IndexEntry) bool {
		entries = append(entries, e.Key)
		return true
	}))
	require.NoError(t, s.store.Update(t.Context(), w.record, func(tx syncing.Tx) error {
		for _, key := range entries {
			if err := tx.DeleteIndex(syncing.UnsettledIndex, key); err != nil {
				return err
			}
		}
		var rows [][]byte
		if err := tx.Scan(syncing.TableUnsettled, nil, nil, func(key, _ []byte) (bool, error) {
			rows = append(rows, key)
			return true, nil
		}); err != nil {
			return err
		}
		for _, key := range rows {
			if err := tx.Delete(syncing.TableUnsettled, key); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, s.putPass(t.Context(), passRow{Done: 1}))
}
