package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/postgres"
	"satchel/internal/postgres/pgtest"
	syncing "satchel/sync"
)

func TestALeaseIsOfOneNodeAndWhatAnOlderOneWouldWriteIsRefused(t *testing.T) {
	t.Parallel()
	url, ctx := pgtest.Database(t), t.Context()
	open := func() *postgres.Store {
		s, err := postgres.Open(ctx, url, postgres.Options{Connections: 4})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	}
	one, other := open(), open()
	record := syncing.RecordID{UUID: syncing.DerivedUUID("of a lease")}
	write := func(s *postgres.Store, under *postgres.Lease) error {
		return s.Update(postgres.Under(ctx, under), record, func(tx syncing.Tx) error { return tx.Put(syncing.TableBlobs, []byte("k"), []byte("v")) })
	}
	takes := func(s *postgres.Store) *postgres.Lease {
		l, err := s.Lease(ctx, "work", time.Hour)
		require.NoError(t, err)
		return l
	}
	first := takes(one)
	require.NotNil(t, first)
	require.Nil(t, takes(other), "it is another's")
	require.Equal(t, first, takes(one), "made longer, it is the same")
	require.NoError(t, write(one, first))
	require.NoError(t, pgtest.Do(t, url, "UPDATE leases SET until = now() - interval '1 s'"))
	require.NoError(t, write(one, first), "nobody has taken it over")
	second := takes(other)
	require.NotNil(t, second)
	require.Equal(t, fault.Busy, fault.CodeOf(write(one, first)))
	require.NoError(t, write(other, second))
	require.Nil(t, takes(one))
	require.NoError(t, other.LetGo(ctx))
	require.NotNil(t, takes(one), "it was let go of")
}
