package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/storetest/memory"
)

// The sizes that every store takes. A store may take more; the core never asks for more.
const (
	// ValueBytes is the size of a value that every store keeps.
	ValueBytes = 4 << 20
	// KeyBytes is the length of a key, of a row or in an index, that every store keeps.
	KeyBytes = memory.KeyBytes
)

// Open makes an empty store for one test. The test closes it; opening again is not asked for.
type Open func(t testing.TB) syncing.Store

// Run asks of a store all that the core relies on.
func Run(t *testing.T, open Open) {
	rules := []struct {
		name string
		test func(*testing.T, syncing.Store)
	}{
		{"a transaction reads its own writes", readsItsOwnWrites},
		{"what a transaction wrote is there afterwards", keepsWhatWasWritten},
		{"an empty value is not an absent one", emptyIsNotAbsent},
		{"what is handed out and in is a copy", handsOutCopies},
		{"rows come in key order between their bounds", scansInOrder},
		{"what is fetched ahead changes no answer", fetchesAhead},
		{"a scan stops when it is told", stopsScans},
		{"a scan sees the writes of its transaction", scansOwnWrites},
		{"records and tables do not see each other's rows", isolatesRecords},
		{"values of 4 MiB and keys of 1 KiB are kept", keepsLargeRows},
		{"tables that nobody declared are refused", refusesUnknownTables},
		{"a failed transaction leaves nothing", failureLeavesNothing},
		{"a panic leaves nothing and reaches the caller", panicLeavesNothing},
		{"failing neighbours of one commit hurt nobody", neighboursAreUnhurt},
		{"updates of one record follow one another", updatesAreSerial},
		{"updates of many records run side by side", recordsRunSideBySide},
		{"a view is one moment", viewIsOneMoment},
		{"a view sees nothing of an update under way", viewSeesOnlyCommits},
		{"a context that has ended starts nothing", endedContextStartsNothing},
		{"index entries are found, listed and taken back", indexEntries},
		{"an index is listed in key order across records", indexAcrossRecords},
		{"an index scan ends at its limit", indexLimit},
		{"indexes do not see each other's entries", isolatesIndexes},
		{"an index key claimed by a record is refused to others", indexClaims},
		{"a failed transaction leaves the index as it was", failureLeavesIndex},
		{"index keys and names have a length", refusesIndexKeys},
		{"the sequence grows with each commit", sequenceGrows},
		{"a closed store refuses", closedStoreRefuses},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			rule.test(t, open(t))
		})
	}
	t.Run("random traces end as on a naive model", func(t *testing.T) {
		t.Parallel()
		followsModel(t, open)
	})
}

// record makes the nth record of a test.
func record(n byte) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.UUID{0: 1, 6: 0x70, 8: 0x80, 15: n}}
}

func update(t testing.TB, s syncing.Store, id syncing.RecordID, fn func(syncing.Tx) error) {
	t.Helper()
	require.NoError(t, s.Update(context.Background(), id, fn))
}

func view(t testing.TB, s syncing.Store, id syncing.RecordID, fn func(syncing.ReadTx) error) {
	t.Helper()
	require.NoError(t, s.View(context.Background(), id, fn))
}

func put(t testing.TB, s syncing.Store, id syncing.RecordID, table syncing.Table, key, value string) {
	t.Helper()
	update(t, s, id, func(tx syncing.Tx) error { return tx.Put(table, []byte(key), []byte(value)) })
}

// get reads one row in a view of its own; nil if it is absent.
func get(t testing.TB, s syncing.Store, id syncing.RecordID, table syncing.Table, key string) []byte {
	t.Helper()
	var value []byte
	view(t, s, id, func(tx syncing.ReadTx) (err error) {
		value, err = tx.Get(table, []byte(key))
		return err
	})
	return value
}

// row is a key and its value, as text so that a failure can be read.
type row struct{ key, value string }

// scan lists the rows of a table between bounds.
func scan(tx syncing.ReadTx, table syncing.Table, from, to []byte) (rows []row, err error) {
	err = tx.Scan(table, from, to, func(key, value []byte) (bool, error) {
		rows = append(rows, row{string(key), string(value)})
		return true, nil
	})
	return rows, err
}

func scanned(t testing.TB, s syncing.Store, id syncing.RecordID, table syncing.Table, from, to []byte) (rows []row) {
	t.Helper()
	view(t, s, id, func(tx syncing.ReadTx) (err error) {
		rows, err = scan(tx, table, from, to)
		return err
	})
	return rows
}

// entry is an index entry, as text.
type entry struct {
	key    string
	record syncing.RecordID
	value  string
}

func asEntry(e syncing.IndexEntry) entry { return entry{string(e.Key), e.Record, string(e.Value)} }

func listed(t testing.TB, s syncing.Store, index string, from, to []byte, limit int) (entries []entry) {
	t.Helper()
	require.NoError(t, s.Scan(context.Background(), index, from, to, limit, func(e syncing.IndexEntry) bool {
		entries = append(entries, asEntry(e))
		return true
	}))
	return entries
}
