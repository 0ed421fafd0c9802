package postgres_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/postgres/pgtest"
	syncing "satchel/sync"
)

// What is written into the partition that the program works out lies where PostgreSQL itself would look for it: by the name of the whole table.
func TestARecordLiesInThePartitionWherePostgreSQLLooksForIt(t *testing.T) {
	t.Parallel()
	s, beside := openedBeside(t, pgtest.Database(t))
	const records = 200
	for i := range records {
		id := syncing.RecordID{UUID: syncing.DerivedUUID("a record", strconv.Itoa(i))}
		require.NoError(t, s.Update(t.Context(), id, func(tx syncing.Tx) error { return tx.Put(syncing.TableDocuments, []byte("a"), []byte("b")) }))
		var found int
		require.NoError(t, beside.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM rows WHERE record = $1) + (SELECT count(*) FROM records WHERE record = $1)", id.UUID[:]).Scan(&found))
		require.Equal(t, 2, found)
	}
	var used int
	require.NoError(t, beside.QueryRow(t.Context(), "SELECT count(DISTINCT tableoid) FROM rows").Scan(&used))
	require.Equal(t, 16, used)
}
