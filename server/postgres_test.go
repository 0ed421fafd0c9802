package server

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/postgres"
	"satchel/internal/postgres/pgtest"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// onPostgres is an installation on a database of its own.
func onPostgres(t *testing.T) Config {
	t.Helper()
	c := configIn(t.TempDir())
	c.Data, c.Store, c.Connections = "", pgtest.Database(t), 1 // whatever asks for a second one while it has the first would wait for ever, and is found
	require.NoError(t, Init(t.Context(), c, nil))
	return c
}

// node is a further node of an installation: with a copy of its key folder.
func node(t *testing.T, c Config) Config {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, copyKeys(keys, c.Keys))
	require.NoError(t, ownAlone(keys))
	c.Keys = keys
	return c
}

func TestTwoNodesServeOneDatabase(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	require.Equal(t, fault.Conflict, fault.CodeOf(Init(t.Context(), node(t, c), nil)), "there is an installation already")
	one, other := opened(t, c), opened(t, node(t, c))
	w := peopled(t, one)
	require.Equal(t, one.Epoch(), other.Epoch())
	principal(t, other, w.ada)
	require.NoError(t, other.Identity().EndAccess(t.Context(), principal(t, other, w.ada), w.record, granteeOf(w.carla)))
	require.NoError(t, other.Close())
	require.NoError(t, one.Close())

	again := opened(t, c)
	require.Len(t, again.ledger.revocations(), 1, "what one node ended is in the ledger of all")
	require.NoError(t, again.Close())
}

func TestARecordThatOneNodeErasedIsReadByNoOther(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	c.Secrets = pgtest.Database(t) // of their own: no copy of the rows has them
	require.NoError(t, os.RemoveAll(c.Keys))
	c.Store = pgtest.Database(t)
	require.NoError(t, Init(t.Context(), c, nil))
	s := opened(t, c)
	w := peopled(t, s)
	require.NoError(t, s.Erase(t.Context(), w.record))
	other := opened(t, node(t, c))
	require.ErrorIs(t, other.sealed.View(t.Context(), w.record, func(syncing.ReadTx) error { return nil }), seal.ErrErased)
	require.NoError(t, other.Close())
	require.NoError(t, s.Close())
	rows, err := postgres.Open(t.Context(), c.Store, postgres.Options{Connections: 1})
	require.NoError(t, err)
	numbers, err := rows.Secrets().After(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Empty(t, numbers, "the database of the rows has no secret")
	require.NoError(t, rows.Close())
}

// Whoever reads a record asks for its secret while they have a connection: with as many calls as connections all waited for one more, and timed out.
func TestManyWhoReadAtOnceAfterAStartWaitForNoConnectionThatTheyHaveThemselves(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	s := opened(t, c)
	w := peopled(t, s)
	require.NoError(t, s.Close())
	s = opened(t, c) // no secret is in memory
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := s.sealed.View(t.Context(), w.record, func(syncing.ReadTx) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.NoError(t, s.Close())
}

// A database that was put back to an older state brings ended access back: it says so itself, as a data folder does.
func TestADatabaseBehindItsWitnessIsNotServed(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	s := opened(t, c)
	w := peopled(t, s)
	require.NoError(t, s.Identity().EndAccess(t.Context(), principal(t, s, w.ada), w.record, granteeOf(w.carla)))
	require.NoError(t, s.Close())
	require.NoError(t, pgtest.Do(t, c.Store, "DELETE FROM ledger WHERE line = (SELECT max(line) FROM ledger)"))
	requireNotServed(t, c, fault.Conflict, "ended accesses could come back")

	c = onPostgres(t)
	s = opened(t, c)
	peopled(t, s)
	require.NoError(t, s.Close())
	require.NoError(t, pgtest.Do(t, c.Store, "SELECT setval('commits', 1)"))
	requireNotServed(t, c, fault.Conflict, "transactions behind its ledger")
	require.NoError(t, pgtest.Do(t, c.Store, "UPDATE store SET value = sha256('another') WHERE name = 'life'"))
	requireNotServed(t, c, fault.Conflict, "not the one that this key folder was last used with")
}

func TestALineOfTheSharedLedgerThatWasChangedIsFound(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	require.NoError(t, pgtest.Do(t, c.Store, "UPDATE ledger SET said = replace(said, 'init', 'none') WHERE line = 1"))
	requireNotServed(t, c, fault.Corrupt, "The ledger in the database was changed")
}

func TestWhatWorksOnFilesSaysThatThereAreNone(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	s := opened(t, c)
	_, err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "backup"), nil)
	require.Equal(t, fault.Unsupported, fault.CodeOf(err))
	require.NoError(t, s.Close())
	_, err = Verify(t.Context(), c)
	require.Equal(t, fault.Unsupported, fault.CodeOf(err))
	require.Equal(t, fault.Unsupported, fault.CodeOf(RotateKeys(t.Context(), c)))
	require.Contains(t, fault.TextOf(err), "docs/postgresql.md")
}

func TestAStoreThatIsAwayIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	c := onPostgres(t)
	c.Store = "host=" + t.TempDir() + " user=postgres dbname=none"
	_, err := Open(context.Background(), c)
	require.Equal(t, fault.Busy, fault.CodeOf(err))
	c.Store = "postgres://%zz"
	_, err = Open(context.Background(), c)
	require.Equal(t, fault.Invalid, fault.CodeOf(err))
	require.NotContains(t, err.Error(), "zz", "it may hold a password")
}
